"""One file, one answer: CSV, Parquet, frames and ``tail`` agree on names, gaps and types."""

import csv as standard_csv
import re
from collections import Counter
from datetime import time

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

from longtail.dataset import load_dataset
from longtail.errors import InputError
from longtail.tail import FrequencyCounts

CODES = ["0410", "410", "10.0", "10.00", "1e1"]


def _csv(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def _counts(found):
    return {str(label): int(count) for label, count in zip(found.labels, found.counts, strict=True)}


def test_names_are_what_pythons_own_reader_finds(tmp_path):
    """The csv module types nothing: what it reads is what is written."""
    rows = [f"{'no' if i % 2 else 'yes'},{CODES[i % 5]},{(7 * i) % 100}.5" for i in range(100)]
    file = _csv(tmp_path / "d.csv", "\n".join(["y,code,x", *rows]))
    with file.open() as lines:
        written = Counter(row["code"] for row in standard_csv.DictReader(lines))
    assert _counts(FrequencyCounts.from_table(file, "code")) == written
    data = load_dataset(file, "y", group="code")
    assert set(data.group_names) == set(CODES)
    everything = np.concatenate([data.group, data.group_test])
    assert Counter(data.group_names[code] for code in everything) == written
    assert set(load_dataset(file, "code").class_names) == set(CODES)
    units = load_dataset(file, "y", together="code")  # one of them is set aside, with all of its rows
    assert len(np.unique(units.together)) == len(set(units.unit_names) & set(CODES)) == len(CODES) - 1
    pd.read_csv(file, dtype={"code": "string"}).to_parquet(tmp_path / "d.parquet")
    assert load_dataset(tmp_path / "d.parquet", "y", group="code").group_names == data.group_names
    assert _counts(FrequencyCounts.from_table(tmp_path / "d.parquet", "code")) == written


def test_gaps_are_one_list_everywhere(tmp_path):
    """Twenty rows of each spelling; six of these are gaps, with blanks around them or without."""
    spellings = ["fir", "yew", " ?", "#N/A", "<NA> ", "nan", "NULL", "", "None", "-"]
    rows = [f"{i % 2},{spellings[i % 10]},{(7 * i) % 100}.5" for i in range(200)]
    file = _csv(tmp_path / "d.csv", "\n".join(["y,tree,x", *rows]))
    counts = FrequencyCounts.from_table(file, "tree")
    assert (_counts(counts), counts.n_missing) == ({"fir": 20, "yew": 20, "None": 20, "-": 20}, 120)
    assert counts.notes == ("read as gaps: '?' (20), '#N/A' (20), '<NA>' (20), 'nan' (20), 'NULL' (20)",)
    frame = pd.read_csv(file, keep_default_na=False)
    frame.to_parquet(tmp_path / "d.parquet")
    assert _counts(FrequencyCounts.from_table(tmp_path / "d.parquet", "tree")) == _counts(counts)
    for data in (file, tmp_path / "d.parquet", frame):
        with pytest.raises(InputError, match="group must have a value in every row; got 120 missing in column 'tree'"):
            load_dataset(data, "y", group="tree")
        kept = load_dataset(data, "y", group="tree", missing="drop")
        assert (kept.group_names, kept.n_train + kept.n_test) == (("-", "None", "fir", "yew"), 80)
        assert {spellings[row % 10] for row in kept.position.tolist()} == {"-", "None", "fir", "yew"}
        assert kept.originals.row(int(kept.position[3]))["x"] == f"{(7 * int(kept.position[3])) % 100}.5"
        grouped = load_dataset(data, "y", group="tree", missing="group")
        sizes = np.bincount(np.concatenate([grouped.group, grouped.group_test]))
        assert dict(zip(grouped.group_names, sizes.tolist(), strict=True))["(missing)"] == 120
        features = load_dataset(data, "y")
        assert [name for name in features.feature_names if name.startswith("tree")] == [
            "tree=(missing)", "tree=-", "tree=None", "tree=fir", "tree=yew",
        ]  # fmt: skip
        assert "'?' (in 'tree': 20)" in features.notes[0]


def test_rows_without_a_label_are_refused_or_set_aside(tmp_path):
    file = _csv(tmp_path / "d.csv", "y,x\n" + "".join(f"{['a', 'b', '?'][i % 3]},{i * i % 47}\n" for i in range(60)))
    with pytest.raises(InputError, match="got 20 missing in column 'y', the first in row 2. .* missing drop"):
        load_dataset(file, "y")
    with pytest.raises(InputError, match="got 20 missing in column 'y'"):
        load_dataset(file, "y", missing="group")
    with pytest.raises(InputError, match="missing must be one of refuse, drop, group; got 'ignore'"):
        load_dataset(file, "y", missing="ignore")
    with pytest.raises(InputError, match="missing must be given for a table alone"):
        load_dataset("digits", missing="drop")
    data = load_dataset(file, "y", missing="drop")
    assert "Rows without a 'y' are left out, as asked: 20." in data.notes
    for row, x, y in zip(data.position.tolist(), data.X[:, 0].tolist(), data.y.tolist(), strict=True):
        assert (x, data.class_names[y]) == (row * row % 47, ["a", "b"][row % 3])
    embedding = np.arange(60.0)[:, None]
    np.save(tmp_path / "e.npy", embedding)
    held = load_dataset(file, "y", missing="drop", embedding=tmp_path / "e.npy")
    assert held.X[:, 0].tolist() == held.position.tolist()


def test_blanks_around_values_and_names_of_columns(tmp_path):
    """As the census file is published: a comma and a blank between values."""
    rows = [
        f"{['rich', ' rich', 'poor ', 'poor'][i % 4]}, {20 + i % 30}, {['Ulm', '?', 'Bonn'][i % 3]}" for i in range(60)
    ]
    data = load_dataset(_csv(tmp_path / "d.csv", "\n".join(["wealth, age, town", *rows])), "wealth")
    assert data.class_names == ("poor", "rich")
    assert data.feature_names == ("age", "town=(missing)", "town=Bonn", "town=Ulm")
    assert "Labels that differ in the blanks around them alone are one (2 were joined)." in data.notes


def test_numbers_as_people_write_them(tmp_path):
    """Each column by a parser of the test's own: what is no digit, point or minus is dropped."""
    rng = np.random.default_rng(0)
    pay = [f"{value:,}" for value in rng.integers(10**6, 10**7, 60)]
    price = [f"({value:,.2f})" if value > 3e3 else f"{value:,.2f} €" for value in rng.random(60) * 4e3]
    written = {
        "pay": pay,
        "price": [f"${value:,.2f}" for value in rng.random(60) * 4e3],
        "loss": [f"-£{value}" if value % 2 else f"£{value}" for value in rng.integers(1, 10**4, 60)],
        "share": [f"{value:.1f} %" for value in rng.random(60) * 100],
        "weight": [f"{value} kg" for value in rng.integers(40, 110, 60)],
        "grouped by blanks": [f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}") for value in range(9_970, 10_030)],
        "with a minus of print": [f"{value}".replace("-", "\N{MINUS SIGN}") for value in range(-30, 30)],
        "currency by its code": [f"EUR {value}" for value in rng.integers(100, 10**4, 60)],
        "negative": [text.removesuffix(" €") for text in price],
    }
    frame = pd.DataFrame({**written, "y": ["a", "b"] * 30})
    frame.to_csv(tmp_path / "d.csv", index=False)
    for given in (tmp_path / "d.csv", frame):
        data = load_dataset(given, "y")
        assert data.feature_names == tuple(written)
        for column, texts in enumerate(written.values()):
            expected = [
                float(re.sub(r"[^0-9.-]", "", text.replace("(", "-").replace("\N{MINUS SIGN}", "-"))) for text in texts
            ]
            np.testing.assert_array_equal(data.X[:, column], np.float32(expected)[data.position])
    assert "Text was read as numbers: 'pay' (with groups of digits), 'price' (with $ and groups of digits)" in " ".join(
        data.notes
    )


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        (lambda i: "-" if i % 4 == 0 else f"{i}.5", "got '-' in row 0 of column 'c', 15 such in all"),
        (lambda i: "unknown" if i == 9 else f"{i}", "got 'unknown' in row 9 of column 'c', 1 such in all"),
        (lambda i: f"${i}" if i % 2 else f"€{i}", "in one unit; got '$' and '€' in column 'c'"),
        (lambda i: f"{i}%" if i % 2 else f"0.{i}", "in one unit; got numbers without a unit and '%' in column 'c'"),
        (lambda i: f"{i} kg" if i % 2 else f"{i} g", "in one unit; got 'g' and 'kg' in column 'c'"),
        (lambda i: f"{i} kg" if i % 2 else f"{i}", "in one unit; got numbers without a unit and 'kg' in column 'c'"),
        (lambda i: f'"{i},5"', "with a decimal point; got '0,5' in column 'c'"),
        (lambda i: f'"1.{i:03d},50"', "with a decimal point; got '1.000,50' in column 'c'"),
        (lambda i: f'"{i},5 %"', "with a decimal point; got '0,5 %' in column 'c'"),
        (lambda i: f'"€ 1 {i:03d},5"', "with a decimal point; got '€ 1 000,5' in column 'c'"),
    ],
)
def test_broken_columns_of_numbers_are_refused_alike(tmp_path, cell, says):
    rows = "".join(f"{'ab'[i % 2]},{cell(i)}\n" for i in range(60))
    with pytest.raises(InputError, match=re.escape(says)):
        load_dataset(_csv(tmp_path / "d.csv", "y,c\n" + rows), "y")


