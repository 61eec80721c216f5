"""Rows that belong together leave together: by counting, end to end, and as part of the identity."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier

import longtail as lt
from longtail.cli import main
from longtail.dataset import Dataset, load_dataset
from longtail.errors import InputError, StudyMismatchError
from longtail.experiments.memorized_sets import MATCHED, MEMORIZED, RARE, memorized_sets
from longtail.notices import forget_notices
from longtail.runs.measure import measure
from longtail.runs.reload import reload_dataset
from longtail.scores import memorization
from longtail.study import DataSource, RunFolder
from longtail.trials import SklearnLearner, SubsetDesign, TrialSet, run_trials

DESIGN = SubsetDesign(n_trials=40, fraction=0.7, seed=3)


def _table(path, n=120):
    rng = np.random.default_rng(0)
    rows = [f"{a:.4f},{b:.4f},{'yn'[int(a > 0)]},p{i // 4}" for i, (a, b) in enumerate(rng.normal(size=(n, 2)))]
    path.write_text("a,b,label,patient\n" + "\n".join(rows) + "\n")
    return path


def test_groups_are_whole_and_balanced():
    """30 groups of sizes 1 to 9 at 0.7: 21 in each trial, each left out 6 times in 20 trials."""
    together = np.repeat(np.arange(30), np.random.default_rng(0).integers(1, 10, 30))
    rows = np.array([DESIGN.inclusion(len(together), trial, together) for trial in range(20)])
    groups = np.array([[np.unique(row[together == g]) for g in range(30)] for row in rows])
    assert groups.shape == (20, 30, 1), "a group was torn apart"
    assert set(groups.sum(axis=1).ravel().tolist()) == {21}
    assert set((~groups).sum(axis=0).ravel().tolist()) == {6}


def test_a_column_is_used_so_end_to_end(tmp_path):
    table = _table(tmp_path / "visits.csv")
    words = ["measure", str(table), "--target", "label", "--together", "patient", "--trials", "20", "--learner", "knn"]
    assert main([*words, "--jobs", "1", "--out", str(tmp_path / "run")]) == 0
    study = RunFolder(tmp_path / "run").study()
    assert study.together == "patient"
    dataset = reload_dataset(study)
    assert dataset.feature_names == ("a", "b")
    inclusion = RunFolder(tmp_path / "run").trials().outcomes().inclusion
    for group in range(int(dataset.together.max()) + 1):
        assert (np.ptp(inclusion[:, dataset.together == group].astype(int), axis=1) == 0).all()


def test_it_is_part_of_the_identity(tmp_path):
    table, learner = _table(tmp_path / "visits.csv"), SklearnLearner(estimator=GaussianNB())
    apart = load_dataset(table, "label", "patient")  # the same features
    patients = apart.position // 4
    joined = Dataset.from_arrays(apart.X, apart.labels, apart.X_test, apart.labels_test, together=patients)
    assert apart.content_hash == joined.content_hash
    measure(DataSource(data="x"), joined, learner, DESIGN, tmp_path / "run", jobs=1, trials=range(1))
    with pytest.raises(StudyMismatchError, match=r"design\.together: None, not \{'n_groups': 30"):
        measure(DataSource(data="x"), apart, learner, DESIGN, tmp_path / "run", jobs=1)
    plain = Dataset.from_arrays(apart.X, apart.y, apart.X_test, apart.y_test)
    assert "together" not in TrialSet.of(plain, learner, DESIGN).identity["design"]


def test_a_duplicate_left_in_hides_memorization():
    """Random labels, each example twice: nearest neighbors memorize all of them, which shows only if twins leave."""
    rng = np.random.default_rng(1)
    X, y = np.repeat(rng.normal(size=(60, 3)), 2, axis=0), np.repeat(rng.integers(0, 2, 60), 2)
    twins = Dataset.from_arrays(X, y, X[:0], y[:0], together=np.repeat(np.arange(60), 2))
    alone = Dataset.from_arrays(X, y, X[:0], y[:0])
    hidden, seen = (
        np.nanmean(memorization(run_trials(KNeighborsClassifier(1), data, DESIGN, jobs=1)).value)
        for data in (alone, twins)
    )
    assert seen > 0.4
    assert hidden < 0.6 * seen


def test_what_cannot_stay_together_is_refused(tmp_path):
    table = _table(tmp_path / "visits.csv")
    with pytest.raises(InputError, match="together must name a column.*Did you mean 'patient'"):
        load_dataset(table, "label", together="pateint")
    with pytest.raises(InputError, match="together must be duplicates, or be given for a table or an .npz"):
        load_dataset("iris", together="patient")
    X, y = np.arange(20.0)[:, None], np.arange(20) % 2
    np.savez(tmp_path / "a.npz", X=X, y=y, owner=np.zeros(20))
    with pytest.raises(InputError, match="together must tell at least two groups"):
        load_dataset(tmp_path / "a.npz", together="owner")
    with pytest.raises(InputError, match=r"together must name an array in a\.npz"):
        load_dataset(tmp_path / "a.npz", together="user")
    with pytest.raises(InputError, match=r"together must have shape \(20,\)"):
        Dataset.from_arrays(X, y, together=[1, 2])
    few = Dataset.from_arrays(X, y, X[:0], y[:0], together=np.arange(20) // 10)
    with pytest.raises(InputError, match="leave at least one example in and one out"):
        run_trials(GaussianNB(), few, SubsetDesign(n_trials=20, fraction=0.9), jobs=1)


def test_units_are_removed_as_a_whole():
    """Islands of two tied examples each: memorized together, and removed together, and so are the matched ones."""
    rng = np.random.default_rng(0)
    centers = 40 * rng.normal(size=(30, 8))
    X = np.r_[rng.normal(size=(80, 8)), np.repeat(centers, 2, axis=0) + 0.1 * rng.normal(size=(60, 8))]
    y = np.r_[np.arange(80) % 2, np.repeat(np.arange(30) % 2, 2)]
    X[:80] += 6 * y[:80, None]
    unit = np.r_[np.arange(80) // 2, 100 + np.repeat(np.arange(30), 2)]
    data = replace(Dataset.from_arrays(X, y, X[::4], y[::4]), together=unit)
    learner = SklearnLearner(estimator=KNeighborsClassifier(1), name="knn")
    outcomes = run_trials(learner, data, SubsetDesign(n_trials=40, fraction=0.7), jobs=1)
    sets = memorized_sets(data, outcomes)
    assert len(sets[MEMORIZED]) >= 10
    for name, rows in sets.items():
        assert set(np.flatnonzero(np.isin(unit, unit[rows]))) == set(rows.tolist()), name
    assert not set(sets[MATCHED].tolist()) & set(sets[MEMORIZED].tolist())
    assert len(sets[RARE]) <= len(sets[MATCHED]) <= len(sets[RARE]) + 1


def test_a_removal_of_tied_rows_runs_from_the_command_line(tmp_path, capsys):
    words = ["measure", str(_table(tmp_path / "visits.csv")), "--target", "label", "--together", "patient"]
    run = str(tmp_path / "run")
    assert main([*words, "--trials", "40", "--learner", "knn", "--jobs", "1", "--out", run]) == 0
    assert main(["worth", run, "--learner", "knn", "--trials", "20", "--jobs", "1"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "memorized" in said


def test_the_worth_of_tied_rows_is_that_of_their_units(tmp_path, caplog):
    """The last row of the first unit stands for all of it; a set with a row of each unit is everything."""
    rng = np.random.default_rng(1)
    X, y, unit = rng.normal(size=(90, 3)), np.arange(90) % 2, np.arange(90) // 3
    data = Dataset.from_arrays(X, y, X[:20], y[:20], together=unit)
    learner = SklearnLearner(estimator=GaussianNB(), name="bayes")
    run = lt.measure(data, learner=learner, trials=20, out=tmp_path / "run", jobs=1)
    forget_notices()
    with caplog.at_level("WARNING", logger="longtail"):
        one = run.worth([2], learner, trials=10, jobs=1)
    assert "2 more training examples are left out, which are tied to the 1 asked for." in caplog.text
    assert one == run.worth([0, 1, 2], learner, trials=10, jobs=1)
    with pytest.raises(InputError, match="rows must leave examples to train on; got all of them"):
        run.worth(np.arange(0, 90, 3), learner, trials=10)
