r"""The model on tiny domains, by exact enumeration in rational arithmetic: the oracle of every other statement.

Frequencies :math:`p_x` are drawn independently and uniformly from the entries of a list and normalized to
:math:`D(x) = p_x / \sum p`; a labeling :math:`f \sim \mathcal F` is drawn independently of :math:`D`; the sample
:math:`S` holds :math:`n` draws from :math:`D` with their labels. For every sample :math:`Z` and every learner,

.. math::
    \mathrm{err}(A \mid Z) - \mathrm{opt}(Z) = \sum_{x \in Z} \mathbb E[D(x) \mid Z] \Pr[h(x) \ne y_x]
    + \sum_{x \notin Z} \mathbb E[D(x) \mid Z] \Bigl(\max_y \mathcal F(y \mid x, Z)
    - \sum_y \Pr[h(x) = y]\, \mathcal F(y \mid x, Z)\Bigr),

an identity: the second sum, unseen points predicted worse than their likeliest label, is all the slack there is in the
lower bound of [Feldman2020]_ (Theorem 2.3). See ``docs/derivations/excess-error.md``.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import product

from longtail.arguments import checked
from longtail.errors import InputError, Said
from longtail.frequencies.checks import counts_law, whole_law

__all__ = [
    "ExcessError",
    "Sample",
    "SampleLearner",
    "SamplePredictions",
    "SmallProblem",
    "exact_excess_error",
    "exact_expected_misfits",
    "exact_least_tau",
    "exact_posterior_frequencies",
    "exact_tau",
    "expected_excess_error",
    "label_posteriors",
    "samples",
]

SamplePredictions = Sequence[Sequence[Fraction]]
"""For each point, the probability of predicting each label."""

_LARGEST_ENUMERATION = 2_000_000


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class SmallProblem:
    """A prior list, a law of labelings and a sample size, small enough to enumerate.

    Parameters
    ----------
    frequencies : sequence of int or Fraction
        The prior list, non-negative and not all zero; it may repeat values. Draws in which every frequency is zero
        are excluded.
    labelings : mapping of tuple to int or Fraction
        The probability of each labeling; a labeling gives every point a label 0, 1, ….
    n_samples : int
        How many examples are drawn.

    Raises
    ------
    InputError
        If the list is empty, negative or all zero, the labelings' probabilities do not sum to one, ``n_samples < 0``,
        or there is too much to enumerate.

    Examples
    --------
    >>> coin = {(0, 0): Fraction(1, 2), (1, 1): Fraction(1, 2)}
    >>> exact_tau(SmallProblem(frequencies=(2, 1), labelings=coin, n_samples=3), 1)
    Fraction(145, 306)
    """

    frequencies: tuple[Fraction, ...]
    labelings: Mapping[tuple[int, ...], Fraction]
    n_samples: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "frequencies", tuple(Fraction(p) for p in self.frequencies))
        object.__setattr__(self, "labelings", {f: Fraction(chance) for f, chance in self.labelings.items()})
        whole_law("n_samples", self.n_samples, least=0)
        _check(self)

    @property
    def n_points(self) -> int:
        """The size of the domain."""
        return len(next(iter(self.labelings)))

    @property
    def n_classes(self) -> int:
        """Number of classes, one more than the largest label."""
        return 1 + max(max(labeling) for labeling in self.labelings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One sample: how often each point was seen, and its label (``None`` where unseen)."""

    counts: tuple[int, ...]
    labels: tuple[int | None, ...]


SampleLearner = Callable[[Sample], SamplePredictions]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcessError:
    """Expected error of a learner, in its three parts.

    Parameters
    ----------
    optimum : Fraction
        The least expected error of any learner.
    misfit_cost : Fraction
        What is added by erring on points that were seen.
    unseen_slack : Fraction
        What is added by predicting unseen points worse than by their likeliest label.
    """

    optimum: Fraction
    misfit_cost: Fraction
    unseen_slack: Fraction

    @property
    def excess(self) -> Fraction:
        """Expected error above the optimum."""
        return self.misfit_cost + self.unseen_slack

    @property
    def error(self) -> Fraction:
        """Expected error."""
        return self.optimum + self.excess


