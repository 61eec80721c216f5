r"""Ridge regression that is differentially private, in the place of a learner of numbers: its sums are released noised.

Features are cut to their range and turned to :math:`[-1, 1]`, a constant 1 is put beside them, and the row is shortened
to norm B if it is longer; the target is cut to its range and turned to :math:`[-1, 1]`, too. Least squares needs two
sums, :math:`A = \sum_i z_i z_i^\top` and :math:`b = \sum_i t_i z_i`, and one example moves them, as a vector, by

.. math:: \sqrt{\lVert z z^\top \rVert_F^2 + t^2 \lVert z \rVert^2} \le \sqrt{B^4 + B^2}.

Both are released once, with Gaussian noise of one standard deviation on the coordinates of that vector (an entry of A
beside its diagonal has a weight of :math:`\sqrt 2`), so the guarantee is that of one Gaussian release, in closed form
(:class:`~longtail.privacy_accounting.GaussianRelease`). All else is computed from what was released: the penalty is the
user's plus :math:`2 \sigma \sqrt p`, about the largest eigenvalue of the noise, and eigenvalues below it are lifted to
it [DworkTalwarThakurtaZhang2014]_, [Wang2018]_.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.estimate import Bound
from longtail.learners.learner import Learner, Values
from longtail.limits.limit import Guarantee, Limit
from longtail.limits.private_training import USUAL_DELTA
from longtail.outcomes import Task
from longtail.privacy_accounting import GaussianRelease, largest_shift

__all__ = ["PrivateRidge"]


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateRidge(Limit):
    """Ridge regression from noised sums, in the place of the learner.

    Parameters
    ----------
    inner : Learner
        What is used without privacy. Nothing of it is trained here.
    epsilon, delta : float
        The guarantee.
    low, high : float or tuple of float
        The range of features, of all or of each; taken as public.
    target_low, target_high : float
        The range of the target; taken as public.
    longest : float
        B, the norm that a row is shortened to; a row of p features has at most the root of p + 1.
    penalty : float
        Weight of the squared coefficients beside the sums.
    control : {"private", "no-noise"}
        The second is the same without noise, and guarantees nothing.

    Raises
    ------
    InputError
        If a setting is out of its range.
    """

    name: ClassVar[str] = "private-ridge"
    version: ClassVar[str] = "1"
    levels: ClassVar[tuple[str, ...]] = ("epsilon=8", "epsilon=3", "epsilon=1")
    tasks: ClassVar[tuple[Task, ...]] = ("regression",)
    rows: ClassVar[str] = "features"

    epsilon: float
    delta: float = USUAL_DELTA
    low: float | tuple[float, ...] = 0.0
    high: float | tuple[float, ...] = 1.0
    target_low: float = 0.0
    target_high: float = 1.0
    longest: float = 2.0
    penalty: float = 1.0
    control: Literal["private", "no-noise"] = "private"

    def __post_init__(self) -> None:
        if self.control not in ("private", "no-noise"):
            raise InputError("control", "be private or no-noise", self.control)
        for argument in ("epsilon", "longest"):
            if not 0 < getattr(self, argument) < math.inf:
                raise InputError(argument, "be positive and finite", getattr(self, argument))
        if not 0 < self.delta < 1:
            raise InputError("delta", "lie strictly between 0 and 1", self.delta)
        if not 0 <= self.penalty < math.inf:
            raise InputError("penalty", "be at least 0 and finite", self.penalty)
        low, high = np.asarray(self.low), np.asarray(self.high)
        if low.shape != high.shape or not np.isfinite([low, high]).all() or not (low <= high).all():
            raise InputError("low and high", "be finite, equally many, and in order", (self.low, self.high))
        if not -math.inf < self.target_low < self.target_high < math.inf:
            ends = (self.target_low, self.target_high)
            raise InputError("target_low and target_high", "be finite and in order", ends)

    @property
    def title(self) -> str:
        """The model, and its guarantee or what it is a control of."""
        unusual = "" if self.delta == USUAL_DELTA else f", δ = {self.delta:g}"
        if self.control != "private":
            return f"ridge regression of clipped rows, the control of ε = {self.epsilon:g}{unusual}"
        return f"ridge regression with differential privacy, ε = {self.epsilon:g}{unusual}"

    @property
    def kind(self) -> str:
        """Differential privacy at one delta. A control belongs to no kind, so its kind is empty."""
        unusual = "" if self.delta == USUAL_DELTA else f" at δ = {self.delta:g}"
        return f"ridge regression with differential privacy{unusual}" if self.control == "private" else ""

    @property
    def strength(self) -> float:
        """The smaller epsilon, the stronger."""
        return -self.epsilon

    @property
    def sensitivity(self) -> float:
        """Distance that one example moves the two sums, as one vector."""
        return self.longest * math.sqrt(self.longest**2 + 1)

    @property
    def noise(self) -> float:
        """Standard deviation of the noise on each coordinate. A control has the same number, though it adds none."""
        return self.sensitivity / largest_shift(self.epsilon, self.delta)

    @property
    def guarantee(self) -> Guarantee:
        """Differential privacy of each single model: one Gaussian release."""
        if self.control != "private":
            return Guarantee(text="Nothing is guaranteed: no-noise is a control.")
        spent = GaussianRelease(mu=self.sensitivity / self.noise).epsilon_at(self.delta)
        return Guarantee(
            protects="example",
            text=f"Each model is ({spent:.4g}, {self.delta:g})-differentially private when one example is added or "
            f"removed. The ranges of the features and of the target, and the norm {self.longest:g} that rows are "
            "shortened to, are taken as public; noise is floating-point and from a seed, which must be kept secret.",
            bound=Bound(value=spent, side="upper", reference="DongRothSu2022"),
            delta=self.delta,
        )

    @classmethod
    def suited(cls, settings: Mapping[str, Any], dataset: Dataset, _inner: Learner) -> dict[str, Any]:
        """Settings with the ranges of features and target, which are taken as public."""
        if dataset.target is None:
            return dict(settings)
        ranges = {
            "low": tuple(dataset.X.min(axis=0).astype(float).tolist()),
            "high": tuple(dataset.X.max(axis=0).astype(float).tolist()),
            "target_low": float(dataset.target.min()),
            "target_high": float(dataset.target.max()),
        }
        return {**ranges, **settings}

    def parts(self) -> list[tuple[str, Limit]]:
        """Another model than the learner, of clipped rows without noise, then noise."""
        if self.control != "private":
            return []
        return [
            (f"ridge regression of clipped rows in place of {self.inner.name}", replace(self, control="no-noise")),
            ("noise", self),
        ]

    def fit_predict(self, X: Any, y: NDArray[Any], X_eval: Any, *, n_classes: int, seed: int) -> Values:  # noqa: ARG002
        """Release the sums, solve, predict. See :class:`longtail.learners.Learner`."""
        rng = np.random.default_rng(seed)
        squares, products = self.released(self._rows(X), self._targets(y), rng)
        values, vectors = np.linalg.eigh(squares)
        extra = 2 * self.noise * math.sqrt(len(products)) if self.control == "private" else 0.0
        least = max(self.penalty + extra, np.finfo(float).tiny)
        weights = vectors @ ((vectors.T @ products) / np.maximum(values + self.penalty + extra, least))
        half = (self.target_high - self.target_low) / 2
        predicted = self.target_low + half * (1 + np.clip(self._rows(X_eval) @ weights, -1, 1))
        return Values(values=predicted)

    def released(self, rows: Reals, targets: Reals, rng: np.random.Generator) -> tuple[Reals, Reals]:
        """Return the two sums with their noise: all that is known of the examples.

        Parameters
        ----------
        rows : (n, p + 1) float array
            Of norm B at most.
        targets : (n,) float array
            Between -1 and 1.
        rng : Generator
            Of the noise.
        """
        squares, products = rows.T @ rows, rows.T @ targets
        if self.control == "private":
            p = len(products)
            drawn = np.triu(rng.normal(scale=self.noise / math.sqrt(2), size=(p, p)), 1)
            squares = squares + drawn + drawn.T + np.diag(rng.normal(scale=self.noise, size=p))
            products = products + rng.normal(scale=self.noise, size=p)
        return squares, products

    def _rows(self, X: Any) -> Reals:
        """Return the rows in their ranges, with a constant, of norm B at most."""
        low, high = np.asarray(self.low, float), np.asarray(self.high, float)
        if low.ndim and len(low) != np.shape(X)[1]:
            raise InputError("low", f"hold one number for each of {np.shape(X)[1]} features", len(low))
        width = high - low
        shares = np.clip((np.asarray(X, float) - low) / np.where(width > 0, width, 1), 0, 1)
        rows = np.column_stack([2 * shares - 1, np.ones(len(shares))])
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        shortened: Reals = rows * np.minimum(1, self.longest / norms)
        return shortened

    def _targets(self, y: NDArray[Any]) -> Reals:
        shares = (np.asarray(y, float) - self.target_low) / (self.target_high - self.target_low)
        turned: Reals = 2 * np.clip(shares, 0, 1) - 1
        return turned
