r"""A mixture of subpopulations on the sphere, in which coupling can be seen to hold and to fail.

Subpopulation i has a center :math:`c_i`, uniform on the unit sphere, a label of -1 or 1, and a frequency from a prior.
Its examples are :math:`(c_i + \sigma g / \sqrt d)` scaled to length 1, with g standard normal: two of them have an
inner product near :math:`1 / (1 + \sigma^2)`, whatever the dimension d, and different subpopulations are orthogonal up
to :math:`1/\sqrt d`. So the spread :math:`\sigma` decides how far what is learned from one example must reach, and the
dimension how much the others interfere.

For the subpopulations seen once, :func:`coupling_cell` sets the share of fresh points that are predicted as their one
example is (the coupling :math:`\lambda_1`, measured) beside the share at which a theorem guarantees it (certified).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import LinearSVC

from longtail.arguments import checked
from longtail.array_types import Bits
from longtail.errors import InputError
from longtail.estimate import Estimate
from longtail.frequencies.priors import Prior
from longtail.randomness import generator, integer_seed
from longtail.simulators.discrete_domain import DiscreteDomain
from longtail.theory.linear_classifiers import linear_coupling
from longtail.theory.mixtures import nearest_neighbor_coupling, proportion

__all__ = ["Classifier", "CouplingCell", "GaussianMixture", "MixtureSample", "coupling_cell", "coupling_grid"]

Classifier = Literal["max margin", "nearest neighbor"]

_HARD_MARGIN = 1e4


@checked
@dataclass(frozen=True, kw_only=True, eq=False)
class GaussianMixture:
    """Subpopulations on the unit sphere.

    Parameters
    ----------
    prior : Prior, optional
        Of the subpopulations' frequencies, drawn anew for each sample.
    frequencies : array_like, (N,), optional
        Or fixed frequencies. Exactly one of the two must be given.
    n_samples : int
        n.
    dimension : int
        d, at least 2.
    spread : float
        The length of the noise relative to the centers, at least 0.

    Examples
    --------
    >>> sample = GaussianMixture(frequencies=[1, 1, 1], n_samples=5, dimension=20, spread=0.5).draw(seed=0)
    >>> sample.points.shape, sorted(set(sample.labels.tolist())) in ([-1], [1], [-1, 1])
    ((5, 20), True)
    """

    n_samples: int
    dimension: int
    spread: float
    prior: Prior | None = None
    frequencies: ArrayLike | None = None

    def __post_init__(self) -> None:
        if isinstance(self.dimension, bool) or not isinstance(self.dimension, int) or self.dimension < 2:
            raise InputError("dimension", "be a whole number of at least 2", self.dimension)
        if not 0 <= self.spread < np.inf:
            raise InputError("spread", "be finite and at least 0", self.spread)
        self._domain()

    def draw(self, seed: int) -> "MixtureSample":
        """Draw the training examples, as a pure function of the seed."""
        sample = self._domain().draw(seed)
        seen = np.flatnonzero(sample.counts)
        centers = _unit(generator(seed, "centers").standard_normal((len(seen), self.dimension)))
        index = np.repeat(np.arange(len(seen)), sample.counts[seen])
        signs = np.where(sample.labels[seen] == 1, 1, -1)
        return MixtureSample(
            mixture=self,
            centers=centers,
            frequencies=sample.frequencies[seen],
            subpopulations=index,
            points=_around(centers[index], self.spread, generator(seed, "points")),
            labels=signs[index],
        )

    def _domain(self) -> DiscreteDomain:
        return DiscreteDomain(prior=self.prior, frequencies=self.frequencies, n_samples=self.n_samples, n_classes=2)


@checked
@dataclass(frozen=True, kw_only=True, eq=False)
class MixtureSample:
    """A training set of a mixture, with the centers of the subpopulations that it met.

    Parameters
    ----------
    mixture : GaussianMixture
        What it was drawn from.
    centers : array, (seen, dimension)
        Those of the subpopulations seen.
    frequencies : array, (seen,)
        Theirs; what is missing to 1 was not seen.
    subpopulations : array of int, (n,)
        Each example's, as a row of ``centers``.
    points : array, (n, dimension)
        Unit vectors.
    labels : array of int, (n,)
        -1 or 1, constant on a subpopulation.
    """

    mixture: GaussianMixture
    centers: NDArray[np.float64]
    frequencies: NDArray[np.float64]
    subpopulations: NDArray[np.int64]
    points: NDArray[np.float64]
    labels: NDArray[np.int64]

    def singletons(self) -> NDArray[np.int64]:
        """Return the subpopulations seen once."""
        return np.flatnonzero(np.bincount(self.subpopulations, minlength=len(self.centers)) == 1)

    def fresh(self, n_points: int, seed: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Draw new points of subpopulations seen once, which are chosen uniformly, and return those subpopulations,
        too.
        """
        randomness = generator(seed, "fresh")
        chosen = randomness.choice(self.singletons(), size=n_points)
        return _around(self.centers[chosen], self.mixture.spread, randomness), chosen

    def example_of(self, subpopulations: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the row of the first example of each of these subpopulations."""
        order = np.argsort(self.subpopulations, kind="stable")
        return order[np.searchsorted(self.subpopulations[order], subpopulations)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CouplingCell:
    """Measured and certified coupling in one mixture.

    Parameters
    ----------
    classifier : {"max margin", "nearest neighbor"}
        What was trained.
    dimension, spread, n_samples : number
        The mixture's.
    measured : Estimate
        How often a fresh point of a subpopulation seen once is predicted as its example is: lambda_1.
    certified : Estimate
        How often the theorem's conditions hold, so that this must be so.
    violations : int
        Fresh points that were certified and yet predicted otherwise; 0, or the theorem is wrong.
    n_fresh : int
        Fresh points, over all draws. Intervals are Clopper and Pearson's, given the training sets.
    """

    classifier: Classifier
    dimension: int
    spread: float
    n_samples: int
    measured: Estimate
    certified: Estimate
    violations: int
    n_fresh: int

    def to_json(self) -> dict[str, Any]:
        """Return a plain dictionary."""
        names = ("classifier", "dimension", "spread", "n_samples", "violations", "n_fresh")
        return {name: getattr(self, name) for name in names} | {
            "measured": self.measured.to_json(),
            "certified": self.certified.to_json(),
        }


@checked
def coupling_cell(
    mixture: GaussianMixture,
    classifier: Classifier,
    *,
    n_draws: int,
    seed: int,
    n_fresh: int = 20,
    level: float = 0.95,
) -> CouplingCell:
    """Train on several samples of a mixture, and compare the measured coupling with the verdict of the checker.

    Parameters
    ----------
    mixture : GaussianMixture
        Samples in which no subpopulation is seen exactly once are passed over.
    classifier : {"max margin", "nearest neighbor"}
        scikit-learn's ``LinearSVC`` without an intercept and with a large C, or ``KNeighborsClassifier(1)``.
    n_draws : int
        Training sets.
    seed : int
        The cell is a pure function of it.
    n_fresh : int
        Fresh points a training set.
    level : float
        Of the intervals.

    Examples
    --------
    >>> mixture = GaussianMixture(frequencies=[1] * 6, n_samples=6, dimension=30, spread=0.2)
    >>> cell = coupling_cell(mixture, "nearest neighbor", n_draws=5, seed=0)
    >>> cell.measured.value, cell.violations
    (1.0, 0)
    """
    if classifier not in ("max margin", "nearest neighbor"):
        raise InputError("classifier", 'be "max margin" or "nearest neighbor"', classifier)
    for argument, value in (("n_draws", n_draws), ("n_fresh", n_fresh)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise InputError(argument, "be a whole number of at least 1", value)
    agreed, certified = [], []
    for draw in range(n_draws):
        sample = mixture.draw(integer_seed(seed, "training", draw))
        if len(sample.singletons()):
            fresh, own = sample.fresh(n_fresh, integer_seed(seed, "fresh", draw))
            train = _max_margin if classifier == "max margin" else _nearest_neighbor
            same, guaranteed = train(sample, fresh, own)
            agreed.append(same)
            certified.append(guaranteed)
    if not agreed:
        raise InputError("mixture", "have samples with a subpopulation seen once", mixture)
    same, guaranteed = np.concatenate(agreed), np.concatenate(certified)
    return CouplingCell(
        classifier=classifier,
        dimension=mixture.dimension,
        spread=mixture.spread,
        n_samples=mixture.n_samples,
        measured=proportion(int(same.sum()), len(same), level),
        certified=proportion(int(guaranteed.sum()), len(guaranteed), level),
        violations=int((guaranteed & ~same).sum()),
        n_fresh=len(same),
    )


@checked
def coupling_grid(
    prior: Prior,
    classifier: Classifier,
    *,
    n_samples: int,
    dimensions: Iterable[int],
    spreads: Iterable[float],
    n_draws: int,
    seed: int,
    n_fresh: int = 20,
) -> list[CouplingCell]:
    """Evaluate :func:`coupling_cell` for every dimension (outer) and spread (inner)."""
    widths = list(spreads)
    return [
        coupling_cell(
            GaussianMixture(prior=prior, n_samples=n_samples, dimension=dimension, spread=spread),
            classifier,
            n_draws=n_draws,
            seed=integer_seed(seed, dimension, int(1000 * spread)),
            n_fresh=n_fresh,
        )
        for dimension in dimensions
        for spread in widths
    ]


def _max_margin(sample: MixtureSample, fresh: NDArray[np.float64], own: NDArray[np.int64]) -> tuple[Bits, Bits]:
    """Return which fresh points are predicted as their example is, and which the theorem certifies.

    Training sees coordinates in the span of the examples, which changes no inner product and makes the dimension free.
    A sample with one label alone gets the mirror image of an example with the other; the best normal stays.
    """
    left, singular, basis = np.linalg.svd(sample.points, full_matrices=False)
    coordinates, labels = left * singular, sample.labels
    if len(np.unique(labels)) == 1:
        coordinates, labels = np.r_[coordinates, -coordinates[:1]], np.r_[labels, -labels[:1]]
    svm = LinearSVC(C=_HARD_MARGIN, fit_intercept=False, dual=True, max_iter=200_000, tol=1e-6, random_state=0)
    w = svm.fit(coordinates, labels).coef_[0] @ basis
    same = np.sign(fresh @ w) == np.sign(sample.points @ w)[sample.example_of(own)]
    return same, np.array(linear_coupling(sample.points, sample.subpopulations, w, fresh, own).certified_at)


def _nearest_neighbor(sample: MixtureSample, fresh: NDArray[np.float64], own: NDArray[np.int64]) -> tuple[Bits, Bits]:
    """Return the same for the nearest neighbor.

    A point is certified where that is the example of its own subpopulation.
    """
    neighbors = KNeighborsClassifier(1).fit(sample.points, sample.labels)
    same = neighbors.predict(fresh) == sample.labels[sample.example_of(own)]
    return same, np.array(nearest_neighbor_coupling(sample.points, sample.subpopulations, fresh, own).certified_at)


def _around(centers: NDArray[np.float64], spread: float, randomness: np.random.Generator) -> NDArray[np.float64]:
    noise = randomness.standard_normal(centers.shape)
    return _unit(centers + spread / np.sqrt(centers.shape[1]) * noise)


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))
