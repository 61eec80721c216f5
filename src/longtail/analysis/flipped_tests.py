"""Test examples that models without limits know and limited ones lose, and those that all keep."""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.analysis import Analysis
from longtail.analysis.views import view_of
from longtail.findings import FlippedExample
from longtail.outcomes import Outcomes

__all__ = ["classes_in_turn", "flipped_tests"]

_GALLERY = 12
_KNOWN = 0.9  # At least this share of the unlimited models is right on what can be lost.


def flipped_tests(analysis: Analysis, compared: list[Outcomes]) -> tuple[list[FlippedExample], list[FlippedExample]]:
    """List what unlimited models know and limited ones lose, and what all keep.

    The former come by the largest fall, the latter with each class in turn.
    """
    dataset, unlimited = analysis.dataset, analysis.outcomes
    before = unlimited.test_correct.mean(axis=0)
    after = np.concatenate([each.test_correct for each in compared]).mean(axis=0)
    sure = np.zeros_like(before) if unlimited.test_margin is None else unlimited.test_margin.mean(axis=0, dtype=float)
    by_fall = np.lexsort((-sure, after - before))
    lost = [j for j in by_fall.tolist() if before[j] >= _KNOWN and after[j] < before[j]]
    surest = [j for j in np.argsort(-sure, kind="stable").tolist() if before[j] == after[j] == 1.0]
    kept = classes_in_turn(surest, dataset.y_test)

    def shown(test: int) -> FlippedExample:
        return FlippedExample(
            test=test,
            row=int(dataset.position_test[test]),
            label=dataset.class_names[dataset.y_test[test]],
            unlimited=float(before[test]),
            limited=float(after[test]),
            view=view_of(dataset, test, held_out=True),
        )

    return [shown(j) for j in lost[:_GALLERY]], [shown(j) for j in kept[:_GALLERY]]


def classes_in_turn(examples: list[int], labels: NDArray[np.int64]) -> list[int]:
    """Take the first of each class, then the second of each, and so on.

    One class would fill a gallery otherwise.
    """
    so_far: Counter[int] = Counter()
    rank = {}
    for example in examples:
        rank[example] = so_far[int(labels[example])]
        so_far[int(labels[example])] += 1
    return sorted(examples, key=lambda example: rank[example])
