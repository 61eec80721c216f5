"""The findings that a run has saved, checked; what is damaged is told, and counts as not there."""

from longtail.errors import DamagedRunError
from longtail.findings import Findings
from longtail.findings.examples import Examples
from longtail.notices import notice
from longtail.runs.run_folder import RunFolder

__all__ = ["saved_findings"]


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
        findings = Findings.read(folder.findings)
        packed = folder.examples.read_bytes() if folder.examples.exists() else None
        if packed is not None:
            Examples.unpacked(packed)
    except DamagedRunError as error:
        notice(f"{error} Findings and examples are gathered anew from the trials.")
        return None
    return findings, packed
