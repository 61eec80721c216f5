"""Tables that no sample can be: the law against mixtures in high precision, alarms at its boundary by simulation."""

import math

import mpmath
import numpy as np
import pytest

from longtail.randomness import generator
from longtail.tail import FrequencyCounts, estimate_prior, estimate_tail, larger_sample
from longtail.tail.fingerprint import Fingerprint
from longtail.tail.overview import overview
from longtail.tail.trimming import contradiction, least_number


def _table(numbers):
    return FrequencyCounts.from_counts([count for count, number in numbers.items() for _ in range(number)])


@pytest.mark.parametrize("seed", range(5))
def test_the_law_holds_for_every_mixture_and_is_reached_by_equal_rates(seed):
    """Expected numbers by mpmath, of random mixtures; ``least_number`` may not exceed them."""
    stream = np.random.default_rng(seed)
    rates, weights = stream.exponential(4, 6), stream.exponential(100, 6)

    def expected(count, atoms):
        return mpmath.fsum(w * mpmath.mpf(r) ** count * mpmath.exp(-r) / mpmath.factorial(count) for r, w in atoms)

    for count in (1, 2, 5):
        mixed = [expected(each, list(zip(rates, weights, strict=True))) for each in range(count, count + 3)]
        assert least_number(count, float(mixed[1]), float(mixed[2])) <= float(mixed[0]) * (1 + 1e-12)
        same = [expected(each, [(rates[0], 100.0)]) for each in range(count, count + 3)]
        assert least_number(count, float(same[1]), float(same[2])) == pytest.approx(float(same[0]), rel=1e-12)


def test_at_the_boundary_alarms_are_rare():
    """Equal rates are the boundary, at every cell: 4,000 samples, seed 0, 0.001 of alarms allowed.

    More than 12 alarms would be chance in 1 of 3,600; fewer are expected, as three limits rarely err together.
    """
    stream, alarms = generator(0, "boundary"), 0
    for rate in (0.5, 1.0, 3.0, 6.0):
        for _ in range(1000):
            counts = stream.poisson(rate, 600)
            alarms += bool(contradiction(Fingerprint.of(counts[counts > 0])))
    assert alarms <= 12


def test_a_trimmed_table_is_named_with_the_least_number_that_fits():
    """Zipf's law on 2,000 kinds, 5,000 draws, those seen once removed: 0.11 is unseen and 0.20 is not in the table."""
    frequencies = 1 / np.arange(1, 2001)
    counts = np.random.default_rng(0).multinomial(5000, frequencies / frequencies.sum())
    whole, trimmed = (FrequencyCounts.from_counts(table) for table in (counts, counts[counts > 1]))
    assert not estimate_tail(whole).unseen_mass.warning
    tail = estimate_tail(trimmed)
    twice, thrice = trimmed.fingerprint(2), trimmed.fingerprint(3)
    for estimate in (
        tail.unseen_mass,
        tail.singleton_mass,
        tail.mass_seen(2),
        tail.cost_of_not_fitting(n_classes=10, max_count=2),
    ):
        assert "looks trimmed" in estimate.warning
        assert f"at least {math.floor(2 * twice**2 / (3 * thrice) + 0.5)} belong" in estimate.warning
    assert (tail.unseen_mass.low, tail.unseen_mass.high) == (0, 1)
    assert tail.cost_of_not_fitting(n_classes=10, max_count=2).high == pytest.approx(0.9)
    larger = larger_sample(estimate_prior(trimmed))
    assert (larger.unseen_mass.high, larger.singleton_mass.high) == (1, 1)
    assert larger.new_subpopulations.high == math.inf
    assert "looks trimmed" in larger.new_subpopulations.warning


@pytest.mark.parametrize("least", [3, 5])
def test_higher_cuts_are_found_too(least):
    """All that was seen fewer than three or five times is gone; and every example stands twice."""
    frequencies = 1 / np.arange(1, 5001) ** 0.5
    counts = np.random.default_rng(1).multinomial(25_000, frequencies / frequencies.sum())
    assert "looks trimmed" in contradiction(Fingerprint.of(counts[counts >= least]))
    assert "looks trimmed" in contradiction(Fingerprint.of(2 * counts[counts > 0]))
    assert not contradiction(Fingerprint.of(counts[counts > 0]))


def test_few_are_no_proof():
    assert not contradiction(_table({2: 6, 3: 4}).fingerprint)
    assert not contradiction(_table({1: 100}).fingerprint)
    assert contradiction(_table({2: 60, 3: 10}).fingerprint)


def test_how_many_more_examples_halve_the_cost_is_not_said_of_a_trimmed_table():
    counts = FrequencyCounts.from_counts(np.r_[np.full(222, 2), np.full(78, 3)])
    assert overview(counts, n_classes=2).halving is None
    assert overview(FrequencyCounts.from_counts(np.full(5, 400)), n_classes=2).halving == 0.0
