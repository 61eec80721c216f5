"""Regularization, the limits of everyday training.

Weight decay, early stopping, dropout, label smoothing and augmentation, alone or together. Early stopping keeps a tenth
of the examples aside and takes, of the states after each epoch, the one that is right on most of them. Augmentation
moves a picture by up to one pixel each way, and turns half of the pictures left to right where that makes sense.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Singles
from longtail.dataset import Dataset
from longtail.errors import InputError, Said
from longtail.learners.learner import Learner, Predictions
from longtail.learners.mlp.compiled_mlp import CompiledMLP
from longtail.learners.mlp.trained_mlp import TrainedMLP
from longtail.limits.limit import NO_GUARANTEE, Guarantee, Limit, require_network
from longtail.limits.network_training import Epoch, fresh_network, one_hot, train_round, train_rounds
from longtail.randomness import generator

__all__ = ["Regularized"]

_KEPT_ASIDE = 0.1


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Regularized(Limit):
    """The built-in network, trained with a regularizer.

    Parameters
    ----------
    inner : CompiledMLP
        The network.
    weight_decay : float
        Added to the inner learner's.
    early_stopping : bool
        Whether to stop where held-out examples are predicted best.
    dropout : float
        The probability that a hidden unit is silent, in [0, 1).
    label_smoothing : float
        The share of a label that is spread evenly over all classes, in [0, 1).
    augment : (height, width, channels), optional
        The shape of the pictures that are moved about.
    mirror : bool
        Whether a picture may be turned left to right.

    Raises
    ------
    InputError
        If nothing is regularized, a number is out of its range, or the inner learner is not the built-in network.
    """

    name: ClassVar[str] = "regularized"
    version: ClassVar[str] = "1"
    levels: ClassVar[tuple[str, ...]] = ("dropout=0.2", "dropout=0.5")
    guarantee: ClassVar[Guarantee] = NO_GUARANTEE

    weight_decay: float = 0.0
    early_stopping: bool = False
    dropout: float = 0.0
    label_smoothing: float = 0.0
    augment: tuple[int, int, int] | None = None
    mirror: bool = False

    def __post_init__(self) -> None:
        _check(self)

    @property
    def title(self) -> str:
        """Its regularizers, in words."""
        return ", ".join([*self._numbers, *self._others])

    @property
    def kind(self) -> str:
        """All but its last number, by which alone it can be compared."""
        *fixed, varied = self._numbers or [""]
        return ", ".join(part for part in (*fixed, varied.rpartition(" ")[0], *self._others) if part)

    @property
    def strength(self) -> float:
        """Last of its numbers, or 1 for a regularizer that has no number."""
        return list(self._numbers.values())[-1] if self._numbers else 1.0

    @property
    def _numbers(self) -> dict[str, float]:
        """Regularizers that have a strength, in words."""
        strengths = {
            "weight decay": self.weight_decay,
            "dropout": self.dropout,
            "label smoothing": self.label_smoothing,
        }
        return {f"{name} {value:g}": value for name, value in strengths.items() if value}

    @property
    def _others(self) -> list[str]:
        """Regularizers that are there or not, in words."""
        augmented = "augmentation with mirroring" if self.mirror else "augmentation"
        return ["early stopping"] * self.early_stopping + [augmented] * (self.augment is not None)

    @classmethod
    def suited(cls, settings: Mapping[str, Any], dataset: Dataset, _inner: Learner) -> dict[str, Any]:
        """Return the pictures' own shape for ``augment=True``."""
        if settings.get("augment") is not True:
            return dict(settings)
        if dataset.image_shape is None:
            raise InputError("augment", "be of pictures", Said("columns of a table"), "Leave it out.")
        return {**settings, "augment": dataset.image_shape}

    def fit_predict(
        self, X: Singles, y: NDArray[np.int64], X_eval: Singles, *, n_classes: int, seed: int
    ) -> Predictions:
        """Train with the regularizer, then predict. See :class:`longtail.learners.Learner`."""
        self._require_shape(X.shape[1])
        learner = require_network("regularization", self.inner)
        learner = replace(learner, weight_decay=learner.weight_decay + self.weight_decay)
        if not (self.early_stopping or self.dropout or self.label_smoothing or self.augment):
            return learner.fit_predict(X, y, X_eval, n_classes=n_classes, seed=seed)
        targets = one_hot(y, n_classes) * np.float32(1 - self.label_smoothing)
        targets += np.float32(self.label_smoothing / n_classes)
        epoch = Epoch(dropout=self.dropout, augment=None if self.augment is None else self._move)
        if self.early_stopping:
            return _stopped_early(learner, X, y, targets, epoch, seed).predict(X_eval)
        network = fresh_network(learner, X, n_classes, seed)
        train_rounds(network, learner, X, targets, seed, epoch)
        return network.predict(X_eval)

    def refuse(self, dataset: Dataset) -> None:
        """Refuse to move pictures of another shape than the examples have."""
        self._require_shape(dataset.X.shape[1])

    def _require_shape(self, n_features: int) -> None:
        if self.augment is not None and (min(self.augment) < 1 or math.prod(self.augment) != n_features):
            law = f"be the height, width and channels of pictures of {n_features} numbers"
            raise InputError("augment", law, self.augment)

    def _move(self, batch: Singles, rng: np.random.Generator) -> Singles:
        assert self.augment is not None
        pictures = batch.reshape(-1, *self.augment)
        padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="edge")
        height, width, _ = self.augment
        moved = np.empty_like(pictures)
        for place, (down, right) in enumerate(rng.integers(3, size=(len(pictures), 2))):
            moved[place] = padded[place, down : down + height, right : right + width]
        if self.mirror:
            turned = rng.random(len(pictures)) < 0.5
            moved[turned] = moved[turned, :, ::-1]
        return moved.reshape(batch.shape)


def _stopped_early(
    learner: CompiledMLP, X: Singles, y: NDArray[np.int64], targets: Singles, epoch: Epoch, seed: int
) -> TrainedMLP:
    """Return the network after the epoch with the most right predictions on examples kept aside.

    Of equal epochs the first counts. The learning rate falls to zero in each epoch, so each ends in a usable state.
    """
    rng = generator(seed, "early stopping")
    order = rng.permutation(len(X))
    n_aside = max(1, round(_KEPT_ASIDE * len(X)))
    aside, kept = order[:n_aside], order[n_aside:]
    network = fresh_network(learner, X[kept], targets.shape[1], seed)
    best, most = network.copy(), -1
    for _ in range(4 * learner.epochs):
        train_round(network, learner, X[kept], targets[kept], 1, rng, epoch)
        right = int((network.predict(X[aside]).labels == y[aside]).sum())
        if right > most:
            best, most = network.copy(), right
    return best


def _check(learner: Regularized) -> None:
    require_network("regularization", learner.inner)
    if not 0 <= learner.weight_decay < np.inf:
        raise InputError("weight_decay", "be at least 0 and finite", learner.weight_decay)
    for argument in ("dropout", "label_smoothing"):
        if not 0 <= getattr(learner, argument) < 1:
            raise InputError(argument, "lie in [0, 1)", getattr(learner, argument))
    if learner.mirror and learner.augment is None:
        raise InputError("mirror", "go with augment, which moves pictures about", True)
    if not any(
        (learner.weight_decay, learner.early_stopping, learner.dropout, learner.label_smoothing, learner.augment)
    ):
        law = "have weight_decay, early_stopping, dropout, label_smoothing or augment above 0"
        raise InputError("regularized", law, Said("none"), "For instance regularized:dropout=0.2.")
