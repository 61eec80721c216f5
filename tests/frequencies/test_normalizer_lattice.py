"""Lists with a common step: exact fractions, convolution without a transform, binomial sums, and both routes."""

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from longtail.errors import AccuracyError
from longtail.frequencies.band_weight import BandWeight
from longtail.frequencies.compressed_measure import compress
from longtail.frequencies.normalizer.common_step import common_step, nearly_on_a_lattice
from longtail.frequencies.normalizer.lines import Lines
from longtail.theory import EstimatedPrior, FrequencyList, LongTailModel, TwoPoint, Zipf
from theory.exact_enumeration import expected_sum


def band_weight(prior) -> BandWeight:
    """The engine itself: the model enumerates so small a list."""
    return BandWeight(Lines(prior, compress(prior)), 1e-9)


def by_convolution(entries, low: Fraction, high: Fraction) -> float:
    """N E[alpha; low <= alpha <= high] for whole entries; R by squaring and multiplying, ends in whole numbers."""
    one = np.bincount(entries) / len(entries)
    law, power, left = np.ones(1), one, len(entries) - 1
    while left:
        law = np.convolve(law, power) if left % 2 else law
        power, left = np.convolve(power, power), left // 2
    total = 0.0
    for value, number in zip(*np.unique(entries[entries > 0], return_counts=True), strict=True):
        first = math.ceil(int(value) * (1 - high) / high)
        last = math.floor(int(value) * (1 - low) / low) if low else len(law) - 1
        inside = np.arange(first, min(last, len(law) - 1) + 1)
        total += number * float((law[inside] * (value / (value + inside))).sum())
    return total


@pytest.mark.parametrize("entries", [(1, 2, 3, 4), (5, 5, 1, 1, 1), (1, 0, 2), (7, 3, 3, 11), (0, 0, 1, 3)])
def test_atoms_agree_with_exact_fractions(entries):
    """Every end is a value of alpha or lies between two; ends are inside, and a band may be one point."""
    weight = band_weight(FrequencyList(entries))
    values = [Fraction(0), Fraction(1, 3), Fraction(2, 5), Fraction(1, 2), Fraction(3, 5), Fraction(1)]
    for low, high in [*pairwise(values), (Fraction(1, 2), Fraction(1, 2)), (Fraction(1), Fraction(1))]:
        expected = expected_sum(entries, lambda alpha, low=low, high=high: alpha * (low <= alpha <= high))
        assert weight(float(low), float(high)).value == pytest.approx(float(expected), rel=1e-12, abs=5e-14)


@pytest.mark.parametrize(
    "entries",
    [
        np.random.default_rng(0).integers(1, 50, 300),
        np.random.default_rng(1).integers(0, 9, 400),
        np.append(2 * np.arange(1, 60), 1),
        np.arange(1, 101),
    ],
    ids=["fine", "coarse, with zeros", "one odd number", "all different"],
)
def test_agrees_with_convolution(entries):
    """All but one frequency even: whether R is odd or even matters, and shows at the end of the period."""
    n = len(entries)
    model = LongTailModel(prior=FrequencyList(entries), n_samples=n)
    for low, high in [(0, Fraction(1, n)), (Fraction(1, 3 * n), Fraction(2, n)), (Fraction(4, 5 * n), Fraction(1, n))]:
        expected = by_convolution(entries, Fraction(low), high)
        assert model.weight(float(low), float(high)) == pytest.approx(expected, rel=2e-12)


@pytest.mark.parametrize("scale", [1, 0.01, 1 / 137])
def test_the_scale_of_a_list_is_not_seen(scale):
    """Decimals, and counts over their total, are whole numbers in units of their step."""
    entries = np.random.default_rng(2).integers(1, 30, 200)
    scaled = LongTailModel(prior=FrequencyList(entries * scale), n_samples=1)
    for low, high in [(Fraction(0), Fraction(1, 200)), (Fraction(1, 250), Fraction(1, 125))]:
        expected = by_convolution(entries, low, high)
        assert scaled.weight(float(low), float(high)) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("heads", "outliers", "ratio"), [(10**7, 10**9, 0.3), (10**6, 10**6, 0.01), (10**4, 10**8, 9.0)]
)
def test_two_kinds_by_binomial_sums(heads, outliers, ratio):
    """Two frequencies always have a step, their difference, even if they have no rational ratio."""
    n = heads + outliers
    mean, spread = (n - 1) * heads / n, math.sqrt(heads * outliers / n)
    k = np.arange(int(mean - 9 * spread - 30), int(mean + 9 * spread + 30))
    log_ratios = np.log((n - 1 - k[:-1]) / (k[1:])) + math.log(heads / outliers)
    log_law = np.append(0.0, np.cumsum(log_ratios))
    law = np.exp(log_law - log_law.max())
    law /= law.sum()
    normalizer = k + (n - 1 - k) * ratio
    typical = heads + outliers * ratio
    model = LongTailModel(prior=TwoPoint(heads, outliers, ratio), n_samples=1)
    for low, high in [
        (0, ratio / typical * (1 + 1e-5)),
        (ratio / typical * 0.9999, 1.0001 / typical),
        (0, 1 / typical),
    ]:
        if not low < high:
            continue
        expected = 0.0
        for frequency, number in ((1.0, heads), (ratio, outliers)):
            alpha = frequency / (frequency + normalizer)
            expected += number * float((law * alpha)[(alpha >= low) & (alpha <= high)].sum())
        assert model.weight(low, high) == pytest.approx(expected, rel=2e-11)


