"""Shares, merging, masks and imports as a user types them; refusals in one line."""

import json
import sys

import numpy as np
import pytest

from longtail.estimate import Estimate
from longtail.percent import percent

LEARNER = "from sklearn.naive_bayes import GaussianNB\n\nclass Mine(GaussianNB):\n    pass\n\nmodel = Mine()\n"


@pytest.fixture
def type_(type_, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return type_


def _refused(answer, message):
    status, out, err = answer
    assert (status, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert message in err


def test_shares_merge_to_the_scores_of_one_run(type_):
    measure = ("measure", "iris", "--learner", "knn", "--trials", "40", "--jobs", "1")
    assert type_(*measure, "--range", "0:25", "--out", "a")[0] == 0
    assert type_(*measure, "--range", "20:40", "--out", "b")[0] == 0
    assert type_(*measure, "--out", "whole")[0] == 0
    status, out, err = type_("merge", "a", "b", "--out", "joined", "--json")
    assert (status, err) == (0, "")
    assert json.loads(out) == {
        "run": "joined", "n_trials": 40, "n_added": 40, "n_identical": 5, "differing": [], "damaged": [], "missing": [],
        "n_other_sets": 0, "n_added_to_others": 0, "kept": [], "left_out": [],
    }  # fmt: skip
    assert type_("scores", "joined", "--json") == type_("scores", "whole", "--json")
    assert type_("report", "joined")[0] == 0
    _, out, err = type_("merge", "a", "--out", "half")
    assert "25 trials in half" in out
    assert "15 trials of the plan are missing, the first one 25" in err


def test_studies_that_differ_are_not_merged(type_, tmp_path):
    measure = ("measure", "iris", "--learner", "knn", "--trials", "20", "--jobs", "1")
    assert type_(*measure, "--range", "0:4", "--out", "a")[0] == 0
    assert type_(*measure, "--range", "0:4", "--seed", "1", "--out", "b")[0] == 0
    _refused(type_("merge", "a", "b", "--out", "joined"), "a and b are different studies: design.seed: 0, not 1")
    _refused(type_("merge", "a", "nowhere", "--out", "joined"), "RUN must be a folder made by longtail")
    assert not (tmp_path / "joined").exists()


@pytest.mark.parametrize(
    ("share", "message"),
    [("5:2", "--range must be A:B"), ("x", "--range must be A:B"), ("10:21", "within the 20 trials of the study")],
)
def test_shares_that_are_none(share, message, type_, tmp_path):
    words = ("measure", "iris", "--learner", "knn", "--trials", "20", "--range", share, "--jobs", "1", "--out", "r")
    _refused(type_(*words), message)
    assert not (tmp_path / "r").exists()


def test_an_edited_learner_is_another_study_and_growing_is_not(type_, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "mine_edited.py").write_text(LEARNER)
    words = ("measure", "iris", "--learner", "mine_edited:model", "--jobs", "1", "--out", "r")
    assert type_(*words, "--trials", "20")[0] == 0
    assert type_(*words, "--trials", "30")[0] == 0
    (tmp_path / "mine_edited.py").write_text(LEARNER + "# edited\n")
    del sys.modules["mine_edited"]
    _refused(type_(*words, "--trials", "30"), "r holds another study; asked for learner.source.mine_edited: '")
    del sys.modules["mine_edited"]


def test_masks_and_logits(type_, tmp_path):
    assert type_("masks", "iris", "--trials", "20", "--name", "mine", "--out", "r")[0] == 0
    readme = (tmp_path / "r" / "README.md").read_text()
    assert "(150, 3)" in readme
    for trial in range(20):
        logits = np.random.default_rng(trial).normal(size=(150, 3))
        np.save(tmp_path / f"trial-{trial}.npy", logits)
    status, out, _ = type_("import", "r", *(f"trial-{trial}.npy" for trial in range(20)))
    assert status == 0
    assert out.startswith("20 trials added, 20 in r: right on ")
    told = json.loads(type_("import", "r", "trial-0.npy", "--json")[1])
    assert (told["n_trials"], told["n_added"]) == (20, 0)
    right = told["included_accuracy"]
    assert f"right on {percent(Estimate(**right))} of included" in out
    assert json.loads(type_("scores", "r", "--json")[1])["study"]["learner"]["name"] == "mine"
    _refused(type_("import", "r"), "LOGITS must be given after RUN")
    _refused(type_("import", "--format", "cifar-10n", "trial-0.npy"), "--out must be given with --format")
    _refused(type_("import", "--out", "x", "trial-0.npy"), "--format must be given with --out")
    _refused(type_("import", "--format", "cifar", "x.npz", "--out", "x"), "--format must be one of")
    _refused(
        type_("measure", "iris", "--learner", "knn", "--trials", "20", "--out", "r"), "asked for learner.name: 'knn'"
    )
