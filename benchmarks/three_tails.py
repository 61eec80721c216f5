"""Shares of memorization due to wrong labels, small classes and atypical examples, where each was planted in digits.

    python benchmarks/three_tails.py 1 2 3 4 5

For each seed two worlds: class 3 thinned to 15 rows and 5 % of the labels flipped; classes 3 and 8 thinned to 20 rows
and 2 % flipped. Both have 40 rare kinds of two rows, whose pixels are permuted. What is due to the size of a class is
what the same rows are memorized less with all rows of the class. Prints planted share, estimate and interval.
"""

import sys
from dataclasses import replace

import numpy as np

import longtail as lt
from longtail.experiments.canaries import wrong_labels
from longtail.experiments.planted_labels import planted_labels
from longtail.scores import memorization
from longtail.scores.label_evidence import label_evidence
from longtail.scores.three_tails import three_tails
from longtail.scores.wrong_share import wrong_share
from longtail.trials import CompiledMLP, SubsetDesign, run_trials

LEARNER, TRIALS, MODELS, FLIPS = CompiledMLP(), 300, 60, 6
WORLDS = (((3,), 15, 0.05), ((3, 8), 20, 0.02))


def world(seed, thinned, n_left, share):
    """Return the whole data, which rows are left, and which of all labels are wrong."""
    data, draws = lt.load_dataset("digits"), np.random.default_rng(seed)
    X, y, n = data.X.copy(), data.y.copy(), data.n_train
    kept = np.ones(n, bool)
    for name in thinned:
        kept[draws.permutation(np.flatnonzero(y == name))[n_left:]] = False
    chosen = draws.permutation(np.flatnonzero(~np.isin(y, thinned)))[:80]
    for pair in chosen[np.argsort(y[chosen], kind="stable")].reshape(40, 2):
        X[pair] = np.clip(X[pair[0]][draws.permutation(X.shape[1])] + draws.normal(0, 1, (2, X.shape[1])), 0, 16)
        y[pair] = y[pair[0]]
    wrong = np.zeros(n, bool)
    flipped = draws.permutation(n)[: round(share * n)]
    wrong[flipped] = True
    y[flipped] = wrong_labels(y[flipped], data.n_classes, draws)
    return replace(data, X=X, y=y), kept, wrong


def main(seeds):
    """Print a line a world."""
    for seed in seeds:
        for thinned, n_left, share in WORLDS:
            whole, kept, wrong = world(seed, thinned, n_left, share)
            data, wrong = whole.restricted_to(np.flatnonzero(kept)), wrong[kept]
            design = SubsetDesign(n_trials=TRIALS, seed=seed)
            outcomes = run_trials(LEARNER, data, design)
            value = memorization(outcomes, 0.95).value
            with_all = memorization(run_trials(LEARNER, whole, design), 0.95).value[kept]
            small = np.isin(data.y, thinned) & ~wrong
            truth = np.array([value[wrong].sum(), (value - with_all)[small].sum()]) / value.sum()
            planted = []
            for flips in range(FLIPS):
                found = planted_labels(LEARNER, data, SubsetDesign(n_trials=MODELS, seed=100 + flips))
                planted.append((label_evidence(found.outcomes, data.X, found.y), found.flipped))
            tails = three_tails(
                outcomes, data.y, wrong_share(planted, label_evidence(outcomes, data.X, data.y)), seed=seed
            )
            told = [
                f"{name} {true:.1%}: {part.value:.1%} [{part.low:.1%}, {part.high:.1%}]"
                for name, true, part in zip(
                    ("wrong", "small", "atypical"), [*truth, 1 - truth.sum()], tails.shares, strict=True
                )
            ]
            print(f"seed {seed}, {share:.0%} flipped; {'; '.join(told)}", flush=True)


if __name__ == "__main__":
    main([int(seed) for seed in sys.argv[1:]] or [1])