@pytest.mark.parametrize("most", [200, 700])
def test_sum_and_integral_agree_where_both_are_right(most):
    """Atom by atom, and by the density with its ends moved; the spread of R is 800 to 5,000 steps."""
    weight = band_weight(FrequencyList(np.random.default_rng(3).integers(1, most, 600)))
    assert weight._is_fine
    lattice, atoms = weight._lattice, weight._atoms
    for low, high in [(0.0, 1 / 600), (0.5 / 600, 1.7 / 600), (1 / 700, 1 / 700)]:
        expected, _ = lattice.sum_over(atoms, low, high)
        value = weight._on_lattice(lattice, low, high)
        assert value.relative_error * value.value < 1e-10
        assert value.value == pytest.approx(expected, abs=3e-13)


def test_a_long_list_is_summed_over_its_own_frequencies():
    """3,000 different whole numbers: panels stand for the smooth part, each frequency for its own end."""
    weight = band_weight(FrequencyList(np.arange(1, 3001)))
    assert weight._is_fine
    assert not weight.measure.whole
    atoms = weight._atoms
    low, high = 1 / 3001, 1 / 3000  # ties abound
    assert weight(low, high).value == pytest.approx(weight._lattice.sum_over(atoms, low, high)[0], rel=1e-10)


def test_a_list_of_different_values_agrees_with_the_law_it_was_made_from():
    by_list = LongTailModel(prior=FrequencyList(np.arange(1, 1001) ** -1.1), n_samples=1)
    by_law = LongTailModel(prior=Zipf(1000, 1.1), n_samples=1)
    for band in [(0, 1e-3), (1e-3, 1e-2), (0.2, 1)]:
        assert by_list.weight(*band) == pytest.approx(by_law.weight(*band), rel=1e-10)


def test_the_step_of_a_list():
    assert common_step(np.array([3.0, 7, 15])) == 4
    assert common_step(np.array([0.1, 0.25, 0.3])) == pytest.approx(0.05, rel=1e-14)
    assert common_step(np.array([2, 5, 11]) / 137) == pytest.approx(3 / 137, rel=1e-13)
    assert common_step(np.array([0.0, 1 / 3, 1 / 2, 1])) == pytest.approx(1 / 6, rel=1e-13)
    assert common_step(np.arange(1, 500) ** -0.7) is None
    assert common_step(np.sort(np.random.default_rng(4).random(5000))) is None


def test_few_strays_do_not_hide_a_lattice():
    """39 draws that miss a lattice leave e^-39 of its atoms; fewer leave more, and the ends of a band see them."""
    entries = np.arange(1.0, 501)
    for strays, near in [(1, True), (39, True), (41, False)]:
        values = np.sort(np.append(entries, np.sqrt(np.arange(2, 500))[:: 499 // strays][:strays] + 1e-3))
        assert nearly_on_a_lattice(values, np.ones(len(values)), 1.0) == near
    with pytest.raises(AccuracyError, match="atoms"):
        LongTailModel(prior=FrequencyList(np.append(entries, math.pi)), n_samples=1).weight(0, 1 / 501)


@pytest.mark.parametrize(
    ("answered", "refused", "n_times_end"),
    [
        (Zipf(13), Zipf(20), 1.05),
        (Zipf(46), Zipf(30), 1.05),
        (FrequencyList(np.append(np.arange(1, 200), 10**4)), FrequencyList(np.append(np.arange(1, 200), 10**9)), 1.05),
        (EstimatedPrior([1, 2, 7], [1, 1, 1], 10**6), EstimatedPrior([1, 2**0.5, 7], [1, 1, 1], 10**6), 3 / 9.414214),
    ],
    ids=["few values", "more values", "one far away", "three kinds"],
)
def test_the_boundary_of_the_regime_with_atoms(answered, refused, n_times_end):
    """Answers sum to one over bands without a common point; what is refused has no step, or too many for its spread."""
    n = answered.n_subpopulations
    model = LongTailModel(prior=answered, n_samples=1)
    ends = [0, 0.7 * math.pi * n_times_end / 3 / n, math.pi * n_times_end / 3 / n, 1]
    assert math.fsum(model.weight(*band) for band in pairwise(ends)) == pytest.approx(1, abs=1e-10)
    with pytest.raises(AccuracyError, match="atoms"):
        LongTailModel(prior=refused, n_samples=1).weight(0, n_times_end / n)
