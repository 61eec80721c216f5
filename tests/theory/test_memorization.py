"""Memorization: its definition, the generalization gap on random learners, the budget and the uncertainty lemma."""

import random

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.theory.enumeration import SmallProblem, exact_tau, samples
from longtail.theory.memorization import (
    Example,
    generalization_gap,
    least_error_by_uncertainty,
    least_total_memorization,
    leave_one_out_memorization,
    mean_memorization,
    misfits_from_memorization,
)


class RandomLearner:
    """Any function at all of the dataset and the example, by hashing."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def __call__(self, dataset: list[Example], example: Example) -> float:
        return random.Random(f"{self.seed} {sorted(dataset)} {example}").random()


def test_the_generalization_gap_is_mean_memorization_with_its_sign() -> None:
    """30 random learners and populations with conflicting labels, n = 1 to 4; the reversed sign would fail in all."""
    rng = np.random.default_rng(9)
    for seed in range(30):
        population = dict(zip([("a", 0), ("a", 1), ("b", 0)], rng.dirichlet(np.ones(3)), strict=True))
        learner, n_samples = RandomLearner(seed), seed % 4 + 1
        gap = generalization_gap(population, learner, n_samples)
        assert mean_memorization(population, learner, n_samples) == pytest.approx(gap, abs=1e-13)
        assert gap != pytest.approx(-gap, abs=1e-6)


def test_memorization_may_be_negative() -> None:
    contrary = lambda dataset, example: float(example not in dataset)  # noqa: E731
    assert leave_one_out_memorization(contrary, [(0, 0)]) == [-1.0]


def test_misfits_are_what_memorization_leaves() -> None:
    learner, dataset = RandomLearner(1), [("a", 0), ("b", 1), ("a", 0)]
    memorization = leave_one_out_memorization(learner, dataset)
    left_out = [learner([*dataset[:i], *dataset[i + 1 :]], dataset[i]) for i in range(3)]
    misfits = sum(1 - learner(dataset, example) for example in dataset)
    assert misfits_from_memorization(left_out, memorization) == pytest.approx(misfits)


def test_the_budget_is_attained() -> None:
    """Uniform labels; a learner that fits singletons with chance a: its excess and its memorization meet the bound."""
    problem = SmallProblem(frequencies=(9, 4, 1), labelings={(0, 0, 0): 1}, n_samples=3)
    n_singletons = float(sum(chance * sample.counts.count(1) for chance, sample in samples(problem)))
    tau_1, guess, fitted = float(exact_tau(problem, 1)), 0.25, 0.7
    excess = tau_1 * n_singletons * (1 - fitted)
    bound = least_total_memorization(excess, n_singletons, tau_1, guess)
    assert bound.value == pytest.approx((fitted - guess) * n_singletons, rel=1e-12)


def test_no_channel_beats_the_uncertainty_lemma() -> None:
    """2,000 random posteriors, bases and channels (seed 10); an equality where the base is the likeliest label."""
    rng = np.random.default_rng(10)
    for _ in range(2000):
        m = int(rng.integers(2, 6))
        rho, base, channel = rng.dirichlet(np.ones(m)), rng.dirichlet(np.ones(m)), rng.dirichlet(np.ones(m), size=m)
        error = 1 - rho @ np.diag(channel)
        for guess, sharp in ((base, False), (np.eye(m)[rho.argmax()], True)):
            mean = float(rho @ (np.diag(channel) - guess))
            assert error >= least_error_by_uncertainty(rho, mean) - 1e-12
            assert not sharp or error == pytest.approx(least_error_by_uncertainty(rho, mean), abs=1e-12)


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (lambda: mean_memorization({(0, 0): 0.5}, RandomLearner(0), 1), "population must sum to 1; got a sum of 0.5."),
        (lambda: mean_memorization({(0, 0): 1.0}, RandomLearner(0), 0), "n_samples must be at least 1; got 0."),
        (
            lambda: mean_memorization({(0, 0): 0.5, (1, 0): 0.5}, RandomLearner(0), 30),
            "population must have at most 1,000,000 datasets; got 2**30.",
        ),
        (lambda: misfits_from_memorization([0.1], [0.1, 0.2]), "memorization must have 1 entries; got 2 entries."),
        (lambda: least_total_memorization(-1, 1, 0.1, 0.1), "excess must be at least 0; got -1."),
        (lambda: least_total_memorization(0, -1, 0.1, 0.1), "n_singletons must be at least 0; got -1."),
        (lambda: least_total_memorization(0, 1, 0.0, 0.1), "tau_1 must lie in (0, 1]; got 0.0."),
        (lambda: least_error_by_uncertainty([0.5, 0.5], 2.0), "mean_memorization must lie in [-1, 1]; got 2.0."),
    ],
)
def test_bad_input_is_one_line(call, line: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value).startswith(line)
