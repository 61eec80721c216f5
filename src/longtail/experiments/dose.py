r"""Doses: what one copy of an example is memorized when the training set holds :math:`\ell` copies of it.

The paper's central curve, on the user's own data. A point seen once is memorized or lost; one seen :math:`\ell` times
is known from its other copies, so that no single copy need be memorized. Some training examples are chosen at random,
each for a dose, and stand in the training set so often (:mod:`longtail.experiments.planted_doses`); then trials are
trained on random subsets as always, each copy in or out by itself. Where one copy is enough to know the label, the
memorization of a copy at dose :math:`\ell` is

.. math:: m_\ell = m_1 \Pr[\text{the other } \ell - 1 \text{ are out}] \approx m_1 (1 - f)^{\ell - 1},

with :math:`f` the fraction of the examples in a subset; that prediction stands beside what was measured. With
``wrong_labels`` the copies of an example share a label that is wrong, drawn at random: nothing but a copy of it makes a
model believe that label, so :math:`m_1` is large and the curve plain. With label noise one copy is not enough, and the
prediction is too steep.

Where the target is a number, memorization is what the squared error gains, in units of the target's variance, and
canaries have the number of another example. What a kind is worth counts errors of classification, and is left out.

What copies are good for is seen on siblings, new examples near them: how often models are right there, and how much
more often those with a copy. Beside it stands :math:`n \tau_\ell`, how many of n new examples belong to a kind seen
:math:`\ell` times, from the subpopulations of the data as given (:mod:`longtail.tail`): what knowing such a kind is
worth.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from longtail.analysis.partitions import found_partitions, partitions_of
from longtail.arguments import checked
from longtail.array_types import Reals, Whole
from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.estimate import Estimate, require_level
from longtail.experiments.planted_doses import PlantedDoses, plant_doses
from longtail.learners.any_learner import any_learner
from longtail.limits import Limit
from longtail.membership import vulnerability
from longtail.outcomes import ACCURACY, Outcomes, Performance
from longtail.sampling_laws import student_half_width
from longtail.scores import memorization
from longtail.tail import FrequencyCounts, estimate_prior
from longtail.trials import SubsetDesign, run_trials

__all__ = ["Dose", "DoseGroup", "DoseStudy", "Worth", "dose_study"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """Measurements at one dose, means over its examples.

    Parameters
    ----------
    copies : int
        How often each example stands in the training set.
    n_examples : int
        How many examples these are means over.
    memorization : Estimate
        How much more often models are right on a copy that they were trained on than on one that they were not.
    expected : float
        The memorization at the least dose times the probability that all further copies are out: one copy is enough.
    left_out : Estimate
        The share of models that are right on a copy which they were not trained on.
    exposure : Estimate or None
        The probability that a model with a copy is surer of its label than one without it; 1/2 shows nothing. None for
        learners that give no confidence, and for few models.
    siblings : Estimate
        The share of models that are right on the sibling, by the sibling's own label.
    sibling_gain : Estimate
        How much more often those are that were trained on a copy than those that were not on this one.

    Where performance is a number, memorization and gains are what its mean gains, and ``left_out`` and ``siblings`` its
    means.
    """

    copies: int
    n_examples: int
    memorization: Estimate
    expected: float
    left_out: Estimate
    exposure: Estimate | None
    siblings: Estimate
    sibling_gain: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseGroup:
    """Doses of the examples of one given group."""

    name: str
    doses: tuple[Dose, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """Worth of knowing a kind by how often it was seen in the data as given.

    Parameters
    ----------
    subpopulations : str
        Which kinds: as given, or found at a radius.
    by_copies : tuple of Estimate
        For each dose how many of n new examples belong to one kind seen so often; NaN where none was.
    """

    subpopulations: str
    by_copies: tuple[Estimate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseStudy:
    """Result of :func:`dose_study`.

    Parameters
    ----------
    doses : tuple of Dose
        The least first, of examples drawn among all training examples.
    groups : tuple of DoseGroup
        The same of the groups that are large enough; empty without groups.
    left_out_groups : tuple of str
        The others.
    worth : Worth or None
        None where the data have no subpopulations to be found.
    n_examples : int
        How many examples each dose has.
    n_train : int
        Training examples, copies included.
    n_trials : int
        Models.
    fraction : float
        Of the training examples in each subset.
    wrong_labels : bool
        Whether the copies had wrong labels.
    label_noise : float
        The share of training labels that were replaced.
    nearest : float
        The share of siblings to which a copy is the nearest training example.
    learner : str
        Its name; of a limit, what that is.
    kind : Performance
        What is gained: accuracy, or a number in its own unit.
    """

    doses: tuple[Dose, ...]
    groups: tuple[DoseGroup, ...]
    left_out_groups: tuple[str, ...]
    worth: Worth | None
    n_examples: int
    n_train: int
    n_trials: int
    fraction: float
    wrong_labels: bool
    label_noise: float
    nearest: float
    learner: str
    kind: Performance = ACCURACY

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {**asdict(self), "kind": self.kind.describe()}


@checked
def dose_study(
    dataset: Dataset,
    learner: Any,
    *,
    copies: Sequence[int] = (1, 2, 4, 8, 16),
    n_examples: int = 30,
    n_trials: int = 400,
    fraction: float = 0.7,
    wrong_labels: bool = False,
    label_noise: float = 0.0,
    level: float = 0.95,
    seed: int = 0,
    jobs: int | None = None,
    progress: Any = None,
) -> DoseStudy:
    """Plant copies of training examples, and measure at each dose what they are memorized and good for.

    Parameters
    ----------
    dataset : Dataset
        Its training examples are the source.
    learner : learner or scikit-learn classifier
        What is trained; a limit of a learner is one.
    copies : sequence of int
        The doses.
    n_examples : int
        Examples at each dose, at least two.
    n_trials, fraction, seed, jobs, progress
        As for :func:`longtail.trials.run_trials`; the seed also draws the examples.
    wrong_labels : bool
        Whether the copies are canaries: of one example they have another label than its own, one for all of them.
    label_noise : float
        The share of all training labels, those of copies each by itself, that are replaced by another one.
    level : float
        Of each interval: Student's, over the examples of a dose. It is about examples like these.

    Raises
    ------
    InputError
        If a dose is below 1 or given twice, there are too few training examples, or rows of the data stay together.

    Examples
    --------
    >>> from longtail.dataset import load_dataset
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> nearest = KNeighborsClassifier(1, algorithm="brute")
    >>> found = dose_study(load_dataset("iris"), nearest, copies=(1, 2), n_trials=20, wrong_labels=True, n_examples=10)
    >>> [dose.copies for dose in found.doses], found.doses[0].memorization.value > found.doses[1].memorization.value
    ([1, 2], True)
    """
    require_level(level)
    learner = any_learner(learner, dataset.task)
    planted = plant_doses(dataset, copies, n_examples, wrong_labels=wrong_labels, label_noise=label_noise, seed=seed)
    design = SubsetDesign(n_trials=n_trials, fraction=fraction, seed=seed)
    outcomes = run_trials(learner, planted.data, design, jobs=jobs, progress=progress)
    measured = _Measured(planted, outcomes, round(fraction * planted.data.n_train), level)
    ordered = sorted(copies)
    everyone = np.flatnonzero(planted.at_random)
    names = dataset.group_names
    group = None if dataset.group is None else dataset.group[planted.rows]
    return DoseStudy(
        doses=measured.doses(ordered, everyone),
        groups=tuple(
            DoseGroup(name=names[code], doses=measured.doses(ordered, np.flatnonzero(group == code)))
            for code in planted.groups
        ),
        left_out_groups=tuple(name for code, name in enumerate(names) if code not in planted.groups),
        worth=_worth(dataset, ordered, level) if dataset.target is None else None,
        n_examples=n_examples,
        n_train=planted.data.n_train,
        n_trials=outcomes.n_trials,
        fraction=fraction,
        wrong_labels=wrong_labels,
        label_noise=label_noise,
        nearest=float(planted.is_nearest.mean()),
        learner=learner.title if isinstance(learner, Limit) else learner.name,
        kind=outcomes.kind,
    )


class _Measured:
    """Means over the copies of each planted example, of which doses of any examples are made."""

    def __init__(self, planted: PlantedDoses, outcomes: Outcomes, n_in: int, level: float) -> None:
        self.planted, self.level = planted, level
        self.n, self.n_in = outcomes.n_train, n_in
        scores = memorization(outcomes, level)
        copies = np.flatnonzero(planted.planted >= 0)
        of = planted.planted[copies]

        def mean(values: Reals) -> Reals:
            return _means(values[copies], of, len(planted.doses))

        self.memorization = mean(scores.value)
        self.kind = outcomes.kind
        self.left_out = mean(scores.mean_out)
        exposed = _exposures(outcomes, level)
        self.exposure = None if exposed is None else mean(exposed)
        told = outcomes.numbers()[1] if outcomes.of_numbers else outcomes.test_correct
        self.siblings = told.mean(axis=0, dtype=np.float64)
        self.gain = _means(_gains(outcomes, told[:, of], copies), of, len(planted.doses))

    def doses(self, ordered: Sequence[int], examples: Whole) -> tuple[Dose, ...]:
        """Return what was measured at each dose, over some of the planted examples."""
        found: list[Dose] = []
        for dose in ordered:
            mine = examples[self.planted.doses[examples] == dose]
            share = self._mean(self.memorization[mine], -self.kind.span, self.kind.span)
            further = _all_out(self.n, self.n_in, dose - 1) / _all_out(self.n, self.n_in, ordered[0] - 1)
            found.append(
                Dose(
                    copies=dose,
                    n_examples=len(mine),
                    memorization=share,
                    expected=(found[0].memorization.value if found else share.value) * further,
                    left_out=self._mean(self.left_out[mine], self.kind.low, self.kind.high),
                    exposure=None if self.exposure is None else self._mean(self.exposure[mine], 0.0, 1.0),
                    siblings=self._mean(self.siblings[mine], self.kind.low, self.kind.high),
                    sibling_gain=self._mean(self.gain[mine], -self.kind.span, self.kind.span),
                )
            )
        return tuple(found)

    def _mean(self, values: Reals, least: float, most: float) -> Estimate:
        """Return the mean over examples, with Student's interval. Examples without a value are passed over."""
        values, level = values[~np.isnan(values)], self.level
        if len(values) < 2:
            return Estimate(value=np.nan, low=np.nan, high=np.nan, level=level, method="too few examples with a value")
        value = float(values.mean())
        half = float(student_half_width(level, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))
        low, high = max(value - half, least), min(value + half, most)
        return Estimate(value=value, low=low, high=high, level=level, method="Student, over examples")