@checked
def exact_excess_error(problem: SmallProblem, sample: Sample, predictions: SamplePredictions) -> ExcessError:
    """Evaluate the identity for one sample and the predictions of a learner after it."""
    frequencies = exact_posterior_frequencies(problem, sample.counts)
    likely = label_posteriors(problem, sample)
    optimum = misfit_cost = unseen_slack = Fraction(0)
    for x, label in enumerate(sample.labels):
        if label is None:
            right = sum((p * q for p, q in zip(predictions[x], likely[x], strict=True)), Fraction(0))
            optimum += frequencies[x] * (1 - max(likely[x]))
            unseen_slack += frequencies[x] * (max(likely[x]) - right)
        else:
            misfit_cost += frequencies[x] * (1 - predictions[x][label])
    return ExcessError(optimum=optimum, misfit_cost=misfit_cost, unseen_slack=unseen_slack)


@checked
def expected_excess_error(problem: SmallProblem, learner: SampleLearner) -> ExcessError:
    """Evaluate the identity, averaged over samples."""
    optimum = misfit_cost = unseen_slack = Fraction(0)
    for chance, sample in samples(problem):
        parts = exact_excess_error(problem, sample, learner(sample))
        optimum += chance * parts.optimum
        misfit_cost += chance * parts.misfit_cost
        unseen_slack += chance * parts.unseen_slack
    return ExcessError(optimum=optimum, misfit_cost=misfit_cost, unseen_slack=unseen_slack)


@checked
def exact_expected_misfits(problem: SmallProblem, learner: SampleLearner) -> dict[int, Fraction]:
    """The expected number of points seen l times and misfitted, for every l from 1 to n."""
    misfits = dict.fromkeys(range(1, problem.n_samples + 1), Fraction(0))
    for chance, sample in samples(problem):
        predictions = learner(sample)
        for x, label in enumerate(sample.labels):
            if label is not None:
                misfits[sample.counts[x]] += chance * (1 - predictions[x][label])
    return misfits


@checked
def exact_posterior_frequencies(problem: SmallProblem, counts: Sequence[int]) -> tuple[Fraction, ...]:
    """The posterior mean of every point's frequency, given how often every point was seen."""
    counts = counts_law("counts", counts)
    if len(counts) != problem.n_points or sum(counts) != problem.n_samples:
        raise InputError("counts", f"hold {problem.n_points} numbers that sum to {problem.n_samples}", counts)
    return _posterior_frequencies(problem.frequencies, counts)


@checked
def exact_tau(problem: SmallProblem, count: int) -> Fraction:
    """The posterior mean of a point's frequency, given only that it was seen ``count`` times."""
    rest = problem.n_samples - _within(problem, count)
    common, domains = _domains(problem.frequencies, problem.n_points)
    seen = sum(d[0] ** count * (common - d[0]) ** rest for d in domains)
    weighted = sum(d[0] ** (count + 1) * (common - d[0]) ** rest for d in domains)
    if not seen:
        raise InputError("count", "be seen with positive probability under the prior", count)
    return Fraction(weighted, seen * common)


@checked
def exact_least_tau(problem: SmallProblem, count: int) -> Fraction:
    """The least posterior mean of the frequency of a point seen ``count`` times, over all samples."""
    _within(problem, count)
    means = (
        _posterior_frequencies(problem.frequencies, counts)[0]
        for counts in _count_vectors(problem.n_points, problem.n_samples)
        if counts[0] == count and _likelihood(problem.frequencies, counts)
    )
    return min(means)


def label_posteriors(problem: SmallProblem, sample: Sample) -> tuple[tuple[Fraction, ...], ...]:
    """Return for each point the probability of each label, given the labels in the sample."""
    agreeing = [
        (labeling, chance)
        for labeling, chance in problem.labelings.items()
        if all(seen is None or seen == label for seen, label in zip(sample.labels, labeling, strict=True))
    ]
    total = sum((chance for _, chance in agreeing), Fraction(0))
    joint = [[Fraction(0)] * problem.n_classes for _ in range(problem.n_points)]
    for labeling, chance in agreeing:
        for x, label in enumerate(labeling):
            joint[x][label] += chance
    return tuple(tuple(chance / total for chance in row) for row in joint)


