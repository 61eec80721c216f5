"""The identity and the averaged bound, against the definition of error, in integers, on 300 random small problems."""

import math
import random
from fractions import Fraction
from functools import cache
from itertools import product

import pytest

from longtail.errors import InputError
from longtail.theory.enumeration import (
    ExcessError,
    Sample,
    SampleLearner,
    SamplePredictions,
    SmallProblem,
    exact_excess_error,
    exact_expected_misfits,
    exact_least_tau,
    exact_posterior_frequencies,
    exact_tau,
    expected_excess_error,
    label_posteriors,
    samples,
)

N_PROBLEMS = 300


def _random_problem(rng: random.Random) -> SmallProblem:
    n_points, n_labels = rng.choice([(2, 2), (2, 3), (3, 2)])
    labelings = list(product(range(n_labels), repeat=n_points))
    weights = [rng.randint(0, 5) for _ in labelings]
    weights[-1] += 1
    law = {f: Fraction(w, sum(weights)) for f, w in zip(labelings, weights, strict=True)}
    prior = (rng.randint(1, 9), *(rng.choice([0, 1, 2, 3, 10]) for _ in range(rng.randint(1, 2))))
    return SmallProblem(frequencies=prior, labelings=law, n_samples=rng.randint(1, 3))


def _likely_label(problem: SmallProblem, sample: Sample) -> list[int]:
    return [max(range(problem.n_classes), key=row.__getitem__) for row in label_posteriors(problem, sample)]


def _learner(problem: SmallProblem, errors: dict[int, Fraction], guess_well: bool) -> SampleLearner:
    """Errs with a probability set by the count alone; guesses unseen points by their likeliest label, or by label 0."""

    @cache
    def predict(sample: Sample) -> SamplePredictions:
        likely = _likely_label(problem, sample)
        rows = []
        for x, label in enumerate(sample.labels):
            row = [Fraction(0)] * problem.n_classes
            if label is None:
                row[likely[x] if guess_well else 0] = Fraction(1)
            else:
                row[label] += 1 - errors[sample.counts[x]]
                row[(label + 1) % problem.n_classes] += errors[sample.counts[x]]
            rows.append(row)
        return rows

    return predict


def _error_by_definition(problem: SmallProblem, learner: SampleLearner) -> tuple[Fraction, Fraction]:
    """The learner's expected error, and the least possible one, over every domain, *ordered* sample and labeling."""
    draws = [draw for draw in product(problem.frequencies, repeat=problem.n_points) if any(draw)]
    common = math.lcm(*(int(sum(draw)) for draw in draws))
    masses: dict[
        tuple[int, ...], list[int]
    ] = {}  # by counts: for each x, the sum of likelihood times D(x), in integers
    for draw in draws:
        mass = [int(p * common / sum(draw)) for p in draw]
        for points in product(range(problem.n_points), repeat=problem.n_samples):
            likelihood = math.prod(mass[x] for x in points)
            totals = masses.setdefault(tuple(points.count(x) for x in range(problem.n_points)), [0] * problem.n_points)
            for x in range(problem.n_points):
                totals[x] += likelihood * mass[x]
    joint: dict[Sample, list[list[Fraction]]] = {}  # for each sample, point and label
    for (counts, totals), (labeling, chance) in product(masses.items(), problem.labelings.items()):
        seen = Sample(counts=counts, labels=tuple(y if c else None for y, c in zip(labeling, counts, strict=True)))
        rows = joint.setdefault(seen, [[Fraction(0)] * problem.n_classes for _ in counts])
        for x, label in enumerate(labeling):
            rows[x][label] += totals[x] * chance
    error = optimum = Fraction(0)
    for sample, rows in joint.items():
        if any(map(any, rows)):
            for predicted, row in zip(learner(sample), rows, strict=True):
                error += sum(row) - sum((p * r for p, r in zip(predicted, row, strict=True)), Fraction(0))
                optimum += sum(row) - max(row)
    scale = len(draws) * common ** (problem.n_samples + 1)
    return error / scale, optimum / scale


def _claimed(problem: SmallProblem, misfits: dict[int, Fraction], tau=exact_tau) -> Fraction:  # type: ignore[no-untyped-def]
    return sum((tau(problem, count) * number for count, number in misfits.items() if number), Fraction(0))


def _planted_tau(numerator: int, rest: int):  # type: ignore[no-untyped-def]
    """The ratio of moments with shifted exponents: (1, 0) is right, anything else is a planted fault."""

    def tau(problem: SmallProblem, count: int) -> Fraction:
        left = problem.n_samples - count
        draws = [draw for draw in product(problem.frequencies, repeat=problem.n_points) if any(draw)]
        alphas = [draw[0] / sum(draw) for draw in draws]
        above = sum((a ** (count + numerator) * (1 - a) ** (left + rest) for a in alphas), Fraction(0))
        return above / sum((a**count * (1 - a) ** left for a in alphas), Fraction(0))

    return tau


