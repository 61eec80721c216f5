r"""Rounding: each weight of a trained network is rounded to one of few values.

Symmetric rounding to the nearest, one scale for each output unit: with b bits a column :math:`w` of a layer's weights
becomes :math:`s \cdot \mathrm{round}(w / s)` for :math:`s = \max|w| / (2^{b-1} - 1)`. So 8 bits give 255 values, 4 bits
15, and 2 bits three: minus, zero and plus. Biases and activations keep their precision. What is measured is what
rounding does to predictions, not the speed of integer arithmetic.

Of a network of the user's own, the weights of linear and convolutional layers are rounded, in the same way
(``torch_rounding.py``).
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.learners.learner import Predictions
from longtail.learners.mlp.trained_mlp import TrainedMLP
from longtail.limits.limit import NO_GUARANTEE, Guarantee, Limit, as_torch_learner, require_network

__all__ = ["Rounded", "rounded"]

_MOST_BITS = 16


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Rounded(Limit):
    """A network whose weights are rounded after training.

    Parameters
    ----------
    inner : CompiledMLP or TorchLearner
        The network.
    bits : int
        From 2 to 16; one bit has no zero, and is refused.

    Raises
    ------
    InputError
        If ``bits`` is out of range, or the inner learner is not the built-in network or one of PyTorch's.
    """

    name: ClassVar[str] = "rounded"
    version: ClassVar[str] = "1"
    kind: ClassVar[str] = "rounding"
    levels: ClassVar[tuple[str, ...]] = ("bits=8", "bits=4", "bits=2")
    audited: ClassVar[tuple[str, ...]] = ("bits=4",)
    after_training: ClassVar[bool] = True
    guarantee: ClassVar[Guarantee] = NO_GUARANTEE

    bits: int

    def __post_init__(self) -> None:
        if as_torch_learner(self.inner) is None:
            require_network("rounding", self.inner)
        if isinstance(self.bits, bool) or not isinstance(self.bits, int) or not 2 <= self.bits <= _MOST_BITS:
            raise InputError("bits", f"be a whole number from 2 to {_MOST_BITS}", self.bits)

    @property
    def title(self) -> str:
        """Number of bits of a weight, in words."""
        return f"weights of {self.bits} bits"

    @property
    def strength(self) -> float:
        """The fewer bits, the stronger."""
        return -float(self.bits)

    def fit_predict(
        self, X: NDArray[np.float32], y: NDArray[np.int64], X_eval: NDArray[np.float32], *, n_classes: int, seed: int
    ) -> Predictions:
        """Train, round the weights, then predict. See :class:`longtail.learners.Learner`."""
        own = as_torch_learner(self.inner)
        if own is not None:
            from longtail.limits.torch_rounding import round_weights

            return own.fit_change_predict(
                X, y, X_eval, n_classes=n_classes, seed=seed, change=lambda network: round_weights(network, self.bits)
            )
        learner = require_network("rounding", self.inner)
        return rounded(learner.fit(X, y, n_classes=n_classes, seed=seed), self.bits).predict(X_eval)


def rounded(network: TrainedMLP, bits: int) -> TrainedMLP:
    """Return a copy of the network with rounded weights. The network that is given does not change."""
    coarse = network.copy()
    for weights, _ in coarse.layers:
        step = np.abs(weights).max(axis=0) / np.float32(2 ** (bits - 1) - 1)
        step[step == 0] = 1  # A column of zeros stays a column of zeros.
        weights[:] = np.rint(weights / step) * step
    return coarse
