"""A run folder refuses what does not belong into it, before anything is written."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.naive_bayes import GaussianNB

from forked import CONTEXT, preload
from longtail.dataset import Dataset, load_dataset
from longtail.errors import DamagedRunError, InputError, StudyMismatchError
from longtail.runs.measure import measure
from longtail.runs.reload import reload_dataset
from longtail.study import BusyRunError, DataSource, RunFolder
from longtail.trials import SklearnLearner, SubsetDesign

SOURCE = DataSource(data="iris")
LEARNER = SklearnLearner(estimator=GaussianNB())
DESIGN = SubsetDesign(n_trials=20)


@pytest.fixture(scope="module")
def iris():
    return load_dataset("iris")


def _content(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_another_study_is_refused_and_nothing_changes(iris, tmp_path):
    measure(SOURCE, iris, LEARNER, DESIGN, tmp_path / "run", jobs=1)
    before = _content(tmp_path)
    with pytest.raises(StudyMismatchError, match=r"asked for design\.seed: 5, not 0"):
        measure(SOURCE, iris, LEARNER, SubsetDesign(n_trials=20, seed=5), tmp_path / "run", jobs=1)
    with pytest.raises(StudyMismatchError, match=r"other data \(142 training and 36 test .* not 120 training and 30"):
        measure(SOURCE, load_dataset("wine"), LEARNER, DESIGN, tmp_path / "run", jobs=1)
    assert _content(tmp_path) == before


def test_other_values_in_as_many_examples_are_told_in_words(tmp_path):
    rng = np.random.default_rng(0)
    first, second = (Dataset.from_arrays(rng.normal(size=(20, 2)), np.arange(20) % 2) for _ in range(2))
    measure(SOURCE, first, LEARNER, DESIGN, tmp_path / "run", jobs=1)
    with pytest.raises(StudyMismatchError, match="other data .as many examples, 16 training and 4 test") as told:
        measure(SOURCE, second, LEARNER, DESIGN, tmp_path / "run", jobs=1)
    assert first.content_hash not in str(told.value)


def test_data_are_found_from_another_folder_and_where_they_were_copied_to(tmp_path, monkeypatch):
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        folder.mkdir()
    rows = "".join(f"{i / 3:.3f},{'yes' if i % 2 else 'no'}\n" for i in range(20))
    (here / "table.csv").write_text("size,label\n" + rows)
    monkeypatch.chdir(here)
    source = DataSource(data="table.csv", target="label")
    measure(source, load_dataset("table.csv", "label"), LEARNER, DESIGN, tmp_path / "run", jobs=1)
    study = RunFolder(tmp_path / "run").study()
    monkeypatch.chdir(there)
    content = reload_dataset(study).content_hash
    (here / "table.csv").rename(there / "table.csv")  # another machine, the same name as typed
    assert reload_dataset(study).content_hash == content == study.identity["data"]["hash"]
    (there / "table.csv").unlink()
    with pytest.raises(InputError, match="RUN must be of data that are still there; got none at"):
        reload_dataset(study)


def test_what_a_killed_writer_left_is_removed(iris, tmp_path):
    measure(SOURCE, iris, LEARNER, DESIGN, tmp_path, jobs=1)
    for name in (".partial-1-report.html", ".partial-1-findings.json"):
        (tmp_path / name).write_text("half")
    measure(SOURCE, iris, LEARNER, DESIGN, tmp_path, jobs=1)
    assert not list(tmp_path.glob(".partial-*"))


def test_an_archive_with_groups_goes_on_and_another_group_is_refused(tmp_path):
    rows, y = np.arange(60.0).reshape(30, 2), np.arange(30) % 2
    np.savez(tmp_path / "d.npz", X=rows, y=y, group=y)
    source = DataSource(data=str(tmp_path / "d.npz"))
    for n_trials in (20, 21):
        trials = SubsetDesign(n_trials=n_trials)
        measure(source, load_dataset(source.data), LEARNER, trials, tmp_path / "run", jobs=1)
    with pytest.raises(StudyMismatchError, match="was made without .*group"):
        measure(replace(source, group="g"), load_dataset(source.data), LEARNER, DESIGN, tmp_path / "run", jobs=1)


def test_fewer_trials_than_planned_are_no_other_study(iris, tmp_path):
    measure(SOURCE, iris, LEARNER, SubsetDesign(n_trials=30), tmp_path, jobs=1)
    assert measure(SOURCE, iris, LEARNER, DESIGN, tmp_path, jobs=1).n_trials == 30
    assert RunFolder(tmp_path).study().n_trials == 30


def test_folders_with_something_else_in_them_are_refused(iris, tmp_path):
    (tmp_path / "holiday.txt").write_text("photos")
    with pytest.raises(InputError, match="out must be a new or empty folder"):
        measure(SOURCE, iris, LEARNER, DESIGN, tmp_path, jobs=1)
    with pytest.raises(InputError, match="out must be a folder"):
        measure(SOURCE, iris, LEARNER, DESIGN, tmp_path / "holiday.txt", jobs=1)
    with pytest.raises(InputError, match="out must be a folder in folders; got the file"):
        measure(SOURCE, iris, LEARNER, DESIGN, tmp_path / "holiday.txt" / "run", jobs=1)
    with (
        pytest.raises(InputError, match="out must be a folder that can be made; got /proc/none/run"),
        RunFolder(Path("/proc/none/run")).writing(),
    ):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["holiday.txt"]


def test_what_is_no_run_or_a_torn_one_is_named(tmp_path):
    with pytest.raises(InputError, match="RUN must be a folder made by longtail"):
        RunFolder(tmp_path).study()
    (tmp_path / "study.json").write_text('{"format_version": 99}')
    with pytest.raises(DamagedRunError, match="format version 1; got 99"):
        RunFolder(tmp_path).study()
    (tmp_path / "study.json").write_text("{")
    with pytest.raises(DamagedRunError, match="not readable"):
        RunFolder(tmp_path).study()


def _hold(path, ready, done):
    with RunFolder(path).writing():
        ready.set()
        done.wait(30)


def test_a_second_process_is_refused(iris, tmp_path):
    preload()
    ready, done = CONTEXT.Event(), CONTEXT.Event()
    other = CONTEXT.Process(target=_hold, args=(tmp_path, ready, done))
    other.start()
    try:
        assert ready.wait(30)
        with pytest.raises(BusyRunError, match="another process is writing"):
            measure(SOURCE, iris, LEARNER, DESIGN, tmp_path, jobs=1)
    finally:
        done.set()
        other.join()
    assert measure(SOURCE, iris, LEARNER, DESIGN, tmp_path, jobs=1).n_trials == 20
