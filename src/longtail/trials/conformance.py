"""The conformance suite of learners: subclass it in your tests to check that your learner keeps the rules of trials.

.. code-block:: python

    from longtail.trials.conformance import LearnerConformance

    class TestMyLearner(LearnerConformance):
        def make_learner(self):
            return MyLearner(depth=3)

Each rule is a method that pytest collects. Nothing but NumPy and joblib is needed.
"""

import json
from typing import Any, Literal

import numpy as np
from joblib import delayed
from numpy.typing import NDArray

from longtail.learners.learner import BatchLearner, Learner, Predictions
from longtail.trials.record import record_of
from longtail.trials.worker_life import side_by_side

__all__ = ["LearnerConformance"]


class LearnerConformance:
    """Rules of a :class:`~longtail.learners.learner.Learner`. Override :meth:`make_learner`, and what differs.

    Attributes
    ----------
    uses_seed : bool
        Whether another seed must give another model. False for a learner without randomness.
    fits : bool
        Whether it must be right on nine tenths of well separated training examples.
    margin_tolerance : float
        By how much margins may differ between predicting examples together and in parts: a matrix product of another
        shape may round otherwise. Labels may not differ.
    batch_tolerance : float
        By how much margins of a :class:`~longtail.learners.learner.BatchLearner` may depend on the models of a batch.
    """

    uses_seed: bool = True
    fits: bool = True
    margin_tolerance: float = 1e-3
    batch_tolerance: float = 0.01

    def make_learner(self) -> Learner:
        """Make a new learner. Two calls must give equal learners."""
        raise NotImplementedError

    def examples(self) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.float32], int]:
        """Training features and classes, features to predict, and the number of classes: three overlapping blobs."""
        rng = np.random.default_rng(0)
        y = np.arange(90, dtype=np.int64) % 3
        X = (rng.normal(size=(90, 5)) + 2.5 * np.eye(3, 5)[y]).astype(np.float32)
        return X[:60], y[:60], X, 3

    def test_it_is_a_learner(self) -> None:
        """Check that it has the protocol's attributes, of the right kinds."""
        learner = self.make_learner()
        assert isinstance(learner, Learner)
        assert isinstance(learner.name, str)
        assert learner.name
        assert isinstance(learner.version, str)
        assert learner.version
        assert learner.executor in ("threads", "processes")

    def test_identity_is_json_and_stable(self) -> None:
        """Check that two learners made alike have one identity, in this process and in another.

        Fitting must not change it.
        """
        learner, other = self.make_learner(), self.make_learner()
        before = _identity(learner)
        assert before == _identity(other)
        self._fit(learner)
        assert _identity(learner) == before
        (elsewhere,) = side_by_side("processes", 2)([delayed(_identity)(learner)])
        assert elsewhere == before

    def test_shapes_and_values(self) -> None:
        """Check for one known class for each example, and logits without NaN, as the records of trials require."""
        _, y, X_eval, n_classes = self.examples()
        predictions = self._fit(self.make_learner())
        truth = np.resize(y, len(X_eval))
        record = record_of(0, np.ones(len(y), bool), predictions, truth, n_classes, "conformance")
        assert record.correct.shape == (len(X_eval),)
        if predictions.logits is not None:
            top = np.asarray(predictions.logits, float)
            chosen = np.take_along_axis(top, np.asarray(predictions.labels)[:, None], axis=1)[:, 0]
            assert (chosen >= top.max(axis=1) - self.margin_tolerance).all(), "a label is not that of the largest logit"

    def test_it_learns(self) -> None:
        """Check that most well separated training examples are predicted right."""
        if self.fits:
            X, y, _, n_classes = self.examples()
            labels = self.make_learner().fit_predict(X, y, X, n_classes=n_classes, seed=1).labels
            assert (np.asarray(labels) == y).mean() >= 0.9

    def test_the_same_again(self) -> None:
        """Fitting is a pure function: again, with another fit in between, and with a new learner."""
        learner = self.make_learner()
        first = self._fit(learner, seed=1)
        self._fit(learner, seed=2)
        _assert_equal(first, self._fit(learner, seed=1))
        _assert_equal(first, self._fit(self.make_learner(), seed=1))

    def test_arguments_are_left_alone(self) -> None:
        """Training and evaluation data may be read-only, and are not changed."""
        X, y, X_eval, n_classes = self.examples()
        for array in (X, y, X_eval):
            array.flags.writeable = False
        self.make_learner().fit_predict(X, y, X_eval, n_classes=n_classes, seed=1)

    def test_order_and_neighbors_do_not_matter(self) -> None:
        """Check that trials in any order, side by side in threads and in other processes, give the same."""
        learner, seeds = self.make_learner(), [3, 1, 2]
        alone = {seed: self._fit(learner, seed=seed) for seed in sorted(seeds)}
        executors: tuple[Literal["threads", "processes"], ...] = ("threads", "processes")
        for executor in executors:
            together = side_by_side(executor, 2)([delayed(self._fit)(learner, seed=seed) for seed in seeds])
            for seed, predictions in zip(seeds, together, strict=True):
                _assert_equal(alone[seed], predictions)

    def test_the_seed_matters(self) -> None:
        """Check that all randomness comes from the seed.

        Two trials are then two draws, so that some pair of five differs.
        """
        if self.uses_seed:
            made = [self._fit(self.make_learner(), seed=seed) for seed in range(5)]
            assert any(_differ(made[0], other) for other in made[1:]), "five seeds gave the same predictions"

    def test_classes_may_be_absent(self) -> None:
        """Check that a class without training examples stays a class: predictions keep their shape."""
        X, y, X_eval, n_classes = self.examples()
        for absent in range(n_classes):
            kept = y != absent
            predictions = self.make_learner().fit_predict(X[kept], y[kept], X_eval, n_classes=n_classes, seed=1)
            record_of(0, kept, predictions, np.resize(y, len(X_eval)), n_classes, "conformance")
            assert (np.asarray(predictions.labels) != absent).all(), (
                "a class was predicted that is not in the training examples"
            )

    def test_one_class_is_predicted_alone(self) -> None:
        """Check that a subset of one class is no failure: every prediction is that class."""
        X, y, X_eval, n_classes = self.examples()
        for only in range(n_classes):
            kept = y == only
            predictions = self.make_learner().fit_predict(X[kept], y[kept], X_eval, n_classes=n_classes, seed=1)
            record_of(0, kept, predictions, np.resize(y, len(X_eval)), n_classes, "conformance")
            assert (np.asarray(predictions.labels) == only).all(), (
                "a class was predicted that is not in the training examples"
            )

    def test_asked_twice_it_says_the_same(self) -> None:
        """Evaluation draws nothing and changes nothing: an example that is asked twice is answered alike."""
        X, y, X_eval, n_classes = self.examples()
        twice = self.make_learner().fit_predict(X, y, np.concatenate([X_eval, X_eval]), n_classes=n_classes, seed=1)
        first, second = np.split(np.asarray(twice.labels), 2)
        assert (first == second).all()
        if twice.logits is not None:
            one, other = np.split(np.asarray(twice.logits, float), 2)
            np.testing.assert_allclose(one, other, atol=self.margin_tolerance, rtol=self.margin_tolerance)

    def test_what_else_is_asked_does_not_matter(self) -> None:
        """Check that a prediction does not depend on the other examples that are predicted, nor on their order."""
        X, y, X_eval, n_classes = self.examples()
        learner = self.make_learner()
        whole = learner.fit_predict(X, y, X_eval, n_classes=n_classes, seed=1)
        order = np.random.default_rng(1).permutation(len(X_eval))[: len(X_eval) // 2]
        part = learner.fit_predict(X, y, X_eval[order], n_classes=n_classes, seed=1)
        assert (np.asarray(whole.labels)[order] == np.asarray(part.labels)).all()
        if whole.logits is not None and part.logits is not None:
            expected = np.asarray(whole.logits)[order]
            np.testing.assert_allclose(part.logits, expected, atol=self.margin_tolerance, rtol=self.margin_tolerance)

    def test_a_batch_is_its_trials(self) -> None:
        """Check that a batch gives each subset what it gives it alone, and that the same batch gives the same bits."""
        learner = self.make_learner()
        if not isinstance(learner, BatchLearner):
            return
        X, y, X_eval, n_classes = self.examples()
        subsets, seeds = [np.arange(40), np.arange(15, 60), np.arange(0, 60, 2)], [1, 2, 3]
        batch = learner.fit_predict_many(X, y, subsets, X_eval, n_classes=n_classes, seeds=seeds)
        again = learner.fit_predict_many(X, y, subsets, X_eval, n_classes=n_classes, seeds=seeds)
        assert len(batch) == len(subsets)
        for chosen, seed, together, repeated in zip(subsets, seeds, batch, again, strict=True):
            alone = learner.fit_predict(X[chosen], y[chosen], X_eval, n_classes=n_classes, seed=seed)
            assert isinstance(together, Predictions)
            assert isinstance(repeated, Predictions)
            _assert_equal(together, repeated)
            assert (np.asarray(together.labels) == np.asarray(alone.labels)).all()
            truth, inclusion = np.resize(y, len(X_eval)), np.isin(np.arange(len(y)), chosen)
            one, other = (
                record_of(0, inclusion, answer, truth, n_classes, "conformance").margin for answer in (together, alone)
            )
            np.testing.assert_allclose(one, other, atol=self.batch_tolerance)

    def _fit(self, learner: Learner, seed: int = 1) -> Predictions:
        X, y, X_eval, n_classes = self.examples()
        answer: Predictions = learner.fit_predict(X, y, X_eval, n_classes=n_classes, seed=seed)
        return answer


def _identity(learner: Learner) -> str:
    described: Any = learner.describe()
    return json.dumps([learner.name, learner.version, described], sort_keys=True)


def _assert_equal(one: Predictions, other: Predictions) -> None:
    assert not _differ(one, other), "the same trial gave two results"


def _differ(one: Predictions, other: Predictions) -> bool:
    if (one.logits is None) != (other.logits is None) or one.calibrated != other.calibrated:
        return True
    logits = one.logits is not None and not np.array_equal(one.logits, other.logits)  # type: ignore[arg-type]
    return logits or not np.array_equal(one.labels, other.labels)
