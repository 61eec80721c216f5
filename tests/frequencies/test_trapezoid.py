"""The error of the trapezoid rule, extrapolated from three step sizes, against integrals in closed form."""

import numpy as np
import pytest

from longtail.frequencies.trapezoid import geometric_error


def sech(x):
    return 2 * np.exp(-np.abs(x)) / (1 + np.exp(-2 * np.abs(x)))


INTEGRALS = {
    "poles at pi / 2": (sech, np.pi),
    "poles at 1": (lambda x: 1 / (1 + x**2) ** 4, 5 * np.pi / 16),
    "entire": (lambda x: np.exp(-(x**2)), np.sqrt(np.pi)),
    "a hill with steep sides": (lambda x: sech(3 * x) + np.exp(-(x**2)), np.pi / 3 + np.pi**0.5),
}


@pytest.mark.parametrize("name", INTEGRALS)
@pytest.mark.parametrize("step", [0.1, 0.2, 0.3, 0.45, 0.6])
@pytest.mark.parametrize("shift", [0.0, 0.1, 0.25])
def test_the_extrapolated_error_bounds_the_error(name, step, shift):
    function, exact = INTEGRALS[name]
    values = step * function(step * (np.arange(-800, 800) + shift))
    fine, half, quarter = (stride * values[::stride].sum() for stride in (1, 2, 4))
    assert abs(fine - exact) <= geometric_error(fine, half, quarter, np.abs(values).sum()) + 1e-12
