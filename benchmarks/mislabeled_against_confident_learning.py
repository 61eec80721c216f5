"""Planted wrong labels: average precision of our judgement beside confident learning, on the same trials.

    python benchmarks/mislabeled_against_confident_learning.py judge TABLES digits:0.05 fashion-mnist:0.05 …
    other-environment/bin/python benchmarks/mislabeled_against_confident_learning.py rival TABLES

``judge`` flips that share of the labels, trains models on random subsets of 70 %, judges labels as ``longtail
mislabeled`` does (by a further 5 % that it flips itself), prints what it found, and writes labels and mean left-out
predictions of the same models. ``rival`` reads them and scores them by cleanlab (2.9.0, in an environment of its own,
``pip install cleanlab``): the best of its three label-quality scores, and its issues first. ``adult.csv:income:0.05``
and ``reviews.csv:rating:review:0.05`` stand for a table and a text: target, and text column, after the name. ``0.05/1``
is another draw of everything.
"""

import sys
from pathlib import Path

import numpy as np

SIZES = {"digits": (400, 100), "fashion-mnist": (60, 40)}
ROWS = 5_000


def judge(tables: Path, name: str, share: float, draw: int = 0) -> None:
    from dataclasses import replace

    from longtail.analysis.partitions import comparable_features
    from longtail.dataset import load_dataset
    from longtail.experiments.planted_labels import planted_labels
    from longtail.learners.names import NAMED_LEARNERS
    from longtail.scores.label_evidence import label_evidence
    from longtail.scores.wrong_labels import label_judge
    from longtail.trials import SubsetDesign

    data, *columns = name.split(":")
    dataset = load_dataset(data, target=columns[0], text=(columns[1:] or [None])[0]) if columns else load_dataset(data)
    dataset = dataset.sample(ROWS) if dataset.n_train > ROWS else dataset
    learner = NAMED_LEARNERS[("mlp", "boosting", "text-logistic")[len(columns)]]()
    n_trials, n_models = SIZES.get(data, (100, 40))
    unknown = planted_labels(learner, dataset, SubsetDesign(n_trials=n_trials, seed=1 + 10 * draw), share=share)
    noisy = replace(dataset, y=unknown.y)
    X = comparable_features(noisy, noisy.X)
    planted = planted_labels(learner, noisy, SubsetDesign(n_trials=n_models, seed=2 + 10 * draw))
    judged = label_judge(label_evidence(planted.outcomes, X, planted.y), planted.flipped)
    evidence = label_evidence(unknown.outcomes, X, noisy.y)
    told = np.nan_to_num(unknown.left_out[np.arange(noisy.n_train), noisy.y], nan=1 / noisy.n_classes)
    score, probability = -1e6 - told, judged.probability(evidence)  # who is not in question comes last
    score[evidence.train] = judged.log_odds(evidence)
    called = probability >= 0.5
    wrong = unknown.flipped[evidence.train]
    print(
        f"{Path(data).stem} {share:g} {draw}: {unknown.flipped.sum()} wrong, probabilities add up to "
        f"{probability.sum():.0f}; called {called.sum()}, of them wrong "
        f"{wrong[called].mean() if called.any() else np.nan:.2f}; cross-validated "
        f"precision {judged.precision} recall {judged.recall}",
        flush=True,
    )
    tables.mkdir(exist_ok=True)
    file = tables / f"{Path(data).stem} {share:g} {draw}.npz"
    np.savez(file, y=noisy.y, left_out=unknown.left_out, flipped=unknown.flipped, score=score)


def rival(tables: Path) -> None:
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores

    print("data, share flipped: ours; best of three scores; issues first")
    for file in sorted(tables.glob("*.npz")):
        kept = np.load(file)
        y, flipped = kept["y"], kept["flipped"]
        told = np.nan_to_num(kept["left_out"], nan=1 / kept["left_out"].shape[1])
        told = told / told.sum(axis=1, keepdims=True)
        methods = ("self_confidence", "normalized_margin", "confidence_weighted_entropy")
        scores = {method: -get_label_quality_scores(y, told, method=method) for method in methods}
        issues = find_label_issues(y, told, return_indices_ranked_by="self_confidence", n_jobs=1)
        first = scores["self_confidence"].copy()
        first[issues] += 10
        best = max(scores, key=lambda method: average_precision(flipped, scores[method]))
        print(
            f"{file.stem}: {average_precision(flipped, kept['score']):.3f}; "
            f"{average_precision(flipped, scores[best]):.3f} ({best}); {average_precision(flipped, first):.3f}; "
            + ", ".join(f"{method} {average_precision(flipped, scores[method]):.3f}" for method in methods)
        )


def average_precision(truth, score) -> float:
    """Mean precision at each wrong label; ties share their places as scikit-learn has them."""
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(truth, np.nan_to_num(score, neginf=-1e9)))


if __name__ == "__main__":
    what, where, *names = sys.argv[1:]
    if what == "rival":
        rival(Path(where))
    for each in names:
        data, _, rest = each.rpartition(":")
        share, _, draw = rest.partition("/")
        judge(Path(where), data, float(share), int(draw or 0))
