"""All checks, in the order of the report: those that void a claim first."""

from collections.abc import Callable

import numpy as np

from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.estimate import Estimate
from longtail.findings.sanity import ClassSanity, Remark, SanityFindings
from longtail.sanity.contradictions import contradictions
from longtail.sanity.duplicates import duplicates
from longtail.sanity.empty_columns import empty_columns
from longtail.sanity.few_tested import few_tested
from longtail.sanity.identifiers import identifiers
from longtail.sanity.order_of_rows import order_of_rows
from longtail.sanity.quantities import quantities
from longtail.sanity.shift import shift
from longtail.sanity.sizes_of_classes import sizes_of_classes
from longtail.sanity.subject import Subject
from longtail.sanity.telltales import telltale_columns
from longtail.scores.proportions import wilson_interval

__all__ = ["CHECKS", "look_over"]

CHECKS: tuple[Callable[[Subject], list[Remark]], ...] = (
    duplicates,
    contradictions,
    telltale_columns,
    shift,
    quantities,
    sizes_of_classes,
    few_tested,
    identifiers,
    order_of_rows,
    empty_columns,
)

_OF_NUMBERS = (duplicates, shift, identifiers, order_of_rows, empty_columns)
"""Checks that ask for no class: those of a target that is a number."""


@checked
def look_over(dataset: Dataset, options: str = "", *, level: float = 0.95) -> SanityFindings:
    """Inspect a data set before anything is trained on it.

    Parameters
    ----------
    dataset : Dataset
        All of it, or the part that is studied.
    options : str
        How a command line names it after DATA, for the commands that are suggested.
    level : float
        Of intervals.

    Returns
    -------
    SanityFindings
        Without what only models can tell: recall of classes, accuracy on new rows. Of a target that is a number, no
        class is told.

    Examples
    --------
    >>> from longtail.dataset import load_dataset
    >>> [remark.name for remark in look_over(load_dataset("digits")).remarks]
    []
    """
    subject = Subject(dataset, options)
    found = [remark for check in (CHECKS if dataset.n_classes else _OF_NUMBERS) for remark in check(subject)]
    if not dataset.n_classes:
        return SanityFindings(classes=[], majority="", majority_accuracy=None, remarks=found)
    n_train = np.bincount(dataset.y, minlength=dataset.n_classes)
    n_test = np.bincount(dataset.y_test, minlength=dataset.n_classes)
    usual = int(n_train.argmax())
    return SanityFindings(
        classes=[
            ClassSanity(name=name, n_train=int(n_train[code]), n_test=int(n_test[code]))
            for code, name in enumerate(dataset.class_names)
        ],
        majority=dataset.class_names[usual],
        majority_accuracy=_share(int(n_test[usual]), dataset.n_test, level) if dataset.n_test else None,
        remarks=sorted(found, key=lambda remark: not remark.voids),
    )


def _share(part: int, whole: int, level: float) -> Estimate:
    low, high = (float(end) for end in wilson_interval(part, whole, level))
    return Estimate(value=part / whole, low=low, high=high, level=level, method="Wilson interval over test examples")
