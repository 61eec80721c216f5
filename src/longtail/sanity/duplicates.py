"""Copies among examples, exact and near: within training, and of test examples in training.

A twin hides memorization: an example is right through it also when it is left out, so that its memorization reads as 0,
and neither is alone of its kind. A test example with a copy in training is recalled, not predicted, where both are one
thing recorded twice. Rows of few columns with few values are often equal and yet of different things: then new rows
find as many copies, and nothing is overstated. No check can tell the two apart, so what is said names both.
"""

import numpy as np

from longtail.array_types import Bits, Whole
from longtail.findings.sanity import Remark
from longtail.percent import share
from longtail.sanity.commands import with_copies_together
from longtail.sanity.subject import Subject
from longtail.sanity.words import have

__all__ = ["duplicates"]


_SHOWN = 5
_FEWEST, _FEWEST_SHARE = 5, 0.01


def duplicates(subject: Subject) -> list[Remark]:
    """Remark on copies that are not kept together, and on those across training and test."""
    return [*_within(subject), *_across(subject)]


def _within(subject: Subject) -> list[Remark]:
    data, found = subject.dataset, subject.copies
    n = data.n_train
    exact = _has_twin(found.exact[:n])
    near = _has_twin(found.unit[:n]) & ~exact
    apart = exact | near
    if data.together is not None:  # those whose twin leaves together with them hide nothing
        apart &= ~_all_tied(found.unit[:n], data.together)
    if not apart.any():
        return []
    kinds = [f"{have(int((exact & apart).sum()))} an exact twin"] if (exact & apart).any() else []
    kinds += [f"{have(int((near & apart).sum()))} a near {'one' if kinds else 'twin'}"] if (near & apart).any() else []
    return [
        Remark(
            name="duplicates within training",
            finding=f"Of {n:,} training rows {' and '.join(kinds)} in training ({share(int(apart.sum()), n)}).",
            meaning="A twin hides memorization: left out, such a row is right through its twin, and it is not alone of "
            "its kind. Where both are one thing recorded twice, memorization and the tail are understated.",
            remedy="Keep copies together, or remove all but one if they are one thing recorded twice.",
            command=with_copies_together(subject.options) if data.together is None else "",
            voids=["memorization", "learner-tail"] if _many(int(apart.sum()), n) else [],
            rows=[subject.row_of(int(i)) for i in np.flatnonzero(apart)[:_SHOWN]],
        )
    ]


def _across(subject: Subject) -> list[Remark]:
    data, found = subject.dataset, subject.copies
    n = data.n_train
    exact = np.isin(found.exact[n:], found.exact[:n])
    near = np.isin(found.unit[n:], found.unit[:n]) & ~exact
    if not (exact | near).any():
        return []
    counts = [f"{have(int(exact.sum()))} an exact copy"] if exact.any() else []
    counts += [f"{have(int(near.sum()))} a near {'one' if counts else 'copy'}"] if near.any() else []
    both = int((exact | near).sum())
    command = with_copies_together(subject.options) if data.together is None and subject.set_aside_here else ""
    return [
        Remark(
            name="test rows that stand in training",
            finding=f"Of {data.n_test:,} test rows {' and '.join(counts)} in training ({share(both, data.n_test)}).",
            meaning="Where both are one thing recorded twice, such rows are recalled, not predicted, and accuracy on "
            "test rows overstates accuracy on new ones; where different things are equal, new ones will be as well.",
            remedy="Leave them out of the test rows."
            if not command
            else "Keep copies together; test rows are then new.",
            command=command,
            voids=["accuracy", "limits", "learner-tail"] if _many(both, data.n_test) else [],
            rows=[subject.row_of(n + int(i)) for i in np.flatnonzero(exact | near)[:_SHOWN]],
        )
    ]


def _many(part: int, whole: int) -> bool:
    """Return whether so many change what is said of all."""
    return part >= _FEWEST and part > _FEWEST_SHARE * whole


def _has_twin(codes: Whole) -> Bits:
    twins: Bits = np.bincount(codes)[codes] > 1
    return twins


def _all_tied(unit: Whole, together: Whole) -> Bits:
    """Tell for each example whether all copies of it are in one group that stays together."""
    pairs = np.unique(np.column_stack([unit, together]), axis=0)
    tied: Bits = np.bincount(pairs[:, 0], minlength=int(unit.max()) + 1)[unit] == 1
    return tied
