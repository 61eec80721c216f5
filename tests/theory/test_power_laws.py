"""Limits of power laws against the reference table (mpmath and Gauss quadrature, theory sheet 2.3) and Pitman-Yor."""

import pytest

from longtail.errors import InputError
from longtail.theory.power_laws import power_law_tau_limit, zipf_singleton_mass_asymptote, zipf_tau_1_asymptote

ZIPF_N_TAU_1 = {10**4: 0.504973105857, 10**6: 0.433980948579, 10**9: 0.378058833514, 10**12: 0.34531457398}
ZIPF_SINGLETON_MASS = {5 * 10**4: 0.0811921093383913, 10**6: 0.0652, 10**9: 0.0449, 10**12: 0.0343}


def test_zipf_asymptotes_come_closer_with_scale():
    errors = [abs(n * zipf_tau_1_asymptote(n, n) / exact - 1) for n, exact in ZIPF_N_TAU_1.items()]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 2e-3
    for n, exact in ZIPF_SINGLETON_MASS.items():
        assert zipf_singleton_mass_asymptote(n, n) == pytest.approx(exact, rel=0.02)


def test_power_law_limit_is_approached_by_the_table():
    """Zipf 1.5 at N = n = 1e12: n tau_1 = 0.336303722486."""
    assert power_law_tau_limit(1, 1.5) == pytest.approx(0.336303722486, rel=0.01)


@pytest.mark.parametrize(
    "call",
    [
        lambda: power_law_tau_limit(1, 1.0),
        lambda: power_law_tau_limit(0, 2.0),
        lambda: zipf_tau_1_asymptote(0.5, 10),
        lambda: zipf_singleton_mass_asymptote(10, 0),
    ],
)
def test_bad_input(call):
    with pytest.raises(InputError):
        call()
