"""Rows that come in units: against Good and Turing where units are rows, brute force, and planted customers."""

from itertools import permutations

import numpy as np
import pytest
from scipy.sparse import csr_array

from longtail.errors import InputError
from longtail.tail import FrequencyCounts, clustered_tail, estimate_tail
from longtail.tail.clustered import _pairs


def _customers(seed, n_units=60, n_kinds=400):
    """Each customer has a few kinds of a Zipf law, each some six times; the true mass of what nobody or one has."""
    draws, p = np.random.default_rng(seed), 1 / np.arange(1, n_kinds + 1)
    p /= p.sum()
    kinds = [draws.choice(n_kinds, size=1 + draws.poisson(3), p=p) for _ in range(n_units)]
    rows = [np.repeat(chosen, draws.geometric(1 / 6, size=len(chosen))) for chosen in kinds]
    labels, units = np.concatenate(rows), np.repeat(np.arange(n_units), [len(own) for own in rows])
    having = np.bincount(np.concatenate([np.unique(own) for own in rows]), minlength=n_kinds)
    return labels, units, p[having == 0].sum(), p[having == 1].sum()


def test_intervals_hold_the_truth_where_those_of_independent_rows_do_not():
    """60 worlds, seeds 0 to 59: at 95 % fewer than 51 of 60 is a false alarm of 5e-4; for rows at most 6 hold."""
    held = np.zeros(3, int)
    for seed in range(60):
        labels, units, unseen, of_one = _customers(seed)
        found = clustered_tail(labels, units)
        rows = estimate_tail(FrequencyCounts.from_labels(labels)).unseen_mass
        for place, (estimate, truth) in enumerate(
            [(found.unseen_mass, unseen), (found.one_unit_mass, of_one), (rows, unseen)]
        ):
            held[place] += estimate.low <= truth <= estimate.high
    assert (held[:2] >= 51).all()
    assert held[2] <= 6


@pytest.mark.parametrize("n_units", [20, 50, 200])
def test_customers_of_one_kind_each_are_covered_at_any_number(n_units):
    """The hardest of the planted worlds: a customer's rows are all of one kind.

    60 draws, seeds 0 to 59: where intervals hold in 94 %, fewer than 49 are a false alarm of 2e-4 each; those of
    independent rows, which take none of them for unseen, hold in at most 6.
    """
    p, held = 1 / np.arange(1, 301), np.zeros(3, int)
    p /= p.sum()
    for seed in range(60):
        draws = np.random.default_rng(seed)
        kinds, times = draws.choice(300, n_units, p=p), draws.geometric(0.2, n_units)
        labels, units = np.repeat(kinds, times), np.repeat(np.arange(n_units), times)
        found, having = clustered_tail(labels, units), np.bincount(kinds, minlength=300)
        rows = estimate_tail(FrequencyCounts.from_labels(labels)).unseen_mass
        truths = (p[having == 0].sum(), p[having == 1].sum(), p[having == 0].sum())
        for place, estimate in enumerate((found.unseen_mass, found.one_unit_mass, rows)):
            held[place] += estimate.low <= truths[place] <= estimate.high
    assert (held[:2] >= 49).all()
    assert held[2] <= 6


def test_few_units_have_longer_arms():
    """Twenty units of a kind each: Garwood's interval of 20 is [12.217, 30.888] (a table), and t_19 is 2.093."""
    found = clustered_tail(np.arange(20), np.arange(20)).unseen_mass
    assert found.low * 20 == pytest.approx(20 - 2.0930 / 1.9600 * (20 - 12.217), abs=2e-3)


def test_units_of_one_row_are_good_and_turing_s():
    labels = np.random.default_rng(0).zipf(1.8, size=300)
    found, plain = clustered_tail(labels, np.arange(300)), estimate_tail(FrequencyCounts.from_labels(labels))
    assert found.unseen_mass.value == pytest.approx(plain.unseen_mass.value)
    assert found.one_unit_mass.value == pytest.approx(plain.singleton_mass.value)


@pytest.mark.parametrize("n_others", [0, 1, 2])
def test_the_pairs_are_those_of_leaving_two_out(n_others):
    """D_uv by its definition: rows of u of kinds that n_others of the units without u and v have, less those with v."""
    draws = np.random.default_rng(3)
    counts = draws.poisson(0.6, size=(7, 12))

    def rows_of(u, without):
        others = np.delete(counts, [u, *without], axis=0) > 0
        return counts[u, others.sum(axis=0) == n_others].sum()

    added = {(u, v): rows_of(u, [v]) - rows_of(u, []) for u, v in permutations(range(7), 2)}
    expected = sum(added[u, v] * added[v, u] for u, v in added)
    assert expected != 0
    assert _pairs(csr_array(counts), (counts > 0).sum(axis=0), n_others) == pytest.approx(expected)


def test_a_kind_of_one_customer_is_unseen_by_the_others_however_often_he_has_it():
    labels, units = ["a"] * 40 + ["b", "c"] * 5, [0] * 40 + [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    found = clustered_tail(labels, units)
    assert found.unseen_mass.value == pytest.approx(40 / 50)
    assert found.unseen_mass.warning == "it rests on 1 of 6 units"
    assert found.unseen_mass.low == 0


def test_rows_without_a_kind_are_left_out_and_counted():
    found = clustered_tail(["a", None, "a", "b", "a", "a", "c"], [1, 1, 2, 3, 4, 5, 6])
    assert (found.n_rows, found.n_missing, found.n_units) == (6, 1, 6)


@pytest.mark.parametrize(
    ("labels", "units", "line"),
    [
        (["a", "b"], [1], "together must have one entry a row (2); got 1."),
        (["a"] * 6, [1, 2, 3, 4, 5, None], "together must name a unit in every row"),
        (["a"] * 6, [1, 1, 2, 2, 3, 4], "together must name at least 5 units"),
    ],
)
def test_bad_input_is_one_line(labels, units, line):
    with pytest.raises(InputError) as caught:
        clustered_tail(labels, units)
    assert str(caught.value).startswith(line)
