r"""Is a tail long? Bounds on :math:`\tau_1` from where the mass of the prior sits relative to :math:`1/n`.

Write :math:`W(I) = N\,\mathbb E[\alpha\,1(\alpha \in I)]`, the expected share of examples whose subpopulation has a
frequency in :math:`I`, so that :math:`W([0, 1]) = 1`, and

.. math:: \tau_1 = \frac{\int a (1 - a)^{n-1}\, dW(a)}{\int (1 - a)^{n-1}\, dW(a)}.

*Long tail* (Lemma 2.5), for n = 1 or n >= 3: :math:`\tau_1 \ge \tfrac1{5n}\, W([\tfrac1{3n}, \tfrac2n])`. The integrand
of the numerator is smallest at an end of the interval, which gives the sharper constant
:math:`\min_{na \in \{1/3,\, 2\}} n a (1 - a)^{n-1}`, and the denominator is at most 1.

*Two scales* (Lemma 2.6): let :math:`\beta = W([0, \theta]) > 0`, :math:`\theta \le \tfrac1{2n}` and
:math:`t = \ln\tfrac1{\theta\beta} + 2`. If :math:`W((\theta, \tfrac tn]) = 0` then :math:`\tau_1 \le 2\theta`.
If it is :math:`\eta > 0` instead, splitting the numerator at :math:`\theta` and :math:`t/n` gives for every law

.. math:: \tau_1 \le \theta + \frac{\tfrac tn (1 - \tfrac tn)_+^{n-1} (1 - \beta - \eta)
                                    + \tfrac1n (1 - \tfrac1n)^{n-1} \eta}{\beta (1 - \theta)^{n-1}},

which without mass in the gap is below :math:`1.0187\,\theta`: see ``docs/derivations/tail-lemmas.md``. Lemma numbers
follow [Feldman2020]_.
"""

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from longtail.arguments import checked
from longtail.errors import AccuracyError, InputError
from longtail.estimate import Bound
from longtail.theory.model import LongTailModel

__all__ = [
    "OBSERVED_TWO_SCALE_FACTOR",
    "PROVEN_TWO_SCALE_FACTOR",
    "TailExplanation",
    "explain_tail",
    "gap_end",
    "long_tail_constant",
    "tau_1_lower_bound",
    "tau_1_upper_bound",
]

PAPER_LONG_TAIL_CONSTANT = 1 / 5
PAPER_TWO_SCALE_FACTOR = 2.0

OBSERVED_TWO_SCALE_FACTOR = 1.016
"""The largest tau_1 / theta met in 29,700 random two-scale laws and a grid search: observed, not a bound."""

PROVEN_TWO_SCALE_FACTOR = 1.0187
"""A bound on tau_1 / theta without mass in the gap, for every law and every n: proven in the derivation."""


@checked
def long_tail_constant(n_samples: int) -> float:
    r"""The sharp constant of Lemma 2.5: the least of :math:`n a (1-a)^{n-1}` over :math:`[1/(3n), 2/n]`.

    It is 2/9 at n = 3, 1/4 at n = 4, and decreases from n = 5 on to exp(-1/3)/3 = 0.2388.

    Raises
    ------
    InputError
        If ``n_samples`` is 2, where it is 0 (the interval reaches frequency 1, which is never seen only once), or is
        not a whole number of at least 1.

    Examples
    --------
    >>> round(long_tail_constant(50_000), 4)
    0.2388
    """
    _require_lemma_size(n_samples)
    ends = 1 / (3 * n_samples), min(1.0, 2 / n_samples)
    return min(n_samples * a * _power(1 - a, n_samples - 1, complement=a) for a in ends)


@checked
def tau_1_lower_bound(weight: float, n_samples: int, *, sharp: bool = False) -> Bound:
    r"""Lower bound on tau_1 (Lemma 2.5): a prior with mass near 1/n is long-tailed.

    Parameters
    ----------
    weight : float
        ``model.weight(1 / (3 * n), 2 / n)``, in [0, 1].
    n_samples : int
        n, 1 or at least 3.
    sharp : bool
        Use :func:`long_tail_constant` instead of the paper's 1/5; both are proven.

    Returns
    -------
    Bound
        On tau_1. At weight 0 it is the vacuous 0.

    Raises
    ------
    InputError
        If ``weight`` is no share, or ``n_samples`` is 2: there the lemma fails (a prior that is 1e12 with probability
        1e-4 and else 1, with N = 1000, has tau_1 = .0023 < .0095).

    Examples
    --------
    >>> print(tau_1_lower_bound(0.159151, 50_000))
    ≥ 6.37e-07
    """
    _require_share("weight", weight)
    _require_lemma_size(n_samples)
    constant = long_tail_constant(n_samples) if sharp else PAPER_LONG_TAIL_CONSTANT
    return Bound(value=constant * weight / n_samples, side="lower", reference="Feldman2020, Lemma 2.5")


