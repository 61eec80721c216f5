"""JSON files that carry their checksum, so that a flipped bit is found before anybody reads a number.

The checksum is the SHA-256 of the document without it, in canonical JSON: keys in order, no blanks. A tool that breaks
lines otherwise leaves it right; whatever changes a value, a name or their number does not.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from longtail.arguments import checked
from longtail.errors import DamagedRunError

__all__ = ["CHECKSUM", "checked_text", "read_checked"]

CHECKSUM = "checksum"
"""The key beside those of the document."""


@checked
def checked_text(document: dict[str, Any], *, indent: int = 2) -> bytes:
    """Return a document with its checksum, as the content of a file.

    Examples
    --------
    >>> print(checked_text({"b": 1.5}, indent=1).decode()[:24])
    {
     "b": 1.5,
     "checksum"
    """
    sealed = {**document, CHECKSUM: _checksum(document)}
    try:
        return json.dumps(sealed, indent=indent, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # The name of a file is no text.
        return json.dumps(sealed, indent=indent).encode()


def read_checked(path: Path, remedy: str, *, sealed: bool = False) -> dict[str, Any]:
    """Read the document in a file, without its checksum. A file of an earlier version has none.

    Parameters
    ----------
    path : Path
        Of the file.
    remedy : str
        A sentence for the message of the error.
    sealed : bool
        Refuse a file without a checksum, too.

    Raises
    ------
    DamagedRunError
        If the file cannot be read, is no JSON object, or fails its checksum.
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
    return document


def _checksum(document: dict[str, Any]) -> str:
    as_read_back = json.loads(json.dumps(document))
    canonical = json.dumps(as_read_back, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
