"""The reference models of an audit: measured once, when it is planned, kept in the run, and said in words."""

from typing import TypeVar

from longtail.checked_json import checked_text, read_checked
from longtail.errors import DamagedRunError
from longtail.findings.number_references import NumberReferences
from longtail.findings.plain import from_plain, to_plain
from longtail.findings.reference_models import ReferenceModels
from longtail.runs.run_folder import RunFolder
from longtail.whole_files import write_atomically

__all__ = ["freeze_references", "references_found"]

_FILE = "reference_models.json"
_Found = TypeVar("_Found", ReferenceModels, NumberReferences)


def freeze_references(found: ReferenceModels | NumberReferences | None, folder: RunFolder) -> None:
    """Write what was measured into a run folder. Nothing is written where there is nothing."""
    if found is not None:
        write_atomically(folder.path / _FILE, checked_text(to_plain(found), owner=folder.key))
        folder.remember(_FILE, folder.command("audit"))


def references_found(folder: RunFolder, kind: type[_Found]) -> tuple[_Found | None, list[str]]:
    """Read back what a run folder holds, of classes or of numbers, or why it cannot be read."""
    file = folder.path / _FILE
    if not file.is_file():
        return None, []
    try:
        remedy = "Remove it: the next audit measures them anew."
        found = from_plain(kind, read_checked(file, remedy, owner=folder.key))
    except DamagedRunError as error:
        return None, [f"Reference models are left out: {error}"]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return None, [f"Reference models are left out: {file} is incomplete ({error!r})."]
    assert isinstance(found, kind)
    return found, []
