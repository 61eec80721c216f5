r"""DP-SGD whose clipping norm follows the gradients, and never falls below a bound: a remedy of what clipping costs.

The norm C that gradients are clipped at is moved towards a quantile of their norms [AndrewEtAl2021]_: with
:math:`\bar b` the share of examples in a step whose norm is at most C, made private by noise,

.. math:: C \leftarrow \max\bigl( C_{\min},\; C \exp(-0.2\, (\bar b - \gamma)) \bigr).

Without :math:`C_{\min}` the norm shrinks with the gradients of the many that are fitted, and what is left of those of
the few is next to nothing; the bound keeps them [ZhaoEtAl2025]_. Count and sum are one Gaussian mechanism: with z the
noise multiplier of the guarantee and :math:`\sigma_b` the noise of the count, in which one example moves the sum of
:math:`b_i - 1/2` by at most one half, the sum gets the multiplier :math:`(z^{-2} - (2 \sigma_b)^{-2})^{-1/2}`.
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
from longtail.limits.limit import Guarantee, require_network
from longtail.limits.network_training import activations_of, backward, one_hot, softmax
from longtail.limits.private_gradient import clipped_sum, gradient_norms
from longtail.limits.private_training import PrivateTraining
from longtail.randomness import generator

__all__ = ["AdaptiveDPSGD", "FollowedNorms", "next_norm", "split_noise"]


_RATE = 0.2  # Of the logarithm of the norm, a step, as in the paper.
_MOST = 10.0  # A share that noise takes further than this from the quantile counts as this far.
_COUNT_NOISE = 20  # An expected batch has so many standard deviations of the count's noise.


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


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class AdaptiveDPSGD(FollowedNorms):
    """A network, trained by DP-SGD with adaptive clipping.

    Parameters
    ----------
    inner : CompiledMLP
        Its network and initialization are taken.
    epsilon, delta, low, high, sampling_rate, epochs, learning_rate, public_size
        See :class:`longtail.limits.DPSGD`.
    quantile : float
        gamma, of the norms of gradients, in (0, 1).
    first_norm : float
        C of the first step.
    least_norm : float
        The least C; 0 for none, as it was first proposed.
    """

    name: ClassVar[str] = "adaptive-dp-sgd"
    version: ClassVar[str] = "1"

    quantile: float = 0.5
    first_norm: float = 1.0
    least_norm: float = 1.0

    def __post_init__(self) -> None:
        require_network("adaptive clipping", self.inner)
        if not 0 < self.quantile < 1:
            raise InputError("quantile", "lie strictly between 0 and 1", self.quantile)
        if not 0 < self.first_norm < math.inf:
            raise InputError("first_norm", "be positive and finite", self.first_norm)
        if not 0 <= self.least_norm < math.inf:
            raise InputError("least_norm", "be at least 0 and finite", self.least_norm)
        self.remedied()  # which checks the others

    @property
    def title(self) -> str:
        """The guarantee, and where gradients are clipped."""
        bound = f", at {self.least_norm:g} at least" if self.least_norm else ""
        unusual = "" if self.quantile == 0.5 else f" ({self.quantile:g} quantile)"
        return f"{self.remedied().title}, clipped adaptively{unusual}{bound}"

    @property
    def kind(self) -> str:
        """Differential privacy with adaptive clipping, bounded or not."""
        return f"{self.remedied().kind}, {'bounded ' * bool(self.least_norm)}adaptive clipping"

    def fit_predict(
        self, X: Singles, y: NDArray[np.int64], X_eval: Singles, *, n_classes: int, seed: int
    ) -> Predictions:
        """Train privately, then predict. See :class:`longtail.learners.Learner`."""
        fixed = self.remedied()
        network = fixed.fresh(X.shape[1], n_classes, seed)
        self._descend(network, fixed, fixed.entering(X), one_hot(y, n_classes), generator(seed, "adaptive dp-sgd"))
        if not np.isfinite(network.parameters).all():
            raise AccuracyError("Training diverged; a smaller learning_rate may help.")
        return network.predict(fixed.entering(X_eval))

    def _descend(
        self, network: TrainedMLP, fixed: DPSGD, inputs: Singles, targets: Singles, rng: np.random.Generator
    ) -> None:
        steps = fixed.private_steps(len(inputs))
        expected = self.sampling_rate * (self.public_size or len(inputs))
        of_sum, of_count = split_noise(fixed.noise_multiplier, expected)
        gradient, norm = np.empty_like(network.parameters), max(self.first_norm, self.least_norm)
        into = TrainedMLP(parameters=gradient, widths=network.widths, standardization=network.standardization).layers
        for _ in range(steps.number):
            batch = steps.sample(len(inputs), rng)
            values = activations_of(network.layers, inputs[batch], 0.0, rng)
            slopes = backward(network.layers, values, softmax(values[-1]) - targets[batch])
            clipped_sum(values[:-1], slopes, into, norm)
            gradient += np.float32(of_sum * norm) * rng.standard_normal(len(gradient), dtype=np.float32)
            network.parameters[:] -= np.float32(steps.learning_rate * fixed.clipping_norm / norm) * gradient
            below = gradient_norms(values[:-1], slopes) <= norm
            counted = float(below.sum()) - len(batch) / 2 + of_count * rng.standard_normal()
            norm = next_norm(norm, counted / expected + 0.5, quantile=self.quantile, least=self.least_norm)


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
        See :class:`AdaptiveDPSGD`.

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
