"""A guarantee for one row, for all rows of a person: against the exact curve of a Gaussian release."""

import numpy as np
import pytest
from scipy.optimize import brentq

from longtail.errors import InputError
from longtail.estimate import Bound
from longtail.limits import NO_GUARANTEE, Guarantee
from longtail.privacy_accounting import GaussianRelease


def of(epsilon, delta=0.0, protects="example"):
    bound = Bound(value=epsilon, side="upper", reference="AbadiEtAl2016")
    return Guarantee(text="One row.", protects=protects, bound=bound, delta=delta)


@pytest.mark.parametrize("n_rows", [2, 3, 6])
@pytest.mark.parametrize("mu", [0.1, 0.4])
def test_it_holds_for_releases_whose_shift_is_so_many_times_as_large(n_rows, mu):
    """A Gaussian release moves by k mu for k rows: its exact delta at k epsilon is below what is said."""
    one, several = GaussianRelease(mu=mu), GaussianRelease(mu=n_rows * mu)
    epsilon = brentq(lambda each: one.delta_at(each) - 1e-6, 1e-3, 10)
    found = of(epsilon, 1e-6).of_unit(n_rows)
    assert found.bound.value == pytest.approx(n_rows * epsilon)
    assert several.delta_at(found.bound.value) <= found.delta


def test_for_pure_privacy_ratios_multiply():
    """Two rows of randomized response: the largest ratio of two answers is e^(2 epsilon), counted over all four."""
    epsilon = 0.7
    p = np.exp(epsilon) / (1 + np.exp(epsilon))
    answers = np.outer([p, 1 - p], [p, 1 - p]).ravel()
    found = of(epsilon, protects="label").of_unit(2)
    assert np.exp(found.bound.value) == pytest.approx((answers / answers[::-1]).max())
    assert found.delta == 0
    assert found.protects == "label"


def test_many_rows_are_guaranteed_nothing():
    found = of(3.0, 1e-5).of_unit(40)
    assert found.bound is None
    assert found.protects == "nothing"
    assert "of a unit of 40 rows, the largest here, together nothing is guaranteed" in found.text


def test_one_row_and_no_guarantee_stay_as_they_are():
    assert of(3.0, 1e-5).of_unit(1) == of(3.0, 1e-5)
    assert NO_GUARANTEE.of_unit(7) == NO_GUARANTEE
    with pytest.raises(InputError, match="n_rows must be at least 1"):
        of(3.0).of_unit(0)
