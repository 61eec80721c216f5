r"""DP-SGD: gradient descent that is differentially private in each example [AbadiEtAl2016]_.

At each of :math:`T` steps every one of n examples takes part with probability q (Poisson sampling); its gradient
:math:`g_i` is clipped to norm C, noise is added to the sum, and

.. math:: w \leftarrow w - \frac{\eta}{q n} \Bigl( \sum_{i \in B}
          \frac{g_i}{\max(C, \lVert g_i \rVert)} + \sigma\, \mathcal N(0, I) \Bigr).

Gradients are divided by C, so that the learning rate does not depend on it. The noise :math:`\sigma` is the least with
which T steps are :math:`(\varepsilon, \delta)`-private, see :mod:`longtail.privacy_accounting`.

Nothing else may be learned from the examples, so features are not standardized. Each is brought to [0, 1] by a range
that is taken as public, and an example is then centered and scaled by itself.

Controls come with it, which guarantee nothing: clipping without noise, noise without clipping, and neither.

The built-in network's gradients are clipped without making one for each example (``private_gradient.py``); a network of
the user's own is trained by Opacus (``opacus_training.py``). Sampling, noise and accountant are the same.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Reals, Singles
from longtail.dataset import Dataset
from longtail.errors import AccuracyError, InputError, Said
from longtail.estimate import Bound
from longtail.learners.learner import Learner, Predictions
from longtail.learners.mlp.compiled_mlp import initial_parameters
from longtail.learners.mlp.kernels import Standardization
from longtail.learners.mlp.trained_mlp import TrainedMLP
from longtail.limits.limit import Guarantee, Limit, as_torch_learner, require_network
from longtail.limits.network_training import activations_of, backward, one_hot, softmax
from longtail.limits.private_gradient import clipped_sum
from longtail.limits.private_steps import PrivateSteps
from longtail.limits.private_training import USUAL_DELTA, PrivateTraining, shared_settings
from longtail.privacy_accounting import MOST_STEPS
from longtail.privacy_noise import noise_multiplier_for, subsampled_gaussian_epsilon
from longtail.randomness import generator

__all__ = ["DPSGD", "plain_training", "shares_of_range"]

Control = Literal["private", "clip-only", "noise-only", "sampling-only"]

_CONTROLS = ("private", "clip-only", "noise-only", "sampling-only")
_LARGE = 10_000  # training examples
_USUAL_FRACTION = 0.7  # The usual share of a study's examples in a subset.
_LARGEST_RATE, _NOISE_OF_A_RUN = 8.0, 0.14  # Both were chosen on digits, wine, breast cancer and Fashion-MNIST.
_NORM = 8.0  # The norm of an example with 64 standardized features.
_ROWS_AT_A_TIME = 8192  # Of what enters, so that a large table is copied once.
_LEAST_NORM = 1e-6
_SMALLEST_BOUND, _LARGEST_BOUND = 1e-12, 1e12  # Of clipping: beyond, noise or steps leave single precision.


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class DPSGD(PrivateTraining):
    """A network, trained by DP-SGD.

    Parameters
    ----------
    inner : CompiledMLP or TorchLearner
        Its network and initialization are taken; its optimizer and its standardization are not.
    epsilon, delta, low, high, sampling_rate, epochs, learning_rate, public_size
        See :class:`~longtail.limits.private_training.PrivateTraining`.
    clipping_norm : float
        C.
    control : {"private", "clip-only", "noise-only", "sampling-only"}
        What of the two is done. All but the first guarantee nothing.
    sampler : {"poisson"}
        Who takes part in a step. Any other is refused: with it, the reported epsilon would be wrong.

    Raises
    ------
    InputError
        If a setting is out of its range, or the inner learner is not the built-in network or one of PyTorch's.
    """

    name: ClassVar[str] = "dp-sgd"
    audited: ClassVar[tuple[str, ...]] = ("epsilon=8", "epsilon=3")

    clipping_norm: float = 1.0
    control: Control = "private"
    sampler: Any = field(default="poisson", compare=False)

    def __post_init__(self) -> None:
        _check(self)

    @property
    def version(self) -> str:
        """Version of this loop, and of the code that trains a network of the user's own."""
        if as_torch_learner(self.inner) is None:
            return "1"
        from longtail.limits.opacus_training import opacus_version

        return f"1; {self.inner.version}; opacus {opacus_version()}"

    @property
    def title(self) -> str:
        """The guarantee, or what it is a control of."""
        unusual = "" if self.delta == USUAL_DELTA else f", δ = {self.delta:g}"
        if self.control == "private":
            return f"differential privacy, ε = {self.epsilon:g}{unusual}"
        return f"{self.control} control of ε = {self.epsilon:g}{unusual}"

    @property
    def kind(self) -> str:
        """Differential privacy at one delta. A control belongs to no kind, so its kind is empty."""
        unusual = "" if self.delta == USUAL_DELTA else f" at δ = {self.delta:g}"
        return f"differential privacy{unusual}" if self.control == "private" else ""

    @property
    def steps(self) -> int:
        """T."""
        return max(1, round(self.epochs / self.sampling_rate))

    @property
    def noise_multiplier(self) -> float:
        """Noise multiplier sigma of the guarantee. A control has the same number, even if it adds no noise."""
        return noise_multiplier_for(self.epsilon, self.sampling_rate, self.steps, self.delta)

    @property
    def guarantee(self) -> Guarantee:
        """Differential privacy of each single model, as the accountant counts it."""
        if self.control != "private":
            return Guarantee(text=f"Nothing is guaranteed: {self.control} is a control.")
        spent = subsampled_gaussian_epsilon(self.noise_multiplier, self.sampling_rate, self.steps, self.delta)
        neighbors = "added or removed"
        if self.public_size is None:
            neighbors = (
                "replaced by an empty one, which has no gradient (a step is divided by the number of examples, which "
                "is taken as public: set public_size, to protect it as well)"
            )
        return Guarantee(
            protects="example",
            text=f"Each model is ({spent:.4g}, {self.delta:g})-differentially private when one example is {neighbors}. "
            "The range of each feature is taken as public; noise is floating-point and from a seed, which must be kept "
            "secret; the epsilons of several models add up.",
            bound=Bound(value=spent, side="upper", reference="AbadiEtAl2016"),
            delta=self.delta,
        )

    @classmethod
    def suited(cls, settings: Mapping[str, Any], dataset: Dataset, _inner: Learner) -> dict[str, Any]:
        """Settings from what is public alone: how many examples there are, and the range of each feature.

        Small data are sampled at a rate of a quarter for 40 expected passes, large data at a tenth for 60. The columns
        of a table have a range each, the pixels of pictures one for all. Steps divide by as many examples as a model of
        a study has by default, a number that no single example moves.
        """
        large = dataset.n_train >= _LARGE
        low, high = _range_of_features(dataset)
        usual = {"low": low, "high": high, "sampling_rate": 0.1 if large else 0.25, "epochs": 60 if large else 40}
        return {**usual, "public_size": round(_USUAL_FRACTION * dataset.n_train), **settings}

    def refuse(self, dataset: Dataset) -> None:
        """Refuse a network of the user's own that cannot be trained privately.

        Raises
        ------
        InputError
            If it has batch normalization, another layer that Opacus refuses, or Opacus is not installed.
        """
        own = as_torch_learner(self.inner)
        if own is not None:
            from longtail.limits.opacus_training import refuse_what_is_not_private

            refuse_what_is_not_private(own, dataset.X.shape[1], dataset.n_classes)

    def parts(self) -> list[tuple[str, Limit]]:
        """Sampling with its own optimizer and features, then clipping, then noise."""
        if self.control != "private":
            return []
        return [
            ("sampling, optimizer and features", replace(self, control="sampling-only")),
            ("clipping", replace(self, control="clip-only")),
            ("noise", self),
        ]

    def fit_predict(
        self, X: Singles, y: NDArray[np.int64], X_eval: Singles, *, n_classes: int, seed: int
    ) -> Predictions:
        """Train privately, then predict. See :class:`longtail.learners.Learner`."""
        inputs, steps = self.entering(X), self.private_steps(len(X))
        own = as_torch_learner(self.inner)
        if own is not None:
            from longtail.limits.opacus_training import private_predictions

            return private_predictions(own, steps, inputs, y, self.entering(X_eval), n_classes=n_classes, seed=seed)
        network = self.fresh(X.shape[1], n_classes, seed)
        _descend(network, steps, inputs, one_hot(y, n_classes), generator(seed, "dp-sgd"))
        if not np.isfinite(network.parameters).all():
            raise AccuracyError("Training diverged; a smaller learning_rate may help.")
        return network.predict(self.entering(X_eval))

    def fresh(self, n_features: int, n_classes: int, seed: int) -> TrainedMLP:
        """Return the network before its first step, taking features as they come."""
        widths = np.array([n_features, *require_network("DP-SGD", self.inner).widths, n_classes], np.int64)
        as_they_come = Standardization(np.zeros(n_features, np.float32), np.ones(n_features, np.float32))
        return TrainedMLP(parameters=initial_parameters(widths, seed), widths=widths, standardization=as_they_come)

    def entering(self, X: Singles) -> Singles:
        """Prepare each example by itself: cut it to the public range, center it, scale it to norm 8."""
        entering = np.empty(X.shape, np.float32)
        for start in range(0, len(X), _ROWS_AT_A_TIME):
            rows = slice(start, start + _ROWS_AT_A_TIME)
            entering[rows] = self._entered(X[rows])
        return entering

    def _entered(self, X: Singles) -> Reals:
        shares = shares_of_range(X, self.low, self.high)
        shares -= shares.mean(axis=1, keepdims=True)
        norms = np.linalg.norm(shares, axis=1, keepdims=True)
        return np.asarray(shares * (_NORM / np.maximum(norms, _LEAST_NORM)))

    def private_steps(self, n_examples: int) -> PrivateSteps:
        """Return the private steps for a data set of this many examples."""
        expected_batch = self.sampling_rate * (self.public_size or n_examples)
        return PrivateSteps(
            number=self.steps,
            sampling_rate=self.sampling_rate,
            clipping_norm=self.clipping_norm if self.control in ("private", "clip-only") else math.inf,
            noise=self.noise_multiplier * self.clipping_norm if self.control in ("private", "noise-only") else 0.0,
            learning_rate=self._learning_rate(expected_batch) / (expected_batch * self.clipping_norm),
        )

    def _learning_rate(self, expected_batch: float) -> float:
        """Return `learning_rate` if it is given, otherwise a rate that is small enough for the noise.

        A control uses the same rate as the private run that it is compared with.
        """
        if self.learning_rate is not None:
            return self.learning_rate
        return min(_LARGEST_RATE, _NOISE_OF_A_RUN * expected_batch / (self.noise_multiplier * math.sqrt(self.steps)))