def test_the_identity_and_the_averaged_bound_hold_in_every_random_problem() -> None:
    """Exact: no tolerance. Planted wrong exponents are caught."""
    rng = random.Random(3)
    caught = {(2, 0): 0, (1, 1): 0, (0, 0): 0}
    for _ in range(N_PROBLEMS):
        problem = _random_problem(rng)
        errors = {count: Fraction(rng.randint(0, 4), 4) for count in range(1, problem.n_samples + 1)}
        guess_well = rng.random() < 0.5
        learner = _learner(problem, errors, guess_well)
        error, optimum = _error_by_definition(problem, learner)
        parts = expected_excess_error(problem, learner)
        assert (parts.error, parts.optimum) == (error, optimum)
        misfits = exact_expected_misfits(problem, learner)
        claimed = _claimed(problem, misfits)
        assert error - optimum == claimed + parts.unseen_slack
        assert parts.unseen_slack >= 0
        assert not guess_well or parts.unseen_slack == 0
        for exponents in caught:
            caught[exponents] += _claimed(problem, misfits, _planted_tau(*exponents)) != claimed
    assert min(caught.values()) > 0.9 * N_PROBLEMS, caught  # in the others nothing was misfitted


def test_the_identity_holds_sample_by_sample_for_a_learner_that_looks_at_everything() -> None:
    """A learner whose errors depend on all counts: the identity is exact for each sample, the averaged bound is not."""
    problem = SmallProblem(frequencies=(10, 1, 1), labelings={(0, 0, 0): 1, (1, 1, 1): 0}, n_samples=5)

    def misfits_singletons_of_lopsided_samples(sample: Sample) -> SamplePredictions:
        lopsided = sorted(sample.counts) == [0, 1, 4]
        wrong = [int(lopsided and count == 1) for count in sample.counts]
        return [[Fraction(1 - w), Fraction(w)] for w in wrong]

    error, optimum = _error_by_definition(problem, misfits_singletons_of_lopsided_samples)
    parts = expected_excess_error(problem, misfits_singletons_of_lopsided_samples)
    assert (parts.error, parts.optimum) == (error, optimum)
    claimed = _claimed(problem, exact_expected_misfits(problem, misfits_singletons_of_lopsided_samples))
    assert float((error - optimum) / claimed) == pytest.approx(0.8129, abs=5e-5)  # the bound as quoted is violated
    least = exact_least_tau(problem, 1) / exact_tau(problem, 1)
    assert (error - optimum) / claimed >= least


@pytest.mark.parametrize(
    ("prior", "n_samples", "low", "high"), [((6, 3, 2), 3, 0.9938, 1.0075), ((10, 1, 1), 5, 0.813, 1.203)]
)
def test_a_whole_sample_tells_more_than_a_count(
    prior: tuple[int, ...], n_samples: int, low: float, high: float
) -> None:
    """The published range of E[D(x) | Z] / tau over seen points of three; exactly 1 for equal lists and two points."""
    problem = SmallProblem(frequencies=prior, labelings={(0, 0, 0): 1}, n_samples=n_samples)
    ratios = [
        exact_posterior_frequencies(problem, sample.counts)[x] / exact_tau(problem, count)
        for _, sample in samples(problem)
        for x, count in enumerate(sample.counts)
        if count
    ]
    assert float(min(ratios)) == pytest.approx(low, abs=5e-4)
    assert float(max(ratios)) == pytest.approx(high, abs=5e-4)
    for exempt in (
        SmallProblem(frequencies=(2, 2), labelings={(0, 0, 0): 1}, n_samples=4),
        SmallProblem(frequencies=prior, labelings={(0, 0): 1}, n_samples=4),
    ):
        for _, sample in samples(exempt):
            means = exact_posterior_frequencies(exempt, sample.counts)
            assert means == tuple(exact_tau(exempt, count) for count in sample.counts)


def test_samples_are_a_distribution() -> None:
    problem = _random_problem(random.Random(0))
    assert sum(chance for chance, _ in samples(problem)) == 1


def test_parts_add_up() -> None:
    parts = ExcessError(optimum=Fraction(1, 4), misfit_cost=Fraction(1, 8), unseen_slack=Fraction(1, 16))
    assert parts.excess == Fraction(3, 16)
    assert parts.error == Fraction(7, 16)


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (lambda: SmallProblem(frequencies=(0,), labelings={(0,): 1}, n_samples=1), "frequencies must be non-negative"),
        (lambda: SmallProblem(frequencies=(-1, 2), labelings={(0,): 1}, n_samples=1), "frequencies must be non-neg"),
        (lambda: SmallProblem(frequencies=(), labelings={(0,): 1}, n_samples=1), "frequencies must be non-negative"),
        (
            lambda: SmallProblem(frequencies=(1,), labelings={(0,): Fraction(1, 2)}, n_samples=1),
            "labelings must have non-negative probabilities that sum to 1; got a sum of 1/2.",
        ),
        (lambda: SmallProblem(frequencies=(1,), labelings={(0,): 1, (0, 1): 0}, n_samples=1), "labelings must each"),
        (lambda: SmallProblem(frequencies=(1,), labelings={}, n_samples=1), "labelings must each"),
        (lambda: SmallProblem(frequencies=(1,), labelings={(0,): 1}, n_samples=-1), "n_samples must be a whole number"),
        (lambda: SmallProblem(frequencies=(1, 2), labelings={(0,) * 30: 1}, n_samples=30), "problem must need at most"),
    ],
)
def test_bad_problems_are_one_line(make, line: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError) as caught:
        make()
    assert str(caught.value).startswith(line)


def test_bad_counts_are_one_line() -> None:
    problem = SmallProblem(frequencies=(1, 0), labelings={(0, 0): 1}, n_samples=2)
    with pytest.raises(InputError, match="count must not exceed n_samples = 2; got 3"):
        exact_tau(problem, 3)
    with pytest.raises(InputError, match="counts must hold 2 numbers that sum to 2"):
        exact_excess_error(problem, Sample(counts=(1, 0), labels=(0, None)), [[Fraction(1)], [Fraction(1)]])
