"""Counting: against collections.Counter, and everything that is refused."""

from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from longtail.errors import InputError
from longtail.randomness import generator
from longtail.tail import FrequencyCounts


def as_dictionary(counts):
    names = counts.labels if counts.classes is None else zip(counts.classes, counts.labels, strict=True)
    return dict(zip(names, counts.counts, strict=True))


@pytest.mark.parametrize("kind", ["small", "negative", "float", "text", "large"])
def test_counts_agree_with_a_counter_however_the_rows_are_cut(kind):
    drawn = generator(0, "labels", kind).zipf(1.5, size=5000) % 700
    labels = {
        "small": drawn,
        "negative": drawn - 300,
        "float": drawn / 4,
        "text": drawn.astype(str),
        "large": drawn * 10**15,
    }[kind]
    whole = FrequencyCounts.from_labels(labels)
    cut = FrequencyCounts.from_batches(np.array_split(labels, 7))
    assert as_dictionary(whole) == Counter(labels.tolist()) == as_dictionary(cut)
    assert whole.n_samples == 5000


def test_batches_may_change_their_type_on_the_way():
    counts = FrequencyCounts.from_batches([np.array([3, 4]), np.array([3, -1]), np.array([1, 2**40])])
    assert as_dictionary(counts) == {3: 2, 4: 1, -1: 1, 1: 1, 2**40: 1}
    mixed = FrequencyCounts.from_batches([np.array([3, 4]), np.array(["3", "a"])])
    assert as_dictionary(mixed) == {"3": 2, "4": 1, "a": 1}


def test_partial_counts_are_added_up_before_they_fill_memory(monkeypatch):
    monkeypatch.setattr("longtail.tail.label_tally._LEAST_COMPACTION", 10)
    batches = [generator(1, k).integers(-50, 50, size=200) for k in range(20)]
    assert as_dictionary(FrequencyCounts.from_batches(batches)) == Counter(np.concatenate(batches).tolist())


def test_with_classes_a_subpopulation_is_a_pair():
    counts = FrequencyCounts.from_labels([1, 1, 2, 1], classes=["x", "y", "x", "x"])
    assert as_dictionary(counts) == {("x", 1): 2, ("y", 1): 1, ("x", 2): 1}
    split = counts.by_class()
    assert split["x"].n_samples == 3
    assert split["y"].counts.tolist() == [1]


@pytest.mark.parametrize(
    "labels", [["a", None, "b", None], pa.array(["a", None, "b", None]), [1.0, np.nan, 2.0, np.nan]]
)
def test_missing_labels_are_counted_and_dropped_or_made_a_group(labels):
    dropped = FrequencyCounts.from_labels(labels)
    assert (dropped.n_samples, dropped.n_missing) == (2, 2)
    grouped = FrequencyCounts.from_labels(labels, missing="group")
    assert (grouped.n_samples, grouped.n_distinct, grouped.n_missing) == (4, 3, 2)
    assert grouped.counts[0] == 2


def test_merging_adds_what_has_the_same_name():
    first = FrequencyCounts.from_labels(["a", "a", "b", None])
    merged = first.merged(FrequencyCounts.from_labels(["b", "c"]), FrequencyCounts.from_labels(["c", "c"]))
    assert as_dictionary(merged) == {"a": 2, "b": 2, "c": 3}
    assert merged.n_missing == 1
    grouped = FrequencyCounts.from_labels(["a", None], missing="group")
    assert grouped.merged(grouped).counts.tolist() == [2, 2]
    with pytest.raises(InputError, match="all drop missing labels or all group"):
        first.merged(grouped)
    with pytest.raises(InputError, match="have labels to be merged"):
        first.merged(FrequencyCounts.from_counts([1, 2]))


def test_tables_are_read_alike(tmp_path):
    table = pa.table({"species": ["wren", "owl", None, "wren"], "kind": ["s", "l", "s", "s"], "id": [1, 2, 3, 4]})
    pa.parquet.write_table(table, tmp_path / "birds.parquet")
    (tmp_path / "birds.csv").write_text("species,kind,id\nwren,s,1\nowl,l,2\n,s,3\nwren,s,4\n")
    for name in ("birds.parquet", "birds.csv"):
        counts = FrequencyCounts.from_table(tmp_path / name, "species", "kind")
        assert as_dictionary(counts) == {("s", "wren"): 2, ("l", "owl"): 1}
        assert counts.n_missing == 1
    assert "identifier" in FrequencyCounts.from_table(tmp_path / "birds.csv", "id").warning


