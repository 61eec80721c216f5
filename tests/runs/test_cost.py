"""What a plan says against what a run takes."""

import re

import pytest
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import LinearSVC

from longtail.cli import main
from longtail.dataset import load_dataset
from longtail.runs.measure import measure
from longtail.scores.convergence import smallest_visible_memorization, visible_memorization
from longtail.study import DataSource, study_cost
from longtail.trials import SklearnLearner, SubsetDesign
from longtail.trials.collect import bytes_of_outcomes


@pytest.mark.parametrize("estimator", [GaussianNB(), LinearSVC()])
def test_disk_is_what_the_files_take(estimator, tmp_path):
    iris, learner, design = load_dataset("iris"), SklearnLearner(estimator=estimator), SubsetDesign(n_trials=20)
    cost = study_cost(learner, iris, design, jobs=1)
    outcomes = measure(DataSource(data="iris"), iris, learner, design, tmp_path, jobs=1)
    assert cost.disk_bytes == sum(file.stat().st_size for file in tmp_path.rglob("[0-9]*.npz"))
    assert cost.table_bytes == bytes_of_outcomes(20, 120, 150, confidences=outcomes.confidence is not None)
    assert cost.seconds == pytest.approx(20 * cost.seconds_per_trial)


def test_only_the_table_up_to_its_budget_counts_as_memory():
    iris, learner = load_dataset("iris"), SklearnLearner(estimator=GaussianNB())
    small, large = (study_cost(learner, iris, SubsetDesign(n_trials=n), jobs=1, memory=400_000) for n in (400, 4_000))
    assert large.table_bytes == 10 * small.table_bytes
    assert large.memory_bytes - small.memory_bytes == 400_000 - small.table_bytes


def test_the_command_writes_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["plan", "iris", "--trials", "400", "--learner", "knn", "--jobs", "1"]) == 0
    said = capsys.readouterr().out
    assert re.search(r"time .*s a trial, 1 at a time", said)
    assert "smallest memorization visible" in said
    assert f"{smallest_visible_memorization(280, 120):.3f}" in said
    assert f"{visible_memorization(280, 120, 0.05 / 120):.3f}" in said
    assert main(["plan", "iris", "--memory", "-1"]) == 2
    assert "--memory must be at least 0" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
