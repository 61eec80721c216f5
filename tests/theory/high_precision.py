"""The model's marginal with 40 digits: sums over every value of the normalizer, and the beta law under Dirichlet."""

from collections.abc import Iterator, Sequence

import mpmath
import numpy as np
from scipy.special import gammaln

_NEGLIGIBLE = 75.0  # terms e^-75 below the largest, which is beyond 30 digits however many they are


def compositions(total: int, kinds: int) -> np.ndarray:
    """All ways to write ``total`` as an ordered sum of ``kinds`` whole numbers, one a row."""
    if kinds == 1:
        return np.array([[total]])
    rests = [compositions(total - first, kinds - 1) for first in range(total + 1)]
    firsts = np.repeat(np.arange(total + 1), [len(rest) for rest in rests])
    return np.column_stack([firsts, np.concatenate(rests)])


class Normalizer:
    """The sum of N - 1 draws from a list with few distinct values."""

    def __init__(self, values: Sequence[float], numbers: Sequence[int]) -> None:
        self.n = sum(numbers)
        self.values, self.numbers = np.array(values, float), np.array(numbers, float)
        self.rows = compositions(self.n - 1, len(values))
        chances = gammaln(self.n) - gammaln(self.rows + 1).sum(axis=1)
        self.log_probability = chances + self.rows @ np.log(self.numbers / self.n)
        with mpmath.workdps(40):
            self._exact_values = [mpmath.mpf(value) for value in self.values]
            self._log_shares = [mpmath.log(mpmath.mpf(number) / self.n) for number in numbers]
            self._log_factorials = [mpmath.mpf(0)]
            for m in range(1, self.n):
                self._log_factorials.append(self._log_factorials[-1] + mpmath.log(m))

    def atom(self, row: np.ndarray) -> tuple[mpmath.mpf, mpmath.mpf]:
        """The value of R and the logarithm of the probability of this composition."""
        log = self._log_factorials[self.n - 1]
        for m, log_share in zip(row.tolist(), self._log_shares, strict=True):
            log += m * log_share - self._log_factorials[m]
        return mpmath.fsum(m * v for m, v in zip(row.tolist(), self._exact_values, strict=True)), log

    def log_power_sum(self, j: int, k: int) -> mpmath.mpf:
        """Log N E[alpha^j (1 - alpha)^k]."""
        odds = self.values[:, None] / (self.rows @ self.values)
        logs = np.log(self.numbers / self.n)[:, None] + self.log_probability
        logs = logs - j * np.log1p(1 / odds) - k * np.log1p(odds)
        with mpmath.workdps(40):
            top = mpmath.mpf(float(logs.max()))
            terms = [term - top for term in self._terms(j, k, np.argwhere(logs > logs.max() - _NEGLIGIBLE))]
            return top + mpmath.log(mpmath.fsum(map(mpmath.exp, terms))) + mpmath.log(self.n)

    def _terms(self, j: int, k: int, places: np.ndarray) -> Iterator[mpmath.mpf]:
        for kind, position in places:
            p = self._exact_values[kind]
            others, log_probability = self.atom(self.rows[position])
            rare, rest = mpmath.log(p / (p + others)), mpmath.log(others / (p + others))
            yield self._log_shares[kind] + log_probability + j * rare + k * rest

    def moment(self, z: complex, log_scale: float) -> mpmath.mpc:
        """``E[(R e^log_scale)^-z]``."""
        logs = self.log_probability - z.real * np.log(self.rows @ self.values)
        with mpmath.workdps(40):
            atoms = [self.atom(self.rows[i]) for i in np.flatnonzero(logs > logs.max() - _NEGLIGIBLE)]
            exponent = -mpmath.mpc(z)
            return mpmath.fsum(
                mpmath.exp(log + exponent * (mpmath.log(value) + mpmath.mpf(log_scale))) for value, log in atoms
            )


def dirichlet_log_power_sum(n: int, concentration: float, j: int, k: int) -> mpmath.mpf:
    """Log N E[alpha^j (1 - alpha)^k] for alpha of law Beta(a, (N - 1) a)."""
    with mpmath.workdps(40):
        a = mpmath.mpf(concentration)
        b = (n - 1) * a
        beta = [mpmath.loggamma(x) + mpmath.loggamma(y) - mpmath.loggamma(x + y) for x, y in ((a + j, b + k), (a, b))]
        return mpmath.log(n) + beta[0] - beta[1]
