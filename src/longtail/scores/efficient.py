r"""The probability that models are right on an example, from fewer models than counting needs.

Counting uses one bit of each model. Three things that trials hold besides are used here:

* **margins**: if an example's margins were normal with mean m and standard deviation s, the probability of being right
  would be :math:`\Phi(m / s)`; s is shrunk towards the one that is typical of the examples, with the weight of four
  trials;
* **the other examples**: what margins mean for being right is learnt, not assumed. Trials are dealt into five folds. On
  each fold in turn, the number right, k of n, is regressed (on 20,000 examples at most) on what the *other* four folds
  say of the example: m/s, its negative part, log s, the proportion right (as a normal quantile), and m/s of the
  example's other side (in or out),

  .. math:: k \sim \mathrm{BetaBinomial}(n,\; c\mu,\; c(1 - \mu)), \qquad \mu = \mathrm{logistic}(\beta \cdot x);

* **a control variate**, optionally: a surrogate's margins on the same subsets minus their expectation, as
  :mod:`longtail.scores.kernel_ridge_control` makes them. Margins are regressed on it and its known mean is put in.

The truth of an example is then Beta(:math:`c\mu + k, c(1-\mu) + n - k`) given a fold (empirical Bayes; what was learnt
from and what is learnt about are different trials, so nothing is counted twice). The estimate averages the mean of
these laws' means over the folds, the probit and the plain proportion, with weights 1, 25/(25 + n) and n/180 at n trials
of the side: normality is a good guess for few trials and a bias for many, where counting is best.

The interval is Jeffreys', of a proportion over as many trials as the estimate is worth. Its standard error has three
parts: with weight w on counts (those in the posterior means, and the proportion itself), of standard error
:math:`\sqrt{p (1 - p) / n}`; with weight 1 - w on margins, :math:`\varphi(u) \sqrt{1/n + u^2 / 2(n + 3)}` at
:math:`u = \Phi^{-1}(p)`; and with that weight what margins leave open, :math:`\sqrt{p (1 - p) / (c + 1)}`.
The first two may go together and are added; the last is beside them:

.. math:: n_{\text{worth}} = \frac{p (1 - p)}{v}, \qquad v = \left( w \sqrt{\tfrac{p (1 - p)}{n}} +
          (1 - w)\, \varphi(u) \sqrt{\tfrac1n + \tfrac{u^2}{2 (n + 3)}} \right)^2
          + (1 - w)^2 \, \frac{p (1 - p)}{c + 1}.

The two sides are joined as Newcombe joins Wilson's. It rests on the model of the regression and was measured, not
proven (``benchmarks/scores_efficiency.py``, against other models than those of the studies).
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, ndtr, ndtri

from longtail.array_types import Bits, Reals, Singles, Whole
from longtail.compilation import compiled, read_only
from longtail.errors import InputError
from longtail.outcomes import Outcomes
from longtail.randomness import generator
from longtail.sampling_laws import beta_ppf
from longtail.scores.beta_binomial import beta_binomial_regression

__all__ = ["FEWEST_TRIALS", "EfficientDifference", "efficient_difference", "efficient_values"]


_FOLDS = 5
FEWEST_TRIALS = 2 * _FOLDS
_PRIOR_TRIALS = 4  # Trials that the pooled standard deviation is worth.
_SLOPE_TRIALS = 20  # Trials that the pooled correlation with the control variate is worth.
_PROBIT_FADES = 25.0  # Trials of a side at which the probit's weight has halved.
_COUNTS_TAKE_OVER = 180.0
_BLOCK = 4096
_MOST_TOLD = 20_000
"""Examples from which seven numbers are learnt; more would move an estimate by a few hundredths of its interval."""


class EfficientDifference(NamedTuple):
    """Estimate and interval of P(correct | in) - P(correct | out), ``(n,)``, NaN where a side has no trial."""

    value: Reals
    low: Reals
    high: Reals


def efficient_difference(outcomes: Outcomes, level: float, control: NDArray[Any] | None = None) -> EfficientDifference:
    """Estimate the difference of the two probabilities of every training example, with its interval.

    Parameters
    ----------
    outcomes : Outcomes
        With margins; at least ten trials.
    level : float
        In (0, 1).
    control : (trials, n) array, optional
        Of expectation zero for each example, in and out.

    Raises
    ------
    InputError
        If there are no margins, too few trials, or the control has another shape.
    """
    _check(outcomes, control)
    inside, outside = _Sums.of_both_sides(outcomes, control)
    side_in, side_out = _estimated(inside, outside), _estimated(outside, inside)
    p_in, p_out = side_in.p, side_out.p
    low_in, high_in = _interval(side_in, inside, level)
    low_out, high_out = _interval(side_out, outside, level)
    value = p_in - p_out
    low, high = value - np.hypot(p_in - low_in, high_out - p_out), value + np.hypot(high_in - p_in, p_out - low_out)
    low = np.where((low_in == 0) & (high_out == 1), -1.0, np.maximum(low, -1.0))
    high = np.where((high_in == 1) & (low_out == 0), 1.0, np.minimum(high, 1.0))
    undetermined = _undetermined(inside, outside)
    return EfficientDifference(*(np.where(undetermined, np.nan, array) for array in (value, low, high)))


def efficient_values(outcomes: Outcomes) -> Reals:
    """Estimate the same differences without their intervals, which take half of the time.

    Raises
    ------
    InputError
        If there are no margins, or too few trials.
    """
    _check(outcomes, None)
    inside, outside = _Sums.of_both_sides(outcomes, None)
    value = _estimated(inside, outside).p - _estimated(outside, inside).p
    return np.where(_undetermined(inside, outside), np.nan, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sums:
    """Sums over the trials of each fold on one side, ``(folds, n)``: how many, how many right, and moments."""

    n: Reals
    right: Reals
    m: Reals
    mm: Reals
    z: Reals
    mz: Reals
    zz: Reals

    @classmethod
    def of_both_sides(cls, outcomes: Outcomes, control: NDArray[Any] | None) -> "tuple[_Sums, _Sums]":
        """Sum over the trials that had each example, and over the others."""
        assert outcomes.margin is not None
        fold = np.arange(outcomes.n_trials) % _FOLDS
        sums = np.zeros((2, 7, _FOLDS, outcomes.n_train))
        for start in range(0, outcomes.n_train, _BLOCK):
            block = slice(start, start + _BLOCK)
            margin = outcomes.margin[:, block].astype(np.float32)
            present, right = (
                read_only(np.ascontiguousarray(table[:, block])) for table in (outcomes.inclusion, outcomes.correct)
            )
            _add_trials(fold, present, right, margin, sums[..., block])
            if control is not None:
                _add_control(fold, outcomes.inclusion[:, block], margin, control[:, block], sums[:, 4:, :, block])
        names = ("n", "right", "m", "mm", "z", "mz", "zz")
        inside, outside = (cls(**dict(zip(names, side, strict=True))) for side in sums)
        return inside, outside

    def without(self, fold: int | None) -> "_Sums":
        """Return totals over the other folds, ``(n,)``, or over all folds where none is left out."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        left_out = {name: 0.0 if fold is None else array[fold] for name, array in fields.items()}
        return _Sums(**{name: array.sum(axis=0) - left_out[name] for name, array in fields.items()})

    def mean_and_deviation(self) -> tuple[Reals, Reals]:
        """Return the mean margin, adjusted by the control variate, and the shrunk standard deviation.

        Both are NaN where there is no trial.
        """
        n, freedom = np.where(self.n == 0, np.nan, self.n), np.maximum(self.n - 1, 0)
        mean, deviation = self.m / n, _shrunk_deviation(self.m, self.mm, self.n)
        if not self.zz.any():
            return mean, deviation
        z, z_deviation = self.z / n, _shrunk_deviation(self.z, self.zz, self.n)
        covariance = (self.mz - n * mean * z) / np.maximum(freedom, 1)
        correlation = np.clip(covariance / (deviation * z_deviation), -1, 1)
        shrunk = (_SLOPE_TRIALS * np.nanmean(correlation) + n * correlation) / (_SLOPE_TRIALS + n)
        return mean - shrunk * deviation / z_deviation * z, deviation


