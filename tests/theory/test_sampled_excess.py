"""Excess error by Monte Carlo: against exact enumeration, for a learner that looks at the whole sample."""

from collections.abc import Mapping
from fractions import Fraction

import pytest

from longtail.errors import InputError
from longtail.theory.enumeration import Sample, SamplePredictions, SmallProblem, expected_excess_error
from longtail.theory.sampled_excess import sampled_excess_error


def _is_lopsided(counts: list[int]) -> bool:
    return sorted(counts) == [0, 1, 4]


def _predict(sample: Sample) -> SamplePredictions:
    wrong = [Fraction(int(_is_lopsided(list(sample.counts)) and count == 1)) for count in sample.counts]
    return [[1 - w, w] for w in wrong]


def _misfits(seen: Mapping[int, int]) -> dict[int, float]:
    return {1: float(_is_lopsided([count for count, number in seen.items() for _ in range(number)]))}


def test_the_interval_covers_the_exact_excess() -> None:
    """Seed 0, 1,000 samples: at the level 1 - 1e-6 the chance of a false alarm is about 1e-6."""
    problem = SmallProblem(frequencies=(10, 1, 1), labelings={(0, 0, 0): 1, (1, 1, 1): 0}, n_samples=5)
    exact = float(expected_excess_error(problem, _predict).excess)
    estimate = sampled_excess_error([10, 1, 1], 3, 5, _misfits, n_draws=1000, seed=0, level=1 - 1e-6)
    assert estimate.low < exact < estimate.high
    assert estimate.high - estimate.low < 0.5 * exact


def test_it_is_a_function_of_its_seed() -> None:
    first, again, other = (
        sampled_excess_error([3, 1, 0], 3, 4, lambda seen: {1: seen.get(1, 0)}, n_draws=5, seed=seed)
        for seed in (1, 1, 2)
    )
    assert first == again != other


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (([1.0], 2, 2, lambda seen: {}, 1), "n_draws must be at least 2 for an interval; got 1."),
        (([0.0], 2, 2, lambda seen: {}, 2), "frequencies must be finite, non-negative and not all zero; got [0.0]."),
        (([1.0], 0, 2, lambda seen: {}, 2), "n_points must be a whole number of at least 1; got 0."),
        (([1.0], 2, 0, lambda seen: {}, 2), "n_samples must be a whole number of at least 1; got 0."),
    ],
)
def test_bad_input_is_one_line(arguments, line: str) -> None:  # type: ignore[no-untyped-def]
    *positional, n_draws = arguments
    with pytest.raises(InputError) as caught:
        sampled_excess_error(*positional, n_draws=n_draws)
    assert str(caught.value) == line
