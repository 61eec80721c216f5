"""Subsets: their sums by counting, their randomness by a chi-square test, their purity by asking twice."""

import numpy as np
import pytest
from scipy.stats import chi2

from longtail.errors import InputError
from longtail.trials import SubsetDesign


@pytest.mark.parametrize(("n", "fraction"), [(10, 0.7), (7, 0.5), (3, 0.34), (100, 0.99), (1000, 0.05), (1437, 0.7)])
def test_rows_and_columns_are_balanced(n, fraction):
    design = SubsetDesign(n_trials=200, fraction=fraction, seed=4)
    for number in range(3):
        rows = np.array([design.inclusion(n, trial) for trial in range(20 * number, 20 * number + 20)])
        assert set(rows.sum(axis=1).tolist()) == {round(fraction * n)}
        assert np.ptp(rows.sum(axis=0)) <= 1


def test_a_subset_depends_on_seed_and_number_alone():
    short, long = SubsetDesign(n_trials=20, seed=1), SubsetDesign(n_trials=500, seed=1)
    backwards = [long.inclusion(50, trial) for trial in reversed(range(60))][::-1]
    for trial in range(20):
        assert (short.inclusion(50, trial) == backwards[trial]).all()
    assert (SubsetDesign(n_trials=20, seed=2).inclusion(50, 0) != short.inclusion(50, 0)).any()


def test_pairs_of_examples_leave_together_as_often_as_chance_has_it():
    """No fold structure: 20 x 3 of 10 out a round; a pair shares C(20,2)-chance trials.

    300 rounds (seed 0). Within a round with n = 10, every trial leaves 3 of 10 out, so a pair leaves together in
    20 * (3 * 2) / (10 * 9) = 4/3 trials on average by symmetry. The statistic over 45 pairs, with the variance
    estimated from rounds, is close to chi-square with 44 degrees of freedom (the sum over pairs is fixed); false
    alarm 1e-4.
    """
    design = SubsetDesign(n_trials=6000, fraction=0.7, seed=0)
    rounds = np.array([[~design.inclusion(10, 20 * r + t) for t in range(20)] for r in range(300)]).astype(float)
    together = np.einsum("rti,rtj->rij", rounds, rounds)[:, *np.triu_indices(10, 1)]
    assert together.mean() == pytest.approx(4 / 3)
    spread = together.var(ddof=1) / len(rounds)
    statistic = ((together.mean(axis=0) - 4 / 3) ** 2 / spread).sum() * 44 / 45
    assert chi2.sf(statistic, 44) > 1e-4


def test_independent_design_draws_each_example_by_itself():
    """2,000 trials of 40 examples at 0.7, seed 0: the number included has binomial variance 8.4; 6 sigma, 1e-8."""
    design = SubsetDesign(n_trials=2000, fraction=0.7, seed=0, kind="independent")
    sizes = np.array([design.inclusion(40, trial).sum() for trial in range(2000)])
    assert abs(sizes.mean() - 28) < 6 * np.sqrt(8.4 / 2000)
    assert abs(sizes.var() / 8.4 - 1) < 6 * np.sqrt(2 / 2000)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_trials": 20, "fraction": 1.0}, "fraction must lie strictly between 0 and 1"),
        ({"n_trials": 20, "fraction": float("nan")}, "fraction must be a number; got nan"),
        ({"n_trials": 3, "fraction": 0.7}, "trials must be at least 4"),
        ({"n_trials": 20, "seed": -1}, "seed must be a whole number of at least 0"),
        ({"n_trials": 20, "kind": "cyclic"}, "kind must be"),
    ],
)
def test_impossible_designs_are_refused(settings, message):
    with pytest.raises(InputError, match=message):
        SubsetDesign(**settings)


def test_a_fraction_that_leaves_nobody_out_is_refused():
    with pytest.raises(InputError, match="leave at least one example in and one out"):
        SubsetDesign(n_trials=200, fraction=0.99).inclusion(10, 0)


def test_a_design_without_some_examples_differs_in_nothing_else():
    whole, less = SubsetDesign(n_trials=20, seed=4), SubsetDesign(n_trials=20, seed=4, without=(7, 2, 7))
    for trial in range(20):
        expected = whole.inclusion(30, trial).copy()
        expected[[2, 7]] = False
        assert (less.inclusion(30, trial) == expected).all()
    assert less.describe() == {**whole.describe(), "without": [2, 7]}
    assert "without" not in whole.describe()
    assert SubsetDesign(n_trials=20, **less.describe()) == less


def test_a_design_without_examples_that_are_none_is_refused():
    with pytest.raises(InputError, match="without must hold positions below 5"):
        SubsetDesign(n_trials=20, without=(5,)).inclusion(5, 0)
    with pytest.raises(InputError, match="without must leave an example"):
        SubsetDesign(n_trials=20, without=(0, 1, 2, 3)).inclusion(4, 0)