def _means(values: Reals, of: Whole, n: int) -> Reals:
    """Return the mean over the copies of each planted example. Copies without a value are passed over."""
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        means: Reals = np.bincount(of[known], values[known], n) / np.bincount(of[known], minlength=n)
    return means


def _gains(outcomes: Outcomes, told: NDArray[Any], copies: Whole) -> Reals:
    """Return for each copy how much better models with it do on its sibling, as ``told``, than models without it."""
    inside = outcomes.inclusion[:, copies]
    n_in, both = inside.sum(axis=0), np.where(inside, told, 0).sum(axis=0, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        gains: Reals = both / n_in - (told.sum(axis=0, dtype=np.float64) - both) / (outcomes.n_trials - n_in)
    return outcomes.kind.sign * gains


def _exposures(outcomes: Outcomes, level: float) -> Reals | None:
    if outcomes.confidence is None and not outcomes.of_numbers:
        return None
    try:
        return vulnerability(outcomes, level).value
    except InputError:  # Too few models, or confidences that do not vary: there is no exposure to speak of.
        return None


def _all_out(n: int, n_in: int, n_copies: int) -> float:
    """Return the probability that so many others are out, given that one is: a subset has a fixed size."""
    n_out = n - n_in
    if n_copies > n_out - 1:
        return 0.0
    return float(np.exp(gammaln(n_out) - gammaln(n_out - n_copies) - gammaln(n) + gammaln(n - n_copies)))


def _worth(dataset: Dataset, ordered: Sequence[int], level: float) -> Worth | None:
    """Return n times tau at each dose, by the subpopulations given, or found at the middle of the radii.

    Given ones that are few and large, of which none was seen so often, say nothing of a tail: then they are found.
    """
    for source in (partitions_of, found_partitions):
        try:
            partitions = source(dataset)
        except InputError:  # No class has two examples that differ.
            return None
        middle = partitions[len(partitions) // 2]
        prior = estimate_prior(FrequencyCounts.from_counts(middle.counts), level)
        taus = tuple(prior.tau(dose).scaled(dataset.n_train) for dose in ordered)
        if not all(np.isnan(tau.value) for tau in taus):
            return Worth(subpopulations=middle.name, by_copies=taus)
    return None
