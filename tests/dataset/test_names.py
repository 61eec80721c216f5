"""What is called by a name, in every container: by Python's own equality, and by what was written down."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from longtail.dataset import Dataset
from longtail.dataset.gaps import GAPS, is_missing, without_gaps
from longtail.dataset.names import look_alikes, named
from longtail.errors import InputError

N = 12
X = np.random.default_rng(0).normal(size=(N, 2))
Y = [0, 1] * (N // 2)

WITH_GAPS = {
    "a list with None": ["a", None, "b"] * 4,
    "a list with NaN": ["a", float("nan"), "b"] * 4,
    "objects with NaN": np.array(["a", np.nan, "b"] * 4, object),
    "objects with pandas.NA": np.array(["a", pd.NA, "b"] * 4, object),
    "objects with NaT": np.array(["a", pd.NaT, "b"] * 4, object),
    "text that NumPy made of NaN": np.array(["a", np.nan, "b"] * 4),
    "text of NumPy's other kind": np.array(["a", np.nan, "b"] * 4, np.dtypes.StringDType(na_object=np.nan)),
    "pandas string": pd.Series(["a", pd.NA, "b"] * 4, dtype="string"),
    "pandas category": pd.Series(["a", None, "b"] * 4, dtype="category"),
    "pandas integers": pd.Series([1, pd.NA, 2] * 4, dtype="Int64"),
    "pandas truth": pd.Series([True, pd.NA, False] * 4, dtype="boolean"),
    "pandas objects": pd.Series([1, None, "b"] * 4, dtype=object),
    "floats": [1.0, float("nan"), 2.0] * 4,
    "dates": np.array(["2020-01-01", "NaT", "2020-01-02"] * 4, "M8[D]"),
    "masked numbers": np.ma.masked_array([1, 9, 2] * 4, [False, True, False] * 4),
    "masked text": np.ma.masked_array(["a", "x", "b"] * 4, [False, True, False] * 4),
    "decimals": [Decimal(1), Decimal("NaN"), Decimal(2)] * 4,
    "Arrow": pa.array(["a", None, "b"] * 4),
    "Arrow floats": pa.array([1.0, float("nan"), 2.0] * 4),
    "Arrow categories": pa.array(["a", None, "b"] * 4).dictionary_encode(),
}


@pytest.mark.parametrize("values", WITH_GAPS.values(), ids=WITH_GAPS)
def test_a_gap_is_a_gap_in_every_container(values):
    """A gap in every third place, by hand: refused as label and as group; as a unit, tied to nobody."""
    assert named("y", values).missing.tolist() == [False, True, False] * 4
    masked = "hold no masked value" if isinstance(values, np.ma.MaskedArray) else None
    with pytest.raises(InputError, match=masked or "4 missing labels, the first in row 1"):
        Dataset.from_arrays(X, values)
    with pytest.raises(InputError, match="group must name a group for every example; got 4 missing values"):
        Dataset.from_arrays(X, Y, group=values)
    units = Dataset.from_arrays(X, Y, X, Y, together=values)
    assert len(np.unique(units.together)) == 2 + 4
    assert len(np.unique(units.together[1::3])) == 4
    assert units.together[0] == units.together[3]
    assert "stand each on its own: 4." in " ".join(units.notes)


def test_equal_numbers_are_one_name():
    """Python's dictionary has the same law: a key is found by what is equal to it."""
    values = [1, 1.0, True, np.int8(1), np.float64(1), Decimal(1), Fraction(1), 2, 2.0, Decimal("2.00"), 10, 3]
    by_equality = {}
    for value in values:
        by_equality.setdefault(value, len(by_equality))
    found = named("y", values)
    assert found.names == ("1", "2", "3", "10")
    assert len({(code, by_equality[value]) for code, value in zip(found.codes.tolist(), values, strict=True)}) == 4
    assert named("y", [True, False, True]).names == ("False", "True")
    assert named("y", np.array([0.0, -0.0])).names == ("0",)


def test_numbers_beyond_64_bits_keep_their_names():
    huge = [10**30, 10**30 + 1, 2**63, -(2**70)]
    found = named("y", huge)
    assert [found.names[code] for code in found.codes] == [str(number) for number in huge]
    assert named("y", np.array([1e18, 1e19])).names == (str(10**18), str(10**19))
    assert named("y", np.array([2**63, 5], np.uint64)).names == ("5", str(2**63))
    assert Dataset.from_arrays(X, [1e19, 1e18] * 6).class_names == (str(10**18), str(10**19))


def test_text_is_as_written_but_for_blanks_around_it():
    written = ["007", "7", "250.0", "250.00", "true", "True", " 7 "]
    assert set(named("y", written).names) == {text.strip() for text in written}
    data = Dataset.from_arrays(X, [" yes", "yes", "no", "no "] * 3)
    assert data.class_names == ("no", "yes")
    assert "2 were joined" in " ".join(data.notes)
    assert "nearly agree are kept apart: 'No' and 'no'" in " ".join(Dataset.from_arrays(X, ["No", "no"] * 6).notes)
    assert look_alikes(["caf\u00e9", "cafe\u0301", "tea"]) == ["'cafe\u0301' and 'caf\u00e9'"]


def test_text_that_is_numbers_is_ordered_by_size_for_labels_alone():
    assert named("y", ["10", "9"], by_size=True).names == ("9", "10")
    assert named("group", ["10", "9"]).names == ("10", "9")
    assert named("group", [10, 9]).names == ("9", "10")


@pytest.mark.parametrize("values", [[[1, 2]] * N, [{"a": 1}] * N, np.eye(N), [1, [2]] * 6, np.array([1j] * N)], ids=str)
def test_what_is_no_name_is_refused_in_one_line(values):
    for make in (lambda: Dataset.from_arrays(X, values), lambda: Dataset.from_arrays(X, Y, group=values)):
        with pytest.raises(InputError) as caught:
            make()
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("argument", ["group", "together"])
def test_names_without_an_order_are_refused(argument):
    with pytest.raises(InputError, match=f"{argument} must be in the order of the rows of X; got a set"):
        Dataset.from_arrays(X, Y, **{argument: set(range(len(Y)))})


def test_the_predicate_and_the_list():
    gone = [None, float("nan"), np.nan, np.float32("nan"), pd.NA, pd.NaT, np.datetime64("NaT"), Decimal("NaN")]
    assert all(is_missing(value) for value in [*gone, Decimal("sNaN"), np.ma.masked])
    assert not any(is_missing(value) for value in [0, False, "", "nan", np.inf, [1, 2], np.arange(3)])
    padded = [f" {spelling} " for spelling in GAPS] + ["None", "-", "Namibia"]
    found, spelled = without_gaps(pa.chunked_array([padded]))
    assert found.null_count == len(GAPS) == sum(spelled.values())
    assert found.to_pylist()[len(GAPS) :] == ["None", "-", "Namibia"]


def test_one_long_name_costs_one_long_name():
    """A fixed-width array would take 4 x 50,000 bytes for each of 2,000 rows: 400 MB."""
    import tracemalloc

    labels = ["a", "b"] * 1_000
    labels[7] = "x" * 50_000
    tracemalloc.start()
    try:
        data = Dataset.from_arrays(np.zeros((2_000, 1)), labels, group=labels, together=np.arange(2_000) // 2)
        assert len(data.particulars["label"]) == data.n_train
        with pytest.raises(InputError, match="2000 different labels among 2000 examples"):
            Dataset.from_arrays(np.zeros((2_000, 1)), [f"{row} {'y' * (row == 9) * 50_000}" for row in range(2_000)])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 30_000_000
