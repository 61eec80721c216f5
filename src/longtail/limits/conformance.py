"""The conformance suite of limits: subclass it in your tests, and tables, order and menus can rely on your limit.

.. code-block:: python

    from longtail.limits.conformance import LimitConformance

    class TestMyLimit(LimitConformance):
        limit = MyLimit

Each rule is a method that pytest collects. A limit is a learner, too: test that with
:class:`longtail.trials.conformance.LearnerConformance`.
"""

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import SGDClassifier

from longtail.dataset import Dataset
from longtail.dataset.documents import document_dataset
from longtail.dataset.raw_rows import text_rows
from longtail.errors import InputError
from longtail.learners.learner import BatchLearner, Learner, Performances, Predictions, Values
from longtail.learners.mlp.compiled_mlp import CompiledMLP
from longtail.learners.names import named_learner
from longtail.learners.ngrams import NgramModel
from longtail.learners.own_code import own_code
from longtail.learners.settings import parsed_settings
from longtail.learners.sklearn_learner import SklearnLearner
from longtail.learners.trees import BoostedTrees
from longtail.limits.limit import Guarantee, Limit, identity_of
from longtail.limits.read_back import limit_of_identity
from longtail.limits.settings import made, settings_of
from longtail.limits.spelling import named_limit, spelled

__all__ = ["LimitConformance"]


