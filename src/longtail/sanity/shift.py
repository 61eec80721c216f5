"""Training and test examples that a classifier tells apart: the classifier two-sample test [LopezPazOquab2017]_.

Boosted trees learn, from half of as many training as test examples, which is which, and are tried on the other half.
Were both drawn alike, they would be right on half of these; the finding is made where they are right more often by
chance once in a thousand data sets. Test examples that were drawn from the same rows at random are not asked about.
"""

import numpy as np

from longtail.findings.sanity import Remark
from longtail.machine import one_thread
from longtail.randomness import generator
from longtail.sanity.subject import Subject
from longtail.sanity.words import share_of_tried
from longtail.scores.proportions import wilson_interval

__all__ = ["shift"]

_MOST_EACH, _FEWEST_EACH, _MOST_COLUMNS = 1000, 40, 128
_FALSE_ALARM, _LEVEL, _SEED = 1e-3, 0.95, 0


def shift(subject: Subject) -> list[Remark]:
    """Remark on test examples that do not look like training examples."""
    data = subject.dataset
    each = min(data.n_train, data.n_test, _MOST_EACH)
    if each < _FEWEST_EACH or subject.set_aside_here:
        return []
    from sklearn.ensemble import HistGradientBoostingClassifier  # Imported here, because the import takes a second.

    draws = generator(_SEED, "shift")
    chosen = draws.permutation(data.X.shape[1])[:_MOST_COLUMNS]
    X = np.concatenate(
        [data.X[draws.permutation(data.n_train)[:each]], data.X_test[draws.permutation(data.n_test)[:each]]]
    )[:, chosen]
    is_test = np.repeat([0, 1], each)
    learned = np.tile([True, False], each)
    judge = HistGradientBoostingClassifier(max_iter=30, early_stopping=False, random_state=_SEED)
    with one_thread():  # of so few rows, threads cost more than they save
        told = judge.fit(X[learned], is_test[learned]).predict(X[~learned])
    right = int((told == is_test[~learned]).sum())
    n_tried = int((~learned).sum())
    if float(wilson_interval(right, n_tried, 1 - 2 * _FALSE_ALARM)[0]) <= 0.5:
        return []
    return [
        Remark(
            name="test rows unlike training rows",
            finding=f"Boosted trees tell test rows from training rows in "
            f"{share_of_tried(right, n_tried, _LEVEL)} of cases; a coin would in 50 %.",
            meaning="Test rows are of another population or time: accuracy and what limits cost are those of that "
            "population, and attacks that compare the two measure the difference.",
            remedy="See how test rows were chosen; for the same population, draw them at random from all rows.",
            voids=["accuracy", "limits"],
        )
    ]
