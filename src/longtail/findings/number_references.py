"""What a plain model gets on the same test examples, where the target is a number."""

from dataclasses import dataclass

from longtail.estimate import Estimate

__all__ = ["NumberReferences"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberReferences:
    """R² on the test examples, in units of the target's variance over the training examples.

    Always predicting the mean of these gets about 0.

    Parameters
    ----------
    reference : str
        The reference model, for people.
    reference_quality : Estimate
        Its R².
    n_reference : int
        Training examples that it was trained on.
    n_train, n_test : int
        Examples that there are.
    learner : str
        The study's learner.
    learner_quality : Estimate or None
        Its R², trained once on ``n_learner`` training examples. None where that training failed.
    n_learner : int
        Training examples that are studied, all of which it was trained on for this.
    difference : Estimate or None
        R² of the learner minus that of the reference model, on the same test examples.
    """

    reference: str
    reference_quality: Estimate
    n_reference: int
    n_train: int
    n_test: int
    learner: str
    learner_quality: Estimate | None
    n_learner: int
    difference: Estimate | None
