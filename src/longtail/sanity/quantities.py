"""Classes that are a quantity or dates: near is as wrong as far, and each value is a rare class."""

from datetime import date

from longtail.dataset.labels import quantity_note
from longtail.findings.sanity import Remark
from longtail.sanity.subject import Subject

__all__ = ["quantities"]

_FEWEST_DATES = 3


def quantities(subject: Subject) -> list[Remark]:
    """Remark on a target that is no set of kinds."""
    names = subject.dataset.class_names
    dates = len(names) >= _FEWEST_DATES and all(_is_date(name) for name in names)
    if not dates and not quantity_note("", names):
        return []
    kind = "dates" if dates else "numbers"
    return [
        Remark(
            name="a target that is a quantity",
            finding=f"The {len(names):,} classes are {kind}, from {names[0]} to {names[-1]}.",
            meaning="Missing by a little counts as wrong as missing by far, and most values are rare: memorization and "
            "tail are those of the binning.",
            remedy="Bin the target into a few ranges first, if it is a quantity.",
            voids=["accuracy", "memorization", "learner-tail"],
        )
    ]


def _is_date(name: str) -> bool:
    try:
        date.fromisoformat(name[:10])
    except ValueError:
        return False
    return "-" in name
