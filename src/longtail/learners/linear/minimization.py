r"""Many smooth convex problems minimized side by side, each by its own limited-memory quasi-Newton run.

Problem :math:`g` keeps its own point, its own last pairs of steps and slope differences [Nocedal1980]_, and its own
step length; what they share is one evaluation of all objectives (a matrix product for all problems together) and one
application of the preconditioner, an approximate inverse Hessian :math:`P^{-1}` from which every run starts.

A problem is done when its predicted decrease

.. math:: \tfrac12 \, \nabla f^\top P^{-1} \, \nabla f

is below a tolerance; with the inverse Hessian itself in place of :math:`P^{-1}` that is the distance of the objective
from its minimum, up to third order. It then leaves the batch, so that the others go on alone. What one problem does
changes nothing for another but the shape of a matrix product, and with it the last bits of a sum.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Reals, Singles

__all__ = ["Minima", "minimize_together"]

Objective: TypeAlias = Callable[[Singles, NDArray[np.int64]], tuple[Reals, Singles]]
"""Points and the numbers of their problems -> values and slopes."""

_PAIRS = 16
_SUFFICIENT = 1e-4  # Least share of the decrease, as the slope predicts it, that a step must reach.
_ROUNDING = 1e-7  # Relative rounding of a value that is a sum of single-precision terms.


@dataclass(frozen=True, slots=True, kw_only=True)
class Minima:
    """End points of the runs.

    Parameters
    ----------
    points : (n_parameters, n_problems, n_classes) array
        The minimizers.
    decrease : (n_problems,) array
        Predicted decrease of each objective that is left.
    n_evaluations : int
        Evaluations of the slowest problem.
    """

    points: Singles
    decrease: Reals
    n_evaluations: int


def minimize_together(
    objective: Objective,
    start: Singles,
    precondition: Callable[[Singles], Singles],
    *,
    tolerance: Reals,
    max_evaluations: int,
) -> Minima:
    """Minimize every problem of a batch.

    Parameters
    ----------
    objective : callable
        Points and the numbers of the problems they belong to -> (values, slopes).
    start : (n_parameters, n_problems, n_classes) array
        First points.
    precondition : callable
        Multiplies slopes by the shared approximate inverse Hessian.
    tolerance : (n_problems,) array
        The predicted decrease at which a problem is done.
    max_evaluations : int
        After which the rest is left as it is; its ``decrease`` tells.
    """
    points, decrease = start.copy(), np.full(start.shape[1], np.inf)
    run = _Run.at(objective, start, precondition, np.arange(start.shape[1]))
    evaluations = 1
    while True:
        decrease[run.numbers] = run.decrease
        going = run.decrease > tolerance[run.numbers]
        points[:, run.numbers[~going]] = run.point[:, ~going]
        if not going.any():
            break
        run = run if going.all() else run.part(going)
        if evaluations >= max_evaluations:
            points[:, run.numbers] = run.point
            break
        run.advance(objective, precondition)
        evaluations += 1
    return Minima(points=points, decrease=decrease, n_evaluations=evaluations)


@dataclass(slots=True)
class _Run:
    """The problems that are not done yet."""

    numbers: NDArray[np.int64]
    point: Singles
    value: Reals
    slope: Singles
    raw_step: Singles  # the preconditioned slope
    direction: Singles
    length: NDArray[np.float32]
    pairs: deque[tuple[Singles, Singles, NDArray[np.float32]]]

    @classmethod
    def at(
        cls,
        objective: Objective,
        point: Singles,
        precondition: Callable[[Singles], Singles],
        numbers: NDArray[np.int64],
    ) -> "_Run":
        value, slope = objective(point, numbers)
        step = precondition(slope)
        return cls(numbers, point, value, slope, step, step, np.ones(len(numbers), np.float32), deque(maxlen=_PAIRS))

    @property
    def decrease(self) -> Reals:
        return _inner(self.slope, self.raw_step) / 2

    def part(self, going: NDArray[np.bool_]) -> "_Run":
        """Return the run of some of the problems alone."""
        return _Run(
            numbers=self.numbers[going],
            point=self.point[:, going],
            value=self.value[going],
            slope=self.slope[:, going],
            raw_step=self.raw_step[:, going],
            direction=self.direction[:, going],
            length=self.length[going],
            pairs=deque(((s[:, going], y[:, going], weight[going]) for s, y, weight in self.pairs), maxlen=_PAIRS),
        )

    def advance(self, objective: Objective, precondition: Callable[[Singles], Singles]) -> None:
        """Evaluate every problem once. Take a step where it decreases enough, otherwise half the step next time.

        Where two values differ by no more than rounding, the slope along the step tells which point is nearer to the
        minimum on its line: near an optimum slopes still have digits that values have lost.
        """
        trial = self.point - self.length[:, None] * self.direction
        value, slope = objective(trial, self.numbers)
        predicted = self.length * _inner(self.slope, self.direction)
        falls = value <= self.value - _SUFFICIENT * predicted
        level = np.abs(value - self.value) <= _ROUNDING * np.abs(self.value)
        closer = np.abs(self.length * _inner(slope, self.direction)) < predicted
        accepted = np.where(level, closer, falls)
        self.length = np.where(accepted, np.float32(1), self.length / 2)
        if not accepted.any():
            return
        step, bend = trial - self.point, slope - self.slope
        curvature = _inner(step, bend)
        useful = accepted & (curvature > 0)
        weight = np.divide(1, curvature, out=np.zeros(len(curvature)), where=useful).astype(np.float32)
        self.pairs.append((step, bend, weight))
        taken = accepted[:, None]
        self.point, self.slope = np.where(taken, trial, self.point), np.where(taken, slope, self.slope)
        self.value = np.where(accepted, value, self.value)
        self.raw_step = precondition(self.slope)
        self.direction = np.where(taken, self._quasi_newton(precondition), self.direction)

    def _quasi_newton(self, precondition: Callable[[Singles], Singles]) -> Singles:
        """Return the direction of the two-loop recursion. A pair of weight zero leaves its problem alone."""
        direction, shares = self.slope.copy(), []
        for step, bend, weight in reversed(self.pairs):
            shares.append((weight * _inner(step, direction)).astype(np.float32)[:, None])
            direction -= shares[-1] * bend
        direction = precondition(direction)
        for (step, bend, weight), share in zip(self.pairs, reversed(shares), strict=True):
            direction += (share - (weight * _inner(bend, direction)).astype(np.float32)[:, None]) * step
        return direction


def _inner(a: Singles, b: Singles) -> Reals:
    """Return the inner product of each problem's parameters."""
    product: Reals = np.einsum("pgc,pgc->gc", a, b).sum(axis=1, dtype=np.float64)
    return product
