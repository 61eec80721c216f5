r"""Learners of the discrete domain, each a function of the labels that a point's own copies show.

Labels are uniform and independent over points, so nothing else in the sample helps to predict a point. Each learner
knows its exact accuracy on a point with :math:`\ell` copies, and can be run.
"""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from longtail.arguments import checked
from longtail.array_types import Bytes
from longtail.errors import InputError
from longtail.simulators.plurality import MAX_VOTES, plurality_accuracy, symmetric_keep_probability

__all__ = ["CountLearner", "GammaLimited", "LabelPrivateVote", "MajorityVote", "Memorizer", "NeverFits", "plurality"]


class CountLearner(Protocol):
    """Protocol of a learner of the discrete domain."""

    def accuracy(self, count: int, n_classes: int, label_noise: float) -> float:
        """Return the probability that it predicts the true label of a point with ``count`` copies."""

    def predict(self, observed: Bytes, n_classes: int, generator: np.random.Generator) -> Bytes:
        """Return one prediction for each of K points from the labels of their copies, (K, count)."""


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Memorizer:
    """Learner that repeats the label of the first copy of a point, and guesses where there is none.

    Examples
    --------
    >>> Memorizer().accuracy(1, n_classes=10, label_noise=0.0)
    1.0
    """

    def accuracy(self, count: int, n_classes: int, label_noise: float) -> float:
        """Return the accuracy of one copy, for any count."""
        return plurality_accuracy(min(count, 1), symmetric_keep_probability(label_noise, n_classes), n_classes)

    def predict(self, observed: Bytes, n_classes: int, generator: np.random.Generator) -> Bytes:
        """Return the first copy's label."""
        return observed[:, 0] if observed.shape[1] else _guess(len(observed), n_classes, generator)


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class MajorityVote:
    """Learner that takes the label of most copies, ties broken at random.

    It is the best learner under symmetric label noise.
    """

    def accuracy(self, count: int, n_classes: int, label_noise: float) -> float:
        """Return the accuracy of the plurality."""
        return plurality_accuracy(count, symmetric_keep_probability(label_noise, n_classes), n_classes)

    def predict(self, observed: Bytes, n_classes: int, generator: np.random.Generator) -> Bytes:
        """Return the plurality of each row."""
        return plurality(observed, n_classes, generator)


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class NeverFits:
    """Learner that guesses at every point with at most ``max_count`` copies, and votes elsewhere.

    Examples
    --------
    >>> NeverFits(max_count=1).accuracy(1, n_classes=10, label_noise=0.0)
    0.1
    """

    max_count: int = 1

    def __post_init__(self) -> None:
        if not 0 <= self.max_count < MAX_VOTES:
            raise InputError("max_count", f"lie in [0, {MAX_VOTES})", self.max_count)

    def accuracy(self, count: int, n_classes: int, label_noise: float) -> float:
        """Return 1 / n_classes up to ``max_count``, then the accuracy of the plurality."""
        return MajorityVote().accuracy(count if count > self.max_count else 0, n_classes, label_noise)

    def predict(self, observed: Bytes, n_classes: int, generator: np.random.Generator) -> Bytes:
        """Return a guess or the plurality."""
        return plurality(observed[:, : 0 if observed.shape[1] <= self.max_count else None], n_classes, generator)


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class GammaLimited:
    r"""Learner that fits as much as memorization of at most gamma an example allows: :math:`\min(1, 1/m + \ell\gamma)`
    without noise.

    It votes with probability :math:`\min(1, \ell\gamma / (1 - 1/m))` and guesses otherwise, so that a further copy adds
    at most gamma to its accuracy.

    Examples
    --------
    >>> GammaLimited(gamma=0.5).accuracy(1, n_classes=10, label_noise=0.0)
    0.6
    """

    gamma: float

    def __post_init__(self) -> None:
        if not 0 <= self.gamma <= 1:
            raise InputError("gamma", "lie in [0, 1]", self.gamma)

    def accuracy(self, count: int, n_classes: int, label_noise: float) -> float:
        """Return a mixture of the vote's accuracy and that of a guess."""
        fits = self._fits(count, n_classes)
        return fits * MajorityVote().accuracy(count, n_classes, label_noise) + (1 - fits) / n_classes

    def predict(self, observed: Bytes, n_classes: int, generator: np.random.Generator) -> Bytes:
        """Return the plurality or a guess, point by point."""
        fits = generator.random(len(observed)) < self._fits(observed.shape[1], n_classes)
        votes = plurality(observed, n_classes, generator)
        return np.where(fits, votes, _guess(len(observed), n_classes, generator))

    def _fits(self, count: int, n_classes: int) -> float:
        return min(1.0, min(count, MAX_VOTES) * self.gamma / (1 - 1 / n_classes))


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class LabelPrivateVote:
    r"""Learner that votes over copies whose labels each went through k-ary randomized response: epsilon-label-private.

    A label is kept with probability :math:`e^\epsilon / (e^\epsilon + m - 1)`, the most that epsilon allows where
    labels are uniform.

    Examples
    --------
    >>> round(LabelPrivateVote(epsilon=math.log(6)).accuracy(1, n_classes=10, label_noise=0.0), 6)
    0.4
    """

    epsilon: float

    def __post_init__(self) -> None:
        if not self.epsilon >= 0:
            raise InputError("epsilon", "be at least 0", self.epsilon)

    def accuracy(self, count: int, n_classes: int, label_noise: float) -> float:
        """Return the accuracy of the plurality over copies that went through both channels."""
        response, observed = self._keep(n_classes), symmetric_keep_probability(label_noise, n_classes)
        keep = response * observed + (1 - response) * (1 - observed) / (n_classes - 1)
        return plurality_accuracy(count, keep, n_classes)

    def predict(self, observed: Bytes, n_classes: int, generator: np.random.Generator) -> Bytes:
        """Return the plurality of the randomized labels."""
        return plurality(_resample(observed, 1 - self._keep(n_classes), n_classes, generator), n_classes, generator)

    def _keep(self, n_classes: int) -> float:
        return 1 / (1 + (n_classes - 1) * math.exp(-self.epsilon))


@checked
def plurality(observed: Bytes, n_classes: int, generator: np.random.Generator) -> Bytes:
    """Return the most frequent label of each row, ties broken at random. Rows of length 0 get a uniform guess.

    Examples
    --------
    >>> plurality(np.array([[2, 1, 2]], np.uint8), 3, np.random.default_rng(0)).tolist()
    [2]
    """
    n_points, count = observed.shape
    if count == 0:
        return _guess(n_points, n_classes, generator)
    if count <= 2:  # one copy, or two that agree or tie; the labels' own order is random
        return observed[:, 0]
    best = np.zeros(n_points, np.uint8)
    most = np.zeros(n_points)
    for label in range(n_classes):
        votes = (observed == label).sum(axis=1) + generator.random(n_points) / 2
        better = votes > most
        best[better], most[better] = label, votes[better]
    return best


def _guess(n_points: int, n_classes: int, generator: np.random.Generator) -> Bytes:
    return generator.integers(n_classes, size=n_points, dtype=np.uint8)


def _resample(labels: Bytes, change: float, n_classes: int, generator: np.random.Generator) -> Bytes:
    """Replace each label by another one, uniformly chosen, with probability ``change``."""
    changed = generator.random(labels.shape, dtype=np.float32) < change
    shown = labels.copy()
    shift = generator.integers(1, n_classes, size=int(changed.sum()), dtype=np.uint8)
    shown[changed] = (shown[changed].astype(np.uint16) + shift) % n_classes
    return shown
