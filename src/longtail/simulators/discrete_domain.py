r"""The model itself, simulated: N points, random frequencies D, random labels f, and a sample S of n examples.

Frequencies are drawn from a prior and normalized, or given; labels are uniform over m classes and independent; an
example is a point drawn from D with its label, replaced by a uniform one with probability ``label_noise``
[Feldman2020]_. What is known exactly, given D, makes these worlds an oracle for everything that is estimated elsewhere:

.. math:: \mathrm E[M_\ell \mid D] = \sum_x \binom n\ell D(x)^{\ell + 1} (1 - D(x))^{n - \ell},

the mass of the points seen :math:`\ell` times. Points carry counts, not lists of examples, so that a draw at
:math:`N = n = 10^8` takes 9 seconds and 1.4 GB on one core, and a learner's run on it half a minute and 2.8 GB.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.errors import InputError, Said
from longtail.frequencies.priors import Prior
from longtail.randomness import generator
from longtail.simulators.frequency_draws import draw_frequencies
from longtail.simulators.learners import CountLearner, MajorityVote
from longtail.simulators.multinomial import draw_counts
from longtail.simulators.plurality import MAX_VOTES
from longtail.theory.model import LongTailModel

__all__ = ["DiscreteDomain", "DomainSample"]

_BLOCK = 1 << 20
_LARGEST = 2**31 - 1


@checked
@dataclass(frozen=True, kw_only=True, eq=False)
class DiscreteDomain:
    """A discrete world: the source of its frequencies, and its numbers of examples, classes and noisy labels.

    Parameters
    ----------
    prior : Prior, optional
        Frequencies are drawn from it anew for each sample.
    frequencies : array_like, (N,), optional
        Or fixed frequencies, normalized here. Exactly one of the two must be given.
    n_samples : int
        n, below 2**31.
    n_classes : int
        From 2 to 256.
    label_noise : float
        The probability that an example's label is replaced by a uniform one, in [0, 1).

    Raises
    ------
    InputError
        If a number breaks its law, or neither or both sources of frequencies are given.

    Examples
    --------
    >>> domain = DiscreteDomain(frequencies=[4, 2, 1, 1], n_samples=10, n_classes=2)
    >>> sample = domain.draw(seed=0)
    >>> int(sample.counts.sum()), bool(sample.unseen_mass < 1)
    (10, True)
    >>> round(sum(domain.expected_mass_seen(count) for count in range(11)), 12)
    1.0
    """

    n_samples: int
    n_classes: int
    prior: Prior | None = None
    frequencies: ArrayLike | None = None
    label_noise: float = 0.0

    def __post_init__(self) -> None:
        _require_whole("n_samples", self.n_samples, 1, _LARGEST)
        _require_whole("n_classes", self.n_classes, 2, 256)
        if not 0 <= self.label_noise < 1:
            raise InputError("label_noise", "lie in [0, 1)", self.label_noise)
        if (self.prior is None) == (self.frequencies is None):
            given = "neither" if self.prior is None else "both"
            raise InputError("prior or frequencies", "be given, one of them", Said(given))
        if self.prior is not None and not isinstance(self.prior, Prior):
            raise InputError("prior", "be a description from longtail.theory", self.prior, "For instance Zipf(50_000).")
        if self.frequencies is not None:
            object.__setattr__(self, "frequencies", _normalized(self.frequencies))

    def draw(self, seed: int) -> "DomainSample":
        """Draw frequencies, labels and counts, as a pure function of the seed."""
        frequencies = self.known_frequencies if self.prior is None else draw_frequencies(self.prior, seed)
        counts = draw_counts(frequencies, self.n_samples, generator(seed, "counts"))
        labels = generator(seed, "labels").integers(self.n_classes, size=len(counts), dtype=np.uint8)
        for array in (frequencies, counts, labels):
            array.setflags(write=False)
        return DomainSample(domain=self, seed=seed, frequencies=frequencies, counts=counts, labels=labels)

    @property
    def known_frequencies(self) -> NDArray[np.float64]:
        """Return D, where it is fixed."""
        if self.frequencies is None:
            raise InputError("domain", "have fixed frequencies", Said("a prior"), "Draw a sample; it knows its own.")
        return np.asarray(self.frequencies)

    @cached_property
    def model(self) -> LongTailModel:
        """The theory of a domain whose frequencies come from a prior."""
        if self.prior is None:
            raise InputError("domain", "have a prior", Said("fixed frequencies"))
        return LongTailModel(prior=self.prior, n_samples=self.n_samples, n_classes=self.n_classes)

    def expected_mass_seen(self, count: int) -> float:
        """The expected mass of the points seen ``count`` times: exact, over D as well where that is random."""
        _require_whole("count", count, 0, self.n_samples)
        if self.prior is not None:
            return self.model.mass_seen(count)
        return sum(float(block @ self._probability_seen(block, count)) for block in self._frequency_blocks())

    def expected_number_seen(self, count: int) -> float:
        """The expected number of points seen ``count`` times, exact in the same way."""
        _require_whole("count", count, 0, self.n_samples)
        if self.prior is not None:
            return self.model.expected_number_seen(count)
        return sum(float(self._probability_seen(block, count).sum()) for block in self._frequency_blocks())

    def tau(self, count: int) -> float:
        r"""The average weight of a point seen ``count`` times: :math:`E M_\ell / E \Phi_\ell`.

        Examples
        --------
        >>> domain = DiscreteDomain(frequencies=[1] * 50, n_samples=80, n_classes=2)
        >>> round(domain.tau(3), 12)
        0.02
        """
        if self.prior is not None:
            return self.model.tau(count)
        return self.expected_mass_seen(count) / self.expected_number_seen(count)

    def accuracies(self, learner: CountLearner) -> NDArray[np.float64]:
        """Return a learner's exact accuracy on points that show 0, 1, …, ``MAX_VOTES`` labels."""
        return np.array([learner.accuracy(count, self.n_classes, self.label_noise) for count in range(MAX_VOTES + 1)])

    def accuracies_of_best(self) -> NDArray[np.float64]:
        """Return the same accuracies for the best predictor, which votes."""
        return self._best.copy()

    @cached_property
    def _best(self) -> NDArray[np.float64]:
        return self.accuracies(MajorityVote())

    def show(self, labels: NDArray[np.uint8], randomness: np.random.Generator) -> NDArray[np.uint8]:
        """Return labels as examples show them, after the noise."""
        if self.label_noise == 0:
            return labels
        noisy = randomness.random(labels.shape, dtype=np.float32) < self.label_noise
        replaced = randomness.integers(self.n_classes, size=labels.shape, dtype=np.uint8)
        return np.where(noisy, replaced, labels)

    def _frequency_blocks(self) -> Iterator[NDArray[np.float64]]:
        frequencies = self.known_frequencies
        return (frequencies[start : start + _BLOCK] for start in range(0, len(frequencies), _BLOCK))

    def _probability_seen(self, frequencies: NDArray[np.float64], count: int) -> NDArray[np.float64]:
        from scipy.stats import binom  # Imported here, because the import takes most of a second.

        return np.asarray(binom.pmf(count, self.n_samples, frequencies))


