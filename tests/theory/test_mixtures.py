"""Coupling against exact enumeration: every draw of the list, every sample, every hypothesis, in fractions."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.theory.mixtures import (
    coupled_excess_bound,
    nearest_neighbor_coupling,
    subpopulation_errors,
    total_variation_coupling,
)

N_SAMPLES = 2
HALF = Fraction(1, 2)

# How a randomized learner may err on the two points of a subpopulation: (wrong at 0, wrong at 1) -> probability.
ErrorLaw = dict[tuple[bool, bool], Fraction]


@dataclass(frozen=True)
class Toy:
    """Two subpopulations of two points, n = 2; ``errors[seen points]`` is the learner's law on a subpopulation."""

    prior: tuple[Fraction, ...]
    within: tuple[Fraction, Fraction]
    errors: dict[tuple[int, ...], ErrorLaw]

    def frequencies(self) -> list[Fraction]:
        """The first subpopulation's frequency, for every draw of two entries with replacement."""
        return [p / (p + q) for p, q in itertools.product(self.prior, repeat=2)]

    def tau(self, count: int) -> Fraction:
        a = self.frequencies()
        top = sum(x ** (count + 1) * (1 - x) ** (N_SAMPLES - count) for x in a)
        return top / sum(x**count * (1 - x) ** (N_SAMPLES - count) for x in a)

    def seen(self) -> Iterator[tuple[Fraction, Fraction, tuple[int, ...]]]:
        """Probability, frequency and seen points (sorted, with repetition), for the first subpopulation if seen."""
        for a in self.frequencies():
            for draws in itertools.product((None, 0, 1), repeat=N_SAMPLES):
                points = tuple(sorted(x for x in draws if x is not None))
                if points:
                    probability = Fraction(1, len(self.frequencies()))
                    for x in draws:
                        probability *= 1 - a if x is None else a * self.within[x]
                    yield probability, a, points

    def excess(self) -> Fraction:
        """Both subpopulations alike; unseen ones are predicted at the optimum and cost nothing above it."""
        total = Fraction(0)
        for probability, a, points in self.seen():
            for wrong, chance in self.errors[points].items():
                total += 2 * probability * a * chance * sum(self.within[x] for x in (0, 1) if wrong[x])
        return total

    def coupling(self, count: int, *, per_hypothesis: bool) -> Fraction:
        least = Fraction(1)
        for points, law in self.errors.items():
            if len(points) == count:
                for x in points:
                    least = min(least, _agreement(law, x, self.within, per_hypothesis))
        return least

    def claims(self, *, per_hypothesis: bool) -> tuple[float, float]:
        """The bound of the library and the naive one with lambda * tau * errn, both averaged over samples."""
        couplings = {count: self.coupling(count, per_hypothesis=per_hypothesis) for count in (1, 2)}
        bound, naive = 0.0, 0.0
        for probability, _, points in self.seen():
            count = len(points)
            law = self.errors[points]
            q = sum(chance * sum(wrong[x] for x in points) for wrong, chance in law.items()) / count
            said = coupled_excess_bound(
                {count: float(self.tau(count))},
                {count: [float(q)]},
                {count: float(couplings[count])},
                per_hypothesis=per_hypothesis,
            )
            bound += float(2 * probability) * said.value
            naive += float(2 * probability * couplings[count] * self.tau(count) * q)
        return bound, naive


def _agreement(law: ErrorLaw, x: int, within: tuple[Fraction, Fraction], per_hypothesis: bool) -> Fraction:
    other = 1 - x
    if per_hypothesis:
        agreements = [within[x] + within[other] * (wrong[0] == wrong[1]) for wrong, chance in law.items() if chance]
        return min(agreements)
    at_example = sum(chance for wrong, chance in law.items() if wrong[x])
    at_fresh = within[x] * at_example + within[other] * sum(c for wrong, c in law.items() if wrong[other])
    return 1 - abs(at_example - at_fresh)


def counter_example() -> Toy:
    """Errs with probability 1/2 at the one point sampled, never at its sibling, never when both were sampled."""
    only_0, only_1, never = (True, False), (False, True), (False, False)
    at_0, at_1 = {only_0: HALF, never: HALF}, {only_1: HALF, never: HALF}
    errors = {(0,): at_0, (1,): at_1, (0, 0): at_0, (1, 1): at_1, (0, 1): {never: Fraction(1)}}
    return Toy(prior=(Fraction(1), Fraction(1, 3)), within=(HALF, HALF), errors=errors)


def test_total_variation_coupling_does_not_carry_errors_over():
    toy = counter_example()
    assert toy.coupling(1, per_hypothesis=False) == Fraction(3, 4)
    bound, naive = toy.claims(per_hypothesis=False)
    assert toy.excess() == Fraction(39, 256)  # 0.1523
    assert naive == pytest.approx(117 / 512, rel=1e-12)  # 0.2285, more than there is
    assert bound == pytest.approx(39 / 256, rel=1e-12)  # the safe form, here an equality
    assert toy.claims(per_hypothesis=True)[0] <= float(toy.excess())


