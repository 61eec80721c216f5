r"""Word frequencies that are differentially private by document, in the place of a language model.

Each document counts each of its different tokens once, of the first k of them. So one document moves the counts, as a
vector, by at most :math:`\sqrt k`, and the counts are released once with Gaussian noise: the guarantee is that of one
release, in closed form (:class:`~longtail.privacy_accounting.GaussianRelease`), for a whole document added or removed,
however long. With the noised counts :math:`\tilde c`, cut at 0, and :math:`s` added to each,

.. math:: p(w) = \frac{\tilde c_w + s}{\sum_v (\tilde c_v + s)}, \qquad s = \max(1/2, \sigma),

whatever stands before w. Contexts would need noise on the count of every pair of words of the vocabulary, seen or not.
The vocabulary is that of the study's documents, as for all models here, and is taken as public.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.errors import InputError, Said
from longtail.estimate import Bound
from longtail.learners.learner import Performances
from longtail.learners.ngrams import Documents, NgramModel
from longtail.learners.words import Unit, tokens_of
from longtail.limits.limit import Guarantee, Limit
from longtail.limits.private_training import USUAL_DELTA
from longtail.outcomes import Task
from longtail.privacy_accounting import GaussianRelease, largest_shift

__all__ = ["PrivateWords"]


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateWords(Limit):
    """Noised word frequencies, in the place of an n-gram model.

    Parameters
    ----------
    inner : NgramModel
        What is used without privacy; its tokens are counted, nothing else of it is trained.
    epsilon, delta : float
        The guarantee.
    most : int
        How many different tokens of a document count, the first ones.

    Raises
    ------
    InputError
        If a setting is out of its range, or the learner is no n-gram model.
    """

    name: ClassVar[str] = "private-words"
    version: ClassVar[str] = "1"
    levels: ClassVar[tuple[str, ...]] = ("epsilon=8", "epsilon=3", "epsilon=1")
    tasks: ClassVar[tuple[Task, ...]] = ("language",)
    rows: ClassVar[str] = "text"

    epsilon: float
    delta: float = USUAL_DELTA
    most: int = 50

    def __post_init__(self) -> None:
        if not isinstance(self.inner, NgramModel):
            raise InputError("learner", f"be an n-gram model, under {self.name}", Said(self.inner.name))
        if not 0 < self.epsilon < math.inf:
            raise InputError("epsilon", "be positive and finite", self.epsilon)
        if not 0 < self.delta < 1:
            raise InputError("delta", "lie strictly between 0 and 1", self.delta)
        if self.most < 1:
            raise InputError("most", "be at least 1", self.most)

    @property
    def title(self) -> str:
        """The model, and its guarantee."""
        unusual = "" if self.delta == USUAL_DELTA else f", δ = {self.delta:g}"
        return f"word frequencies with differential privacy, ε = {self.epsilon:g}{unusual}"

    @property
    def kind(self) -> str:
        """Differential privacy at one delta."""
        unusual = "" if self.delta == USUAL_DELTA else f" at δ = {self.delta:g}"
        return f"word frequencies with differential privacy{unusual}"

    @property
    def strength(self) -> float:
        """The smaller epsilon, the stronger."""
        return -self.epsilon

    @property
    def noise(self) -> float:
        """Standard deviation of the noise on each count."""
        return math.sqrt(self.most) / largest_shift(self.epsilon, self.delta)

    @property
    def guarantee(self) -> Guarantee:
        """Differential privacy of each single model: one Gaussian release."""
        spent = GaussianRelease(mu=math.sqrt(self.most) / self.noise).epsilon_at(self.delta)
        return Guarantee(
            protects="example",
            text=f"Each model is ({spent:.4g}, {self.delta:g})-differentially private when one document, of any "
            "length, is added or removed. The vocabulary is taken as public; noise is floating-point and from a seed, "
            "which must be kept secret.",
            bound=Bound(value=spent, side="upper", reference="DongRothSu2022"),
            delta=self.delta,
        )

    def fit_predict(self, X: Any, y: Any, X_eval: Any, *, n_classes: int, seed: int) -> Performances:  # noqa: ARG002
        """Release the counts, and measure each text. See :class:`longtail.learners.Learner`."""
        assert isinstance(self.inner, NgramModel)
        documents = _documents(tuple(X_eval), self.inner.unit)
        released = self.released(list(X), documents, np.random.default_rng(seed))
        weights = np.maximum(released, 0) + max(0.5, self.noise)
        losses = -np.log(weights / weights.sum())[documents.tokens]
        right = (documents.tokens == weights.argmax()).astype(float)
        starts = documents.starts[:-1]
        by_document = [np.add.reduceat(part, starts) / documents.lengths for part in (right, losses)]
        return Performances(values={"token_accuracy": by_document[0], "log_loss": by_document[1]})

    def released(self, texts: list[str], documents: Documents, rng: np.random.Generator) -> Reals:
        """Return the count of each token of the vocabulary with its noise: all that is known of the texts.

        Parameters
        ----------
        texts : list of str
            Which are counted.
        documents : Documents
            Whose vocabulary it is; tokens that it lacks count for nothing.
        rng : Generator
            Of the noise.
        """
        return self.counts(texts, documents) + rng.normal(scale=self.noise, size=len(documents.vocabulary))

    def counts(self, texts: list[str], documents: Documents) -> Reals:
        """Return in how many texts each token is among the first different ones, without noise."""
        numbers = _numbers(documents)
        counts = np.zeros(len(documents.vocabulary))
        for text in texts:
            different = dict.fromkeys(tokens_of(text, documents.unit)[0])
            first = [numbers[word] for word in list(different)[: self.most] if word in numbers]
            counts[first] += 1
        return counts


@lru_cache(maxsize=2)
def _documents(texts: tuple[str, ...], unit: Unit) -> Documents:
    """Take the texts of a study apart, once for all of its trials."""
    return Documents.of(texts, unit=unit)


def _numbers(documents: Documents) -> dict[str, int]:
    return {word: number for number, word in enumerate(documents.vocabulary)}
