r"""Magnitude pruning: the smallest weights of a trained network are set to zero.

Globally, the share of all weights that are smallest in size goes, wherever they are; layer by layer, that share of each
layer's. Biases stay. Fine-tuning goes on for some epochs at a tenth of the learning rate with pruned weights held at
zero.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.learners.learner import Predictions
from longtail.learners.mlp.trained_mlp import TrainedMLP
from longtail.limits.limit import NO_GUARANTEE, Guarantee, Limit, require_network
from longtail.limits.network_training import Epoch, one_hot, train_round
from longtail.randomness import generator

__all__ = ["WeightPruned", "pruned"]

_FINE_TUNING = 0.1  # The share of the learning rate.


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class WeightPruned(Limit):
    """A network that loses its smallest weights.

    Parameters
    ----------
    inner : CompiledMLP
        The network.
    sparsity : float
        The share of weights that goes, in (0, 1).
    scope : {"global", "layer"}
        Over which weights the smallest are sought.
    fine_tune_epochs : int
        Epochs of training afterwards.

    Raises
    ------
    InputError
        If the share would leave all weights or none, or the inner learner is not the built-in network.
    """

    name: ClassVar[str] = "weight-pruned"
    version: ClassVar[str] = "1"
    levels: ClassVar[tuple[str, ...]] = ("sparsity=0.5", "sparsity=0.9")
    audited: ClassVar[tuple[str, ...]] = ("sparsity=0.9",)
    after_training: ClassVar[bool] = True
    guarantee: ClassVar[Guarantee] = NO_GUARANTEE

    sparsity: float
    scope: Literal["global", "layer"] = "global"
    fine_tune_epochs: int = 0

    def __post_init__(self) -> None:
        require_network("pruning", self.inner)
        if not 0 < self.sparsity < 1:
            raise InputError("sparsity", "lie strictly between 0 and 1: the share of weights that goes", self.sparsity)
        if self.scope not in ("global", "layer"):
            raise InputError("scope", 'be "global" or "layer"', self.scope)
        if self.fine_tune_epochs < 0:
            raise InputError("fine_tune_epochs", "be at least 0", self.fine_tune_epochs)

    @property
    def title(self) -> str:
        """The share that goes, and how."""
        return f"{self.sparsity:.4g} of weights pruned{self._how}"

    @property
    def kind(self) -> str:
        """Kind of pruning. Pruning layer by layer and pruning with fine-tuning are kinds of their own."""
        return f"pruning{self._how}"

    @property
    def strength(self) -> float:
        """The share of weights that goes."""
        return self.sparsity

    def fit_predict(
        self, X: NDArray[np.float32], y: NDArray[np.int64], X_eval: NDArray[np.float32], *, n_classes: int, seed: int
    ) -> Predictions:
        """Train, prune, fine-tune, then predict. See :class:`longtail.learners.Learner`."""
        learner = require_network("pruning", self.inner)
        network = pruned(learner.fit(X, y, n_classes=n_classes, seed=seed), self.sparsity, self.scope)
        if self.fine_tune_epochs:
            train_round(
                network,
                learner,
                X,
                one_hot(y, n_classes),
                self.fine_tune_epochs,
                generator(seed, "fine-tuning"),
                Epoch(mask=network.parameters != 0),
                learning_rate=_FINE_TUNING * learner.learning_rate,
            )
        return network.predict(X_eval)

    @property
    def _how(self) -> str:
        where = " layer by layer" if self.scope == "layer" else ""
        tuned = f", {self.fine_tune_epochs} epochs of fine-tuning" if self.fine_tune_epochs else ""
        return where + tuned


def pruned(network: TrainedMLP, sparsity: float, scope: Literal["global", "layer"]) -> TrainedMLP:
    """Return a copy of the network without its smallest weights. The network that is given does not change."""
    smaller = network.copy()
    weights = [layer.reshape(-1) for layer, _ in smaller.layers]
    if scope == "layer":
        for layer in weights:
            layer[_smallest(layer, sparsity)] = 0
        return smaller
    ends = np.cumsum([len(layer) for layer in weights])
    for layer, places in zip(weights, np.split(_smallest(np.concatenate(weights), sparsity), ends[:-1]), strict=True):
        layer[places] = 0
    return smaller


def _smallest(weights: NDArray[np.float32], share: float) -> NDArray[np.bool_]:
    """Mark the entries that are the smallest share in absolute value. Of equal entries, the first are marked."""
    chosen = np.zeros(len(weights), bool)
    chosen[np.argsort(np.abs(weights), kind="stable")[: round(share * len(weights))]] = True
    return chosen
