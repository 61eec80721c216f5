"""A training function of the user's own, in every command, against the classifier that it calls."""

import runpy

import numpy as np
import pandas as pd
import pytest
from sklearn.naive_bayes import GaussianNB

import longtail
from longtail.cli import main
from longtail.dataset import Dataset, load_dataset
from longtail.errors import InputError
from longtail.learners import FunctionLearner
from longtail.learners.any_learner import any_learner
from longtail.learners.names import named_learner
from longtail.learners.own_code import own_code
from longtail.limits import LabelPrivate
from longtail.runs.learner_of_run import require_learner
from longtail.trials import SubsetDesign, run_trials
from longtail.trials.conformance import LearnerConformance

DESIGN = SubsetDesign(n_trials=8, fraction=0.5)


def nearest_mean(rows, labels, seed, class_names):
    """Logits for every class, one that the subset lacks far below."""
    means = [rows[labels == name].mean(axis=0) if (labels == name).any() else None for name in class_names]

    def predict(rows):
        far = np.full(len(rows), -1e6)
        return np.stack([far if mean is None else -((rows - mean) ** 2).sum(axis=1) for mean in means], axis=1)

    return predict


def naive_bayes(rows, labels, seed, smoothing=1e-9):
    """Labels alone."""
    return GaussianNB(var_smoothing=smoothing).fit(rows, labels).predict


class TestConformance(LearnerConformance):
    uses_seed = False

    def make_learner(self):
        return FunctionLearner(train=nearest_mean)


@pytest.mark.parametrize("names", [np.array([1, 2, 3]), np.array(["a", "b", "007"])], ids=["numbers", "text"])
def test_it_sees_the_users_labels_and_answers_as_the_classifier_does(names):
    """A label 2 is 2, whatever its code; what comes back is right where the classifier is right."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(60, 2)), names[rng.integers(0, 3, 60)]
    X[y == names[0]] += 2
    data = Dataset.from_arrays(X, y)
    seen = set()

    def train(rows, labels, seed):
        seen.update(labels.tolist())
        return naive_bayes(rows, labels, seed)

    own = run_trials(train, data, DESIGN, jobs=1)
    assert seen == set(names.tolist())
    library = run_trials(GaussianNB(), data, DESIGN, jobs=1)
    np.testing.assert_array_equal(own.correct, library.correct)
    np.testing.assert_array_equal(own.test_correct, library.test_correct)
    assert own.margin is None
    assert library.margin is not None


def test_it_is_given_rows_as_they_are():
    frame = pd.DataFrame({"town": ["Ulm", "Bonn"] * 20, "left": ["no", "yes", "no", "no"] * 10})
    columns = []

    def train(rows, labels, seed):
        columns.append(list(rows.columns))
        common = pd.Series(labels).groupby(rows["town"].to_numpy()).agg(lambda found: found.mode()[0])
        return lambda rows: common[rows["town"]].to_numpy()

    train.rows = "frame"
    outcomes = run_trials(train, load_dataset(frame, target="left"), DESIGN, jobs=1)
    assert columns[0] == ["town"]
    assert outcomes.correct.mean() > 0.6


def test_a_limit_wraps_it_and_its_source_is_part_of_the_identity():
    learner = any_learner(nearest_mean)
    assert list(own_code(LabelPrivate(inner=learner, epsilon=1.0))) == [__name__]
    assert learner.describe()["defaults"] == {}
    assert any_learner(naive_bayes).describe()["defaults"] == {"smoothing": "1e-09"}
    rng = np.random.default_rng(0)
    data = Dataset.from_arrays(rng.normal(size=(40, 2)), rng.integers(0, 2, 40))
    assert run_trials(LabelPrivate(inner=learner, epsilon=1.0), data, DESIGN, jobs=1).n_trials == 8


@pytest.mark.parametrize(
    ("answer", "law"),
    [
        (
            lambda rows: np.zeros((len(rows), 3)),
            r"predict logits of shape \(50, 2\), or 50 labels; got shape \(50, 3\)",
        ),
        (lambda rows: np.full(len(rows), "c"), "predict one of the labels 0, 1; got 'c'"),
        (lambda rows: np.zeros((len(rows), 1), int), "predict logits of shape"),
        ("no function", "return a function that predicts rows; got 'no function'"),
    ],
)
def test_what_it_must_not_answer(answer, law):
    data = Dataset.from_arrays(np.arange(50.0)[:, None], np.array(["a", "b"] * 25))
    learner = FunctionLearner(train=lambda rows, labels, seed: answer, name="mine")
    X = np.concatenate([data.X, data.X_test])
    with pytest.raises(InputError, match=law):
        learner.fit_predict(X, np.array([0, 1] * 25), X, n_classes=2, seed=0)


def test_what_is_no_training_function():
    for other in (lambda X, y, seed: None, lambda rows, labels, seed, rate: None, 3):
        with pytest.raises(InputError, match=r"be a function train\(rows, labels, seed\)"):
            FunctionLearner(train=other)
    train = lambda rows, labels, seed: None  # noqa: E731
    train.rows = "pictures"
    with pytest.raises(InputError, match="rows must be features, frame or text"):
        FunctionLearner(train=train)


SCRIPT = """
import numpy as np
import longtail


def train(rows, labels, seed):
    def predict(asked):
        distances = ((asked[:, None] - rows) ** 2).sum(axis=2)
        return -np.stack([distances[:, labels == name].min(axis=1) for name in range(3)], axis=1)
    return predict


if __name__ == "__main__":
    for number in longtail.missing_trials("own"):
        with longtail.trial("own", number) as trial:
            trial.record(train(trial.X, trial.y, trial.seed)(trial.X_eval))
"""


def test_confirm_and_remove_call_the_function_of_the_script_that_recorded_the_run(tmp_path, monkeypatch, capsys):
    (tmp_path / "loop_of_mine.py").write_text(SCRIPT)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 60)
    np.savez("data.npz", X=rng.normal(size=(60, 2)) + 2 * y[:, None], y=y)
    assert main(["masks", "data.npz", "--trials", "20", "--out", "own"]) == 0
    runpy.run_path("loop_of_mine.py", run_name="__main__")
    assert main(["confirm", "own", "--learner", "loop_of_mine:train", "--top", "1", "--models", "2", "--subsets", "4",
                 "--seeds", "2", "--jobs", "1"]) == 0  # fmt: skip
    assert main(["worth", "own", "--learner", "loop_of_mine:train", "--trials", "10", "--jobs", "1"]) == 0
    capsys.readouterr()
    assert main(["confirm", "own"]) == 2
    law = "--learner must be a function train(rows, labels, seed) of the script that trained the run (loop_of_mine.py)"
    assert law in capsys.readouterr().err
    study = longtail.open_run("own").study
    require_learner(study, named_learner("loop_of_mine:train"))
    with pytest.raises(InputError, match="of the script that trained the run"):
        require_learner(study, any_learner(nearest_mean))
