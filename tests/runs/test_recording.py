"""A training script of one's own: its trials against those of the same learner run here, and what goes wrong."""

import os
import runpy
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

import forked
import longtail
from longtail.dataset import load_dataset
from longtail.dataset.raw_rows import frame_rows
from longtail.errors import DamagedRunError, InputError, StudyMismatchError
from longtail.runs import script_source
from longtail.runs.measure import DataSource, measure
from longtail.runs.run_folder import RunFolder
from longtail.study import import_logits, write_masks
from longtail.trials import SklearnLearner, SubsetDesign

DESIGN = SubsetDesign(n_trials=20)


@pytest.fixture(scope="module")
def iris():
    return load_dataset("iris")


@pytest.fixture
def run(iris, tmp_path):
    write_masks(DataSource(data="iris"), iris, DESIGN, tmp_path / "own", "loop")
    return tmp_path / "own"


def nearest_mean(X, y, X_eval):
    """Cheap logits that know what they were trained on: the negative distance to the nearest example of each class."""
    distances = ((X_eval[:, None] - X) ** 2).sum(axis=2)
    return -np.stack([distances[:, y == code].min(axis=1) for code in range(3)], axis=1).astype("float32")


def record(run, numbers, change=lambda logits: logits):
    for number in numbers:
        with longtail.trial(run, number) as trial:
            trial.record(change(nearest_mean(trial.X, trial.y, trial.X_eval)))


def files(run):
    return {path: path.read_bytes() for path in run.rglob("*") if path.is_file() and path.name != ".lock"}


def test_a_loop_of_ones_own_gives_what_the_same_learner_gives_here(iris, run, tmp_path):
    for number in longtail.missing_trials(run):
        with longtail.trial(run, number) as trial:
            assert np.array_equal(trial.X, iris.X[trial.members])
            model = LogisticRegression(max_iter=2000, random_state=trial.seed).fit(trial.X, trial.labels)
            trial.record(model.predict_log_proba(trial.X_eval))
    assert longtail.missing_trials(run) == []
    own = longtail.open_run(run).outcomes
    here = measure(
        DataSource(data="iris"),
        iris,
        SklearnLearner(estimator=LogisticRegression(max_iter=2000)),
        DESIGN,
        tmp_path / "here",
        jobs=1,
    )
    np.testing.assert_array_equal(own.inclusion, here.inclusion)
    np.testing.assert_array_equal(own.correct, here.correct)
    np.testing.assert_array_equal(own.test_correct, here.test_correct)
    np.testing.assert_allclose(own.margin, here.margin, atol=2e-2)
    assert len(longtail.open_run(run).memorization()) == iris.n_train


def test_rows_and_names_travel_with_the_masks(tmp_path):
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "age": np.where(np.arange(40) == 3, np.nan, rng.integers(20, 60, 40)),
            "size": pd.Categorical(rng.choice(["S", "L"], 40), categories=["S", "M", "L"], ordered=True),
            "since": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, 40), "D"),
            "town": rng.choice(["Ulm", "Köln"], 40),
            "left": rng.choice(["no", "yes"], 40),
        }
    )
    table.to_parquet(tmp_path / "visits.parquet")
    source = DataSource(data=str(tmp_path / "visits.parquet"), target="left")
    data = source.load()
    write_masks(source, data, DESIGN, tmp_path / "own", "loop")
    trial = longtail.trial(tmp_path / "own", 4)
    pd.testing.assert_frame_equal(trial.rows_eval, frame_rows(data))
    assert list(trial.rows_eval["size"].cat.categories) == ["S", "M", "L"]
    pd.testing.assert_frame_equal(trial.rows, frame_rows(data).iloc[trial.members])
    assert trial.labels.tolist() == table["left"].iloc[data.position[trial.members]].tolist()
    assert trial.class_names == ("no", "yes")
    pd.testing.assert_frame_equal(pd.read_feather(tmp_path / "own" / "rows.arrow")[["age"]], trial.rows_eval[["age"]])
    content = bytearray((tmp_path / "own" / "rows.arrow").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "own" / "rows.arrow").write_bytes(bytes(content))
    with pytest.raises(DamagedRunError, match=r"rows\.arrow is not what longtail masks wrote"):
        longtail.trial(tmp_path / "own", 4).rows_eval  # noqa: B018


SCRIPT = """
import os, sys
import numpy as np
import longtail

run, first, last, dies_at = sys.argv[1], *map(int, sys.argv[2:])
for number in longtail.missing_trials(run, range(first, last)):
    with longtail.trial(run, number) as trial:
        distances = ((trial.X_eval[:, None] - trial.X) ** 2).sum(axis=2)
        logits = -np.stack([distances[:, trial.y == code].min(axis=1) for code in range(3)], axis=1)
        if number == dies_at:
            os.kill(os.getpid(), 9)
        trial.record(logits)
"""


