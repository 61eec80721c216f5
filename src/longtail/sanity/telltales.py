"""Columns that tell the target nearly alone: copies of it, its finer code, what is known only after it.

A tree on one column (:mod:`longtail.dataset.telltale`) is learned on one half of the training examples and tried on the
other; a column is named if it takes away nine tenths of the error of always saying the largest class. Claims are void
where the lower end of Wilson's interval [Wilson1927]_ still takes away 85 %: of the 60 rows that iris leaves to try, a
column that is right on 58 does not.
"""

import numpy as np

from longtail.dataset.telltale import telltales
from longtail.findings.sanity import Remark
from longtail.sanity.commands import without_column
from longtail.sanity.subject import Subject
from longtail.sanity.words import listed, quoted, share_of_tried
from longtail.scores.proportions import wilson_interval

__all__ = ["telltale_columns"]

_LEFT_ERROR, _MOST_TRIED, _LEVEL = 0.15, 2_500, 0.95


def telltale_columns(subject: Subject) -> list[Remark]:
    """Remark on columns that tell the target by themselves."""
    data = subject.dataset
    found = telltales(subject.columns, subject.labels, subject.training)
    if not found:
        return []
    names = sorted(found, key=lambda name: -found[name])
    tried = min(data.n_train // 2, _MOST_TRIED)
    usual_error = 1 - float(np.bincount(data.y).max()) / data.n_train
    low = float(wilson_interval(found[names[0]] * tried, tried, _LEVEL)[0])
    surely = 1 - low <= _LEFT_ERROR * usual_error
    return [
        Remark(
            name="columns that tell the target nearly alone",
            finding=f"{listed(quoted(names))} {'tells' if len(names) == 1 else 'tell'} the target nearly alone: a tree "
            f"on '{names[0]}' is right on {share_of_tried(found[names[0]] * tried, tried, _LEVEL)} of {tried:,} "
            "held-out rows.",
            meaning="If it is known only after the target, accuracy here is not what a user will see, and little is "
            "left to memorize.",
            remedy="Leave it out, unless it is known when the model is asked.",
            command=without_column(subject.options, names[0]),
            voids=["accuracy", "memorization", "limits"] if surely else [],
        )
    ]
