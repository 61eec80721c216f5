r"""Data pruning: a share of the training examples is left out, those with the highest or lowest score.

Scores are made within each training subset, from a few models that are trained on seven tenths of it each, so that an
example that was left out has no part in who else is. With :math:`p_i` the probability that a model gives the label of
example i (1 or 0 where it gives none),

* *memorization*: mean :math:`p_i` of the models that were trained on i, less that of the others [FeldmanZhang2020]_;
* *difficulty*: 1 less the mean :math:`p_i` of the models that were not trained on i;
* *chance*: drawn at random, the control that any score must beat [SorscherEtAl2022]_;
* any ``.npy`` file: a score of each training example of the study, or of each row of the data as given. Such scores may
  have seen examples that a model was not trained on; attacks on it, and left-out examples as witnesses, then know more.
"""

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.dataset import Dataset
from longtail.errors import InputError, Said
from longtail.learners.learner import Learner, Predictions
from longtail.learners.wanted_rows import taken
from longtail.limits.limit import NO_GUARANTEE, Guarantee
from longtail.limits.limit_of_rows import LimitOfRows
from longtail.limits.network_training import softmax
from longtail.outcomes import Task
from longtail.randomness import generator, integer_seed
from longtail.whole_files import regular

__all__ = ["PrunedData", "kept_of"]

_MADE = ("memorization", "difficulty", "chance")
_FRACTION = 0.7


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class PrunedData(LimitOfRows):
    """A learner that is trained on part of its examples.

    Parameters
    ----------
    inner : Learner
        Any.
    share : float
        Of the training examples that are left out, in (0, 1); one stays at least.
    drop : {"most", "least"}
        Whether those with the highest scores go, or those with the lowest.
    by : str
        ``memorization``, ``difficulty``, ``chance`` or the path of a ``.npy`` file; see the module.
    models : int
        How many are trained for the scores of one subset, 4 to 100.
    score_of_example : (n,) float array, optional
        What the file says of each of a study's training examples; the study reads it.
    """

    name: ClassVar[str] = "pruned-data"
    tasks: ClassVar[tuple[Task, ...]] = ("classification",)
    version: ClassVar[str] = "1"
    levels: ClassVar[tuple[str, ...]] = ("share=0.1", "share=0.5")
    guarantee: ClassVar[Guarantee] = NO_GUARANTEE

    share: float
    drop: Literal["most", "least"] = "most"
    by: str = "memorization"
    models: int = 8
    score_of_example: NDArray[np.float64] | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not 0 < self.share < 1:
            raise InputError("share", "lie strictly between 0 and 1", self.share)
        if self.drop not in ("most", "least"):
            raise InputError("drop", "be most or least", self.drop)
        if not 4 <= self.models <= 100:
            raise InputError("models", "lie from 4 to 100", self.models)
        if self.by not in _MADE and not self.by.endswith(".npy"):
            raise InputError("by", f"be one of {', '.join(_MADE)}, or a .npy file of scores", self.by)

    @property
    def title(self) -> str:
        """Share that goes, and which."""
        if self.by == "chance":
            return f"{self.share:.4g} of examples dropped at random"
        return f"{self.share:.4g} of examples dropped, {self._which}"

    @property
    def kind(self) -> str:
        """Kind of examples that go first."""
        return "data pruned at random" if self.by == "chance" else f"data pruned, {self._which}"

    @property
    def strength(self) -> float:
        """The more go, the stronger."""
        return self.share

    @property
    def sees_left_out(self) -> bool:
        """Return whether scores are from a file, and may have been made of any example."""
        return self.by not in _MADE

    @property
    def knows_rows(self) -> bool:
        """Return whether scores were read from a file."""
        return self.score_of_example is not None

    def refuse(self, dataset: Dataset) -> None:
        """Refuse a file that holds no scores of these examples.

        Raises
        ------
        InputError
            With what to do.
        """
        self.told(dataset)

    def told(self, dataset: Dataset) -> "PrunedData":
        """Return the limit that knows the scores of a study's examples, if they are in a file."""
        if self.by in _MADE:
            return self
        return replace(self, score_of_example=_read(Path(self.by), dataset))

    def told_hash(self, dataset: Dataset) -> dict[str, str]:
        """The hash of the scores in the file, for the identity of trials."""
        found = self.told(dataset).score_of_example
        return {} if found is None else {"scores": hashlib.sha256(found.astype("<f8").tobytes()).hexdigest()}

    def fit_rows(
        self, X: Any, y: NDArray[np.int64], rows: NDArray[np.intp], X_eval: Any, *, n_classes: int, seed: int
    ) -> Predictions:
        """Score the examples, leave some out, train on the others, then predict."""
        X, y, rng = taken(X, rows), y[rows], generator(seed, "pruned data")
        if self.by == "chance":
            scores: Reals = rng.random(len(y))
        elif self.by in _MADE:
            scores = self._made(X, y, n_classes, seed)
        elif self.score_of_example is None:
            raise InputError("by", "be read by a study, which knows whose scores these are", Said(self.by))
        else:
            scores = self.score_of_example[rows]
        kept = kept_of(scores if self.drop == "most" else -scores, self.share, rng)
        answer: Predictions = self.inner.fit_predict(taken(X, kept), y[kept], X_eval, n_classes=n_classes, seed=seed)
        return answer

    @property
    def _which(self) -> str:
        what = {"memorization": "memorized", "difficulty": "difficult"}.get(self.by, "")
        if what:
            return f"the {self.drop} {what}"
        return f"{'highest' if self.drop == 'most' else 'lowest'} in {Path(self.by).name}"

    def _made(self, X: Any, y: NDArray[np.int64], n_classes: int, seed: int) -> Reals:
        """Return the score of each example from models within the subset, or 0 if it was always in, or never."""
        sums, counts = np.zeros((2, len(y))), np.zeros((2, len(y)))
        order = generator(seed, "models of scores").random((self.models, len(y)))
        size = max(1, round(_FRACTION * len(y)))
        for model, draws in enumerate(order):
            members = np.sort(np.argsort(draws)[:size])
            chance = _chance_of_label(
                self.inner, taken(X, members), y[members], X, y, n_classes, integer_seed(seed, "scoring", model)
            )
            inside = np.isin(np.arange(len(y)), members).astype(int)
            counts[inside, np.arange(len(y))] += 1
            sums[inside, np.arange(len(y))] += chance
        out, within = sums / np.maximum(counts, 1)
        known = (counts > 0).all(axis=0)
        scores: Reals = np.where(known, (within if self.by == "memorization" else 1) - out, 0.0)
        return scores


