"""Data pruning: who goes by each score, that scores of a file meet their rows, and what is refused."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.learners.sklearn_learner import SklearnLearner
from longtail.limits import PrunedData
from longtail.limits.pruned_data import kept_of
from longtail.runs.run_folder import RunFolder
from longtail.study.limits_of_run import limits_in, train_limits
from longtail.trials import SubsetDesign, TrialSet

NEAREST = SklearnLearner(estimator=KNeighborsClassifier(1))


class Seen:
    """A learner that keeps what it is trained on last, around one nearest neighbor."""

    name, version, executor = "seen", "1", "threads"

    def __init__(self):
        self.trained = []

    def describe(self):
        return {}

    def fit_predict(self, X, y, X_eval, *, n_classes, seed):
        self.trained.append(np.asarray(X))
        return NEAREST.fit_predict(X, y, X_eval, n_classes=n_classes, seed=seed)


def islands(n_wrong=12, seed=0):
    """Two clouds that are far apart, with some wrong labels in each; features hold the number of a row."""
    rng = np.random.default_rng(seed)
    y = np.arange(120) % 2
    wrong = np.zeros(120, bool)
    wrong[rng.permutation(120)[:n_wrong]] = True
    X = np.c_[20.0 * y + rng.normal(size=120), rng.normal(size=120), np.arange(120) * 1e-4].astype(np.float32)
    return X, np.where(wrong, 1 - y, y), wrong


def dropped(limit, X, y, learner):
    learner.trained.clear()
    limit.fit_predict(X, y, X, n_classes=2, seed=3)
    return ~np.isin(X[:, 2], learner.trained[-1][:, 2])


@pytest.mark.parametrize("by", ["memorization", "difficulty"])
def test_the_wrong_labels_go_first_or_last(by):
    """A nearest neighbor memorizes wrong labels, and is wrong on them where they are out; 12 of 120 are wrong.

    About one in ten others is next to a wrong one, and may go in its place.
    """
    (X, y, wrong), learner = islands(), Seen()
    most = dropped(PrunedData(inner=learner, share=0.1, by=by, models=20), X, y, learner)
    assert most.sum() == 12
    assert most[wrong].mean() >= 0.6
    least = dropped(PrunedData(inner=learner, share=0.3, by=by, drop="least", models=20), X, y, learner)
    assert least.sum() == 36
    assert least[wrong].mean() <= 0.1


def test_chance_drops_the_stated_share_and_trains_nothing_else():
    (X, y, _), learner = islands(), Seen()
    gone = dropped(PrunedData(inner=learner, share=0.25, by="chance"), X, y, learner)
    assert gone.sum() == 30
    assert len(learner.trained) == 1


def test_ties_are_drawn_and_one_example_stays():
    kept = [kept_of(np.zeros(10), 0.5, np.random.default_rng(seed)).tolist() for seed in range(20)]
    assert len({tuple(each) for each in kept}) > 10
    assert len(kept_of(np.arange(3.0), 0.99, np.random.default_rng(0))) == 1
    for share in (-0.1, 1.1, np.inf):
        with pytest.raises(InputError, match="share must lie in"):
            kept_of(np.arange(3.0), share, np.random.default_rng(0))


def test_scores_of_a_file_meet_their_rows(tmp_path):
    """Scores by row of the data as given, though a part of the rows is set aside and the rest are in another order."""
    (X, y, _), learner = islands(), Seen()
    data = Dataset.from_arrays(X, y)
    assert data.n_train < 120
    number = np.round(X[:, 2] * 1e4)
    for scores in (number, number[data.position]):  # of all rows, and of training examples alone
        np.save(tmp_path / "scores.npy", scores)
        limit = PrunedData(inner=learner, share=0.25, by=str(tmp_path / "scores.npy"))
        limit.refuse(data)
        subset = np.arange(5, 85)
        learner.trained.clear()
        limit.told(data).fit_predict_many(data.X, data.y, [subset], data.X_test, n_classes=2, seeds=[0])
        kept = np.round(learner.trained[-1][:, 2] * 1e4)
        expected = np.sort(np.round(data.X[subset, 2] * 1e4))[:60]
        assert np.array_equal(np.sort(kept), expected)


def test_other_scores_are_other_trials(tmp_path):
    X, y, _ = islands()
    data, design = Dataset.from_arrays(X, y), SubsetDesign(n_trials=20)
    limit = PrunedData(inner=NEAREST, share=0.25, by=str(tmp_path / "scores.npy"))
    np.save(tmp_path / "scores.npy", np.arange(120))
    first = TrialSet.of(data, limit, design).key
    np.save(tmp_path / "scores.npy", np.arange(120)[::-1])
    assert TrialSet.of(data, limit, design).key != first


def test_what_cannot_be_dropped_is_refused_in_one_line(tmp_path):
    X, y, _ = islands()
    data = Dataset.from_arrays(X, y)
    for settings, said in [
        ({"share": 1.0}, "share must lie strictly between 0 and 1"),
        ({"share": 0.1, "drop": "some"}, 'drop must be "most" or "least"'),
        ({"share": 0.1, "models": 2}, "models must lie from 4 to 100"),
        ({"share": 0.1, "by": "age"}, "by must be one of memorization, difficulty, chance, or a .npy file"),
    ]:
        with pytest.raises(InputError, match=said):
            PrunedData(inner=NEAREST, **settings)
    limit = PrunedData(inner=NEAREST, share=0.1, by=str(tmp_path / "scores.npy"))
    for scores, said in [
        (None, "FileNotFoundError"),
        (np.zeros(7), "by must hold a score for each of 96 training examples or 120 rows; got 7"),
        (np.full(120, np.nan), "by must hold finite scores"),
        (np.zeros((120, 2)), "of shape"),
        (np.array(["a"] * 120), "by must be a .npy file of numbers"),
    ]:
        if scores is not None:
            np.save(tmp_path / "scores.npy", scores)
        with pytest.raises(InputError, match=said) as caught:
            limit.refuse(data)
        assert "\n" not in str(caught.value)
    with pytest.raises(InputError, match="by must be read by a study"):
        PrunedData(inner=NEAREST, share=0.1, by="x.npy").fit_predict(X, y, X, n_classes=2, seed=0)


def test_a_linear_model_is_hardly_changed_by_the_least_memorized():
    """Dropping half of the least memorized examples of two far clouds leaves the boundary between them."""
    X, y, _ = islands(n_wrong=0)
    limit = PrunedData(inner=SklearnLearner(estimator=LogisticRegression()), share=0.5, drop="least", models=4)
    assert (limit.fit_predict(X, y, X, n_classes=2, seed=0).labels == y).all()


def test_a_file_that_is_gone_leaves_its_limit_out_by_name(tmp_path):
    X, y, _ = islands()
    data, design, scores = Dataset.from_arrays(X, y), SubsetDesign(n_trials=20), tmp_path / "scores.npy"
    np.save(scores, np.arange(120))
    folder = RunFolder(tmp_path / "run")
    folder.path.mkdir()
    limit = PrunedData(inner=NEAREST, share=0.25, by=str(scores))
    with folder.writing():
        train_limits(data, design, [limit], folder, jobs=1)
    assert [each.limit.by for each in limits_in(folder, data, NEAREST, design).trials] == [str(scores)]
    scores.unlink()
    (said,) = limits_in(folder, data, NEAREST, design).unread
    assert said.startswith("Left out are the trials of a limit")
    assert "scores.npy" in said