def test_codes_among_features_stay_codes(tmp_path):
    """Read as numbers, 007 and 7 would be one value; zero-padded numbers that all differ lose nothing."""
    rows = "".join(f"{'ab'[i % 2]},{['007', '7', '08'][i % 3]},{i % 40:03d}\n" for i in range(60))
    data = load_dataset(_csv(tmp_path / "d.csv", "y,code,padded\n" + rows), "y")
    assert data.feature_names == ("code=007", "code=08", "code=7", "padded")


def test_house_numbers_are_codes(tmp_path):
    """A letter that some have is no unit."""
    rows = "".join(f"{'ab'[i % 2]},{i % 20}{['', 'A', 'B'][i % 3]},{i * i % 19}\n" for i in range(240))
    data = load_dataset(_csv(tmp_path / "d.csv", "y,house,x\n" + rows), "y")
    assert sum(name.startswith("house=") for name in data.feature_names) == 50  # 49 of 60, and the others
    assert "Of more than 50 levels, all but the 49 most frequent were pooled: 'house' (60)." in data.notes


def test_dates_in_text_of_a_frame_are_dates(tmp_path):
    """As pandas reads a file, and few of them: the file and its frame agree."""
    rows = "".join(f"{'ab'[i % 2]},2024-0{1 + i % 5}-01,{i * i % 19}\n" for i in range(60))
    file = _csv(tmp_path / "d.csv", "y,day,x\n" + rows)
    frame = pd.read_csv(file)
    frame.assign(day=pd.to_datetime(frame.day)).to_parquet(tmp_path / "d.parquet")
    found = [load_dataset(data, "y") for data in (file, frame, tmp_path / "d.parquet")]
    assert {data.feature_names for data in found} == {("day", "x")}
    assert len({data.content_hash for data in found}) == 1


