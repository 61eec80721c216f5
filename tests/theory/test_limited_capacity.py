"""Room for few labels, against a linear program, against enumeration, and against simulated learners."""

from collections import Counter
from itertools import product
from math import factorial, gamma, prod

import numpy as np
import pytest
from scipy.optimize import linprog

from longtail.errors import InputError
from longtail.theory import Dirichlet, FrequencyList, LongTailModel, PitmanYor, Population, Subgroup, Zipf
from longtail.theory.limited_capacity import capacity_by_subgroup, capacity_cost

FREQUENCIES, N_SAMPLES = (0.55, 0.25, 0.15, 0.05), 5


def _samples():
    """Yield the counts of every sample of five examples of four points, and its probability."""
    for counts in product(range(N_SAMPLES + 1), repeat=len(FREQUENCIES)):
        if sum(counts) == N_SAMPLES:
            ways = factorial(N_SAMPLES) // prod(map(factorial, counts))
            yield counts, ways * prod(p**count for p, count in zip(FREQUENCIES, counts, strict=True))


def _enumerated():
    """E[points seen l times] and their mass, for l = 1..5, over all samples."""
    number, mass = Counter(), Counter()
    for counts, probability in _samples():
        for p, count in zip(FREQUENCIES, counts, strict=True):
            number[count] += probability
            mass[count] += probability * p
    return [(number[count], mass[count]) for count in range(1, N_SAMPLES + 1)]


def _model(guess=0.25):
    return LongTailModel(
        prior=FrequencyList(FREQUENCIES), n_samples=N_SAMPLES, guess_probability=guess, convention="fixed"
    )


@pytest.mark.parametrize("capacity", [0.0, 0.4, 1.0, 1.7, 2.5])
def test_no_choice_by_counts_costs_less(capacity):
    """A linear program over the probabilities of keeping a point seen l times, its data by enumeration."""
    number, mass = np.array(_enumerated()).T
    best = linprog(-mass, A_ub=[number], b_ub=[capacity], bounds=[(0, 1)] * N_SAMPLES)
    found = capacity_cost(_model(), capacity)
    assert found.n_seen == pytest.approx(number.sum(), rel=1e-9)
    assert found.best == pytest.approx(0.75 * (mass.sum() + best.fun), rel=1e-7)
    assert found.best <= found.random_examples + 1e-12
    assert found.best <= found.random_labels + 1e-12


def test_without_room_all_choices_forget_what_was_seen():
    """Points seen so often that no sum over counts is accurate, of two subgroups and of one; at once."""
    model = LongTailModel(prior=Zipf(100), n_samples=100_000, n_classes=10)
    found = capacity_cost(model, 0)
    assert found.best == found.random_labels == pytest.approx(0.9 * (1 - model.unseen_mass), rel=1e-12)
    assert found.random_examples == pytest.approx(found.best, rel=1e-12)
    subgroups = tuple(Subgroup(name=name, prior=Zipf(50), share=0.5, n_classes=10) for name in "ab")
    costs = capacity_by_subgroup(Population(subgroups=subgroups, n_samples=200), capacity=0)
    alone = capacity_by_subgroup(Population(subgroups=subgroups, n_samples=200), capacity=40)
    assert [each.kept for each in costs] == [0, 0]
    assert all(each.cost > some.cost and each.n_seen == some.n_seen for each, some in zip(costs, alone, strict=True))


def test_with_room_for_all_nothing_is_forgotten():
    found = capacity_cost(_model(), 4)
    assert (found.best, found.random_labels, found.random_examples, found.n_examples) == (0, 0, 0, 5)


