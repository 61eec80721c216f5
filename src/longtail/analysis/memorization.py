"""From scores to findings: the histogram of memorization, and the gallery of the most memorized examples.

Numbers are plain differences of proportions everywhere, with the intervals that hold for them. Only who comes first in
the gallery is decided by the efficient estimate, where there are margins for it: few trials leave many examples tied at
the top, and it finds the true top sooner.
"""

import numpy as np

from longtail.analysis.analysis import STRONGEST, Analysis
from longtail.analysis.columns import training_columns
from longtail.analysis.views import view_of
from longtail.dataset import Dataset
from longtail.findings import Influence, MemorizationFindings, MemorizedExample
from longtail.scores import InfluenceScores, influence
from longtail.scores.convergence import smallest_visible_memorization

__all__ = ["memorization_findings"]

_GALLERY = 24
_Q_LEVEL = 0.05
_THRESHOLD = 0.25
_EDGES = np.round(np.linspace(-1.0, 1.0, 41), 3)


def memorization_findings(analysis: Analysis) -> MemorizationFindings:
    """Gather the memorization of all training examples, and a gallery of those with the highest significant scores."""
    scores, outcomes, level = analysis.scores, analysis.outcomes, analysis.level
    order, _ = analysis.ranking
    chosen: list[int] = order[scores.q_value[order] <= _Q_LEVEL][:_GALLERY].tolist()
    significant = scores.q_value <= _Q_LEVEL
    known = scores.value[~np.isnan(scores.value)]
    lowest = float(np.floor(known.min(initial=0.0) * 20) / 20)
    edges = _EDGES[np.searchsorted(_EDGES, lowest - 1e-9) :]
    counts, _ = np.histogram(np.clip(known, edges[0], 1.0), bins=edges)
    return MemorizationFindings(
        estimand=scores.estimand,
        level=level,
        histogram_edges=edges.tolist(),
        histogram_counts=counts.tolist(),
        mean=analysis.mean_memorization,
        n_examples=outcomes.n_train,
        n_undetermined=int(np.isnan(scores.value).sum()),
        n_significant=int(significant.sum()),
        q_level=_Q_LEVEL,
        threshold=_THRESHOLD,
        n_above_threshold=int((significant & (scores.value >= _THRESHOLD)).sum()),
        smallest_visible=smallest_visible_memorization(
            int(np.median(scores.n_in)), int(np.median(scores.n_out)), level
        ),
        gallery=_gallery(analysis, chosen),
        ranking=analysis.ranking[1],
        columns=[column.at_places(chosen) for column in training_columns(analysis)],
    )


def _gallery(analysis: Analysis, chosen: list[int]) -> list[MemorizedExample]:
    dataset, scores = analysis.dataset, analysis.scores
    group_sizes = None if analysis.middle is None else analysis.middle.sizes
    influences = influence(analysis.outcomes, analysis.level, train=np.array(chosen, np.int64), strongest=STRONGEST)
    return [
        MemorizedExample(
            train=i,
            row=int(dataset.position[i]),
            label=dataset.label(i),
            memorization=scores[i],
            n_in=int(scores.n_in[i]),
            n_out=int(scores.n_out[i]),
            q_value=float(scores.q_value[i]),
            group_size=None if group_sizes is None else int(group_sizes[i]),
            view=view_of(dataset, i),
            influences=_influences(dataset, influences, i),
        )
        for i in chosen
    ]


def _influences(dataset: Dataset, scores: InfluenceScores, train: int) -> list[Influence]:
    """List the influences of one training example that are surely above zero: others are not shown as if they were."""
    known = (scores.value > 0) & (scores.q_value <= _Q_LEVEL)
    return [
        Influence(
            test=int(scores.test[pair]),
            row=int(dataset.position_test[scores.test[pair]]),
            label=dataset.label(int(scores.test[pair]), held_out=True),
            influence=scores.at(pair),
            q_value=float(scores.q_value[pair]),
            view=view_of(dataset, int(scores.test[pair]), held_out=True, beside=train),
        )
        for pair in np.flatnonzero(known & (scores.train == train)).tolist()
    ]
