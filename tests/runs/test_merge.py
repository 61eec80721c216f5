"""Shares of one study, joined: the same table as one run, no trial lost and none counted twice."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

from longtail.dataset import load_dataset
from longtail.errors import DamagedRunError, InputError, StudyMismatchError
from longtail.limits import Rounded
from longtail.runs.measure import measure
from longtail.runs.merge import merge
from longtail.study import DataSource, RunFolder
from longtail.trials import CompiledMLP, SklearnLearner, SubsetDesign, TrialStore, run_trials

SOURCE = DataSource(data="iris")
LEARNER = SklearnLearner(estimator=DecisionTreeClassifier(max_features=1))
DESIGN = SubsetDesign(n_trials=30)


@pytest.fixture(scope="module")
def iris():
    return load_dataset("iris")


@pytest.fixture
def share(iris, tmp_path):
    def measured(name, first, last, learner=LEARNER, design=DESIGN):
        measure(SOURCE, iris, learner, design, tmp_path / name, trials=range(first, last), jobs=1)
        return tmp_path / name

    return measured


def _files(run):
    (trials,) = (run / "trials").iterdir()
    return {path.name: path.read_bytes() for path in trials.glob("[0-9]*.npz")}


def test_shares_join_to_the_run_that_one_machine_makes(share, tmp_path):
    whole = share("whole", 0, 30)
    report = merge([share("a", 0, 12), share("b", 8, 30)], tmp_path / "joined")
    assert (report.n_trials, report.n_added, report.n_identical) == (30, 30, 4)
    assert (report.differing, report.damaged, report.missing) == ([], [], [])
    assert _files(tmp_path / "joined") == _files(whole)
    assert RunFolder(tmp_path / "joined").study() == RunFolder(whole).study()


def test_a_run_takes_in_others_and_says_what_is_missing(share):
    first = share("a", 0, 5)
    report = merge([share("b", 10, 30)], first)
    assert (report.n_trials, report.n_added) == (25, 20)
    assert report.missing == [5, 6, 7, 8, 9]


def test_different_studies_are_refused_and_nothing_is_written(share, tmp_path):
    other = share("seed", 0, 4, design=SubsetDesign(n_trials=30, seed=1))
    with pytest.raises(StudyMismatchError, match=r"design\.seed: 0, not 1"):
        merge([share("a", 0, 4), other], tmp_path / "joined")
    naive = share("naive", 0, 4, learner=SklearnLearner(estimator=GaussianNB()))
    with pytest.raises(StudyMismatchError, match=r"learner\.name"):
        merge([share("a", 0, 4), naive], tmp_path / "joined")
    assert not (tmp_path / "joined").exists()
    with pytest.raises(InputError, match="RUN must be a folder made by longtail"):
        merge([tmp_path], tmp_path / "joined")


def test_trials_that_differ_are_told_and_the_first_is_kept(share, tmp_path):
    a, b = share("a", 0, 5), share("b", 0, 5)
    record = RunFolder(b).trials().read(3)
    correct, margin = record.correct.copy(), record.margin.copy()
    correct[:7] ^= True
    margin[11] += np.float16(0.5)
    RunFolder(b).trials().append(replace(record, correct=correct, margin=margin))
    report = merge([a, b], tmp_path / "joined")
    (told,) = report.differing
    assert (told.trial, told.run, told.n_correct) == (3, b, 7)
    assert told.margin == pytest.approx(0.5, abs=0.02)
    assert report.n_identical == 4
    assert _files(tmp_path / "joined") == _files(a)


def test_damaged_trials_are_left_out_by_number(share, tmp_path):
    a = share("a", 0, 5)
    (trials,) = (a / "trials").iterdir()
    (trials / "000002.npz").write_bytes(b"torn")
    report = merge([a, share("b", 3, 8)], tmp_path / "joined")
    assert report.damaged == [(a, 2)]
    assert 2 in report.missing


@pytest.mark.parametrize("share_of", [range(25, 31), range(5, 5), range(0, 30, 2)])
def test_a_share_lies_within_the_study(iris, tmp_path, share_of):
    with pytest.raises(InputError, match="must be a range A:B within the 30 trials"):
        measure(SOURCE, iris, LEARNER, DESIGN, tmp_path / "r", trials=share_of, jobs=1)


@pytest.fixture
def limited_share(iris, tmp_path):
    """A machine's share of a study and of one limit of it."""
    inner = CompiledMLP(hidden=4, epochs=2, max_epochs=2)

    def made(name, trials, limits):
        out = tmp_path / name
        measure(SOURCE, iris, inner, DESIGN, out, trials=trials, jobs=1)
        for bits in limits:
            run_trials(Rounded(inner=inner, bits=bits), iris, DESIGN, store=out, trials=trials, jobs=1)
        return out

    return made


