"""The laws of the settings of boosted trees and of forests."""

from typing import Any

from longtail.errors import InputError
from longtail.learners.mlp.training_rounds import check_count

__all__ = ["check_settings"]

_MOST_BINS = 255


def check_settings(learner: Any, most_leaves: int) -> None:
    """Refuse settings out of their range.

    Raises
    ------
    InputError
        For the first one.
    """
    for argument in ("n_trees", "min_samples_leaf", "trials_per_batch"):
        check_count(argument, getattr(learner, argument))
    for argument, least, most in (("n_leaves", 2, most_leaves), ("max_bins", 2, _MOST_BINS)):
        _check_between(argument, getattr(learner, argument), least, most)
    if learner.max_depth is not None:
        check_count("max_depth", learner.max_depth)
    for argument in ("learning_rate", "row_share", "column_share"):
        if not (_is_number(getattr(learner, argument)) and 0 < getattr(learner, argument) <= 1):
            raise InputError(argument, "lie above 0 and not above 1", getattr(learner, argument))
    if not (_is_number(learner.l2) and 0 <= learner.l2 < float("inf")):
        raise InputError("l2", "be at least 0 and finite", learner.l2)
    if learner.categorical is not None and not isinstance(learner.categorical, tuple):
        raise InputError("categorical", "be a tuple of column numbers", learner.categorical, "For instance (3, 7).")
    for column in learner.categorical or ():
        if isinstance(column, bool) or not isinstance(column, int) or column < 0:
            raise InputError("categorical", "hold column numbers of at least 0", learner.categorical)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_between(argument: str, value: object, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise InputError(argument, f"be a whole number from {least} to {most}", value)
