r"""The marginal law of one frequency :math:`\alpha = D(x)`, and the engine that interprets each prior.

All that the theory asks of a prior are the expected power sums

.. math:: \mathbb E \sum_x D(x)^j (1 - D(x))^k \; = \; N\, \mathbb E[\alpha^j (1 - \alpha)^k] .

Two conventions of the model are on offer. ``"normalized"`` is the paper's: N frequencies are drawn independently and
divided by their sum [Feldman2020]_. ``"fixed"`` takes the list as it stands, in random order.
"""

from typing import Literal, Protocol, TypeGuard

from longtail.errors import InputError, Said
from longtail.frequencies.closed_forms import DirichletMarginal, EqualMarginal, PitmanYorMarginal
from longtail.frequencies.compressed_measure import compress
from longtail.frequencies.fixed_list import FixedListMarginal
from longtail.frequencies.log_value import LogValue
from longtail.frequencies.mellin_barnes import MellinBarnes
from longtail.frequencies.normalizer.enumerated import EnumeratedMarginal, enumerable
from longtail.frequencies.priors import (
    Dirichlet,
    EstimatedPrior,
    FrequencyList,
    Geometric,
    PitmanYor,
    Prior,
    TwoPoint,
    Uniform,
    Zipf,
)

__all__ = ["Convention", "Marginal", "is_list", "marginal"]

Listed = Zipf | Geometric | Uniform | TwoPoint | FrequencyList | EstimatedPrior

Convention = Literal["normalized", "fixed"]


class Marginal(Protocol):
    """Quantities that every engine offers."""

    @property
    def n_subpopulations(self) -> float:
        """Number N of subpopulations, infinite for a process."""

    def power_sum(self, j: int, k: int) -> LogValue:
        """The expected sum over subpopulations of D(x)^j (1 - D(x))^k."""

    def weight(self, low: float, high: float) -> LogValue:
        """The expected mass of the subpopulations whose frequency lies in the closed band."""


def marginal(prior: Prior, convention: Convention, rtol: float) -> Marginal:
    """Return the engine for a prior.

    Parameters
    ----------
    prior : Prior
        What the frequencies are.
    convention : {"normalized", "fixed"}
        Whether they are drawn and normalized, or a list in random order.
    rtol : float
        The relative accuracy at which an engine may stop trying.

    Raises
    ------
    InputError
        If ``convention`` is unknown, or ``"fixed"`` with a prior that is no list.
    """
    if convention == "fixed":
        return _fixed(prior)
    if convention != "normalized":
        raise InputError("convention", 'be "normalized" or "fixed"', convention)
    match prior:
        case PitmanYor():
            return PitmanYorMarginal(prior)
        case Uniform():
            return EqualMarginal(prior.n_subpopulations)
        case _ if prior.n_subpopulations == 1:
            return EqualMarginal(1)
        case Dirichlet():
            return DirichletMarginal(prior)
    measure = compress(prior)
    return EnumeratedMarginal(measure) if enumerable(measure) else MellinBarnes(prior, measure, rtol)


def is_list(prior: Prior) -> TypeGuard[Listed]:
    """Return whether the prior is a list of frequencies, so that ``convention="fixed"`` can sum it."""
    return isinstance(prior, Listed)


def _fixed(prior: Prior) -> Marginal:
    if not is_list(prior):
        remedy = 'Use convention="normalized", or give a FrequencyList.'
        raise InputError("prior", 'be a list under convention="fixed"', Said(type(prior).__name__), remedy)
    if prior.n_subpopulations == 1 or isinstance(prior, Uniform):
        return EqualMarginal(prior.n_subpopulations)
    return FixedListMarginal(prior)
