"""The commands as a user types them: answers on standard output, one line on standard error, status 0 or 2."""

import csv
import gzip
import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest

from longtail.cli import main
from longtail.dataset import load_dataset
from report.example_examples import EXAMPLES


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "iris"
    assert main(["audit", "iris", "--out", str(folder), "--learner", "knn", "--trials", "20", "--jobs", "1"]) == 0
    return folder


def test_audit_says_what_was_found_and_where_the_report_is(run, type_):
    status, out, _ = type_("audit", "iris", "--out", run, "--learner", "knn", "--trials", "20", "--jobs", "1")
    assert status == 0
    assert "are memorized" in out
    assert out.strip().endswith(str(run / "report.html"))
    assert (run / "report.html").read_text().startswith("<!")


def test_scores_as_json_have_the_agreed_keys_and_repeat_to_the_byte(run, type_):
    _, out, _ = type_("scores", run, "--json")
    scores = json.loads(out)
    assert scores["n_trials"] == 20
    assert {"study", "estimand", "memorization", "influence"} <= set(scores)
    assert {len(column) for column in scores["memorization"].values()} == {120}
    assert set(scores["memorization"]) == {"value", "low", "high", "n_in", "n_out", "q_value"}
    assert {"train", "test", "value", "low", "high"} <= set(scores["influence"][0])
    assert type_("scores", run, "--json")[1] == out


def test_scores_print_a_table_and_write_files(run, type_, tmp_path):
    status, out, _ = type_("scores", run, "--out", tmp_path / "scores.csv")
    assert status == 0
    assert "most memorized" in out
    lines = (tmp_path / "scores.csv").read_text().splitlines()
    header = "example,row,label,memorization,memorization_low,memorization_high,q_value,right_in,right_out,n_in,n_out"
    assert lines[0].replace('"', "").startswith(header)
    assert len(lines) == 121
    assert type_("scores", run, "--out", tmp_path / "scores.parquet")[0] == 0
    assert "With 20 trials you can see memorization above 0." in out.replace("\n", " ")


def test_units_of_columns_do_not_decide_what_looks_mislabeled(type_, tmp_path):
    """One column in grams and the same in tons: the same neighbors, the same order; the features of iris noised."""
    rng, answers = np.random.default_rng(0), []
    data = load_dataset("iris")
    X, flipped = np.r_[data.X, data.X_test], rng.choice(150, 15, replace=False)
    y = np.r_[data.y, data.y_test].astype(str)
    y[flipped] = [str((int(label) + 1) % 3) for label in y[flipped]]
    for unit in (1.0, 1e6):
        frame = pa.table({f"x{k}": X[:, k] * (unit if k == 1 else 1.0) for k in range(4)} | {"kind": y})
        file, run = tmp_path / f"{unit}.csv", tmp_path / f"run {unit}"
        pa.csv.write_csv(frame, file)
        words = ("--target", "kind", "--trials", "20", "--learner", "logistic", "--jobs", "1", "--out", run)
        assert type_("measure", file, *words)[0] == 0
        answers.append(json.loads(type_("mislabeled", run, "--threshold", "0.1", "--json")[1]))
    assert len(answers[0]["train"]) > 5
    assert answers[0]["contradiction"] == pytest.approx(answers[1]["contradiction"], rel=1e-3)


def test_scores_of_the_top_can_hold_at_once_and_a_threshold_is_the_users(run, type_):
    _, out, _ = type_("scores", run, "--simultaneous", "--top", "3", "--threshold", "0.9", "--json")
    found = json.loads(out)
    top, each, above = found["most_memorized"], found["memorization"], found["above_threshold"]
    assert top["guarantee"] == "simultaneous"
    assert top["value"] == sorted(each["value"], reverse=True)[:3]
    for place, train in enumerate(top["train"]):
        assert top["low"][place] < each["low"][train]  # wider, as it allows for having been chosen
    assert above["threshold"] == 0.9
    assert above["n_above"] == sum(value >= 0.9 for value in each["value"])
    _, told, _ = type_("scores", run, "--simultaneous", "--top", "3", "--threshold", "0.9")
    assert f"{above['n_above']} examples are at or above 0.9" in told
    assert f"[{top['low'][0]:.3f}, {top['high'][0]:.3f}]" in told
    assert "all of them at once" in " ".join(told.split())
    for words, said in (
        (["--threshold", "0"], "threshold must"),
        (["--simultaneous", "--top", "0"], "n_examples must"),
    ):
        status, _, err = type_("scores", run, *words)
        assert status == 2
        assert said in err


