"""Disparate effect: the published example, both of its mixtures, and the levels that equalize cost."""

import math

import pytest
from scipy.stats import binom

from longtail.errors import InputError
from longtail.frequencies.priors import Zipf
from longtail.theory.disparity import (
    Population,
    Subgroup,
    equalizing_epsilons_label_private,
    equalizing_epsilons_private,
    equalizing_gammas,
    subgroup_costs,
)
from longtail.theory.model import LongTailModel


def _population(sizes: tuple[int, int], shares: tuple[float, float], n_samples: int) -> Population:
    subgroups = [
        Subgroup(name=name, prior=Zipf(size), share=share, n_classes=10)
        for name, size, share in zip(("first", "second"), sizes, shares, strict=True)
    ]
    return Population(subgroups=subgroups, n_samples=n_samples)


@pytest.mark.parametrize(
    ("sizes", "shares", "n_samples", "optimum", "costs", "ratio"),
    [
        ((5000, 5000), (5 / 6, 1 / 6), 60_000, 0.1134464, (0.0144832, 0.0357002), 2.465),
        ((5000, 25_000), (0.5, 0.5), 100_000, 0.1076506, (0.0144832, 0.0312795), 2.160),
    ],
)
def test_both_published_mixtures(sizes, shares, n_samples, optimum, costs, ratio) -> None:  # type: ignore[no-untyped-def]
    """The reference's exact values, to their seven digits, at gamma = 0.5 and 10 classes."""
    first, second = subgroup_costs(
        _population(sizes, shares, n_samples), lambda model: model.cost_of_memorization_limit(0.5)
    )
    assert first.optimal_error == pytest.approx(0.0181743, abs=5e-8)
    assert second.optimal_error == pytest.approx(optimum, abs=5e-8)
    assert (first.cost, second.cost) == pytest.approx(costs, abs=5e-8)
    assert second.cost / first.cost == pytest.approx(ratio, abs=5e-4)
    assert first.n_samples + second.n_samples == n_samples


def test_equalizing_levels_cost_every_subgroup_the_same() -> None:
    population, cost = _population((5000, 25_000), (0.7, 0.3), 50_000), 0.015
    models = {subgroup.name: population.model(subgroup) for subgroup in population.subgroups}
    for name, gamma in equalizing_gammas(population, cost).items():
        assert models[name].cost_of_memorization_limit(gamma) == pytest.approx(cost, rel=1e-9)
    for name, epsilon in equalizing_epsilons_label_private(population, cost).items():
        assert models[name].cost_of_label_privacy(epsilon) == pytest.approx(cost, rel=1e-9)
    for name, epsilon in equalizing_epsilons_private(population, cost).items():
        assert models[name].cost_of_privacy(epsilon, 0.0) == pytest.approx(cost, rel=1e-9)
    assert equalizing_gammas(population, 1.0) == {"first": 0.0, "second": 0.0}


def test_fixed_subgroup_sizes_stand_in_for_binomial_ones() -> None:
    """The mean singleton mass over the binomial size differs by less than 1 / n_k, relatively."""
    n_samples, share = 200, 0.5
    sizes = range(60, 141)  # all but 1e-8 of the binomial
    mass = sum(
        binom.pmf(k, n_samples, share) * LongTailModel(prior=Zipf(50), n_samples=k).singleton_mass for k in sizes
    )
    fixed = LongTailModel(prior=Zipf(50), n_samples=100).singleton_mass
    assert mass == pytest.approx(fixed, rel=1 / 100)


def test_hardness_is_the_probability_of_a_guess() -> None:
    easy = Subgroup(name="easy", prior=Zipf(100), share=0.5, guess_probability=0.9)
    hard = Subgroup(name="hard", prior=Zipf(100), share=0.5, guess_probability=0.1)
    costs = subgroup_costs(Population(subgroups=(easy, hard), n_samples=200), lambda m: m.cost_of_label_privacy(0.0))
    assert costs[1].cost == pytest.approx(9 * costs[0].cost)
    assert costs[1].optimal_error == pytest.approx(9 * costs[0].optimal_error)


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (lambda: _population((5, 5), (0.5, 0.4), 10), "shares must sum to 1; got a sum of 0.9."),
        (lambda: _population((5, 5), (1.0, 0.0), 10), "share must be positive; got 0.0. Leave subgroup 'second' out."),
        (lambda: _population((5, 5), (1.5, -0.5), 10), "share must lie in [0, 1]; got 1.5."),
        (
            lambda: _population((5, 5), (0.99, 0.01), 10),
            "n_samples must leave an example to subgroup 'second'; got 10.",
        ),
        (lambda: _population((5, 5), (0.5, 0.5), 0), "n_samples must be a whole number of at least 1; got 0."),
        (
            lambda: Population(subgroups=[Subgroup(name="a", prior=Zipf(5), share=0.5)] * 2, n_samples=10),
            "subgroups must have names of their own; got ['a', 'a'].",
        ),
        (
            lambda: equalizing_gammas(_population((5, 5), (0.5, 0.5), 10), -math.inf),
            "cost must be at least 0; got -inf.",
        ),
    ],
)
def test_bad_input_is_one_line(call, line: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value) == line
