r"""DP-SGD whose clipping norm follows the gradients, and never falls below a bound: a remedy of what clipping costs.

The norm C that gradients are clipped at is moved towards a quantile of their norms [AndrewEtAl2021]_: with
:math:`\bar b` the share of examples in a step whose norm is at most C, made private by noise,

.. math:: C \leftarrow \max\bigl( C_{\min},\; C \exp(-0.2\, (\bar b - \gamma)) \bigr).

Without :math:`C_{\min}` the norm shrinks with the gradients of the many that are fitted, and what is left of those of
the few is next to nothing; the bound keeps them [ZhaoEtAl2025]_.
"""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Singles
from longtail.errors import InputError
from longtail.learners.learner import Predictions
from longtail.limits.followed_norms import FollowedNorms, Following
from longtail.limits.limit import require_network
from longtail.randomness import generator

__all__ = ["AdaptiveDPSGD"]


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
        how = Following(
            groups=None,
            n_groups=1,
            quantile=self.quantile,
            first=max(self.first_norm, self.least_norm),
            least=self.least_norm,
            most=math.inf,
        )
        rng = generator(seed, "adaptive dp-sgd")
        return self.followed(X, y, X_eval, how, n_classes=n_classes, seed=seed, rng=rng)
