r"""One training run, watched: what the cheap stand-ins for memorization are made of.

The built-in multilayer perceptron is trained on all examples at once, by the algorithm of ``compiled_mlp.py`` (the same
first weights, order and steps; other rounding), and after each epoch it is asked about every training example: its
logits, and the curvature of its loss around the example. At chosen early epochs it is asked for the norm of the
example's own gradient as well. With :math:`a_l` the units that enter layer :math:`l` and :math:`\delta_l` the slope of
the example's loss at that layer's outputs, the norm needs no gradient [Goodfellow2015]_:

.. math:: \lVert \nabla_w \ell \rVert^2 = \sum_l (\lVert a_l \rVert^2 + 1) \lVert \delta_l \rVert^2,

and the curvature is Hutchinson's estimate from finite differences [GargRavikumarRoy2024]_, over random signs v,

.. math:: \operatorname{mean}_v \lVert \nabla_x \ell(x + h v) - \nabla_x \ell(x) \rVert^2 / h^2
          \approx \lVert H \rVert_F^2,

with x as it enters the network and H the Hessian of the loss in it. (The paper leaves out the constant :math:`h^2`.)
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.array_types import Floats, Singles
from longtail.compilation import read_only
from longtail.errors import AccuracyError, InputError
from longtail.learners.mlp.compiled_mlp import CompiledMLP, initial_parameters
from longtail.learners.mlp.kernels import bring_forward_due, set_waits, shuffle, standardization_of
from longtail.learners.mlp.trained_mlp import TrainedMLP
from longtail.learners.mlp.training_rounds import batch_bounds, rounds
from longtail.randomness import generator

__all__ = ["TrainingTraces", "training_traces"]

Layers = Sequence[tuple[Floats, Floats]]

_MOST_HALVINGS = 10
_STEP = 1e-3  # Step of the finite differences, in the units that enter the network.


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingTraces:
    """Traces of the training examples in one training run.

    Parameters
    ----------
    logits : (epochs, n, classes) float32 array
        After each epoch.
    curvature : (epochs, n) float array
        Of the loss around each example; see the module.
    gradient_epochs : (k,) int array
        After how many epochs the gradients were measured; 0 is before the first step.
    gradient_norm, last_layer_gradient_norm : (k, n) float arrays
        Norms of each example's own gradient, in all parameters and in those of the last layer.
    """

    logits: Singles
    curvature: NDArray[np.float64]
    gradient_epochs: NDArray[np.int64]
    gradient_norm: NDArray[np.float64]
    last_layer_gradient_norm: NDArray[np.float64]

    def __post_init__(self) -> None:
        for array in (
            self.logits,
            self.curvature,
            self.gradient_epochs,
            self.gradient_norm,
            self.last_layer_gradient_norm,
        ):
            array.flags.writeable = False


@checked
def training_traces(
    learner: CompiledMLP,
    X: ArrayLike,
    y: NDArray[np.int64],
    *,
    n_classes: int,
    seed: int,
    gradient_epochs: Sequence[int] = (2,),
    n_directions: int = 10,
) -> TrainingTraces:
    """Train once on all examples, and record the run.

    Parameters
    ----------
    learner : CompiledMLP
        The network and how it is trained.
    X, y : (n, d) and (n,) arrays
        Training features and class codes.
    n_classes, seed : int
        As for a learner.
    gradient_epochs : sequence of int
        After how many epochs to measure gradients, from 0 to the first round's ``learner.epochs``.
    n_directions : int
        Random directions for each curvature.

    Raises
    ------
    InputError
        If the arrays do not fit together, or an epoch or ``n_directions`` is out of its range.
    AccuracyError
        If the run still diverged after ten halvings of the learning rate.

    Examples
    --------
    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> traces = training_traces(CompiledMLP(hidden=16), X, [0, 1, 1, 0], n_classes=2, seed=0)
    >>> traces.logits[-1].argmax(axis=1).tolist()
    [0, 1, 1, 0]
    """
    features, labels = np.ascontiguousarray(X, np.float32), np.asarray(y, np.int64)
    _check(features, labels, n_classes, learner, gradient_epochs, n_directions)
    widths = np.array([features.shape[1], *learner.widths, n_classes], np.int64)
    initial = TrainedMLP(
        parameters=initial_parameters(widths, seed),
        widths=widths,
        standardization=standardization_of(read_only(features)),
    )
    order_state = generator(seed, "order").integers(2**64, dtype=np.uint64)
    rate = learner.learning_rate
    for _ in range(_MOST_HALVINGS + 1):
        record = _Record(initial, features, labels, gradient_epochs, n_directions, seed)
        with np.errstate(over="ignore", invalid="ignore"):  # A run that diverges is started again.
            order_state, has_diverged = _run(learner, initial.copy(), record, rate, order_state)
        if not has_diverged:
            return record.traces()
        rate /= 2
    raise AccuracyError(f"Training diverged; a learning_rate far below {learner.learning_rate:g} may help.")


def _run(
    learner: CompiledMLP, network: TrainedMLP, record: "_Record", rate: float, order_state: np.uint64
) -> tuple[np.uint64, bool]:
    """Train in rounds until fitted. Return the shuffling generator's next state, and whether the run diverged."""
    record.gradients(network, epoch=0)
    epoch, n = 0, len(record.y)
    floor = learner.rate_floor
    for n_epochs in [learner.max_epochs] if floor else rounds(learner.epochs, learner.max_epochs):
        n_falling = learner.epochs if floor else n_epochs
        order, velocity = np.arange(n), np.zeros_like(network.parameters)
        due, waits = np.zeros(n, np.int64), np.zeros(n, np.int64)
        for number in range(n_epochs):
            visited = order[: bring_forward_due(order, due, number)]
            order_state = np.uint64(shuffle(visited, np.uint64(order_state)))
            batches = batch_bounds(len(visited), learner.batch_size) if len(visited) else []
            met_wrong = False
            for batch, (start, end) in enumerate(batches):
                chosen = visited[start:end]
                units = _forward(network.layers, record.inputs[chosen])
                met_wrong = met_wrong or (floor > 0 and _any_wrong(units[-1], record.y[chosen]))
                if learner.longest_wait > 0:
                    set_waits(units[-1], record.y[chosen], chosen, number, learner.recipe, due, waits)
                velocity *= np.float32(learner.momentum)
                gradient = _mean_gradient(network.layers, units, record.y[chosen])
                velocity += gradient + np.float32(learner.weight_decay) * network.parameters
                share = max(floor, 1 - (number + batch / len(batches)) / n_falling)
                network.parameters[:] -= np.float32(rate * share) * velocity
            epoch += 1
            if not np.isfinite(network.parameters).all():
                return order_state, True
            record.gradients(network, epoch)
            record.epoch(network)
            if floor and number + 1 >= n_falling and not met_wrong and record.is_fitted():
                break
        if record.is_fitted():
            break
    return order_state, False


