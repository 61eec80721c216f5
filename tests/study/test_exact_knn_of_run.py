"""Exact memorization by the nearest neighbor beside that of models: planned, kept, shown, never of other data."""

import json

import numpy as np
import pytest

from longtail.cli import main
from longtail.dataset import Dataset, load_dataset
from longtail.runs.run_folder import RunFolder
from longtail.scores import exact_knn_memorization
from longtail.study import audit_plan, exact_knn_of_run, plan_audit
from longtail.study.exact_knn_of_run import (
    EXACT_KNN,
    exact_knn_found,
    keep_exact_knn,
    may_have_exact_knn,
    seconds_of_exact_knn,
)
from longtail.trials import CompiledMLP, SubsetDesign

FEW = ("--rows", "120", "--trials", "20", "--limit-trials", "0", "--tail-trials", "0", "--jobs", "1", "--quiet")


AT = {"design": {"fraction": 0.7}}


@pytest.fixture(scope="module")
def digits():
    return load_dataset("digits").sample(120)


def test_an_audit_of_pictures_has_it_as_a_column_and_says_so(digits, tmp_path, capsys):
    run, table = tmp_path / "run", tmp_path / "scores.csv"
    assert main(["audit", "digits", *FEW, "--out", str(run)]) == 0
    findings = json.loads((run / "findings.json").read_text())
    (column,) = [each for each in findings["memorization"]["columns"] if each["name"] == "exact_knn_memorization"]
    assert column["title"] == EXACT_KNN
    assert column["method"] == (
        "memorization of 0/1 correctness by 1 nearest neighbors over uniformly random subsets of 84 of 120 examples, "
        "exact"
    )
    expected = exact_knn_memorization(digits.X, digits.y, 1).value
    shown = [each["train"] for each in findings["memorization"]["gallery"]]
    np.testing.assert_allclose(column["value"], expected[shown], atol=1e-6)
    assert main(["scores", str(run), "--out", str(table), "--quiet"]) == 0
    assert "exact_knn_memorization" in table.read_text().partition("\n")[0]


def test_it_is_computed_once_and_never_read_for_other_data_or_another_fraction(digits, tmp_path, monkeypatch):
    folder = RunFolder(tmp_path)
    made = keep_exact_knn(digits, folder, AT)
    monkeypatch.setattr(exact_knn_of_run, "exact_knn_memorization", None)
    kept = keep_exact_knn(digits, folder, AT)
    np.testing.assert_array_equal(kept.value, made.value)
    assert (kept.estimand, kept.neglected) == (made.estimand, made.neglected)
    assert exact_knn_found(digits, folder, {"design": {"fraction": 0.5}}) == (None, [])
    assert exact_knn_found(load_dataset("digits").sample(150), folder, AT) == (None, [])


@pytest.mark.parametrize("damage", ["torn", "without a part", "of fewer"])
def test_damage_is_told_with_the_command_that_makes_it_anew(digits, tmp_path, damage):
    folder, file = RunFolder(tmp_path), tmp_path / "exact_knn.npz"
    made = keep_exact_knn(digits, folder, AT)
    held = dict(np.load(file))
    if damage == "torn":
        file.write_bytes(file.read_bytes()[:200])
    else:
        held.pop("neglected" if damage == "without a part" else "value")
        np.savez(file, **held, **({"value": made.value[1:]} if damage == "of fewer" else {}))
    found, (told,) = exact_knn_found(digits, folder, AT)
    assert found is None
    assert told.startswith("The exact kNN memorization is left out: ")
    assert told.endswith("makes it anew.")
    np.testing.assert_array_equal(keep_exact_knn(digits, folder, AT).value, made.value)
    assert exact_knn_found(digits, folder, AT)[1] == []


def test_it_is_of_pictures_and_embeddings_whose_rows_are_alone(digits):
    assert may_have_exact_knn(digits)
    assert not may_have_exact_knn(load_dataset("iris"))
    X, y = np.random.default_rng(0).normal(size=(40, 101)), np.arange(40) // 2 % 2
    assert may_have_exact_knn(Dataset.from_arrays(X, y))
    assert not may_have_exact_knn(Dataset.from_arrays(X, y, together=np.arange(40) // 2))


def test_what_takes_more_than_a_fifth_of_the_time_is_left_out_with_the_command_that_adds_it(
    digits, tmp_path, monkeypatch
):
    monkeypatch.setattr(audit_plan, "seconds_of_exact_knn", lambda _: 40.0)
    said = []
    words = {"trials": 20, "limit_trials": 0, "tail_trials": 0, "jobs": 1, "say": said.append}
    learner, design = CompiledMLP(hidden=4, epochs=3), SubsetDesign(n_trials=20)
    short = plan_audit(digits, learner, design, tmp_path / "run", minutes=3, **words)
    (left_out,) = [each for each in short.scope.left_out if each.what == EXACT_KNN]
    assert left_out.command == "longtail audit DATA --minutes 4 --out RUN"
    assert not short.scope.exact_knn
    said.clear()
    longer = plan_audit(digits, learner, design, tmp_path / "run", minutes=4, **words)
    assert longer.scope.exact_knn
    assert f"  {EXACT_KNN} beside that of the models, without training, about 40 s" in said


def test_its_time_is_that_of_all_pairs(digits):
    """Twice the examples, four times the pairs."""
    assert seconds_of_exact_knn(load_dataset("digits").sample(240)) == pytest.approx(4 * seconds_of_exact_knn(digits))
