r"""Limits of n-gram language models: shorter contexts, and n-grams that count only where they were seen often enough.

A model memorizes a document by its longest n-grams: a run of words that stands there alone is predicted as if it were
common. Either limit takes those away and guarantees nothing to a single document.

- *Shorter contexts*: a smaller order.
- *Counted often*: an n-gram of two words or more that was counted less often than so many times is forgotten, as
  language models are pruned for size; what it was counted goes to the shorter contexts [Stolcke1998]_. Shorter n-grams
  are counted by the different words before them, as everywhere in these models.
"""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from longtail.arguments import checked
from longtail.errors import InputError, Said
from longtail.learners.learner import Answer, Learner
from longtail.learners.ngrams import NgramModel
from longtail.learners.settings import with_settings
from longtail.limits.limit import NO_GUARANTEE, Guarantee, Limit
from longtail.outcomes import Task

__all__ = ["CountedOften", "ShorterContext"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _LimitOfNgrams(Limit):
    """Limit that is another setting of the n-gram model."""

    guarantee: ClassVar[Guarantee] = NO_GUARANTEE
    tasks: ClassVar[tuple[Task, ...]] = ("language",)

    @property
    @abstractmethod
    def stands_for(self) -> Learner:
        """The model under the limit: trials train it in this one's place."""

    def _of_model(self) -> NgramModel:
        if not isinstance(self.inner, NgramModel):
            raise InputError("learner", f"be an n-gram model, under {self.name}", Said(self.inner.name))
        return self.inner

    def fit_predict(self, X: Any, y: Any, X_eval: Any, *, n_classes: int, seed: int) -> Answer:
        """Train under the limit, then measure. See :class:`longtail.learners.Learner`."""
        return self.stands_for.fit_predict(X, y, X_eval, n_classes=n_classes, seed=seed)


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class ShorterContext(_LimitOfNgrams):
    """An n-gram model of a smaller order.

    Parameters
    ----------
    inner : NgramModel
        The model.
    order : int
        Length of the longest n-grams, below the model's own.

    Raises
    ------
    InputError
        If the learner is no n-gram model, or the order is no smaller one.
    """

    name: ClassVar[str] = "shorter-context"
    version: ClassVar[str] = "1"
    levels: ClassVar[tuple[str, ...]] = ("order=2", "order=1")
    kind: ClassVar[str] = "shorter contexts"

    order: int

    def __post_init__(self) -> None:
        if not 1 <= self.order < self._of_model().order:
            raise InputError("order", f"be at least 1 and below the model's own, {self._of_model().order}", self.order)

    @property
    def title(self) -> str:
        """The length of the longest n-grams, in words."""
        return f"n-grams of at most {self.order}" if self.order > 1 else "words without context"

    @property
    def strength(self) -> float:
        """The shorter, the stronger."""
        return -self.order

    @property
    def stands_for(self) -> Learner:
        """The model of the smaller order."""
        return with_settings(self._of_model(), {"order": self.order})


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class CountedOften(_LimitOfNgrams):
    """An n-gram model that forgets n-grams which were counted seldom.

    Parameters
    ----------
    inner : NgramModel
        The model.
    times : int
        How often an n-gram of two tokens or more must be counted to be kept, above the model's own.

    Raises
    ------
    InputError
        If the learner is no n-gram model, or the number is not above the model's own.
    """

    name: ClassVar[str] = "counted-often"
    version: ClassVar[str] = "1"
    levels: ClassVar[tuple[str, ...]] = ("times=2", "times=3")
    kind: ClassVar[str] = "n-grams that were counted often"

    times: int

    def __post_init__(self) -> None:
        if not self.times > self._of_model().least:
            raise InputError("times", f"be above the model's own, {self._of_model().least}", self.times)

    @property
    def title(self) -> str:
        """The least count, in words."""
        return f"n-grams counted {'twice' if self.times == 2 else f'{self.times} times'} or more"

    @property
    def strength(self) -> float:
        """The least count."""
        return float(self.times)

    @property
    def stands_for(self) -> Learner:
        """The model that forgets the others."""
        return with_settings(self._of_model(), {"least": self.times})