class _Record:
    """The traces of a run in the making."""

    def __init__(
        self,
        network: TrainedMLP,
        X: Singles,
        y: NDArray[np.int64],
        gradient_epochs: Iterable[int],
        n_directions: int,
        seed: int,
    ) -> None:
        self.inputs, self.y = network.inputs(X), y
        self._gradient_epochs = sorted(set(gradient_epochs))
        self._n_directions, self._draws = n_directions, generator(seed, "curvature")
        self._logits: list[Singles] = []
        self._curvature: list[Floats] = []
        self._norms: list[Floats] = []

    def gradients(self, network: TrainedMLP, epoch: int) -> None:
        if epoch in self._gradient_epochs:
            self._norms.append(_squared_gradient_norms(network.layers, self.inputs, self.y))

    def epoch(self, network: TrainedMLP) -> None:
        self._logits.append(_forward(network.layers, self.inputs)[-1].astype(np.float32))
        layers = [(weights.astype(float), biases.astype(float)) for weights, biases in network.layers]
        inputs = self.inputs.astype(float)
        here, total = _input_gradient(layers, inputs, self.y), np.zeros(len(inputs))
        for _ in range(self._n_directions):
            signs = self._draws.integers(2, size=inputs.shape) * 2.0 - 1
            bend = (_input_gradient(layers, inputs + _STEP * signs, self.y) - here) / _STEP
            total += (bend**2).sum(axis=1) / self._n_directions
        self._curvature.append(total)

    def is_fitted(self) -> bool:
        return not _any_wrong(self._logits[-1], self.y)

    def traces(self) -> TrainingTraces:
        squared = np.array(self._norms).reshape(len(self._gradient_epochs), -1, len(self.y))
        return TrainingTraces(
            logits=np.array(self._logits),
            curvature=np.array(self._curvature),
            gradient_epochs=np.array(self._gradient_epochs, np.int64),
            gradient_norm=np.sqrt(squared.sum(axis=1)),
            last_layer_gradient_norm=np.sqrt(squared[:, -1]) if squared.size else squared.sum(axis=1),
        )