def test_tables_for_the_owner_of_the_data_lead_back_to_the_rows_of_the_file(type_, tmp_path):
    """Row, label and group are read off the owner's file by csv, not by the package."""
    file, folder = tmp_path / "fruit.csv", tmp_path / "run"
    lines = [f"{i % 7},{i * i % 11},{'pear' if i % 3 else 'fig'},{'north' if i % 4 else 'south'}" for i in range(60)]
    file.write_text("\n".join(["a,b,kind,garden", *lines]))
    named = ("--target", "kind", "--group", "garden", "--learner", "knn", "--trials", "20", "--jobs", "1")
    assert type_("measure", file, *named, "--out", folder)[0] == 0
    given = list(csv.DictReader(file.read_text().splitlines()))
    for command in (("scores",), ("mislabeled", "--threshold", "0.01")):
        assert type_(command[0], folder, *command[1:], "--out", tmp_path / "table.csv")[0] == 0
        found = list(csv.DictReader((tmp_path / "table.csv").read_text().splitlines()))
        assert found
        for example in found:
            owned = given[int(example["row"])]
            assert (example["label"], example["group"]) == (owned["kind"], owned["garden"])
    _, ranks, remark = type_("mislabeled", folder, "--threshold", "0.01", "--models", "0")
    assert "no evidence of that kind" in f"{ranks}{remark}".replace("\n", " ")
    assert not any(word in f"{ranks}{remark}" for word in ("nan", "-0.00"))
    file.unlink()
    status, out, _ = type_("scores", folder, "--out", tmp_path / "table.csv")
    assert status == 0
    assert "left out of the table" in out
    assert "row" not in (tmp_path / "table.csv").read_text().splitlines()[0]


def test_scores_write_significant_pairs_and_name_the_estimator(run, type_, tmp_path):
    assert type_("scores", run, "--pairs", tmp_path / "pairs.csv")[0] == 0
    header = (tmp_path / "pairs.csv").read_text().splitlines()[0]
    assert header.replace('"', "") == "train,test,value,low,high,q_value,duplicate"
    status, out, _ = type_("scores", run, "--estimator", "efficient")
    assert status == 0
    assert "empirical Bayes" in out
    for words, message in (
        (("--estimator", "best"), "--estimator must be difference or efficient"),
        (("--pairs", tmp_path / "pairs.txt"), "--pairs must end in .csv or .parquet"),
        (("--out", tmp_path / "none" / "a.csv"), "--out must lie in a folder that exists"),
    ):
        status, _, err = type_("scores", run, *words)
        assert (status, message in err) == (2, True)


def test_report_renders_again_without_training_or_data(run, type_):
    before = (run / "report.html").read_bytes()
    (run / "report.html").unlink()
    assert type_("report", run)[0] == 0
    assert (run / "report.html").read_bytes() == before


def test_an_audit_that_is_run_again_writes_the_same_examples(run, type_):
    before = (run / "examples.json.gz").read_bytes()
    (run / "examples.json.gz").unlink()
    assert type_("audit", "iris", "--out", run, "--learner", "knn", "--trials", "20", "--jobs", "1")[0] == 0
    assert (run / "examples.json.gz").read_bytes() == before


def test_a_run_of_before_there_were_examples_is_reported_without_them(run, type_, tmp_path):
    old = Path(shutil.copytree(run, tmp_path / "old"))
    (old / "examples.json.gz").unlink()
    assert type_("report", old)[0] == 0
    page = (old / "report.html").read_text()
    assert "The list of examples of this run is not here" in page
    assert 'id="examples-data"' not in page


def test_examples_of_another_run_are_refused_in_one_line(run, type_, tmp_path):
    damaged = Path(shutil.copytree(run, tmp_path / "damaged"))
    (damaged / "examples.json.gz").write_bytes(EXAMPLES.packed())
    status, _, error = type_("report", damaged)
    assert status == 2
    assert "examples.json.gz" in error
    assert len(error.strip().splitlines()) == 1


@pytest.mark.parametrize("content", [b"torn", gzip.compress(b'{"format_version": 1}')], ids=["torn", "too old"])
def test_damaged_examples_are_told_and_gathered_anew(run, type_, tmp_path, content):
    damaged = Path(shutil.copytree(run, tmp_path / "damaged"))
    (damaged / "examples.json.gz").write_bytes(content)
    status, _, error = type_("report", damaged)
    assert status == 0
    (told,) = [line for line in error.splitlines() if "examples.json.gz" in line]
    assert told.endswith("Findings and examples are gathered anew from the trials.")
    assert (damaged / "examples.json.gz").read_bytes() == (run / "examples.json.gz").read_bytes()


