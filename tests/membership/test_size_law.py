"""The law of sizes: planted powers are covered, the mean of embeddings is simulated, what has no law is refused."""

from dataclasses import replace

import numpy as np
import pytest

from longtail.analysis.analysis import Analysis
from longtail.analysis.exposure import exposure_findings
from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.estimate import Estimate
from longtail.findings import SizeLaw
from longtail.membership.size_law import exposure_law, mean_embedding_advantage
from longtail.outcomes import Outcomes
from longtail.report.words.risk import size_law_line

SIZES = np.array([12, 20, 40, 80, 150, 300, 600, 1000])


def estimates(values, errors):
    return [
        Estimate(value=v, low=v - 1.959964 * e, high=v + 1.959964 * e, level=0.95, method="")
        for v, e in zip(values, errors, strict=True)
    ]


@pytest.mark.parametrize("slope", [-0.5, 0.0])
def test_a_planted_power_is_covered(slope):
    """Eight groups, 120 worlds, seed 0: at 95 % fewer than 106 are covered with a chance of .1 %."""
    rng, covered, found = np.random.default_rng(0), 0, []
    true = 0.15 * (SIZES / 100.0) ** slope
    errors = np.sqrt(0.05 / SIZES)
    for _ in range(120):
        law = exposure_law(SIZES, estimates(true + errors * rng.normal(size=8), errors))
        covered += law.slope.low <= slope <= law.slope.high
        found.append(law.slope.value)
    assert covered >= 106
    assert abs(np.median(found) - slope) < 0.05


def test_an_exact_power_is_found_exactly():
    """Without scatter the slope is the power, from values that a straight line through logarithms has as well."""
    values = 2.0 * SIZES**-0.7
    law = exposure_law(SIZES, estimates(values, 0.01 * values))
    assert law.slope.value == pytest.approx(np.polyfit(np.log(SIZES), np.log(values), 1)[0], abs=1e-6)
    assert law.scatter < 1e-9
    assert not law.is_half
    assert (law.n_groups, law.smallest, law.largest) == (8, 12, 1000)


def test_groups_that_differ_in_more_than_size_widen_the_interval():
    """Each is off by a factor of its own, 1.5 or 1/1.5: by the errors of the groups the interval is too narrow."""
    values = 0.9 * SIZES**-0.5 * np.array([1.5, 1 / 1.5] * 4)
    law = exposure_law(SIZES, estimates(values, 0.02 * values))
    alone = exposure_law(SIZES, estimates(0.9 * SIZES**-0.5, 0.02 * values))
    assert law.scatter > 100
    assert law.slope.high - law.slope.low > 10 * (alone.slope.high - alone.slope.low)
    assert law.is_half


@pytest.mark.parametrize("size", [5, 20, 80])
def test_the_mean_of_embeddings_is_that_of_a_simulation(size):
    """Vectors are drawn, averaged and thresholded; 4,000 models, 3 standard errors (chance .3 % each), seed 0."""
    rng, dimension, models, rate = np.random.default_rng(0), 16, 4000, 0.05
    target = rng.normal(size=dimension)
    target *= 4.0 / np.linalg.norm(target)
    others = rng.normal(size=(models, size, dimension))
    out = others.mean(axis=1) @ target
    others[:, 0] = target
    threshold = 1.6448536 * 4.0 / size**0.5  # of the law of the mean without the target
    found = (others.mean(axis=1) @ target > threshold).mean()
    assert (out > threshold).mean() == pytest.approx(rate, abs=3 * (rate / models) ** 0.5)
    expected = mean_embedding_advantage(size, 4.0, rate) + rate
    assert found == pytest.approx(expected, abs=3 * (expected * (1 - expected) / models) ** 0.5 + 1e-9)


def test_it_falls_with_one_half_only_where_it_is_small():
    """Its slope tends to one half below zero for large classes, is steeper before, and flat where all are found."""

    def slope(size, length):
        first, second = np.log(mean_embedding_advantage([size, 1.01 * size], length))
        return (second - first) / np.log(1.01)

    assert slope(1e8, 8.0) == pytest.approx(-0.5, abs=0.01)
    assert slope(60, 8.0) < -0.9
    assert abs(slope(4, 20.0)) < 0.01


@pytest.mark.parametrize(
    ("sizes", "values", "law"),
    [
        ([10, 20, 30], [0.3, 0.2, 0.1], "sizes must be of at least 4 groups that could be attacked; got 3"),
        ([10, 12, 15, 19], [0.3, 0.2, 0.1, 0.1], "sizes must differ by a factor of two or more; got 10 to 19"),
        (
            [10, 20, 40, 80],
            [0.0, 0.0, 0.01, -0.01],
            "surely above zero, all groups together; got no advantage that falls",
        ),
        ([10, 20, 40, 80], [0.3, np.nan, 0.1, 0.1], "of at least 4 groups that could be attacked; got 3"),
        ([], [], "of at least 4 groups that could be attacked; got 0"),
        ([10, 20], [0.3, 0.2, 0.1], "be a number of examples for each of 3 groups"),
    ],
)
def test_what_has_no_law_is_refused(sizes, values, law):
    with pytest.raises(InputError, match=law):
        exposure_law(sizes, estimates(values, [0.02] * len(values)))


@pytest.mark.parametrize(
    ("given", "law"),
    [
        (([1, 4], 3.0), "size must be at least 2; got 1"),
        (([2, 4], -3.0), "length must be positive and finite; got -3"),
        (([2, 4], 3.0, 1.0), "false_positive_rate must lie strictly between 0 and 1; got 1"),
    ],
)
def test_embeddings_that_cannot_be_are_refused(given, law):
    with pytest.raises(InputError, match=law):
        mean_embedding_advantage(*given)


def test_the_law_of_a_runs_groups_is_told():
    """Five classes of 12 to 192 examples, whose confidence rises by 4 / sqrt(size) if they are trained on, seed 0."""
    rng, sizes = np.random.default_rng(0), [12, 24, 48, 96, 192]
    y = np.repeat(np.arange(5), sizes)
    inclusion = rng.permuted(np.tile(np.arange(40)[:, None] < 20, (1, len(y))), axis=0)
    confidence = rng.normal(size=inclusion.shape) + inclusion * (14 / np.sqrt(np.array(sizes)[y]))
    outcomes = Outcomes.from_arrays(inclusion, confidence > 0, confidence=confidence)
    data = Dataset.from_arrays(np.arange(float(len(y)))[:, None], y, np.zeros((1, 1)), [0])
    found = exposure_findings(Analysis(data, outcomes))
    law = found.size_law
    assert (law.n_groups, law.smallest, law.largest) == (5, 12, 192)
    assert law.slope.high < 0
    alike = replace(data, y=np.arange(len(y)) % 5)
    assert exposure_findings(Analysis(alike, outcomes)).size_law is None


def test_the_law_in_words():
    said = [
        size_law_line(SizeLaw(slope=estimates([s], [0.05])[0], scatter=9.0, n_groups=5, smallest=12, largest=1920))
        for s in (-0.9, -0.52, -0.1)
    ]
    assert said[0] == (
        "Over 5 groups of 12 to 1,920 rows, what an attack finds beyond chance goes with the power "
        "−0.90 [−1.00, −0.80] of the size. It falls faster than the −1/2 of a mean of many embeddings. Groups lie 3.0 "
        "standard errors from it: they differ in more than size."
    )
    assert "The −1/2 of a mean of many embeddings is within." in said[1]
    assert "slower than the −1/2" in said[2]
