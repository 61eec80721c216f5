"""A private network in the learner's place: DP-SGD for a table, beside the model that people would deploy.

Boosted trees are what most people use on a table, and DP-SGD trains no trees. So what privacy costs them is the
distance from their trees to a model that can be trained privately: a network of one layer, or a linear model. Told
against the learner of the study, that is the whole price; its parts say how much of it is the other model, trained by
the same clipped steps without noise, and how much the noise adds.

The training is that of ``dp_sgd.py``: the same steps, accountant and guarantee. It is handed encoded features, whatever
the learner of the study is handed. The numbers of a table enter as hat functions of their range
(``hat_features.py``), so that few weights and little noise follow what trees cut: which of its features are numbers is
taken as public, as their range is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Singles
from longtail.dataset import Dataset
from longtail.dataset.kind_of_data import kind_of_data
from longtail.errors import InputError, Said
from longtail.learners.learner import Learner, Predictions
from longtail.learners.mlp.compiled_mlp import CompiledMLP
from longtail.limits.dp_sgd import DPSGD, plain_training, shares_of_range
from longtail.limits.hat_features import hat_features
from longtail.limits.limit import Guarantee, Limit, as_torch_learner
from longtail.limits.private_training import PrivateTraining

__all__ = ["PrivateNetwork"]

_LARGE = 10_000  # training examples
_KNOTS = 8
_MOST_NUMBERS = 50_000_000
"""Of all examples' features with their hats, 200 MB, of which training and prediction hold several copies."""


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateNetwork(PrivateTraining):
    """A network or a linear model, trained by DP-SGD, in the place of a learner that is no network.

    Parameters
    ----------
    inner : Learner
        What is used without privacy. Nothing of it is trained here.
    epsilon, delta, low, high, sampling_rate, epochs, clipping_norm, learning_rate, public_size, control
        See :class:`~longtail.limits.DPSGD`.
    hidden : int
        Units of the hidden layer; 0 is a linear model.
    splined : tuple of int
        Features that enter as hat functions of their range.

    Raises
    ------
    InputError
        If a setting is out of its range, or the learner is a network, which DP-SGD trains itself.
    """

    name: ClassVar[str] = "private-network"
    audited: ClassVar[tuple[str, ...]] = ("epsilon=3",)
    rows: ClassVar[str] = "features"

    hidden: int = 64
    splined: tuple[int, ...] = ()
    clipping_norm: float = 1.0
    control: Literal["private", "clip-only"] = "private"

    def __post_init__(self) -> None:
        if self.control not in ("private", "clip-only"):
            raise InputError("control", "be private or clip-only, the same without noise", self.control)
        if isinstance(self.inner, CompiledMLP) or as_torch_learner(self.inner) is not None:
            remedy = "Use dp-sgd, which trains the network itself."
            raise InputError("learner", "be no network under private-network", Said(self.inner.name), remedy)
        if self.hidden < 0:
            raise InputError("hidden", "be at least 0", self.hidden)
        if self.splined and not 0 <= min(self.splined) <= max(self.splined):
            raise InputError("splined", "hold numbers of features, from 0", self.splined)
        self._private  # noqa: B018  refuses what DP-SGD refuses

    @property
    def version(self) -> str:
        """Version of this place and of the training that stands in it."""
        return f"2; {self._private.version}; {self._private.inner.version}"

    @property
    def title(self) -> str:
        """The model, and its guarantee or what it is a control of."""
        return f"{self._model} with {self._private.title}"

    @property
    def kind(self) -> str:
        """Differential privacy of one model at one delta. A control belongs to no kind, so its kind is empty."""
        return f"{self._model} with {self._private.kind}" if self._private.kind else ""

    @property
    def guarantee(self) -> Guarantee:
        """Guarantee of the private training, which takes as public which features are numbers."""
        plain = self._private.guarantee
        if not self.splined:
            return plain
        text = plain.text.replace(
            "The range of each feature is", "The range of each feature, and which are numbers, are"
        )
        return replace(plain, text=text)

    @classmethod
    def suited(cls, settings: Mapping[str, Any], dataset: Dataset, _inner: Learner) -> dict[str, Any]:
        """Settings that suit DP-SGD on these data, from what is public alone.

        A linear model of a large table takes half of a network's largest rate, beyond which its last steps wander. The
        numbers of a table, which take more than two values, are splined, unless they would take gigabytes then.
        """
        steady = {"learning_rate": 4.0} if settings.get("hidden") == 0 and dataset.n_train >= _LARGE else {}
        own = {"splined": _numbers(dataset) if kind_of_data(dataset) == "table" else ()}
        return {**own, **DPSGD.suited({**steady, **settings}, dataset, CompiledMLP())}

    def parts(self) -> list[tuple[str, Limit]]:
        """Another model than the learner, trained by the same steps without noise, then noise."""
        if self.control != "private":
            return []
        return [
            (f"{self._model} without noise in place of {self.inner.name}", replace(self, control="clip-only")),
            ("noise", self),
        ]

    def fit_predict(
        self, X: NDArray[np.float32], y: NDArray[np.int64], X_eval: NDArray[np.float32], *, n_classes: int, seed: int
    ) -> Predictions:
        """Train the network privately, then predict. See :class:`longtail.learners.Learner`."""
        inputs, asked = self._entering(X), self._entering(X_eval)
        return self._private.fit_predict(inputs, y, asked, n_classes=n_classes, seed=seed)

    def _entering(self, X: Singles) -> Singles:
        """Return features as the network takes them: those that are splined as hats, in shares of their range."""
        if not self.splined:
            return X
        if max(self.splined) >= X.shape[1]:
            raise InputError("splined", f"hold numbers below {X.shape[1]}, the features", self.splined)
        return hat_features(shares_of_range(X, self.low, self.high), self.splined, _KNOTS)

    @property
    def _model(self) -> str:
        return f"a network of {self.hidden} units" if self.hidden else "a linear model"

    @property
    def _private(self) -> DPSGD:
        """The training that stands in the learner's place."""
        network = CompiledMLP(hidden=self.hidden or ())
        plain = plain_training(self, network, clipping_norm=self.clipping_norm, control=self.control)
        return replace(plain, low=0.0, high=1.0) if self.splined else plain


def _numbers(dataset: Dataset) -> tuple[int, ...]:
    """Return the features that take more than two values, or none where their hats would be too many numbers."""
    n, width = dataset.n_train + dataset.n_test, dataset.X.shape[1]
    if n * width > _MOST_NUMBERS:  # Without any hats.
        return ()
    low, high = dataset.X.min(axis=0), dataset.X.max(axis=0)
    found = np.flatnonzero(((low < dataset.X) & (high > dataset.X)).any(axis=0))  # A third value lies between.
    return tuple(found.tolist()) if n * (width + (2 * _KNOTS - 1) * len(found)) <= _MOST_NUMBERS else ()
