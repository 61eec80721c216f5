r"""DP-SGD whose clipping norms follow the gradients: one norm for all examples, or one for each group.

Count and sum are one Gaussian mechanism. With z the noise multiplier of the guarantee and :math:`\sigma_b` the noise of
a count, in which one example moves the sum of :math:`b_i - 1/2` by at most one half, the sum gets the multiplier
:math:`(z^{-2} - (2 \sigma_b)^{-2})^{-1/2}` [AndrewEtAl2021]_. An example is in one group and moves one count; the
noise of the sum is that of the largest norm.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Singles
from longtail.dataset import Dataset
from longtail.errors import AccuracyError, InputError
from longtail.learners.learner import Learner, Predictions
from longtail.learners.mlp.trained_mlp import TrainedMLP
from longtail.limits.dp_sgd import DPSGD, plain_training
from longtail.limits.limit import Guarantee
from longtail.limits.network_training import activations_of, backward, one_hot, softmax
from longtail.limits.private_gradient import clipped_sum, gradient_norms
from longtail.limits.private_training import PrivateTraining

__all__ = ["FollowedNorms", "Following", "next_norm", "split_noise"]

_RATE = 0.2  # Of the logarithm of the norm, a step, as in the paper.
_MOST = 10.0  # A share that noise takes further than this from the quantile counts as this far.
_COUNT_NOISE = 20  # An expected batch has so many standard deviations of the count's noise.


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """Rule by which norms follow the gradients.

    Parameters
    ----------
    groups : (n,) int array or None
        The group of each training example; None for one norm for all.
    n_groups : int
        How many groups there are, be they empty.
    quantile : float
        Of the norms of a group's gradients, that its clipping norm follows.
    first, least, most : float
        The norm of the first step, and between what it stays.
    """

    groups: NDArray[np.int64] | None
    n_groups: int
    quantile: float
    first: float
    least: float
    most: float


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedNorms(PrivateTraining):
    """A remedy of DP-SGD whose clipping norms follow the gradients, by private counts within the same guarantee."""

    remedy: ClassVar[bool] = True

    @property
    def guarantee(self) -> Guarantee:
        """The guarantee of DP-SGD, as sum and counts are one mechanism of the same noise multiplier."""
        return self.remedied().guarantee

    @classmethod
    def suited(cls, settings: Mapping[str, Any], dataset: Dataset, inner: Learner) -> dict[str, Any]:
        """Take the settings that suit DP-SGD."""
        return DPSGD.suited(settings, dataset, inner)

    def remedied(self) -> DPSGD:
        """Return DP-SGD at the same epsilon, whose clipping norm stays."""
        return plain_training(self, self.inner)

    def followed(
        self,
        X: Singles,
        y: NDArray[np.int64],
        X_eval: Singles,
        how: Following,
        *,
        n_classes: int,
        seed: int,
        rng: np.random.Generator,
    ) -> Predictions:
        """Train privately with norms that follow the gradients, then predict.

        Raises
        ------
        AccuracyError
            If training diverged.
        """
        fixed = self.remedied()
        network = fixed.fresh(X.shape[1], n_classes, seed)
        _descend(network, fixed, fixed.entering(X), one_hot(y, n_classes), how, rng)
        if not np.isfinite(network.parameters).all():
            raise AccuracyError("Training diverged; a smaller learning_rate may help.")
        return network.predict(fixed.entering(X_eval))


def _descend(
    network: TrainedMLP, fixed: DPSGD, inputs: Singles, targets: Singles, how: Following, rng: np.random.Generator
) -> None:
    steps = fixed.private_steps(len(inputs))
    expected = fixed.sampling_rate * (fixed.public_size or len(inputs))
    of_sum, of_count = split_noise(fixed.noise_multiplier, expected)
    codes = np.zeros(len(inputs), np.int64) if how.groups is None else how.groups
    gradient, norms = np.empty_like(network.parameters), np.full(how.n_groups, how.first)
    into = TrainedMLP(parameters=gradient, widths=network.widths, standardization=network.standardization).layers
    for _ in range(steps.number):
        batch = steps.sample(len(inputs), rng)
        values = activations_of(network.layers, inputs[batch], 0.0, rng)
        slopes = backward(network.layers, values, softmax(values[-1]) - targets[batch])
        own, largest = float(norms[0]) if how.groups is None else norms[codes[batch]], float(norms.max())
        clipped_sum(values[:-1], slopes, into, own)
        gradient += np.float32(of_sum * largest) * rng.standard_normal(len(gradient), dtype=np.float32)
        network.parameters[:] -= np.float32(steps.learning_rate * fixed.clipping_norm / largest) * gradient
        below = (gradient_norms(values[:-1], slopes) <= own) - 0.5
        counted = np.bincount(codes[batch], below, how.n_groups) + of_count * rng.standard_normal(how.n_groups)
        for group, count in enumerate((counted * how.n_groups / expected).tolist()):
            followed = next_norm(float(norms[group]), count + 0.5, quantile=how.quantile, least=how.least)
            norms[group] = min(followed, how.most)


@checked
def next_norm(norm: float, below: float, *, quantile: float, least: float) -> float:
    """Return the clipping norm of the next step.

    Parameters
    ----------
    norm : float
        Of this step.
    below : float
        Share of the step's examples whose gradient is no longer, with noise.
    quantile, least : float
        See :class:`longtail.limits.AdaptiveDPSGD`.

    Examples
    --------
    >>> next_norm(2.0, 0.5, quantile=0.5, least=1.0), next_norm(1.1, 1.0, quantile=0.5, least=1.0)
    (2.0, 1.0)
    """
    return max(least, norm * math.exp(-_RATE * max(-_MOST, min(below - quantile, _MOST))))


@checked
def split_noise(multiplier: float, expected_batch: float) -> tuple[float, float]:
    """Return the noise multiplier of the sum of gradients, and the standard deviation of the noise of the count.

    Parameters
    ----------
    multiplier : float
        z, of both together.
    expected_batch : float
        Examples in a step, on average. The count's noise is a twentieth of it, or z where that is more.

    Examples
    --------
    >>> [round(each, 4) for each in split_noise(1.0, 100.0)]
    [1.005, 5.0]
    """
    if not 1e-100 <= multiplier <= 1e100:
        raise InputError("multiplier", "lie between 1e-100 and 1e100", multiplier)
    if not 0 < expected_batch < math.inf:
        raise InputError("expected_batch", "be positive and finite", expected_batch)
    of_count = max(expected_batch / _COUNT_NOISE, multiplier)
    return (multiplier**-2 - (2 * of_count) ** -2) ** -0.5, of_count
