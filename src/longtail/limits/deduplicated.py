r"""Deduplication: a language model that is trained on one text of each kind of near copies.

What stands in a corpus often is what a model repeats word by word; to train on one copy alone is the known remedy
[LeeEtAl2022]_. Kinds are those of :mod:`longtail.near_copies` among the texts of the model's own subset: two texts that
only a third one ties, which the model was not given, are two kinds. Of each kind one text stays, drawn at random from
the trial's seed; the first is not favored.

A text without a copy is memorized as before. Of texts with copies, what k copies teach is reduced to what one teaches;
what is left is memorization of a single copy. Nothing is guaranteed to anybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Whole
from longtail.dataset import Dataset
from longtail.dataset.raw_rows import text_rows
from longtail.errors import InputError, LongtailError, Said
from longtail.learners.learner import Answer, BatchLearner
from longtail.learners.wanted_rows import taken
from longtail.learners.words import Documents
from longtail.limits.limit import NO_GUARANTEE, Guarantee, Limit
from longtail.near_copies import NearCopies, near_copies
from longtail.outcomes import Task
from longtail.randomness import generator

__all__ = ["Deduplicated"]


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Deduplicated(Limit):
    """A language model of the texts of its subset, of each kind of near copies one.

    Parameters
    ----------
    inner : Learner
        A language model.
    resemblance : float
        From which share of common runs of three words two texts are near copies, from 0.5 to 1.

    Raises
    ------
    InputError
        If it is outside.
    """

    name: ClassVar[str] = "deduplicated"
    version: ClassVar[str] = "1"
    levels: ClassVar[tuple[str, ...]] = ("resemblance=0.8", "resemblance=0.5")
    guarantee: ClassVar[Guarantee] = NO_GUARANTEE
    tasks: ClassVar[tuple[Task, ...]] = ("language",)
    rows: ClassVar[str] = "text"
    kind: ClassVar[str] = "one text of each kind of near copies"

    resemblance: float = 0.5

    def __post_init__(self) -> None:
        if not 0.5 <= self.resemblance <= 1:
            raise InputError("resemblance", "lie in [0.5, 1]", self.resemblance)

    @property
    def title(self) -> str:
        """One copy, and from where on texts are copies."""
        return f"one copy of each text (near from {self.resemblance:g} on)"

    @property
    def strength(self) -> float:
        """The less two copies must resemble, the stronger."""
        return -self.resemblance

    @property
    def trials_per_batch(self) -> int:
        """Number of trials in a batch: that of the inner learner, where it trains many at once."""
        return self.inner.trials_per_batch if isinstance(self.inner, BatchLearner) else 1

    def refuse(self, dataset: Dataset) -> None:
        """Refuse texts without a near copy, which this would leave as they are.

        Raises
        ------
        InputError
            With what it found.
        """
        if dataset.task == "language":
            copies = _copies(tuple(text_rows(dataset)[: dataset.n_train]), self.resemblance)
            if not copies.count.any():
                law = f"have near copies, under {self.name}"
                raise InputError("data", law, Said(f"none among {dataset.n_train:,} training documents"))

    def fit_predict(self, X: Any, y: Any, X_eval: Any, *, n_classes: int, seed: int) -> Answer:
        """Train on one text of each kind, then measure. See :class:`longtail.learners.Learner`."""
        kept = self.kept(X, np.arange(len(X)), seed)
        return self.inner.fit_predict(taken(X, kept), y[kept], X_eval, n_classes=n_classes, seed=seed)

    def fit_predict_many(
        self,
        X: Any,
        y: Any,
        subsets: Sequence[NDArray[np.integer[Any]]],
        X_eval: Any,
        *,
        n_classes: int,
        seeds: Sequence[int],
    ) -> Sequence[Answer | LongtailError]:
        """Train a model for each subset. See :class:`longtail.learners.BatchLearner`."""
        kept = [self.kept(X, np.asarray(rows, np.int64), seed) for rows, seed in zip(subsets, seeds, strict=True)]
        if isinstance(self.inner, BatchLearner):
            return self.inner.fit_predict_many(X, y, kept, X_eval, n_classes=n_classes, seeds=seeds)
        return [
            self.inner.fit_predict(taken(X, rows), y[rows], X_eval, n_classes=n_classes, seed=seed)
            for rows, seed in zip(kept, seeds, strict=True)
        ]

    @checked
    def kept(self, X: Any, rows: Whole, seed: int) -> NDArray[np.intp]:
        """Return which of some texts a model is trained on.

        Parameters
        ----------
        X : (n,) array of str
            Texts.
        rows : (m,) int array
            Those of the model's subset.
        seed : int
            Of the draw.

        Examples
        --------
        >>> from longtail.learners.ngrams import NgramModel
        >>> limit = Deduplicated(inner=NgramModel())
        >>> limit.kept(np.array(["a b c", "d e f", "a b c"], object), np.arange(3), seed=2).tolist()
        [0, 1]
        """
        kinds = _copies(tuple(map(str, X)), self.resemblance).kinds_within(rows)
        drawn = generator(seed, "copies").permutation(len(rows))
        _, first = np.unique(kinds[drawn], return_index=True)
        return np.sort(rows[drawn[first]]).astype(np.intp)


@lru_cache(maxsize=4)
def _copies(texts: tuple[str, ...], resemblance: float) -> NearCopies:
    """Find the near copies among the texts of a study, once for all of its trials."""
    return near_copies(Documents.of(texts), resemblance)
