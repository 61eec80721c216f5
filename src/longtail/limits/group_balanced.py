r"""Groups that count alike: a remedy of what rare groups lose, by sampling, by weights, or by minding the worst.

With :math:`n_g` training examples in group g and :math:`m` in the largest:

* *sampled*: examples are repeated until group g has :math:`n_g (m / n_g)^\tau` of them, of any learner.
* *weighted*: each example counts :math:`(m / n_g)^\tau` in the loss, over their mean. The built-in network, and any
  classifier of scikit-learn that takes sample weights.
* *worst*: group g counts :math:`q_g`, multiplied by :math:`e^{\eta L_g}` at each step, where :math:`L_g` is its mean
  loss there: group distributionally robust optimization [SagawaEtAl2020]_. The network.

Groups are those within each class unless ``within_classes`` is False, since balancing one without the other may undo it
[IdrissiEtAl2022]_. A learner that fits all of its training examples hardly minds weights: then sampling and weights may
change little. Nothing is guaranteed to anybody, and who counts more is memorized more.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Singles
from longtail.errors import InputError
from longtail.learners.learner import Predictions
from longtail.learners.mlp.compiled_mlp import CompiledMLP
from longtail.learners.wanted_rows import taken
from longtail.limits.balanced import repeated
from longtail.limits.limit import NO_GUARANTEE, Guarantee, require_network
from longtail.limits.limit_of_rows import LimitOfGroups, known_groups
from longtail.limits.network_training import Epoch, fresh_network, one_hot, train_rounds
from longtail.limits.soft_labels import fit_predict_soft, require_soft_labels
from longtail.outcomes import Task
from longtail.randomness import generator

__all__ = ["GroupBalanced", "group_weights", "worst_first"]

How = Literal["sampled", "weighted", "worst"]

_STEP = 0.01  # Eta, the usual one of the paper.


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class GroupBalanced(LimitOfGroups):
    """A learner for which given groups count alike, or nearer to that than their frequencies.

    Parameters
    ----------
    inner : Learner
        Any for sampling.
    tau : float
        How far: 0 would leave everything as it is, 1 makes every group count alike. In (0, 2]; 1 for the worst group.
    how : {"sampled", "weighted", "worst"}
        See the module.
    within_classes : bool
        Whether the groups within each class count alike, or the groups as they are.
    group_of_example : (n,) int array, optional
        Codes of the groups of a study's training examples, which the study tells. Without it each class is a group.
    """

    name: ClassVar[str] = "group-balanced"
    tasks: ClassVar[tuple[Task, ...]] = ("classification",)
    version: ClassVar[str] = "1"
    levels: ClassVar[tuple[str, ...]] = ("tau=0.5", "tau=1")
    guarantee: ClassVar[Guarantee] = NO_GUARANTEE
    remedy: ClassVar[bool] = True

    tau: float = 1.0
    how: How = "sampled"
    within_classes: bool = True
    group_of_example: NDArray[np.int64] | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.how not in ("sampled", "weighted", "worst"):
            raise InputError("how", "be one of sampled, weighted, worst", self.how)
        if not 0 < self.tau <= 2:
            raise InputError("tau", "lie in (0, 2]", self.tau)
        if self.how == "worst":
            require_network("the worst group's loss", self.inner)
            if self.tau != 1:
                raise InputError("tau", "be left out where the worst group counts most", self.tau)
        if self.how == "weighted":
            require_soft_labels(self.inner, "to weigh groups", "Use how=sampled.")

    @property
    def title(self) -> str:
        """The way, and how far."""
        way = {"sampled": "sampled alike", "weighted": "weighed alike", "worst": "the worst first"}[self.how]
        whole = "" if self.within_classes else ", whatever the class"
        return f"groups {way}{whole}" + ("" if self.tau == 1 else f", τ = {self.tau:g}")

    @property
    def kind(self) -> str:
        """The way in which groups are balanced."""
        return f"groups balanced, {self.how}{'' if self.within_classes else ', whatever the class'}"

    @property
    def strength(self) -> float:
        """The larger tau, the stronger."""
        return self.tau

    def fit_rows(
        self, X: Any, y: NDArray[np.int64], rows: NDArray[np.intp], X_eval: Any, *, n_classes: int, seed: int
    ) -> Predictions:
        """Train with groups balanced, then predict."""
        groups = known_groups(self.group_of_example, y)[rows]
        X, y = taken(X, rows), y[rows]
        if self.within_classes:
            groups = groups * n_classes + y
        if self.how == "sampled":
            chosen = repeated(groups, self.tau, generator(seed, "group-balanced sampling"))
            answer: Predictions = self.inner.fit_predict(
                taken(X, chosen), y[chosen], X_eval, n_classes=n_classes, seed=seed
            )
            return answer
        weights = group_weights(groups, self.tau)
        if not isinstance(self.inner, CompiledMLP):
            targets = one_hot(y, n_classes) * weights[:, None]
            return fit_predict_soft(self.inner, X, targets, X_eval, n_classes=n_classes, seed=seed)
        weigh = worst_first(groups, _STEP) if self.how == "worst" else lambda batch, _: weights[batch]
        network = fresh_network(self.inner, X, n_classes, seed)
        train_rounds(network, self.inner, X, one_hot(y, n_classes), seed, Epoch(weigh=weigh))
        return network.predict(X_eval)


@checked
def group_weights(groups: NDArray[np.int64], tau: float) -> Singles:
    """Return what each example counts, over the mean of all.

    Examples
    --------
    >>> group_weights(np.array([0, 0, 0, 1]), 1.0).astype(float).round(3).tolist()
    [0.667, 0.667, 0.667, 2.0]
    """
    _, codes, counts = np.unique(groups, return_inverse=True, return_counts=True)
    weights = (counts.max(initial=1) / counts)[codes] ** tau
    found: Singles = (weights / weights.mean()).astype(np.float32)
    return found


def worst_first(groups: NDArray[np.int64], step: float) -> Callable[[NDArray[np.intp], Singles], Singles]:
    """Return a weighing of a batch's examples that remembers how badly each group does.

    Parameters
    ----------
    groups : (n,) int array
        Of the training examples.
    step : float
        Eta.

    Returns
    -------
    callable
        From the places of a batch and its examples' losses to their weights: with :math:`b_g` of b examples in group g,
        :math:`q_g b / b_g` each, so that their mean gradient is the groups' mean gradients, weighted by q.
    """
    _, codes = np.unique(groups, return_inverse=True)
    shares = np.full(codes.max(initial=0) + 1, 1.0 / (codes.max(initial=0) + 1))

    def weights(batch: NDArray[np.intp], losses: Singles) -> Singles:
        here = codes[batch]
        counts = np.bincount(here, minlength=len(shares))
        mean = np.bincount(here, losses, minlength=len(shares)) / np.maximum(counts, 1)
        shares[:] *= np.exp(step * mean)
        shares[:] /= shares.sum()
        return (shares[here] * len(batch) / counts[here]).astype(np.float32)

    return weights
