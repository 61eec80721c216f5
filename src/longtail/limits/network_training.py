r"""Training the built-in network where the compiled run does not reach: soft targets, dropout, masks, augmentation.

The loss is the cross-entropy to a distribution :math:`t_i` over classes, :math:`-\sum_k t_{ik} \log p_{ik}`, whose
slope at the logits is :math:`p_i - t_i`; the optimizer is that of :class:`longtail.trials.CompiledMLP`, and so are the
rounds: each as long as all before it, the rate falling to zero within each, until every example is predicted as its
likeliest target. Plain numpy, a third of the compiled run's speed on batches of 32.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Singles
from longtail.compilation import read_only
from longtail.learners.mlp.compiled_mlp import CompiledMLP, initial_parameters
from longtail.learners.mlp.kernels import standardization_of
from longtail.learners.mlp.trained_mlp import TrainedMLP
from longtail.randomness import generator

__all__ = ["Epoch", "activations_of", "backward", "fresh_network", "one_hot", "softmax", "train_round", "train_rounds"]

Layers = list[tuple[Singles, Singles]]
Augment = Callable[[Singles, np.random.Generator], Singles]
Weigh = Callable[[NDArray[np.intp], Singles], Singles]
_LEAST_PROBABILITY = np.float32(1e-30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """Changes to plain gradient descent within one epoch.

    Parameters
    ----------
    dropout : float
        The probability that a hidden unit is silent for one example of one step.
    augment : callable, optional
        Changes a batch of features, at random.
    mask : (p,) bool array, optional
        Parameters that may change; the others stay as they are.
    weigh : callable, optional
        From the places of a batch's examples and their losses to what each counts in the mean loss.
    """

    dropout: float = 0.0
    augment: Augment | None = None
    mask: NDArray[np.bool_] | None = None
    weigh: Weigh | None = None


def softmax(logits: Singles) -> Singles:
    """Compute the softmax of each row."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities: Singles = powers / powers.sum(axis=1, keepdims=True)
    return probabilities


def one_hot(y: NDArray[np.int64], n_classes: int) -> Singles:
    """Turn labels into distributions."""
    return np.eye(n_classes, dtype=np.float32)[y]


def activations_of(layers: Layers, inputs: Singles, dropout: float, rng: np.random.Generator) -> list[Singles]:
    """Return the inputs of every layer, and the logits last."""
    values = [inputs]
    for place, (weights, biases) in enumerate(layers):
        outputs: Singles = values[-1] @ weights + biases
        if place + 1 < len(layers):
            np.maximum(outputs, 0, out=outputs)
            if dropout:
                outputs *= (rng.random(outputs.shape, dtype=np.float32) >= dropout) / np.float32(1 - dropout)
        values.append(outputs)
    return values


def backward(layers: Layers, values: list[Singles], slope: Singles, dropout: float = 0.0) -> list[Singles]:
    """Return the slope of the loss at every layer's outputs, first layer first, from the slope at the logits."""
    slopes = [slope]
    for (weights, _), outputs in zip(layers[:0:-1], values[-2:0:-1], strict=True):
        below: Singles = (slopes[0] @ weights.T) * (outputs > 0)
        slopes.insert(0, below / np.float32(1 - dropout) if dropout else below)
    return slopes


def fresh_network(learner: CompiledMLP, X: Singles, n_classes: int, seed: int) -> TrainedMLP:
    """Return the network before its first step, just as the compiled run starts."""
    widths = np.array([X.shape[1], *learner.widths, n_classes], np.int64)
    features = read_only(np.ascontiguousarray(X, np.float32))
    return TrainedMLP(
        parameters=initial_parameters(widths, seed), widths=widths, standardization=standardization_of(features)
    )


def train_round(
    network: TrainedMLP,
    learner: CompiledMLP,
    X: Singles,
    targets: Singles,
    n_epochs: int,
    rng: np.random.Generator,
    epoch: Epoch | None = None,
    learning_rate: float | None = None,
) -> None:
    """Change the network's parameters for some epochs while the rate falls linearly to zero.

    Parameters
    ----------
    network : TrainedMLP
        Changed in place.
    learner : CompiledMLP
        Its optimizer's settings.
    X, targets : (n, d), (n, n_classes) arrays
        Raw features, and a distribution over classes for each.
    n_epochs : int
        How many.
    rng : Generator
        Of orders, dropout and augmentation.
    epoch : Epoch, optional
        What else happens.
    learning_rate : float, optional
        Of the first step; the learner's where it is not given.
    """
    epoch = epoch or Epoch()
    n_batches = -(-len(X) // learner.batch_size)
    n_steps, first_rate = n_epochs * n_batches, learning_rate or learner.learning_rate
    velocity, gradient = np.zeros_like(network.parameters), np.empty_like(network.parameters)
    into = TrainedMLP(parameters=gradient, widths=network.widths, standardization=network.standardization).layers
    for step in range(n_steps):
        if step % n_batches == 0:
            batches = np.array_split(rng.permutation(len(X)), n_batches)
        rows = batches[step % n_batches]
        features = X[rows] if epoch.augment is None else epoch.augment(X[rows], rng)
        _fill_gradient(network, into, network.inputs(features), targets[rows], rows, epoch, rng)
        gradient += np.float32(learner.weight_decay) * network.parameters
        if epoch.mask is not None:
            gradient *= epoch.mask
        velocity *= np.float32(learner.momentum)
        velocity += gradient
        network.parameters[:] -= np.float32(first_rate * (1 - step / n_steps)) * velocity


def train_rounds(
    network: TrainedMLP,
    learner: CompiledMLP,
    X: Singles,
    targets: Singles,
    seed: int,
    epoch: Epoch | None = None,
    max_epochs: int | None = None,
) -> None:
    """Rounds until every example is predicted as its likeliest target, or the learner's ``max_epochs``."""
    rng = generator(seed, "soft training")
    most, spent, n_epochs = max_epochs or learner.max_epochs, 0, min(learner.epochs, max_epochs or learner.epochs)
    while n_epochs > 0:
        train_round(network, learner, X, targets, n_epochs, rng, epoch)
        spent += n_epochs
        n_epochs = min(spent, most - spent)
        if (network.predict(X).labels == targets.argmax(axis=1)).all():
            return


def _fill_gradient(
    network: TrainedMLP,
    into: Layers,
    inputs: Singles,
    targets: Singles,
    rows: NDArray[np.intp],
    epoch: Epoch,
    rng: np.random.Generator,
) -> None:
    layers = network.layers
    values = activations_of(layers, inputs, epoch.dropout, rng)
    probabilities = softmax(values[-1])
    slope = (probabilities - targets) / np.float32(len(inputs))
    if epoch.weigh is not None:
        losses = -(targets * np.log(np.maximum(probabilities, _LEAST_PROBABILITY))).sum(axis=1)
        slope *= epoch.weigh(rows, losses)[:, None]
    slopes = backward(layers, values, slope, epoch.dropout)
    for (weight_gradient, bias_gradient), below, above in zip(into, values[:-1], slopes, strict=True):
        np.matmul(below.T, above, out=weight_gradient)
        above.sum(axis=0, out=bias_gradient)
