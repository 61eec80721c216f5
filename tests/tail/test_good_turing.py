"""Good–Turing: by enumeration of every sample in exact arithmetic, by closed forms, and by coverage in simulation."""

from fractions import Fraction
from itertools import product
from math import isnan

import numpy as np
import pytest
from scipy.stats import chi2

from longtail.errors import InputError
from longtail.estimate import Estimate
from longtail.randomness import generator
from longtail.tail import FrequencyCounts, estimate_tail, predicted_mass
from longtail.tail.fingerprint import Fingerprint
from longtail.tail.realized_mass import _mean_square_error
from ten_priors import PRIORS, draw

BIRDS = FrequencyCounts.from_counts([30, 12, 5] + 12 * [2] + 29 * [1] + 4 * [3])


@pytest.mark.parametrize("count", [0, 1, 2])
def test_expected_prediction_is_the_mass_one_example_earlier(count):
    """E (l+1) Phi_{l+1} / n over samples of size n is E M_l over samples of size n - 1, exactly [Good1953]_."""
    frequencies = [Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)]

    def expectation(n, statistic):
        total = Fraction(0)
        for sample in product(range(3), repeat=n):
            seen = [sample.count(x) for x in range(3)]
            total += statistic(seen) * np.prod([frequencies[x] for x in sample])
        return total

    n = 5
    predicted = expectation(n, lambda seen: Fraction((count + 1) * seen.count(count + 1), n))
    realized = expectation(n - 1, lambda seen: sum(p for p, c in zip(frequencies, seen, strict=True) if c == count))
    assert predicted == realized


def test_prediction_error_is_estimated_without_bias_in_the_poisson_model():
    """E of the estimate equals E (prediction - realized)^2, both summed over a Poisson law to 60 terms."""
    weights = {0: 0.3, 1: 1.0, 3: 0.5}
    rate = 1.7  # one subpopulation with n p = 1.7; several ones add up, being independent
    counts = np.arange(61)
    log_law = -rate + counts * np.log(rate) - np.cumsum(np.log(np.maximum(counts, 1)))
    law = np.exp(log_law)
    w = np.array([weights.get(c, 0.0) for c in range(-2, 61)])
    error = counts * w[1:-1] - rate * w[2:]
    estimated = [_mean_square_error(Fingerprint.of([c]), weights) if c else 0.0 for c in counts.tolist()]
    assert law @ estimated == pytest.approx(law @ error**2, rel=1e-12)
    assert law @ error == pytest.approx(0, abs=1e-12)


def test_interval_is_garwoods_stretched():
    """With Phi_1 = 29 and Phi_2 = 12, each and one more, the stretch is 1 + 2 * 13 / 30; by chi-square quantiles."""
    stretch = 1 + 2 * 13 / 30
    unseen = estimate_tail(BIRDS).unseen_mass
    assert unseen.value == pytest.approx(29 / BIRDS.n_samples)
    assert unseen.low == pytest.approx(chi2.ppf(0.025, 2 * 29 / stretch) / 2 * stretch / BIRDS.n_samples)
    assert unseen.high == pytest.approx(chi2.ppf(0.975, 2 * 29 / stretch + 2) / 2 * stretch / BIRDS.n_samples)


def test_tau_times_number_is_mass():
    tail = estimate_tail(BIRDS)
    for count in (1, 2, 3):
        assert tail.tau(count).scaled(tail.fingerprint(count)).value == pytest.approx(tail.mass_seen(count).value)
    assert tail.singleton_mass == tail.mass_seen(1)


def test_what_nobody_was_seen_as_often_as_has_no_mass_and_no_tau():
    tail = estimate_tail(BIRDS)
    assert (tail.mass_seen(4).value, tail.mass_seen(4).high) == (0.0, 0.0)
    assert isnan(tail.tau(4).value)
    assert "exactly 4 times" in tail.tau(4).warning


def test_empty_and_small_cells_are_said():
    tail = estimate_tail(BIRDS)
    assert tail.tau(2).warning == "rests on only 4 subpopulations seen 3 times"
    assert "no subpopulation was seen 4 times" in tail.tau(3).warning
    assert tail.tau(3).high > 0
    assert not tail.unseen_mass.warning


def test_unseen_mass_may_be_nothing_when_all_may_have_been_seen():
    """Two singletons beside thirty pairs: by Chao's estimate a thirtieth of a subpopulation is unseen."""
    assert estimate_tail(FrequencyCounts.from_counts([1, 1] + 30 * [2])).unseen_mass.low == 0
    assert estimate_tail(FrequencyCounts.from_counts(30 * [1] + 30 * [2])).unseen_mass.low > 0


TWO_SCALES = {  # heavy kinds, light kinds, share of the heavy, examples, count: few heavy ones are seen so often
    "the few seen once": (50, 4000, 0.9, 300, 1),
    "fewer examples": (20, 4000, 0.95, 100, 1),
    "finer dust": (50, 40_000, 0.95, 300, 1),
    "seen twice": (100, 4000, 0.9, 1000, 2),
}


