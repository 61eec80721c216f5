"""The inverse problems: closed forms, round trips, and the mistaken equivalence in words."""

import math

import pytest

from longtail.errors import InputError
from longtail.theory.privacy import (
    least_error_label_private,
    least_error_memorization_limited,
    least_error_private,
)
from longtail.theory.privacy_levels import (
    affordable_error,
    explain_equivalence,
    smallest_epsilon_label_private,
    smallest_epsilon_private,
    smallest_gamma,
)


@pytest.mark.parametrize("n_classes", [2, 10, 100])
@pytest.mark.parametrize("error", [0.05, 0.3, 0.45])
def test_closed_forms_on_uniform_labels(n_classes: int, error: float) -> None:
    """Randomized response is right with e^eps / (e^eps + m - 1); the private cap is tanh(eps / 2)."""
    guess, accuracy = 1 / n_classes, 1 - error
    assert smallest_gamma(error, guess) == pytest.approx(accuracy - guess)
    label_private = math.log((n_classes - 1) * accuracy / error)
    assert smallest_epsilon_label_private(error, guess) == pytest.approx(label_private, rel=1e-12)
    assert smallest_epsilon_private(error, guess) == pytest.approx(2 * math.atanh(accuracy - guess), rel=1e-12)


def test_levels_are_the_least() -> None:
    for guess, delta, copies in [(0.1, 0.0, 1), (0.37, 0.01, 1), (0.25, 1e-3, 3)]:
        for error in (0.1, 0.3, 0.5):
            level = smallest_epsilon_label_private(error, guess, delta, copies)
            assert least_error_label_private(guess, level * (1 - 1e-9), delta, copies) > error
            assert least_error_label_private(guess, level * (1 + 1e-9), delta, copies) <= error
            level = smallest_epsilon_private(error, guess, delta, copies)
            assert least_error_private(guess, level * (1 - 1e-9), delta, copies) > error
            assert least_error_private(guess, level * (1 + 1e-9), delta, copies) <= error
            gamma = smallest_gamma(error, guess, copies)
            assert least_error_memorization_limited(guess, gamma, copies) == pytest.approx(error)


def test_ends_of_the_scale() -> None:
    assert smallest_gamma(0.9, 0.1) == 0
    assert smallest_epsilon_label_private(0.9, 0.1) == smallest_epsilon_private(0.95, 0.1) == 0
    assert smallest_epsilon_label_private(0.0, 0.1) == math.inf
    assert smallest_epsilon_label_private(0.0, 0.1, delta=1.0) == 0
    assert affordable_error(0.1, 0.05) == affordable_error(0.0, 0.0) == 1.0


def test_the_mistaken_equivalence_is_explained_with_both_numbers() -> None:
    text = explain_equivalence()
    assert text.startswith("gamma = 0.5 and epsilon = ln 6 are not equivalent, for 10 equally likely labels:")
    assert "also says 0.6, but no learner reaches it" in text
    assert "fits with probability 0.4; 0.6 takes epsilon = ln 13.5." in text
    assert explain_equivalence(0.5, math.log(13.5)).startswith("gamma = 0.5 and epsilon = ln 13.5 are equivalent")
    assert "epsilon = inf" in explain_equivalence(1.0, math.inf, 2)


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (lambda: smallest_gamma(1.2, 0.1), "error must lie in [0, 1]; got 1.2."),
        (lambda: smallest_epsilon_private(-0.1, 0.1), "error must lie in [0, 1]; got -0.1."),
        (lambda: smallest_epsilon_label_private(0.1, 0.1, copies=0), "copies must be a whole number of at least 1"),
        (lambda: affordable_error(-1, 0.1), "cost must be at least 0; got -1."),
        (lambda: explain_equivalence(n_classes=1), "n_classes must be a whole number of at least 2; got 1."),
    ],
)
def test_bad_input_is_one_line(call, line: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value).startswith(line)