def test_text_is_not_mistaken_for_numbers_halfway_down(tmp_path):
    rows = "\n".join(str(k % 7) for k in range(50_000)) + "\nseven\n"
    (tmp_path / "long.csv").write_text("group\n" + rows)
    assert FrequencyCounts.from_table(tmp_path / "long.csv", "group").n_distinct == 8


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([], "at least one number"),
        ([[1, 2]], "at least one number"),
        ([1, -1], "got -1 at position 1"),
        ([0.5], "got 0.5 at position 0"),
        ([np.nan], "whole numbers"),
        (["3", "many"], "be numbers; got 'many'"),
        ([True, False], "be how often each was seen; got true and false"),
        ([0, 0], "zeros only"),
    ],
)
def test_bad_counts_are_refused(counts, message):
    with pytest.raises(InputError, match=message):
        FrequencyCounts.from_counts(counts)


def test_zeros_are_left_out_and_names_follow():
    counts = FrequencyCounts.from_counts([0, 2.0, 5], labels=["a", "b", "c"])
    assert as_dictionary(counts) == {"c": 5, "b": 2}
    assert as_dictionary(FrequencyCounts.from_counts({"x": 1, "y": 3})) == {"y": 3, "x": 1}


def test_a_table_with_semicolons(tmp_path):
    (tmp_path / "semi.csv").write_text("group;other\nx;1\nx;2,5\ny;3\n")
    assert as_dictionary(FrequencyCounts.from_table(tmp_path / "semi.csv", "group")) == {"x": 2, "y": 1}


def test_bad_columns_are_refused(tmp_path):
    (tmp_path / "twice.csv").write_text("group,group\na,1\n")
    with pytest.raises(InputError, match="different names where one is asked for; got 2 of 'group'"):
        FrequencyCounts.from_table(tmp_path / "twice.csv", "group")
    (tmp_path / "latin.csv").write_bytes(b"gr\xf6\xdfe,group\n1,a\n")
    with pytest.raises(InputError, match="table in UTF-8"):
        FrequencyCounts.from_table(tmp_path / "latin.csv", "group")
    (tmp_path / "empty.csv").write_text("group,other\n,1\n,2\n")
    with pytest.raises(InputError, match="2 missing values"):
        FrequencyCounts.from_table(tmp_path / "empty.csv", "group")
    with pytest.raises(InputError, match="There are 'group', 'other'"):
        FrequencyCounts.from_table(tmp_path / "empty.csv", "species")
    (tmp_path / "nothing.csv").write_text("")
    with pytest.raises(InputError, match="Empty CSV file"):
        FrequencyCounts.from_table(tmp_path / "nothing.csv", "group")
    (tmp_path / "bad.parquet").write_text("no parquet")
    with pytest.raises(InputError, match="readable .parquet table"):
        FrequencyCounts.from_table(tmp_path / "bad.parquet", "group")
    with pytest.raises(InputError, match="a file that exists"):
        FrequencyCounts.from_table(tmp_path / "absent.csv", "group")
    with pytest.raises(InputError, match="an empty column"):
        FrequencyCounts.from_labels([])
    with pytest.raises(InputError, match="one entry an example"):
        FrequencyCounts.from_labels([1, 2], classes=[1])
    with pytest.raises(InputError, match="numbers, text or dates"):
        FrequencyCounts.from_labels(pa.array([[1], [2]]))
    with pytest.raises(InputError, match='"drop" or "group"'):
        FrequencyCounts.from_labels([1, 2], missing="ignore")


def test_one_subpopulation_is_said():
    assert "one subpopulation only" in FrequencyCounts.from_counts([7]).warning


@pytest.mark.parametrize("gap", [None, float("nan")])
def test_counts_of_what_has_no_name_are_refused(gap):
    with pytest.raises(InputError, match="counts must name every subpopulation; got 1 missing names"):
        FrequencyCounts.from_counts({"oak": 1, gap: 2})