@checked
def gap_end(theta: float, weight_below: float, n_samples: int) -> float:
    r"""Point at which the gap of Lemma 2.6 must end: :math:`t/n` with :math:`t = \ln(1/(\theta\beta)) + 2`.

    Parameters
    ----------
    theta : float
        The largest light frequency, in (0, 1/(2n)].
    weight_below : float
        beta, the mass of frequencies in [0, theta], in (0, 1]. At 0 the lemma has no hypothesis to satisfy.
    n_samples : int
        n.

    Examples
    --------
    >>> round(1000 * gap_end(1e-5, 0.1, 1000), 3)
    15.816
    """
    _require_two_scales(theta, weight_below, n_samples)
    return (2 - math.log(theta) - math.log(weight_below)) / n_samples


@checked
def tau_1_upper_bound(
    theta: float, weight_below: float, n_samples: int, *, weight_between: float = 0.0, sharp: bool = False
) -> Bound:
    r"""Upper bound on tau_1 (Lemma 2.6). If light and heavy frequencies are far apart, an example seen once is a light
    one.

    Parameters
    ----------
    theta : float
        The largest light frequency, in (0, 1/(2n)].
    weight_below : float
        beta, the mass of frequencies in the closed interval [0, theta].
    n_samples : int
        n.
    weight_between : float
        The mass between ``theta`` (excluded) and :func:`gap_end` (included). The paper has 0 here; a positive one adds
        what it can add at most.
    sharp : bool
        Replace the paper's factor 2 by the proven one for these very numbers, at most ``PROVEN_TWO_SCALE_FACTOR``.

    Returns
    -------
    Bound
        On tau_1, from above, at most 1.

    Raises
    ------
    InputError
        If ``theta`` is not in (0, 1/(2n)] or a weight is no share, or both sum to more than 1; also at
        ``weight_below = 0``, where no hypothesis is possible.

    Examples
    --------
    >>> print(tau_1_upper_bound(1e-5, 0.1, 1000))
    ≤ 2e-05
    """
    t_over_n = gap_end(theta, weight_below, n_samples)
    _require_share("weight_between", weight_between)
    if weight_below + weight_between > 1 + 1e-9:
        raise InputError("weight_below + weight_between", "not exceed 1", weight_below + weight_between)
    light = weight_below * _power(1 - theta, n_samples - 1, complement=theta)
    weight_above = max(0.0, 1 - weight_below - weight_between)
    heavy = 0.0
    if t_over_n < 1:
        heavy = t_over_n * _power(1 - t_over_n, n_samples - 1, complement=t_over_n) * weight_above
    between = weight_between / n_samples * _power(1 - 1 / n_samples, n_samples - 1, complement=1 / n_samples)
    separated = theta + heavy / light if sharp else PAPER_TWO_SCALE_FACTOR * theta
    leaked = between / light if between else 0.0
    return Bound(value=min(1.0, separated + leaked), side="upper", reference="Feldman2020, Lemma 2.6")


