"""``longtail influence``: what a person sees of it."""

import json

import numpy as np
import pytest

from longtail.cli import main
from longtail.cli.influence import _how_many_would_do
from longtail.dataset import load_dataset
from longtail.errors import InputError
from longtail.scores import InfluenceScores
from longtail.study.influence_of_run import InfluenceOfRun, functional_named
from longtail.study.run import open_run


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """40 small networks on halves of iris."""
    place = tmp_path_factory.mktemp("influence") / "run"
    words = ["measure", "iris", "--fraction", "0.5", "--trials", "40", "--out", str(place), "--jobs", "1", "--quiet"]
    assert main(words) == 0
    return place


def test_pairs_and_parts_are_shown_only_where_they_are_significant(run, capsys):
    assert main(["influence", str(run), "--models", "2", "--json"]) == 0
    pairs = json.loads(capsys.readouterr().out)
    assert pairs["n_looked_at"] == 120 * 30
    assert max(pairs["significant"]["q_value"], default=0) <= 0.05
    assert pairs["attributions"]["n_models"] == 2
    assert main(["influence", str(run), "--on", "class:virginica", "--models", "0"]) == 0
    said = capsys.readouterr().out
    assert "class:virginica" in said
    assert ("significant influences" in said) or ("No influence on class:virginica is significant" in said)


def test_where_nothing_is_known_that_is_said(run, capsys):
    """Every model is right on the setosas."""
    assert main(["influence", str(run), "--on", "class:setosa", "--accuracy", "--models", "0"]) == 0
    said = capsys.readouterr().out
    assert "No influence on class:setosa is significant" in said
    assert "the same in every trial" in said


def test_how_many_trials_would_do_follows_from_the_surest_z():
    """A z of 2 where .05 / 2 / 100 needs 3.48: (3.48 / 2)² times 50 trials are 151, told as 150."""
    scores = InfluenceScores(
        train=np.arange(2),
        test=np.zeros(2, int),
        value=np.array([2.0, 1.0]),
        low=np.array([0.04, -0.96]),
        high=np.array([3.96, 2.96]),
        q_value=np.ones(2),
        level=0.95,
        n_pairs=100,
    )
    found = InfluenceOfRun(scores=scores, part="all", whole=None, attributions=None, n_trials=50)
    assert "About 150 trials would do" in _how_many_would_do(found)


def test_parts_of_the_test_set_by_name():
    data = load_dataset("iris")
    versicolor = functional_named(data, "class:versicolor")
    assert versicolor.weight.sum() == pytest.approx(1)
    assert set(np.flatnonzero(versicolor.weight)) == set(np.flatnonzero(data.y_test == 1))
    gap = functional_named(data, "class:setosa - class:virginica")
    assert gap.weight.sum() == pytest.approx(0)
    assert functional_named(data, "all").weight.tolist() == pytest.approx([1 / data.n_test] * data.n_test)
    with pytest.raises(InputError, match="exactly two classes"):
        functional_named(data, "auroc")
    with pytest.raises(InputError, match="on must be one part"):
        functional_named(data, "all - all - all")


@pytest.mark.parametrize("words", [["--on", "class:rose"], ["--on", "x"], ["--accuracy"], ["--learner", "forest"]])
def test_what_cannot_be_answered_ends_in_one_line(run, capsys, words):
    assert main(["influence", str(run), *words]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1


def test_a_run_without_margins_is_refused(tmp_path, capsys):
    place = str(tmp_path / "run")
    words = ["measure", "iris", "--fraction", "0.5", "--trials", "20", "--no-margins", "--out", place, "--quiet"]
    assert main([*words, "--learner", "logistic", "--jobs", "1"]) == 0
    assert main(["influence", place]) == 2
    assert "hold margins of test examples" in capsys.readouterr().err
    assert open_run(place).outcomes.test_margin is None
