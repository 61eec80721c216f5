"""Tables with a column of counts: the sum over rows is what repeating each row would give."""

import numpy as np
import pandas as pd
import pytest

from longtail.errors import InputError
from longtail.tail import FrequencyCounts

LONG = pd.DataFrame(
    {
        "plot": ["north", "north", "south", "south", "south"],
        "species": ["wren", "owl", "wren", "?", "tit"],
        "abundance": [7, 1, 5, 2, 0],
    }
)


def _counts(found):
    return dict(zip(found.labels, found.counts.tolist(), strict=True))


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_counts_are_summed_where_they_are(tmp_path, suffix):
    file = tmp_path / f"long.{suffix}"
    LONG.to_csv(file, index=False) if suffix == "csv" else LONG.to_parquet(file)
    found = FrequencyCounts.from_table(file, "species")
    repeated = LONG.loc[LONG.index.repeat(LONG.abundance)]
    by_hand = FrequencyCounts.from_labels([None if name == "?" else name for name in repeated.species])
    assert (_counts(found), found.n_missing) == (_counts(by_hand), by_hand.n_missing) == ({"wren": 12, "owl": 1}, 2)
    assert found.notes[0].startswith("the column 'abundance' holds counts, which are summed")
    rows = FrequencyCounts.from_table(file, "species", count="rows")
    assert (_counts(rows), rows.n_missing) == ({"wren": 2, "owl": 1, "tit": 1}, 1)
    within = FrequencyCounts.from_table(file, "species", "plot", count="abundance")
    assert within.n_samples == 13


def test_a_table_that_may_be_either_is_asked_about(tmp_path):
    LONG.assign(year=2020).to_csv(tmp_path / "long.csv", index=False)
    with pytest.raises(InputError, match="Give count abundance, or count rows"):
        FrequencyCounts.from_table(tmp_path / "long.csv", "species")
    assert FrequencyCounts.from_table(tmp_path / "long.csv", "species", count="abundance").n_samples == 13
    LONG.rename(columns={"abundance": "seen"}).to_csv(tmp_path / "other.csv", index=False)
    assert FrequencyCounts.from_table(tmp_path / "other.csv", "species").n_samples == 4
    assert FrequencyCounts.from_table(tmp_path / "other.csv", "species", count="seen").n_samples == 13


@pytest.mark.parametrize(
    ("column", "says"), [("plot", "whole numbers"), ("none", "count must name a column"), ("species", "another")]
)
def test_other_columns_are_no_counts(tmp_path, column, says):
    LONG.to_csv(tmp_path / "long.csv", index=False)
    with pytest.raises(InputError, match=says):
        FrequencyCounts.from_table(tmp_path / "long.csv", "species", count=column)


def test_fractions_gaps_and_too_many_are_refused(tmp_path):
    for bad in (-1, 0.5, "many", ""):
        (tmp_path / "d.csv").write_text(f"species,count\nwren,3\nowl,{bad}\n")
        with pytest.raises(InputError, match="whole numbers"):
            FrequencyCounts.from_table(tmp_path / "d.csv", "species", count="count")
    with pytest.raises(InputError, match="add up to less than"):
        FrequencyCounts.from_counts([2**53 - 1] * 2_000)
    assert FrequencyCounts.from_counts([2**53 - 1] * 3).n_samples == 3 * (2**53 - 1)


def test_equal_numbers_are_one_label_and_masks_are_gaps():
    assert FrequencyCounts.from_labels(np.array([0.0, -0.0, 2.0])).counts.tolist() == [2, 1]
    found = FrequencyCounts.from_labels(["oak", float("nan"), "oak", None, "elm"])
    assert (_counts(found), found.n_missing) == ({"oak": 2, "elm": 1}, 2)
    with pytest.raises(InputError, match="hold no masked value"):
        FrequencyCounts.from_labels(np.ma.masked_array([1, 1, 2], [False, True, False]))
    assert _counts(FrequencyCounts.from_labels(np.array([1, 1.0, True, 2, "x"], object))) == {"1": 3, "2": 1, "x": 1}