@checked
@dataclass(frozen=True, kw_only=True, eq=False)
class DomainSample:
    """One draw of a world. Arrays are read-only.

    Parameters
    ----------
    domain : DiscreteDomain
        What it was drawn from.
    seed : int
        With what.
    frequencies : array of float64, (N,)
        D, summing to 1.
    counts : array of int32, (N,)
        How often each point is in S.
    labels : array of uint8, (N,)
        The true labels f.
    """

    domain: DiscreteDomain
    seed: int
    frequencies: NDArray[np.float64]
    counts: NDArray[np.int32]
    labels: NDArray[np.uint8]

    @cached_property
    def number_by_count(self) -> NDArray[np.int64]:
        """Numbers of points that were seen 0, 1, 2, … times."""
        return np.bincount(self.counts)

    @cached_property
    def mass_by_count(self) -> NDArray[np.float64]:
        """Masses of the points seen 0, 1, 2, … times."""
        return np.bincount(self.counts, weights=self.frequencies).astype(float)

    @property
    def unseen_mass(self) -> float:
        """The mass of the points that are not in S."""
        return float(self.mass_by_count[0])

    def tau(self, count: int) -> float:
        """The average frequency of the points seen ``count`` times in this sample, which is the realized tau.

        It is NaN if there are none.
        """
        if count >= len(self.number_by_count) or not self.number_by_count[count]:
            return float("nan")
        return float(self.mass_by_count[count] / self.number_by_count[count])

    def mass_at_votes(self, power: int = 1) -> NDArray[np.float64]:
        """The sum of D(x)**power over points by how many labels they show: their count, at most ``MAX_VOTES``."""
        total = np.zeros(MAX_VOTES + 1)
        for start in range(0, len(self.counts), _BLOCK):
            here = slice(start, start + _BLOCK)
            votes = np.minimum(self.counts[here], MAX_VOTES)
            total += np.bincount(votes, weights=self.frequencies[here] ** power, minlength=MAX_VOTES + 1)
        return total

    def optimal_error(self) -> float:
        """The least expected error of any predictor, given D and the counts."""
        return float(self.mass_at_votes() @ (1 - self.domain.accuracies_of_best()))

    def excess_given_counts(self, learner: CountLearner) -> float:
        """The exact identity: each point's mass times how much likelier than the optimum the learner errs there."""
        domain = self.domain
        return float(self.mass_at_votes() @ (domain.accuracies_of_best() - domain.accuracies(learner)))

    def examples(self) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """Return S itself in random order: the point of each example, and the label that it shows.

        Examples
        --------
        >>> points, shown = DiscreteDomain(frequencies=[3, 1], n_samples=5, n_classes=2).draw(seed=1).examples()
        >>> len(points), len(shown)
        (5, 5)
        """
        randomness = generator(self.seed, "examples")
        points = np.repeat(np.arange(len(self.counts)), self.counts)
        randomness.shuffle(points)
        return points, self.domain.show(self.labels[points], randomness)

    def predictions(self, learner: CountLearner) -> NDArray[np.uint8]:
        """Run a learner: one prediction for every point, seen or not."""
        said = np.empty(len(self.counts), np.uint8)
        for block, start in enumerate(range(0, len(self.counts), _BLOCK)):
            randomness = generator(self.seed, "learner", repr(learner), block)
            here = slice(start, start + _BLOCK)
            said[here] = self._predict_block(learner, self.counts[here], self.labels[here], randomness)
        return said

    def _predict_block(
        self,
        learner: CountLearner,
        counts: NDArray[np.int32],
        labels: NDArray[np.uint8],
        randomness: np.random.Generator,
    ) -> NDArray[np.uint8]:
        """Predict points together that have the same number of visible labels."""
        votes = np.minimum(counts, MAX_VOTES).astype(np.uint8)
        order = np.argsort(votes, kind="stable")
        ends = np.cumsum(np.bincount(votes, minlength=MAX_VOTES + 1))
        said = np.empty(len(counts), np.uint8)
        for n_votes, (start, end) in enumerate(zip(np.append(0, ends[:-1]), ends, strict=True)):
            if start < end:
                points = order[start:end]
                observed = np.repeat(labels[points][:, None], n_votes, axis=1)
                observed = self.domain.show(observed, randomness)
                said[points] = learner.predict(observed, self.domain.n_classes, randomness)
        return said


def _normalized(frequencies: ArrayLike) -> NDArray[np.float64]:
    values = np.array(frequencies, dtype=float)
    if values.ndim != 1 or not len(values):
        raise InputError("frequencies", "be a list of at least one number", Said(f"an array of shape {values.shape}"))
    wrong = ~((values >= 0) & np.isfinite(values))
    if wrong.any():
        raise InputError("frequencies", "be finite and at least 0", float(values[wrong][0]))
    if not values.any():
        raise InputError("frequencies", "hold a positive one", Said("only zeros"))
    values /= values.sum()
    values.setflags(write=False)
    return values


def _require_whole(argument: str, value: int, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not low <= value <= high:
        raise InputError(argument, f"be a whole number from {low} to {high}", value)
