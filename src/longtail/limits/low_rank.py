r"""Smaller networks: each layer's weights replaced by their best approximation of low rank, or fewer hidden units.

The best approximation of rank r in the least-squares sense keeps the r largest singular values. A narrower network is
trained as such from the start.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.learners.learner import Predictions
from longtail.learners.mlp.trained_mlp import TrainedMLP
from longtail.limits.limit import NO_GUARANTEE, Guarantee, Limit, require_network

__all__ = ["LowRank", "Narrower", "of_low_rank"]


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class LowRank(Limit):
    """A network whose layers are cut to a rank after training.

    Parameters
    ----------
    inner : CompiledMLP
        The network.
    rank : int
        Of each layer's weights at most, at least 1.
    """

    name: ClassVar[str] = "low-rank"
    version: ClassVar[str] = "1"
    kind: ClassVar[str] = "low rank"
    levels: ClassVar[tuple[str, ...]] = ("rank=4", "rank=2")
    after_training: ClassVar[bool] = True
    guarantee: ClassVar[Guarantee] = NO_GUARANTEE

    rank: int

    def __post_init__(self) -> None:
        require_network("low rank", self.inner)
        if isinstance(self.rank, bool) or not isinstance(self.rank, int) or self.rank < 1:
            raise InputError("rank", "be a whole number of at least 1", self.rank)

    @property
    def title(self) -> str:
        """The rank."""
        return f"weights of rank {self.rank}"

    @property
    def strength(self) -> float:
        """The lower the rank, the stronger."""
        return -float(self.rank)

    def fit_predict(
        self, X: NDArray[np.float32], y: NDArray[np.int64], X_eval: NDArray[np.float32], *, n_classes: int, seed: int
    ) -> Predictions:
        """Train, reduce the rank of each layer, then predict. See :class:`longtail.learners.Learner`."""
        learner = require_network("low rank", self.inner)
        return of_low_rank(learner.fit(X, y, n_classes=n_classes, seed=seed), self.rank).predict(X_eval)


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Narrower(Limit):
    """The same network with fewer hidden units in each layer.

    Parameters
    ----------
    inner : CompiledMLP
        The network, with at least one hidden layer.
    share : float
        Of the hidden units that stay, in (0, 1); at least one stays in each layer.
    """

    name: ClassVar[str] = "narrower"
    version: ClassVar[str] = "1"
    kind: ClassVar[str] = "fewer units"
    levels: ClassVar[tuple[str, ...]] = ("share=0.5", "share=0.25")
    guarantee: ClassVar[Guarantee] = NO_GUARANTEE

    share: float

    def __post_init__(self) -> None:
        if not require_network("fewer units", self.inner).widths:
            raise InputError("learner", "have a hidden layer to make narrower", ())
        if not 0 < self.share < 1:
            raise InputError("share", "lie strictly between 0 and 1", self.share)

    @property
    def title(self) -> str:
        """The share that stays."""
        return f"{self.share:.4g} of hidden units"

    @property
    def strength(self) -> float:
        """The share of hidden units that goes."""
        return 1 - self.share

    def fit_predict(
        self, X: NDArray[np.float32], y: NDArray[np.int64], X_eval: NDArray[np.float32], *, n_classes: int, seed: int
    ) -> Predictions:
        """Train the narrower network, then predict. See :class:`longtail.learners.Learner`."""
        learner = require_network("fewer units", self.inner)
        widths = tuple(max(1, round(self.share * width)) for width in learner.widths)
        return replace(learner, hidden=widths).fit_predict(X, y, X_eval, n_classes=n_classes, seed=seed)


def of_low_rank(network: TrainedMLP, rank: int) -> TrainedMLP:
    """Return a copy of the network with each layer cut to a rank. The network that is given does not change."""
    cut = network.copy()
    for weights, _ in cut.layers:
        left, sizes, right = np.linalg.svd(weights, full_matrices=False)
        weights[:] = (left[:, :rank] * sizes[:rank]) @ right[:rank]
    return cut
