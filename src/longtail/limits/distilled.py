r"""Distillation: a student that is trained on a teacher's outputs instead of the labels [HintonEtAl2015]_.

The teacher's distribution over classes at temperature T, :math:`\operatorname{softmax}(z / T)`, is what the student's
logits at the same temperature are fitted to; at 1 they are then read. Where each training example is shown to the
student by a teacher that did not see it (``teachers`` of 2 or more, each trained without its part of the examples), no
memorized label is handed on: what is left of memorization is the student's own [TangEtAl2022]_. A single teacher, which
saw them all, hands on what it memorized.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Singles
from longtail.errors import InputError
from longtail.learners.learner import Learner, Predictions
from longtail.learners.wanted_rows import taken
from longtail.limits.limit import NO_GUARANTEE, Guarantee, Limit, require_network
from longtail.limits.network_training import one_hot, softmax
from longtail.limits.soft_labels import fit_predict_soft, require_soft_labels
from longtail.outcomes import Task
from longtail.randomness import generator, integer_seed

__all__ = ["Distilled", "softened"]


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Distilled(Limit):
    """A student of the learner's outputs.

    Parameters
    ----------
    inner : Learner
        The teacher, and the student unless that is smaller; one that can be trained on a distribution over classes.
    temperature : float
        T, at least 1.
    teachers : int
        One that sees every example, or so many that each example is shown by one that did not see it.
    hidden : int, optional
        Hidden units of the student, where the learner is the built-in network; as the learner has where not given.
    """

    name: ClassVar[str] = "distilled"
    tasks: ClassVar[tuple[Task, ...]] = ("classification",)
    version: ClassVar[str] = "1"
    levels: ClassVar[tuple[str, ...]] = ("temperature=1", "temperature=4")
    guarantee: ClassVar[Guarantee] = NO_GUARANTEE

    temperature: float = 2.0
    teachers: int = 1
    hidden: int | None = None

    def __post_init__(self) -> None:
        require_soft_labels(self.inner, "to learn from a teacher", "Use one that takes sample weights, or mlp.")
        if not 1 <= self.temperature <= 100:
            raise InputError("temperature", "lie from 1 to 100", self.temperature)
        if not 1 <= self.teachers <= 100:
            raise InputError("teachers", "lie from 1 to 100", self.teachers)
        if self.hidden is not None:
            require_network("a smaller student", self.inner)
            if self.hidden < 1:
                raise InputError("hidden", "be at least 1", self.hidden)

    @property
    def title(self) -> str:
        """The temperature, and what is unusual."""
        return f"{self.kind}, T = {self.temperature:g}"

    @property
    def kind(self) -> str:
        """Distillation from whom to whom."""
        crossed = f" from {self.teachers} teachers that saw others" if self.teachers > 1 else ""
        return f"distillation{crossed}{'' if self.hidden is None else f' to {self.hidden} units'}"

    @property
    def strength(self) -> float:
        """The higher the temperature, the less is told apart."""
        return self.temperature

    def fit_predict(self, X: Any, y: NDArray[np.int64], X_eval: Any, *, n_classes: int, seed: int) -> Predictions:
        """Train teacher and student, then predict. See :class:`longtail.learners.Learner`."""
        shown = self._shown(X, y, n_classes, seed)
        student: Any = self.inner if self.hidden is None else replace(self.inner, hidden=self.hidden)  # type: ignore[type-var]
        found = fit_predict_soft(student, X, shown, X_eval, n_classes=n_classes, seed=integer_seed(seed, "student"))
        if found.logits is None:
            return found
        return replace(found, logits=np.asarray(found.logits, np.float32) * np.float32(self.temperature))

    def _shown(self, X: Any, y: NDArray[np.int64], n_classes: int, seed: int) -> Singles:
        """Return the distribution over classes that the student is shown of each training example."""
        parts = min(self.teachers, len(y))
        if parts == 1:
            answer = _taught(self.inner, X, y, X, n_classes, integer_seed(seed, "teacher"))
            return softened(answer, self.temperature, n_classes)
        part_of = generator(seed, "parts of teachers").permutation(len(y)) % parts
        shown = np.empty((len(y), n_classes), np.float32)
        for part in range(parts):
            own, others = np.flatnonzero(part_of == part), np.flatnonzero(part_of != part)
            answer = _taught(
                self.inner, taken(X, others), y[others], taken(X, own), n_classes, integer_seed(seed, "teacher", part)
            )
            shown[own] = softened(answer, self.temperature, n_classes)
        return shown


@checked
def softened(answer: Predictions, temperature: float, n_classes: int) -> Singles:
    """Return a teacher's distributions at a temperature.

    Of a teacher without probabilities they are the labels that it gives.

    Examples
    --------
    >>> even = Predictions(labels=np.array([0]), logits=np.log(np.array([[0.8, 0.2]], np.float32)))
    >>> softened(even, 2.0, 2).astype(float).round(3).tolist()
    [[0.667, 0.333]]
    """
    if answer.logits is None or not answer.calibrated:
        return one_hot(np.asarray(answer.labels, np.int64), n_classes)
    return softmax(np.asarray(answer.logits, np.float32) / np.float32(temperature))


def _taught(learner: Learner, X: Any, y: NDArray[np.int64], X_eval: Any, n_classes: int, seed: int) -> Predictions:
    answer: Predictions = learner.fit_predict(X, y, X_eval, n_classes=n_classes, seed=seed)
    return answer