def _any_wrong(logits: Floats | Singles, y: NDArray[np.int64]) -> bool:
    """Return whether a row has a logit that is not below that of its label."""
    others = logits.copy()
    own = np.take_along_axis(others, y[:, None], axis=1)[:, 0]
    np.put_along_axis(others, y[:, None], -np.inf, axis=1)
    return not (others.max(axis=1) < own).all()


# ------------------------------------------------------------------------------------------------------- the gradients


def _forward(layers: Layers, inputs: Floats) -> list[Floats]:
    """Return the units that enter each layer, and the logits last."""
    units = [inputs]
    for number, (weights, biases) in enumerate(layers, start=1):
        outputs = units[-1] @ weights + biases
        units.append(np.maximum(outputs, 0) if number < len(layers) else outputs)
    return units


def _slopes(layers: Layers, units: Sequence[Floats], y: NDArray[np.int64]) -> list[Floats]:
    """Return the slopes of each example's own cross-entropy, at the outputs of each layer."""
    slope = np.exp(units[-1] - units[-1].max(axis=1, keepdims=True))
    slope /= slope.sum(axis=1, keepdims=True)
    slope[np.arange(len(y)), y] -= 1
    slopes = [slope]
    for (weights, _), below in zip(layers[:0:-1], units[-2:0:-1], strict=True):
        slopes.append((slopes[-1] @ weights.T) * (below > 0))
    return slopes[::-1]


def _mean_gradient(layers: Layers, units: Sequence[Floats], y: NDArray[np.int64]) -> Floats:
    """Return the gradient of a batch's mean loss, in the layout of the parameters."""
    slopes = _slopes(layers, units, y)
    parts = [
        part
        for below, slope in zip(units, slopes, strict=False)
        for part in ((below.T @ slope).ravel(), slope.sum(axis=0))
    ]
    gradient: Floats = np.concatenate(parts) / np.float32(len(y))
    return gradient


def _squared_gradient_norms(layers: Layers, inputs: Floats, y: NDArray[np.int64]) -> Floats:
    """Return (layers, n): each layer's share of the squared norm of each example's own gradient."""
    units = _forward(layers, inputs)
    slopes = _slopes(layers, units, y)
    shares = [
        ((below.astype(float) ** 2).sum(axis=1) + 1) * (slope.astype(float) ** 2).sum(axis=1)
        for below, slope in zip(units, slopes, strict=False)
    ]
    return np.array(shares)


def _input_gradient(layers: Layers, inputs: Floats, y: NDArray[np.int64]) -> Floats:
    gradient: Floats = _slopes(layers, _forward(layers, inputs), y)[0] @ layers[0][0].T
    return gradient


def _check(
    X: Singles,
    y: NDArray[np.int64],
    n_classes: int,
    learner: CompiledMLP,
    gradient_epochs: Sequence[int],
    n_directions: int,
) -> None:
    if X.ndim != 2 or 0 in X.shape or y.shape != X.shape[:1]:
        raise InputError("X and y", "be a table and one class code for each of its rows", (X.shape, y.shape))
    if y.min() < 0 or y.max() >= n_classes:
        raise InputError("y", f"hold class codes from 0 to {n_classes - 1}", sorted(set(y.tolist())))
    if not np.isfinite(X).all():
        raise InputError("X", "hold finite numbers only", X[~np.isfinite(X)][0])
    if not all(0 <= epoch <= learner.epochs for epoch in gradient_epochs):
        raise InputError("gradient_epochs", f"lie in 0..{learner.epochs}, the first round", list(gradient_epochs))
    if n_directions < 1:
        raise InputError("n_directions", "be at least 1", n_directions)