@pytest.mark.parametrize(("heavy", "light", "share", "n", "count"), TWO_SCALES.values(), ids=list(TWO_SCALES))
def test_a_mass_that_rests_on_few_among_many_is_covered(heavy, light, share, n, count):
    """Two scales: what was seen so often weighs nothing but for a handful of kinds. 200 samples, seed 0.

    At 95 % coverage fewer than 178 hits happen in 1 of 5,000 runs; without the rule they are 138 to 180.
    """
    stream, hits = generator(0, "two scales", heavy, light, n, count), 0
    frequencies = np.r_[np.full(heavy, share / heavy), np.full(light, (1 - share) / light)]
    for _ in range(200):
        counts = stream.multinomial(n, frequencies)
        mass = estimate_tail(FrequencyCounts.from_counts(counts)).mass_seen(count)
        hits += mass.low <= frequencies[counts == count].sum() <= mass.high
    assert hits >= 178


def test_all_ones_leave_bounds_only():
    tail = estimate_tail(FrequencyCounts.from_counts(100 * [1]))
    assert tail.unseen_mass.value == tail.unseen_mass.high == 1.0
    assert 0.7 < tail.unseen_mass.low < 0.9
    assert tail.singleton_mass.value == 0
    assert tail.singleton_mass.high > 0


def test_one_subpopulation():
    tail = estimate_tail(FrequencyCounts.from_counts([40]))
    assert tail.unseen_mass.value == 0
    assert tail.unseen_mass.high < 0.2


@pytest.mark.parametrize("name", PRIORS)
def test_realized_quantities_are_covered(name):
    """300 data sets of 500 examples, seed 0; the benchmark has 1,000 of up to 50,000.

    Were the coverage 95 %, any of the 20 cells would fall to 90 % by chance with probability 0.6 %.
    """
    stream = generator(0, "coverage", name)
    for count in (0, 1):
        hits = []
        for _ in range(300):
            sample = draw(name, 500, 500, stream)
            tail = estimate_tail(FrequencyCounts.from_counts(sample.counts))
            if tail.fingerprint(count + 1):
                estimate = tail.mass_seen(count)
                hits.append(estimate.low <= sample.realized[count] <= estimate.high)
        assert np.mean(hits) > 0.9


def test_hypothetical_cost_is_the_guessless_part_of_the_mass():
    tail = estimate_tail(BIRDS)
    cost = tail.cost_of_not_fitting(n_classes=10)
    assert cost.value == pytest.approx(0.9 * tail.singleton_mass.value)
    assert "hypothetical" in cost.method
    assert "hypothetical" not in tail.cost_of_not_fitting(guess_probability=0.1).method


def test_costs_of_promises_are_their_least_errors_times_the_mass():
    """Uniform over 10 labels: gamma = 0.5 leaves 0.4; epsilon = ln 6 leaves 0.6 (randomized response)."""
    tail = estimate_tail(BIRDS)
    mass = tail.singleton_mass.value
    assert tail.cost_of_memorization_limit(0.5, n_classes=10).value == pytest.approx(0.4 * mass)
    assert tail.cost_of_label_privacy(np.log(6), n_classes=10).value == pytest.approx(0.6 * mass)
    assert tail.cost_of_privacy(0.0, 0.0, n_classes=10).value == pytest.approx(0.9 * mass)
    assert tail.cost_of_memorization_limit(0.95, n_classes=10).high == 0


def test_more_copies_cost_more_but_never_more_than_their_mass():
    tail = estimate_tail(BIRDS)
    costs = [tail.cost_of_not_fitting(max_count=most, n_classes=2).value for most in (1, 2, 3)]
    assert costs == sorted(costs)
    assert costs[1] == pytest.approx(0.5 * (tail.mass_seen(1).value + tail.mass_seen(2).value))


def test_an_estimated_guess_widens_the_interval_and_says_its_level():
    tail = estimate_tail(BIRDS)
    guess = Estimate(value=0.9, low=0.8, high=0.95, level=0.975, method="left-out trials")
    cost = tail.cost_of_not_fitting(guess_probability=guess)
    wide = estimate_tail(BIRDS, level=0.975).singleton_mass
    assert cost.level == pytest.approx(0.95)
    assert (cost.low, cost.high) == (pytest.approx(0.05 * wide.low), pytest.approx(0.2 * wide.high))


@pytest.mark.parametrize(
    "arguments",
    [{}, {"guess_probability": 0.5, "n_classes": 2}, {"n_classes": 1}, {"guess_probability": 1.5}, {"max_count": 0}],
)
def test_bad_guesses_are_refused(arguments):
    arguments = {"n_classes": 10, **arguments} if "max_count" in arguments else arguments
    with pytest.raises(InputError):
        estimate_tail(BIRDS).cost_of_not_fitting(**arguments)


def test_bad_levels_and_counts_are_refused():
    for level in (95, "high"):
        with pytest.raises(InputError, match="level must"):
            estimate_tail(BIRDS, level=level)
    with pytest.raises(InputError, match="guess_probability must be a number"):
        estimate_tail(BIRDS).cost_of_not_fitting(guess_probability="often")
    with pytest.raises(InputError, match="l must|count must"):
        estimate_tail(BIRDS).tau(0)


def test_masses_never_exceed_one():
    assert predicted_mass(Fingerprint.of([1, 1]), {0: 1.0}, 0.95).high == 1.0
