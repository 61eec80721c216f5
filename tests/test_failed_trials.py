"""Trials that fail: told with reason, tested for association with who was left out; biased scores are refused."""

import json
import logging

import numpy as np
import pytest
from scipy.stats import fisher_exact
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.naive_bayes import GaussianNB

from longtail.dataset import Dataset
from longtail.failed_trials import FailedTrials, _fisher
from longtail.notices import forget_notices
from longtail.scores import influence, memorization
from longtail.trials import SubsetDesign, run_trials


class Stumbles(ClassifierMixin, BaseEstimator):
    """Fails where exactly one member of class 1 is in, as who splits off a stratified validation set; or by chance."""

    def __init__(self, by_chance=False, random_state=None):
        self.by_chance, self.random_state = by_chance, random_state

    def fit(self, X, y):
        chance = np.random.default_rng(self.random_state).random() < 0.05
        if chance if self.by_chance else (y == 1).sum() == 1:
            raise ValueError("The least populated class in y has only 1 member, which is too few.")
        self.classes_, self.model_ = np.unique(y), GaussianNB().fit(X, y)
        return self

    def predict(self, X):
        return self.model_.predict(X)


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(100, 2)), np.zeros(100, int)
    y[:4], y[50:] = 1, 2
    X[:4] += 4
    return Dataset.from_arrays(X, y, X, y)


def test_scores_that_failing_would_bias_are_refused(data, caplog):
    """Class 1 has four members: of 100 subsets of 70 % about 8 % hold exactly one, and all of these fail."""
    forget_notices()
    caplog.set_level(logging.WARNING, logger="longtail")
    outcomes = run_trials(Stumbles(), data, SubsetDesign(n_trials=100, seed=0), jobs=1)
    failed = outcomes.failed.inclusion[:, :4].sum(axis=1)
    assert 3 <= len(failed) <= 10
    assert (failed == 1).all()
    assert outcomes.n_trials == 100 - len(failed)
    assert outcomes.refused.tolist() == [True] * 4 + [False] * 96
    scores = memorization(outcomes)
    assert np.isnan(scores.value[:4]).all()
    assert np.isnan(scores.q_value[:4]).all()
    assert np.isfinite(scores.value[4:]).all()
    pairs = influence(outcomes, train=[0, 50])
    assert np.isnan(pairs.value[pairs.train == 0]).all()
    assert np.isfinite(pairs.value[pairs.train == 50]).all()
    assert (
        f"{len(failed)} of 100 trials failed and are left out ({len(failed)} with ValueError: The least"
        in scores.failed
    )
    assert "whether 4 of them, or their class, were in: their scores are refused" in scores.failed
    assert scores.failed in [record.getMessage() for record in caplog.records]


def test_failing_by_chance_refuses_nobody(data):
    outcomes = run_trials(Stumbles(by_chance=True), data, SubsetDesign(n_trials=100, seed=0), jobs=1)
    assert outcomes.failed is not None
    assert not outcomes.refused.any()
    assert "failing has nothing to do with who was left out, as far as that can be seen" in outcomes.about_failed


def test_where_nothing_fails_nothing_is_said(data):
    outcomes = run_trials(GaussianNB(), data, SubsetDesign(n_trials=20, seed=0), jobs=1)
    assert (outcomes.failed, outcomes.about_failed, memorization(outcomes).failed) == (None, "", "")


def test_the_level_holds():
    """400 tables where failing is by chance: some example is refused in at most 5 %, or 35 of 400 with a false alarm of
    1e-3 (binomial); Fisher's test is conservative, so far fewer are."""
    rng, refused = np.random.default_rng(0), 0
    labels = np.arange(60) % 6
    for _ in range(400):
        inside = rng.random((80, 60)) < 0.7
        trials = FailedTrials(inclusion=inside[:6], reasons=("by chance",) * 6, labels=labels)
        refused += trials.associated(inside[6:]).any()
    assert refused <= 35


def test_p_values_are_fishers():
    for x, marked, failed, trials in [(4, 4, 4, 60), (0, 20, 5, 40), (3, 25, 6, 50)]:
        table = [[x, failed - x], [marked - x, trials - failed - marked + x]]
        tails = [fisher_exact(table, alternative=side).pvalue for side in ("less", "greater")]
        found = _fisher(np.array([x]), np.array([marked]), failed, trials)[0]
        assert found == pytest.approx(min(1, 2 * min(tails)))


def test_a_run_tells_in_every_way(data, tmp_path, monkeypatch, capsys):
    """``measure --json``, ``scores`` and ``scores --json`` have the sentence; the data's classes are found again."""
    from longtail.cli import main

    monkeypatch.chdir(tmp_path)
    (tmp_path / "stumbling.py").write_text("from tests.test_failed_trials import Stumbles\n")
    np.savez(tmp_path / "d.npz", X=data.X, y=data.y, X_test=data.X_test, y_test=data.y_test)
    command = ["measure", "d.npz", "--learner", "stumbling:Stumbles", "--trials", "100", "--out", "run", "--jobs", "1"]
    assert main([*command, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert "or their class, were in: their scores are refused" in told["failed"]
    assert main(["scores", "run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["failed"] == told["failed"]
    assert main(["scores", "run"]) == 0
    assert "trials failed and are left out" in " ".join(capsys.readouterr().out.split())
