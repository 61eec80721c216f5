"""What the checks of the data found, in lines for a terminal."""

from longtail.findings.sanity import Remark, SanityFindings
from longtail.percent import percent, share

__all__ = ["sanity_lines"]

_MOST_CLASSES = 8


def sanity_lines(found: SanityFindings) -> list[str]:
    """Return a line on the classes, and for each remark one with its command.

    Parameters
    ----------
    found : SanityFindings
        Before or after models were trained.
    """
    usual = found.majority_accuracy
    said = "" if usual is None else f"; always saying '{found.majority}' is right on {percent(usual)} of test rows"
    commands = [remark.command for remark in found.remarks]
    told = [
        line
        for place, remark in enumerate(found.remarks)
        for line in _lines(remark, "" if remark.command in commands[place + 1 :] else remark.command)
    ]
    return [f"What to know first: {_classes(found)}{said}.", *told]


def _classes(found: SanityFindings) -> str:
    """List the largest classes with their shares of the training examples."""
    n_train = sum(each.n_train for each in found.classes)
    largest = sorted(found.classes, key=lambda each: -each.n_train)
    shown = ", ".join(f"{each.name} {share(each.n_train, n_train)}" for each in largest[:_MOST_CLASSES])
    more = f" and {len(largest) - _MOST_CLASSES:,} more" if len(largest) > _MOST_CLASSES else ""
    return f"{len(largest):,} classes ({shown}{more})"


def _lines(remark: Remark, command: str) -> list[str]:
    """Say one remark."""
    told = " ".join(part for part in (remark.finding, remark.meaning, remark.remedy) if part)
    return [f"  • {told}", *([f"    $ {command}"] if command else [])]