def shares_of_range(X: Singles, low: float | tuple[float, ...], high: float | tuple[float, ...]) -> Singles:
    """Cut features to their range, of all or of each, and return where in it they lie, from 0 to 1.

    Raises
    ------
    InputError
        If there are not as many ranges as features.
    """
    least, most = np.asarray(low, np.float32), np.asarray(high, np.float32)
    if least.ndim and len(least) != X.shape[1]:
        raise InputError("low", f"hold one number for each of {X.shape[1]} features", len(least))
    width = most - least
    shares: Singles = np.clip((X - least) / np.where(width > 0, width, 1), 0, 1)
    return shares


def plain_training(limit: PrivateTraining, inner: Learner, **own: Any) -> DPSGD:
    """Return DP-SGD of a learner with the settings that a limit shares with it, and some of its own."""
    return DPSGD(inner=inner, **shared_settings(limit), **own)


def _descend(
    network: TrainedMLP, steps: PrivateSteps, inputs: Singles, targets: Singles, rng: np.random.Generator
) -> None:
    gradient = np.empty_like(network.parameters)
    into = TrainedMLP(parameters=gradient, widths=network.widths, standardization=network.standardization).layers
    for _ in range(steps.number):
        batch = steps.sample(len(inputs), rng)
        values = activations_of(network.layers, inputs[batch], 0.0, rng)
        slopes = backward(network.layers, values, softmax(values[-1]) - targets[batch])
        clipped_sum(values[:-1], slopes, into, steps.clipping_norm)
        if steps.noise:
            gradient += np.float32(steps.noise) * rng.standard_normal(len(gradient), dtype=np.float32)
        network.parameters[:] -= np.float32(steps.learning_rate) * gradient


