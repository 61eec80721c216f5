r"""Paired removal: what a set of training examples is worth on new data, by the same trials without it.

Trial t of an arm trains on the subset of trial t of the study, less the set, with the same seed. So the two differ in
nothing else, and the loss of a set S is the mean over trials t and test examples j of

.. math:: c_{tj} - c^{-S}_{tj},

right with all less right without. Where performance is a number it takes the place of c, with the sign that makes a
loss positive. Trials and test examples are both a sample: the interval is the two-way one. Test examples of one unit
are one draw (:mod:`longtail.scores.unit_draws`). The sets are chosen on other trials than they are judged on; the level
is divided by the number of arms that are compared.

Test examples alone may witness. A left-out training example that is memorized has no twin in the training set, by what
memorized means, so that it says that the memorized are worth nothing.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.array_types import Bits, Whole
from longtail.dataset import Dataset
from longtail.errors import InputError, Said
from longtail.estimate import Estimate, require_level
from longtail.learners.any_learner import any_learner
from longtail.outcomes import Outcomes
from longtail.scores.subgroup_cost import two_way_half_width
from longtail.scores.witness_pools import Pool, effective_draws
from longtail.trials import SubsetDesign, run_trials
from longtail.trials.runner import Progress

__all__ = ["Arm", "PairedRemoval", "compared_arms", "paired_removal", "training_positions"]


_LEAST_TRIALS = 10
_TOUCHED = 10  # With fewer test examples than this, the rule of three is used.
_FEW = 30
_BY_UNIT = "trials paired on subsets and seeds; two-way interval over trials and units of test examples"
_METHOD = "trials paired on subsets and seeds; two-way interval over trials and test examples"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One set that was left out.

    Parameters
    ----------
    name : str
    removed : (k,) int array
        Positions of its examples.
    in_a_subset : float
        How many of them a trial of the study trains on, on average.
    loss : Estimate
        Test accuracy, or mean performance, lost without them; negative where it is gained.
    lost : (trials, n_test) int8 or float array
        1 where a model was right with them and wrong without, -1 the other way round; or the performance lost.
    """

    name: str
    removed: Whole
    in_a_subset: float
    loss: Estimate
    lost: NDArray[np.int8] | NDArray[np.float64]

    def to_json(self) -> dict[str, Any]:
        """Return plain data, without the table."""
        return {
            "name": self.name,
            "n_removed": len(self.removed),
            "in_a_subset": self.in_a_subset,
            "loss": self.loss.to_json(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedRemoval:
    """All arms, on the same trials and test examples.

    Parameters
    ----------
    arms : dict of str to Arm
    n_trials, n_test : int
        How many of either witness.
    level : float
        That all arms' intervals hold together with.
    unit : (n_test,) int array or None
        The unit of each test example that counts, where they belong to units.
    """

    arms: dict[str, Arm]
    n_trials: int
    n_test: int
    level: float
    unit: Whole | None = None

    def difference(self, first: str, second: str) -> Estimate:
        """Return how much more is lost without the first set than without the second."""
        one, other = self.arms[first].lost, self.arms[second].lost
        of_numbers = one.dtype != np.int8
        level = _shared_level(self.level, len(self.arms))
        return _mean_lost(one.astype(float) - other, level, self.unit, of_numbers=of_numbers)


def paired_removal(
    learner: Any,
    dataset: Dataset,
    outcomes: Outcomes,
    design: SubsetDesign,
    sets: Mapping[str, ArrayLike],
    *,
    n_trials: int = 100,
    on: ArrayLike | None = None,
    store: str | Path | None = None,
    level: float = 0.95,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> PairedRemoval:
    """Train the first trials of a study again without each set, and compare.

    Parameters
    ----------
    learner, dataset, design
        Those of the study.
    outcomes : Outcomes
        Of its trials; the first ``n_trials`` of the design must be among them.
    sets : mapping of str to int array
        Name -> positions of training examples, chosen on later trials than these.
    n_trials : int
        Models an arm.
    on : (n_test,) bool array, optional
        The test examples that count; all of them where it is not given.
    store : path, optional
        A run folder, in which the models of each arm are kept as trials of their own, and from which they are resumed.
    level : float
        Of all arms together: each interval has level ``1 - (1 - level) / len(sets)``.
    jobs, progress
        See :func:`longtail.trials.run_trials`; progress counts the models of all arms.

    Raises
    ------
    InputError
        If a set is empty, everything, or not of positions; if there are no test examples, or too few trials.
    """
    learner = any_learner(learner)
    require_level(level)
    removed = {name: training_positions(f"set {name!r}", rows, dataset.n_train) for name, rows in sets.items()}
    _base(outcomes, n_trials)
    counted = _counted(dataset, on)
    found: dict[str, tuple[Whole, Outcomes]] = {}
    for place, (name, rows) in enumerate(removed.items()):
        trials = run_trials(
            learner,
            dataset,
            replace(design, without=tuple(rows.tolist())),
            store,
            trials=range(n_trials),
            jobs=jobs,
            margins=False,
            progress=_shifted(progress, place * n_trials, len(removed) * n_trials),
        )
        found[name] = rows, trials
    return compared_arms(dataset, outcomes, found, n_trials=n_trials, on=counted, level=level)


def compared_arms(
    dataset: Dataset,
    outcomes: Outcomes,
    arms: Mapping[str, tuple[Whole, Outcomes]],
    *,
    n_trials: int,
    on: ArrayLike | None = None,
    level: float = 0.95,
) -> PairedRemoval:
    """Compare the first trials of a study with the same ones without each set.

    Parameters
    ----------
    dataset, outcomes, n_trials, on, level
        See :func:`paired_removal`.
    arms : mapping of str to (rows, Outcomes)
        Name -> positions of the set, and the trials without it.
    """
    base, counted = _base(outcomes, n_trials), _counted(dataset, on)
    each = _shared_level(level, len(arms))
    unit = None if dataset.together_test is None else dataset.together_test[counted]
    compared = {name: _arm(name, rows, base, found, counted, each, unit) for name, (rows, found) in arms.items()}
    n_paired = min((arm.lost.shape[0] for arm in compared.values()), default=0)
    return PairedRemoval(arms=compared, n_trials=n_paired, n_test=int(counted.sum()), level=level, unit=unit)


def _arm(
    name: str, rows: Whole, base: Outcomes, found: Outcomes, counted: Bits, level: float, unit: Whole | None
) -> Arm:
    _, with_all, without = np.intersect1d(base.trial_numbers, found.trial_numbers, return_indices=True)
    lost = _lost(base, found, with_all, without)[:, counted]
    return Arm(
        name=name,
        removed=rows,
        in_a_subset=float(base.inclusion[:, rows].sum(axis=1).mean()),
        loss=_mean_lost(lost, level, unit, of_numbers=base.of_numbers),
        lost=lost,
    )


def _lost(
    base: Outcomes, found: Outcomes, with_all: NDArray[np.intp], without: NDArray[np.intp]
) -> NDArray[np.int8] | NDArray[np.float64]:
    """Return what the chosen trials lose on each test example."""
    if not base.of_numbers:
        return base.test_correct[with_all].astype(np.int8) - found.test_correct[without].astype(np.int8)
    before, after = base.numbers()[1][with_all], found.numbers()[1][without]
    return np.asarray(base.kind.sign * (before.astype(np.float64) - after))


def _mean_lost(table: NDArray[np.generic], level: float, unit: Whole | None, *, of_numbers: bool) -> Estimate:
    lost = table.astype(float)
    value, n_test = float(lost.mean()), lost.shape[1]
    if unit is not None:
        return _mean_lost_by_unit(lost, level, unit, of_numbers=of_numbers)
    half = two_way_half_width(lost, level)
    if of_numbers:
        return Estimate(value=value, low=value - half, high=value + half, level=level, method=_METHOD)
    if int((lost != 0).any(axis=0).sum()) < _TOUCHED:  # So few examples changed that others may change as well.
        half = max(half, -math.log((1 - level) / 2) / n_test)
    return Estimate(value=value, low=max(-2.0, value - half), high=min(2.0, value + half), level=level, method=_METHOD)


def _mean_lost_by_unit(lost: NDArray[np.float64], level: float, unit: Whole, *, of_numbers: bool) -> Estimate:
    pool = Pool.of(lost, np.ones(lost.shape, bool), unit=unit)
    value, half = pool.mean, pool.half_width(level)
    touched = len(np.unique(unit[(lost != 0).any(axis=0)]))
    if not of_numbers and touched < _TOUCHED:
        half = max(half, -math.log((1 - level) / 2) / effective_draws([pool]))
    most = math.inf if of_numbers else 2.0
    return Estimate(
        value=value,
        low=max(-most, value - half),
        high=min(most, value + half),
        level=level,
        method=_BY_UNIT,
        warning="" if pool.draws >= _FEW else f"only {pool.draws} units of test examples",
    )


def _shared_level(level: float, n_arms: int) -> float:
    return 1 - (1 - level) / max(n_arms, 1)


def _shifted(progress: Progress | None, done: int, planned: int) -> Progress | None:
    if progress is None:
        return None
    return lambda finished, _: progress(done + finished, planned)


def _base(outcomes: Outcomes, n_trials: int) -> Outcomes:
    if n_trials < _LEAST_TRIALS:
        raise InputError("n_trials", f"be at least {_LEAST_TRIALS}", n_trials)
    there = int((outcomes.trial_numbers < n_trials).sum())
    if there < n_trials:
        remedy = "Finish the study, or ask for fewer."
        raise InputError("n_trials", "be trials that the study has", Said(f"{there} of {n_trials}"), remedy)
    return outcomes.restricted_to(slice(None, int(np.searchsorted(outcomes.trial_numbers, n_trials))))


def _counted(dataset: Dataset, on: ArrayLike | None) -> Bits:
    if not dataset.n_test:
        remedy = "Left-out training examples cannot stand for them: what is memorized has no twin among them."
        raise InputError("data", "have test examples, the only witnesses of what a set is worth", 0, remedy)
    counted = np.ones(dataset.n_test, bool) if on is None else np.asarray(on)
    if counted.shape != (dataset.n_test,) or counted.dtype != bool:
        what = Said(f"{counted.dtype} of shape {counted.shape}")
        raise InputError("on", f"be a mask of the {dataset.n_test} test examples", what)
    if not counted.any():
        raise InputError("on", "hold at least one test example", Said("none"))
    return counted


def training_positions(argument: str, rows: ArrayLike, n_train: int) -> Whole:
    """Return the positions of a set of training examples, given as such or as a mask.

    Parameters
    ----------
    argument : str
        How an error calls the set.
    rows : (k,) int array or (n_train,) bool array
    n_train : int

    Raises
    ------
    InputError
        If the set is empty, everything, or not of positions.
    """
    given = np.asarray(rows)
    if given.dtype == bool and given.shape == (n_train,):
        given = np.flatnonzero(given)
    if given.ndim != 1 or (given.size and not np.issubdtype(given.dtype, np.integer)):
        what = Said(f"{given.dtype} of shape {given.shape}")
        raise InputError(argument, "be positions of training examples, or a mask of them", what)
    positions = np.unique(given.astype(np.int64))
    if not len(positions):
        raise InputError(argument, "hold at least one training example", Said("none"))
    if not 0 <= positions[0] <= positions[-1] < n_train:
        outside = positions[0] if positions[0] < 0 else positions[-1]
        raise InputError(argument, f"hold positions in 0..{n_train - 1}", Said(f"{outside}"))
    if len(positions) == n_train:
        raise InputError(argument, "leave examples to train on", Said("all of them"))
    return positions
