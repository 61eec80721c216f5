r"""The marginal of the normalized model, by a Mellin-Barnes integral.

With :math:`\alpha = p / (p + R)`, p and R independent, and :math:`0 < \mathrm{Re}\, z < j`,

.. math:: \mathbb E[\alpha^j (1-\alpha)^k] = \frac{1}{2 \pi i} \int_{c - i\infty}^{c + i\infty}
          B(j - z, k + z)\, \mathbb E[p^z]\, \mathbb E[R^{-z}] \, dz ,

because B is the Mellin transform of :math:`u^j (1+u)^{-(j+k)}` at u = p / R. The product on the real axis is convex in
c and everything in it is positive; a line through its minimum cancels least. That minimum is inside (0, j) in ordinary
cases; where n is so much larger than N that singletons are exponentially rare it moves to negative c, which is allowed
too: the strip extends to -k, and the residue at z = 0 is never crossed because B has no pole there while
:math:`\mathbb E[R^{-z}]` is finite. Derivation, error estimate and checks: ``docs/derivations/mellin-barnes.md``.
"""

import math
from collections.abc import Iterator
from functools import cached_property

import numpy as np
from scipy.special import gammaln, loggamma

from longtail.array_types import Complex, Floats
from longtail.frequencies.band_weight import BandWeight
from longtail.frequencies.compressed_measure import CompressedMeasure
from longtail.frequencies.gamma_ratio import log_gamma_ratio
from longtail.frequencies.log_value import ROUNDING, LogValue
from longtail.frequencies.normalizer.hankel_contour import log_hankel_peak
from longtail.frequencies.normalizer.lines import Contour, Lines, golden_minimum, log_sum
from longtail.frequencies.priors import Prior
from longtail.frequencies.trapezoid import geometric_error

__all__ = ["MellinBarnes"]


_FURTHEST = 1e6  # At c = -10^6 the answer's logarithm is as large, and rounding it costs ten digits.
_MOST_POINTS = 8192
_NEAR_THE_POLE = 0.09
_BEYOND_TURNING = 10.0
# Many counts share a line through the middle of an interval this wide around their saddles: a quarter off one, less
# than a digit cancels.
_COMMON = 0.5