def _undetermined(inside: _Sums, outside: _Sums) -> Bits:
    no_trial: Bits = (inside.n.sum(axis=0) == 0) | (outside.n.sum(axis=0) == 0)
    return no_trial


@compiled
def _add_trials(fold: Whole, present: Bits, right: Bits, margin: Singles, sums: Reals) -> None:
    """Add numbers, numbers right, margins and their squares of each trial to ``sums[side, :4, fold]``."""
    for trial in range(len(fold)):
        part = fold[trial]
        for i in range(present.shape[1]):
            side = 0 if present[trial, i] else 1
            m = np.float64(margin[trial, i])
            sums[side, 0, part, i] += 1
            sums[side, 1, part, i] += right[trial, i]
            sums[side, 2, part, i] += m
            sums[side, 3, part, i] += m * m


def _add_control(fold: Whole, present: Bits, margin: Singles, control: NDArray[Any], sums: Reals) -> None:
    """Add the control variate, its products with margins and its squares to ``sums[side, :, fold]``."""
    for side, members in enumerate((present, ~present)):
        z = np.where(members, control, 0).astype(np.float64)
        for part in range(_FOLDS):
            here = fold == part
            sums[side, :, part] = z[here].sum(axis=0), (margin[here] * z[here]).sum(axis=0), (z[here] ** 2).sum(axis=0)


