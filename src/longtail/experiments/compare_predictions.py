r"""Compare predictions of two models, or of several of each, on the same rows: the whole, each class, each group.

Of T models of either sort, model t of one is set beside model t of the other, and rows are a sample of more: intervals
are two-way over models and rows, of differences, so that what both get wrong does not blur them. Of one model each the
interval speaks of other rows, and of this model alone. Intervals of all classes and groups hold together
(:func:`longtail.scores.class_means.joint_level`).
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.judged import jointly
from longtail.arguments import checked
from longtail.array_types import Bits, Whole
from longtail.dataset.answer_rows import AnswerRows
from longtail.dataset.predictions import ABSENT, Predictions
from longtail.errors import InputError, Said
from longtail.estimate import Estimate, require_level
from longtail.findings.plain import to_plain
from longtail.outcomes import Outcomes
from longtail.percent import share
from longtail.scores.class_means import class_mean_cost, class_means
from longtail.scores.new_examples import NewExamples

__all__ = ["ComparedPart", "PredictionComparison", "compare_predictions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedPart:
    """Share of right answers of two models on some rows.

    The difference is the second minus the first.

    Parameters
    ----------
    kind : {"whole", "mean recall", "class", "group", "class in group"}
        What the rows are; the last are, where there are two classes, of one class in one group: one less the rate of
        false negatives, or of false positives.
    name : str
        Of the class or group.
    n_rows : int
        How many rows.
    first, second, difference : Estimate
    """

    kind: Literal["whole", "mean recall", "class", "group", "class in group"]
    name: str
    n_rows: int
    first: Estimate
    second: Estimate
    difference: Estimate

    @property
    def differs(self) -> bool:
        """Return whether the interval of the difference leaves out 0."""
        return self.difference.low > 0 or self.difference.high < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionComparison:
    """Comparison of two models, or of several of each.

    Parameters
    ----------
    n_models : int
        Of each sort.
    n_rows : int
        Rows that both predict.
    parts : list of ComparedPart
        The whole, mean recall, classes, groups, classes in groups.
    notes : list of str
        What was chosen.
    """

    n_models: int
    n_rows: int
    parts: list[ComparedPart]
    notes: list[str]

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        plain = to_plain(self)
        assert isinstance(plain, dict)
        return plain


@checked
def compare_predictions(
    first: Predictions, second: Predictions, rows: AnswerRows, level: float = 0.95
) -> PredictionComparison:
    """Compare predictions of two models, or of several of each, by class and group.

    Parameters
    ----------
    first, second : Predictions
        Of the same rows; rows that one lacks are left out, models that one has more are, too.
    rows : AnswerRows
        What they are about.
    level : float
        Of every interval by itself, and of all classes and groups together.

    Raises
    ------
    InputError
        If no row is predicted by both.
    """
    require_level(level)
    n_models = min(len(first.answers), len(second.answers))
    answers = [each.answers[:n_models] for each in (first, second)]
    known = np.logical_and(*((each != ABSENT).all(axis=0) for each in answers))
    if not known.any():
        raise InputError("predictions", "have a row in common", Said("none"))
    labels = rows.labels[known]
    right = [each[:, known] == labels for each in answers]
    new = _paired(right[0], right[1], level, None if rows.units is None else rows.units[known])
    asked = _parts(rows, labels, None if rows.groups is None else rows.groups[known])
    together, nobody = jointly(new, len(asked)), np.zeros(2, bool)
    everyone = (nobody, np.ones(len(labels), bool))
    classes = [(nobody, mask) for kind, _, mask in asked if kind == "class"]
    parts = [_part("whole", "all", new, everyone), _recall(new, classes, len(labels))]
    parts += [_part(kind, name, together, (nobody, mask)) for kind, name, mask in asked]
    notes = [*rows.notes, *first.notes, *second.notes, *_said(first, second, n_models, int((~known).sum()))]
    notes += _doubts(parts[0], labels)
    return PredictionComparison(n_models=n_models, n_rows=len(labels), parts=parts, notes=list(dict.fromkeys(notes)))


def _paired(first: Bits, second: Bits, level: float, units: Whole | None) -> NewExamples:
    """Return rows as test examples of paired trials. What models were trained on is not known, and does not count."""
    inside = np.tile([True, False], (len(first), 1))
    numbers = np.arange(len(first))
    tables = [
        Outcomes.from_arrays(inside, inside, test_correct=right, trial_numbers=numbers) for right in (second, first)
    ]
    return NewExamples(plain=tables[0], limited=tables[1], level=level, left_out=False, test_unit=units)


def _parts(
    rows: AnswerRows, labels: NDArray[np.int64], groups: NDArray[np.int64] | None
) -> list[tuple[Any, str, Bits]]:
    """Return classes, groups, and classes within groups, of which there is a row."""
    found: list[tuple[Any, str, Bits]] = [("class", each, labels == k) for k, each in enumerate(rows.class_names)]
    if groups is not None:
        within = [("group", each, groups == k) for k, each in enumerate(rows.group_names)]
        found += within
        if len(rows.class_names) == 2:
            found += [
                ("class in group", f"{label} in {name}", mask & (labels == k))
                for _, name, mask in within
                for k, label in enumerate(rows.class_names)
            ]
    return [each for each in found if each[2].any()]


def _part(kind: Any, name: str, new: NewExamples, masks: tuple[Bits, Bits]) -> ComparedPart:
    second, first = new.accuracies(*masks)
    return ComparedPart(
        kind=kind, name=name, n_rows=int(masks[1].sum()), first=first, second=second, difference=new.cost(*masks)
    )


def _recall(new: NewExamples, classes: list[tuple[Bits, Bits]], n: int) -> ComparedPart:
    second, first = class_means(new, classes)
    difference = class_mean_cost(new, classes)
    return ComparedPart(
        kind="mean recall", name="all classes", n_rows=n, first=first, second=second, difference=difference
    )


def _said(first: Predictions, second: Predictions, n_models: int, n_absent: int) -> list[str]:
    numbers = len(first.answers), len(second.answers)
    said = []
    if numbers[0] != numbers[1]:
        said.append(f"Of {numbers[0]} and {numbers[1]} models the first {n_models} of each are compared, in pairs.")
    if n_models == 1:
        said.append("One model of each: intervals speak of other rows, not of other models trained alike.")
    if n_absent:
        said.append(f"{n_absent:,} rows that are not predicted by both are left out.")
    return said


def _doubts(whole: ComparedPart, labels: NDArray[np.int64]) -> list[str]:
    """Remark on predictions that are surely worse than the commonest answer: they may be in another order."""
    usual = np.bincount(labels).max() / len(labels)
    return [
        f"The {nth} is right on {share(each.value)} of rows, surely less than always answering the commonest class "
        f"({share(usual)}): are its predictions in another order?"
        for nth, each in (("first", whole.first), ("second", whole.second))
        if each.high < usual
    ]
