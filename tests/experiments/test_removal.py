"""Removal: a tail that test examples need, matched draws, and the command."""

import json

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from longtail.cli import main
from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.experiments.removal import matched_examples, removal_curve
from longtail.scores import memorization
from longtail.trials import SklearnLearner, SubsetDesign, run_trials

KNN = SklearnLearner(estimator=KNeighborsClassifier(1), name="knn")


def _tailed(seed=0):
    """Two big clusters, and 20 far places with one training and two test examples each."""
    rng = np.random.default_rng(seed)
    y = np.r_[np.zeros(60, int), np.ones(60, int), np.arange(20) % 2]
    places = rng.normal(size=(20, 6)) * 8

    def draw(common, per_place):
        kind = np.r_[np.zeros(common, int), np.ones(common, int)]
        X = np.r_[rng.normal(size=(2 * common, 6)) + 4 * kind[:, None], np.repeat(places, per_place, axis=0)]
        return X + 0.05 * rng.normal(size=X.shape), np.r_[kind, np.repeat(np.arange(20) % 2, per_place)]

    X, y = draw(60, 1)
    X_test, y_test = draw(30, 2)
    return Dataset.from_arrays(X, y, X_test, y_test, group=np.r_[np.zeros(120, int), np.arange(1, 21)])


def test_memorized_examples_are_worth_what_their_subpopulations_weigh():
    """1-NN: a place without its only example is answered by another place or a cluster. Removing those that are
    memorized loses exactly the test examples of their places, 2 of 100 each; removing matched common ones, none."""
    data = _tailed()
    outcomes = run_trials(KNN, data, SubsetDesign(n_trials=100, fraction=0.7), jobs=1)
    scores = memorization(outcomes)
    curve = removal_curve(KNN, data, scores, (0.9, 0.5), n_repeats=4, leave_out_duplicates=False, jobs=1)
    (point,) = [point for point in curve.points if point.threshold == 0.5]
    removed = np.flatnonzero((scores.value >= 0.5) & (scores.q_value <= 0.05))
    assert (removed >= 120).all()
    assert point.n_removed == len(removed) >= 5
    kept = np.setdiff1d(np.arange(data.n_train), removed)
    nearest = ((data.X_test[:, None] - data.X[kept]) ** 2).sum(axis=2).argmin(axis=1)
    expected = (data.y[kept][nearest] == data.y_test).mean()
    assert point.without_memorized.value == pytest.approx(expected)
    assert point.utility.low > 0.05
    assert curve.everything.value > 0.97
    assert point.n_unmatched == len(removed)  # each is alone in its group: stood for by one of its class


def test_matched_examples_are_of_the_class_and_group_and_all_different():
    data = _tailed()
    removed = np.array([0, 1, 2, 70, 130])
    drawn, unmatched = matched_examples(data, removed, 0, 0)
    assert sorted(data.y[drawn]) == sorted(data.y[removed])
    assert len(set(drawn.tolist())) == 5
    assert not set(drawn.tolist()) & set(removed.tolist())
    assert (data.group[drawn] == 0).sum() >= 4
    assert unmatched == 1
    again, _ = matched_examples(data, removed, 0, 0)
    assert (drawn == again).all()


def test_duplicates_of_removed_examples_are_left_out():
    data = _tailed()
    outcomes = run_trials(KNN, data, SubsetDesign(n_trials=60, fraction=0.7), jobs=1)
    curve = removal_curve(KNN, data, memorization(outcomes), (0.5,), n_repeats=2, jobs=1)
    assert curve.points[0].n_test == 100 - 2 * curve.points[0].n_removed
    assert abs(curve.points[0].utility.value) < 0.05


def test_bad_requests_are_refused():
    data = _tailed()
    scores = memorization(run_trials(KNN, data, SubsetDesign(n_trials=20), jobs=1))
    for arguments, message in (
        ({"thresholds": [2]}, "thresholds must lie"),
        ({"n_repeats": 1}, "repeats must be"),
    ):
        with pytest.raises(InputError, match=message):
            removal_curve(KNN, data, scores, **arguments)
    bare = Dataset.from_arrays(data.X, data.y, data.X[:0], data.y[:0])
    with pytest.raises(InputError, match="have test examples"):
        removal_curve(KNN, bare, scores)


def test_the_command(tmp_path, capsys):
    run = tmp_path / "r"
    words = ["measure", "iris", "--out", run, "--trials", "40", "--learner", "knn", "--jobs", "1"]
    assert main([str(word) for word in words]) == 0
    common = ["remove", str(run), "--learner", "knn", "--repeats", "3", "--jobs", "1"]
    assert main([*common, "--plot", str(tmp_path / "f.svg")]) == 0
    assert (tmp_path / "f.svg").read_text().startswith("<?xml")
    assert "With all examples" in capsys.readouterr().out
    curve = json.loads((run / "removal.json").read_text())
    assert {"everything", "points", "n_repeats"} == set(curve)
    assert main([*common, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == curve
    assert main(["remove", str(run), "--repeats", "3"]) == 2
    assert "Give the same --learner" in capsys.readouterr().err
    assert main([*common, "--thresholds", "a"]) == 2
