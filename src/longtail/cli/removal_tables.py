"""What ``longtail worth`` prints of the memorized examples: each set that was left out, and the verdict."""

from longtail.cli.printing import out as console
from longtail.cli.printing import print_table, remark
from longtail.findings.learner_tail import RemovalFindings
from longtail.percent import chosen
from longtail.report.words.worth import necessity_sentence, points

__all__ = ["print_removal"]


def print_removal(found: RemovalFindings) -> None:
    """Print a row for each set, and whether this learning requires memorization."""
    if found.sets:
        rows = [(each.name, f"{each.n_removed:,}", f"{each.in_a_subset:.1f}", points(each.loss)) for each in found.sets]
        columns = ("without those that are", "examples", "in a subset", "points lost")
        print_table(
            f"Test accuracy lost, {found.n_trials} models each on {found.n_test:,} test examples", columns, rows
        )
    console.print(necessity_sentence(found))
    remark(
        f"\nIntervals hold together with {chosen(found.level)}, over models and test examples. Sets were chosen on "
        "other trials than they are judged on. Matched: as many others of the same classes as look rare."
    )
