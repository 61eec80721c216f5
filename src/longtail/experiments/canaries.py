"""Canaries: examples planted to be memorized, so that their trace bounds a learner's epsilon from below.

A canary is a training example with a wrong label drawn at random: nothing but its own presence makes a model believe
that label. It is in the training set or out of it by a fair coin, and its score is how confident the model is of the
wrong label. Everything else in the training set is the same in every run.

*One run* plants many canaries, each by a coin of its own [SteinkeNasrJagielski2023]_: cheap, but they share a model,
and the test has to allow for any dependence. *Many runs* plant one and the same canary, in or out in each run
[JagielskiUllmanOprea2020]_: independent scores, and the stronger bound for what it costs. Neighbors differ in one
example that is added or removed; a learner that is private for neighbors with another relation is not what is audited.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from joblib import delayed
from numpy.typing import NDArray

from longtail.dataset import Dataset
from longtail.errors import InputError, Said
from longtail.estimate import Bound
from longtail.handed_rows import require_features
from longtail.learners.any_learner import any_learner
from longtail.learners.class_names import with_class_names
from longtail.learners.learner import Learner
from longtail.machine import one_thread
from longtail.membership import (
    confidence_from_logits,
    epsilon_lower_bound,
    f_dp_epsilon_lower_bound,
    one_run_epsilon_lower_bound,
)
from longtail.membership.one_run_f_dp import Mechanism
from longtail.randomness import generator, integer_seed
from longtail.trials.worker_life import side_by_side

__all__ = ["CanaryAudit", "audit_many_runs", "audit_one_run", "wrong_labels"]

_LEAST_RUNS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryAudit:
    """Results of an audit with canaries.

    Parameters
    ----------
    design : {"one run", "many runs"}
        See the module.
    epsilon : Bound
        The lower bound.
    score : (k,) float array
        Of each canary, or of the canary in each run.
    inclusion : (k,) bool array
        Whether it was in.
    f_dp : Bound or None
        The bound of one run in the sense of f-differential privacy.
    """

    design: Literal["one run", "many runs"]
    epsilon: Bound
    score: NDArray[np.float64]
    inclusion: NDArray[np.bool_]
    f_dp: Bound | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planted:
    """A training set with a place for canaries: what is always in, and what may be."""

    always: Dataset
    X: NDArray[np.float32]
    y: NDArray[np.int64]


def audit_one_run(
    dataset: Dataset,
    learner: Any,
    n_canaries: int,
    *,
    delta: float = 0.0,
    level: float = 0.95,
    seed: int = 0,
    mechanism: Mechanism = "any",
) -> CanaryAudit:
    """Train once with about half of ``n_canaries`` planted, and bound epsilon from below.

    Parameters
    ----------
    dataset : Dataset
        Of its training examples ``n_canaries`` become canaries; the others are always in.
    learner : Learner
        One that gives calibrated probabilities.
    n_canaries : int
        At least 10, and fewer than there are training examples.
    delta, level : float
        See :func:`~longtail.membership.one_run_epsilon_lower_bound`.
    seed : int
        Of canaries, coins and the learner.
    mechanism : {"any", "gaussian"}
        What the second bound may assume, see :func:`~longtail.membership.f_dp_epsilon_lower_bound`.

    Raises
    ------
    InputError
        If there are too few or too many canaries, or the learner gives no probabilities.
    """
    learner = any_learner(learner)
    require_features(learner, "canaries, whose features are copies")
    planted = _plant(dataset, n_canaries, seed)
    inside = generator(seed, "coins").random(n_canaries) < 0.5
    score = _confidence(learner, planted, inside, integer_seed(seed, "canary run", 0))
    bound = one_run_epsilon_lower_bound(score, inside, design="independent", delta=delta, level=level)
    design: Any = {"design": "independent", "delta": delta, "level": level}
    tight = f_dp_epsilon_lower_bound(score, inside, mechanism=mechanism, **design)
    return CanaryAudit(design="one run", epsilon=bound, score=score, inclusion=inside, f_dp=tight)


def audit_many_runs(
    dataset: Dataset,
    learner: Any,
    n_runs: int,
    *,
    delta: float = 0.0,
    level: float = 0.95,
    seed: int = 0,
    jobs: int | None = None,
) -> CanaryAudit:
    """Train ``n_runs`` times, with one canary in about half of the runs, and bound epsilon from below.

    Parameters
    ----------
    dataset, learner, delta, level, seed
        As for :func:`audit_one_run`.
    n_runs : int
        At least 100.
    jobs : int, optional
        Models at a time; it does not affect the result.

    Raises
    ------
    InputError
        If there are too few runs, or the learner gives no probabilities.
    """
    learner = any_learner(learner)
    require_features(learner, "canaries, whose features are copies")
    if n_runs < _LEAST_RUNS:
        raise InputError("n_runs", f"be at least {_LEAST_RUNS}", n_runs)
    planted = _plant(dataset, 1, seed)
    inside = generator(seed, "coins").random(n_runs) < 0.5
    seeds = [integer_seed(seed, "canary run", run) for run in range(n_runs)]
    parallel = side_by_side(learner.executor, jobs)
    runs = (delayed(_confidence)(learner, planted, inside[[run]], seeds[run]) for run in range(n_runs))
    score = np.concatenate(list(parallel(runs)))
    bound = epsilon_lower_bound(score[inside], score[~inside], delta, level, seed=seed)
    return CanaryAudit(design="many runs", epsilon=bound, score=score, inclusion=inside)


def wrong_labels(y: NDArray[np.int64], n_classes: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw for each class code one of the others."""
    return (y + rng.integers(1, n_classes, len(y))) % n_classes


def _plant(dataset: Dataset, n_canaries: int, seed: int) -> _Planted:
    """Turn random training examples into canaries, each with one of the other labels."""
    if not 1 <= n_canaries < dataset.n_train:
        raise InputError("n_canaries", f"lie between 1 and {dataset.n_train - 1}", n_canaries)
    rng = generator(seed, "canaries")
    chosen = rng.permutation(dataset.n_train)[:n_canaries]
    wrong = wrong_labels(dataset.y[chosen], dataset.n_classes, rng)
    rest = np.setdiff1d(np.arange(dataset.n_train), chosen)
    return _Planted(always=dataset.restricted_to(rest), X=dataset.X[chosen], y=wrong)


def _confidence(
    learner: Learner, planted: _Planted, inside: Sequence[bool] | NDArray[np.bool_], seed: int
) -> NDArray[np.float64]:
    """Return the confidence of a model in each canary's wrong label."""
    kept = np.asarray(inside, bool)
    X = np.concatenate([planted.always.X, planted.X[kept]])
    y = np.concatenate([planted.always.y, planted.y[kept]])
    with one_thread():
        named = with_class_names(learner, planted.always.class_names)
        told = named.fit_predict(X, y, planted.X, n_classes=planted.always.n_classes, seed=seed)
    if told.logits is None or not told.calibrated:
        raise InputError(f"learner {learner.name}", "give probabilities, to audit its privacy", Said("none"))
    return confidence_from_logits(np.maximum(told.logits, np.finfo(np.float32).min), planted.y)