class MellinBarnes:
    """Power moments of one frequency among N independent, normalized draws from ``prior``."""

    def __init__(self, prior: Prior, measure: CompressedMeasure, rtol: float) -> None:
        self.measure, self.rtol = measure, rtol
        self.n_subpopulations = measure.n_subpopulations
        self.lines = Lines(prior, measure)
        self._band_weight = BandWeight(self.lines, rtol)

    @cached_property
    def _all_zero(self) -> float:
        """The probability that the other N - 1 draws are all zero."""
        return float(self.measure.zero_fraction ** (self.n_subpopulations - 1))

    def power_sum(self, j: int, k: int) -> LogValue:
        """Return N E[alpha^j (1 - alpha)^k], conditioned on a draw that is not all zero."""
        some = 1 - self.measure.zero_fraction**self.n_subpopulations
        number = math.log(self.n_subpopulations)
        if k == 0 and j <= 1:
            return LogValue((1 - j) * number, 2 * ROUNDING)
        best = LogValue(-math.inf, math.inf)
        for contour in self._contours(j, k):
            with np.errstate(all="ignore"):  # Floats overflow where all digits cancel, and the error says so.
                value = self._integral(contour, j, k)
            if value.relative_error < best.relative_error:
                best = value
            if best.relative_error < self.rtol / 4 or self._is_hopeless(best, contour):
                break
        zeros = self.measure.zero_fraction
        best = LogValue(best.log, best.relative_error + self._beyond_quadrature(best.log, j, k))
        if k == 0 and self._all_zero > 0:  # all the others are zero: alpha = 1
            best = _plus(best, self._all_zero * (1 - zeros))
        if j == 0 and zeros > 0:  # it is zero itself and not all others are: alpha = 0
            best = _plus(best, zeros * (1 - self._all_zero))
        return best.scaled(number - math.log(some), 4 * ROUNDING)

    def _is_hopeless(self, best: LogValue, last: Contour) -> bool:
        """Return whether a real ray left more open than a turned ray can settle, while there is no saddle point to the
        left.

        So it is under laws without exponential moments where n is far above N: what little is seen rarely is seen in
        draws with one enormous frequency.
        """
        return (
            self.measure.subexponential
            and last.c == _NEAR_THE_POLE
            and best.relative_error > _BEYOND_TURNING * self.rtol
        )

    def weight(self, low: float, high: float) -> LogValue:
        """Return N E[alpha 1(low <= alpha <= high)]."""
        return self._band_weight(low, high)

    @property
    def _right_end(self) -> float:
        """Right end of the strip in which E[p^z] and, with some room to converge, E[R^-z] are finite."""
        return min(self.measure.tail_exponent, 0.7 * (self.n_subpopulations - 1) * self.measure.head_exponent)

    def _contours(self, j: int, k: int) -> Iterator[Contour]:
        """Yield contours, the cheapest first.

        Each of them gives the right value, and they differ in how many digits cancel on them. From nine sightings on,
        a line that neighboring counts share comes before the one of this count's own saddle.
        """
        strip = self._right_end
        middle = min(0.5, strip / 2)
        step = min(0.06, 0.12 * middle)
        if j <= 8:
            yield Contour(middle, 22.0, step, 0.0)
        if j >= 1 and (c := self._positive_saddle(j, k)) is not None:
            if j > 8:
                common = self._common_saddle(j, c)
                yield from self._positive_contours(j, common, self._step(j, common), _common_height(j - common))
            yield from self._positive_contours(j, c, self._step(j, c), _height(j - c))
        elif (saddle := self._negative_saddle(j, k)) is not None:
            c, width = saddle
            if j >= 1 and (c > -0.3 or self.measure.subexponential):  # a prior flat in log p has its valley at the pole
                step = min(0.012, 2 * math.pi / (40 + 3 * self.measure.span))
                yield from self._positive_contours(j, _NEAR_THE_POLE, step, _height(j - _NEAR_THE_POLE))
            if self.measure.subexponential:
                return
            finest = _height(j - c) / _MOST_POINTS
            yield Contour(c, _height(j - c), min(0.5, max(0.3 / width, finest)), None)
            yield Contour(c, _height(j - c), min(0.25, max(0.1 / width, finest)), None)
        if j == 0:
            yield Contour(-0.5, _height(0.5), step, None)

    def _step(self, j: int, c: float) -> float:
        return min(0.06, 0.12 * min(j - c, self._right_end - c), 2 * math.pi / (40 + 3 * self.measure.span))

    def _positive_contours(self, j: int, c: float, step: float, height: float) -> Iterator[Contour]:
        """Yield the real ray where it loses few digits, then the parabola, then a ray that is nearly imaginary."""
        if j - 2 * c < 3:
            yield Contour(c, height, step, 0.0)
        if self.measure.neglected == 0 and abs(c - round(c)) > 0.04:
            yield Contour(c, height, step, None)
        yield Contour(c, height, step, math.pi / 2 - min(0.15, 2 / math.sqrt(j)))

    def _positive_saddle(self, j: int, k: int) -> float | None:
        """Return the minimum over 0 < c < j of the integrand on the real axis, with R at its typical value.

        Return None if the minimum is at 0.
        """
        logs, log_weights = self.lines.logs, self.lines.log_weights
        high = 0.95 * min(float(j), self._right_end)
        low = min(0.05, high / 2)
        c = golden_minimum(lambda c: _log_beta(j, k, c) + log_sum(c * logs + log_weights), low, high, 0.03)
        if c < low + 0.05:
            return None
        return min(max(0.05 * round(20 * c), low), high)

    def _common_saddle(self, j: int, c: float) -> float:
        """Return the middle of the interval that ``c`` lies in, or ``c`` itself near the ends of the strip."""
        middle = _COMMON * (math.floor(c / _COMMON) + 0.5)
        return middle if 1 < max(c, middle) < 0.45 * min(j, self._right_end) else c

    def _negative_saddle(self, j: int, k: int) -> tuple[float, float] | None:
        """Return the minimum over c < 0, and the spread of log u that it stands for.

        None if it lies so far left that the logarithm of the answer alone has used up the digits.
        """

        def height(log_minus_c: float) -> float:
            c = -math.exp(log_minus_c)
            log_p = log_sum(c * logs + log_weights)
            return _log_beta(j, k, c) + log_p + log_hankel_peak(self.lines.others(28.0), self.lines.log_scale, c)

        logs, log_weights = self.lines.logs, self.lines.log_weights
        furthest = min(_FURTHEST, 0.999 * k, 0.999 * self.measure.head_exponent)
        if furthest < 0.2:
            return None
        x = golden_minimum(height, math.log(0.1), math.log(furthest), 1e-3)
        if x > math.log(furthest) - 0.05:
            return None
        c, shift = math.exp(x), 0.02
        around = [height(x - shift), height(x), height(x + shift)]
        curvature = (around[2] - 2 * around[1] + around[0]) / (shift * c) ** 2
        return -float(f"{c:.2g}"), math.sqrt(max(curvature, 1 / (j + c)))

    def _integral(self, contour: Contour, j: int, k: int) -> LogValue:
        line, f = self.lines.line(contour), contour.step / np.pi
        log_beta, exponent = _log_beta_on(line.z, j, k)
        size = float(log_beta.real.max())
        beta = np.exp(log_beta - size)
        terms = beta * line.product
        terms[0] /= 2
        residue = self._residue(size + line.log_size) if j == 0 and contour.c > 0 else 0.0
        total, half, quarter = (stride * f * float(terms[::stride].real.sum()) + residue for stride in (1, 2, 4))
        if not 0 < total < math.inf:
            return LogValue(-math.inf, math.inf)
        absolute = f * float(np.abs(terms).sum()) + residue
        rounding = ROUNDING * (f * float(np.abs(terms) @ (4 + exponent)) + residue)
        moments = f * float(np.abs(beta) @ line.errors)
        truncation = 3 * float(np.abs(terms[-3:]).max())
        error = rounding + moments + truncation + float(geometric_error(total, half, quarter, absolute))
        log = math.log(total) + size + line.log_size
        error = error / total + ROUNDING * (abs(log) + abs(size) + abs(line.log_size))
        return LogValue(log, error) if math.isfinite(error) else LogValue(-math.inf, math.inf)

    def _residue(self, log_unit: float) -> float:
        """Return the residue of B at z = 0 for j = 0, which is added for lines on the other side of 0: the probability
        that neither p nor R is zero.
        """
        return (1 - self.measure.zero_fraction) * (1 - self._all_zero) * math.exp(-log_unit)

    def _beyond_quadrature(self, log: float, j: int, k: int) -> float:
        """Return the error, relative to ``exp(log)``, that the prior's own weights and the draws in the tails that were
        cut off may add.
        """
        log_most = _xlogx(j) + _xlogx(k) - _xlogx(j + k)  # the largest value of alpha^j (1 - alpha)^k
        neglected = self.measure.neglected * self.n_subpopulations * math.exp(min(log_most - log, 700.0))
        return neglected + self.measure.known_to * (4 + min(abs(log), 1e300))


