"""A learner: training examples and a seed in, predictions out; and nothing else may matter.

``fit_predict`` must be a pure function of its arguments: the same data, subset and seed give the same predictions
whichever worker runs it, in which order, beside whichever other trials. ``describe`` and ``version`` are its identity:
two learners with equal descriptions and versions are the same learner, and their trials may be pooled.
"""

from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

__all__ = ["Learner", "Predictions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """What one trained model says of the examples it is evaluated on.

    Parameters
    ----------
    labels : (n_eval,) int array
        Predicted class codes.
    logits : (n_eval, n_classes) float array, or None
        Scores whose softmax is the predicted distribution (for a probabilistic classifier: log-probabilities, -inf
        allowed). Decision values of a classifier without probabilities are allowed when ``calibrated`` is False:
        margins are made from them, confidences are not. None when a learner gives labels alone.
    calibrated : bool
        Whether ``softmax(logits)`` is the learner's predicted distribution.
    """

    labels: NDArray[np.integer[Any]]
    logits: NDArray[np.floating[Any]] | None
    calibrated: bool = True


@runtime_checkable
class Learner(Protocol):
    """The protocol; ``longtail.trials.conformance`` tests it.

    Attributes
    ----------
    name : str
        What people call it.
    version : str
        Changes whenever the same settings would give other results.
    executor : {"threads", "processes"}
        Where its trials run best: compiled kernels that release the interpreter lock share memory in threads.
    """

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    @property
    def version(self) -> str:
        """Changes whenever the same settings would give other results."""
        ...

    @property
    def executor(self) -> Literal["threads", "processes"]:
        """Where its trials run best."""
        ...

    def describe(self) -> dict[str, Any]:
        """Its settings, as JSON-able data; with ``version``, its identity."""
        ...

    def fit_predict(
        self,
        X: NDArray[np.float32],
        y: NDArray[np.int64],
        X_eval: NDArray[np.float32],
        *,
        n_classes: int,
        seed: int,
    ) -> Predictions:
        """Train on ``(X, y)`` alone, then predict ``X_eval``.

        Parameters
        ----------
        X : (n, d) float32 array
            Training features.
        y : (n,) int64 array
            Class codes in ``range(n_classes)``; some may be absent.
        X_eval : (n_eval, d) float32 array
            What to predict: the study's training examples, in or out, and its test examples.
        n_classes : int
            Number of classes of the study.
        seed : int
            In [0, 2**32); all randomness comes from it.
        """
        ...
