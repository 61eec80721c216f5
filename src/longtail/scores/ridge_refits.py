r"""The algebra of refitting ridge regressions on subsets.

Targets :math:`y` are coded ±1, one class against the rest. The fit :math:`f + b` on a subset :math:`S` minimizes
:math:`\sum_{i \in S} (y_i - f(x_i) - b)^2 + \alpha \lVert f \rVert^2`. Its dual solution :math:`a`, zero outside of
:math:`S`, satisfies :math:`f(x_i) + b = y_i - \alpha a_i` in it. On all examples :math:`a = P y`; for their kernel
matrix :math:`K`, without and with an intercept :math:`b`,

.. math:: P = A = (K + \alpha I)^{-1}, \qquad P = A - \frac{A 1 1^\top A}{1^\top A 1}.

Leaving out a set :math:`R` asks for targets :math:`\tilde y`, changed on :math:`R` alone, whose dual solution vanishes
there; they are the predictions of the model that never saw :math:`R`:

.. math:: y_R - \tilde y_R = (P_{RR})^{-1} (P y)_R, \qquad a = P \tilde y.

For one left-out example this is the leave-one-out identity :math:`y_i - \tilde y_i = (P y)_i / P_{ii}`, where
:math:`1 - \alpha P_{ii}` is the example's leverage. A linear model with fewer features than examples is refitted from
the Gram matrix of its features instead: that of all examples less the left-out ones, or that of the subset if smaller.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from longtail.array_types import Bits, Reals
from longtail.errors import InputError

__all__ = ["DualRefits", "PrimalRefits", "Refits", "residual_operator"]


def residual_operator(gram: Reals, alpha: float, *, intercept: bool) -> Reals:
    """Return P of the module's text, which leads from targets to dual coefficients."""
    try:
        factor = cho_factor(gram + alpha * np.eye(len(gram)), lower=True)
    except LinAlgError as error:
        raise InputError("gram", "be positive semidefinite", "a matrix with a negative eigenvalue") from error
    operator = cho_solve(factor, np.eye(len(gram)))
    if intercept:
        row_sums = operator.sum(axis=1)
        operator -= np.outer(row_sums, row_sums) / row_sums.sum()
    return np.asarray(operator, np.float64)


class Refits(Protocol):
    """A model that can be refitted on any subset."""

    def decisions(self, included: Bits) -> Reals:
        """Return decision values of the model of one subset: training examples, then test examples, by class."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DualRefits:
    """Refits by substituted targets, which factorize the left-out block of each subset. Make it with :meth:`of`."""

    operator: Reals
    gram: Reals
    gram_test: Reals
    targets: Reals
    alpha: float
    intercept: bool

    @classmethod
    def of(cls, gram: Reals, gram_test: Reals, targets: Reals, alpha: float, *, intercept: bool) -> "DualRefits":
        """Make refits from the kernel among training examples, and from test to training examples."""
        operator = residual_operator(gram, alpha, intercept=intercept)
        return cls(operator=operator, gram=gram, gram_test=gram_test, targets=targets, alpha=alpha, intercept=intercept)

    def decisions(self, included: Bits) -> Reals:
        """See :class:`Refits`."""
        out = np.flatnonzero(~included)
        block = self.operator[np.ix_(out, out)]
        substituted = self.targets.copy()
        substituted[out] -= cho_solve(cho_factor(block), (self.operator[out] @ self.targets))
        duals = self.operator @ substituted
        duals[out] = 0
        trained = substituted - self.alpha * duals
        offset = (trained - self.gram @ duals)[included].mean(axis=0) if self.intercept else 0.0
        return np.concatenate([trained, self.gram_test @ duals + offset])


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimalRefits:
    """Refits by Gram matrices of features, with an intercept. Make it with :meth:`of`."""

    design: Reals  # a column of ones, and the centered features
    design_test: Reals
    targets: Reals
    penalty: Reals
    gram: Reals
    moments: Reals

    @classmethod
    def of(cls, X: Reals, X_test: Reals, targets: Reals, alpha: float) -> "PrimalRefits":
        """Make refits from features that are centered for the sake of precision."""
        design, design_test = (np.column_stack([np.ones(len(table)), table]) for table in (X, X_test))
        return cls(
            design=design,
            design_test=design_test,
            targets=targets,
            penalty=np.diag([0.0] + [alpha] * X.shape[1]),
            gram=design.T @ design,
            moments=design.T @ targets,
        )

    def decisions(self, included: Bits) -> Reals:
        """See :class:`Refits`."""
        is_small = included.mean() <= 0.5
        summed = included if is_small else ~included
        rows = self.design[summed]
        gram, moments = rows.T @ rows, rows.T @ self.targets[summed]
        if not is_small:
            gram, moments = self.gram - gram, self.moments - moments
        weights = cho_solve(cho_factor(gram + self.penalty), moments)
        return np.concatenate([self.design @ weights, self.design_test @ weights])