def _shrunk_deviation(total: Reals, squares: Reals, n: Reals) -> Reals:
    """Return standard deviations from sums, shrunk towards the typical one.

    Examples differ in scale by orders of magnitude, so the typical variance is a geometric mean, freed of the bias that
    the logarithm of a sample variance has under normality.
    """
    freedom = np.maximum(n - 1, 0)
    about_mean = np.maximum(squares - total**2 / np.maximum(n, 1), 0)
    some = freedom > 0
    if not some.any():
        return np.ones_like(total)
    half = freedom[some] / 2
    typical = np.exp(np.mean(np.log(about_mean[some] / freedom[some] + 1e-9) - digamma(half) + np.log(half)))
    shrunk: Reals = np.sqrt((_PRIOR_TRIALS * typical + about_mean) / (_PRIOR_TRIALS + freedom)) + 1e-9
    return shrunk


class _Estimated(NamedTuple):
    """Estimate of the probability that every example is right, and the parts on which it rests."""

    p: Reals
    of_counts: Reals
    """The weight that counts have in it, in [0, 1]."""
    concentration: float
    """How many trials margins are worth."""


def _estimated(side: _Sums, other: _Sums) -> _Estimated:
    """Average the posterior mean over the folds, the probit of all trials, and the proportion."""
    posterior, of_counts = np.zeros((2, side.n.shape[1]))
    told, concentrations, law = _examples_that_tell(side.n.shape[1]), [], None
    for fold in range(_FOLDS):
        right, n = side.right[fold], side.n[fold]
        predictors = _predictors(side.without(fold), other.without(fold))
        law = beta_binomial_regression(predictors[told], right[told], n[told], law)
        expected, spread = law.mean(predictors), law.concentration
        posterior += (spread * expected + right) / (spread + n) / _FOLDS
        of_counts += n / (spread + n) / _FOLDS
        concentrations.append(spread)
    everything = side.without(None)
    mean, deviation = everything.mean_and_deviation()
    n = np.maximum(everything.n, 1)
    probit, proportion = np.nan_to_num(ndtr(mean / deviation)), everything.right / n
    weights = np.array((np.ones_like(n), _PROBIT_FADES / (_PROBIT_FADES + n), n / _COUNTS_TAKE_OVER))
    average: Reals = np.average((posterior, probit, proportion), axis=0, weights=weights)
    counted: Reals = (of_counts + weights[2]) / weights.sum(axis=0)
    return _Estimated(np.clip(average, 1e-9, 1 - 1e-9), counted, float(np.mean(concentrations)))


def _interval(side: _Estimated, sums: _Sums, level: float) -> tuple[Reals, Reals]:
    """Return Jeffreys' interval for the trials that the estimate is worth.

    It reaches 0 or 1 if no trial says otherwise.
    """
    n, right = sums.n.sum(axis=0), sums.right.sum(axis=0)
    p, u, trials = side.p, ndtri(side.p), np.maximum(n, 1)
    binomial = p * (1 - p)
    probit = np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi) * np.sqrt(1 / trials + u**2 / (2 * (trials - 1 + _PRIOR_TRIALS)))
    sampled = side.of_counts * np.sqrt(binomial / trials) + (1 - side.of_counts) * probit
    variance = sampled**2 + (1 - side.of_counts) ** 2 * binomial / (side.concentration + 1)
    worth, tail = np.maximum(binomial / variance, 0.5), (1 - level) / 2
    low, high = (beta_ppf(end, worth * p + 0.5, worth * (1 - p) + 0.5) for end in (tail, 1 - tail))
    return np.where(right == 0, 0.0, np.minimum(low, p)), np.where(right == n, 1.0, np.maximum(high, p))


def _predictors(side: _Sums, other: _Sums) -> Reals:
    """Return standardized columns. An example without a trial gets the average example's values."""
    mean, deviation = side.mean_and_deviation()
    other_mean, other_deviation = other.mean_and_deviation()
    ratio = mean / deviation
    proportion = ndtri((side.right + 0.5) / (side.n + 1))
    columns = (ratio, np.minimum(ratio, 0), np.log(deviation), proportion, other_mean / other_deviation)
    table = np.stack(columns, axis=1)
    centered = table - np.nanmean(table, axis=0)
    standardized: Reals = np.nan_to_num(centered / (np.nanstd(table, axis=0) + 1e-9))
    return standardized


def _examples_that_tell(n: int) -> slice | NDArray[np.intp]:
    """Choose the examples from which the meaning of margins is learnt: all, or a random part where they are
    very many.
    """
    if n <= _MOST_TOLD:
        return slice(None)
    return np.sort(generator(0, "efficient estimate").permutation(n)[:_MOST_TOLD])


def _check(outcomes: Outcomes, control: NDArray[Any] | None) -> None:
    if outcomes.margin is None:
        remedy = 'Use estimator="difference", or record margins.'
        raise InputError("outcomes", "hold margins for the efficient estimator", None, remedy)
    if outcomes.n_trials < FEWEST_TRIALS:
        raise InputError(
            "outcomes", f"hold at least {FEWEST_TRIALS} trials for the efficient estimator", outcomes.n_trials
        )
    if control is not None and np.shape(control) != outcomes.inclusion.shape:
        raise InputError("control", f"have the shape of inclusion, {outcomes.inclusion.shape}", np.shape(control))