def samples(problem: SmallProblem) -> Iterator[tuple[Fraction, Sample]]:
    """Yield every sample of positive probability, together with that probability."""
    for counts in _count_vectors(problem.n_points, problem.n_samples):
        likelihood = _likelihood(problem.frequencies, counts)
        labels: dict[tuple[int | None, ...], Fraction] = {}
        for labeling, chance in problem.labelings.items():
            seen = tuple(label if count else None for label, count in zip(labeling, counts, strict=True))
            labels[seen] = labels.get(seen, Fraction(0)) + chance
        for seen, chance in labels.items():
            if likelihood and chance:
                yield likelihood * chance, Sample(counts=counts, labels=seen)


@lru_cache(maxsize=64)
def _domains(frequencies: tuple[Fraction, ...], n_points: int) -> tuple[int, tuple[tuple[int, ...], ...]]:
    """Return every domain's distribution D, equally likely: a common denominator, and numerators.

    Draws without mass are left out.
    """
    domains = [
        [p / total for p in draw] for draw in product(frequencies, repeat=n_points) if (total := sum(draw, Fraction(0)))
    ]
    common = math.lcm(*(mass.denominator for d in domains for mass in d))
    return common, tuple(tuple(int(mass * common) for mass in d) for d in domains)


@lru_cache(maxsize=4096)
def _moments(frequencies: tuple[Fraction, ...], counts: tuple[int, ...]) -> tuple[Fraction, tuple[Fraction, ...]]:
    """Return E of the product of D(x)^counts[x], alone and times each D(x).

    Whole numbers are used, since they are faster than fractions.
    """
    common, domains = _domains(frequencies, len(counts))
    plain, weighted = 0, [0] * len(counts)
    for d in domains:
        likelihood = math.prod(mass**count for mass, count in zip(d, counts, strict=True))
        plain += likelihood
        for x, mass in enumerate(d):
            weighted[x] += likelihood * mass
    scale = len(domains) * common ** sum(counts)
    return Fraction(plain, scale), tuple(Fraction(moment, scale * common) for moment in weighted)


def _posterior_frequencies(frequencies: tuple[Fraction, ...], counts: tuple[int, ...]) -> tuple[Fraction, ...]:
    plain, weighted = _moments(frequencies, counts)
    if not plain:
        raise InputError("counts", "have positive probability under the prior", counts)
    return tuple(moment / plain for moment in weighted)


def _likelihood(frequencies: tuple[Fraction, ...], counts: tuple[int, ...]) -> Fraction:
    orders = math.factorial(sum(counts)) // math.prod(math.factorial(count) for count in counts)
    return orders * _moments(frequencies, counts)[0]


def _count_vectors(n_points: int, n_samples: int) -> Iterator[tuple[int, ...]]:
    if n_points == 1:
        yield (n_samples,)
        return
    for first in range(n_samples + 1):
        for rest in _count_vectors(n_points - 1, n_samples - first):
            yield first, *rest


def _within(problem: SmallProblem, count: int) -> int:
    if whole_law("count", count, least=0) > problem.n_samples:
        raise InputError("count", f"not exceed n_samples = {problem.n_samples}", count)
    return count


def _check(problem: SmallProblem) -> None:
    if not any(problem.frequencies) or min(problem.frequencies) < 0:
        raise InputError("frequencies", "be non-negative and not all zero", Said([str(p) for p in problem.frequencies]))
    sizes = {len(labeling) for labeling in problem.labelings}
    if len(sizes) != 1 or 0 in sizes:
        raise InputError("labelings", "each label the same points, at least one", Said(f"sizes {sorted(sizes)}"))
    total = sum(problem.labelings.values())
    if total != 1 or min(problem.labelings.values()) < 0:
        raise InputError("labelings", "have non-negative probabilities that sum to 1", Said(f"a sum of {total}"))
    vectors = math.comb(problem.n_samples + problem.n_points - 1, problem.n_points - 1)
    work = vectors * len(problem.frequencies) ** problem.n_points
    if work > _LARGEST_ENUMERATION:
        remedy = "Use posterior_frequencies, which needs no enumeration."
        raise InputError("problem", f"need at most {_LARGEST_ENUMERATION:,} terms", Said(f"{work:,}"), remedy)
