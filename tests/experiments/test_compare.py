"""Two runs compared: paired intervals that cover, correlations freed of noise, and the command."""

import json

import numpy as np
import pytest

from longtail.cli import main
from longtail.errors import InputError
from longtail.experiments.compare import compare_scores
from longtail.outcomes import Outcomes


def _run(seed, truth, n_trials=100):
    rng = np.random.default_rng(seed)
    inclusion = rng.random((n_trials, len(truth))) < 0.7
    return Outcomes.from_arrays(inclusion, inclusion | (rng.random(inclusion.shape) > truth))


def test_paired_intervals_cover_and_only_real_differences_are_claimed():
    """600 examples, 200 of which differ by 0.5; seeds 0 and 1."""
    truth = np.linspace(0, 0.45, 600)
    other = truth + np.where(np.arange(600) % 3 == 0, 0.5, 0.0)
    comparison = compare_scores(_run(0, truth), _run(1, other))
    covered = (comparison.low <= other - truth) & (other - truth <= comparison.high)
    assert covered.mean() >= 0.93
    assert not comparison.differs[other == truth].any()
    assert comparison.differs[other != truth].mean() > 0.25
    assert comparison.mean_difference.low <= 0.5 / 3 <= comparison.mean_difference.high
    assert comparison.mean_difference.high - comparison.mean_difference.low < 0.05


def test_noise_is_taken_out_of_the_correlation():
    truth = np.tile(np.linspace(0, 0.6, 100), 20)
    comparison = compare_scores(_run(0, truth, 40), _run(1, truth, 40))
    assert comparison.pearson < 0.9
    assert comparison.pearson_of_truths == pytest.approx(1, abs=0.05)
    assert comparison.spearman < 0.95


def test_a_run_compared_with_itself_differs_nowhere():
    run = _run(3, np.linspace(0, 1, 50))
    comparison = compare_scores(run, run)
    assert not comparison.differs.any()
    assert (comparison.difference == 0).all()
    assert comparison.pearson == pytest.approx(1)


def _losses(seed, gain, n_trials=40):
    rng = np.random.default_rng(seed)
    inclusion = rng.random((n_trials, len(gain))) < 0.7
    loss = np.abs(3 + rng.normal(size=inclusion.shape) - gain * inclusion)
    return Outcomes.from_arrays(inclusion, performance=loss, performance_name="log_loss")


def test_noise_is_taken_out_of_the_correlation_of_numbers_too():
    """2,000 gains from 0 to 0.6 measured with an error of 0.35, twice: the scores correlate at 0.2 and the truths at 1.
    Over pairs of runs the corrected one has a standard deviation of 0.1 (seeds 0 and 1)."""
    gain = np.tile(np.linspace(0, 0.6, 100), 20)
    comparison = compare_scores(_losses(0, gain), _losses(1, gain))
    assert comparison.pearson < 0.4
    assert 0.6 < comparison.pearson_of_truths <= 1
    assert comparison.mean_difference.low < 0 < comparison.mean_difference.high
    assert not comparison.differs.any()


def test_losses_are_not_compared_with_right_and_wrong():
    with pytest.raises(InputError, match="second must hold accuracy, as the first does; got log loss"):
        compare_scores(_run(0, np.zeros(50)), _losses(0, np.zeros(50)))


def test_other_examples_cannot_be_compared():
    with pytest.raises(InputError, match="second must be about the 50 examples"):
        compare_scores(_run(0, np.zeros(50)), _run(0, np.zeros(60)))


def test_the_command(tmp_path, capsys):
    for name, learner in (("a", "knn"), ("b", "logistic")):
        words = ["measure", "iris", "--out", tmp_path / name, "--trials", "20", "--learner", learner, "--jobs", "1"]
        assert main([str(word) for word in words]) == 0
    capsys.readouterr()
    assert main(["compare", str(tmp_path / "a"), str(tmp_path / "b"), "--plot", str(tmp_path / "f.svg")]) == 0
    assert "Rank correlation" in capsys.readouterr().out
    assert (tmp_path / "f.svg").read_text().startswith("<?xml")
    assert main(["compare", str(tmp_path / "a"), str(tmp_path / "b"), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["difference"]) == 120
    assert main(["compare", str(tmp_path / "a"), str(tmp_path / "nowhere")]) == 2
    assert main(["compare", str(tmp_path / "a"), str(tmp_path / "b"), "--plot", "x.gif"]) == 2
    assert "plot must end in" in capsys.readouterr().err
