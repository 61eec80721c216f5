"""From scores to findings: the histogram of memorization, and the gallery of the most memorized examples.

Numbers are plain differences of proportions everywhere, with the intervals that hold for them. Only who comes first in
the gallery is decided by the efficient estimate, where there are margins for it: few trials leave many examples tied at
the top, and it finds the true top sooner.
"""

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.accuracy import mean_over_trials
from longtail.analysis.views import view_of
from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.estimate import Estimate
from longtail.findings import Influence, MemorizationFindings, MemorizedExample
from longtail.outcomes import Outcomes
from longtail.scores import InfluenceScores, MemorizationScores, influence, memorization
from longtail.scores.convergence import smallest_visible_memorization
from longtail.scores.proportions import INTERVAL
from longtail.scores.ranking import ranked_examples

__all__ = ["mean_memorization", "memorization_findings"]

_GALLERY = 24
_INFLUENCES = 5
_Q_LEVEL = 0.05
_THRESHOLD = 0.25
_EDGES = np.round(np.linspace(-1.0, 1.0, 41), 3)


def memorization_findings(
    dataset: Dataset, outcomes: Outcomes, group_sizes: NDArray[np.int64] | None, level: float
) -> MemorizationFindings:
    """Memorization of all training examples, and a gallery of those with the highest significant scores.

    Parameters
    ----------
    dataset, outcomes
        What was studied, and what came of it.
    group_sizes : (n,) int array or None
        Size of each example's subpopulation, for the gallery.
    level : float
        Of every interval.
    """
    scores = memorization(outcomes, level)
    significant = scores.q_value <= _Q_LEVEL
    order, ranking = ranked_examples(outcomes, scores)
    known = scores.value[~np.isnan(scores.value)]
    lowest = float(np.floor(known.min(initial=0.0) * 20) / 20)
    edges = _EDGES[np.searchsorted(_EDGES, lowest - 1e-9) :]
    counts, _ = np.histogram(np.clip(known, edges[0], 1.0), bins=edges)
    return MemorizationFindings(
        estimand=scores.estimand,
        level=level,
        histogram_edges=edges.tolist(),
        histogram_counts=counts.tolist(),
        mean=mean_memorization(outcomes, level),
        n_examples=outcomes.n_train,
        n_undetermined=int(np.isnan(scores.value).sum()),
        n_significant=int(significant.sum()),
        q_level=_Q_LEVEL,
        threshold=_THRESHOLD,
        n_above_threshold=int((significant & (scores.value >= _THRESHOLD)).sum()),
        smallest_visible=smallest_visible_memorization(
            int(np.median(scores.n_in)), int(np.median(scores.n_out)), level
        ),
        gallery=_gallery(dataset, outcomes, scores, order, group_sizes, level),
        ranking=ranking,
    )


@checked
def mean_memorization(outcomes: Outcomes, level: float) -> Estimate:
    """Mean memorization as a mean over trials: accuracy on the examples that are in minus on those that are out.

    With every example out equally often this is the mean of the scores, and trials are its independent draws.
    """
    inside, right = outcomes.inclusion, outcomes.correct
    difference = (right & inside).sum(axis=1) / inside.sum(axis=1) - (right & ~inside).sum(axis=1) / (~inside).sum(
        axis=1
    )
    return mean_over_trials(difference, level, int((~inside[0]).sum()), lowest=-1.0)


def _gallery(
    dataset: Dataset,
    outcomes: Outcomes,
    scores: MemorizationScores,
    order: NDArray[np.intp],
    group_sizes: NDArray[np.int64] | None,
    level: float,
) -> list[MemorizedExample]:
    chosen = order[scores.q_value[order] <= _Q_LEVEL][:_GALLERY].tolist()
    influences = influence(outcomes, level, train=chosen, strongest=_INFLUENCES)
    return [
        MemorizedExample(
            train=i,
            label=dataset.class_names[dataset.y[i]],
            memorization=Estimate(
                value=float(scores.value[i]),
                low=float(scores.low[i]),
                high=float(scores.high[i]),
                level=level,
                method=scores.method,
            ),
            n_in=int(scores.n_in[i]),
            n_out=int(scores.n_out[i]),
            q_value=float(scores.q_value[i]),
            group_size=None if group_sizes is None else int(group_sizes[i]),
            view=view_of(dataset, i),
            influences=_influences(dataset, influences, i, level),
        )
        for i in chosen
    ]


def _influences(dataset: Dataset, scores: InfluenceScores, train: int, level: float) -> list[Influence]:
    """Those of one training example that are above zero, whatever their q-value, which is shown."""
    return [
        Influence(
            test=int(scores.test[pair]),
            label=dataset.class_names[dataset.y_test[scores.test[pair]]],
            influence=Estimate(
                value=float(scores.value[pair]),
                low=float(scores.low[pair]),
                high=float(scores.high[pair]),
                level=level,
                method=f"difference of proportions over trials, {INTERVAL}",
            ),
            q_value=float(scores.q_value[pair]),
            view=view_of(dataset, int(scores.test[pair]), held_out=True, beside=train),
        )
        for pair in np.flatnonzero((scores.train == train) & (scores.value > 0))
    ]
