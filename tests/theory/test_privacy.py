"""The bounds of privacy, against linear programs, exact channels and the published values."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.theory.privacy import (
    group_privacy,
    least_error_label_private,
    least_error_memorization_limited,
    least_error_private,
    least_error_private_sharp,
    memorization_cap,
    memorization_cap_paper,
    privacy_of_stability,
)
from longtail.theory.randomized_response import label_private_accuracy

REFERENCE = json.loads((Path(__file__).parent / "reference" / "label_privacy.json").read_text())["label_dp"]


def _case(name: str) -> tuple[int, float]:
    classes, level = name.removeprefix("uniform ").split(" ")
    epsilon = level.removeprefix("eps=")
    return int(classes.removeprefix("m=")), math.log(6) if epsilon == "ln6" else float(epsilon)


@pytest.mark.parametrize("name", REFERENCE)
def test_reference_values_of_the_caps_and_of_uniform_labels(name: str) -> None:
    n_classes, epsilon = _case(name)
    expected = {field: float(value) for field, value in REFERENCE[name].items()}
    assert memorization_cap(epsilon) == pytest.approx(expected["mem_cap_sharp"], rel=1e-12)
    assert memorization_cap_paper(epsilon) == pytest.approx(expected["mem_cap_paper"], rel=1e-12)
    least = least_error_label_private(1 / n_classes, epsilon, n_classes=n_classes)
    assert least == pytest.approx(1 - expected["sharp"], rel=1e-12)


def test_the_least_favorable_posterior_is_least_favorable() -> None:
    """200 random posteriors: none is answered better than the bound made from its largest entry alone."""
    rng = np.random.default_rng(1)
    for _ in range(200):
        posterior = rng.dirichlet(np.full(rng.integers(2, 8), 0.5))
        epsilon, delta = rng.uniform(0, 3), rng.choice([0.0, 0.1])
        least = least_error_label_private(posterior.max(), epsilon, delta)
        assert label_private_accuracy(posterior, epsilon, delta) <= 1 - least + 1e-12


def test_the_averaged_bound_is_below_any_average_of_bounds() -> None:
    """Two points guessed with 0.5 and 1 average 0.75: the pointwise bound at 0.75 exceeds their mean."""
    mean_of_bounds = (least_error_label_private(0.5, 1.0) + least_error_label_private(1.0, 1.0)) / 2
    assert least_error_label_private(0.75, 1.0) > mean_of_bounds
    assert least_error_label_private(0.75, 1.0, averaged=True) <= mean_of_bounds + 1e-12
    assert least_error_label_private(0.75, 1.0, averaged=True) == pytest.approx(mean_of_bounds)  # and attained
    for n_classes in range(1, 12):  # the envelope touches the bound at uniform labels
        pointwise = least_error_label_private(1 / n_classes, 0.7, 0.02)
        assert least_error_label_private(1 / n_classes, 0.7, 0.02, averaged=True) == pytest.approx(pointwise, abs=1e-14)


def test_the_averaged_bound_is_safe_for_random_mixtures() -> None:
    """500 random mixtures of points (seed 4): their mean error is never below the bound at their mean guess."""
    rng = np.random.default_rng(4)
    for _ in range(500):
        guesses, epsilon = rng.random(int(rng.integers(1, 5))) ** 2, float(rng.uniform(0, 4))
        mean_error = np.mean([least_error_label_private(float(guess), epsilon) for guess in guesses])
        assert mean_error >= least_error_label_private(float(guesses.mean()), epsilon, averaged=True) - 1e-12


def test_group_privacy_is_the_composition_step_by_step() -> None:
    epsilon, delta = 0.3, 1e-3
    composed = 0.0
    for copies in range(1, 12):
        composed = math.exp(epsilon) * composed + delta  # one more example changed
        assert group_privacy(epsilon, delta, copies) == pytest.approx((copies * epsilon, composed), rel=1e-12)
    assert group_privacy(500.0, 1e-9, 5) == (2500.0, 1.0)
    assert group_privacy(500.0, 0.0, 5) == (2500.0, 0.0)


def test_the_memorization_cap_is_attained_and_not_exceeded() -> None:
    """With the example right with probability p, without it q: maximize p - q over the private pairs on a grid."""
    grid = np.linspace(0, 1, 401)
    p, q = np.meshgrid(grid, grid, indexing="ij")
    for epsilon, delta in [(0.0, 0.1), (0.5, 0.0), (1.0, 0.05), (3.0, 0.2)]:
        private = (p <= math.exp(epsilon) * q + delta) & (1 - q <= math.exp(epsilon) * (1 - p) + delta)
        best = (p - q)[private].max()
        assert best <= memorization_cap(epsilon, delta) + 1e-12
        assert best == pytest.approx(memorization_cap(epsilon, delta), abs=0.01)


def test_sharp_private_error_is_attained_by_a_channel_on_uniform_labels() -> None:
    """Rows P_y within a factor e^epsilon of the center 1/m, right as often as the bound allows: built explicitly."""
    for n_classes in (2, 3, 10):
        for epsilon in (0.1, 1.0, 2.0):
            right = 1 - least_error_private_sharp(1 / n_classes, epsilon)
            wrong = (1 - right) / (n_classes - 1)
            ratios = np.array([right, wrong, 1 - right, 1 - wrong]) / np.array(
                [1 / n_classes, 1 / n_classes, 1 - 1 / n_classes, 1 - 1 / n_classes]
            )
            assert np.all(np.abs(np.log(ratios)) <= epsilon + 1e-12)
            assert least_error_private(1 / n_classes, epsilon, 0.0) <= 1 - right + 1e-12


def test_sharp_private_error_is_never_below_the_cap() -> None:
    for guess in np.linspace(0, 1, 21):
        for epsilon, delta, copies in [(0.0, 0.0, 1), (0.4, 1e-3, 2), (2.0, 0.1, 1), (800.0, 0.0, 3)]:
            sharp = least_error_private_sharp(float(guess), epsilon, delta, copies)
            assert sharp >= least_error_private(float(guess), epsilon, delta, copies) - 1e-12


def test_limits() -> None:
    assert least_error_memorization_limited(0.1, 0.5) == pytest.approx(0.4)
    assert least_error_memorization_limited(0.1, 0.4, copies=3) == 0.0
    assert least_error_label_private(0.1, 0.0) == pytest.approx(0.9)  # nothing is learned from the label
    assert least_error_label_private(0.1, math.inf) == 0.0
    assert least_error_label_private(0.0, 3.0) == 1.0
    assert least_error_label_private(0.1, 1.0, delta=1.0) == 0.0
    assert least_error_private_sharp(0.1, math.inf) == 0.0
    assert memorization_cap(math.inf) == 1.0
    for gamma in (0.0, 0.3, 1.0):
        assert memorization_cap(*privacy_of_stability(gamma)) == pytest.approx(gamma)


def test_label_privacy_does_not_limit_memorization() -> None:
    """The prediction 1[n is even] ignores every label, so it is (0, 0)-label-private, and memorizes fully."""

    def predict(labels: tuple[int, ...]) -> int:
        return int(len(labels) % 2 == 0)

    sample, without = (1, 1), (1,)
    assert all(predict((a, b)) == predict(sample) for a in (0, 1) for b in (0, 1))
    memorization = (predict(sample) == 1) - (predict(without) == 1)
    assert memorization == 1 > memorization_cap(0.0)


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (lambda: least_error_memorization_limited(0.1, 1.5), "gamma must lie in [0, 1]; got 1.5."),
        (lambda: least_error_memorization_limited(math.nan, 0.5), "guess_probability must be a number; got nan."),
        (lambda: least_error_private(0.1, -1.0, 0.0), "epsilon must be at least 0; got -1.0."),
        (lambda: least_error_private(0.1, 1.0, 2.0), "delta must lie in [0, 1]; got 2.0."),
        (lambda: least_error_private(0.1, 1.0, 0.0, copies=0), "copies must be a whole number of at least 1; got 0."),
        (lambda: least_error_label_private(0.1, 1.0, n_classes=1), "n_classes must be a whole number of at least 2"),
        (lambda: least_error_label_private(0.1, 1.0, n_classes=4), "guess_probability must be at least 1 / n_classes"),
    ],
)
def test_bad_input_is_one_line(call, line: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value).startswith(line)
    assert "\n" not in str(caught.value)
