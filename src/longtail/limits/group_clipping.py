r"""DP-SGD with a clipping norm for each group: a remedy of what one norm for all costs a group of larger gradients.

One norm that suits the many shortens the gradients of a group that is fitted less, and so keeps it there [XuDuWu2020]_.
Here each group g has a norm :math:`C_g` that follows the median of its own gradients' norms, by the rule of
:mod:`longtail.limits.adaptive_clipping`, between two bounds. With G groups, an expected batch of m, and the private
count of :math:`b_i - 1/2` over the batch's examples of the group,

.. math:: C_g \leftarrow C_g \exp\Bigl( -0.2\, \tfrac{G}{m} \bigl( \sum_{i \in g} (b_i - \tfrac12)
          + \sigma_b \mathcal N(0, 1) \bigr) \Bigr).

How large a group is stays private, so that the norm of a group far smaller than m / G follows slowly.

The guarantee is that of DP-SGD. An example moves the sum by at most :math:`\max_g C_g`, in units of which its noise is
given, and the counts of one group, its own, by at most one half: so sum and counts are one Gaussian mechanism of the
stated noise multiplier, however many groups there are. That deviates from the paper, whose noise follows another
bound. Which groups there are, not who is in them, is public.
"""

import math
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.learners.learner import Predictions
from longtail.learners.wanted_rows import taken
from longtail.limits.followed_norms import FollowedNorms, Following
from longtail.limits.limit import require_network
from longtail.limits.limit_of_rows import LimitOfGroups, known_groups
from longtail.randomness import generator

__all__ = ["GroupDPSGD"]


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDPSGD(FollowedNorms, LimitOfGroups):
    """A network, trained by DP-SGD with a clipping norm for each given group.

    Parameters
    ----------
    inner : CompiledMLP
        Its network and initialization are taken.
    epsilon, delta, low, high, sampling_rate, epochs, learning_rate, public_size
        See :class:`longtail.limits.DPSGD`.
    first_norm : float
        Of the first step, for every group.
    least_norm, most_norm : float
        Between which the norms stay; the noise grows with the largest of them.
    group_of_example : (n,) int array, optional
        Codes of the groups of a study's training examples, which the study tells. Without it each class is a group.
    """

    name: ClassVar[str] = "group-dp-sgd"
    version: ClassVar[str] = "1"

    first_norm: float = 1.0
    least_norm: float = 1.0
    most_norm: float = 4.0
    group_of_example: NDArray[np.int64] | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        require_network("clipping by group", self.inner)
        if not 0 < self.least_norm <= self.first_norm <= self.most_norm < math.inf:
            given = (self.least_norm, self.first_norm, self.most_norm)
            raise InputError("least_norm, first_norm and most_norm", "be positive, finite and in order", given)
        self.remedied()  # which checks the others

    @property
    def title(self) -> str:
        """The guarantee, and where gradients are clipped."""
        return f"{self.remedied().title}, clipped by group, at {self.least_norm:g} to {self.most_norm:g}"

    @property
    def kind(self) -> str:
        """Differential privacy with clipping by group."""
        return f"{self.remedied().kind}, clipping by group"

    def fit_rows(
        self, X: Any, y: NDArray[np.int64], rows: NDArray[np.intp], X_eval: Any, *, n_classes: int, seed: int
    ) -> Predictions:
        """Train privately, then predict."""
        known = self.group_of_example
        how = Following(
            groups=known_groups(known, y)[rows],
            n_groups=n_classes if known is None else int(known.max()) + 1,
            quantile=0.5,
            first=self.first_norm,
            least=self.least_norm,
            most=self.most_norm,
        )
        rng = generator(seed, "dp-sgd by group")
        return self.followed(taken(X, rows), y[rows], X_eval, how, n_classes=n_classes, seed=seed, rng=rng)
