r"""Quantization: each weight of a trained network is rounded to one of few values.

Symmetric rounding to the nearest, one scale for each output unit: with b bits a column :math:`w` of a layer's weights
becomes :math:`s \cdot \mathrm{round}(w / s)` for :math:`s = \max|w| / (2^{b-1} - 1)`. So 8 bits give 255 values, 4 bits
15, and 2 bits three: minus, zero and plus. Biases and activations keep their precision. What is measured is what
rounding does to predictions, not the speed of integer arithmetic.

Of a network of the user's own, the weights of linear and convolutional layers are rounded, in the same way
(``torch_rounding.py``).
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.learners.learner import Learner, Predictions
from longtail.learners.mlp.trained_mlp import TrainedMLP
from longtail.limits.limit import NO_GUARANTEE, Guarantee, as_torch_learner, identity_of, require_network

__all__ = ["Quantized", "quantized"]

_MOST_BITS = 16


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Quantized:
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

    name: ClassVar[str] = "quantized"
    version: ClassVar[str] = "1"
    guarantee: ClassVar[Guarantee] = NO_GUARANTEE

    inner: Learner
    bits: int

    def __post_init__(self) -> None:
        if as_torch_learner(self.inner) is None:
            require_network("quantization", self.inner)
        if isinstance(self.bits, bool) or not isinstance(self.bits, int) or not 2 <= self.bits <= _MOST_BITS:
            raise InputError("bits", f"be a whole number from 2 to {_MOST_BITS}", self.bits)

    @property
    def executor(self) -> Literal["threads", "processes"]:
        """Where the inner learner's trials run best."""
        return self.inner.executor

    def describe(self) -> dict[str, Any]:
        """Settings, and the inner learner's identity."""
        return {"bits": self.bits, "inner": identity_of(self.inner)}

    def fit_predict(
        self, X: NDArray[np.float32], y: NDArray[np.int64], X_eval: NDArray[np.float32], *, n_classes: int, seed: int
    ) -> Predictions:
        """Train, then round; see :class:`longtail.trials.Learner`."""
        own = as_torch_learner(self.inner)
        if own is not None:
            from longtail.limits.torch_rounding import round_weights

            return own.fit_change_predict(
                X, y, X_eval, n_classes=n_classes, seed=seed, change=lambda network: round_weights(network, self.bits)
            )
        learner = require_network("quantization", self.inner)
        return quantized(learner.fit(X, y, n_classes=n_classes, seed=seed), self.bits).predict(X_eval)


def quantized(network: TrainedMLP, bits: int) -> TrainedMLP:
    """The network with rounded weights; the one that is given stays as it is."""
    rounded = network.copy()
    for weights, _ in rounded.layers:
        step = np.abs(weights).max(axis=0) / np.float32(2 ** (bits - 1) - 1)
        step[step == 0] = 1  # a column of zeros stays one
        weights[:] = np.rint(weights / step) * step
    return rounded
