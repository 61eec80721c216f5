r"""PATE: teachers on disjoint parts of the private rows vote on public ones, and a student learns from noisy votes.

With :math:`n_{jc}` the teachers that vote for class c on public row j, and :math:`N_j` its k nearest public rows,
itself among them, it gets the label

.. math:: \arg\max_c\; \sum_{l \in N_j} \left( n_{lc} + \mathcal N(0, \sigma^2) \right),

which is GNMax [PapernotEtAl2018]_ at k = 1. The noise is on the counts, so that all noisy counts may be told, and
whatever is made of them and of public rows costs nothing: likes vote alike, and a mean over k of them has the noise of
one divided by :math:`\sqrt k`. k is the least at which that is a tenth of the teachers, but at most half of what a
class has of the rows that are asked, if classes are equal. Each private row belongs to one teacher, which its place in
the study decides and no other row: adding or removing it, or all rows of its unit, moves one vote at most, and so the
counts by :math:`\sqrt 2`. An answer is a Gaussian release, q answers are one of :math:`\mu = \sqrt{2 q} / \sigma`
[DongRothSu2022]_, and that is :math:`(\varepsilon, \delta)`-private by a closed form. The paper adds Rényi
divergences, :math:`q \alpha / \sigma^2`: the same mechanism, with a looser last step. How sure the votes were is not
used, as that would be a secret itself.

**Public rows** are a share of the study's units, drawn once and the same for every model, whoever is in its subset: no
teacher has them, their labels are not used, and nothing about them is protected. Or they come from a file.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Bits, Reals, Singles
from longtail.dataset import Dataset
from longtail.errors import InputError, Said
from longtail.estimate import Bound
from longtail.learners.learner import BatchLearner, Learner, Predictions
from longtail.learners.mlp.compiled_mlp import CompiledMLP
from longtail.learners.wanted_rows import taken, wanted_rows
from longtail.limits.dp_sgd import DPSGD, plain_training
from longtail.limits.limit import Guarantee, Limit, as_torch_learner
from longtail.limits.limit_of_rows import LimitOfRows
from longtail.limits.private_network import PrivateNetwork
from longtail.limits.private_training import USUAL_DELTA, PrivateTraining, shared_settings
from longtail.neighbours.nearest import nearest_neighbours
from longtail.outcomes import Task
from longtail.percent import chosen
from longtail.privacy_accounting import GaussianRelease
from longtail.randomness import generator, integer_seed
from longtail.whole_files import regular

__all__ = ["PATE", "noisy_labels"]

_ROWS_OF_A_TEACHER = 20  # At least, and two for each class.
_MOST_TEACHERS = 250
_CLEAR = 10  # The votes of all teachers have so many standard deviations of the noise, where there are likes enough.
_MOST_ASKED = 20_000
_NONE_STATED = (
    "State a share of the rows, as public=0.3, that is then nobody's secret; or a file, as public=rows.npy, of rows "
    "without labels."
)


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class PATE(PrivateTraining, LimitOfRows):
    """A student of private teachers' noisy votes on public rows.

    Parameters
    ----------
    inner : Learner
        Of each teacher, and of the student.
    epsilon, delta : float
        The guarantee.
    low, high, sampling_rate, epochs, learning_rate, public_size
        Of the DP-SGD that it stands beside; ``public_size``, how many rows a model has, is public here as well.
    public : float or str
        The share of units that are public, strictly between 0 and 1, or a ``.npy`` file of features, a public row each.
    teachers : int
        How many parts the private rows fall into, at least 2.
    queries : int, optional
        q, how many public rows get a label; up to 20,000 where it is not given.
    row_of_file : (m, d) float32 array, optional
        Rows of the file; the study reads it.
    unit_of_example : (n,) int array, optional
        Units of a study's training examples; the study tells them.
    features : (n, d) float32 array, optional
        By which public rows are near; the study tells them. Without it each row is labeled by its own votes.
    pictures : bool
        Whether features are pixels, which are compared as they are; other columns in units of their spread.
    splined : tuple of int
        Of the private network that it stands beside.

    Raises
    ------
    InputError
        If a setting is out of its range, or no public rows are stated.
    """

    name: ClassVar[str] = "pate"
    version: ClassVar[str] = "2"
    remedy: ClassVar[bool] = True
    tasks: ClassVar[tuple[Task, ...]] = ("classification",)
    levels: ClassVar[tuple[str, ...]] = ("epsilon=8,public=0.3", "epsilon=3,public=0.3")

    public: float | str | None = None
    teachers: int = 50
    queries: int | None = None
    row_of_file: Singles | None = field(default=None, compare=False, repr=False)
    unit_of_example: NDArray[np.int64] | None = field(default=None, compare=False, repr=False)
    features: Singles | None = field(default=None, compare=False, repr=False)
    pictures: bool = field(default=False, compare=False, repr=False)
    splined: tuple[int, ...] = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.public is None:
            raise InputError("public", "say where public rows come from", Said("none"), _NONE_STATED)
        if isinstance(self.public, str):
            if not self.public.endswith(".npy"):
                raise InputError("public", "be a share of the rows, or a .npy file of rows", self.public)
        elif not 0 < self.public < 1:
            raise InputError("public", "lie strictly between 0 and 1", self.public)
        if not 2 <= self.teachers <= 100_000:
            raise InputError("teachers", "lie from 2 to 100,000", self.teachers)
        if self.queries is not None and self.queries < 1:
            raise InputError("queries", "be at least 1", self.queries)
        self.remedied()  # which checks the others
        self.release  # noqa: B018  refuses what no noise can guarantee

    @property
    def title(self) -> str:
        """The guarantee, and where public rows come from."""
        return f"{self.kind}, ε = {self.epsilon:g}"

    @property
    def kind(self) -> str:
        """The public rows, and a delta that is not the usual one."""
        unusual = "" if self.delta == USUAL_DELTA else f" at δ = {self.delta:g}"
        if isinstance(self.public, str):
            return f"PATE with the public rows of {Path(self.public).name}{unusual}"
        return f"PATE with {chosen(self.public or 0)} of rows public{unusual}"

    @property
    def release(self) -> GaussianRelease:
        """All answers together."""
        return GaussianRelease.private(self.epsilon, self.delta)

    @property
    def guarantee(self) -> Guarantee:
        """Differential privacy of each single model, for private rows alone."""
        spent = self.release.epsilon_at(self.delta)
        asked = "" if self.queries is None else f" {self.queries:,}"
        return Guarantee(
            protects="example",
            text=f"Each model is ({spent:.4g}, {self.delta:g})-differentially private when one private row, or all "
            f"rows of one unit, are added or removed: they are one teacher's of {self.teachers:,}, and move one vote "
            f"on each of the{asked} public rows that get a label. Nothing is guaranteed to public rows, which all "
            "models see without their labels; noise is floating-point and from a seed, which must be kept secret; the "
            "epsilons of several models add up.",
            bound=Bound(value=spent, side="upper", reference="DongRothSu2022"),
            delta=self.delta,
            of_units=True,
        )

    @property
    def knows_rows(self) -> bool:
        """Return whether a study told of its units."""
        return self.unit_of_example is not None

    @property
    def sees_left_out(self) -> bool:
        """Return whether public rows are rows of the study."""
        return not isinstance(self.public, str)

    @classmethod
    def suited(cls, settings: Mapping[str, Any], dataset: Dataset, inner: Learner) -> dict[str, Any]:
        """Teachers of twenty rows, or two for each class where that is more, but 250 teachers at most.

        Other settings suit the DP-SGD that it stands beside. All is from what is public alone.
        """
        beside = (DPSGD if _is_network(inner) else PrivateNetwork).suited(settings, dataset, inner)
        share = settings.get("public")
        size = beside["public_size"] if isinstance(beside["public_size"], int) else dataset.n_train
        left = 1 - share if isinstance(share, float) and 0 < share < 1 else 1.0
        most = round(size * left / max(_ROWS_OF_A_TEACHER, 2 * dataset.n_classes))
        return {"teachers": int(np.clip(most, 2, _MOST_TEACHERS)), **beside}

    def refuse(self, dataset: Dataset) -> None:
        """Refuse a file without rows like these, and a share that leaves nobody private.

        Raises
        ------
        InputError
            With what to do.
        """
        self.told(dataset)
        units = dataset.n_train if dataset.together is None else int(dataset.together.max()) + 1
        private = units if isinstance(self.public, str) else units - int(self._public_units(units).sum())
        if self.teachers > private:
            raise InputError("teachers", f"be at most {private:,}, as many as are private", self.teachers)

    def told(self, dataset: Dataset) -> "PATE":
        """Return the limit that knows the units of a study's examples, and the rows of its file."""
        units = np.arange(dataset.n_train) if dataset.together is None else dataset.together
        rows = _read(Path(self.public), dataset, self.inner) if isinstance(self.public, str) else None
        return replace(
            self, unit_of_example=units, row_of_file=rows, features=dataset.X, pictures=dataset.image_shape is not None
        )

    def told_hash(self, dataset: Dataset) -> dict[str, str]:
        """Return the hash of the file's rows, for the identity of trials."""
        rows = self.told(dataset).row_of_file
        return {} if rows is None else {"public rows": hashlib.sha256(rows.astype("<f4").tobytes()).hexdigest()}

    def remedied(self) -> Limit:
        """Return DP-SGD at the same epsilon, of the learner or of a network in its place."""
        if _is_network(self.inner):
            return plain_training(self, self.inner)
        return PrivateNetwork(inner=self.inner, splined=self.splined, **shared_settings(self))

    def noise(self, n_asked: int) -> float:
        """Return the standard deviation of the noise on a count of votes, for so many answers."""
        return float(np.sqrt(2 * n_asked)) / self.release.mu

    def asked_of(self, n_public: int) -> int:
        """Return how many of the public rows get a label."""
        return min(n_public, _MOST_ASKED if self.queries is None else self.queries)

    def likes(self, n_asked: int, n_classes: int) -> int:
        """Return over how many nearest public rows, itself among them, a row's noisy votes are added."""
        clear = math.ceil((_CLEAR * self.noise(n_asked) / self.teachers) ** 2)
        return max(1, min(clear, n_asked // (2 * n_classes)))

    def fit_rows(
        self, X: Any, y: NDArray[np.int64], rows: NDArray[np.intp], X_eval: Any, *, n_classes: int, seed: int
    ) -> Predictions:
        """Train teachers, let them vote, train the student on what they say, then predict."""
        units = self.unit_of_example
        if units is None:  # outside a study: these rows are all that there are
            X, y, rows, units = taken(X, rows), y[rows], np.arange(len(rows)), np.arange(len(rows))
        n_units = int(units.max()) + 1
        public = self._public_units(n_units)[units]
        shown = taken(X, np.flatnonzero(public)) if self.row_of_file is None else self.row_of_file
        n_asked = self.asked_of(len(shown))
        places = np.sort(generator(seed, "queries").permutation(len(shown))[:n_asked])
        asked = taken(shown, places)
        private = rows[~public[rows]]
        teacher = generator(seed, "teachers").integers(self.teachers, size=n_units)[units[private]]
        parts = [private[teacher == each] for each in range(self.teachers)]
        votes = np.zeros((n_asked, n_classes))
        for said in _taught(self.inner, X, y, parts, asked, n_classes, seed):
            votes[np.arange(n_asked), said] += 1
        features = self.row_of_file
        if features is None and self.features is not None:
            features = self.features[np.flatnonzero(public)]
        likes = self.likes(n_asked, n_classes)
        near = None if features is None or likes == 1 else _nearest(features[places], likes, scaled=not self.pictures)
        labels = noisy_labels(votes, self.noise(n_asked), generator(seed, "noise of votes"), near)
        student = integer_seed(seed, "student")
        answer: Predictions = self.inner.fit_predict(asked, labels, X_eval, n_classes=n_classes, seed=student)
        return answer

    def _public_units(self, n_units: int) -> Bits:
        """Return whether each unit of a study is public: the same whatever is trained."""
        public = np.zeros(n_units, bool)
        if not isinstance(self.public, str):
            n_public = int(np.clip(round((self.public or 0) * n_units), 1, max(n_units - 1, 0)))
            public[generator(0, "public units").permutation(n_units)[:n_public]] = True
        return public


@checked
def noisy_labels(
    votes: Reals, noise: float, rng: np.random.Generator, near: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """Return the class with the most votes after noise, row by row, or over the rows near each.

    Parameters
    ----------
    votes : (q, m) float array
        How many teachers vote for each class.
    noise : float
        The standard deviation, at least 0.
    rng : Generator
        Of the noise.
    near : (q, k) int array, optional
        Rows whose noisy votes are added for each row.

    Raises
    ------
    InputError
        If there are no classes, or the noise is out of its range.

    Examples
    --------
    >>> noisy_labels(np.array([[9.0, 1.0], [2.0, 8.0]]), 0.0, np.random.default_rng(0)).tolist()
    [0, 1]
    """
    if votes.ndim != 2 or not votes.shape[1]:
        raise InputError("votes", "have a row for each answer and a column for each class", votes.shape)
    if not 0 <= noise < np.inf:
        raise InputError("noise", "be at least 0 and finite", noise)
    told = votes + noise * rng.standard_normal(votes.shape)
    if near is not None:
        told = sum((told[rows] for rows in near.T), start=np.zeros_like(told))
    labels: NDArray[np.int64] = told.argmax(axis=1).astype(np.int64)
    return labels


def _nearest(features: Singles, k: int, *, scaled: bool) -> NDArray[np.int64]:
    """Return the k nearest rows of each, itself first. A spread is that of these rows alone, which are public."""
    spread = features.std(axis=0, dtype=np.float64) if scaled else np.ones(1)
    others = nearest_neighbours((features / np.where(spread > 0, spread, 1)).astype(np.float32), k - 1)[0]
    return np.hstack([np.arange(len(features))[:, None], others]).astype(np.int64)


def _is_network(learner: Learner) -> bool:
    """Return whether DP-SGD trains the learner itself."""
    return isinstance(learner, CompiledMLP) or as_torch_learner(learner) is not None


def _taught(
    learner: Learner, X: Any, y: NDArray[np.int64], parts: list[NDArray[np.intp]], asked: Any, n_classes: int, seed: int
) -> list[NDArray[np.int64]]:
    """Return what each teacher says of the rows that are asked. A teacher without rows says nothing."""
    there = [(part, integer_seed(seed, "teacher", place)) for place, part in enumerate(parts) if len(part)]
    if isinstance(learner, BatchLearner):
        subsets, seeds = [part for part, _ in there], [own for _, own in there]
        found = learner.fit_predict_many(X, y, subsets, asked, n_classes=n_classes, seeds=seeds) if there else []
    else:
        found = [
            learner.fit_predict(taken(X, part), y[part], asked, n_classes=n_classes, seed=own) for part, own in there
        ]
    return [np.asarray(answer.labels, np.int64) for answer in found]


def _read(path: Path, dataset: Dataset, learner: Learner) -> Singles:
    """Return the public rows of a file, features as the learner is handed those of the study."""
    if wanted_rows(learner) not in ("features", "columns") or dataset.as_they_are is not None:
        remedy = "State a share of the rows, as public=0.3."
        raise InputError("public", "be a share where rows are those of a table or texts", Said(str(path)), remedy)
    law = f"be a .npy file of finite numbers, a row of {dataset.X.shape[1]:,} features for each public row"
    try:
        given = np.load(regular(path), allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise InputError("public", law, Said(f"{path} ({type(error).__name__})")) from error
    if not (isinstance(given, np.ndarray) and given.ndim >= 2 and given.dtype.kind in "fiub" and len(given)):
        raise InputError("public", law, Said(f"{path}, of shape {np.shape(given)}"))
    rows = np.ascontiguousarray(given.reshape(len(given), -1), np.float32)
    if rows.shape[1] != dataset.X.shape[1] or not np.isfinite(rows).all():
        raise InputError("public", law, Said(f"{path}, of shape {given.shape}"))
    return rows
