r"""Memory of training: about what models take while they are trained, from the size of what the learner is handed.

Rows that are handed over are held once, for all models; a model holds its subset, what it makes of it, and what it
makes of all examples to predict them. Measured on 100,000 rows of 200 features, a model more takes 2.2 copies of all
rows in a private network, 2 in the batched logistic regression, 1 in trees and in the built-in network. So

.. math:: 4 N d \, (1 + 2.5 J)

bytes are asked for, of N examples with d numbers each and J models at a time. Frames and texts have no size that is
known before they are made.
"""

from longtail.dataset import Dataset
from longtail.learners.learner import Learner
from longtail.learners.wanted_rows import wanted_rows
from longtail.machine import cores
from longtail.memory_at_hand import memory_at_hand

__all__ = ["bytes_of_training", "rows_in_memory"]

_SHARED, _OF_A_MODEL = 1.0, 2.5
_SINGLE = 4  # bytes


def bytes_of_training(learner: Learner, n_examples: int, dataset: Dataset, jobs: int | None = None) -> int:
    """Return about how many bytes training takes beyond the data set itself. It is 0 where that cannot be known before.

    Parameters
    ----------
    learner : Learner
        Or a limit.
    n_examples : int
        Training and test examples together.
    dataset : Dataset
        Whose columns they have.
    jobs : int, optional
        Models at a time; as many as there are cores where it is not given.
    """
    wanted = wanted_rows(learner)
    if wanted in ("frame", "text", "words"):
        return 0
    given = dataset.as_they_are if wanted == "columns" else None
    width: int = (dataset.X if given is None else given.values).shape[1]
    return round(_SINGLE * n_examples * width * (_SHARED + _OF_A_MODEL * (jobs or cores())))


def rows_in_memory(learner: Learner, dataset: Dataset, jobs: int | None = None) -> int:
    """Return how many training examples leave room for training, all of them where all do, beside all test examples."""
    whole = dataset.n_train + dataset.n_test
    needed, at_hand = bytes_of_training(learner, whole, dataset, jobs), memory_at_hand()
    if needed <= at_hand:
        return dataset.n_train
    return max(0, int(whole * at_hand / needed) - dataset.n_test)