def test_a_script_in_any_process_is_killed_goes_on_and_is_part_of_the_identity(run, tmp_path, monkeypatch):
    """The same bytes as without a kill; then an edit makes another learner of it."""
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)

    several = [forked.script(str(script), str(run), *map(str, arguments)) for arguments in ((0, 10, 3), (10, 20, -1))]
    for process in several:
        process.join(300)
    assert [process.exitcode for process in several] == [-9, 0]
    assert longtail.missing_trials(run) == list(range(3, 10))

    def run_here(first, last):
        script_source._digest.cache_clear()  # as a new process would
        monkeypatch.setattr(sys, "argv", [str(script), str(run), str(first), str(last), "-1"])
        runpy.run_path(str(script), run_name="__main__")

    run_here(0, 20)
    (folder,) = (run / "trials").iterdir()
    study = RunFolder(run).study()
    assert folder.name == study.trial_set.key
    assert list(study.identity["learner"]["source"]) == ["train.py"]
    write_masks(DataSource(data="iris"), load_dataset("iris"), SubsetDesign(n_trials=40), run, "loop")
    assert longtail.missing_trials(run) == list(range(20, 40))
    script.write_text(SCRIPT + "# edited\n")
    with pytest.raises(StudyMismatchError, match=r"got trials of train\.py as it is now, which has changed"):
        run_here(20, 21)
    with pytest.raises(StudyMismatchError, match=r"trials that train\.py recorded; got trials of test_recording\.py"):
        longtail.trial(run, 20)
    script.write_text(SCRIPT)
    script_source._digest.cache_clear()
    assert longtail.trial(run, 20, script=script).number == 20


def spoiled(logits, row=3):
    logits[row, 1] = np.nan
    return logits


@pytest.mark.parametrize(
    ("change", "law"),
    [
        (lambda logits: logits[:-1], r"logits must hold float logits of shape \(150, 3\)"),
        (lambda logits: logits.T, "logits must hold float logits of shape"),
        (lambda logits: logits.argmax(axis=1), "logits must hold float logits of shape"),
        (lambda logits: logits > 0, "logits must hold float logits of shape"),
        (spoiled, "logits must hold no NaN or infinity; got some, the first in row 3"),
        (lambda logits: np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True), "got probabilities"),
        (lambda _: "logits", "logits must hold float logits of shape"),
        (lambda logits: np.ma.masked_greater(logits, np.median(logits)), "logits must hold no masked value"),
    ],
)
def test_wrong_logits_are_refused_and_nothing_is_written(run, change, law):
    before = files(run)
    with pytest.raises(InputError, match=law):
        record(run, [0], change)
    assert files(run) == before


def test_an_order_of_classes_that_fits_better_is_told(run, caplog):
    record(run, [0])
    assert caplog.text == ""
    record(run, [1], lambda logits: logits[:, [1, 2, 0]])
    assert "Trial 1: another order of the logits' columns would be right on 100.0 %" in caplog.text
    assert "The order is setosa, versicolor, virginica" in caplog.text


def test_wrong_trials_and_runs_are_refused(run, tmp_path):
    with pytest.raises(InputError, match=r"number must be a trial in 0\.\.19, the trials of .*; got 20"):
        longtail.trial(run, 20)
    with pytest.raises(InputError, match="share must hold trials in"):
        longtail.missing_trials(run, range(19, 21))
    with pytest.raises(InputError, match="RUN must be a folder made by"):
        longtail.trial(tmp_path / "nowhere", 0)
    assert not (tmp_path / "nowhere").exists()
    record(run, [0])
    before = files(run)
    with pytest.raises(InputError, match="be of a trial that is not recorded yet; got 0, which is"):
        longtail.trial(run, 0)
    one, other = longtail.trial(run, 1), longtail.trial(run, 1)
    one.record(nearest_mean(one.X, one.y, one.X_eval))
    with pytest.raises(InputError, match="be recorded once a trial; got trial 1 again"):
        one.record(nearest_mean(one.X, one.y, one.X_eval))
    other.record(nearest_mean(one.X, one.y, one.X_eval))  # the same outcomes, as of a task that ran twice
    third = longtail.trial(run, 2)
    record(run, [2])
    with pytest.raises(InputError, match="trial 2, recorded meanwhile with other outcomes"):
        third.record(nearest_mean(third.X[5:], third.y[5:], third.X_eval))
    assert before.items() <= files(run).items()


def test_a_trial_that_is_left_without_logits_is_told(run, caplog):
    with longtail.trial(run, 0):
        pass
    assert "was left without record(logits): it is still missing" in caplog.text
    assert longtail.missing_trials(run) == list(range(20))


def test_data_that_were_changed_are_refused(run):
    with np.load(run / "data.npz") as archive:
        arrays = dict(archive)
    arrays["y"] = np.roll(arrays["y"], 1)
    np.savez(run / "data.npz", **arrays)
    os.utime(run / "data.npz", (1, 1))
    with pytest.raises(DamagedRunError, match="examples differ"):
        longtail.trial(run, 0)


def test_rows_in_the_order_of_a_loader_are_refused_once_there_are_enough_trials(run):
    """Seven trials pass; with the eighth it is plain that models are right where they were left out."""

    def elsewhere(number):
        with longtail.trial(run, number) as trial:
            others = np.setdiff1d(np.arange(len(trial.inclusion)), trial.members)
            X, y = trial.X_eval[others], trial._data["y"][others]
            trial.record(nearest_mean(X, y, trial.X_eval))

    for number in range(7):
        elsewhere(number)
    with pytest.raises(InputError, match="masks look inverted"):
        elsewhere(7)
    assert longtail.missing_trials(run) == list(range(7, 20))


def test_logits_in_files_do_not_join_trials_of_a_script(run, tmp_path):
    record(run, [0])
    np.save(tmp_path / "trial-1.npy", np.zeros((150, 3), "float32"))
    with pytest.raises(
        StudyMismatchError, match=r"test_recording\.py recorded; got trials of a script that is not known"
    ):
        import_logits(run, [tmp_path / "trial-1.npy"])
