r"""A multilayer perceptron whose whole training run is compiled: tens of times the models per core of the usual loop.

The network is :math:`z_{l+1} = W_l\, r(z_l) + b_l` with :math:`r(z) = \max(z, 0)`, its loss the mean cross-entropy of
:math:`\mathrm{softmax}(z_L)`, its optimizer stochastic gradient descent with momentum :math:`\mu` and weight decay
:math:`\lambda`, as PyTorch's ``nn.Linear``, ``CrossEntropyLoss`` and ``SGD`` define them:

.. math:: v \leftarrow \mu v + g + \lambda w, \qquad w \leftarrow w - \eta_t v, \qquad
          \eta_t = \eta \left(1 - t / T\right).

A memorization study needs models that fit their training data, and how long that takes depends on the data. So a run
goes in rounds: the first of ``epochs`` epochs, each later one as long as all before it together, each with the learning
rate falling linearly from ``learning_rate`` to zero; it ends after the first round that leaves every training example
classified right, or after ``max_epochs``. The rule reads the training examples alone, and a trial stays a pure function
of its examples and its seed.

Most examples are fitted early, and a pass over them changes little. So an example whose logit of its own class exceeds
every other one by ``sure_margin`` when a batch meets it waits for one epoch, then, each time that it is met so again,
for twice as many as before, at most ``longest_wait``; once it is met with a smaller margin it takes part in every epoch
again. Each round begins with nobody waiting. The learning rate follows the epochs, not the steps, so a round without
waiting examples is the textbook's; ``longest_wait=0`` gives that run, which any PyTorch loop reproduces.

On tens of thousands of examples a round that ends with one of them wrong costs as much again. So with ``rate_floor``
there are no rounds: the rate falls over ``epochs`` to that share of ``learning_rate`` and stays there,
:math:`\eta_t = \eta \max(f, 1 - t / T)`, and the run ends after the first of the later epochs that met no example on
the wrong side and after which every training example is classified right, or after ``max_epochs``.

Features are standardized by the mean and standard deviation of the training examples, not of the whole data set: what a
model knows of an example that was left out, it must know from the others. A feature that is constant in the training
examples is left out. Where more than 64 features remain, all are shrunk alike, so that an example's squared norm is 64
in the mean: the stable learning rates fall with that norm, and one default then serves 4 features and 784. A run that
diverges all the same starts again from its first weights at half the rate.

Run it with one BLAS thread per trial, several trials in threads: it holds no interpreter lock.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar, Literal

import numba
import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.arguments.bounds import MODELS, Within
from longtail.compilation import read_only
from longtail.errors import AccuracyError, InputError
from longtail.learners.kept import content_of, fingerprint
from longtail.learners.learner import Predictions, fitting_arrays
from longtail.learners.mlp.kept_networks import KeptNetworks
from longtail.learners.mlp.kernels import Recipe, standardization_of, train_until_fitted
from longtail.learners.mlp.trained_mlp import TrainedMLP
from longtail.learners.mlp.training_rounds import check_count, check_training_settings
from longtail.randomness import generator

__all__ = ["CompiledMLP", "initial_parameters"]

_LONG = 4_000_000  # Bytes of examples from which training takes long enough for a network to be kept.
_networks = KeptNetworks()


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledMLP:
    """The built-in neural learner, whose algorithm the module's text describes.

    Parameters
    ----------
    hidden : int or tuple of int
        Units of each hidden layer; an empty tuple is multinomial logistic regression.
    epochs : int
        Passes over the training examples in the first round, or until the rate is at its floor.
    max_epochs : int
        Passes in all; equal to ``epochs``, the length of a run is fixed.
    batch_size : int
        The most examples a step. An epoch's batches differ in size by one at most (PyTorch's ``DataLoader`` leaves
        the rest for the last batch: a single example of 33 then weighs as much as the other 32, and may undo a fit).
    learning_rate, momentum, weight_decay : float
        Of the optimizer; the rate is that of the first step of a round.
    longest_wait : int
        The most epochs that a fitted example stays out of the batches; at 0 every epoch visits every example.
    sure_margin : float
        In logits: the lead of the own class from which an example waits.
    rate_floor : float
        Share of the learning rate at which it stays until all is fitted, below 1; 0 for rounds.

    Raises
    ------
    InputError
        If a setting is out of its range.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float32)
    >>> exclusive_or = np.array([0, 1, 1, 0])
    >>> CompiledMLP(hidden=16).fit_predict(X, exclusive_or, X, n_classes=2, seed=0).labels
    array([0, 1, 1, 0])
    """

    name: ClassVar[str] = "compiled-mlp"
    version: ClassVar[str] = f"2; numba {numba.__version__}; numpy {np.__version__}"
    executor: ClassVar[Literal["threads"]] = "threads"

    hidden: int | tuple[int, ...] = 64
    epochs: int = 10
    max_epochs: int = 640
    batch_size: int = 32
    learning_rate: float = 0.1
    momentum: float = 0.9
    weight_decay: float = 0.0
    longest_wait: int = 4
    sure_margin: float = 6.0
    rate_floor: float = 0.0

    def __post_init__(self) -> None:
        _check_settings(self)

    def describe(self) -> dict[str, Any]:
        """Return its settings. A floor of the rate is one where there is one: identities are older than it."""
        floor = {"rate_floor": self.rate_floor} if self.rate_floor else {}
        return {
            "name": self.name,
            "hidden": list(self.widths),
            "epochs": self.epochs,
            "max_epochs": self.max_epochs,
            "batch_size": self.batch_size,
            "learning_rate": self.learning_rate,
            "momentum": self.momentum,
            "weight_decay": self.weight_decay,
            "longest_wait": self.longest_wait,
            "sure_margin": self.sure_margin,
            **floor,
        }

    def fit_predict(
        self,
        X: NDArray[np.float32],
        y: NDArray[np.int64],
        X_eval: NDArray[np.float32],
        *,
        n_classes: int,
        seed: int,
    ) -> Predictions:
        """Train on ``(X, y)`` alone, then predict ``X_eval``, see :class:`longtail.trials.Learner`.

        Raises
        ------
        InputError
            If the arrays do not fit together or hold a number that is not finite.
        AccuracyError
            If the training run still diverged after ten halvings of the learning rate.
        """
        X, y, X_eval = fitting_arrays(X, y, X_eval, n_classes)
        return self.fit(X, y, n_classes=n_classes, seed=seed).predict(X_eval)

    def fit(self, X: NDArray[np.float32], y: NDArray[np.int64], *, n_classes: int, seed: int) -> TrainedMLP:
        """Train, and return the network itself, which a limit compresses.

        One that took long is kept in this process, and not trained again (:mod:`longtail.learners.mlp.kept_networks`).

        Raises
        ------
        InputError, AccuracyError
            As :meth:`fit_predict` does.
        """
        X, y, _ = fitting_arrays(X, y, X[:0], n_classes)
        X, y = read_only(X), read_only(y)
        if X.nbytes < _LONG:
            return self._trained(X, y, n_classes, seed)
        labels = tuple(map(int, np.bincount(y, minlength=n_classes))), int(fingerprint(read_only(y.view(np.uint64))))
        study = (self.recipe, self.widths, n_classes, X.shape[1])
        return _networks.get(study, (content_of(X), labels, seed), lambda: self._trained(X, y, n_classes, seed))

    def _trained(self, X: NDArray[np.float32], y: NDArray[np.int64], n_classes: int, seed: int) -> TrainedMLP:
        widths = np.array([X.shape[1], *self.widths, n_classes], np.int64)
        parameters = initial_parameters(widths, seed)
        standardization = standardization_of(X)
        order_state = generator(seed, "order").integers(2**64, dtype=np.uint64)
        train_until_fitted(parameters, widths, X, y, standardization, self.recipe, order_state)
        if not np.isfinite(parameters).all():
            raise AccuracyError(f"Training diverged; a learning_rate far below {self.learning_rate:g} may help.")
        return TrainedMLP(parameters=parameters, widths=widths, standardization=standardization)

    @property
    def widths(self) -> tuple[int, ...]:
        """Units of each hidden layer."""
        return (self.hidden,) if isinstance(self.hidden, int) else tuple(self.hidden)

    @property
    def recipe(self) -> Recipe:
        """Settings of the training, in the form that the kernels take."""
        return Recipe(
            epochs=int(self.epochs),
            max_epochs=int(self.max_epochs),
            batch_size=int(self.batch_size),
            learning_rate=float(self.learning_rate),
            momentum=float(self.momentum),
            weight_decay=float(self.weight_decay),
            longest_wait=int(self.longest_wait),
            sure_margin=float(self.sure_margin),
            rate_floor=float(self.rate_floor),
        )


def initial_parameters(widths: NDArray[np.int64], seed: int) -> NDArray[np.float32]:
    """Draw weights and biases uniformly in ±1/sqrt(fan-in), the initialization of PyTorch's ``nn.Linear``."""
    draws = generator(seed, "initialization")
    layers = [draws.uniform(-1, 1, (fan_in + 1) * fan_out) / np.sqrt(fan_in) for fan_in, fan_out in pairwise(widths)]
    return np.concatenate(layers).astype(np.float32)


def _check_settings(learner: CompiledMLP) -> None:
    for width in learner.widths:
        check_count("hidden", width)
    check_training_settings(learner)
    Within(0, MODELS.most).require("longest_wait", learner.longest_wait)
    if not 0 < learner.sure_margin < np.inf:
        raise InputError("sure_margin", "be positive and finite", learner.sure_margin)
    if not 0 <= learner.rate_floor < 1:
        raise InputError("rate_floor", "lie in [0, 1)", learner.rate_floor)
