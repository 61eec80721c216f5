"""Equal examples with different labels: no learner that sees these features is right on all of them."""

import numpy as np

from longtail.findings.sanity import Remark
from longtail.percent import share
from longtail.sanity.subject import Subject
from longtail.sanity.words import have

__all__ = ["contradictions"]

_SHOWN, _MANY = 6, 0.01


def contradictions(subject: Subject) -> list[Remark]:
    """Remark on training examples that are equal in every feature and differ in their labels."""
    data = subject.dataset
    codes = subject.copies.exact[: data.n_train]
    pairs, counts = np.unique(np.column_stack([codes, data.y]), axis=0, return_counts=True)
    n_labels = np.bincount(pairs[:, 0], minlength=int(codes.max()) + 1)
    torn = n_labels[codes] > 1
    if not torn.any():
        return []
    best = np.zeros(len(n_labels), np.int64)
    np.maximum.at(best, pairs[:, 0], counts)
    n_torn, rows = int(torn.sum()), np.flatnonzero(torn)
    rows = rows[np.argsort(codes[rows], kind="stable")][:_SHOWN]
    return [
        Remark(
            name="equal rows with different labels",
            finding=f"Of {data.n_train:,} training rows {have(n_torn)} the features of a row with another label "
            f"({share(n_torn, data.n_train)}).",
            meaning=f"No learner is right on more than {share(int(best.sum()), data.n_train)} of the training rows: "
            "labels are wrong there, or a feature is missing.",
            remedy="Correct the labels, or add what tells these rows apart.",
            voids=["memorization"] if n_torn > _MANY * data.n_train else [],
            rows=[subject.row_of(int(i)) for i in rows],
        )
    ]
