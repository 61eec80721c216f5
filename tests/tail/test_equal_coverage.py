"""Equal coverage: rarefaction by enumeration, the jackknife by leaving out, and populations whose curve is known."""

from itertools import combinations

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.tail import FrequencyCounts, compare_at_coverage, unit_rows
from longtail.tail.equal_coverage import _Draws

COUNTS = [1, 1, 2, 3, 3]


def _rows(counts):
    return np.repeat(np.arange(len(counts)), counts)


def _at_coverage(p, weight, coverage):
    """The population's number of kinds at a coverage: a draw has kind x with probability p, by itself."""

    def seen(t):
        return 1 - (1 - p) ** t

    t = next(t for t in range(10_000) if (weight * seen(t + 1)).sum() > coverage)
    low, high = ((weight * seen(each)).sum() for each in (t, t + 1))
    shown, then = seen(t).sum(), seen(t + 1).sum()
    return shown + (coverage - low) / (high - low) * (then - shown)


@pytest.mark.parametrize("size", [1, 4, 7])
def test_curves_are_means_over_all_samples(size):
    """Kinds of every subset of the rows; coverage by another row, over all pairs of a subset and a row outside."""
    labels, sample = _rows(COUNTS), _Draws.of_counts(COUNTS)
    subsets = list(combinations(range(len(labels)), size))
    shown = np.mean([len({labels[i] for i in subset}) for subset in subsets])
    covered = [labels[j] in labels[list(s)] for s in subsets for j in range(len(labels)) if j not in s]
    assert sample.curve(size) == pytest.approx((shown, np.mean(covered)))


def test_leaving_out_is_the_curve_of_the_rest_for_rows_and_units():
    labels = _rows(COUNTS)
    shown, covered = _Draws.of_counts(COUNTS).left_out(4)
    for way, count in enumerate(np.unique(COUNTS)):
        rest = sorted(COUNTS)
        rest[rest.index(count)] -= 1
        expected = _Draws.of_counts([left for left in rest if left]).curve(4)
        assert (shown[way], covered[way]) == pytest.approx(expected)
    units = np.array([0, 1, 1, 2, 3, 3, 3, 4, 5, 6])
    shown, covered = _Draws.of_units(unit_rows(labels, units)).left_out(3)
    for unit in range(7):
        rest = _Draws.of_units(unit_rows(labels[units != unit], units[units != unit]))
        assert (shown[unit], covered[unit]) == pytest.approx(rest.curve(3))


def test_units_of_one_row_are_rows():
    counts = np.random.default_rng(0).multinomial(200, np.arange(1, 41)[::-1] / 820)
    rows = unit_rows(_rows(counts), np.arange(200))
    other = FrequencyCounts.from_counts([1] * 5 + [2] * 3 + [40] * 3)
    by_rows = compare_at_coverage(FrequencyCounts.from_counts(counts), other)
    by_units = compare_at_coverage(rows, other)
    assert by_units.difference.value == pytest.approx(by_rows.difference.value)
    assert by_units.difference.high == pytest.approx(by_rows.difference.high)


def test_intervals_of_units_hold_the_difference_where_those_of_rows_do_not():
    """40 pairs of worlds, seeds 0 to 39, six rows a kind of a unit; at 95 % fewer than 33 is chance in 2,000."""
    laws = [np.minimum(3 / rank / (1 / rank).sum(), 0.9) for rank in (np.arange(1, 301.0), np.arange(1, 121.0))]
    held = np.zeros(2, int)
    for seed in range(40):
        draws, units, rows = np.random.default_rng(seed), [], []
        for p in laws:
            table = (draws.random((60, len(p))) < p) * draws.geometric(1 / 6, (60, len(p)))
            unit, kind = np.nonzero(table)
            units.append(unit_rows(kind, unit, table[unit, kind]))
            rows.append(FrequencyCounts.from_counts(table.sum(axis=0)))
        found = compare_at_coverage(*units)
        truth = np.subtract(*(_at_coverage(p, p / p.sum(), found.coverage) for p in laws))
        naive = compare_at_coverage(*rows, coverage=found.coverage)
        for place, difference in enumerate((found.difference, naive.difference)):
            held[place] += difference.low <= truth <= difference.high
    assert held[0] >= 33
    assert held[1] <= 4


@pytest.mark.parametrize(
    ("first", "settings", "line"),
    [
        ([2] * 222 + [3] * 78, {}, "first must hold counts that independent draws can give; got 0 subpopulations were"),
        ([1] * 9, {}, "first must have a subpopulation that several draws have; got none"),
        ([1, 2, 3, 4], {"coverage": 0.99}, "coverage must lie above 0, and at most at 0.8"),
    ],
)
def test_what_cannot_be_compared_is_one_line(first, settings, line):
    with pytest.raises(InputError) as caught:
        compare_at_coverage(FrequencyCounts.from_counts(first), FrequencyCounts.from_counts([1, 5, 9]), **settings)
    assert str(caught.value).startswith(line)