def test_times_of_the_day(tmp_path):
    texts = [f"{i % 24:02d}:{7 * i % 60:02d}:{11 * i % 60:02d}" for i in range(60)]
    file = _csv(tmp_path / "d.csv", "y,at\n" + "".join(f"{'ab'[i % 2]},{text}\n" for i, text in enumerate(texts)))
    frame = pd.DataFrame({"y": ["a", "b"] * 30, "at": [time.fromisoformat(text) for text in texts]})
    frame.to_parquet(tmp_path / "d.parquet")
    for given in (file, tmp_path / "d.parquet", frame, frame.assign(at=texts)):
        data = load_dataset(given, "y")
        hours = [sum(int(part) / 60**power for power, part in enumerate(text.split(":"))) for text in texts]
        np.testing.assert_allclose(data.X[:, 0], np.array(hours)[data.position], rtol=1e-6)
        assert "Times of the day became hours since midnight: 'at'." in data.notes


def test_dates_and_long_numbers_of_text(tmp_path):
    """Instants with a zone are read, dates in another order told; twenty digits are more than double precision has."""
    rows = "".join(
        f"{'ab'[i % 2]},2024-03-01T00:{i:02d}:00Z,{1 + i % 12:02d}/{1 + i % 28:02d}/20{10 + i % 9},{10**19 + 3 * i}\n"
        for i in range(60)
    )
    data = load_dataset(_csv(tmp_path / "d.csv", "y,at,born,number\n" + rows), "y")
    assert data.feature_names == ("at", "number")
    assert "Dates in another form than 2020-01-31 are left out: 'born'." in data.notes
    order = np.argsort(data.position)
    for column, step in ((0, 1 / 24 / 60), (1, 3)):
        np.testing.assert_allclose(np.diff(data.X[order, column]), step * np.diff(data.position[order]), rtol=1e-4)


