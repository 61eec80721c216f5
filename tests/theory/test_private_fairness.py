"""The trade-off of error and discrepancy: against a search over learners, and against the parts it is made of."""

import numpy as np
import pytest
from scipy.optimize import linprog

from longtail.errors import InputError
from longtail.theory import LongTailModel, Population, Subgroup, Zipf, fairness_trade_off

GROUPS = [
    Subgroup(name="many", prior=Zipf(300), share=0.7, n_classes=10),
    Subgroup(name="some", prior=Zipf(300), share=0.2, n_classes=10),
    Subgroup(name="few", prior=Zipf(200), share=0.1, n_classes=10),
]
POPULATION = Population(subgroups=GROUPS, n_samples=1_000)


def _found(epsilon=1.0):
    return fairness_trade_off(POPULATION, lambda model: model.cost_of_label_privacy(epsilon))


def test_its_parts_are_those_of_each_subgroup():
    found = _found()
    for group, n in zip(GROUPS, (700, 200, 100), strict=True):
        model = LongTailModel(prior=group.prior, n_samples=n, n_classes=10)
        least = model.optimal_error + model.cost_of_label_privacy(1.0)
        assert found.errors[group.name] == pytest.approx(least)
    assert found.worst == "few"
    assert found.error == pytest.approx(np.dot([0.7, 0.2, 0.1], list(found.errors.values())))
    assert found.discrepancy > found.optimal_discrepancy > 0


@pytest.mark.parametrize("share", [1.5, 1.0, 0.6, 0.0])
def test_no_learner_is_below_the_border(share):
    """A linear program over the errors of three subgroups, each at least its own, none more unfair than allowed."""
    found = _found()
    allowed = share * found.discrepancy
    shares = np.array([0.7, 0.2, 0.1])
    least = linprog(
        shares,
        A_ub=np.eye(3) - shares,  # each subgroup's error less that of the population
        b_ub=[allowed] * 3,
        bounds=[(error, 1) for error in found.errors.values()],
    )
    assert found.least_error(allowed) == pytest.approx(least.fun, rel=1e-9)
    assert found.least_discrepancy(found.least_error(allowed)) == pytest.approx(
        min(allowed, found.discrepancy), abs=1e-12
    )


def test_a_weaker_guarantee_is_fairer_and_none_leaves_the_tails():
    strict, weak, none = _found(0.5), _found(3.0), _found(50.0)
    assert strict.discrepancy > weak.discrepancy > none.discrepancy
    assert none.discrepancy == pytest.approx(none.optimal_discrepancy, abs=1e-9)
    assert none.least_discrepancy(1.0) == 0


def test_what_no_private_learner_reaches_is_one_line():
    with pytest.raises(InputError, match="error must be at least what the guarantee forces, 0.25"):
        _found().least_discrepancy(0.1)
    with pytest.raises(InputError, match=r"discrepancy must lie in \[0, 1\]; got -0.1"):
        _found().least_error(-0.1)
