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
from longtail.array_types import Singles
from longtail.errors import AccuracyError, InputError
from longtail.learners.learner import Predictions
from longtail.learners.mlp.trained_mlp import TrainedMLP
from longtail.learners.wanted_rows import taken
from longtail.limits.adaptive_clipping import FollowedNorms, next_norm, split_noise
from longtail.limits.dp_sgd import DPSGD
from longtail.limits.limit import require_network
from longtail.limits.limit_of_rows import LimitOfGroups, known_groups
from longtail.limits.network_training import activations_of, backward, one_hot, softmax
from longtail.limits.private_gradient import clipped_sum, gradient_norms
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
        n_groups = n_classes if self.group_of_example is None else int(self.group_of_example.max()) + 1
        groups = known_groups(self.group_of_example, y)[rows]
        X, y = taken(X, rows), y[rows]
        fixed, rng = self.remedied(), generator(seed, "dp-sgd by group")
        network = fixed.fresh(X.shape[1], n_classes, seed)
        self._descend(network, fixed, fixed.entering(X), one_hot(y, n_classes), groups, n_groups, rng)
        if not np.isfinite(network.parameters).all():
            raise AccuracyError("Training diverged; a smaller learning_rate may help.")
        return network.predict(fixed.entering(X_eval))

    def _descend(
        self,
        network: TrainedMLP,
        fixed: DPSGD,
        inputs: Singles,
        targets: Singles,
        groups: NDArray[np.int64],
        n_groups: int,
        rng: np.random.Generator,
    ) -> None:
        steps = fixed.private_steps(len(inputs))
        expected = self.sampling_rate * (self.public_size or len(inputs))
        of_sum, of_count = split_noise(fixed.noise_multiplier, expected)
        gradient, norms = np.empty_like(network.parameters), np.full(n_groups, self.first_norm)
        into = TrainedMLP(parameters=gradient, widths=network.widths, standardization=network.standardization).layers
        for _ in range(steps.number):
            batch = steps.sample(len(inputs), rng)
            values = activations_of(network.layers, inputs[batch], 0.0, rng)
            slopes = backward(network.layers, values, softmax(values[-1]) - targets[batch])
            own, largest = norms[groups[batch]], float(norms.max())
            clipped_sum(values[:-1], slopes, into, own)
            gradient += np.float32(of_sum * largest) * rng.standard_normal(len(gradient), dtype=np.float32)
            network.parameters[:] -= np.float32(steps.learning_rate * fixed.clipping_norm / largest) * gradient
            below = (gradient_norms(values[:-1], slopes) <= own) - 0.5
            counted = np.bincount(groups[batch], below, minlength=n_groups) + of_count * rng.standard_normal(n_groups)
            for group, count in enumerate((counted * n_groups / expected).tolist()):
                followed = next_norm(float(norms[group]), count + 0.5, quantile=0.5, least=self.least_norm)
                norms[group] = min(followed, self.most_norm)
