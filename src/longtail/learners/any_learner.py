"""A learner, however it was given: a learner, a scikit-learn classifier, a training function, or a name."""

from typing import Any

from longtail.arguments import checked
from longtail.learners.function_learner import FunctionLearner, is_training_function
from longtail.learners.language_function import LanguageFunction, is_language_function
from longtail.learners.learner import Learner
from longtail.learners.names import named_learner
from longtail.outcomes import Task

__all__ = ["any_learner", "usual_learner"]


@checked
def any_learner(learner: Any, task: Task = "classification") -> Learner:
    """Return a learner as it is, wrap an estimator of scikit-learn or a function ``train(rows, labels, seed)`` or
    ``train(texts, seed)``.

    A name is replaced by the learner that it stands for, of numbers where the task is regression.

    Raises
    ------
    InputError
        If it is none of these.

    Examples
    --------
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> any_learner("mlp").name, any_learner(DecisionTreeClassifier()).name
    ('compiled-mlp', 'DecisionTreeClassifier')
    """
    if isinstance(learner, str):
        return named_learner(learner, task)
    if isinstance(learner, Learner):
        return learner
    if is_training_function(learner):
        return FunctionLearner(train=learner)
    if is_language_function(learner):
        return LanguageFunction(train=learner)
    from longtail.learners.sklearn_learner import wrapped  # here, as importing scikit-learn takes a second

    return wrapped(learner)


def usual_learner(task: Task) -> str:
    """Return the name of the learner that is trained where nobody names one and no audit chooses it."""
    return {"classification": "mlp", "regression": "boosting", "language": "ngram"}[task]
