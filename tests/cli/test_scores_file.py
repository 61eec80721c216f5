"""``longtail scores --out`` as a user types it: his own names, every score, by row and by person; and bad input."""

import json
import re

import numpy as np
import pyarrow.csv
import pyarrow.parquet
import pytest

from longtail.analysis.attack_columns import attack_columns
from longtail.membership import lira
from longtail.outcomes import Outcomes
from longtail.runs.given_scores import given_scores
from longtail.scores import memorization
from longtail.study.run import open_run


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    from longtail.cli import main

    place = tmp_path_factory.mktemp("table")
    rng = np.random.default_rng(0)
    rows = [
        f"{x:.2f},{y:.2f},rec-{i:04d},o{i % 30},{'yes' if x > 0 else 'no'}"
        for i, (x, y) in enumerate(rng.normal(size=(120, 2)))
    ]
    (place / "data.csv").write_text("\n".join(["width,height,record,owner,bought", *rows]) + "\n")
    words = [
        "--target",
        "bought",
        "--together",
        "owner",
        "--trials",
        "24",
        "--fraction",
        "0.5",
        "--learner",
        "logistic",
    ]
    assert main(["measure", str(place / "data.csv"), *words, "--jobs", "1", "--out", str(place / "run")]) == 0
    return place / "run"


def test_each_record_has_its_names_and_every_score_with_its_interval(run, type_, tmp_path):
    status, out, _ = type_("scores", run, "--out", tmp_path / "t.parquet")
    assert status == 0
    assert re.search(r": 96 rows, \d+ columns: example, row, label, unit, record, memorization", " ".join(out.split()))
    table = pyarrow.parquet.read_table(tmp_path / "t.parquet").to_pydict()
    assert table["record"] == [f"rec-{row:04d}" for row in table["row"]]
    assert table["unit"] == [f"o{row % 30}" for row in table["row"]]
    for name in ("memorization", "exposure", "influence_on_group", "named_in_lira_online", "named_out_rmia_online"):
        value, low, high = (np.array(table[f"{name}{end}"], float) for end in ("", "_low", "_high"))
        known = ~np.isnan(value)
        assert known.sum() > 48
        assert ((low <= value + 1e-12) & (value <= high + 1e-12))[known].all(), name
    scores = open_run(run).memorization()
    np.testing.assert_array_equal(table["memorization"], [scores[i].value for i in table["example"]])


def test_a_spreadsheet_gets_the_same_and_a_person_one_row(run, type_, tmp_path):
    type_("scores", run, "--out", tmp_path / "t.csv")
    read = pyarrow.csv.read_csv(tmp_path / "t.csv")
    table = open_run(run).table()
    assert read.column_names == table.to_arrow().column_names
    np.testing.assert_allclose(read["exposure"].to_numpy(), table.column("exposure"))
    status, out, _ = type_("scores", run, "--by-unit", "--out", tmp_path / "u.csv", "--json")
    assert status == 0
    assert len(json.loads(out)["memorization"]["value"]) == 96
    persons = pyarrow.csv.read_csv(tmp_path / "u.csv")
    assert sorted(persons["unit"].to_pylist()) == sorted(set(read["unit"].to_pylist()))
    assert len(persons) == 24  # a fifth of the thirty owners is set aside, each with all rows
    assert sum(persons["n_rows"].to_pylist()) == 96


def test_the_table_has_the_estimator_that_was_asked_for_and_is_read_back_as_scores(run, type_, tmp_path):
    type_("scores", run, "--estimator", "efficient", "--out", tmp_path / "t.parquet")
    table = pyarrow.parquet.read_table(tmp_path / "t.parquet")
    opened = open_run(run)
    efficient = memorization(opened.outcomes, estimator="efficient").value
    np.testing.assert_array_equal(table["memorization"], efficient)
    np.testing.assert_array_equal(opened.table(estimator="efficient").column("memorization"), efficient)
    shuffled = table.take(np.random.default_rng(2).permutation(96))
    pyarrow.parquet.write_table(shuffled, tmp_path / "s.parquet")
    np.testing.assert_array_equal(given_scores(tmp_path / "s.parquet", opened.study).of_each, efficient)


def test_naming_is_counted_at_one_threshold():
    rng = np.random.default_rng(1)
    inclusion = rng.random((40, 25)) < 0.5
    confidence = rng.normal(size=inclusion.shape) + 2 * inclusion
    table = Outcomes.from_arrays(inclusion, confidence > 0, confidence=confidence)
    named_in, named_out = attack_columns([lira], table, 0.95)
    score = lira(table).score
    others = sorted(score[~inclusion].tolist(), reverse=True)
    threshold = others[int(0.01 * len(others))]
    for i in (0, 12):
        mine = inclusion[:, i]
        assert named_in.value[i] == pytest.approx((score[mine, i] > threshold).mean())
        assert named_out.value[i] == pytest.approx((score[~mine, i] > threshold).mean())
    assert sum(named_out.value * (~inclusion).sum(axis=0)) == pytest.approx(int(0.01 * len(others)))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["RUN", "--out", "t.xlsx"], "--out must end in .csv or .parquet"),
        (["RUN", "--out", "nowhere/t.csv"], "--out must lie in a folder that exists"),
        (["absent", "--out", "t.csv"], "RUN must be a folder made by longtail measure"),
        (["RUN", "--by-unit"], "--by-unit must come with --out, whose rows it chooses; got no --out"),
        (
            ["RUN", "--by-unit", "--estimator", "efficient", "--out", "t.csv"],
            "--estimator must be difference where a row is a unit; got 'efficient'",
        ),
        (["RUN", "--out", "t.csv", "--level", "2"], "level must lie strictly between 0 and 1"),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_written(words, said, run, type_, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = type_("scores", *(run if word == "RUN" else word for word in words))
    assert (status, out) == (2, "")
    assert said in " ".join(err.split())
    assert list(tmp_path.iterdir()) == []
