"""The tail as the learner meets it: errors against training-set size, and what sets of examples are worth."""

from longtail.estimate import Estimate
from longtail.findings import Findings, LearnerTailFindings
from longtail.report.charts.chart import Chart
from longtail.report.charts.intervals import Marks, interval_chart
from longtail.report.charts.marks import series_color

__all__ = ["curve_chart", "worth_chart"]

_WORDS = {
    "memorized": "without the memorized",
    "looks mislabeled": "without those that look mislabeled",
    "looks rare": "without those that look rare",
    "matched": "without as many others",
}


def curve_chart(found: LearnerTailFindings) -> Chart:
    """Draw one row for each training-set size: the error that was measured, and the one that was predicted."""
    predicted: list[Estimate | None] = [found.predicted if at == found.checked_at else None for at in found.fractions]
    measured = Marks(name="measured", color=series_color(0, 2), estimates=found.errors)
    guessed = Marks(name="predicted from the others", color=series_color(1, 2), estimates=predicted, mark="diamond")
    return interval_chart(
        name="curve",
        title="Error on new data against the number of training examples",
        caption="How often models are wrong on examples that they were not trained on. The diamond is predicted from "
        "the two smaller sizes, with the interval in which the measured error was to be expected.",
        x_name="error",
        row_name="trained on",
        names=[f"{size:,.0f} examples" for size in found.sizes],
        series=[measured, guessed] if found.predicted is not None else [measured],
    )


def worth_chart(found: Findings) -> Chart | None:
    """Draw what the learner, theory and removal say that examples are worth, or nothing where nobody measured it."""
    rows: list[tuple[str, Estimate | None, Estimate | None]] = []
    if found.tail is not None and found.tail.given:
        (shown, *_) = found.tail.resolutions
        rows.append(("not fitting what is alone of its named kind", None, shown.cost_of_not_fitting))
    if found.learner_tail is not None:
        rows.append(("each single example, in all", found.learner_tail.singleton_worth, None))
    if found.removal is not None:
        rows += [(_WORDS.get(each.name, each.name), each.loss, None) for each in found.removal.sets]
    if not any(measured is not None for _, measured, _ in rows):
        return None
    measured = Marks(name="measured", color=series_color(0, 2), estimates=[row[1] for row in rows])
    theory = Marks(name="by theory", color=series_color(1, 2), estimates=[row[2] for row in rows], mark="diamond")
    return interval_chart(
        name="worth",
        title="What training examples are worth on new data",
        caption="Accuracy on new data that is lost without them; below zero, models are better without. Lines are "
        "confidence intervals. Sets were chosen on other trials than they are judged on.",
        x_name="accuracy lost",
        row_name="what",
        names=[row[0] for row in rows],
        series=[measured, theory] if any(row[2] is not None for row in rows) else [measured],
    )
