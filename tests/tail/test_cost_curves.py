"""Cost curves: monotone where they must be, equal where two routes meet, and halved where they say."""

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.randomness import generator
from longtail.tail import (
    FrequencyCounts,
    cost_curves,
    costs_by_class,
    estimate_prior,
    estimate_tail,
    overview,
    rank_frequency,
    samples_to_halve,
)
from ten_priors import draw


@pytest.fixture(scope="module")
def counts():
    seen = draw("Zipf 1", 3000, 3000, generator(0, "curves")).counts
    return FrequencyCounts.from_counts(seen, labels=np.arange(len(seen)), classes=np.arange(len(seen)) % 3)


def test_tighter_promises_cost_more_and_the_sharp_bound_is_above_the_papers(counts):
    copies, gamma, sharp, paper, private = cost_curves(estimate_tail(counts), n_classes=10, delta=0.0)
    values = {curve.guarantee: [cost.value for cost in curve.costs] for curve in (copies, gamma, sharp, paper, private)}
    assert values[copies.guarantee] == sorted(values[copies.guarantee])
    for curve in (gamma, sharp, paper, private):
        assert values[curve.guarantee] == sorted(values[curve.guarantee], reverse=True)
    assert all(s >= p for s, p in zip(values[sharp.guarantee], values[paper.guarantee], strict=True))
    assert values[copies.guarantee][0] == pytest.approx(values[gamma.guarantee][0])


def test_group_privacy_makes_copies_cheaper_one_by_one(counts):
    """With up to two copies the cost is that of singletons plus (1 - 2 gamma - g)_+ of the mass seen twice."""
    tail = estimate_tail(counts)
    curve = cost_curves(tail, n_classes=10, max_count=2, gammas=(0.2,))[1]
    assert curve.costs[0].value == pytest.approx(0.7 * tail.mass_seen(1).value + 0.5 * tail.mass_seen(2).value)


def test_classes_are_populations_of_their_own(counts):
    costs = costs_by_class(counts, lambda tail: tail.cost_of_not_fitting(n_classes=2))
    for label, cost in costs.items():
        mine = counts.counts[counts.classes == label]
        assert cost.value == pytest.approx(0.5 * 2 * (mine == 2).sum() / mine.sum())


def test_the_halving_sample_halves():
    uniform = estimate_prior(FrequencyCounts.from_counts(generator(0, "uniform").poisson(3.0, size=4000)))
    more = samples_to_halve(uniform, {1: 0.9})
    times = 1 + more / uniform.fingerprint.n_samples
    assert uniform.expected_mass_seen(1, times) == pytest.approx(uniform.expected_mass_seen(1) / 2, rel=1e-6)
    # under equal rates of 3 the mass seen once is 3 t e^{-3t} of all: halved where t e^{3 - 3t} = 1/2
    assert times * np.exp(3 - 3 * times) == pytest.approx(0.5, abs=0.03)


def test_what_doubling_does_not_halve_has_no_answer(counts):
    assert samples_to_halve(estimate_prior(counts), {1: 1.0}) is None
    with pytest.raises(InputError, match="probabilities"):
        samples_to_halve(estimate_prior(counts), {1: 2.0})


def test_the_figure_keeps_its_ends_and_its_band(counts):
    curve = rank_frequency(counts, "subpopulations", estimate_prior(counts)).to_json()
    assert (curve["ranks"][0], curve["ranks"][-1]) == (1, counts.n_distinct)
    assert curve["frequencies"][-1] == pytest.approx(1 / 3000)
    assert curve["costly_band"] == [pytest.approx(1 / 9000), pytest.approx(2 / 3000)]
    assert curve["fitted_ranks"] == sorted(curve["fitted_ranks"])


def test_the_overview_says_when_it_is_hypothetical(counts):
    assert "if labels were unguessable" in overview(counts, n_classes=3).verdict
    known = overview(counts, guess_probability=0.5)
    assert "unguessable" not in known.verdict
    assert known.groups[0].cost_of_not_fitting.value == max(group.cost_of_not_fitting.value for group in known.groups)
    assert known.to_json()["n_distinct"] == counts.n_distinct
