"""From the trials of a study of numbers to its findings."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.analysis import Analysis
from longtail.analysis.exposure import exposure_findings
from longtail.analysis.limits import LimitTrials
from longtail.analysis.number_groups import number_groups
from longtail.analysis.number_limits import number_limit, plain_groups
from longtail.analysis.quality import quality_of
from longtail.findings.number_references import NumberReferences
from longtail.findings.numbers import NumberExample, NumberFindings
from longtail.findings.results import Result

__all__ = ["LEFT_OUT", "number_findings"]

_SHOWN = 20
_Q_LEVEL = 0.05
LEFT_OUT = [
    "the cost of not memorizing, tau_l and what guarantees force by it: these count errors of classification",
    "the tail of kinds within classes, and what single examples decide: there are no classes",
    "limits that change votes or labels: pruned networks, label privacy, differentially private gradient descent",
    "which memorized examples look mislabeled: the evidence is about classes",
    "margins, the efficient estimate and influence on margins: they are logits of classes",
]
"""What holds for classification alone, and is not said of numbers."""


def number_findings(
    analysis: Analysis,
    limits: list[LimitTrials],
    *,
    learner: str,
    notes: list[str],
    results: Sequence[Result] = (),
    references: NumberReferences | None = None,
) -> NumberFindings:
    """Gather the findings of a study of numbers.

    Parameters
    ----------
    analysis : Analysis
        Of the data set and the trials without limits.
    limits : list of LimitTrials
        Those that were tried.
    learner : str
        Its name.
    notes : list of str
        Choices that were made besides those of the data.
    results : sequence of Result
        What commands measured on the run.
    references : NumberReferences, optional
        What plain models get on the test examples.
    """
    dataset, outcomes, scores, level = analysis.dataset, analysis.outcomes, analysis.scores, analysis.level
    group_kind, groups = number_groups(dataset)
    exposed = analysis.attacked.vulnerability
    membership = exposure_findings(analysis.attacked)
    order = analysis.ranking[0]
    chosen = order[scores.q_value[order] <= _Q_LEVEL][:_SHOWN].tolist()
    tied, unit = dataset.together is not None, dataset.together_test
    return NumberFindings(
        data=dataset.name,
        learner=learner,
        task=dataset.task,
        kind=outcomes.kind.title,
        unit=outcomes.kind.unit,
        target_deviation=float("nan") if dataset.target is None else float(dataset.target.std()),
        farthest=float("nan") if dataset.target is None else _farthest(dataset.target),
        n_trials=outcomes.n_trials,
        n_train=outcomes.n_train,
        n_test=outcomes.n_test,
        level=level,
        quality=quality_of(outcomes, level, unit),
        estimand=scores.estimand,
        method=scores.method,
        mean_memorization=analysis.mean_memorization,
        n_significant=int((scores.q_value <= _Q_LEVEL).sum()),
        examples=[
            NumberExample(
                train=i,
                row=int(dataset.position[i]),
                label=dataset.label(i),
                memorization=scores[i],
                q_value=float(scores.q_value[i]),
                mean_in=float(scores.mean_in[i]),
                mean_out=float(scores.mean_out[i]),
                exposure=None if exposed is None or np.isnan(exposed.value[i]) else exposed[i],
            )
            for i in chosen
        ],
        group_kind=group_kind,
        groups=plain_groups(outcomes, scores, groups, level, tied=tied, test_unit=unit),
        attacks=membership.attacks,
        refused=membership.refused,
        n_surely_exposed=membership.n_surely,
        limits=[number_limit(each, outcomes, scores, groups, level, tied=tied, test_unit=unit) for each in limits],
        left_out=list(LEFT_OUT),
        notes=[*dataset.notes, *notes],
        results=list(results),
        references=references,
    )


def _farthest(target: NDArray[np.float64]) -> float:
    """Return the share of the variance that the hundredth of the examples farthest from the mean hold."""
    squares = np.sort(np.square((target - target.mean()) / np.abs(target - target.mean()).max()))
    return float(squares[-math.ceil(len(squares) / 100) :].sum() / squares.sum())
