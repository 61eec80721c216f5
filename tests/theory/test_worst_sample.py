"""The bound for every sample, against the least over all samples by enumeration."""

import pytest

from longtail.errors import InputError
from longtail.theory.enumeration import SmallProblem, exact_least_tau
from longtail.theory.worst_sample import least_tau

PROBLEMS = [((10, 1, 1), 3, 5), ((6, 3, 2), 3, 3), ((100, 1, 0), 4, 4), ((7, 1), 4, 8), ((1000, 1, 1, 1), 3, 6)]


@pytest.mark.parametrize(("prior", "n_points", "n_samples"), PROBLEMS)
def test_least_tau_is_below_every_sample(prior: tuple[int, ...], n_points: int, n_samples: int) -> None:
    problem = SmallProblem(frequencies=prior, labelings={(0,) * n_points: 1}, n_samples=n_samples)
    for count in range(1, n_samples + 1):
        assert 0 < least_tau(prior, n_points, n_samples, count) <= float(exact_least_tau(problem, count))


def test_it_is_sharp_where_the_normalizer_is_known() -> None:
    assert least_tau([2.0, 2.0], 5, 4, 2) == pytest.approx(1 / 5, rel=1e-12)
    assert least_tau([3.0, 1.0], 1, 4, 4) == 1.0


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (([1.0], 3, 2, 3), "count must not exceed n_samples = 2; got 3."),
        (([1.0], 0, 2, 1), "n_points must be a whole number of at least 1; got 0."),
        (([0.0], 3, 2, 1), "frequencies must be finite, non-negative and not all zero; got [0.0]."),
    ],
)
def test_bad_input_is_one_line(arguments, line: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError) as caught:
        least_tau(*arguments)
    assert str(caught.value) == line
