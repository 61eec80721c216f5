"""Examples that equal one another in all features: what is learned from one is known of the other.

A copy with the same label takes memorization from both, a copy with another label gives it to both, and a test example
that equals a training example says nothing about new data. None of this is wrong, but whoever reads the scores should
know it.
"""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from longtail.dataset.dataset import Dataset

__all__ = ["said_of_copies"]

_AT_ONCE = 4_096  # rows


def said_of_copies(data: Dataset) -> list[str]:
    """Return the sentences to say of examples that equal others in all features; none where there are none."""
    rows, rows_test = _digests(data.X), _digests(data.X_test)
    number, with_label = Counter(rows), Counter(zip(rows, data.y.tolist(), strict=True))
    n_twins = sum(number[row] > 1 for row in rows)
    n_other = sum(number[row] > with_label[row, label] for row, label in zip(rows, data.y.tolist(), strict=True))
    n_test = sum(row in number for row in rows_test)
    said = []
    if n_twins:
        labels = f", {n_other:,} of them one of another label" if n_other else ", all with the same label"
        said.append(f"{n_twins:,} of {len(rows):,} training examples equal another in all features{labels}.")
    if n_test:
        said.append(
            f"{n_test:,} of {len(rows_test):,} test examples equal a training example in all features: being right on "
            "them says little about new data."
        )
    return said


def _digests(X: NDArray[np.float32]) -> list[int]:
    """Return one number a row, equal for equal rows; the chance that others agree is below 1e-9 for 100,000 rows."""
    found: list[int] = []
    for start in range(0, len(X), _AT_ONCE):
        part = np.ascontiguousarray(X[start : start + _AT_ONCE]) + np.float32(0)  # of -0.0 makes 0.0
        found += [hash(row.tobytes()) for row in part]
    return found
