"""The worth of singletons in combinations, against enumeration and in the limit of one part."""

from itertools import product
from math import factorial, prod

import pytest

from longtail.errors import InputError
from longtail.theory import FrequencyList, LongTailModel, Zipf
from longtail.theory.composition import composition_cost

FREQUENCIES, N_SAMPLES, GUESS = (0.4, 0.3, 0.2, 0.1), 6, 0.25


def _samples():
    for counts in product(range(N_SAMPLES + 1), repeat=4):
        if sum(counts) == N_SAMPLES:
            ways = factorial(N_SAMPLES) // prod(map(factorial, counts))
            yield counts, ways * prod(p**count for p, count in zip(FREQUENCIES, counts, strict=True))


@pytest.mark.parametrize("parts", [1, 2, 3])
def test_the_cost_is_that_of_enumeration(parts):
    """All samples of six examples: the mean cost differs from that of the means by the variance of the accuracy."""
    exact, mean, square = 0.0, 0.0, 0.0
    for counts, probability in _samples():
        seen = sum(p for p, count in zip(FREQUENCIES, counts, strict=True) if count)
        once = sum(p for p, count in zip(FREQUENCIES, counts, strict=True) if count == 1)
        accuracy, lost = seen + GUESS * (1 - seen), (1 - GUESS) * once
        exact += probability * (accuracy**parts - (accuracy - lost) ** parts)
        for value in (accuracy, accuracy - lost):
            mean, square = mean + probability * value, square + probability * value**2
    model = LongTailModel(
        prior=FrequencyList(FREQUENCIES), n_samples=N_SAMPLES, guess_probability=GUESS, convention="fixed"
    )
    found = composition_cost(model, parts)
    variance = square - mean**2 / 2
    assert abs(found.cost - exact) <= (1e-9 if parts == 1 else parts * (parts - 1) / 2 * variance)
    assert found.cost == pytest.approx(exact, rel=0.1)


def test_one_part_is_the_paper():
    model = LongTailModel(prior=Zipf(500), n_samples=500, n_classes=10)
    found = composition_cost(model, 1)
    assert found.cost == pytest.approx(model.cost_of_memorization_limit(0.0))
    assert (found.factor, found.accuracy) == (1, pytest.approx(1 - model.optimal_error))


def test_the_factor_is_a_derivative_and_falls_below_one():
    model = LongTailModel(prior=Zipf(500), n_samples=500, n_classes=10)
    accuracy = 1 - model.optimal_error
    many = composition_cost(model, 12)
    assert many.factor == pytest.approx(((accuracy + 1e-6) ** 12 - (accuracy - 1e-6) ** 12) / 2e-6, rel=1e-6)
    assert composition_cost(model, 2).factor > 1.5
    assert composition_cost(model, 60).factor < 0.1


def test_no_part_is_refused():
    model = LongTailModel(prior=Zipf(50), n_samples=50, n_classes=10)
    with pytest.raises(InputError, match="parts must be a whole number of at least 1; got 0"):
        composition_cost(model, 0)