def _range_of_features(dataset: Dataset) -> tuple[float | tuple[float, ...], float | tuple[float, ...]]:
    """Return one range for all pixels of pictures, one for each column of a table."""
    if dataset.image_shape is not None:
        return float(dataset.X.min()), float(dataset.X.max())
    low, high = dataset.X.min(axis=0), dataset.X.max(axis=0)
    return tuple(np.asarray(low, float).tolist()), tuple(np.asarray(high, float).tolist())


def _check(learner: DPSGD) -> None:
    if as_torch_learner(learner.inner) is None:
        require_network("DP-SGD", learner.inner)
    if learner.sampler != "poisson":
        named = Said(learner.sampler if isinstance(learner.sampler, str) else type(learner.sampler).__name__)
        raise InputError("sampler", "be poisson, which the accountant counts on", named, "Leave it out.")
    if learner.public_size is not None and learner.public_size < 1:
        raise InputError("public_size", "be at least 1", learner.public_size)
    for argument in ("epsilon", "clipping_norm", "learning_rate"):
        value = getattr(learner, argument)
        if value is not None and not 0 < value < math.inf:
            raise InputError(argument, "be positive and finite", value)
    if not _SMALLEST_BOUND <= learner.clipping_norm <= _LARGEST_BOUND:
        law = f"lie between {_SMALLEST_BOUND:g} and {_LARGEST_BOUND:g}, what single precision holds with its noise"
        raise InputError("clipping_norm", law, learner.clipping_norm)
    if not 0 < learner.delta < 1:
        raise InputError("delta", "lie strictly between 0 and 1", learner.delta)
    if not 0 < learner.sampling_rate <= 1:
        raise InputError("sampling_rate", "lie in (0, 1]", learner.sampling_rate)
    if learner.epochs < 1:
        raise InputError("epochs", "be at least 1", learner.epochs)
    if learner.epochs / learner.sampling_rate > MOST_STEPS:
        law = f"come to {MOST_STEPS:,} steps at most"
        raise InputError("epochs / sampling_rate", law, Said(f"{learner.epochs:,} / {learner.sampling_rate:g}"))
    if learner.control not in _CONTROLS:
        raise InputError("control", f"be one of {', '.join(_CONTROLS)}", learner.control)
    low, high = np.asarray(learner.low), np.asarray(learner.high)
    if low.shape != high.shape or not np.isfinite([low, high]).all() or not (low <= high).all():
        raise InputError("low and high", "be finite, equally many, and in order", (learner.low, learner.high))
