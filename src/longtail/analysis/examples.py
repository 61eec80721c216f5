"""From outcomes to every example: what a reader of the report can look up about each of them.

Scores of all examples, the strongest influences both ways, nearest neighbors, and how the examples look. Pictures are
kept of the 2,000 training examples that matter (the most memorized, the most influential, the most exposed, and a
random sample, a quarter each) and of the test examples that they influence. Numbers are rounded to what a reader can
use.
"""

from dataclasses import replace

import numpy as np

from longtail.analysis.analysis import STRONGEST, Analysis
from longtail.analysis.columns import test_columns as held_out_columns
from longtail.analysis.columns import training_columns
from longtail.analysis.looks import looks_of
from longtail.analysis.partitions import comparable_features, comparable_units
from longtail.array_types import Reals, Whole
from longtail.dataset import Dataset
from longtail.findings.columns import Column
from longtail.findings.examples import Examples, Influences, Neighbors, TestExamples, TrainingExamples
from longtail.machine import hand_back_memory
from longtail.neighbours import nearest_neighbours, neighbours_in_parts
from longtail.scores import InfluenceScores

__all__ = ["MOST_PICTURED", "MOST_TESTS_PICTURED", "examples_of", "neighbors_are_of"]

_NEIGHBORS = 5
_LEAST_PICTURED = 100  # have neighbors in any case
MOST_PICTURED, MOST_TESTS_PICTURED = 2_000, 1_000
_Q_LEVEL = 0.05
_DIGITS_OF_INFLUENCE = 3  # A page shows three digits. There are hundreds of thousands of numbers.
_NEIGHBOR_OPERATIONS = 4e11
"""Multiplications that may go into neighbors; beyond, only those of the examples that matter most are looked for."""
_OF_A_COMPARISON = 100
"""Multiplications in the time that it takes to look at a distance, whatever the number of columns."""


def examples_of(analysis: Analysis) -> Examples:
    """Collect every training and test example of a study."""
    dataset, outcomes = analysis.dataset, analysis.outcomes
    matter, tests_matter = _that_matter(analysis)
    hand_back_memory()  # That of all pairs of influence.
    columns, neighbors = [_readable(column) for column in training_columns(analysis)], _neighbors(dataset, matter)
    hand_back_memory()
    train = TrainingExamples(
        position=dataset.position,
        label=dataset.y,
        group=dataset.group,
        columns=columns,
        neighbors=neighbors,
        looks=looks_of(dataset, matter),
    )
    hand_back_memory()
    test = TestExamples(
        position=dataset.position_test,
        label=dataset.y_test,
        columns=[_readable(column) for column in held_out_columns(analysis)],
        neighbors=_neighbors(dataset, tests_matter, held_out=True),
        looks=looks_of(dataset, tests_matter, held_out=True),
    )
    return Examples(
        n_trials=outcomes.n_trials,
        level=analysis.level,
        class_names=list(dataset.class_names),
        group_names=list(dataset.group_names),
        train=train,
        test=test,
        influences=_influences(analysis.influence),
        strongest=STRONGEST,
    )


def _readable(column: Column) -> Column:
    """Round the column to as many digits as a reader can use."""
    if column.value.dtype.kind != "f":
        return column
    rounded = {"q-value": _significant_digits, "difference": _rounded, "probability": _rounded}.get(column.unit, _short)
    low, high = (None if end is None else rounded(end) for end in (column.low, column.high))
    return replace(column, value=rounded(column.value.astype(float)), low=low, high=high)


def _influences(scores: InfluenceScores) -> Influences:
    positive = (np.round(scores.value, _DIGITS_OF_INFLUENCE) > 0) & (scores.q_value <= _Q_LEVEL)
    return Influences(
        train=scores.train[positive],
        test=scores.test[positive],
        value=np.round(scores.value[positive], _DIGITS_OF_INFLUENCE),
        low=np.round(scores.low[positive], _DIGITS_OF_INFLUENCE),
        high=np.round(scores.high[positive], _DIGITS_OF_INFLUENCE),
        q_value=_significant_digits(scores.q_value[positive]),
        n_pairs=scores.n_pairs,
        method=f"{scores.method}, {scores.test_of}",
    )


def _that_matter(analysis: Analysis) -> tuple[Whole, Whole]:
    """Choose the training and the test examples that get a picture.

    They come from each list in turn, so that all lists are served.
    """
    scores, influenced, exposed = analysis.scores, analysis.influence, analysis.attacked.vulnerability
    n = len(scores.value)
    strongest = np.full(n, np.nan)
    shown = influenced.q_value <= _Q_LEVEL
    np.fmax.at(strongest, influenced.train[shown], influenced.value[shown])
    orders = [_falling(scores.value), _falling(strongest)]
    if exposed is not None:
        orders.append(_falling(_rounded(exposed.low)))
    orders.append(np.random.default_rng(0).permutation(n))
    matter = _in_turn(orders, MOST_PICTURED)
    by_influence = _falling(np.where(np.isin(influenced.train, matter), influenced.value, np.nan))
    return matter, _in_turn([influenced.test[by_influence]], MOST_TESTS_PICTURED)


def _in_turn(orders: list[Whole], most: int) -> Whole:
    """Take the first of each order, then the second of each, and so on, each example once."""
    length = max(map(len, orders), default=0)
    merged = [np.concatenate([order[k : k + 1] for order in orders]) for k in range(min(length, most))]
    everybody = np.concatenate([np.zeros(0, np.int64), *merged])
    _, first = np.unique(everybody, return_index=True)
    return everybody[np.sort(first)][:most]


def _falling(values: Reals) -> Whole:
    """Return positions of what is known, the largest first."""
    order = np.argsort(-values, kind="stable")
    return order[: int((~np.isnan(values)).sum())]


def _neighbors(dataset: Dataset, matter: Whole, *, held_out: bool = False) -> Neighbors | None:
    """Return the nearest training examples of all of them, or of those that matter where all would take too long."""
    n, n_features = dataset.X.shape
    n_of = dataset.n_test if held_out else n
    if n <= _NEIGHBORS or not n_of:
        return None
    most = neighbors_are_of(n, n_features, n_of, len(matter))
    of = np.arange(n_of) if most == n_of else np.sort(matter[:most])
    if held_out or len(of) < n:
        asked, own = (dataset.X_test[of], None) if held_out else (dataset.X[of], of)
        train, distance = neighbours_in_parts(dataset.X, _NEIGHBORS, asked, comparable_units(dataset), own)
    else:
        train, distance = nearest_neighbours(comparable_features(dataset, dataset.X), _NEIGHBORS)
    kind = "of pixels" if dataset.image_shape is not None else "of features in units of their spread"
    return Neighbors(of=of, train=train, distance=_significant_digits(distance, 4), measure=f"Euclidean, {kind}")


def neighbors_are_of(n: int, n_features: int, n_of: int, n_that_matter: int) -> int:
    """Return of how many examples neighbors among ``n`` are looked for: of all, or of as many that matter as may be."""
    most = int(_NEIGHBOR_OPERATIONS / (max(n, 1) * (n_features + _OF_A_COMPARISON)))
    return n_of if n_of <= most else min(n_that_matter, n_of, max(most, _LEAST_PICTURED))


def _rounded(values: Reals) -> Reals:
    return np.round(values, 4)


def _significant_digits(values: Reals, digits: int = 2) -> Reals:
    return np.array([float(f"{value:.{digits - 1}e}") for value in values.ravel().tolist()]).reshape(values.shape)


def _short(values: Reals) -> Reals:
    return _significant_digits(values, 4)
