"""The columns of every example: what is listed, in files and on the page, of each one.

This is the one place that knows which scores there are. A new one is a function here that makes its columns from an
analysis, and its name in :data:`SCORES`; tables, CSV, Arrow, the page and the pages of examples follow by themselves.
"""

from collections.abc import Callable, Sequence

import numpy as np

from longtail.analysis.analysis import Analysis
from longtail.findings.columns import Column
from longtail.membership import Vulnerability
from longtail.scores import MemorizationScores

__all__ = ["KINDS", "SCORES", "TEST", "exposure_columns", "score_columns", "test_columns", "training_columns"]

__test__: dict[str, str] = {}  # Else pytest, asked for the examples in this file, takes a function here for a test.


def training_columns(analysis: Analysis) -> list[Column]:
    """Return all columns of the training examples, in the order in which they are shown."""
    return [column for made in (*SCORES, *KINDS) for column in made(analysis)]


def score_columns(analysis: Analysis) -> list[Column]:
    """Return the columns of the training examples for which no data are needed, nor kinds found in them."""
    return [column for made in SCORES for column in made(analysis)]


def test_columns(analysis: Analysis) -> list[Column]:
    """Return all columns of the test examples."""
    return [column for made in TEST for column in made(analysis)]


def _memorization(analysis: Analysis) -> Sequence[Column]:
    scores = analysis.scores
    of_numbers = scores.moments is not None
    return (
        Column(
            name="memorization",
            title="memorization",
            unit=scores.kind.unit if of_numbers else "difference",
            value=scores.value,
            low=scores.low,
            high=scores.high,
            method=scores.method,
        ),
        Column(
            name="q_value",
            title="q",
            unit="q-value",
            value=scores.q_value,
            method="that memorization is at most 0; allows for all training examples",
        ),
        *(_mean_performance(scores) if of_numbers else _times_right(scores)),
        Column(name="n_in", title="trained on it", unit="trials", value=scores.n_in),
        Column(name="n_out", title="left out", unit="trials", value=scores.n_out),
    )


def _times_right(scores: MemorizationScores) -> Sequence[Column]:
    return (
        Column(name="right_in", title="right when trained on it", unit="trials", value=scores.correct_in, of="n_in"),
        Column(name="right_out", title="right when left out", unit="trials", value=scores.correct_out, of="n_out"),
    )


def _mean_performance(scores: MemorizationScores) -> Sequence[Column]:
    title, unit = scores.kind.title, scores.kind.unit
    return (
        Column(name="mean_in", title=f"mean {title} when trained on it", unit=unit, value=scores.mean_in),
        Column(name="mean_out", title=f"mean {title} when left out", unit=unit, value=scores.mean_out),
    )


def _exposure(analysis: Analysis) -> Sequence[Column]:
    exposed = analysis.attacked.vulnerability
    return () if exposed is None else exposure_columns(exposed, "training examples")


def exposure_columns(exposed: Vulnerability, what: str) -> list[Column]:
    """Return exposure, of examples or of units, and its q-values."""
    return [
        Column(
            name="exposure",
            title="exposure",
            unit="probability",
            value=exposed.value,
            low=exposed.low,
            high=exposed.high,
            method=exposed.method,
        ),
        Column(
            name="exposure_q",
            title="q of exposure",
            unit="q-value",
            value=exposed.q_value,
            method=f"that its presence does not show; allows for all {what}",
        ),
    ]


def _subpopulation(analysis: Analysis) -> Sequence[Column]:
    if not analysis.has_data or analysis.middle is None:
        return ()
    name, title = "subpopulation_size", "size of its subpopulation"
    return (Column(name=name, title=title, unit="examples", value=analysis.middle.sizes),)


def _exact_knn(analysis: Analysis) -> Sequence[Column]:
    exact = analysis.exact_knn
    if exact is None:
        return ()
    return (
        Column(
            name="exact_knn_memorization",
            title="exact kNN memorization",
            unit="difference",
            value=exact.value,
            method=exact.estimand,
        ),
    )


def _mislabeled(analysis: Analysis) -> Sequence[Column]:
    if not analysis.has_data or analysis.outcomes.of_numbers:
        return ()
    scores = np.full(analysis.dataset.n_train, np.nan)
    if analysis.judged is not None:
        scores[analysis.judged.train] = analysis.judged.probability
        return (
            Column(
                name="mislabeled",
                title="probability that its label is wrong",
                unit="probability",
                value=scores,
                method="learned from planted wrong labels, for examples that models without them get wrong",
            ),
        )
    scores[analysis.mislabeled.train] = analysis.mislabeled.score
    return (
        Column(
            name="mislabeled",
            title="looks mislabeled (1) or rare (0)",
            unit="mean rank",
            value=scores,
            method="mean rank of three kinds of evidence, among examples memorized by 0.25 or more; no probability",
        ),
    )


def _right_on_tests(analysis: Analysis) -> Sequence[Column]:
    if analysis.outcomes.of_numbers:
        kind, values = analysis.outcomes.kind, analysis.outcomes.numbers()[1]
        mean = values.mean(axis=0, dtype=np.float64)
        return (Column(name="mean", title=f"mean {kind.title} over models", unit=kind.unit, value=mean),)
    right = analysis.outcomes.test_correct.sum(axis=0, dtype=np.int64)
    n_trials = np.full(len(right), analysis.outcomes.n_trials)
    return (
        Column(name="right", title="models right", unit="trials", value=right, of="n_trials"),
        Column(name="n_trials", title="models", unit="trials", value=n_trials),
    )


Columns = Callable[[Analysis], Sequence[Column]]

SCORES: tuple[Columns, ...] = (_memorization, _exposure)
"""What makes the scores of the training examples, from outcomes alone; the first column leads."""

KINDS: tuple[Columns, ...] = (_exact_knn, _subpopulation, _mislabeled)
"""What makes the columns for which the data are looked at: neighbors of a training example, and its kind."""

TEST: tuple[Columns, ...] = (_right_on_tests,)
"""What makes the columns of the test examples."""
