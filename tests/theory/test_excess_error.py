"""Bounds on excess error from misfits, against exact enumeration."""

from collections import Counter
from fractions import Fraction

import pytest

from longtail.errors import InputError
from longtail.theory.enumeration import (
    Sample,
    SamplePredictions,
    SmallProblem,
    exact_excess_error,
    exact_expected_misfits,
    exact_tau,
    expected_excess_error,
    samples,
)
from longtail.theory.excess_error import (
    always_valid_excess_error,
    averaged_excess_error,
    predicted_difference,
    sample_excess_error,
    sample_optimal_error,
)

PRIOR = (10, 3, 1)
HALF = Fraction(1, 2)
PROBLEM = SmallProblem(
    frequencies=PRIOR, labelings={(a, b, c): HALF**3 for a in (0, 1) for b in (0, 1) for c in (0, 1)}, n_samples=4
)


def _never_fits_singletons(sample: Sample) -> SamplePredictions:
    """Labels are fair coins: half of what is predicted on unseen points and singletons is wrong."""
    rows = []
    for count, label in zip(sample.counts, sample.labels, strict=True):
        known = label is not None and count > 1
        rows.append([Fraction(int(label == y)) if known else HALF for y in (0, 1)])
    return rows


def _fits(sample: Sample) -> SamplePredictions:
    return [[HALF if label is None else Fraction(int(label == y)) for y in (0, 1)] for label in sample.labels]


def _misfits(sample: Sample) -> dict[int, float]:
    return {1: 0.5 * sample.counts.count(1)}


def test_the_averaged_bound_is_an_equality_for_a_learner_that_looks_at_counts_alone() -> None:
    taus = {count: float(exact_tau(PROBLEM, count)) for count in range(1, 5)}
    misfits = {count: float(m) for count, m in exact_expected_misfits(PROBLEM, _never_fits_singletons).items()}
    bound = averaged_excess_error(misfits, taus)
    exact = expected_excess_error(PROBLEM, _never_fits_singletons)
    assert bound.value == pytest.approx(float(exact.excess), rel=1e-14)
    assert bound.side == "lower"
    assert "average" in bound.condition
    difference = exact.error - expected_excess_error(PROBLEM, _fits).error
    assert predicted_difference(misfits, {}, taus.__getitem__) == pytest.approx(float(difference), rel=1e-14)


def test_the_sample_bound_is_exact_and_the_always_valid_one_below_it() -> None:
    for _, sample in samples(PROBLEM):
        parts = exact_excess_error(PROBLEM, sample, _never_fits_singletons(sample))
        seen = Counter(sample.counts)
        bound = sample_excess_error(PRIOR, seen, _misfits(sample))
        assert bound.value == pytest.approx(float(parts.excess), rel=1e-12)
        assert bound.condition == ""
        assert sample_optimal_error(PRIOR, seen, 0.5) == pytest.approx(float(parts.optimum), rel=1e-12)
        assert always_valid_excess_error(_misfits(sample), PRIOR, 3, 4).value <= bound.value + 1e-15


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (lambda: averaged_excess_error({0: 1}, {0: 1.0}), "misfits must be given for counts of at least 1; got 0."),
        (lambda: averaged_excess_error({1: -1}, {1: 1.0}), "misfits must not be negative; got -1."),
        (lambda: averaged_excess_error({2: 1}, {1: 1.0}), "tau must hold a value for the count 2"),
        (
            lambda: sample_excess_error([1.0], {1: 2}, {1: 3}),
            "misfits must not exceed the 2 points seen 1 times; got 3.",
        ),
    ],
)
def test_bad_input_is_one_line(call, line: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value).startswith(line)
