"""N-gram language models as a learner: texts in, the accuracy and the log loss of each text out.

All tokens of the study, of training and of test documents, are the vocabulary of each model, so that losses of models
are comparable and a token that a subset lacks has a probability. N-grams are numbered once for the trials of a study.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.errors import InputError, LongtailError
from longtail.learners.learner import Performances
from longtail.learners.ngrams.index import MOST_ORDER, NgramIndex
from longtail.learners.ngrams.models import models_of_subsets
from longtail.learners.words import UNITS, Documents, Unit

__all__ = ["NgramModel", "index_of_texts"]


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class NgramModel:
    """Interpolated Kneser-Ney models, :mod:`longtail.learners.ngrams.kernels`.

    Parameters
    ----------
    order : int
        Length of the longest n-grams, from 1 to 8.
    unit : {"word", "character"}
        What a token is.
    least : int
        How often an n-gram of two tokens or more must be counted to be kept; 1 forgets none.
    trials_per_batch : int
        Models at a time. No part of the identity.

    Raises
    ------
    InputError
        If a setting is out of its range.

    Examples
    --------
    >>> texts = np.array(["to be or not to be", "to see or not to see"], object)
    >>> found = NgramModel(order=2).fit_predict(texts[:1], np.zeros(1, int), texts, n_classes=0, seed=0)
    >>> {name: values.round(2).tolist() for name, values in found.values.items()}
    {'token_accuracy': [1.0, 0.5], 'log_loss': [0.54, 1.84]}
    """

    name: ClassVar[str] = "ngram"
    version: ClassVar[str] = "1"
    executor: ClassVar[Literal["threads"]] = "threads"
    task: ClassVar[Literal["language"]] = "language"
    rows: ClassVar[Literal["text"]] = "text"

    order: int = 3
    unit: Unit = "word"
    least: int = 1
    trials_per_batch: int = 20

    def __post_init__(self) -> None:
        if not 1 <= self.order <= MOST_ORDER:
            raise InputError("order", f"lie in 1..{MOST_ORDER}", self.order)
        if self.unit not in UNITS:
            raise InputError("unit", 'be "word" or "character"', self.unit)
        if self.least < 1:
            raise InputError("least", "be at least 1", self.least)
        if self.trials_per_batch < 1:
            raise InputError("trials_per_batch", "be at least 1", self.trials_per_batch)

    def describe(self) -> dict[str, Any]:
        """Return its settings: those of models that forget nothing are the same as before there were others."""
        return {"order": self.order, "unit": self.unit, **({"least": self.least} if self.least > 1 else {})}

    def fit_predict(self, X: Any, y: Any, X_eval: Any, *, n_classes: int, seed: int) -> Performances:
        """Train on the texts ``X`` and evaluate on ``X_eval``, without randomness."""
        (answer,) = self.fit_predict_many(X, y, [np.arange(len(X))], X_eval, n_classes=n_classes, seeds=[seed])
        if isinstance(answer, LongtailError):
            raise answer
        return answer

    def fit_predict_many(
        self,
        X: Any,
        y: Any,  # noqa: ARG002
        subsets: Sequence[NDArray[np.integer[Any]]],
        X_eval: Any,
        *,
        n_classes: int,  # noqa: ARG002
        seeds: Sequence[int],  # noqa: ARG002
    ) -> list[Performances | LongtailError]:
        """See :class:`~longtail.trials.BatchLearner`."""
        given, asked = list(X), list(X_eval)
        together = given == asked[: len(given)]  # In a study the training texts are the first that are asked for.
        texts = asked if together else [*asked, *given]
        index = index_of_texts(tuple(texts), self.order, self.unit)
        inclusion = np.zeros((len(subsets), len(texts)), bool)
        for model, rows in enumerate(subsets):
            inclusion[model, np.asarray(rows) + (0 if together else len(asked))] = True
        found = models_of_subsets(index, inclusion, least=self.least)
        return [
            Performances(values={"token_accuracy": right[: len(asked)], "log_loss": loss[: len(asked)]})
            for right, loss in zip(found.token_accuracy, found.log_loss, strict=True)
        ]


@lru_cache(maxsize=2)
def index_of_texts(texts: tuple[str, ...], order: int, unit: Unit) -> NgramIndex:
    """Number the n-grams of texts, once for all batches of a study."""
    return NgramIndex.of(Documents.of(texts, unit=unit), order)