def _sets(run):
    return {
        folder.name: {file.name: file.read_bytes() for file in folder.glob("[0-9]*.npz")}
        for folder in (run / "trials").iterdir()
    }


def test_every_trial_set_is_joined_with_its_like(limited_share, tmp_path):
    """Two machines with a share each of a study and of its limits, one of a further limit, join to the whole."""
    whole = limited_share("whole", range(8), [8, 4])
    first, second = limited_share("a", range(5), [8, 4]), limited_share("b", range(3, 8), [4, 8])
    report = merge([first, second], tmp_path / "joined")
    assert _sets(tmp_path / "joined") == _sets(whole)
    assert (report.n_trials, report.n_other_sets, report.n_added, report.n_added_to_others) == (8, 2, 8, 16)
    assert report.n_identical == 3 * 2
    again = merge([second], tmp_path / "joined")
    assert (again.n_added, again.n_added_to_others, again.n_other_sets) == (0, 0, 2)


def test_a_set_that_does_not_say_whose_trials_it_holds_is_refused_and_nothing_is_written(limited_share, tmp_path):
    run = limited_share("a", range(4), [8])
    own = RunFolder(run).study().trial_set.key
    (other,) = (folder for folder in (run / "trials").iterdir() if folder.name != own)
    (other / "identity.json").unlink()
    with pytest.raises(DamagedRunError, match=other.name):
        merge([run], tmp_path / "joined")
    assert not (tmp_path / "joined").exists()


def test_what_was_computed_is_left_out_by_name(share, tmp_path):
    run = share("a", 0, 4)
    (run / "removal.json").write_text("{}")
    report = merge([run], tmp_path / "joined")
    assert report.left_out == [run / "removal.json"]
    assert not (tmp_path / "joined" / "removal.json").exists()


def test_what_was_frozen_is_kept_and_all_else_is_named(share, tmp_path):
    first, second = share("a", 0, 4), share("b", 4, 8)
    (first / "audit.json").write_text("{}")
    for name in ("findings.json", "examples.json.gz", "confirmation.json", "report.html", "my notes.txt"):
        (second / name).write_text("here")
    report = merge([first, second], tmp_path / "joined")
    assert report.kept == [first / "audit.json"]
    assert (tmp_path / "joined" / "audit.json").read_text() == "{}"
    named = ["confirmation.json", "examples.json.gz", "findings.json", "my notes.txt", "report.html"]
    assert report.left_out == [second / name for name in named]


def test_joining_one_by_one_reads_only_the_part(share, tmp_path, monkeypatch):
    """The same bytes as at once; of what is there, only numbers that the part holds, too, are read."""
    parts = [share(name, first, first + 5) for name, first in (("a", 0), ("b", 4), ("c", 8))]
    merge(parts, tmp_path / "at once")
    read = []
    whole = TrialStore.read
    monkeypatch.setattr(TrialStore, "read", lambda self, trial: read.append(trial) or whole(self, trial))
    for part in parts:
        read.clear()
        merge([part], tmp_path / "one by one")
    assert sorted(read) == [8, 8, 9, 10, 11, 12]
    assert _files(tmp_path / "one by one") == _files(tmp_path / "at once")


def test_a_damaged_trial_in_the_joined_run_gives_way_to_a_whole_one(share, tmp_path):
    run = share("a", 0, 5)
    merge([run], tmp_path / "joined")
    broken = next((tmp_path / "joined").glob("trials/*/000002.npz"))
    broken.write_bytes(b"torn")
    report = merge([run], tmp_path / "joined")
    assert [trial for _, trial in report.damaged] == [2]
    assert report.n_added == 1
    assert _files(tmp_path / "joined") == _files(run)
