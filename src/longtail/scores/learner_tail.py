r"""The tail as a learner meets it: what single training examples decide, from errors at two training-set sizes.

Let :math:`e(m)` be the expected error on fresh examples after m training examples. Exactly, for any learner,

.. math:: M_1(m) = m\,(e(m - 1) - e(m))

is the sum over training examples of what removing each costs on new data. In the model of [Feldman2020]_ it is
:math:`1 - g` times the mass of what was seen once, with g the chance of guessing an unseen label: the cost of fitting
no singleton. Sums telescope, so that between :math:`m_1` and :math:`m_2` examples

.. math:: \overline{M_1} = \frac{e(m_1) - e(m_2)}{H_{m_2} - H_{m_1}},
          \qquad H_m = 1 + \tfrac12 + \dots + \tfrac1m,

is an average of :math:`M_1(m)` with weights 1/m: no approximation. The *exponent*

.. math:: \alpha = \frac{\ln e(m_1) - \ln e(m_2)}{\ln m_2 - \ln m_1}

says how fast the whole error falls: twice the data leave :math:`2^{-\alpha}` of it. It is :math:`m \tau_1` for a
learner that fits its data, if labels are right. No subpopulations are needed for either.

A third fraction is a check: its error is predicted from the first two. A constant exponent says
:math:`e(m_2)\,(e(m_2) / e(m_1))^r` with :math:`r = \ln(m_3/m_2) / \ln(m_2/m_1)`. Where kinds are few, the exponent
rises with m, but no faster than mixtures of kinds allow: :math:`\sum_k D_k (1 - D_k)^m` is log-convex in m, so that the
error is at least the same with :math:`r = (m_3 - m_2) / (m_2 - m_1)`. The interval reaches from the lower end of the
one to the upper end of the other.

Label noise is an error that more data do not remove. The exponent of the whole error is then smaller than
:math:`m \tau_1`; nothing in errors alone tells it, removal of what looks mislabeled does. A learner that does not fit
its data has such an error as well: where the training error exceeds 1 % of the error, the exponent is refused.
:math:`M_1` stays what it is.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.errors import InputError, Said
from longtail.estimate import Estimate, require_level
from longtail.outcomes import Outcomes
from longtail.percent import share
from longtail.sampling_laws import normal_sf
from longtail.scores.unit_draws import half_width
from longtail.scores.witnesses import Pool, left_out_pool, pool_of_test_examples, units_of

__all__ = ["CurveCheck", "LearnerTail", "learner_tail"]


_MOST_TRAINING_ERROR = 0.01  # Largest share of the error at which the exponent is m tau_1.
_LEAST_TRIALS = 10
_METHOD = "errors of witnesses at two fractions; variance over witnesses, their mutual support, and trials"
_DIFFERENT = 0.01  # Level of the test that the two pools agree.


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveCheck:
    """A prediction that was tried.

    Parameters
    ----------
    fraction : float
        At which the error was predicted.
    predicted : Estimate
        The error there, extrapolated by the exponent; found errors lie in its interval with its level or above.
    found : float
        The error there.
    """

    fraction: float
    predicted: Estimate
    found: float

    @property
    def holds(self) -> bool:
        """Return whether the found error lies in the interval of the predicted one."""
        return self.predicted.low <= self.found <= self.predicted.high


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerTail:
    """Conclusions from the learning curve about the tail. Errors and worth are shares, not percent.

    Parameters
    ----------
    fractions : tuple of float
        Of the examples, at which models were trained; ascending.
    sizes : tuple of float
        Mean number of training examples at each.
    errors : tuple of Estimate
        Expected error on fresh examples at each fraction.
    training_error : float
        Share of wrong answers on included examples, at the second fraction.
    singleton_worth : Estimate
        :math:`\\overline{M_1}` between the two lowest fractions.
    exponent : Estimate
        :math:`\\alpha` of the whole error between them; NaN where it is refused, with the reason as warning.
    check : CurveCheck or None
        Of the third fraction, where there is one.
    witnesses : dict of str to int
        Name of each pool and its size.
    notes : tuple of str
        What to know before believing it.
    """

    fractions: tuple[float, ...]
    sizes: tuple[float, ...]
    errors: tuple[Estimate, ...]
    training_error: float
    singleton_worth: Estimate
    exponent: Estimate
    check: CurveCheck | None
    witnesses: dict[str, int]
    notes: tuple[str, ...] = ()

    def error_left(self, factor: float = 2.0) -> Estimate:
        """Return the share of the error that ``factor`` times the data would leave, :math:`c^{-\\alpha}`.

        Raises
        ------
        InputError
            If ``factor`` is below 1.
        """
        if not 1 <= factor < np.inf:
            raise InputError("factor", "be a finite number of at least 1", factor)
        value, low, high = (float(factor**-at) for at in (self.exponent.value, self.exponent.high, self.exponent.low))
        warning = self.exponent.warning
        return Estimate(value=value, low=low, high=high, level=self.exponent.level, method=_METHOD, warning=warning)

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        check = None if self.check is None else {**asdict(self.check), "predicted": self.check.predicted.to_json()}
        return {
            "fractions": list(self.fractions),
            "sizes": list(self.sizes),
            "errors": [each.to_json() for each in self.errors],
            "training_error": self.training_error,
            "singleton_worth": self.singleton_worth.to_json(),
            "exponent": self.exponent.to_json(),
            "check": check,
            "witnesses": dict(self.witnesses),
            "notes": list(self.notes),
        }


@checked
def learner_tail(
    outcomes: Mapping[float, Outcomes],
    level: float = 0.95,
    *,
    together: ArrayLike | None = None,
    test_unit: NDArray[np.int64] | None = None,
) -> LearnerTail:
    """Measure what single training examples decide, and how fast the error falls.

    Parameters
    ----------
    outcomes : mapping of float to Outcomes
        Fraction -> trials of one learner on random subsets of that share of the same examples. The two lowest fractions
        give the answers, the third is the check.
    level : float
        Of the intervals.
    together : (n,) array, optional
        The unit of each training example, where units were in or out together. Sizes then count units, and so does the
        worth of a single one.
    test_unit : (n_test,) int array, optional
        The unit of each test example, where they belong to units: these are the draws then.

    Returns
    -------
    LearnerTail

    Raises
    ------
    InputError
        If there are fewer than two fractions, other examples at one of them, or fewer than 10 trials at one.

    Notes
    -----
    Intervals are for models trained on subsets of these examples and judged on fresh ones; see
    :mod:`longtail.scores.witnesses` for their variance.
    """
    require_level(level)
    tables = dict(sorted(_checked(outcomes).items()))
    n_train = next(iter(tables.values())).n_train
    units = units_of(together, n_train)
    pools = [
        pool
        for pool in (pool_of_test_examples(tables, test_unit), left_out_pool(tables, units))
        if pool is not None and pool.size
    ]
    curve = _Curve(pools=pools, trials=_trial_variances(tables, pools), level=level)
    total = n_train if units is None else int(units.max()) + 1
    fractions = np.array([table.inclusion.mean() for table in tables.values()])
    last = list(tables.values())[1]
    training_error = float(1 - last.correct[last.inclusion].mean())
    exponent = _exponent(curve, fractions, training_error)
    return LearnerTail(
        fractions=tuple(tables),
        sizes=tuple(float(total * fraction) for fraction in fractions),
        errors=tuple(curve.combined(at, np.eye(len(fractions))[k]) for k, at in enumerate(curve.errors)),
        training_error=training_error,
        singleton_worth=_singleton_worth(curve, total * fractions),
        exponent=exponent,
        check=_check(curve, fractions, list(tables)) if len(tables) > 2 and np.isfinite(exponent.value) else None,
        witnesses={pool.name: pool.size for pool in pools},
        notes=_notes(curve),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Curve:
    """Errors at all fractions, of the pools together, weighted by their sizes."""

    pools: list[Pool]
    trials: Reals
    level: float

    @property
    def shares(self) -> Reals:
        sizes = np.array([pool.size for pool in self.pools], float)
        share: Reals = sizes / sizes.sum()
        return share

    @property
    def errors(self) -> Reals:
        mean: Reals = self.shares @ np.array([pool.errors for pool in self.pools])
        return mean

    def standard_error(self, coefficients: Reals) -> float:
        witnesses = sum(s**2 * pool.variance(coefficients) for s, pool in zip(self.shares, self.pools, strict=True))
        return float(np.sqrt(witnesses + coefficients**2 @ self.trials))

    def freedom(self, coefficients: Reals) -> float:
        """Degrees of freedom of the standard error, infinitely many where no witnesses belong to units."""
        parts = [
            (s**2 * pool.variance(coefficients), pool.freedom(coefficients))
            for s, pool in zip(self.shares, self.pools, strict=True)
        ]
        doubt = sum(variance**2 / freedom for variance, freedom in parts)
        return self.standard_error(coefficients) ** 4 / doubt if doubt else math.inf

    def combined(self, value: float, coefficients: Reals) -> Estimate:
        """An estimate whose error is that of ``coefficients @ errors``."""
        half = half_width(self.level, self.standard_error(coefficients) ** 2, self.freedom(coefficients))
        return Estimate(value=float(value), low=value - half, high=value + half, level=self.level, method=_METHOD)


def _singleton_worth(curve: _Curve, sizes: Reals) -> Estimate:
    step = digamma(sizes[1] + 1) - digamma(sizes[0] + 1)
    coefficients = np.zeros(len(sizes))
    coefficients[:2] = 1 / step, -1 / step
    return curve.combined(float(coefficients @ curve.errors), coefficients)


def _exponent(curve: _Curve, fractions: Reals, training_error: float) -> Estimate:
    errors, step = curve.errors, float(np.log(fractions[1] / fractions[0]))
    refused = ""
    if not (errors[:2] > 0).all():
        refused = "no model was wrong on a witness: no error is left to fall"
    elif training_error > _MOST_TRAINING_ERROR * errors[1]:
        refused = (
            f"models are wrong on {share(training_error)} of what they were trained on, more than a hundredth of their "
            f"error on new data ({share(errors[1])}): part of the error is no matter of the tail"
        )
    if refused:
        nan = float("nan")
        return Estimate(value=nan, low=nan, high=nan, level=curve.level, method=_METHOD, warning=refused)
    coefficients = np.zeros(len(errors))
    coefficients[:2] = 1 / (errors[0] * step), -1 / (errors[1] * step)
    return curve.combined(float(np.log(errors[0] / errors[1]) / step), coefficients)


def _check(curve: _Curve, fractions: Reals, named: list[float]) -> CurveCheck:
    """Predict the third error, by a constant exponent and by the fastest fall that kinds allow.

    The interval is for the difference between prediction and finding.
    """
    log = np.log(fractions)
    constant = _extrapolated(curve, float((log[2] - log[1]) / (log[1] - log[0])))
    fastest = _extrapolated(curve, float((fractions[2] - fractions[1]) / (fractions[1] - fractions[0])))
    predicted = replace(constant, low=max(0.0, fastest.low))
    return CurveCheck(fraction=named[2], predicted=predicted, found=float(curve.errors[2]))


def _extrapolated(curve: _Curve, ratio: float) -> Estimate:
    """Return ``second * (second / first) ** ratio``, with the error of what is found less that."""
    first, second = curve.errors[:2]
    predicted = float(second * (second / first) ** ratio)
    coefficients = np.zeros(len(curve.errors))
    coefficients[:3] = ratio * predicted / first, -(1 + ratio) * predicted / second, 1.0
    return curve.combined(predicted, coefficients)


def _trial_variances(tables: dict[float, Outcomes], pools: list[Pool]) -> Reals:
    """Variance of the pooled error at each fraction over trials, as if they were drawn independently."""
    sizes = {pool.name: pool.size for pool in pools}
    total, found = sum(sizes.values()), []
    for table in tables.values():
        out = ~table.inclusion
        wrong = (out & ~table.correct).sum(axis=1) / out.sum(axis=1) * (table.n_train / total)
        if table.n_test and len(pools) > 1:
            wrong = wrong + (1 - table.test_correct.mean(axis=1)) * (table.n_test / total)
        found.append(wrong.var(ddof=1) / table.n_trials)
    return np.array(found)


def _notes(curve: _Curve) -> tuple[str, ...]:
    """Say when test examples and left-out ones are not alike."""
    if len(curve.pools) < 2:
        return ()
    test, left_out = curve.pools
    one = np.zeros(len(test.errors))
    one[0] = 1.0
    difference = float(test.errors[0] - left_out.errors[0])
    spread = float(np.sqrt(test.variance(one) + left_out.variance(one)))
    if 2 * normal_sf(abs(difference) / spread) >= _DIFFERENT:
        return ()
    harder = "harder" if difference > 0 else "easier"
    return (
        f"test examples are {harder} than left-out training examples ({share(test.errors[0])} wrong against "
        f"{share(left_out.errors[0])} at fraction {test.fractions[0]:.2g}): they are not drawn alike, or training "
        "examples have duplicates; the answer mixes both",
    )


def _checked(outcomes: Mapping[float, Outcomes]) -> dict[float, Outcomes]:
    if len(outcomes) < 2:
        remedy = "One size shows no slope: train the same learner on another fraction as well, such as 0.5 and 0.9."
        raise InputError("outcomes", "hold trials at two fractions or more", Said(f"{len(outcomes)}"), remedy)
    tables = dict(outcomes)
    sizes = {(table.n_train, table.n_test) for table in tables.values()}
    if len(sizes) > 1:
        raise InputError("outcomes", "be of the same examples at every fraction", Said(f"sizes {sorted(sizes)}"))
    for fraction, table in tables.items():
        if table.n_trials < _LEAST_TRIALS:
            what = Said(f"{table.n_trials} at fraction {fraction}")
            raise InputError("outcomes", f"hold at least {_LEAST_TRIALS} trials at every fraction", what)
        if not abs(table.inclusion.mean() - fraction) <= max(0.05, 1 / table.n_train):
            what = Said(f"{table.inclusion.mean():.3f} for {fraction}")
            raise InputError("outcomes", "be named by the fraction of examples that trials trained on", what)
    return tables
