r"""Variance split: how much of an outcome is the subset, how much the seed.

With several models on each of several subsets, correctness h, or another performance, on an example that is out (or in)
varies as

.. math:: \mathrm{Var}(h) = \mathrm{Var}_S\, E[h \mid S] + E_S\, \mathrm{Var}[h \mid S],

the subset's part and the seed's. Both are estimated without bias by one-way analysis of variance over the subsets that
leave the example out (or have it in), and averaged over examples. Where the seed's part is large, more models on the
same subsets would do as well as new ones; new subsets, one model each, are never worse, and are what studies train.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Bits
from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.estimate import Estimate
from longtail.experiments.retraining import performance_after_training
from longtail.learners.any_learner import any_learner
from longtail.sampling_laws import student_half_width
from longtail.trials import SubsetDesign

__all__ = ["VarianceSplit", "split_of_variance", "variance_split"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceSplit:
    """Mean variance of performance over examples, by its cause, for examples out of and in the subset.

    Parameters
    ----------
    subset_out, seed_out, subset_in, seed_in : float
        Mean variances; an estimated subset part can fall below 0.
    share_of_subset_out : Estimate
        ``subset_out / (subset_out + seed_out)``, its interval from a jackknife over subsets, cut to [0, 1].
    """

    subset_out: float
    seed_out: float
    subset_in: float
    seed_in: float
    share_of_subset_out: Estimate


def variance_split(
    learner: Any,
    dataset: Dataset,
    design: SubsetDesign,
    *,
    n_seeds: int = 4,
    level: float = 0.95,
    jobs: int | None = None,
) -> VarianceSplit:
    """Train ``n_seeds`` models on each subset of a design, and split the variance of their performance.

    Raises
    ------
    InputError
        If ``n_seeds`` is below 2, or the subsets are too few.
    """
    learner = any_learner(learner)
    if n_seeds < 2:
        raise InputError("n_seeds", "be at least 2", n_seeds)
    subsets = np.array([design.inclusion(dataset.n_train, t, dataset.together) for t in range(design.n_trials)])
    _require_counted(subsets)
    kept = [np.flatnonzero(subset) for subset in subsets for _ in range(n_seeds)]
    seeds = [(design.seed, f"subset {trial}", seed) for trial in range(design.n_trials) for seed in range(n_seeds)]
    found = performance_after_training(learner, dataset, kept, np.arange(dataset.n_train), seeds, jobs).values
    return split_of_variance(subsets, found.reshape(design.n_trials, n_seeds, dataset.n_train), level)


def split_of_variance(inclusion: Bits, performance: NDArray[Any], level: float = 0.95) -> VarianceSplit:
    """Split the variance of outcomes.

    ``inclusion`` is (subsets, n); ``performance``, right or wrong or numbers, is (subsets, seeds, n).

    Raises
    ------
    InputError
        If the subsets are too few: with one of them set aside, no example is out of two others, or none is in two.
    """
    _require_counted(inclusion)
    subset_out, seed_out = _components(~inclusion, performance)
    subset_in, seed_in = _components(inclusion, performance)
    n_subsets = len(inclusion)
    shares = []
    for left_out in range(n_subsets):
        others = np.arange(n_subsets) != left_out
        shares.append(_share(*_components(~inclusion[others], performance[others])))
    share = _share(subset_out, seed_out)
    error = np.sqrt((n_subsets - 1) * np.var(shares))
    half = float(student_half_width(level, n_subsets - 1) * error)
    estimate = Estimate(
        value=min(max(share, 0.0), 1.0),
        low=min(max(share - half, 0.0), 1.0),
        high=min(max(share + half, 0.0), 1.0),
        level=level,
        method="analysis of variance, jackknife over subsets",
    )
    return VarianceSplit(
        subset_out=subset_out, seed_out=seed_out, subset_in=subset_in, seed_in=seed_in, share_of_subset_out=estimate
    )


def _components(counted: Bits, performance: NDArray[Any]) -> tuple[float, float]:
    """Subset and seed variance, averaged over the examples that are counted in two subsets or more."""
    n_seeds = performance.shape[1]
    mean = performance.mean(axis=1, dtype=np.float64)
    within = performance.var(axis=1, ddof=1, dtype=np.float64)
    times = counted.sum(axis=0)
    often = times >= 2
    counted, mean, within, times = counted[:, often], mean[:, often], within[:, often], times[often]
    seed = (within * counted).sum(axis=0) / times
    center = (mean * counted).sum(axis=0) / times
    between = (((mean - center) ** 2) * counted).sum(axis=0) / (times - 1)
    return float((between - seed / n_seeds).mean()), float(seed.mean())


def _require_counted(inclusion: Bits) -> None:
    """Refuse subsets that leave nothing to average once the jackknife sets one of them aside."""
    for side, counted in (("out of", ~inclusion), ("in", inclusion)):
        without_one = counted.sum(axis=0) - counted
        if not (without_one >= 2).any(axis=1).all():
            law = f"be so many that some example is {side} two of them whichever is set aside"
            raise InputError("n_subsets", law, len(inclusion))


def _share(subset: float, seed: float) -> float:
    total = subset + seed
    return subset / total if total > 0 else 0.0
