"""A network after its training run: the parameters and how features enter it; what compression works on."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Singles
from longtail.compilation import read_only
from longtail.learners.learner import Predictions
from longtail.learners.mlp.kernels import Standardization, logits_of

__all__ = ["TrainedMLP"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedMLP:
    """A multilayer perceptron with its parameters.

    Parameters
    ----------
    parameters : (p,) float32 array
        Layer after layer: a weight matrix, row by row, and then its biases.
    widths : (layers + 1,) int64 array
        Features, hidden units of each layer, classes.
    standardization : Standardization
        How features enter the network.
    """

    parameters: Singles
    widths: NDArray[np.int64]
    standardization: Standardization

    @property
    def layers(self) -> list[tuple[Singles, Singles]]:
        """Weights (fan-in, fan-out) and biases of each layer, as views of the parameters."""
        views, start = [], 0
        for fan_in, fan_out in pairwise(self.widths.tolist()):
            middle, end = start + fan_in * fan_out, start + (fan_in + 1) * fan_out
            views.append((self.parameters[start:middle].reshape(fan_in, fan_out), self.parameters[middle:end]))
            start = end
        return views

    def copy(self) -> "TrainedMLP":
        """Return a copy whose parameters can be changed without changing this one's."""
        return replace(self, parameters=self.parameters.copy())

    def inputs(self, X: Singles) -> Singles:
        """Return features as they enter the first layer."""
        entered: Singles = (X - self.standardization.center) * self.standardization.scale
        return entered

    def predict(self, X: Singles) -> Predictions:
        """Return its predictions for examples."""
        features = read_only(np.ascontiguousarray(X, np.float32))
        logits = logits_of(self.parameters, self.widths, features, self.standardization)
        return Predictions(labels=logits.argmax(axis=1), logits=logits)
