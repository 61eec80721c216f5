"""The findings that a run has saved, checked; what is damaged is told, and counts as not there."""

from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from longtail.checked_json import read_checked
from longtail.errors import DamagedRunError
from longtail.findings import Findings
from longtail.findings.examples import Examples
from longtail.findings.learner_tail import RemovalFindings
from longtail.findings.numbers import NumberFindings
from longtail.findings.plain import from_plain
from longtail.findings.results import Result
from longtail.findings.texts import TextFindings
from longtail.notices import notice
from longtail.runs.results import results_of
from longtail.runs.run_folder import RunFolder

__all__ = ["NUMBERS", "TEXTS", "known_results", "saved_findings", "saved_number_findings", "saved_text_findings"]

NUMBERS = "numbers.json"
"""Where findings of a study of numbers are, in a run."""

TEXTS = "texts.json"
"""Where findings of an audit of texts are, in a run."""


_Kind = TypeVar("_Kind", TextFindings, NumberFindings)
_ANEW = "They are gathered anew from the trials."


def known_results(folder: RunFolder) -> list[Result]:
    """Return the results that saved findings hold, of whatever was studied. Damaged findings hold none."""
    for file in (folder.findings, folder.path / NUMBERS, folder.path / TEXTS):
        with suppress(DamagedRunError, KeyError, TypeError, ValueError, AttributeError):
            if file.is_file():
                held = read_checked(file, _ANEW, owner=folder.key).get("results", [])
                return [from_plain(Result, each) for each in held]
    return []


def saved_findings(folder: RunFolder) -> tuple[Findings, bytes | None] | None:
    """Return the findings, and the content of ``examples.json.gz`` if that file is there.

    None if the findings must be gathered anew.

    Parameters
    ----------
    folder : RunFolder
        That holds a study.
    """
    if not folder.findings.exists():
        return None
    try:
        findings = Findings.read(folder.findings, folder.key)
        packed = folder.examples.read_bytes() if folder.examples.exists() else None
        if packed is not None:
            if Examples.unpacked(packed).trial_set not in ("", folder.key):
                raise DamagedRunError(f"{folder.examples} is of another run.")
        else:
            remedy = f"Without {folder.findings.name}, longtail report gathers both anew from the trials."
            notice(f"{folder.examples} is missing: examples are not shown. {remedy}")
    except DamagedRunError as error:
        notice(f"{error} Findings and examples are gathered anew from the trials.")
        return None
    if _removed_since(folder, findings):
        notice("Sets were removed since the findings were gathered. They are gathered anew.")
        return None
    results, _ = results_of(folder, findings.results)
    return (findings if results == findings.results else replace(findings, results=results)), packed


def saved_text_findings(folder: RunFolder) -> TextFindings | None:
    """Return the findings of a run of texts, with the results that the run holds now.

    None if there are none, or damaged ones, which is told.
    """
    return _saved(TextFindings, TEXTS, folder)


def saved_number_findings(folder: RunFolder) -> NumberFindings | None:
    """Return the findings of a study of numbers, as :func:`saved_text_findings` does."""
    return _saved(NumberFindings, NUMBERS, folder)


def _saved(kind: type[_Kind], name: str, folder: RunFolder) -> _Kind | None:
    file = folder.path / name
    if not file.is_file():
        return None
    try:
        found: _Kind = from_plain(kind, read_checked(file, _ANEW, owner=folder.key))
    except DamagedRunError as error:
        notice(str(error))
        return None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        notice(f"{file} is incomplete ({error!r}). {_ANEW}")
        return None
    results, _ = results_of(folder, found.results)
    return found if results == found.results else replace(found, results=results)


def _removed_since(folder: RunFolder, findings: Findings) -> bool:
    """Return whether ``removal.json`` says something else than the findings, which hold what it said."""
    file = folder.path / "removal.json"
    if not file.is_file():
        return False
    with suppress(DamagedRunError, KeyError, TypeError, ValueError, AttributeError):
        document = read_checked(file, "longtail worth RUN makes it anew.", owner=folder.key)
        found: RemovalFindings = from_plain(RemovalFindings, document)
        return found != findings.removal
    return False
