"""Short trials share a task of a cluster, long ones do not, and records are those of any other run."""

import numpy as np
import pytest

from longtail import BoostedTrees
from longtail.dataset import load_dataset
from longtail.outcomes import Outcomes
from longtail.trials import BatchedLogistic, SubsetDesign, campaign, run_trials
from longtail.trials.sent_trials import SentTrials

DESIGN = SubsetDesign(n_trials=20)


def taken_after(seconds, n_trials, *, left, workers=2, size=1):
    """How many batches the next task gets after one trial of so many seconds."""
    sent = SentTrials(run=None, workers=workers)
    sent.received((seconds * n_trials, [None] * n_trials))
    return sent.size(left, size)


def test_a_task_holds_half_a_second_of_trials_and_leaves_each_worker_two():
    assert SentTrials(run=None, workers=2).size(1000, 1) == 1  # Nothing is known yet.
    assert taken_after(0.02, 4, left=1000) == 25
    assert taken_after(0.02, 4, left=1000, size=8) == 3
    assert taken_after(0.02, 4, left=40) == 10
    assert taken_after(0.02, 4, left=3) == 1
    assert taken_after(30.0, 4, left=1000) == 1


@pytest.fixture
def in_this_process(monkeypatch):
    """A cluster that runs each task here, one after another; it counts the trials of each."""
    tasks = []

    def run_here(dealt):
        for function, args, _ in dealt:
            tasks.append([trial for batch in args[-2] for trial in batch])
            yield function(*args)

    monkeypatch.setattr(campaign, "are_sent", lambda: True)
    monkeypatch.setattr(campaign, "Parallel", lambda **_: run_here)
    return tasks


@pytest.mark.parametrize("learner", [BoostedTrees(n_trees=2), BatchedLogistic(trials_per_batch=3)])
def test_every_trial_is_sent_once_and_its_record_is_that_of_any_other_run(learner, in_this_process, monkeypatch):
    data = load_dataset("iris")
    sent = run_trials(learner, data, DESIGN)
    assert sorted({trial for task in in_this_process for trial in task if trial < 20}) == list(range(20))
    assert len(in_this_process) < 20
    monkeypatch.undo()
    here = run_trials(learner, data, DESIGN, jobs=1)
    for name in ("inclusion", "correct", "margin", "test_correct"):
        assert np.array_equal(getattr(sent, name), getattr(here, name)), name
    assert isinstance(sent, Outcomes)