@pytest.mark.parametrize(("n_points", "n_samples", "share"), [(30, 20, 0.4), (200, 300, 0.3), (2_000, 1_000, 0.5)])
def test_simulated_learners_pay_what_is_computed(n_points, n_samples, share):
    """2,000 samples of fixed Zipf frequencies, seed 1: three learners within 3.5 standard errors each (4e-4 a test).

    The best learner keeps what was seen more often than its threshold, and on the threshold a fixed share.
    """
    model = LongTailModel(prior=Zipf(n_points), n_samples=n_samples, n_classes=10, convention="fixed")
    capacity = share * (n_points - model.expected_number_seen(0))
    found = capacity_cost(model, capacity)
    draws = np.random.default_rng(1)
    p = 1 / np.arange(1, n_points + 1)
    p /= p.sum()
    counts = draws.multinomial(n_samples, p, size=2_000)
    above = sum(model.expected_number_seen(count) for count in range(1, found.forgotten_counts + 1))
    at = model.expected_number_seen(found.forgotten_counts)
    kept_at_threshold = 1 - (found.n_seen - capacity - (above - at)) / at
    lost = {
        "best": np.where(counts == found.forgotten_counts, 1 - kept_at_threshold, counts < found.forgotten_counts),
        "random_labels": np.full(counts.shape, 1 - capacity / found.n_seen),
        "random_examples": draws.hypergeometric(counts, n_samples - counts, round(found.n_examples)) == 0,
    }
    for name, forgotten in lost.items():
        costs = 0.9 * np.sum(p * forgotten * (counts > 0), axis=1)
        error = costs.std() / np.sqrt(len(costs))
        slack = 0.9 / n_samples if name == "random_examples" else 0  # The number of examples was rounded.
        assert abs(costs.mean() - getattr(found, name)) < 3.5 * error + slack, name


def test_a_learner_that_compares_counts_may_pay_less():
    """One label in each of all 56 samples, that of the most seen point; of equal counts each with one probability."""
    cost = 0.0
    for counts, probability in _samples():
        most = [p for p, count in zip(FREQUENCIES, counts, strict=True) if count == max(counts)]
        seen = sum(p for p, count in zip(FREQUENCIES, counts, strict=True) if count > 0)
        cost += 0.75 * probability * (seen - sum(most) / len(most))
    assert cost < capacity_cost(_model(), 1).best - 0.003


@pytest.mark.parametrize(("capacity", "more"), [(1, 0.0), (2, 0.001), (3, 0.001)])
def test_under_a_dirichlet_prior_no_learner_pays_less(capacity, more):
    """All samples of five examples of four points: the best labels in each, of posterior mean (1/2 + l) / (2 + 5)."""
    model = LongTailModel(prior=Dirichlet(4, 0.5), n_samples=5, guess_probability=0.25)
    cost = 0.0
    for counts in product(range(6), repeat=4):
        if sum(counts) == 5:
            ways = factorial(5) // prod(map(factorial, counts))
            probability = ways * prod(gamma(0.5 + count) / gamma(0.5) for count in counts) * gamma(2) / gamma(7)
            worth = sorted(((0.5 + count) / 7 for count in counts if count > 0), reverse=True)
            cost += 0.75 * probability * sum(worth[capacity:])
    assert cost > capacity_cost(model, capacity).best + more - 1e-12


def test_subgroups_share_a_capacity_as_a_linear_program_does():
    groups = [
        Subgroup(name="many", prior=Zipf(60), share=0.75, n_classes=10),
        Subgroup(name="few", prior=Zipf(90), share=0.25, n_classes=2),
    ]
    population = Population(subgroups=groups, n_samples=200)
    found = capacity_by_subgroup(population, capacity=40)
    assert sum(group.kept for group in found) == pytest.approx(40)
    values, numbers = [], []
    for group in groups:
        model = population.model(group)
        counts = range(1, 9)  # With forty labels to keep, only points seen once or twice are forgotten.
        numbers += [model.expected_number_seen(count) for count in counts]
        values += [group.share * (1 - model.guess) * model.mass_seen(count) for count in counts]
    spare = sum(group.n_seen for group in found) - 40
    least = linprog(values, A_eq=[numbers], b_eq=[spare], bounds=[(0, 1)] * 16)
    paid = sum(group.share * mine.cost for group, mine in zip(groups, found, strict=True))
    assert paid == pytest.approx(least.fun, rel=1e-6)


@pytest.mark.parametrize(
    ("model", "capacity", "line"),
    [
        (_model(), -1, "capacity must be at least 0 and finite; got -1."),
        (_model(), float("inf"), "capacity must be at least 0 and finite; got inf."),
        (
            LongTailModel(prior=PitmanYor(concentration=1.0, discount=0.5), n_samples=10, n_classes=2),
            3,
            "prior must have finitely many subpopulations",
        ),
    ],
)
def test_what_has_no_answer_is_one_line(model, capacity, line):
    with pytest.raises(InputError) as caught:
        capacity_cost(model, capacity)
    assert str(caught.value).startswith(line)
