"""What is said of labels that look wrong: how many, and how well the judge did where wrong labels were planted."""

from longtail.findings.mislabeled import MislabeledFindings
from longtail.percent import chosen, percent

__all__ = ["judged_sentences"]


def judged_sentences(found: MislabeledFindings) -> list[str]:
    """Say how many labels look wrong, and how far to believe it."""
    other, n = found.n_called - found.n_memorized_called, found.n_memorized_called
    more = f"; so do {other:,} of {found.n_asked - found.n_memorized:,} others in question" if other else ""
    looks = "none looks mislabeled, so that they are rare rather than wrong"
    if n:
        looks = f"{n:,} {'looks' if n == 1 else 'look'} mislabeled (probability 0.5 or more){more}"
    first = f"Of {found.n_memorized:,} memorized rows {looks}."
    tried = (
        f"Tried on the same data with {found.n_flipped:,} labels flipped ({chosen(found.share)}): "
        f"{percent(found.precision)} of those called mislabeled were flipped, and {percent(found.recall)} of the "
        "flipped were called so."
    )
    if found.n_searched is None:
        return [first, tried]
    return [first, tried, f"Neighbors are the nearest of {found.n_searched:,} rows that were drawn at random."]
