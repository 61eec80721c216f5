"""``longtail membership`` as a user types it: runs, published tables, a model of one's own, bad input."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import ConstantInputWarning, spearmanr

from longtail.cli import main
from longtail.cli.membership import _along_memorization
from longtail.estimate import Estimate


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("membership") / "iris"
    words = ["measure", "iris", "--out", str(folder), "--fraction", "0.5", "--trials", "40", "--jobs", "1"]
    assert main(words) == 0
    return folder


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> Path:
    rng = np.random.default_rng(0)
    keep = rng.random((40, 80)) < 0.5
    file = tmp_path_factory.mktemp("published") / "shadows.npz"
    np.savez(file, keep=keep, scores=rng.normal(size=keep.shape) + 2 * keep)
    return file


def test_a_run_is_attacked_and_the_same_numbers_come_again(run, type_):
    status, out, _ = type_("membership", run, "--json")
    assert status == 0
    found = json.loads(out)
    assert {"LiRA, online, pooled variance", "LiRA, online"} < {attack["name"] for attack in found["attacks"]}
    assert found["strongest"]["value"] == found["attacks"][0]["tpr_at_1_percent"]["value"]
    assert [risk["prior"] for risk in found["risks"]] == [0.5, 0.5, 0.1, 0.1, 0.01, 0.01]
    assert (
        found["attacks"][0]["auc"]["low"] <= found["attacks"][0]["auc"]["value"] <= found["attacks"][0]["auc"]["high"]
    )
    assert {group["name"] for group in found["subgroups"]} == {"setosa", "versicolor", "virginica"}
    assert type_("membership", run, "--json")[1] == out


def test_only_the_models_that_are_asked_for_are_attacked_and_the_others_are_told(run, published, type_, tmp_path):
    """The first 30 of 40 trials are those of a table that holds no others."""
    _, out, _ = type_("membership", run, "--models", "30")
    assert f"Attacked are the first 30 of 40 models. All: longtail membership {run} --models 40" in out
    arrays = dict(np.load(published))
    np.savez(tmp_path / "first.npz", **{name: array[:30] for name, array in arrays.items()})
    part = json.loads(type_("membership", published, "--models", "30", "--json")[1])
    assert part["n_targets"] == 30
    assert part == json.loads(type_("membership", tmp_path / "first.npz", "--json")[1])
    assert "Attacked are" not in type_("membership", run, "--models", "40")[1]


def test_the_table_names_attacks_exposed_examples_and_subgroups(run, type_, tmp_path):
    words = ("--epsilon", "1", "--prior", "0.1", "--plot", tmp_path / "roc.svg", "--out", tmp_path / "exposure.csv")
    status, out, _ = type_("membership", run, *words)
    assert status == 0
    for text in (
        "RMIA, online",
        "The most exposed examples",
        "versicolor",
        "epsilon = 1",
        "Rank correlation",
        "times the prior",
    ):
        assert text in out
    assert (tmp_path / "roc.svg").read_text().startswith("<?xml")
    assert "Exposure against memorization" in (tmp_path / "roc.svg").read_text()
    assert "var(" not in (tmp_path / "roc.svg").read_text()
    assert len((tmp_path / "exposure.csv").read_text().splitlines()) == 121


def test_a_published_table_is_attacked_and_what_it_lacks_is_refused_by_name(published, type_):
    status, out, err = type_("membership", published)
    assert status == 0
    assert "LiRA, online" in out
    assert "RMIA, online" not in out
    assert "test_confidence must be stored with the trials for RMIA, online" in " ".join(err.split())


def test_a_learner_without_probabilities_is_refused_by_name_and_nothing_fails(type_, tmp_path):
    rng = np.random.default_rng(1)
    np.savez(tmp_path / "constant.npz", keep=rng.random((40, 30)) < 0.5, scores=np.full((40, 30), 5.0))
    status, out, err = type_("membership", tmp_path / "constant.npz")
    assert (status, out) == (0, "")
    assert "confidence is constant for 30 of 30 examples" in " ".join(err.split())


def test_a_model_of_ones_own_is_attacked(published, type_, tmp_path):
    rng = np.random.default_rng(2)
    inside = rng.random(80) < 0.5
    np.save(tmp_path / "mine.npy", rng.normal(size=80) + 2 * inside)
    status, out, _ = type_("membership", published, "--model", tmp_path / "mine.npy", "--json")
    assert status == 0
    rate = np.array(json.loads(out)["false_positive_rate"])
    assert np.median(rate[inside]) < 0.15 < np.median(rate[~inside])
    assert "likeliest members" in type_("membership", published, "--model", tmp_path / "mine.npy")[1]


def test_logits_need_the_runs_own_labels(run, published, type_, tmp_path):
    logits = np.random.default_rng(3).normal(size=(120, 3))
    np.save(tmp_path / "logits.npy", logits)
    assert type_("membership", run, "--model", tmp_path / "logits.npy")[0] == 0
    status, _, err = type_("membership", published, "--model", tmp_path / "logits.npy")
    assert status == 2
    assert "--model must hold confidences" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere"], "RUN must be a run folder, an .npz of masks and confidences"),
        (["PUBLISHED", "--delta", "0.1"], "--epsilon must be given with --delta"),
        (["PUBLISHED", "--epsilon", "-1"], "epsilon must be at least 0"),
        (["PUBLISHED", "--plot", "curve.png"], "--plot must end in .svg"),
        (["PUBLISHED", "--out", "table.txt"], "--out must end in .csv or .parquet"),
        (["PUBLISHED", "--level", "2"], "level must lie strictly between 0 and 1"),
        (["PUBLISHED", "--prior", "1"], "--prior must lie strictly between 0 and 1; got 1"),
        (["PUBLISHED", "--model", "nothing.npy"], "--model must be an .npy"),
    ],
)
def test_bad_input_is_one_line_and_status_2(words, said, published, type_, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = type_("membership", *(published if word == "PUBLISHED" else word for word in words))
    assert status == 2
    assert out == ""
    assert said in err
    assert len([line for line in err.splitlines() if line.startswith("longtail:")]) == 1


def test_rows_of_persons_are_attacked_by_person(type_, tmp_path):
    """Sixty rows of twenty persons; the nearest neighbor's probabilities are 0 and 1, so half the rows are refused."""
    rng = np.random.default_rng(0)
    person = np.array([f"p{k:02d}" for k in np.repeat(np.arange(20), 3)])
    X = rng.normal(size=(60, 3)).round(2)
    np.savez(tmp_path / "persons.npz", X=X, y=np.arange(60) % 2, X_test=X[:9], y_test=np.arange(9) % 2, person=person)
    words = ("--together", "person", "--fraction", "0.5", "--trials", "40", "--learner", "logistic", "--jobs", "1")
    assert type_("measure", tmp_path / "persons.npz", *words, "--out", tmp_path / "run")[0] == 0
    status, out, err = type_("membership", tmp_path / "run", "--prior", "0.2", "--top", "3")
    assert status == 0
    assert "20 units in 40 models, each attacked by all others" in out
    assert "LiRA by unit" in out
    assert re.search(r"p\d\d +3 ", out)
    assert "Refused by unit: RMIA" in err
    found = json.loads(type_("membership", tmp_path / "run", "--json")[1])["by_unit"]
    assert found["n_examples"] == 20
    assert {each["n_rows"] for each in found["exposed"]} == {3}


def test_ranks_that_do_not_vary_have_no_correlation_and_print_no_nan():
    """The rank correlation of a constant, by SciPy: nan, as for texts that are all surely exposed."""
    with pytest.warns(ConstantInputWarning):
        none = float(spearmanr(np.ones(8), np.arange(8)).statistic)
    alike, some = (Estimate(value=at, low=at, high=at, level=0.95, method="rank") for at in (none, 0.5))
    for pair in ((alike, alike), (some, alike), (alike, some)):
        assert "nan" not in _along_memorization(*pair)
        assert "none, as all examples are exposed" in _along_memorization(*pair)
    assert "0.5 [0.5, 0.5] in the same models" in _along_memorization(some, some)
