"""What ``longtail dose`` says: two tables, one more by group, and sentences that follow from their numbers."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from longtail.cli.dose_curve import curve_in_words, siblings_in_words
from longtail.cli.dose_numbers import dose_of_numbers
from longtail.findings.results import Result, ResultTable
from longtail.percent import chosen, in_hundredths, points, share, with_decimals

if TYPE_CHECKING:
    from longtail.estimate import Estimate
    from longtail.experiments.dose import Dose, DoseStudy

__all__ = ["dose_in_words"]

_FIRST = ["copies", "memorized, points", "one is enough", "right without it, %", "exposure"]
_MOST_NAMES = 5


def dose_in_words(found: "DoseStudy") -> Result:
    """Return tables and sentences of a study of doses."""
    if not found.kind.is_right_or_wrong:
        return dose_of_numbers(found)
    labels = "a wrong label (canaries)" if found.wrong_labels else "their own labels"
    noise = f", {chosen(found.label_noise)} of all labels replaced" if found.label_noise else ""
    title = (
        f"{found.n_examples} examples a dose with {labels}{noise}; {found.n_trials:,} models ({found.learner}) on "
        f"{chosen(found.fraction)} of {found.n_train:,} examples"
    )
    first = ResultTable(title=title, columns=_FIRST, rows=[[f"{dose.copies:,}", *_cells(dose)] for dose in found.doses])
    return Result(
        name="dose",
        title="How memorization of one copy falls as there are more of them",
        command="longtail dose DATA --run RUN",
        n_trials=found.n_trials,
        said=[_of_the_curve(found), _of_siblings(found)],
        tables=[first, _worth_table(found), *_group_tables(found)],
        notes=_notes(found),
    )


def _cells(dose: "Dose") -> list[str]:
    return [
        _or_dash(dose.memorization),
        "–" if math.isnan(dose.expected) else share(dose.expected, unit=""),
        _or_dash(dose.left_out),
        _or_dash(dose.exposure, with_decimals),
    ]


def _or_dash(estimate: "Estimate | None", written: "Callable[[Estimate], str]" = in_hundredths) -> str:
    return "–" if estimate is None or math.isnan(estimate.value) else written(estimate)


def _worth_table(found: "DoseStudy") -> ResultTable:
    taus = [None] * len(found.doses) if found.worth is None else found.worth.by_copies
    rows = [
        [
            f"{dose.copies:,}",
            _or_dash(dose.siblings),
            _or_dash(dose.sibling_gain),
            _or_dash(tau, with_decimals),
        ]
        for dose, tau in zip(found.doses, taus, strict=True)
    ]
    columns = ["copies", "siblings right, %", "more with a copy, points", "n τ"]
    return ResultTable(title="Fresh siblings, and what a kind seen so often is worth", columns=columns, rows=rows)


def _group_tables(found: "DoseStudy") -> list[ResultTable]:
    if not found.groups:
        return []
    rows = [
        [group.name, f"{dose.copies:,}", f"{dose.n_examples:,}", *_cells(dose), _or_dash(dose.siblings)]
        for group in found.groups
        for dose in group.doses
    ]
    columns = ["group", "copies", "examples", *_FIRST[1:], "siblings right, %"]
    return [ResultTable(title="By group", columns=columns, rows=rows)]


def _of_the_curve(found: "DoseStudy") -> str:
    left = chosen(1 - found.fraction)
    said = (
        "Memorized: how much more often models are right on a copy that they were trained on. Where one copy is "
        f"enough to know the label, it falls to {left} of itself with each further copy, the chance that this one is "
        "left out as well."
    )

    def measured(dose: "Dose") -> str:
        expected = share(dose.expected, unit="points")
        return f"At {dose.copies} copies {points(dose.memorization)} were measured, {expected} expected"

    return curve_in_words(found, said, measured)


def _of_siblings(found: "DoseStudy") -> str:
    def gained(gain: "Estimate") -> str:
        if gain.low <= 0 <= gain.high:
            return f"whether a copy makes models right on its sibling more often is not sure: {points(gain)}"
        more = "more" if gain.low > 0 else "less"
        low, high = sorted((abs(gain.low), abs(gain.high)))
        size = points(type(gain)(value=abs(gain.value), low=low, high=high, level=gain.level, method=gain.method))
        return f"models trained on a copy are right on its sibling {size} {more} often"

    return siblings_in_words(found, " of its class", gained)


def _notes(found: "DoseStudy") -> list[str]:
    notes = [
        f"Intervals are over the {found.n_examples} examples drawn; one without width says that they agree, and no "
        "more. An exposure of 0.5 shows nothing, 1 gives every copy away."
    ]
    if found.worth is not None:
        notes.append(
            "n τ: how many of n new examples belong to one kind that the data as given hold so often, n their number "
            f"({found.worth.subpopulations}); it is of the data, and no measurement on copies."
        )
    if found.wrong_labels:
        notes.append("Siblings are judged by their own label, which the canaries contradict.")
    if found.label_noise:
        notes.append(
            "Copies are judged by the label that they have, replaced or not, siblings by their own. With label noise "
            "one copy is not enough to know the label."
        )
    if found.left_out_groups:
        names = ", ".join(found.left_out_groups[:_MOST_NAMES])
        further = len(found.left_out_groups) - _MOST_NAMES
        more = f" and {further:,} more" if further > 0 else ""
        need = 4 * len(found.doses) * found.n_examples
        notes.append(f"Too small for doses of their own, below {need:,} training examples: {names}{more}.")
    return notes
