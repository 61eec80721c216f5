"""Each table once, whatever the size of its counts."""

import numpy as np
import pytest

from longtail.scores.count_tables import on_distinct_tables


@pytest.mark.parametrize("largest", [5, 40_000, 3_000_000])
def test_results_are_those_of_every_table_by_itself(largest):
    """Counts of millions would overflow a 64-bit code; they must come back as they went in."""
    counts = np.random.default_rng(0).integers(0, largest, (4, 6, 50))
    seen = []

    def weigh(*parts):
        seen.append(len(parts[0]))
        return (parts[0] + 2.0 * parts[1] - 3.0 * parts[2] + 0.5 * parts[3],)

    (result,) = on_distinct_tables(weigh, *counts)
    np.testing.assert_array_equal(result, counts[0] + 2.0 * counts[1] - 3.0 * counts[2] + 0.5 * counts[3])
    assert seen == [len(np.unique(counts.reshape(4, -1), axis=1).T)]
