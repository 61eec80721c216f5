r"""The system that turns kernels into attributions, and the penalty that it needs.

With K the tangent kernel, mean over the models, :math:`k_j` its column of a test example and :math:`w_i` the mean
doubt of the models about training example i,

.. math:: \tau_j = W^{1/2} (W^{1/2} K W^{1/2} + \lambda \bar w I)^{-1} W^{1/2} k_j
                 = (K + \lambda \bar w W^{-1})^{-1} k_j,

the weights with which kernel regression would put a test example's margin together from training examples, where one
that the models hardly doubt hardly counts. This is the influence of the generalized Gauss-Newton approximation with
weights :math:`1 - p`, and deviates from [ParkEtAl2023]_ thrice: their kernel has no weights inside, they multiply by
the mean doubt outside, and average the solutions of the models where we average the kernels. A tenth of the mean doubt
is added to each, so that no weight is zero.

The penalty is not chosen by any retraining that attributions are judged by. The models at hand were trained on subsets
of their own, and have margins; attributions predict how those differ from model to model. The penalty is the one whose
predictions agree best, by the correlation over models, mean over test examples: five models say little of one test
example and much of all of them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from longtail.array_types import Reals

__all__ = ["TangentSystem"]

_LADDER = 10.0 ** np.arange(-3, 2.01, 0.5)
_FIRST = 6  # Place in the ladder from which it is climbed: a penalty of 1.
_FLOOR = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class TangentSystem:
    """The linear system of some models.

    Parameters
    ----------
    kernel, cross : (n, n), (n, n_test) arrays
        Mean over models of the tangent kernels, each in units of its own median diagonal.
    doubt : (n,) array
        Mean over models.
    """

    kernel: Reals
    cross: Reals
    doubt: Reals

    @property
    def root(self) -> Reals:
        """The square root of each example's weight. The weights are one in the mean."""
        weight = self.doubt + _FLOOR * self.doubt.mean() + 1e-12
        root: Reals = np.sqrt(weight / weight.mean())
        return root

    def solution(self, penalty: float, right: Reals) -> Reals:
        r"""Return :math:`W^{1/2} (W^{1/2} K W^{1/2} + \lambda I)^{-1} W^{1/2} b` for each column b."""
        return np.asarray(self.root[:, None] * cho_solve(self._factor(penalty), self.root[:, None] * right))

    def leverage(self, penalty: float) -> Reals:
        r"""Return the diagonal of :math:`W^{1/2} K W^{1/2} (W^{1/2} K W^{1/2} + \lambda I)^{-1}`, in [0, 1)."""
        inverse = cho_solve(self._factor(penalty), np.eye(len(self.doubt)))
        return np.asarray(1 - penalty * np.diag(inverse))

    def chosen_penalty(self, member: NDArray[np.bool_], margin: Reals) -> tuple[float, float]:
        """Climb the ladder of penalties to the best agreement.

        Parameters
        ----------
        member : (models, n) bool array
            On what each model was trained.
        margin : (models, n_test) array
            Of the test examples.

        Returns
        -------
        float, float
            The penalty and its agreement.
        """
        centered = member - member.mean(axis=0)
        actual = _standardized(margin)
        known: dict[int, float] = {}

        def agreement(place: int) -> float:
            if place not in known:
                weighted = self.solution(float(_LADDER[place]), centered.T)
                known[place] = float((_standardized(weighted.T @ self.cross) * actual).mean())
            return known[place]

        place = _FIRST
        while True:
            around = [other for other in (place, place - 1, place + 1) if 0 <= other < len(_LADDER)]
            best = max(around, key=agreement)
            if best == place:
                return float(_LADDER[place]), agreement(place)
            place = best

    def _factor(self, penalty: float) -> tuple[Reals, bool]:
        system = self.kernel * self.root[:, None]
        system *= self.root
        system[np.diag_indices_from(system)] += penalty
        factor: tuple[Reals, bool] = cho_factor(system, lower=True, overwrite_a=True, check_finite=False)
        return factor


def _standardized(table: Reals) -> Reals:
    """Center each column and give it unit variance. A constant column becomes zero."""
    centered: Reals = table - table.mean(axis=0)
    spread: Reals = centered.std(axis=0)
    return np.asarray(np.divide(centered, spread, out=np.zeros_like(centered), where=spread > 0))
