"""What plain models get on the same test examples: always the commonest class, and a model that anybody would try."""

from dataclasses import dataclass

from longtail.estimate import Estimate

__all__ = ["ReferenceModels"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceModels:
    """Test accuracies that a study's learner is to be judged by.

    Parameters
    ----------
    majority_class : str
        The class with the most training examples.
    majority : Estimate
        Share of the test examples that are of it, which is the accuracy of who always says so.
    reference : str
        The reference model, for people.
    reference_accuracy : Estimate
        Its share of right predictions on the test examples.
    n_reference : int
        Training examples that it was trained on.
    n_train : int
        Training examples that there are.
    n_test : int
        Test examples that all are asked for.
    learner : str
        The study's learner.
    learner_accuracy : Estimate or None
        Its share of right predictions on the same test examples, trained once on ``n_learner`` training examples. None
        where that training failed.
    n_learner : int
        Training examples that are studied, all of which it was trained on for this.
    difference : Estimate or None
        Accuracy of the learner minus that of the reference model, on the same test examples.
    """

    majority_class: str
    majority: Estimate
    reference: str
    reference_accuracy: Estimate
    n_reference: int
    n_train: int
    n_test: int
    learner: str
    learner_accuracy: Estimate | None
    n_learner: int
    difference: Estimate | None