def _plus(value: LogValue, probability: float) -> LogValue:
    """Add a probability that is known to rounding."""
    if value.log == -math.inf:
        return value
    log = float(np.logaddexp(value.log, math.log(probability)))
    return LogValue(log, value.relative_error * math.exp(min(value.log - log, 0.0)))


def _height(x: float) -> float:
    """Im z at which ``|Gamma(x + i w)|`` has fallen to rounding below its value on the axis, with some to spare."""
    low, high = 0.0, 60.0 + 20 * math.sqrt(max(x, 1.0))
    floor = float(gammaln(x)) - 44 if x > 1 else -44
    while high - low > 0.5:
        middle = (low + high) / 2
        low, high = (middle, high) if loggamma(x + 1j * middle).real > floor else (low, middle)
    return math.ceil(high)


def _common_height(x: float) -> float:
    """Return the least of the common heights, two in each doubling, that is no less than :func:`_height`.

    They stay below powers of 2, above which a line needs a finer measure of the prior.
    """
    return float(0.95 * 2 ** (math.ceil(2 * math.log2(_height(x) / 0.95)) / 2))


def _xlogx(x: int) -> float:
    return x * math.log(x) if x else 0.0


def _log_beta_on(z: Complex, j: int, k: int) -> tuple[Complex, Floats]:
    """Log B(j - z, k + z), and the size of the parts whose rounding it carries."""
    own = loggamma(j - z)
    rest = log_gamma_ratio(float(k), z, float(j)) if k > 0 else loggamma(z) - math.lgamma(j)
    return own + rest, np.abs(own) + np.abs(rest) + np.abs(j - z) + min(float(gammaln(j + k)), 40.0)


def _log_beta(j: int, k: int, c: float) -> float:
    if k == 0:
        return float(gammaln(j - c) + gammaln(c) - gammaln(j))
    return float(gammaln(j - c)) + float(np.real(log_gamma_ratio(float(k), c, float(j))))