def test_categories_of_every_library():
    towns = ["Ulm", None, "Bonn"] * 20
    y = ["a", "b"] * 30
    x = np.random.default_rng(0).normal(size=60)
    frames = [pd.DataFrame({"town": pd.Categorical(towns), "y": y, "x": x}), pa.table({"town": towns, "y": y, "x": x})]
    polars = pytest.importorskip("polars")
    frames += [
        polars.DataFrame({"town": polars.Series(towns, dtype=kind), "y": y, "x": x})
        for kind in (polars.Categorical, polars.Enum(["Bonn", "Ulm"]), polars.String)
    ]
    found = [load_dataset(frame, "y") for frame in frames]
    assert {data.feature_names for data in found} == {("town=(missing)", "town=Bonn", "town=Ulm", "x")}
    assert len({data.content_hash for data in found}) == 1
    grouped = [load_dataset(frame, "y", group="town", missing="group") for frame in frames]
    assert {data.group_names for data in grouped} == {("(missing)", "Bonn", "Ulm")}


def test_intervals_of_pandas():
    x = np.random.default_rng(0).normal(size=60)
    bins = pd.cut(pd.Series(x), [-9, -0.5, 0.5, 9])
    frame = pd.DataFrame({"x": x, "bin": bins, "y": ["a", "b"] * 30})
    expected = ("(-0.5, 0.5]", "(-9.0, -0.5]", "(0.5, 9.0]")
    assert (
        load_dataset(frame, "bin").class_names == expected == tuple(sorted(str(each) for each in bins.cat.categories))
    )
    assert load_dataset(frame, "y", group="bin").group_names == expected
    assert load_dataset(frame, "y").feature_names == ("x", *(f"bin={each}" for each in expected))


def test_an_index_is_no_feature_and_is_told(tmp_path):
    frame = pd.DataFrame({"x": np.arange(60) % 7, "y": ["a", "b"] * 30})
    named = frame.set_index(pd.Index([f"p{i // 2}" for i in range(60)], name="patient"))
    named.to_parquet(tmp_path / "named.parquet")
    frame.iloc[::-1].to_parquet(tmp_path / "unnamed.parquet")
    for given in (named, tmp_path / "named.parquet"):
        data = load_dataset(given, "y")
        assert data.feature_names == ("x",)
        assert data.notes[0] == "The index 'patient' is no feature; it may be named as group or as together."
        assert data.originals.row(3) == {"x": "3", "patient": "p1"}
        units = load_dataset(given, "y", together="patient")
        assert len(np.unique(units.together)) == len(np.unique(units.position // 2))
    assert load_dataset(tmp_path / "unnamed.parquet", "y").feature_names == ("x",)
    assert load_dataset(frame.iloc[::-1], "y").originals.names == ("x",)


def test_an_index_without_a_name_that_is_no_count_is_told(tmp_path):
    frame = pd.DataFrame({"x": np.arange(60) % 7, "y": ["a", "b"] * 30})
    told = "The index without a name is no feature, and names no row: rows are counted by place, from 0."
    named = [f"bottle {i}" for i in range(60)]
    for other in (
        frame.set_axis(named),
        frame.iloc[::-1],
        frame.sample(60, random_state=0),
        frame.set_axis(range(1, 61)),
    ):
        other.to_parquet(tmp_path / "other.parquet")
        for given in (other, tmp_path / "other.parquet"):
            assert told in load_dataset(given, "y").notes
    assert told not in load_dataset(frame, "y").notes


def test_what_is_nearly_a_frame_is_refused_by_what_it_lacks():
    frame = pd.DataFrame({"x": np.arange(60) % 7, "y": ["a", "b"] * 30})
    twice = pd.concat([frame, frame[["x"]]], axis=1)
    for given, said in (
        (twice, "columns of different names; got 2 of 'x'"),
        (frame["x"], "a frame, which has columns"),
    ):
        with pytest.raises(InputError, match=said):
            load_dataset(given, "y")


@pytest.mark.parametrize("written", ["−{}", "({})"])
def test_few_negative_numbers_are_no_categories(tmp_path, written):
    """As a report writes them, this one's included: with a real minus sign, or in parentheses."""
    values = [-(i % 7) if i % 2 else i % 5 for i in range(60)]
    rows = [
        f"{written.format(-value) if value < 0 else value},{'no' if i % 3 else 'yes'}" for i, value in enumerate(values)
    ]
    (tmp_path / "t.csv").write_text("a,y\n" + "\n".join(rows), encoding="utf-8")
    data = load_dataset(tmp_path / "t.csv", "y")
    assert data.feature_names == ("a",)
    assert data.X[:, 0].tolist() == [values[place] for place in data.position]
