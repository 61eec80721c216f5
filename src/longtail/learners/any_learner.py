"""A learner, however it was given: a learner, a scikit-learn classifier, or a name."""

from typing import Any

from longtail.arguments import checked
from longtail.learners.learner import Learner
from longtail.learners.names import named_learner
from longtail.learners.sklearn_learner import SklearnLearner

__all__ = ["any_learner"]


@checked
def any_learner(learner: Any) -> Learner:
    """Return a learner as it is, wrap a scikit-learn classifier, and replace a name by the learner that it stands for.

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
        return named_learner(learner)
    return learner if isinstance(learner, Learner) else SklearnLearner(estimator=learner)