@checked
def kept_of(scores: Reals, share: float, rng: np.random.Generator) -> NDArray[np.intp]:
    """Return the positions of the examples that stay where those with the highest scores go.

    Ties are drawn.

    Raises
    ------
    InputError
        If ``share`` is no share.

    Examples
    --------
    >>> kept_of(np.array([0.1, 0.9, 0.2, 0.3]), 0.25, np.random.default_rng(0)).tolist()
    [0, 2, 3]
    """
    if not 0 <= share <= 1:
        raise InputError("share", "lie in [0, 1]", share)
    n = max(1, len(scores) - round(share * len(scores)))
    kept: NDArray[np.intp] = np.sort(np.lexsort((rng.random(len(scores)), scores))[:n])
    return kept


def _chance_of_label(
    learner: Learner, X: Any, y: NDArray[np.int64], X_eval: Any, asked: NDArray[np.int64], n_classes: int, seed: int
) -> Reals:
    """Return the probability that a model gives each label. Return whether it is right if it gives none."""
    found: Predictions = learner.fit_predict(X, y, X_eval, n_classes=n_classes, seed=seed)
    if found.logits is None or not found.calibrated:
        right: Reals = (np.asarray(found.labels) == asked).astype(float)
        return right
    chances: Reals = softmax(np.asarray(found.logits, np.float32))[np.arange(len(asked)), asked].astype(float)
    return chances


def _read(path: Path, dataset: Dataset) -> NDArray[np.float64]:
    """Return the score of each training example from a file."""
    law = "be a .npy file of numbers, one for each training example or for each row of the data"
    try:
        given = np.load(regular(path), allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise InputError("by", law, Said(f"{path} ({type(error).__name__})")) from error
    if not (isinstance(given, np.ndarray) and given.ndim == 1 and given.dtype.kind in "fiub"):
        raise InputError("by", law, Said(f"{path}, of shape {np.shape(given)}"))
    n_rows = 1 + int(max(dataset.position.max(), dataset.position_test.max(initial=0)))
    if len(given) == dataset.n_train:
        scores = given.astype(float)
    elif len(given) == n_rows:
        scores = given[dataset.position].astype(float)
    else:
        several = f"{dataset.n_train:,} training examples or {n_rows:,} rows"
        raise InputError("by", f"hold a score for each of {several}", Said(f"{len(given):,} in {path}"))
    if not np.isfinite(scores).all():
        raise InputError("by", "hold finite scores of all training examples", Said(f"{path} with gaps"))
    return scores