def test_the_library_computes_the_toys_coupling():
    assert total_variation_coupling([0.5, 0.5], [0.75, 0.25]) == 0.75


def random_toys(seed: int, size: int) -> Iterator[Toy]:
    rng = np.random.default_rng(seed)
    patterns = list(itertools.product((False, True), repeat=2))
    for _ in range(size):
        weight = Fraction(int(rng.integers(1, 10)), 10)
        errors = {}
        for points in ((0,), (1,), (0, 0), (1, 1), (0, 1)):
            parts = [Fraction(int(k)) for k in rng.integers(0, 4, 4) * (rng.random(4) < 0.6)]
            parts[0] += 1 if sum(parts) == 0 else 0
            errors[points] = {pattern: part / sum(parts) for pattern, part in zip(patterns, parts, strict=True)}
        prior = tuple(Fraction(int(k), 10) for k in rng.integers(1, 11, 2))
        yield Toy(prior=prior, within=(weight, 1 - weight), errors=errors)


def test_both_forms_hold_in_every_random_toy_and_the_naive_one_fails():
    naive_violations = 0
    for toy in random_toys(seed=3, size=100):
        excess = float(toy.excess())
        assert toy.claims(per_hypothesis=True)[0] <= excess * (1 + 1e-12)
        bound, naive = toy.claims(per_hypothesis=False)
        assert bound <= excess * (1 + 1e-12)
        naive_violations += naive > excess * (1 + 1e-9)
    assert naive_violations > 0


def test_subpopulation_errors_groups_by_count():
    errors = subpopulation_errors([7, 3, 3, 5, 5, 5, 9], [1.0, 0.0, 1.0, 0.0, 0.0, 0.3, 0.25])
    assert {count: sorted(q.tolist()) for count, q in errors.items()} == {1: [0.25, 1.0], 2: [0.5], 3: [0.3 / 3]}


def test_deterministic_learners_make_both_forms_agree():
    tau, coupling, errors = {1: 0.01, 2: 0.02}, {1: 0.8, 2: 0.9}, {1: [1.0, 0.0, 1.0], 2: [1.0]}
    first, second = (coupled_excess_bound(tau, errors, coupling, per_hypothesis=form).value for form in (True, False))
    assert first == pytest.approx(second, rel=1e-12)
    assert first == pytest.approx(0.01 * 2 * 0.8 + 0.02 * 0.9, rel=1e-12)


def test_nearest_neighbor_check_against_scikit_learn():
    from sklearn.neighbors import KNeighborsClassifier

    rng = np.random.default_rng(0)
    points, ids = rng.normal(size=(40, 3)), np.r_[np.arange(20), np.arange(10), np.arange(10)]
    fresh, fresh_ids = rng.normal(size=(200, 3)) * 0.3 + points[rng.integers(10, 20, 200)], np.zeros(200, int)
    fresh_ids = 10 + rng.integers(0, 10, 200)
    check = nearest_neighbor_coupling(points, ids, fresh, fresh_ids)
    says = KNeighborsClassifier(1).fit(points, ids).predict(fresh)
    assert check.n_fresh == 200
    assert check.coupling.value == np.mean(says == fresh_ids)
    assert check.coupling.low < check.coupling.value < check.coupling.high
    assert not check.holds
    assert "fails" in check.text


def test_nearest_neighbor_check_certifies_separated_clusters():
    points = 10 * np.eye(4)
    check = nearest_neighbor_coupling(points, [0, 1, 2, 2], points[:2] + 0.5, [0, 1])
    assert check.holds
    assert check.diameter < check.separation
    assert check.to_json()["holds"] is True


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: subpopulation_errors([0, 1], [0.5]), "error must hold one value for each of 2"),
        (lambda: subpopulation_errors([0, 1], [0.5, 1.5]), r"error must lie in \[0, 1\]"),
        (lambda: coupled_excess_bound({}, {1: [0.1]}, {1: 1.0}, per_hypothesis=True), "tau must hold a value"),
        (lambda: coupled_excess_bound({1: 0.1}, {1: [0.1]}, {1: 1.2}, per_hypothesis=True), r"coupling\[1\] must lie"),
        (lambda: total_variation_coupling([0.5, 0.6], [1, 0]), "at_example must sum to 1"),
        (lambda: nearest_neighbor_coupling([[0.0]], [0], [[1.0]], [1]), "seen exactly once"),
        (lambda: nearest_neighbor_coupling([[0.0]], [0, 1], [[1.0]], [1]), "be 1 in number"),
        (lambda: nearest_neighbor_coupling([[np.nan]], [0], [[1.0]], [0]), "points must be a finite array"),
    ],
)
def test_bad_input_is_one_line(call, message):
    with pytest.raises(InputError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)
