r"""Logistic regression and the linear support vector machine on many subsets at once.

They are scikit-learn's ``LogisticRegression`` and ``LinearSVC``, after its ``StandardScaler`` unless that is turned
off: the same objectives (``pool.py``, with :math:`\lambda = 1 / C`), so the same unique optimum. What makes many
subsets fast: they start from the fit of all examples, they share an approximate inverse of its Hessian
(``curvature.py``), and each evaluation is one matrix product for all models (``minimization.py``).

A model is accepted only when its predicted distance from the optimum is below ``tolerance`` nats an example (for the
support vector machine, units of loss). At 1e-10 each model is at its own optimum to a hundredth of a logit, so that
neither the models beside it in a batch nor the processor's matrix products matter to more than that. One that does not
get there within ``max_evaluations`` is a failed trial that says so, because it would still carry traces of the examples
that its subset left out. So it goes for support vector machines with a large C on few examples, whose objective has
next to no curvature to go by.

Two classes, as scikit-learn has it, are one logistic score and not two: that is the same as twice the penalty.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Reals, Singles
from longtail.errors import AccuracyError, InputError, LongtailError
from longtail.learners.learner import Predictions, batch_of_one
from longtail.learners.linear.curvature import InverseHessian, inverse_hessian
from longtail.learners.linear.losses import cross_entropy, squared_hinge
from longtail.learners.linear.minimization import minimize_together
from longtail.learners.linear.pool import Loss, Pool, SubsetObjective
from longtail.learners.mlp.training_rounds import check_count

__all__ = ["BatchedLinearSVM", "BatchedLogistic"]

_COARSE = 1e-3  # Nats an example that are near enough for the curvature of the full fit,
_NEAR = 1e-6  # and those that are near enough for a start.


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batched:
    """Settings of both learners, and how a batch of models is trained."""

    name: ClassVar[str]
    version: ClassVar[str] = "3"
    executor: ClassVar[Literal["threads"]] = "threads"
    logistic: ClassVar[bool]

    C: float
    standardize: bool = True
    tolerance: float = 1e-10
    max_evaluations: int = 5000
    trials_per_batch: int = 20

    @property
    def loss(self) -> Loss:
        """Loss of an example: cross-entropy, or the squared hinge of one class against the rest."""
        loss: Loss = cross_entropy if self.logistic else squared_hinge
        return loss

    def __post_init__(self) -> None:
        for argument in ("C", "tolerance"):
            if not 0 < getattr(self, argument) < np.inf:
                raise InputError(argument, "be positive and finite", getattr(self, argument))
        check_count("max_evaluations", self.max_evaluations)
        check_count("trials_per_batch", self.trials_per_batch)

    def describe(self) -> dict[str, Any]:
        """Return its settings."""
        return {
            "name": self.name,
            "C": self.C,
            "standardize": self.standardize,
            "tolerance": self.tolerance,
            "max_evaluations": self.max_evaluations,
        }

    def fit_predict(
        self,
        X: NDArray[np.float32],
        y: NDArray[np.int64],
        X_eval: NDArray[np.float32],
        *,
        n_classes: int,
        seed: int,
    ) -> Predictions:
        """Train and predict without randomness, see :class:`~longtail.trials.Learner`."""
        return batch_of_one(self, X, y, X_eval, n_classes=n_classes, seed=seed)

    def fit_predict_many(
        self,
        X: NDArray[np.float32],
        y: NDArray[np.int64],
        subsets: Sequence[NDArray[np.integer[Any]]],
        X_eval: NDArray[np.float32],
        *,
        n_classes: int,
        seeds: Sequence[int],  # noqa: ARG002
    ) -> list[Predictions | LongtailError]:
        """See :class:`~longtail.trials.BatchLearner`."""
        return _fitted(self, Pool.of(X, y, n_classes, standardize=self.standardize), subsets, X_eval)


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class BatchedLogistic(_Batched):
    """Multinomial logistic regression with an L2 penalty.

    Parameters
    ----------
    C : float
        Inverse strength of the penalty, as scikit-learn has it.
    standardize : bool
        Whether features are standardized by the training examples.
    tolerance : float
        Nats an example that a model may be away from its optimum.
    max_evaluations : int
        Of the objective. A tenth is enough, except for a weak penalty on fewer examples than there are coefficients.
    trials_per_batch : int
        Models at a time. Not part of the identity: they agree up to the tolerance.

    Raises
    ------
    InputError
        If a setting is out of its range.

    Examples
    --------
    >>> X = np.array([[0.0], [1], [2], [3]], dtype=np.float32)
    >>> BatchedLogistic().fit_predict(X, np.array([0, 0, 1, 1]), X, n_classes=2, seed=0).labels
    array([0, 0, 1, 1])
    """

    name: ClassVar[str] = "batched-logistic"
    logistic: ClassVar[bool] = True

    C: float = 1.0


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class BatchedLinearSVM(_Batched):
    """Linear support vector machines with the squared hinge loss, one class against the rest.

    Parameters
    ----------
    C, standardize, tolerance, max_evaluations, trials_per_batch
        As of :class:`BatchedLogistic`; the intercept is penalized as ``LinearSVC`` does.
    """

    name: ClassVar[str] = "batched-linear-svm"
    logistic: ClassVar[bool] = False

    C: float = 0.01
    max_evaluations: int = 500


def _fitted(
    learner: _Batched,
    pool: Pool,
    subsets: Sequence[NDArray[np.integer[Any]]],
    X_eval: NDArray[np.float32],
) -> list[Predictions | LongtailError]:
    """Return every model of a batch, or the reason why there is none."""
    sizes = np.array([len(members) for members in subsets])
    start, curvature = _full_fit(learner, pool, max(round(float(sizes.mean()) / pool.n_examples, 2), 0.01))
    objective = _objective(learner, pool, subsets)
    tolerance = learner.tolerance * sizes
    minima = minimize_together(
        objective,
        objective.own_parameters(start),
        curvature,
        tolerance=tolerance,
        max_evaluations=learner.max_evaluations,
    )
    logits = _logits(objective, minima.points, X_eval)
    answers: list[Predictions | LongtailError] = []
    for model in range(len(subsets)):
        if not minima.decrease[model] <= tolerance[model]:
            answers.append(_not_converged(learner, minima.decrease[model] / len(subsets[model])))
        else:
            own = np.ascontiguousarray(logits[:, model])
            answers.append(Predictions(labels=own.argmax(axis=1), logits=own, calibrated=learner.logistic))
    return answers


@lru_cache(maxsize=2)  # The batches of a study share the fit.
def _full_fit(learner: _Batched, pool: Pool, share: float) -> tuple[Singles, InverseHessian]:
    """Fit all examples, from which models of a ``share`` of them start, and return the curvature there.

    The first of two runs comes near, with the curvature at the start, and the second nearer, with the curvature there.
    """
    objective = _objective(learner, pool, [np.arange(pool.n_examples)])
    point = np.zeros((pool.features.shape[1], 1, pool.n_classes), np.float32)
    for nats in (_COARSE, max(_NEAR, learner.tolerance)):
        point = minimize_together(
            objective,
            point,
            inverse_hessian(objective, point, 1, coupled=False),
            tolerance=np.array([nats * pool.n_examples]),
            max_evaluations=learner.max_evaluations,
        ).points
    return point, inverse_hessian(objective, point, share)


def _objective(learner: _Batched, pool: Pool, subsets: Sequence[NDArray[np.integer[Any]]]) -> SubsetObjective:
    def strength(present: NDArray[np.bool_]) -> Reals:
        return np.where(learner.logistic & (present.sum(axis=1) == 2), 2, 1) / learner.C

    return SubsetObjective.of(
        pool,
        subsets,
        learner.loss,
        strength,
        standardize=learner.standardize,
        penalize_intercept=not learner.logistic,
    )


def _logits(objective: SubsetObjective, points: Singles, X_eval: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return logits (n_eval, n_models, n_classes). A class that a subset lacks is impossible there."""
    n_models, n_classes = objective.present.shape
    coefficients = objective.coefficients(points, np.arange(n_models))
    logits = np.empty((len(X_eval), n_models, n_classes), np.float32)
    for rows, block in objective.pool.entered(X_eval):
        logits[rows] = (block @ coefficients).reshape(len(block), n_models, n_classes)
    if n_classes == 2 and objective.loss is squared_hinge:
        logits /= 2  # The two machines are each other's negative, and one decision value counts.
    return np.where(objective.present, logits, -np.inf)


def _not_converged(learner: _Batched, distance: float) -> AccuracyError:
    return AccuracyError(
        f"{learner.name} stopped {distance:.1g} an example from its optimum after {learner.max_evaluations} "
        f"evaluations, not within {learner.tolerance:g}; use a smaller C than {learner.C:g}, or scikit-learn's own."
    )
