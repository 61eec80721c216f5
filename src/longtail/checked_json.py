"""JSON files that carry their checksum, so that a flipped bit is found before anybody reads a number.

Files of a run also carry whose they are, the key of its trial set, so that a file of another run is found as well. The
checksum is the SHA-256 of the document without it, in canonical JSON: keys in order, no blanks. A tool that breaks
lines otherwise leaves it right; whatever changes a value, a name or their number does not.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from longtail.arguments import checked
from longtail.errors import DamagedRunError

__all__ = ["CHECKSUM", "OWNER", "checked_text", "read_checked"]

CHECKSUM = "checksum"
"""The key beside those of the document."""

OWNER = "trial_set"
"""The key of whose file it is, where it says so."""


@checked
def checked_text(document: dict[str, Any], *, indent: int = 2, owner: str = "") -> bytes:
    """Return a document with its checksum, as the content of a file.

    Parameters
    ----------
    document : dict
        What can be written as JSON.
    indent : int
        Blanks a level.
    owner : str
        The key of the trial set that it is about; empty where it is about none.

    Examples
    --------
    >>> print(checked_text({"b": 1.5}, indent=1).decode()[:24])
    {
     "b": 1.5,
     "checksum"
    """
    owned = {**document, OWNER: owner} if owner else document
    sealed = {**owned, CHECKSUM: _checksum(json.loads(json.dumps(owned)))}
    try:
        return json.dumps(sealed, indent=indent, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # The name of a file is no text.
        return json.dumps(sealed, indent=indent).encode()


def read_checked(path: Path, remedy: str, *, sealed: bool = False, owner: str = "") -> dict[str, Any]:
    """Read the document in a file, without its checksum. A file of an earlier version has none.

    Parameters
    ----------
    path : Path
        Of the file.
    remedy : str
        A sentence for the message of the error.
    sealed : bool
        Refuse a file without a checksum, too.
    owner : str
        Refuse a file that says that it is of another trial set; empty where any will do.

    Raises
    ------
    DamagedRunError
        If the file cannot be read, is no JSON object, fails its checksum, or is of another trial set.
    """
    try:
        document = json.loads(path.read_bytes().decode())
    except (OSError, ValueError, RecursionError) as error:
        raise DamagedRunError(f"{path} is not readable ({error}). {remedy}") from error
    if not isinstance(document, dict):
        raise DamagedRunError(f"{path} holds {type(document).__name__}, not an object. {remedy}")
    if sealed and CHECKSUM not in document:
        raise DamagedRunError(f"{path} has no checksum. {remedy}")
    if CHECKSUM in document and document.pop(CHECKSUM) != _checksum(document):
        raise DamagedRunError(f"{path} fails its checksum: it was damaged or changed. {remedy}")
    if document.pop(OWNER, owner) not in ("", owner) and owner:
        raise DamagedRunError(f"{path} is of another run. {remedy}")
    return document


def _checksum(as_read: dict[str, Any]) -> str:
    canonical = json.dumps(as_read, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