Verdict = Literal["long tail", "outliers", "covered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TailExplanation:
    """Description of a prior's tail at one sample size.

    Parameters
    ----------
    verdict : {"long tail", "outliers", "covered"}
        "long tail": what is seen once carries at least 1 % of the test distribution, so that it pays to fit it.
        "outliers": at least 1 % of the examples are seen once, but they carry less than that. "covered": neither.
        The two thresholds are ours.
    weight_below, weight_near, weight_above : float
        The mass of frequencies below 1/(3n), in [1/(3n), 2/n], and above.
    tau_1, singleton_fraction, singleton_mass : float
        Frequency of a subpopulation seen once; examples seen once among n; their subpopulations' mass.
    lower, upper : Bound or None
        What Lemma 2.5 and Lemma 2.6 say about tau_1; None where the lemma does not apply.
    theta : float or None
        The scale at which Lemma 2.6 is best applied.
    """

    n_samples: int
    verdict: Verdict
    weight_below: float
    weight_near: float
    weight_above: float
    tau_1: float
    singleton_fraction: float
    singleton_mass: float
    lower: Bound | None
    upper: Bound | None
    theta: float | None

    @property
    def text(self) -> str:
        """The explanation, in sentences."""
        return " ".join((self._verdict_text(), self._weight_text(), self._lemma_text()))

    def __str__(self) -> str:
        return self.text

    def _verdict_text(self) -> str:
        once = f"{self.singleton_fraction:.3g} of the examples are seen once and stand for {self.singleton_mass:.3g}"
        meaning = {
            "long tail": "Long-tailed at this n: fitting what is seen once pays",
            "outliers": "Outliers rather than a long tail: what is seen once is common but stands for little",
            "covered": "No tail at this n: almost nothing is seen just once",
        }[self.verdict]
        return f"{meaning} ({once} of the distribution; n tau_1 = {self.n_samples * self.tau_1:.3g})."

    def _weight_text(self) -> str:
        return (
            f"Of the mass, {self.weight_below:.3g} sits on frequencies below 1/(3n), {self.weight_near:.3g} within "
            f"[1/(3n), 2/n], {self.weight_above:.3g} above."
        )

    def _lemma_text(self) -> str:
        n, said = self.n_samples, []
        if self.lower is None:
            said.append("Lemma 2.5 does not hold at n = 2.")
        else:
            said.append(f"Lemma 2.5 gives n tau_1 ≥ {n * self.lower.value:.3g}.")
        if self.upper is None or self.theta is None:
            said.append("Lemma 2.6 gives nothing below 1: no gap parts light frequencies from those seen often.")
        else:
            said.append(f"Lemma 2.6 at theta = {n * self.theta:.3g}/n gives n tau_1 ≤ {n * self.upper.value:.3g}.")
        return " ".join(said)


@checked
def explain_tail(model: LongTailModel) -> TailExplanation:
    """Explain whether this prior is long-tailed at this n, where its mass sits relative to 1/n, and which lemma
    applies.

    Parameters
    ----------
    model : LongTailModel
        A prior with its sample size. Its masses are computed to four digits, enough to read.

    Returns
    -------
    TailExplanation
        Numbers and sentences.

    Examples
    --------
    >>> from longtail.theory import LongTailModel, Zipf
    >>> explanation = explain_tail(LongTailModel(prior=Zipf(50_000), n_samples=50_000))
    >>> explanation.verdict, round(explanation.weight_near, 3)
    ('long tail', 0.159)
    """
    model = replace(model, rtol=max(model.rtol, _READABLE))
    n = model.n_samples
    below, near = model.weight(0.0, 1 / (3 * n)), model.weight(1 / (3 * n), min(1.0, 2 / n))
    theta, upper = _best_upper_bound(model)
    return TailExplanation(
        n_samples=n,
        verdict=_verdict(model.singleton_fraction, model.singleton_mass),
        weight_below=below,
        weight_near=near,
        weight_above=max(0.0, 1 - below - near),
        tau_1=model.tau(1),
        singleton_fraction=model.singleton_fraction,
        singleton_mass=model.singleton_mass,
        lower=None if n == 2 else tau_1_lower_bound(min(1.0, near), n, sharp=True),
        upper=upper,
        theta=theta,
    )


_NOTICEABLE = 0.01
_READABLE = 1e-4


def _verdict(singleton_fraction: float, singleton_mass: float) -> Verdict:
    if singleton_mass >= _NOTICEABLE:
        return "long tail"
    return "outliers" if singleton_fraction >= _NOTICEABLE else "covered"


def _best_upper_bound(model: LongTailModel) -> tuple[float | None, Bound | None]:
    """Return the least bound of Lemma 2.6 over theta = 4**-k / (2n). Return None where no bound is below 1/n, since
    such a bound would say nothing.

    With a smaller theta there is less mass below and more in the gap, so what the gap adds can only grow.
    """
    n = model.n_samples
    found: list[tuple[float, Bound]] = []
    for theta in (4.0**-k / (2 * n) for k in range(7)):
        try:
            beta = min(1.0, model.weight(0.0, theta))
            if beta <= 0:
                break
            between = min(1 - beta, max(0.0, model.weight(theta, min(1.0, gap_end(theta, beta, n)))))
        except AccuracyError:  # The mass is exponentially small, so that no bound follows from here on.
            break
        bound = tau_1_upper_bound(theta, beta, n, weight_between=between, sharp=True)
        if bound.value >= 1 / n:
            break
        found.append((theta, bound))
    return min(found, key=lambda pair: pair[1].value) if found else (None, None)


def _power(base: float, exponent: int, *, complement: float) -> float:
    """Return ``base ** exponent`` with ``base = 1 - complement``, to full precision where the complement is tiny."""
    if exponent == 0:
        return 1.0
    return 0.0 if base <= 0 else math.exp(exponent * math.log1p(-complement))


def _require_lemma_size(n_samples: int) -> None:
    if not isinstance(n_samples, int | np.integer) or n_samples < 1:
        raise InputError("n_samples", "be a whole number of at least 1", n_samples)
    if n_samples == 2:
        raise InputError("n_samples", "be 1 or at least 3", n_samples, "At 2 the long-tail lemma fails in general.")


def _require_share(argument: str, share: float) -> None:
    if not 0 <= share <= 1:
        raise InputError(argument, "lie in [0, 1]", share)


def _require_two_scales(theta: float, weight_below: float, n_samples: int) -> None:
    if not isinstance(n_samples, int | np.integer) or n_samples < 1:
        raise InputError("n_samples", "be a whole number of at least 1", n_samples)
    if not 0 < theta <= 1 / (2 * n_samples):
        raise InputError("theta", "lie in (0, 1/(2n)]", theta)
    _require_share("weight_below", weight_below)
    if weight_below == 0:
        raise InputError(
            "weight_below", "be positive", weight_below, "Without light frequencies there are no two scales."
        )
