"""Proxies beside measured memorization: planted label errors come to the top, and the command tells so."""

import json

import numpy as np
import pytest

from longtail.cli import main
from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.experiments.proxies import proxy_study
from longtail.references import bibliography
from longtail.trials import CompiledMLP, SubsetDesign, run_trials

FLIPPED = np.arange(0, 120, 21)  # 6 of 120: the top 5 %


@pytest.fixture(scope="module")
def noisy() -> Dataset:
    """Two separate clouds, seed 0, with 5 % of the labels turned."""
    y = np.arange(120) % 2
    X = np.random.default_rng(0).normal(size=(120, 4)) + 3 * y[:, None]
    y[FLIPPED] = 1 - y[FLIPPED]
    return Dataset.from_arrays(X, y, X[:0], y[:0])


@pytest.fixture(scope="module")
def outcomes(noisy):
    return run_trials(CompiledMLP(), noisy, SubsetDesign(n_trials=40, fraction=0.7, seed=7), jobs=1)


def test_planted_label_errors_are_found_by_all(noisy, outcomes):
    """Chance has 4 of the 6 among its 6 highest once in 38,000 times; measured memorization has all."""
    found = proxy_study(noisy, outcomes, n_runs=2, n_trials=20, jobs=1)
    assert set(np.argsort(-found.memorization)[:6]) == set(FLIPPED)
    for name, scores in found.scores.items():
        hits = len(set(np.argsort(-scores)[:6]) & set(FLIPPED))
        assert hits >= 4, name
        assert found.quality[name].precision_at_5.value >= 0.6, name
        assert found.quality[name].rank_correlation.low > 0, name
    assert found.models == {**dict.fromkeys(found.models, 2), "neighbor disagreement": 0, "C-score": 60}
    document = found.to_json()
    assert {row["reference"] for row in document["proxies"]} <= set(bibliography())
    assert len(document["proxies"]) == 10, "no self-influence without test examples"


def test_a_network_of_the_users_own_is_watched_itself(noisy, outcomes):
    """Planted errors are found as above, by what needs no gradient of the built-in network."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: it is the extra 'neural'")
    from longtail.learners import TorchLearner

    def network(n_features, n_classes):
        return torch.nn.Sequential(torch.nn.Linear(n_features, 16), torch.nn.ReLU(), torch.nn.Linear(16, n_classes))

    found = proxy_study(noisy, outcomes, n_runs=1, fractions=(), learner=TorchLearner(module=network), jobs=1)
    assert found.learner == "torch"
    assert {"EL2N", "area under the margin", "cumulative loss"} <= set(found.scores)
    assert not {"GraNd", "input-loss curvature"} & set(found.scores)
    for name in ("EL2N", "area under the margin", "cumulative loss"):
        assert len(set(np.argsort(-found.scores[name])[:6]) & set(FLIPPED)) >= 4, name


def test_it_is_a_function_of_its_seed(noisy):
    few = noisy.restricted_to(np.arange(30))
    outcomes = run_trials(CompiledMLP(), few, SubsetDesign(n_trials=10, seed=7), jobs=1)
    studies = [proxy_study(few, outcomes, n_runs=1, fractions=(), seed=seed, jobs=1) for seed in (0, 0, 1)]
    assert "C-score" not in studies[0].scores
    assert (studies[0].scores["cumulative loss"] == studies[1].scores["cumulative loss"]).all()
    assert (studies[0].scores["cumulative loss"] != studies[2].scores["cumulative loss"]).any()


def test_other_outcomes_are_refused(noisy, outcomes):
    with pytest.raises(InputError, match="outcomes must be of the 60"):
        proxy_study(noisy.restricted_to(np.arange(60)), outcomes)
    with pytest.raises(InputError, match="n_runs must"):
        proxy_study(noisy, outcomes, n_runs=0)
    with pytest.raises(InputError, match="early_epoch must"):
        proxy_study(noisy, outcomes, early_epoch=0)


def test_the_command(tmp_path, capsys):
    run = str(tmp_path / "run")
    assert main(["measure", "iris", "--out", run, "--trials", "20", "--learner", "knn", "--jobs", "1"]) == 0
    capsys.readouterr()
    words = ["proxies", run, "--runs", "1", "--trials", "0", "--jobs", "1"]
    assert main(words) == 0
    printed = capsys.readouterr().out
    assert "Stand-ins" in printed
    assert "the proxies are those of compiled-mlp" in " ".join(printed.split())
    assert main([*words, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert len(document["proxies"]) == 9
    assert len(document["scores"]["EL2N"]) == len(document["memorization"]) == 120
    assert main([*words, "--early", "12"]) == 2
    assert main(["proxies", str(tmp_path / "nowhere")]) == 2
