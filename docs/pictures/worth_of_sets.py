"""What sets of training examples are worth in three small worlds, by the same trials without them."""

import numpy as np
from matplotlib.figure import Figure
from sklearn.neighbors import KNeighborsClassifier

from longtail.dataset import Dataset
from longtail.experiments.memorized_sets import MATCHED, MEMORIZED, RARE, memorized_sets
from longtail.experiments.paired_removal import paired_removal
from longtail.learners import SklearnLearner
from longtail.trials import SubsetDesign, run_trials

JUDGED = 16


def draw(figure: Figure) -> None:
    """Accuracy lost by the nearest neighbor without all memorized examples, those that look rare, and others."""
    axes = figure.subplots()
    learner = SklearnLearner(estimator=KNeighborsClassifier(1), name="knn")
    design = SubsetDesign(n_trials=40, fraction=0.7)
    names = (MEMORIZED, RARE, MATCHED)
    for place, (world, data) in enumerate(_worlds().items()):
        outcomes = run_trials(learner, data, design, jobs=1)
        sets = memorized_sets(data, outcomes.restricted_to(slice(JUDGED, None)))
        shown = {name: sets[name] for name in names if name in sets}
        arms = paired_removal(learner, data, outcomes, design, shown, n_trials=JUDGED, jobs=1).arms
        loss = [arms[name].loss for name in shown]
        value, low, high = (100 * np.array([getattr(each, part) for each in loss]) for part in ("value", "low", "high"))
        where = np.array([names.index(name) for name in shown]) + 0.2 * (place - 1)
        axes.errorbar(value, where, xerr=[value - low, high - value], fmt="o", capsize=3, label=world)
    axes.axvline(0, linewidth=0.8, color="0.6")
    axes.set_yticks(range(3), ["memorized", "those that look rare", "as many others"])
    axes.set(xlabel="points of accuracy lost without them", ylim=(2.6, -0.6))
    axes.legend()


def _worlds() -> dict[str, Dataset]:
    rng = np.random.default_rng(0)
    y, y_test = np.arange(160) % 2, np.arange(160) % 2
    near, near_test = (rng.normal(size=(160, 8)) + 6 * labels[:, None] for labels in (y, y_test))
    places, label = 40 * rng.normal(size=(60, 8)), np.arange(60) % 2
    alone = np.concatenate([near, places]), np.concatenate([y, label])
    alone_test = np.concatenate([near_test, places + 0.01]), np.concatenate([y_test, label])
    wrong = y.copy()
    wrong[:24] = 1 - wrong[:24]
    centers, kind, kind_test = 3 * rng.normal(size=(10, 10)), np.arange(220) % 10, np.arange(220) % 10
    mixed, mixed_test = (centers[each] + 3 * rng.normal(size=(220, 10)) for each in (kind, kind_test))
    return {
        "rare kinds": Dataset.from_arrays(*alone, *alone_test),
        "overlapping classes": Dataset.from_arrays(mixed, kind, mixed_test, kind_test),
        "wrong labels": Dataset.from_arrays(near, wrong, near_test, y_test),
    }