class LimitConformance:
    """Rules of a :class:`~longtail.limits.limit.Limit`. Set ``limit``, and override what differs.

    Attributes
    ----------
    limit : type of Limit
        The class under test.
    """

    limit: ClassVar[type[Limit]]

    def make_inner(self) -> Learner:
        """Make a small learner that the limit takes: the first of a network, a forest, boosted trees and a descent.

        Of numbers it is a ridge regression, of texts n-grams.
        """
        if "classification" not in self.limit.tasks:
            return NgramModel(order=3) if "language" in self.limit.tasks else named_learner("ridge", "regression")
        descent = SklearnLearner(estimator=SGDClassifier())
        forest = SklearnLearner(estimator=RandomForestClassifier(n_estimators=10, bootstrap=False))
        boosted = BoostedTrees(n_trees=8, min_samples_leaf=3, row_share=0.8)
        for learner in (CompiledMLP(hidden=8, epochs=4, max_epochs=4), forest, boosted):
            try:
                made(self.limit, parsed_settings("limit", self.limit.levels[0]), self.dataset(), learner)
            except InputError:
                continue
            return learner
        return descent

    def dataset(self) -> Dataset:
        """Make the data to limit it on: three overlapping blobs in two groups, or numbers, or texts."""
        rng = np.random.default_rng(0)
        if self.limit.tasks == ("language",):
            words = np.array([f"w{number}" for number in range(30)])
            texts = [" ".join(rng.choice(words, 12)) for _ in range(30)]
            return document_dataset(
                pa.table({"text": [*texts[:20], *texts[:4], *texts[20:]]}), "text", name="words", n_training=24
            )
        if self.limit.tasks == ("regression",):
            X = rng.normal(size=(90, 5))
            target = X @ [1.0, -1.0, 0.5, 0.0, 0.0] + rng.normal(size=90)
            return Dataset.from_arrays(X[:60], target[:60], X[60:], target[60:], task="regression")
        y = np.arange(90) % 3
        X = rng.normal(size=(90, 5)) + 2.5 * np.eye(3, 5)[y]
        return Dataset.from_arrays(X[:60], y[:60], X[60:], y[60:], group=np.arange(60) % 4 == 0)

    def make(self, settings: str) -> Limit:
        """Return the limit at settings as a command line spells them."""
        return made(self.limit, parsed_settings("limit", settings), self.dataset(), self.make_inner())

    def levels(self) -> list[Limit]:
        """Return the limit at its own examples, from weak to strong."""
        return [self.make(settings) for settings in self.limit.levels]

    def test_it_says_what_it_is(self) -> None:
        """Check that name, title, kind and version are texts, and that two levels have two titles and one kind."""
        levels = self.levels()
        assert len(levels) >= 2, "levels names fewer than two"
        for level in levels:
            for text in (level.name, level.title, level.kind, level.version):
                assert isinstance(text, str)
                assert text.strip() == text != ""
            assert ":" not in level.name
            assert isinstance(level.guarantee, Guarantee)
        assert len({level.title for level in levels}) == len(levels)
        assert len({level.kind for level in levels}) == 1

    def test_its_strength_rises_from_weak_to_strong(self) -> None:
        """Check that the examples are in order.

        Where something is guaranteed, a stronger level guarantees a smaller epsilon.
        """
        levels = self.levels()
        for weak, strong in pairwise(levels):
            assert float(weak.strength) < float(strong.strength), f"{strong.title} is not stronger than {weak.title}"
            if weak.guarantee.bound is not None and strong.guarantee.bound is not None:
                assert strong.guarantee.bound.value < weak.guarantee.bound.value

    def test_it_is_spelled_from_its_fields(self) -> None:
        """Check that the spelling of a limit asks for the same limit, with the data and without."""
        data = self.dataset()
        for level in self.levels():
            for text in (spelled(level), spelled(level, data)):
                assert identity_of(named_limit(text, data, self.make_inner())) == identity_of(level), text

    def test_it_is_made_again_from_its_identity(self) -> None:
        """Check that it holds every setting and the inner learner as JSON, and makes the same limit again."""
        for level in self.levels():
            described: dict[str, Any] = json.loads(json.dumps(level.describe()))
            assert set(described) == {each.name for each in settings_of(self.limit) if each.compare} | {"inner"}
            source = own_code(level)
            identity = {"name": level.name, "version": level.version, "settings": described, "source": source}
            assert identity_of(limit_of_identity(identity, self.make_inner())) == identity_of(level)

    def test_it_wraps_the_learner(self) -> None:
        """Check that it limits the learner that it is given, and runs where that learner runs."""
        for level in self.levels():
            assert identity_of(level.inner) == identity_of(self.make_inner())
            assert level.executor in ("threads", "processes")

    def test_what_it_is_not_is_one_line(self) -> None:
        """Check that an unknown setting is refused by name, and a missing one with an example."""
        for text in (f"{self.limit.levels[0]},no_such_setting=1", "no_such_setting=1"):
            said = _refused(self.make, text)
            assert "no_such_setting" in said
            assert "\n" not in said

    def test_its_parts_end_in_it(self) -> None:
        """Check that the parts of its cost end in the limit, are limits of the same learner, and have names."""
        for level in self.levels():
            parts = level.parts()
            assert not parts or identity_of(parts[-1][1]) == identity_of(level)
            for name, part in parts:
                assert name
                assert identity_of(part.inner) == identity_of(level.inner)

    def test_an_audit_can_try_what_it_says(self) -> None:
        """Check that every level on the menu of an audit can be made, and is a level of something."""
        for settings in self.limit.audited:
            assert self.make(settings).kind

    def test_it_learns_something_else(self) -> None:
        """Check that it predicts every example, and that its strongest level is not the learner without limits."""
        data, strongest = self.dataset(), self.levels()[-1]
        limited, plain = (_trained(learner, data) for learner in (strongest.told(data), strongest.inner))
        assert limited[0].shape == (data.n_test,)
        assert not all(map(np.array_equal, limited, plain)), "the limit changes nothing"


def _trained(learner: Learner, data: Dataset) -> list[NDArray[np.float64]]:
    """Train on all examples of a data set, as a study would, and return what it answers for its test examples."""
    settings: dict[str, int] = {"n_classes": data.n_classes}
    X: Any = data.X
    y: Any = data.y if data.target is None else data.target
    X_test: Any = data.X_test
    if data.task == "language":
        texts = text_rows(data)
        X, X_test = texts[: data.n_train], texts[data.n_train :]
    if isinstance(learner, BatchLearner):
        (answer,) = learner.fit_predict_many(X, y, [np.arange(data.n_train)], X_test, seeds=[1], **settings)
    else:
        answer = learner.fit_predict(X, y, X_test, seed=1, **settings)
    if isinstance(answer, Values):
        return [np.asarray(answer.values)]
    if isinstance(answer, Performances):
        return [np.asarray(values, float) for values in answer.values.values()]
    assert isinstance(answer, Predictions)
    return [np.asarray(answer.labels, float), np.asarray(answer.logits, float)]


def _refused(make: Callable[[str], Limit], text: str) -> str:
    try:
        make(text)
    except InputError as error:
        return str(error)
    raise AssertionError(f"{text} was taken")
