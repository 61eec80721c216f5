r"""Regression of margins on who was trained on, with attributions as a control variate.

Of trials t with centered inclusion :math:`\tilde x_{ti}` and a test example's margin, or another number of each trial,
:math:`y_t`, the model is

.. math:: y_t = \bar y + \sum_i \tilde x_{ti} (c\, \tau_i + b_i) + \varepsilon_t, \qquad b_i \sim N(0, s_i^2 / \lambda),

with the attributions :math:`\tau` times a factor c, which least squares on the trials give and which is drawn towards
the factors of the other test examples as far as these agree, and effects b that are shrunk. The shrinkage
:math:`\lambda` minimizes the squared error of leaving out each trial in turn; with attributions :math:`s_i^2` is in
proportion to their root mean square over test examples: where they see little, trials are believed less.
:math:`B_i = c \tau_i + b_i` predicts best, and is biased towards the attributions. The effect

.. math:: \hat\theta_i = B_i - \overline{B} + \frac{\sum_t \tilde x_{ti} r_t}{\sum_t \tilde x_{ti}^2}

is not: :math:`r_t` is what is left of :math:`y_t` by the model of the *other* trials, so that whatever it predicts,
right or wrong, only adds or takes away noise [WuGagnonBartsch2018]_. It estimates the difference of means with i in and
out, as without any model; the mean over the others is subtracted where every trial has as many examples, since then
another one was out when i was in. Its variance is :math:`\sum_t \tilde x_{ti}^2 r_t^2 / (\sum_t \tilde x_{ti}^2)^2`.

Training examples that were in and out together in every trial are one, and each has the effect of all of them.

Deviation: c counts as one more parameter in the leave-one-out residuals, not jointly with b.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import eigh, solve_triangular
from scipy.linalg.lapack import dtrtri

from longtail.array_types import Bits, Reals
from longtail.errors import InputError, Said

__all__ = ["LEAST_TRIALS", "Effects", "MarginRegression"]


_LADDER = 10.0 ** np.arange(-2, 3.01, 0.25)
_TRIALS_FOR_SHRINKAGE = 1000
LEAST_TRIALS = 20
_NUMBERS_PER_BLOCK = 2**24


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Effects of some training examples, of consecutive rows from ``start``: (rows, targets) arrays.

    ``predicted`` is the shrunk effect, ``value`` the unbiased one with its ``error``; NaN for an example that was never
    in or never out.
    """

    start: int
    predicted: Reals
    value: Reals
    error: Reals


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginRegression:
    """The regression of some targets, fitted. Make one with :meth:`fit`.

    Parameters
    ----------
    inclusion : (trials, units) bool array
        Of examples that were ever apart.
    unit : (n,) int array
        The place of each example among them.
    control : (units, targets) array or None
    factor : (targets,) array
        By which the control is multiplied.
    scale : (units,) array
        The squared scale of each unit's effect.
    dual : (trials, targets) array
        The shrunk effects are ``scale * centered.T @ dual``.
    residual : (trials, targets) array
        Of each trial, by the model of the others.
    shrinkage : float
        In units of the mean squared length of a trial.
    explained : (targets,) array
        Share of the variance that models of the other trials predict.
    is_fixed_size : bool
        Whether every trial holds as many examples.
    """

    inclusion: Bits
    unit: NDArray[np.int64]
    control: NDArray[np.floating] | None
    factor: Reals
    scale: Reals
    dual: Reals
    residual: Reals
    shrinkage: float
    explained: Reals
    is_fixed_size: bool

    @property
    def n_trials(self) -> int:
        """Number of trials."""
        return len(self.inclusion)

    @classmethod
    def fit(cls, inclusion: Bits, targets: ArrayLike, control: NDArray[np.floating] | None) -> "MarginRegression":
        """Choose the shrinkage, and fit.

        Parameters
        ----------
        inclusion : (trials, n) bool array
            At least 20 trials.
        targets : (trials, targets) array
            A number of each trial: the margin of a test example, or a functional of all.
        control : (n, targets) array, optional

        Raises
        ------
        InputError
            If there are fewer than 20 trials.
        """
        values = np.asarray(targets, float)
        inclusion, unit, control = _units(inclusion, control)
        n_trials, n = inclusion.shape
        if n_trials < LEAST_TRIALS:
            raise InputError("outcomes", f"have at least {LEAST_TRIALS} trials to regress on", Said(f"{n_trials}"))
        sizes = inclusion.sum(axis=1)
        centered = values - values.mean(axis=0)
        scale, predicted = np.ones(n), np.zeros_like(values)
        if control is not None:
            strength = np.sqrt(np.array([np.mean(row.astype(float) ** 2) for row in control]))
            scale = strength / (strength.mean() or 1.0) + 1e-3
            blocks = _blocks(inclusion, control.shape[1])
            predicted = sum((part @ control[rows] for rows, part in blocks), start=np.zeros_like(values))
        factor, leverage = _factors(predicted, centered)
        rest = centered - factor * predicted
        first = min(n_trials, _TRIALS_FOR_SHRINKAGE)
        length, begun = 0.0, np.zeros((first, first))
        for rows, part in _blocks(inclusion):
            length += float(((part**2) @ scale[rows]).mean())
            begun += (part[:first] * scale[rows]) @ part[:first].T
        length = length or 1.0
        shrinkage = _chosen_shrinkage(begun / length, rest)
        penalty = shrinkage * length
        solve = _solved_by_examples if n < n_trials else _solved_by_trials
        dual, inverse = solve(inclusion, scale, rest, penalty)
        kept = np.maximum(penalty * inverse[:, None] - 1 / n_trials - leverage, 1e-3)
        residual = penalty * dual / kept
        spread = (centered**2).sum(axis=0)
        lost = np.divide((residual**2).sum(axis=0), spread, out=np.ones(values.shape[1]), where=spread > 0)
        return cls(
            inclusion=inclusion,
            unit=unit,
            control=control,
            factor=factor,
            scale=scale,
            dual=dual,
            residual=residual,
            shrinkage=shrinkage,
            explained=1 - lost,
            is_fixed_size=bool((sizes == sizes[0]).all()),
        )

    def effects(self, rows: NDArray[np.int64] | None = None) -> Iterator[Effects]:
        """Yield the effects of all training examples, or of some, block by block.

        Parameters
        ----------
        rows : (k,) int array, optional
            Positions of training examples; ``start`` counts within them.
        """
        n_trials, n = self.inclusion.shape
        level = self._mean_predicted() if self.is_fixed_size else np.zeros(self.dual.shape[1])
        grow = n / (n - 1) if self.is_fixed_size else 1.0
        chosen = self.unit if rows is None else self.unit[rows]
        members = np.bincount(self.unit, minlength=n)
        size = max(1, _NUMBERS_PER_BLOCK // max(n_trials, self.dual.shape[1]))
        squares = self.residual**2
        for start in range(0, len(chosen), size):
            block = chosen[start : start + size]
            inside = self.inclusion[:, block].astype(float)
            share = inside.mean(axis=0)
            part = inside - share
            information = (part**2).sum(axis=0)[:, None]
            information[information == 0] = np.nan
            predicted = self._predicted(block, part)
            value = grow * (predicted - level) + (part.T @ self.residual) / information
            variance = (share**2)[:, None] * squares.sum(axis=0) + (1 - 2 * share)[:, None] * (inside.T @ squares)
            yield Effects(
                start=start,
                predicted=predicted / members[block, None],
                value=value,
                error=np.sqrt(np.maximum(variance, 0)) / information,
            )

    def _predicted(self, rows: NDArray[np.int64], part: Reals) -> Reals:
        shrunk: Reals = self.scale[rows, None] * (part.T @ self.dual)
        return shrunk if self.control is None else shrunk + self.factor * self.control[rows]

    def _mean_predicted(self) -> Reals:
        total = np.zeros(self.dual.shape[1])
        for rows, part in _blocks(self.inclusion):
            total += (part @ self.scale[rows]) @ self.dual
            if self.control is not None:
                total += self.factor * self.control[rows].sum(axis=0, dtype=float)
        return np.asarray(total / self.inclusion.shape[1])


def _blocks(inclusion: Bits, width: int = 0) -> Iterator[tuple[slice, Reals]]:
    """Yield centered inclusion of consecutive examples, each with ``width`` numbers of its own beside it."""
    n_trials, n = inclusion.shape
    size = max(1, _NUMBERS_PER_BLOCK // max(n_trials, width))
    for start in range(0, n, size):
        rows = slice(start, min(start + size, n))
        inside = inclusion[:, rows].astype(float)
        yield rows, inside - inside.mean(axis=0)


def _units(
    inclusion: Bits, control: NDArray[np.floating] | None
) -> tuple[Bits, NDArray[np.int64], NDArray[np.floating] | None]:
    """Take examples together that no trial tells apart, and add their attributions."""
    columns = np.ascontiguousarray(np.packbits(inclusion, axis=0).T)
    keys = columns.view(np.dtype((np.void, columns.shape[1])))[:, 0]
    _, first, unit = np.unique(keys, return_index=True, return_inverse=True)
    if len(first) == inclusion.shape[1]:
        return inclusion, np.arange(len(first)), control
    unit = unit.reshape(-1).astype(np.int64)
    if control is None:
        return inclusion[:, first], unit, None
    total = np.zeros((len(first), control.shape[1]), control.dtype)
    np.add.at(total, unit, control)
    return inclusion[:, first], unit, total


def _factors(predicted: Reals, centered: Reals) -> tuple[Reals, Reals]:
    """Return the factor of each target, shrunk towards their mean, and the leverage of each trial in it."""
    power, product = (predicted**2).sum(axis=0), (predicted * centered).sum(axis=0)
    known = power > 0
    if not known.any():
        return np.zeros(len(power)), np.zeros_like(predicted)
    safe = np.where(known, power, 1.0)
    own = np.where(known, product / safe, 0.0)
    noise = ((centered - own * predicted) ** 2).mean(axis=0) / safe
    common = float(product.sum() / power.sum())
    between = max(0.0, float((((own - common) ** 2 - noise)[known]).mean()))
    belief = np.where(known, between / np.maximum(between + noise, 1e-300), 0.0)
    return common + belief * (own - common), belief * predicted**2 / safe


def _solved_by_trials(inclusion: Bits, scale: Reals, rest: Reals, penalty: float) -> tuple[Reals, Reals]:
    """Return the dual solution, and the diagonal of the inverse of the system, of one row a trial."""
    system = penalty * np.eye(len(inclusion))
    for rows, part in _blocks(inclusion):
        system += (part * scale[rows]) @ part.T
    factor = np.linalg.cholesky(system)
    inverse, _ = dtrtri(factor, lower=1)
    return inverse.T @ (inverse @ rest), np.asarray((inverse**2).sum(axis=0))


def _solved_by_examples(inclusion: Bits, scale: Reals, rest: Reals, penalty: float) -> tuple[Reals, Reals]:
    """Return the same by the system of one row a training example, where these are fewer (Woodbury's identity)."""
    design = (inclusion - inclusion.mean(axis=0)) * np.sqrt(scale)
    system = design.T @ design
    system[np.diag_indices_from(system)] += penalty
    half = solve_triangular(np.linalg.cholesky(system), design.T, lower=True, check_finite=False)
    return (rest - half.T @ (half @ rest)) / penalty, np.asarray((1 - (half**2).sum(axis=0)) / penalty)


def _chosen_shrinkage(kernel: Reals, rest: Reals) -> float:
    """Return the shrinkage with the least squared error of leaving out each of the first 1,000 trials."""
    n_trials = len(kernel)
    values, vectors = eigh(kernel, check_finite=False)
    values = np.maximum(values, 0)
    turned = vectors.T @ (rest[:n_trials] - rest[:n_trials].mean(axis=0))
    errors = []
    for shrinkage in _LADDER:
        kept = shrinkage / (values + shrinkage)
        left = np.maximum((vectors**2) @ kept - 1 / n_trials, 1e-3)
        errors.append(float((((vectors * kept) @ turned / left[:, None]) ** 2).mean()))
    return float(_LADDER[int(np.argmin(errors))])
