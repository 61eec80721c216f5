"""A score that is added in one place is found everywhere: the recipe of CONTRIBUTING, followed."""

import gzip
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from longtail.analysis import columns
from longtail.analysis.analysis import Analysis
from longtail.analysis.tables import examples_table, exposure_table, influence_table, memorization_table
from longtail.cli import main
from longtail.dataset import load_dataset
from longtail.errors import InputError
from longtail.findings import Findings
from longtail.findings.columns import Column
from longtail.outcomes import Outcomes


def _margin(analysis):
    """The mean margin of models without the example: a score that longtail does not have."""
    outside = ~analysis.outcomes.inclusion
    value = np.where(outside, analysis.outcomes.margin, 0).sum(axis=0) / outside.sum(axis=0)
    return (Column(name="mean_margin", title="margin when left out", unit="nats", value=value, method="a mean"),)


@pytest.fixture
def added(monkeypatch):
    monkeypatch.setattr(columns, "SCORES", (*columns.SCORES, _margin))


def test_a_score_added_in_one_place_is_in_findings_examples_page_csv_and_arrow(added, tmp_path):
    run, table = tmp_path / "run", tmp_path / "scores.csv"
    words = ("--trials", "40", "--learner-settings", "hidden=8,epochs=4", "--bits", "2")
    assert main(["limit", "iris", *words, "--out", str(run), "--quiet"]) == 0
    assert main(["scores", str(run), "--out", str(table), "--quiet"]) == 0
    listed = json.loads(gzip.decompress((run / "examples.json.gz").read_bytes()))["train"]["columns"]
    (held,) = [column for column in listed if column["name"] == "mean_margin"]
    assert (held["title"], held["unit"], held["method"]) == ("margin when left out", "nats", "a mean")
    saved = pd.read_csv(table)["mean_margin"]
    np.testing.assert_allclose(held["value"], saved, rtol=6e-4)
    page = (run / "report.html").read_text(encoding="utf-8")
    gallery = Findings.read(run / "findings.json").memorization
    assert (page.count("margin when left out") > 0) == bool(gallery.gallery)
    shown = [column for column in gallery.columns if column.name == "mean_margin"]
    assert len(shown) == 1
    assert len(shown[0].value) == len(gallery.gallery)


def analysis_of(n_trials=40, data=None):
    data, rng = load_dataset("iris") if data is None else data, np.random.default_rng(0)
    inside = rng.permuted(np.tile(np.arange(data.n_train) % 3 > 0, (n_trials, 1)), axis=1)
    margin = (rng.normal(size=inside.shape) + 2 * inside).astype(np.float16)
    test = rng.random((n_trials, data.n_test)) < 0.6
    return Analysis(
        data, Outcomes.from_arrays(inside, margin > 0, margin, test, test * np.float16(1), confidence=margin)
    )


def test_the_added_score_is_a_column_of_the_frame_beside_the_row_of_the_file(added):
    analysis = analysis_of()
    frame = pa.table(examples_table(analysis)).to_pandas()
    assert frame["row"].tolist() == analysis.dataset.position.tolist()
    assert frame["label"].tolist() == np.array(analysis.dataset.class_names)[analysis.dataset.y].tolist()
    np.testing.assert_array_equal(frame["mean_margin"], _margin(analysis)[0].value)
    pd.testing.assert_frame_equal(frame, examples_table(analysis).to_pandas(), check_dtype=False)


def test_a_table_sorts_slices_and_is_indexed_by_example():
    analysis = analysis_of()
    table, scores = memorization_table(analysis), analysis.scores
    assert list(table) == analysis.ranking[0].tolist()
    estimate = table[17]
    assert (estimate.value, estimate.low, estimate.high) == (scores.value[17], scores.low[17], scores.high[17])
    assert scores[17] == estimate
    top = table.sorted()[:5]
    assert len(top) == 5
    assert top.column("memorization").tolist() == sorted(scores.value.tolist(), reverse=True)[:5]
    assert 17 in table
    assert len(repr(table)) < 300
    assert repr(table).startswith("<memorization of 120 training examples, 95 % intervals: ")
    assert table._repr_html_().count("<tr>") == 11
    assert list(table.sorted("example", falling=False)) == list(range(120))
    chosen = table[table.column("label") == "setosa"]
    assert set(chosen.column("label")) == {"setosa"}
    assert exposure_table(analysis).names[0] == "exposure"
    pairs = influence_table(analysis, most_q=1)
    known = influence_table(analysis)
    assert len(known) == (analysis.influence.q_value <= 0.05).sum() < len(pairs)
    assert repr(known[:0])
    assert known[:0]._repr_html_()
    first = next(iter(pairs))
    assert pairs[first].value == analysis.influence.value.max()
    with pytest.raises(InputError, match="example must be one of the 120 that this table holds; got 120."):
        table[120]
    with pytest.raises(InputError, match="column must be one of example, row, label, memorization"):
        table.sorted("weight")


def test_markup_of_the_data_is_no_markup_of_a_notebook():
    data = load_dataset("iris")
    hostile = type(data)(**{**vars(data), "class_names": ("<b>", "&", "c")})
    assert "<b>" not in memorization_table(analysis_of(data=hostile))._repr_html_()


def test_each_memorized_example_carries_how_mislabeled_it_looks():
    """The column is the order of ``longtail mislabeled``, and undetermined for what is not memorized."""
    analysis = analysis_of()
    (column,) = [column for column in columns.training_columns(analysis) if column.name == "mislabeled"]
    memorized = analysis.scores.value >= 0.25
    assert memorized.any()
    assert not memorized.all()
    assert np.array_equal(np.isnan(column.value), ~memorized)
    order = np.argsort(-column.value, kind="stable")[: memorized.sum()]
    assert order.tolist() == analysis.mislabeled.train.tolist()
