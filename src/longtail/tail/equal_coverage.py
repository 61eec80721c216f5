r"""Two data sets compared at equal coverage: how many subpopulations make up the same share of what comes.

A larger sample shows more subpopulations, so numbers seen are no comparison, and neither are numbers at equal sample
sizes: where there are more kinds an equal sample covers less. At equal *coverage* C, the share of what comes next whose
kind was seen, they are [ChaoJost2012]_. Of :math:`T` draws, each a row or a unit of rows, let :math:`U_x` have kind x,
and :math:`N_x` of the :math:`N` rows be of it. Then t random ones of these draws show and cover, on average,

.. math:: \hat S(t) = \sum_x 1 - \frac{\binom{T - U_x}{t}}{\binom{T}{t}}, \qquad
          \hat C(t) = 1 - \sum_x \frac{N_x}{N} \frac{\binom{T - U_x}{t}}{\binom{T - 1}{t}},

without bias for t draws of the population (but for N, which is random where units differ in size). What is compared is
:math:`S(t)` at the t where :math:`C(t) = C`, linear between whole numbers; only sizes within the data are used. The
variance is the jackknife's over draws of :math:`\hat S - (S'/C') \hat C`, which by Efron and Stein errs on the safe
side; intervals are Student's for the logarithm, and those of a difference join them as independent ones (MOVER).
"""

from dataclasses import asdict, dataclass
from math import exp, floor, hypot
from typing import Any

import numpy as np
from scipy.special import gammaln

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.errors import InputError, Said
from longtail.estimate import Estimate, require_level
from longtail.sampling_laws import student_half_width
from longtail.tail.frequency_counts import FrequencyCounts
from longtail.tail.trimming import require_draws
from longtail.tail.unit_rows import UnitRows

__all__ = ["AtCoverage", "CoverageComparison", "compare_at_coverage"]

_METHOD = "rarefied to equal coverage, Student's interval for the logarithm with the jackknife's error over draws"


