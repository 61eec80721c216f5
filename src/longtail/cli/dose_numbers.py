"""What ``longtail dose`` says where the target is a number: what ``dose_tables.py`` says, in the target's unit."""

import math
from typing import TYPE_CHECKING

from longtail.cli.dose_curve import curve_in_words, siblings_in_words
from longtail.findings.results import Result, ResultTable
from longtail.percent import chosen, with_decimals

if TYPE_CHECKING:
    from longtail.estimate import Estimate
    from longtail.experiments.dose import Dose, DoseStudy

__all__ = ["dose_of_numbers"]


def dose_of_numbers(found: "DoseStudy") -> Result:
    """Return tables and sentences of a study of doses whose performance is a number."""
    labels = "another example's number (canaries)" if found.wrong_labels else "their own numbers"
    noise = f", {chosen(found.label_noise)} of all numbers replaced" if found.label_noise else ""
    title = (
        f"{found.n_examples} examples a dose with {labels}{noise}; {found.n_trials:,} models ({found.learner}) on "
        f"{chosen(found.fraction)} of {found.n_train:,} examples"
    )
    unit, measured = found.kind.unit, found.kind.title
    first = ["copies", f"memorized, {unit}", "one is enough", f"{measured} without it", "exposure"]
    siblings = [f"{measured} on siblings", f"gained by a copy, {unit}"]
    return Result(
        name="dose",
        title="How memorization of one copy falls as there are more of them",
        command="longtail dose DATA --run RUN",
        n_trials=found.n_trials,
        said=[_of_the_curve(found), _of_siblings(found)],
        tables=[
            ResultTable(title=title, columns=first, rows=[[f"{dose.copies:,}", *_cells(dose)] for dose in found.doses]),
            ResultTable(
                title="Fresh siblings",
                columns=["copies", *siblings],
                rows=[[f"{dose.copies:,}", _told(dose.siblings), _told(dose.sibling_gain)] for dose in found.doses],
            ),
            *_groups(found, [*first[1:], siblings[0]]),
        ],
        notes=_notes(found),
    )


def _groups(found: "DoseStudy", columns: list[str]) -> list[ResultTable]:
    rows = [
        [group.name, f"{dose.copies:,}", f"{dose.n_examples:,}", *_cells(dose), _told(dose.siblings)]
        for group in found.groups
        for dose in group.doses
    ]
    return [ResultTable(title="By group", columns=["group", "copies", "examples", *columns], rows=rows)] if rows else []


def _cells(dose: "Dose") -> list[str]:
    expected = "–" if math.isnan(dose.expected) else f"{dose.expected:.3f}"
    return [_told(dose.memorization), expected, _told(dose.left_out), _told(dose.exposure)]


def _told(estimate: "Estimate | None") -> str:
    return "–" if estimate is None or math.isnan(estimate.value) else with_decimals(estimate)


def _of_the_curve(found: "DoseStudy") -> str:
    left = chosen(1 - found.fraction)
    said = (
        f"Memorized: what {found.kind.title} gains on a copy that a model was trained on. Where one copy is enough to "
        f"know the number, it falls to {left} of itself with each further copy, the chance that this one is left out "
        "as well."
    )

    def measured(dose: "Dose") -> str:
        return f"At {dose.copies} copies {_told(dose.memorization)} was measured, {dose.expected:.3f} expected"

    return curve_in_words(found, said, measured)


def _of_siblings(found: "DoseStudy") -> str:
    def gained(gain: "Estimate") -> str:
        sure = "surely better" if gain.low > 0 else "surely worse" if gain.high < 0 else "not surely better"
        return f"models trained on a copy are {sure} on its sibling: {_told(gain)} {found.kind.unit} gained"

    return siblings_in_words(found, "", gained)


def _notes(found: "DoseStudy") -> list[str]:
    notes = [
        f"Intervals are over the {found.n_examples} examples drawn. An exposure of 0.5 shows nothing, 1 gives every "
        "copy away. What a kind seen so often is worth (n τ) counts errors of classification, and is left out."
    ]
    if found.wrong_labels:
        notes.append("Siblings are judged by their own number, which the canaries contradict.")
    if found.label_noise:
        notes.append("Copies are judged by the number that they have, replaced or not, siblings by their own.")
    if found.left_out_groups:
        need = 4 * len(found.doses) * found.n_examples
        notes.append(f"{len(found.left_out_groups):,} groups are too small for doses of their own, below {need:,}.")
    return notes
