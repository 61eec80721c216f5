"""How examples enter a network: standardized by the training examples, in the shape that the network takes."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray

from longtail.errors import InputError, Said

__all__ = ["Entrance", "Standardize"]

Standardize: TypeAlias = Literal["each", "all", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """Standardization of the inputs: ``x`` enters as ``(x - center) * scale``, and as zero if it is constant in
    training.
    """

    center: NDArray[np.float32]
    scale: NDArray[np.float32]
    shape: tuple[int, ...]

    @classmethod
    def of(cls, X: NDArray[np.float32], standardize: Standardize, input_shape: tuple[int, ...]) -> "Entrance":
        """Make the entrance of the training examples.

        Raises
        ------
        InputError
            If ``input_shape`` does not hold as many numbers as ``X`` has columns.
        """
        n_features = X.shape[1]
        if input_shape and np.prod(input_shape) != n_features:
            raise InputError("input_shape", f"hold the {n_features} features", Said(f"{input_shape}"))
        center, deviation = _moments(X, standardize)
        scale = np.divide(1, deviation, out=np.zeros(n_features), where=deviation > 0)
        return cls(center=center.astype(np.float32), scale=scale.astype(np.float32), shape=input_shape)

    def tensor(self, X: NDArray[np.float32], device: torch.device) -> torch.Tensor:
        """Return rows in the network's form. Pictures have their channels last in memory."""
        inputs = torch.from_numpy((X - self.center) * self.scale).to(device)
        if not self.shape:
            return inputs
        inputs = inputs.reshape(len(X), *self.shape)
        return inputs.to(memory_format=torch.channels_last) if len(self.shape) == 3 else inputs


def _moments(X: NDArray[np.float32], standardize: Standardize) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the number that is subtracted from each feature, and the one that it is divided by."""
    n_features = X.shape[1]
    if standardize == "none":
        return np.zeros(n_features), np.ones(n_features)
    if standardize == "all":
        return np.full(n_features, X.mean(dtype=np.float64)), np.full(n_features, X.std(dtype=np.float64))
    from_first = X - X[0].astype(np.float64)  # This is exactly zero where a feature is constant.
    return X[0] + from_first.mean(axis=0), from_first.std(axis=0)