@dataclass(frozen=True, slots=True, kw_only=True)
class AtCoverage:
    """One data set at the coverage.

    Parameters
    ----------
    n_draws, n_rows, n_distinct : int
        Draws (rows, or units where rows belong together), rows and subpopulations that it has.
    reaches : float
        The coverage up to which it can be compared.
    draws : float
        How many draws cover that much.
    subpopulations : Estimate
        How many subpopulations these show.
    """

    n_draws: int
    n_rows: int
    n_distinct: int
    reaches: float
    draws: float
    subpopulations: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageComparison:
    """Result of :func:`compare_at_coverage`.

    Parameters
    ----------
    coverage : float
        At which the two are compared.
    first, second : AtCoverage
        What each has there.
    difference : Estimate
        Subpopulations of the first minus those of the second.
    """

    coverage: float
    first: AtCoverage
    second: AtCoverage
    difference: Estimate

    def to_json(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        return asdict(self)


@checked
def compare_at_coverage(
    first: FrequencyCounts | UnitRows,
    second: FrequencyCounts | UnitRows,
    *,
    coverage: float | None = None,
    level: float = 0.95,
) -> CoverageComparison:
    """Compare how many subpopulations two data sets have at the same coverage.

    Parameters
    ----------
    first, second : FrequencyCounts or UnitRows
        Of independent rows, or of units of rows.
    coverage : float, optional
        In (0, 1); by default the highest whole percent that both reach.
    level : float
        Of each interval.

    Raises
    ------
    InputError
        If one of them cannot be of independent draws, covers nothing, or does not reach the coverage.

    Examples
    --------
    >>> many = FrequencyCounts.from_counts([1] * 20 + [2] * 20 + [8] * 10)
    >>> few = FrequencyCounts.from_counts([1] * 4 + [2] * 4 + [50] * 5)
    >>> found = compare_at_coverage(many, few)
    >>> found.coverage, round(found.difference.value), found.difference.low > 0
    (0.85, 44, True)
    """
    require_level(level)
    samples = {}
    for name, given in (("first", first), ("second", second)):
        if isinstance(given, FrequencyCounts):
            require_draws(name, given.fingerprint)
        samples[name] = _Draws.of_counts(given.counts) if isinstance(given, FrequencyCounts) else _Draws.of_units(given)
        if samples[name].reaches <= 0:
            raise InputError(name, "have a subpopulation that several draws have", Said("none: it covers nothing"))
    both = min(sample.reaches for sample in samples.values())
    if coverage is None:
        coverage = floor(100 * both + 1e-9) / 100 or both
    elif not 0 < coverage <= both + 1e-12:
        law = f"lie above 0, and at most at {floor(10_000 * both + 1e-9) / 10_000:g}, which both data sets reach"
        raise InputError("coverage", law, coverage)
    found = {name: sample.at(coverage) for name, sample in samples.items()}
    told = {
        name: AtCoverage(
            n_draws=sample.n_draws,
            n_rows=int(sample.n_rows),
            n_distinct=int(sample.kinds.sum()),
            reaches=sample.reaches,
            draws=found[name][0],
            subpopulations=_estimate(found[name][1], found[name][2], sample.n_draws - 1, level),
        )
        for name, sample in samples.items()
    }
    here, there = told["first"].subpopulations, told["second"].subpopulations
    value = here.value - there.value
    difference = Estimate(
        value=value,
        low=value - hypot(here.value - here.low, there.high - there.value),
        high=value + hypot(here.high - here.value, there.value - there.low),
        level=level,
        method=f"{_METHOD}, ends joined as of independent estimates",
    )
    return CoverageComparison(coverage=coverage, first=told["first"], second=told["second"], difference=difference)


def _estimate(value: float, error: float, freedom: int, level: float) -> Estimate:
    ratio = exp(float(student_half_width(level, freedom)) * error / value)
    return Estimate(value=value, low=value / ratio, high=value * ratio, level=level, method=_METHOD)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draws:
    """Kinds, by how many draws and rows have one, and what leaving a draw out takes from them.

    Kinds that are alike are one entry, ``kinds`` of them. A way of leaving a draw out stands for ``times`` draws:
    with (ways, kinds) matrices of whether it has a kind, and with how many rows, ``n_lost`` in all.
    """

    kinds: Reals
    draws_with: Reals
    rows_of: Reals
    n_draws: int
    has: Any
    loses: Any
    n_lost: Reals
    times: Reals

    @classmethod
    def of_counts(cls, counts: Any) -> "_Draws":
        """Make each row a draw, and all kinds of one count one entry."""
        from scipy.sparse import eye_array

        distinct, kinds = np.unique(np.asarray(counts)[np.asarray(counts) > 0], return_counts=True)
        each = eye_array(len(distinct), format="csr")
        sizes = distinct.astype(float)
        return cls(
            kinds=kinds.astype(float),
            draws_with=sizes,
            rows_of=sizes,
            n_draws=int((sizes * kinds).sum()),
            has=each,
            loses=each,
            n_lost=np.ones(len(distinct)),
            times=sizes * kinds,
        )

    @classmethod
    def of_units(cls, units: UnitRows) -> "_Draws":
        """Make each unit a draw."""
        rows = units.rows
        has = (rows > 0).astype(float)
        return cls(
            kinds=np.ones(rows.shape[1]),
            draws_with=np.asarray(has.sum(axis=0)),
            rows_of=np.asarray(rows.sum(axis=0)),
            n_draws=rows.shape[0],
            has=has,
            loses=rows,
            n_lost=np.asarray(rows.sum(axis=1)),
            times=np.ones(rows.shape[0]),
        )

    @property
    def n_rows(self) -> float:
        """All rows."""
        return float((self.kinds * self.rows_of).sum())

    @property
    def reaches(self) -> float:
        """The coverage of all draws but two: leaving one out must leave a sample that is larger by one."""
        return self.curve(self.n_draws - 2)[1] if self.n_draws > 2 else 0.0

    def curve(self, size: int) -> tuple[float, float]:
        """Return how many kinds so many draws show, and what share they cover."""
        without = _without(self.n_draws, self.draws_with, size)
        uncovered = float((self.kinds * self.rows_of * without).sum()) * self.n_draws / (self.n_draws - size)
        return float((self.kinds * (1 - without)).sum()), 1 - uncovered / self.n_rows

    def left_out(self, size: int) -> tuple[Reals, Reals]:
        """Return the same without each draw."""
        n = self.n_draws - 1
        usual = _without(n, self.draws_with, size)
        fewer = _without(n, self.draws_with - 1, size)  # A kind that no other draw has is never shown: 1.
        shown = float((self.kinds * (1 - usual)).sum()) - self.has @ (fewer - usual)
        uncovered = float((self.kinds * self.rows_of * usual).sum())
        uncovered = uncovered + self.has @ (self.rows_of * (fewer - usual)) - self.loses @ fewer
        rows = self.n_rows - self.n_lost
        return shown, 1 - uncovered * n / (n - size) / rows

    def at(self, coverage: float) -> tuple[float, float, float]:
        """Return how many draws reach the coverage, the kinds that they show, and the error of that number."""
        least, most = 0, self.n_draws - 2
        while most - least > 1:
            middle = (least + most) // 2
            least, most = (middle, most) if self.curve(middle)[1] <= coverage else (least, middle)
        (shown, covered), (shown_next, covered_next) = self.curve(least), self.curve(most)
        part = (coverage - covered) / (covered_next - covered)
        slope = (shown_next - shown) / (covered_next - covered)
        influence: Reals = np.zeros(len(self.times))
        for size, weight in ((least, 1 - part), (most, part)):
            kinds, share = self.left_out(size)
            influence += weight * (kinds - slope * share)
        centered = influence - np.average(influence, weights=self.times)
        variance = (self.n_draws - 1) / self.n_draws * float((self.times * centered**2).sum())
        return least + part * (most - least), shown + part * (shown_next - shown), variance**0.5


def _without(n_draws: int, draws_with: Reals, size: int) -> Reals:
    """Return the probability that ``size`` of the draws are none of those with a kind."""
    rest = n_draws - draws_with
    possible = rest >= size
    log = (
        gammaln(rest + 1)
        - gammaln(np.where(possible, rest - size, 0) + 1)
        + gammaln(n_draws - size + 1)
        - gammaln(n_draws + 1)
    )
    share: Reals = np.where(possible, np.exp(log), 0.0)
    return share
