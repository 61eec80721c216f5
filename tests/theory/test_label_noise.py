"""Noisy labels: random posteriors, enumeration of a noisy model, the counter-example to the quoted corollary."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.theory.enumeration import SmallProblem, exact_tau, samples
from longtail.theory.label_noise import (
    confidence,
    confidences,
    least_confidence,
    noisy_cost_of_memorization_limit,
    noisy_excess_error,
    observed_labels,
    random_classification_noise,
)


def test_misfitting_costs_at_least_the_confidence_on_random_posteriors() -> None:
    """20,000 random posteriors and predictions (seed 7): the step that Theorem 2.4 rests on, at one point."""
    rng = np.random.default_rng(7)
    for n_classes in (2, 3, 7):
        rho = rng.dirichlet(np.full(n_classes, 0.6), size=7000)
        predicted = rng.dirichlet(np.full(n_classes, 0.4), size=7000)
        cost = rho.max(axis=1) - (rho * predicted).sum(axis=1)
        trust = np.array([confidence(row, 0) for row in rho])
        assert np.all(cost >= trust * (1 - predicted[:, 0]) - 1e-12)
        if n_classes == 2:  # all error is on the runner-up: an equality where the label is trusted
            assert cost[trust >= 0] == pytest.approx((trust * (1 - predicted[:, 0]))[trust >= 0], abs=1e-12)


def test_confidence_is_kappa_exactly_for_uniform_labels() -> None:
    for n_classes, kappa in product((2, 5), (0.0, 0.4, 1.0)):
        noise = random_classification_noise(n_classes, kappa)
        assert confidences(np.full(n_classes, 1 / n_classes), noise) == pytest.approx(kappa, abs=1e-12)
    published = confidences([0.9, 0.1], random_classification_noise(2, 0.6))
    assert published == pytest.approx([0.946, -0.385], abs=5e-4)  # not 0.6: labels are not uniform


def test_the_bound_holds_exactly_for_noisy_labels() -> None:
    """Two labels, kappa = 1/2, uniform: the excess over all samples, by enumeration, equals the bound at n = 2.

    A learner that errs on singletons with probability q predicts the other label, the runner-up, so there is no slack
    there; at n = 2 a seen point's count says all. A point seen twice with labels that disagree is a tie, and costs
    nothing; with labels that agree, or unseen, it is predicted optimally.
    """
    problem = SmallProblem(frequencies=(5, 1), labelings={(0, 0, 0): 1}, n_samples=2)
    kappa, q = Fraction(1, 2), Fraction(1, 4)
    singletons = sum(chance * sample.counts.count(1) for chance, sample in samples(problem))
    right, wrong = (1 + kappa) / 2, (1 - kappa) / 2
    excess_at_singleton = right - ((1 - q) * right + q * wrong)
    excess = singletons * exact_tau(problem, 1) * excess_at_singleton
    trust = confidences([0.5, 0.5], random_classification_noise(2, float(kappa)))[0]
    bound = noisy_excess_error(float(exact_tau(problem, 1)), [trust] * 8, [float(q * singletons) / 8] * 8)
    assert bound.value == pytest.approx(float(excess), rel=1e-12)


def test_the_quoted_corollary_is_refuted_and_the_safe_form_is_not() -> None:
    """Labels (0.95, 0.05), flipped with 0.1: "always the first" memorizes nothing and is optimal."""
    guess, noise = [0.95, 0.05], [[0.9, 0.1], [0.1, 0.9]]
    seen, trust = observed_labels(guess, noise), confidences(guess, noise)
    assert seen == pytest.approx([0.86, 0.14])
    assert trust == pytest.approx([0.988, -0.357], abs=5e-4)
    quoted = float(seen @ trust) * (1 - seen.max())
    assert quoted == pytest.approx(0.112, abs=5e-4)  # in units of the singletons' mass, though the excess is 0
    assert noisy_cost_of_memorization_limit(1.0, 0.0, guess, noise).value == 0.0


def test_the_safe_form_holds_for_the_best_limited_learner() -> None:
    """500 random posteriors and noises: no learner without memorization (gamma = 0) does better than the bound."""
    rng = np.random.default_rng(8)
    for _ in range(500):
        m = int(rng.integers(2, 5))
        guess, noise = rng.dirichlet(np.ones(m)), rng.dirichlet(np.ones(m) * 0.3, size=m) * 0.4 + 0.6 * np.eye(m)
        joint = guess[:, None] * noise
        optimum = joint.max(axis=0).sum()  # right with the best use of the observed label
        best_without_it = guess.max()
        bound = noisy_cost_of_memorization_limit(1.0, 0.0, guess, noise).value
        assert optimum - best_without_it >= bound - 1e-12


def test_without_noise_it_is_the_plain_cost() -> None:
    assert noisy_cost_of_memorization_limit(0.08, 0.5, [0.1] * 10).value == pytest.approx(0.032)
    assert least_confidence([0.1] * 10, np.eye(10)) == 1.0
    assert np.isnan(confidences([1.0, 0.0], np.eye(2))[1])


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (lambda: confidence([0.5, 0.4], 0), "posterior must sum to 1; got a sum of 0.9."),
        (lambda: confidence([0.5, 0.5], 2), "observed must be a label from 0 to 1; got 2."),
        (lambda: random_classification_noise(1, 0.5), "n_classes must be a whole number of at least 2; got 1."),
        (lambda: random_classification_noise(2, 1.5), "kappa must lie in [0, 1]; got 1.5."),
        (lambda: confidences([0.5, 0.5], np.eye(3)), "noise must have the shape (2, 2); got (3, 3)."),
        (lambda: noisy_excess_error(0.1, [0.5], [0.5, 0.5]), "misfits must have the shape of confidences"),
        (lambda: noisy_excess_error(0.1, [1.5], [0.5]), "confidences must lie in [-1, 1]; got [1.5]."),
        (lambda: noisy_excess_error(0.1, [0.5], [1.5]), "misfits must lie in [0, 1]; got [1.5]."),
    ],
)
def test_bad_input_is_one_line(call, line: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value).startswith(line)
