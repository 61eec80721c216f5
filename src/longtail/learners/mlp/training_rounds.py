r"""How long a network is trained, and in which batches: the rules that all neural learners share.

A run goes in rounds: the first of ``epochs`` epochs, each later one as long as all before it together, until the
training examples are all classified right or ``max_epochs`` are spent. Within a round of :math:`T` steps the learning
rate falls linearly, :math:`\eta_t = \eta (1 - t / T)`. The batches of an epoch are as equal as they can be, for a lone
last example would take a whole step by itself.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from longtail.arguments import checked
from longtail.arguments.bounds import MODELS
from longtail.errors import InputError

__all__ = ["batch_bounds", "check_count", "check_training_settings", "rounds"]


@checked
def rounds(epochs: int, max_epochs: int) -> Iterator[int]:
    """Yield the epochs of each round. The caller stops earlier when all training examples are fitted.

    Examples
    --------
    >>> list(rounds(10, 100))
    [10, 10, 20, 40, 20]
    """
    spent, length = 0, min(epochs, max_epochs)
    while length > 0:
        yield length
        spent += length
        length = min(spent, max_epochs - spent)


@checked
def batch_bounds(n_examples: int, batch_size: int) -> list[tuple[int, int]]:
    """Return the start and the end of each batch of a shuffled epoch.

    Examples
    --------
    >>> batch_bounds(10, 4)
    [(0, 3), (3, 6), (6, 10)]
    """
    n_batches = -(-n_examples // batch_size)
    ends = [number * n_examples // n_batches for number in range(n_batches + 1)]
    return list(pairwise(ends))


def check_training_settings(learner: Any) -> None:
    """Refuse settings that no run can follow.

    Raises
    ------
    InputError
        If ``epochs``, ``max_epochs``, ``batch_size``, ``learning_rate``, ``momentum`` or ``weight_decay`` is out of
        its range.
    """
    for argument in ("epochs", "max_epochs", "batch_size"):
        check_count(argument, getattr(learner, argument))
    if learner.max_epochs < learner.epochs:
        raise InputError("max_epochs", f"be at least epochs = {learner.epochs}", learner.max_epochs)
    if not 0 < learner.learning_rate < np.inf:
        raise InputError("learning_rate", "be positive and finite", learner.learning_rate)
    if not 0 <= learner.momentum < 1:
        raise InputError("momentum", "lie in [0, 1)", learner.momentum)
    if not 0 <= learner.weight_decay < np.inf:
        raise InputError("weight_decay", "be at least 0 and finite", learner.weight_decay)


def check_count(argument: str, count: Any) -> None:
    """Refuse a number that is not whole and at least 1."""
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1:
        raise InputError(argument, "be a whole number of at least 1", count)
    MODELS.require(argument, int(count))  # The bound is the same for all counts that cost work.
