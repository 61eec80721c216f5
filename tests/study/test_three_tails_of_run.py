"""A planted mixture of all three tails, as a run: what was planted is recovered, by the command as well."""

import json
from dataclasses import replace

import numpy as np
import pytest

import longtail as lt
from longtail.checked_json import read_checked
from longtail.cli import main
from longtail.dataset import load_dataset
from longtail.experiments.canaries import wrong_labels
from longtail.scores import memorization
from longtail.trials import CompiledMLP, SubsetDesign, run_trials

LEARNER = CompiledMLP(hidden=32)
TRIALS = 150


@pytest.fixture(scope="module")
def mixture(tmp_path_factory):
    """800 digits: 12 threes are left, 40 rows are rare kinds of two, 6 % of the labels are flipped.

    What small classes owe to their size is measured: the same rows, with all threes.
    """
    data, draws = load_dataset("digits").sample(800), np.random.default_rng(0)
    X, y, n = data.X.copy(), data.y.copy(), data.n_train
    threes = np.flatnonzero(y == 3)
    kept = np.ones(n, bool)
    kept[threes[12:]] = False
    rare = draws.permutation(np.flatnonzero(y != 3))[:40].reshape(20, 2)
    for pair in rare:
        X[pair] = X[pair[0]][draws.permutation(X.shape[1])] + draws.normal(0, 1, (2, X.shape[1]))
        y[pair] = y[pair[0]]
    flipped = np.zeros(n, bool)
    flipped[draws.permutation(n)[:48]] = True
    y[flipped] = wrong_labels(y[flipped], 10, draws)
    whole = replace(data, X=X, y=y)
    thin = whole.restricted_to(np.flatnonzero(kept))
    full = memorization(run_trials(LEARNER, whole, SubsetDesign(n_trials=TRIALS)), 0.95).value[kept]
    out = tmp_path_factory.mktemp("mixture") / "run"
    run = lt.measure(thin, learner=LEARNER, trials=TRIALS, out=out, jobs=1)
    value, wrong = run.analysis.scores.value, flipped[kept]
    small = (thin.y == 3) & ~wrong
    return run, np.array([value[wrong].sum(), (value - full)[small].sum()]) / value.sum()


def test_what_was_planted_is_recovered_by_the_command(mixture, capsys):
    """Within the interval, and by 5 points; the seeds are fixed, so that this is a computation, not a chance."""
    run, planted = mixture
    words = ["causes", str(run.path), "--models", "40", "--flips", "3", "--jobs", "1"]
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    shares = [share["value"] for share in found["shares"]]
    assert sum(shares) == pytest.approx(1)
    assert shares == pytest.approx([*planted, 1 - planted.sum()], abs=0.05)
    for share, truth in zip(found["shares"], [*planted, 1 - planted.sum()], strict=True):
        assert share["low"] <= truth <= share["high"]
    left = read_checked(run.path / "results" / "causes.json", "")
    assert left["tables"][0]["rows"][3][0] == "together"
    assert "is due to wrong labels" in left["said"][0]


def test_what_cannot_be_divided_is_one_line(mixture, capsys):
    run, _ = mixture
    for words, line in (
        (["--models", "5"], "--models must be at least 10; got 5."),
        (["--flips", "0"], "--flips must be at least 1; got 0."),
    ):
        assert main(["causes", str(run.path), *words]) == 2
        assert line in capsys.readouterr().err
