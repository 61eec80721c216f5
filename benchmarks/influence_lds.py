"""Influence that predicts retraining: LDS for a budget, coverage of intervals, false discoveries; parts are named.

    python benchmarks/influence_lds.py budgets digits
    python benchmarks/influence_lds.py budgets fashion-mnist
    python benchmarks/influence_lds.py coverage digits 20000
    python benchmarks/influence_lds.py null digits 40
    python benchmarks/influence_lds.py removal digits 8
    python benchmarks/influence_lds.py trees breast-cancer
    python benchmarks/influence_lds.py trees curved

Digits have the built-in network as it comes; of Fashion-MNIST 1,000 training and 300 test examples are taken, and 32
hidden units. ``curved`` is a table of 1,500 rows and 8 columns with a curved boundary and noise. The truth has subsets
and seeds that no score has seen. CPU seconds are those of this process, on one thread.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
from dataclasses import replace
from time import process_time

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from longtail.attribution import trak
from longtail.attribution.tangent_of_mlp import tangent_of_mlp
from longtail.attribution.trak import _half
from longtail.dataset import Dataset, load_dataset
from longtail.learners import BoostedTrees, CompiledMLP
from longtail.randomness import integer_seed
from longtail.scores import (
    TestFunctional,
    influence,
    linear_datamodeling_score,
    margin_influence,
    significant_influence,
)
from longtail.trials import SubsetDesign, run_trials

BUDGETS = {"digits": (200, 400, 1000, 2000, 4000), "fashion-mnist": (200, 400, 1000, 2000)}
TRUTH = {"digits": (100, 20), "fashion-mnist": (60, 15)}


def study(name):
    """The data and the network."""
    if name == "digits":
        return load_dataset("digits"), CompiledMLP()
    data = load_dataset("fashion-mnist").sample(1000)
    held = slice(0, 300)
    data = replace(data, X_test=data.X_test[held], y_test=data.y_test[held], position_test=data.position_test[held])
    return data, CompiledMLP(hidden=32)


def trained(name, n_trials, seed, n_subsets=None):
    """Trials on halves, and the CPU seconds of one."""
    data, learner = study(name)
    start = process_time()
    outcomes = run_trials(
        learner, data, SubsetDesign(n_trials=n_trials, fraction=0.5, seed=seed, n_subsets=n_subsets), jobs=1
    )
    return outcomes, (process_time() - start) / n_trials


def published(data, learner, n_models=5, seed=0):
    """TRAK as published, on the very networks of ``trak``, under each penalty of a ladder."""
    ladder = 10.0 ** np.arange(-3, 2.01, 0.5)
    total, doubt = dict.fromkeys(ladder, 0), 0
    for model in range(n_models):
        found = tangent_of_mlp(learner, data, _half(data, model, seed), integer_seed(seed, "attribution model", model))
        unit = np.median(np.diag(found.kernel))
        doubt = doubt + found.doubt / n_models
        for penalty in ladder:
            factor = cho_factor(found.kernel / unit + penalty * np.eye(len(doubt)))
            total[penalty] = total[penalty] + cho_solve(factor, found.cross / unit)
    return {penalty: each * doubt[:, None] for penalty, each in total.items()}


def budgets(name):
    """LDS of each way to spend CPU seconds."""
    data, learner = study(name)
    n_subsets, n_seeds = TRUTH[name]
    truth, _ = trained(name, n_subsets * n_seeds, 101, n_subsets)
    trials, each = trained(name, BUDGETS[name][-1], 202)
    start = process_time()
    few = trak(learner, data, 5)
    cpu_few = process_time() - start
    start = process_time()
    many = trak(learner, data, 20)
    cpu_many = process_time() - start

    def score(table):
        return linear_datamodeling_score(truth, table)

    best = max((score(table) for table in published(data, learner).values()), key=lambda found: found.score.value)
    print(f"{name}: ceiling {score(few).ceiling}; {each * 1e3:.1f} ms a trial")
    print(f"published TRAK, 5 networks, penalty by the truth: {best.score}")
    print(f"trak, 5 networks: {cpu_few:.1f} s, {score(few).score}; 20 networks: {cpu_many:.1f} s, {score(many).score}")
    print("| trials | difference | regression | + 5 networks | + 20 networks |")
    for n_trials in BUDGETS[name]:
        part = trials.of_trials(np.arange(n_trials))
        inside = part.inclusion - part.inclusion.mean(axis=0)
        cells, kept = [], {}
        for title, control, more in (("d", None, 0), ("r", None, 0), ("5", few, cpu_few), ("20", many, cpu_many)):
            start = process_time()
            if title == "d":
                table = inside.T @ part.test_margin
            else:
                table = margin_influence(part, control, keep_all=True).predicted
            seconds = n_trials * each + more + process_time() - start
            kept[title] = score(table)
            cells.append(f"{seconds:.1f} s {kept[title].score}")
        best_part = score(few) if score(few).score.value > kept["r"].score.value else kept["r"]
        paired = kept["5"].by_test - best_part.by_test
        half = 1.96 * paired.std() / len(paired) ** 0.5
        print(f"| {n_trials} | {' | '.join(cells)} | gain over the better part {paired.mean():.3f} ± {half:.3f}")


def coverage(name, n_others):
    """Share of pairs whose interval covers the difference that other trials show."""
    data, learner = study(name)
    few, (others, _) = trak(learner, data, 5), trained(name, int(n_others), 303)
    inside = others.inclusion - others.inclusion.mean(axis=0)
    information = (inside**2).sum(axis=0)[:, None]
    truth = inside.T @ others.test_margin / information
    error = others.test_margin.std(axis=0, dtype=float) / information**0.5  # margins are kept in half precision
    trials, _ = trained(name, 2000, 202)
    for n_trials in (200, 400, 2000):
        for control in (None, few):
            found = margin_influence(trials.of_trials(np.arange(n_trials)), control, strongest=data.n_test).pairs
            half = (found.high - found.low) / 2 / 1.96
            z = (found.value - truth[found.train, found.test]) / np.hypot(half, error[found.train, found.test])
            known = "with 5 networks" if control is not None else "trials alone"
            print(f"{n_trials} trials, {known}: {np.mean(np.abs(z) < 1.96):.4f} covered, width {4 * half.mean():.3f}")


def null(name, n_worlds):
    """Margins shuffled over trials: nothing influences anything, and each discovery is false."""
    data, learner = study(name)
    few, (trials, _) = trak(learner, data, 5), trained(name, 200, 202)
    alarms = 0
    for world in range(int(n_worlds)):
        order = np.random.default_rng(world).permutation(200)
        shuffled = replace(trials, test_margin=trials.test_margin[order])
        alarms += len(significant_influence(shuffled, estimand="margin", control=few).train) > 0
    print(f"{alarms} of {n_worlds} worlds without influence have a discovery at 5 %")


def removal(name, label):
    """Ten examples that harm a class most, chosen on 1,000 trials, told by 1,000 others, removed from 1,000 more."""
    data, learner = study(name)
    few, (trials, _) = trak(learner, data, 5), trained(name, 2000, 202)
    on = TestFunctional.mean(data.y_test == int(label), f"class {label}")
    chosen = influence(trials.of_trials(np.arange(1000)), estimand="margin", on=on, control=few)
    harmful = chosen.train[np.argsort(chosen.value)[:10]]
    told = influence(trials.of_trials(np.arange(1000, 2000)), estimand="margin", on=on, control=few)
    mine = np.isin(told.train, harmful)
    half = (told.high - told.low) / 2
    predicted = -0.5 * told.value[mine].sum()  # half of them are in a subset
    error = 0.5 * np.sqrt((half[mine] ** 2).sum())
    design = SubsetDesign(n_trials=1000, fraction=0.5, seed=404)
    without = replace(design, without=tuple(harmful.tolist()))
    before, after = (on.values(run_trials(learner, data, each, jobs=1), "margin") for each in (design, without))
    gained = after - before
    print(
        f"class {label}, mean margin: predicted {predicted:+.3f} ± {error:.3f}, "
        f"removed {gained.mean():+.3f} ± {1.96 * gained.std() / len(gained) ** 0.5:.3f}"
    )


def trees(name):
    """Boosted trees: trials, the attributions of five models, and both. No seed changes a model."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(1500, 8))
    side = X[:, 0] + X[:, 1] * X[:, 2] + 2 * (X[:, 3] > 1) + 0.7 * rng.normal(size=1500) > 0
    data = Dataset.from_arrays(X.astype(np.float32), side, name=name) if name == "curved" else load_dataset(name)
    learner = BoostedTrees()
    truth = run_trials(learner, data, SubsetDesign(n_trials=100, fraction=0.5, seed=101), jobs=1)
    start = process_time()
    few = trak(learner, data, 5)
    print(f"{name}: 5 models {process_time() - start:.1f} s, {linear_datamodeling_score(truth, few).score}")
    start = process_time()
    trials = run_trials(learner, data, SubsetDesign(n_trials=400, fraction=0.5, seed=202), jobs=1)
    print(f"400 trials: {process_time() - start:.1f} s")
    difference = (trials.inclusion - trials.inclusion.mean(axis=0)).T @ trials.test_margin
    print(f"difference of means: {linear_datamodeling_score(truth, difference).score}")
    for title, control in (("regression", None), ("regression with 5 models", few)):
        table = margin_influence(trials, control, keep_all=True).predicted
        print(f"{title}: {linear_datamodeling_score(truth, table).score}")


if __name__ == "__main__":
    {"budgets": budgets, "trees": trees, "coverage": coverage, "null": null, "removal": removal}[sys.argv[1]](
        *sys.argv[2:]
    )
