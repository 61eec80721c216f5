"""Whether there is a run in a folder, before what reads runs is imported."""

from pathlib import Path

from longtail.errors import InputError

__all__ = ["STUDY_FILE", "require_run"]

STUDY_FILE = "study.json"
"""The file that makes a folder a run."""


def require_run(path: Path) -> None:
    """Refuse a folder without a study.

    Raises
    ------
    InputError
        If this is no run folder.
    """
    if not (path / STUDY_FILE).is_file():
        raise InputError(
            "RUN",
            "be a folder made by longtail measure or audit",
            str(path),
            "Make one: longtail audit DATA.",
        )
