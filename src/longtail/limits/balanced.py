r"""Classes that count alike: a remedy of what rare classes lose, by the loss, by sampling, or after training.

Where class c is a share :math:`\pi_c` of the training examples, a model that is right on average says the frequent
class in doubt. Three ways to make every class count alike:

* *loss*: logit-adjusted cross-entropy [MenonEtAl2021]_, that of the logits :math:`z_c + \tau \log \pi_c`. The network.
* *adjusted*: the trained model's logits less :math:`\tau \log \pi_c`, of any learner that gives logits.
* *sampled*: examples are repeated until each class has as many as :math:`\pi_c^{-\tau}` times its own, of any learner;
  at :math:`\tau = 1` as many as the largest.

Shares are those of the subset that a model is trained on. Nothing is
guaranteed to anybody, and the rare are memorized more, not less: what is gained for them is paid with exposure.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.errors import InputError, Said
from longtail.learners.learner import Predictions
from longtail.learners.wanted_rows import taken
from longtail.limits.limit import NO_GUARANTEE, Guarantee, Limit, require_network
from longtail.limits.network_training import fresh_network, one_hot, train_rounds
from longtail.outcomes import Task
from longtail.randomness import generator

__all__ = ["Balanced", "log_shares", "repeated"]

How = Literal["loss", "adjusted", "sampled"]


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Balanced(Limit):
    """A learner for which classes count alike, or nearer to that than their frequencies.

    Parameters
    ----------
    inner : Learner
        Any, or the network for its loss.
    tau : float
        How far: 0 would leave everything as it is, 1 makes every class count alike. In (0, 2].
    how : {"loss", "adjusted", "sampled"}
        See the module.
    """

    name: ClassVar[str] = "balanced"
    tasks: ClassVar[tuple[Task, ...]] = ("classification",)
    version: ClassVar[str] = "1"
    levels: ClassVar[tuple[str, ...]] = ("tau=0.5,how=loss", "tau=1,how=loss")
    guarantee: ClassVar[Guarantee] = NO_GUARANTEE
    remedy: ClassVar[bool] = True

    tau: float = 1.0
    how: How = "adjusted"

    def __post_init__(self) -> None:
        if self.how not in ("loss", "adjusted", "sampled"):
            raise InputError("how", "be one of loss, adjusted, sampled", self.how)
        if self.how == "loss":
            require_network("a balanced loss", self.inner)
        if not 0 < self.tau <= 2:
            raise InputError("tau", "lie in (0, 2]", self.tau)

    @property
    def title(self) -> str:
        """The way, and how far."""
        way = {"loss": "balanced loss", "adjusted": "adjusted logits", "sampled": "balanced sampling"}[self.how]
        return way if self.tau == 1 else f"{way}, τ = {self.tau:g}"

    @property
    def kind(self) -> str:
        """The way in which classes are balanced."""
        return f"classes balanced, {self.how}"

    @property
    def strength(self) -> float:
        """The larger tau, the stronger."""
        return self.tau

    def fit_predict(self, X: Any, y: NDArray[np.int64], X_eval: Any, *, n_classes: int, seed: int) -> Predictions:
        """Train with classes balanced, then predict. See :class:`longtail.learners.Learner`."""
        if self.how == "sampled":
            rows = repeated(y, self.tau, generator(seed, "balanced sampling"))
            answer: Predictions = self.inner.fit_predict(
                taken(X, rows), y[rows], X_eval, n_classes=n_classes, seed=seed
            )
            return answer
        shares = np.float32(self.tau) * log_shares(y, n_classes)
        if self.how == "adjusted":
            found: Predictions = self.inner.fit_predict(X, y, X_eval, n_classes=n_classes, seed=seed)
            if found.logits is None:
                remedy = "Use how=sampled."
                raise InputError("learner", "give logits, to adjust them", Said(self.inner.name), remedy)
            return _predictions(np.asarray(found.logits, np.float32) - shares, found.calibrated)
        learner = require_network("a balanced loss", self.inner)
        network = fresh_network(learner, X, n_classes, seed)
        last = network.layers[-1][1]
        last += shares  # The loss is that of adjusted logits: their biases hold the shares while it is trained.
        train_rounds(network, learner, X, one_hot(y, n_classes), seed)
        last -= shares
        return network.predict(X_eval)


@checked
def log_shares(y: NDArray[np.int64], n_classes: int) -> NDArray[np.float32]:
    """Return the logarithm of each class's share of the examples.

    It is 0 for a class without any, which is left as it is.

    Examples
    --------
    >>> np.exp(log_shares(np.array([0, 0, 0, 1]), 3)).round(3).tolist()
    [0.75, 0.25, 1.0]
    """
    counts = np.bincount(y, minlength=n_classes)
    shares: NDArray[np.float32] = np.log(np.where(counts, counts / max(len(y), 1), 1)).astype(np.float32)
    return shares


@checked
def repeated(y: NDArray[np.int64], tau: float, rng: np.random.Generator) -> NDArray[np.intp]:
    """Return positions of examples, those of rare classes several times, in order of the first.

    A class of n examples, where the largest has m, gets n (m / n)^tau, rounded: each example as often as goes evenly,
    and some of them, drawn at random, once more.

    Examples
    --------
    >>> repeated(np.array([0, 1, 0, 0, 0]), 1.0, np.random.default_rng(0)).tolist()
    [0, 1, 1, 1, 1, 2, 3, 4]
    """
    counts = np.bincount(y)
    rows = []
    for label in np.flatnonzero(counts):
        members = np.flatnonzero(y == label)
        wanted = round(len(members) * (counts.max() / len(members)) ** tau)
        times, more = divmod(wanted, len(members))
        rows += [np.repeat(members, times), rng.choice(members, more, replace=False)]
    return np.sort(np.concatenate(rows)) if rows else np.zeros(0, np.intp)


def _predictions(logits: NDArray[np.float32], calibrated: bool) -> Predictions:
    return replace(Predictions(labels=logits.argmax(axis=1), logits=logits), calibrated=calibrated)