def test_a_measured_run_can_be_reported(type_, tmp_path):
    status, out, _ = type_(
        "measure", "iris", "--out", tmp_path / "r", "--trials", "20", "--learner", "knn", "--jobs", "1", "--json"
    )
    assert status == 0
    assert json.loads(out)["n_trials"] == 20
    assert type_("report", tmp_path / "r")[0] == 0
    assert (tmp_path / "r" / "report.html").exists()


def test_data_never_seen_before(type_, tmp_path):
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(80, 4)), rng.integers(0, 3, 80)
    np.savez(tmp_path / "own.npz", X=X, y=y)
    rows = "\n".join(
        f"{a:.3f},{'abc'[int(c)]},<script>alert({int(c)})</script>" for (a, *_), c in zip(X, y, strict=True)
    )
    (tmp_path / "own.csv").write_text("size,kind,<b>label</b>\n" + rows + "\n")
    common = ("--trials", "20", "--jobs", "1", "--learner", "knn")
    assert type_("audit", tmp_path / "own.npz", "--out", tmp_path / "a", *common)[0] == 0
    status, _, err = type_("audit", tmp_path / "own.csv", "--target", "<b>label</b>", "--out", tmp_path / "b", *common)
    assert status == 0, err
    page = (tmp_path / "b" / "report.html").read_text()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


BAD = [
    (["audit", "digit", "--out", "r"], "Did you mean 'digits'"),
    (["audit", "missing.npz", "--out", "r"], "data must exist"),
    (["audit", "table.csv", "--out", "r"], "--target must name"),
    (["audit", "table.csv", "--target", "lable", "--out", "r"], "Did you mean 'label'"),
    (
        ["audit", "table.csv", "--target", "size", "--task", "classification", "--out", "r"],
        "hold classes, not real numbers",
    ),
    (["audit", "one_class.npz", "--out", "r"], "at least 2 classes"),
    (["audit", "nan.npz", "--out", "r"], "X must be finite"),
    (["audit", "lengths.npz", "--out", "r"], "as many rows as X"),
    (["audit", "regression.npz", "--task", "classification", "--out", "r"], "not real numbers"),
    (["audit", "multilabel.npz", "--out", "r"], "one label an example"),
    (["audit", "few.npz", "--out", "r"], "fewer examples than classes"),
    (["audit", "iris", "--fraction", "1.5", "--out", "r"], "--fraction must lie strictly between 0 and 1; got 1.5"),
    (["measure", "iris", "--trials", "2", "--out", "r"], "trials must be at least 4"),
    (["measure", "iris", "--trials", "20", "--learner", "frost", "--out", "r"], "Did you mean 'forest'"),
    (["measure", "iris", "--trials", "20", "--jobs", "0", "--out", "r"], "--jobs must be at least 1"),
    (["measure", "iris", "--trials", "20", "--seed", "-3", "--out", "r"], "--seed must be at least 0"),
    (["audit", "iris", "--minutes", "0", "--out", "r"], "--minutes must be positive"),
    (["audit", "iris", "--minutes", "nan", "--out", "r"], "--minutes must be a number"),
    (["scores", "nowhere"], "RUN must be a folder made by longtail"),
    (["report", "nowhere"], "RUN must be a folder made by longtail"),
    (["audit", "iris"], "--out"),
    (["audt", "iris"], "audt"),
]


@pytest.mark.parametrize(("words", "message"), BAD, ids=[" ".join(words) for words, _ in BAD])
def test_bad_input_is_one_line_status_2_and_nothing_written(words, message, type_, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"{i / 3:.3f},{'yes' if i % 2 else 'no'}\n" for i in range(20))
    Path("table.csv").write_text("size,label\n" + rows)
    X, y = np.random.default_rng(0).normal(size=(20, 2)), np.arange(20) % 2
    bad_X = X.copy()
    bad_X[3, 1] = np.nan
    np.savez("one_class.npz", X=X, y=y * 0)
    np.savez("nan.npz", X=bad_X, y=y)
    np.savez("lengths.npz", X=X, y=y[:-1])
    np.savez("regression.npz", X=X, y=X[:, 0])
    np.savez("multilabel.npz", X=X, y=np.eye(20, 3))
    np.savez("few.npz", X=X[:4], y=np.arange(4))
    before = sorted(Path.cwd().rglob("*"))
    status, out, err = type_(*words)
    assert status == 2
    assert out == ""
    assert len(err.strip().splitlines()) == 1, err
    assert message in err
    assert "Traceback" not in err
    assert sorted(Path.cwd().rglob("*")) == before


def test_help_and_version(type_):
    assert type_("--version")[1].startswith("longtail ")
    status, out, _ = type_("--help")
    assert status == 0
    assert all(command in out for command in ("measure", "scores", "report", "audit"))
