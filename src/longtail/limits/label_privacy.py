r"""Label privacy: the learner sees labels that have gone through randomized response.

Label :math:`y` of each example is replaced by :math:`\tilde y \sim Q(\cdot \mid y)` before anything else sees it, where
no two rows of Q differ by more than the factor :math:`e^\varepsilon` [Warner1965]_. Uniformly over m classes that keeps
a label with probability :math:`e^\varepsilon / (e^\varepsilon + m - 1)`; where a prior over labels is known, responding
on the likeliest alone is right more often [GhaziEtAl2021]_. The prior may be given, or made in two stages: a model that
was trained on the noisy labels of one half of the examples gives each example of the other half a prior of its own.

Debiasing trains on what the noisy label says of the true one, the posterior

.. math:: p(y \mid \tilde y) \propto \pi(y)\, Q(\tilde y \mid y),

with the class frequencies :math:`\pi` estimated from the noisy labels by expectation maximization: soft labels as in
ALIBI [MalekEtAl2021]_, which deviates in that its noise is Laplace's on the one-hot vector. All of this only
post-processes noisy labels and costs no privacy.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from longtail.arguments import checked
from longtail.array_types import Reals, Whole
from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.estimate import Bound
from longtail.frequencies.checks import distribution_law
from longtail.learners.learner import Learner, Predictions
from longtail.learners.wanted_rows import taken
from longtail.limits.limit import Guarantee, Limit
from longtail.limits.soft_labels import fit_predict_soft, needs_no_copies, require_soft_labels
from longtail.outcomes import Task
from longtail.randomness import generator, integer_seed
from longtail.theory.randomized_response import randomized_response

__all__ = ["LabelPrivate", "class_frequencies", "randomized_labels"]

_EM_STEPS = 200
_MADE_UP = 10  # The number of examples of each class.


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class LabelPrivate(Limit):
    """A learner whose labels are randomized first.

    Parameters
    ----------
    inner : Learner
        What is trained on the noisy labels.
    epsilon : float
        The guarantee, positive and finite.
    prior : tuple of float, optional
        How likely each class is for everybody; it must not come from these labels.
    stages : {1, 2}
        Two make a prior for each example of one half from the noisy labels of the other.
    debias : bool
        Train on soft labels; the inner learner must take them.

    Raises
    ------
    InputError
        If ``epsilon`` is not positive and finite, the prior is none, or the inner learner cannot take soft labels.
    """

    name: ClassVar[str] = "label-private"
    tasks: ClassVar[tuple[Task, ...]] = ("classification",)
    version: ClassVar[str] = "1"
    kind: ClassVar[str] = "label privacy"
    levels: ClassVar[tuple[str, ...]] = ("epsilon=3", "epsilon=1")
    audited: ClassVar[tuple[str, ...]] = ("epsilon=1", "epsilon=3")

    epsilon: float
    prior: tuple[float, ...] | None = None
    stages: Literal[1, 2] = 1
    debias: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.epsilon < math.inf:
            raise InputError("epsilon", "be positive and finite", self.epsilon)
        if self.stages not in (1, 2):
            raise InputError("stages", "be 1 or 2", self.stages)
        if self.prior is not None:
            distribution_law("prior", self.prior)
        if self.debias:
            require_soft_labels(self.inner)

    @property
    def title(self) -> str:
        """The guarantee, and what is unusual: how a prior over labels is come by, and soft labels."""
        unusual = self.debias != needs_no_copies(self.inner)
        parts = {
            "in two stages": self.stages == 2,
            "with a prior": self.prior is not None,
            "debiased by weighted copies": unusual and self.debias,
            "without debiasing": unusual and not self.debias,
        }
        how = ", ".join(words for words, there in parts.items() if there)
        return f"label privacy{' ' * bool(how)}{how}, ε = {self.epsilon:g}"

    @property
    def strength(self) -> float:
        """The smaller epsilon, the stronger."""
        return -self.epsilon

    @property
    def guarantee(self) -> Guarantee:
        """Label differential privacy of each single model."""
        return Guarantee(
            protects="label",
            text=f"Each model is ({self.epsilon:g}, 0)-label-differentially private: changing one example's label "
            f"changes the probability of any outcome by a factor of at most e^{self.epsilon:g}. That an example takes "
            "part, and its features, are not protected; the epsilons of several models add up.",
            bound=Bound(value=self.epsilon, side="upper", reference="Warner1965"),
        )

    @classmethod
    def suited(cls, settings: Mapping[str, Any], _dataset: Dataset, inner: Learner) -> dict[str, Any]:
        """Debiased, where that changes nothing else of the learner."""
        return {"debias": needs_no_copies(inner), **settings}

    def fit_predict(self, X: Any, y: Whole, X_eval: Any, *, n_classes: int, seed: int) -> Predictions:
        """Randomize the labels, then train and predict. See :class:`longtail.learners.Learner`."""
        if self.prior is not None and len(self.prior) != n_classes:
            raise InputError("prior", f"hold one number for each of {n_classes} classes", len(self.prior))
        rng = generator(seed, "label noise")
        order = rng.permutation(len(y)) if self.stages == 2 else np.arange(len(y))
        first, second = np.split(order, [-(-len(y) // self.stages)])
        channel = randomized_response(np.array(self.prior or [1 / n_classes] * n_classes), self.epsilon)
        seen = _Noisy.through(y[first], channel[None], rng)  # The labels of the second half are not used yet.
        beliefs = np.tile(class_frequencies(seen.likelihood), (len(first), 1))
        if len(second):
            guess = self._fit(
                taken(X, first), seen, beliefs, taken(X, second), n_classes, integer_seed(seed, "first stage")
            )
            priors = _distribution(guess, n_classes)
            channels = np.array([randomized_response(prior, self.epsilon) for prior in priors])
            seen = seen.followed_by(_Noisy.through(y[second], channels, rng))
            beliefs = np.concatenate([beliefs, priors])
        return self._fit(taken(X, order), seen, beliefs, X_eval, n_classes, seed)

    def _fit(
        self,
        X: Any,
        seen: "_Noisy",
        beliefs: Reals,
        X_eval: Any,
        n_classes: int,
        seed: int,
    ) -> Predictions:
        if not self.debias:
            answer: Predictions = self.inner.fit_predict(X, seen.labels, X_eval, n_classes=n_classes, seed=seed)
            return answer
        targets = beliefs * seen.likelihood
        targets /= targets.sum(axis=1, keepdims=True)
        return fit_predict_soft(self.inner, X, targets.astype(np.float32), X_eval, n_classes=n_classes, seed=seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Noisy:
    """Noisy labels, (n,), and how likely each is under every true label, (n, n_classes)."""

    labels: Whole
    likelihood: Reals

    @classmethod
    def through(cls, y: Whole, channels: Reals, rng: np.random.Generator) -> "_Noisy":
        labels = randomized_labels(y, channels, rng)
        each = np.broadcast_to(channels, (len(y), *channels.shape[1:]))
        return cls(labels=labels, likelihood=each[np.arange(len(y)), :, labels])

    def followed_by(self, other: "_Noisy") -> "_Noisy":
        return _Noisy(
            labels=np.concatenate([self.labels, other.labels]),
            likelihood=np.concatenate([self.likelihood, other.likelihood]),
        )


@checked
def randomized_labels(y: Whole, channels: Reals, rng: np.random.Generator) -> Whole:
    """Draw a noisy label for each label, from its row of its channel.

    Parameters
    ----------
    y : (n,) int array
        True labels.
    channels : (1, m, m) or (n, m, m) array
        One channel for all, or one for each; rows are true labels, and sum to one.
    rng : Generator
        Of the noise.

    Examples
    --------
    >>> flip = np.array([[[0.0, 1.0], [1.0, 0.0]]])
    >>> randomized_labels(np.array([0, 1, 1]), flip, np.random.default_rng(0)).tolist()
    [1, 0, 0]
    """
    if channels.ndim != 3 or channels.shape[1] != channels.shape[2] or len(channels) not in (1, len(y)):
        raise InputError("channels", "be a square matrix for all labels, or one for each", channels.shape)
    if y.ndim != 1 or not ((y >= 0) & (y < channels.shape[1])).all():
        raise InputError("y", f"be codes from 0 to {channels.shape[1] - 1}", y)
    rows = np.broadcast_to(channels, (len(y), *channels.shape[1:]))[np.arange(len(y)), y]
    steps = rows.cumsum(axis=1)
    drawn: Whole = (rng.random((len(y), 1)) * steps[:, -1:] >= steps).sum(axis=1)
    return drawn


@checked
def class_frequencies(likelihood: Reals) -> Reals:
    """Estimate the likeliest class frequencies by expectation maximization, with ten made-up examples of every class.

    These hold the estimate where labels are so noisy that a class could seem to be absent by chance.

    Parameters
    ----------
    likelihood : (n, m) array
        For each example, how likely its noisy label is under each true label.

    Examples
    --------
    >>> kept = np.array([[0.75, 0.25]] * 5 + [[0.25, 0.75]] * 5)
    >>> class_frequencies(kept).round(3).tolist()
    [0.5, 0.5]
    """
    kinds, n_each = np.unique(likelihood, axis=0, return_counts=True)
    n_examples = int(n_each.sum())
    share = n_each / n_examples
    if likelihood.ndim != 2 or not likelihood.size:
        raise InputError("likelihood", "have a row for each example and a column for each class", likelihood.shape)
    frequencies = np.full(likelihood.shape[1], 1 / likelihood.shape[1])
    for _ in range(_EM_STEPS):
        posterior = kinds * frequencies
        mean = share @ (posterior / posterior.sum(axis=1, keepdims=True))
        frequencies = (n_examples * mean + _MADE_UP) / (n_examples + _MADE_UP * len(mean))
    return frequencies


def _distribution(predictions: Predictions, n_classes: int) -> Reals:
    """Return the probability that a model gives each label.

    A model that predicts labels alone counts as right half of the time.
    """
    if predictions.logits is not None and predictions.calibrated:
        powers = np.exp(predictions.logits - predictions.logits.max(axis=1, keepdims=True)).astype(np.float64)
        probabilities: Reals = powers / powers.sum(axis=1, keepdims=True)
        return probabilities
    hedged: Reals = np.eye(n_classes)[predictions.labels] / 2 + 1 / (2 * n_classes)
    return hedged
