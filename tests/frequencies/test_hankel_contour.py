"""What the integrals claim bounds their error: 40-digit sums and closed forms, n / N from 1 to 100,000."""

import math

import mpmath
import numpy as np
import pytest
import scipy.stats

from longtail.frequencies.compressed_measure import compress
from longtail.frequencies.mellin_barnes import MellinBarnes
from longtail.frequencies.normalizer.hankel_contour import hankel_moments
from longtail.frequencies.normalizer.lines import Lines
from longtail.theory import FrequencyList, ScipyPrior
from theory.high_precision import Normalizer, dirichlet_log_power_sum

LISTS = {
    "heads and outliers": ([1.0, 0.05], [20, 180]),
    "one head": ([1.0, 1e-3], [1, 400]),
    "nearly equal": ([1.0, 0.9], [150, 150]),
    "a pair": ([1.0, 0.5], [1, 1]),
    "Zipf": ([1 / i for i in range(1, 6)], [1] * 5),
    "steep Zipf": ([i**-2.0 for i in range(1, 6)], [1] * 5),
    "geometric": ([0.5**i for i in range(5)], [1] * 5),
    "three kinds": ([5.0, 2.0, 1.0], [4, 8, 12]),
    "three scales": ([1.0, 1e-2, 1e-4], [2, 8, 30]),
    "three near one another": ([1.0, 0.999, 0.99], [9, 9, 9]),
}
GAMMA_LAWS = [(2, 0.7), (10, 2.0), (500, 0.7), (50, 30.0)]
RATIOS = (1, 10, 100, 10**3, 10**4, 10**5)
COUNTS = (0, 1, 2, 8)


def cells(n_subpopulations: int, ratios=RATIOS, counts=COUNTS):
    for ratio in ratios:
        for count in counts:
            if count <= ratio * n_subpopulations:
                yield count, ratio * n_subpopulations - count


def answered(engine: MellinBarnes, exact, *which) -> int:
    """How many cells claim 1e-9 or better; every claim below one must bound the error."""
    reached = 0
    for j, k in cells(engine.n_subpopulations, *which):
        value = engine.power_sum(j, k)
        if value.relative_error < 1:
            assert abs(exact(j, k) - value.log) <= value.relative_error * (1 + value.relative_error), (j, k)
        reached += value.relative_error <= 1e-9
    return reached


@pytest.mark.parametrize("name", LISTS)
def test_every_claim_bounds_the_error_on_a_list(name):
    """240 cells; the engine that enumerates would serve these lists, so it is passed by."""
    values, numbers = LISTS[name]
    prior = FrequencyList(values, numbers)
    engine = MellinBarnes(prior, compress(prior), 1e-9)
    assert answered(engine, Normalizer(values, numbers).log_power_sum) >= 14


@pytest.mark.parametrize(("n", "shape"), GAMMA_LAWS)
def test_every_claim_bounds_the_error_under_a_gamma_law(n, shape):
    """E[p^z] and E[R^-z] have poles on either side, which the compressed law alone would hide."""
    prior = ScipyPrior(n, scipy.stats.gamma(shape))
    engine = MellinBarnes(prior, compress(prior), 1e-9)
    reached = answered(engine, lambda j, k: dirichlet_log_power_sum(n, shape, j, k), RATIOS[::2], (0, 8))
    assert reached >= (1 if n == 2 else 4)


@pytest.mark.parametrize("name", ["heads and outliers", "nearly equal", "a pair", "Zipf", "three scales"])
@pytest.mark.parametrize("c", [-0.5, -30.5, -2000.0])
def test_the_claim_of_each_moment_bounds_its_error(name, c):
    values, numbers = LISTS[name]
    prior = FrequencyList(values, numbers)
    lines, normalizer = Lines(prior, compress(prior)), Normalizer(values, numbers)
    height = 30 + 9 * math.sqrt(-c)
    z = c + 1j * np.linspace(0, height, 200)
    moments = hankel_moments(lines.measure, lines.log_scale, z, min(0.2, 10 / height))
    for i in (0, 1, 20, 100):
        with mpmath.workdps(40):
            exact = normalizer.moment(complex(z[i]), lines.log_scale - math.log(max(values)))
            error = abs(exact * mpmath.exp(-mpmath.mpf(moments.log_size)) - mpmath.mpc(complex(moments.values[i])))
        assert error <= moments.errors[i], z[i]
    assert moments.errors[0] < 1e-9 * abs(moments.values[0])
