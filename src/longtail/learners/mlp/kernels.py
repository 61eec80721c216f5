r"""The arithmetic of a multilayer perceptron's training run, compiled.

All weights and biases of a network live in one flat vector, layer after layer: a :math:`(w_l, w_{l+1})` weight matrix
and then its :math:`w_{l+1}` biases, for the widths :math:`w_0` (features), :math:`w_1, \dots` (hidden units),
:math:`w_L` (classes). Its gradient and its velocity have the same layout, so that a step of gradient descent is one
loop. The activations of a batch live in one flat buffer likewise, and a smaller batch just uses less of it.

Plain loops stand where an array expression would do, because they compile in half the time.
"""

from typing import NamedTuple

import numpy as np

from longtail.array_types import Singles, Whole
from longtail.compilation import compiled, part

__all__ = [
    "Recipe",
    "Standardization",
    "bring_forward_due",
    "logits_of",
    "set_waits",
    "shuffle",
    "standardization_of",
    "train_until_fitted",
]


_LARGEST_SQUARED_NORM = 64  # Largest mean squared norm of a standardized example.
_MOST_HALVINGS = 10
_ROWS_PER_BLOCK = 256  # Number of rows whose activations stay in the second-level cache.


class Recipe(NamedTuple):
    """Settings of the training of a network, see ``compiled_mlp.CompiledMLP``.

    By default no example waits, and the rate falls to zero.
    """

    epochs: int
    max_epochs: int
    batch_size: int
    learning_rate: float
    momentum: float
    weight_decay: float
    longest_wait: int = 0
    sure_margin: float = 0.0
    rate_floor: float = 0.0


class Standardization(NamedTuple):
    """Shift and scale of each feature. A feature ``x`` enters the network as ``(x - center) * scale``."""

    center: Singles
    scale: Singles


# ------------------------------------------------------------------------------------------------------------- views


@part
def _layer(parameters: Singles, widths: Whole, layer: int) -> tuple[Singles, Singles]:
    """Return the weights and the biases that lead from ``layer`` to the next."""
    start = 0
    for earlier in range(layer):
        start += (widths[earlier] + 1) * widths[earlier + 1]
    middle = start + widths[layer] * widths[layer + 1]
    weights = parameters[start:middle].reshape((widths[layer], widths[layer + 1]))
    return weights, parameters[middle : middle + widths[layer + 1]]


@part
def _units(activations: Singles, widths: Whole, layer: int, n_rows: int) -> Singles:
    """Return the activations of one layer for a batch of ``n_rows``."""
    start = 0
    for earlier in range(layer):
        start += n_rows * widths[earlier]
    return activations[start : start + n_rows * widths[layer]].reshape((n_rows, widths[layer]))


# ------------------------------------------------------------------------------------------------------------- inputs


@compiled
def standardization_of(X: Singles) -> Standardization:
    """Return mean and reciprocal standard deviation of each feature. A feature that is constant in ``X`` gets scale
    zero.

    If more than 64 features are left, all scales are shrunk alike, to a mean squared norm of 64: the learning rate that
    an example bears falls with its squared norm. Deviations are taken from the first row, so that those of a constant
    feature are exactly zero.
    """
    n_examples, n_features = X.shape
    shift, variance = np.zeros(n_features), np.zeros(n_features)
    for row in range(n_examples):
        for feature in range(n_features):
            shift[feature] += (np.float64(X[row, feature]) - X[0, feature]) / n_examples
    for row in range(n_examples):
        for feature in range(n_features):
            deviation = np.float64(X[row, feature]) - X[0, feature] - shift[feature]
            variance[feature] += deviation * deviation / n_examples
    n_varying = 0
    for feature in range(n_features):
        n_varying += variance[feature] != 0
    shrinkage = min(1.0, np.sqrt(_LARGEST_SQUARED_NORM / max(n_varying, 1)))
    center, scale = np.empty(n_features, np.float32), np.zeros(n_features, np.float32)
    for feature in range(n_features):
        center[feature] = X[0, feature] + shift[feature]
        if variance[feature] != 0:
            scale[feature] = shrinkage / np.sqrt(variance[feature])
    return Standardization(center, scale)


@part
def _enter(X: Singles, example: int, standardization: Standardization, inputs: Singles, row: int) -> None:
    """Write one standardized example into a row of a batch."""
    for feature in range(X.shape[1]):
        centered = X[example, feature] - standardization.center[feature]
        inputs[row, feature] = centered * standardization.scale[feature]


# --------------------------------------------------------------------------------------------------- forward and back


@part
def _forward(parameters: Singles, widths: Whole, activations: Singles, n_rows: int) -> Singles:
    """Fill the activations of every layer from those of the inputs, and return the last ones, the logits."""
    last = len(widths) - 1
    for layer in range(last):
        weights, biases = _layer(parameters, widths, layer)
        units = _units(activations, widths, layer + 1, n_rows)
        np.dot(_units(activations, widths, layer, n_rows), weights, units)
        is_hidden = layer + 1 < last
        for row in range(n_rows):
            for unit in range(len(biases)):
                value = units[row, unit] + biases[unit]
                units[row, unit] = np.float32(0) if is_hidden and value < 0 else value  # NaN < 0 is false: it stays
    logits: Singles = _units(activations, widths, last, n_rows)
    return logits


@part
def _cross_entropy_slope(logits: Singles, labels: Whole, slope: Singles) -> None:
    """Compute the gradient of the batch's mean cross-entropy in its logits: (softmax - one-hot) / rows."""
    n_rows, n_classes = logits.shape
    for row in range(n_rows):
        largest = logits[row, 0]
        for label in range(1, n_classes):
            largest = max(largest, logits[row, label])
        total = np.float32(0)
        for label in range(n_classes):
            slope[row, label] = np.exp(logits[row, label] - largest)
            total += slope[row, label]
        for label in range(n_classes):
            slope[row, label] /= total * np.float32(n_rows)
        slope[row, labels[row]] -= np.float32(1) / np.float32(n_rows)


@part
def _backward(
    parameters: Singles, widths: Whole, activations: Singles, slopes: Singles, n_rows: int, gradient: Singles
) -> None:
    """Fill the gradient from the slopes at the logits, layer by layer from the last."""
    for layer in range(len(widths) - 2, -1, -1):
        below, slope = _units(activations, widths, layer, n_rows), _units(slopes, widths, layer + 1, n_rows)
        weight_gradient, bias_gradient = _layer(gradient, widths, layer)
        np.dot(below.T, slope, weight_gradient)
        bias_gradient.fill(0)
        for row in range(n_rows):
            for unit in range(len(bias_gradient)):
                bias_gradient[unit] += slope[row, unit]
        if layer > 0:
            weights, _ = _layer(parameters, widths, layer)
            slope_below = _units(slopes, widths, layer, n_rows)
            np.dot(slope, weights.T, slope_below)
            for row in range(n_rows):
                for unit in range(widths[layer]):
                    slope_below[row, unit] = slope_below[row, unit] if below[row, unit] > 0 else np.float32(0)


@part
def _descend(
    parameters: Singles,
    velocity: Singles,
    gradient: Singles,
    rate: np.float32,
    momentum: np.float32,
    decay: np.float32,
) -> None:
    """Take one step of gradient descent with momentum and weight decay, as PyTorch's ``SGD`` does."""
    for index in range(len(parameters)):
        velocity[index] = momentum * velocity[index] + (gradient[index] + decay * parameters[index])
        parameters[index] -= rate * velocity[index]


# ------------------------------------------------------------------------------------------------------ a training run


@compiled
def shuffle(order: Whole, state: np.uint64) -> np.uint64:
    """Shuffle in place (Fisher-Yates) with words of SplitMix64 [Steele2014]_, and return its next state."""
    for last in range(len(order) - 1, 0, -1):
        state += np.uint64(0x9E3779B97F4A7C15)
        word = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        upper_half = (word ^ (word >> np.uint64(31))) >> np.uint64(32)
        chosen = np.int64((upper_half * np.uint64(last + 1)) >> np.uint64(32))
        order[last], order[chosen] = order[chosen], order[last]
    return state


@part
def _train_round(
    parameters: Singles,
    widths: Whole,
    X: Singles,
    y: Whole,
    standardization: Standardization,
    recipe: Recipe,
    learning_rate: float,
    n_epochs: int,
    state: np.uint64,
) -> tuple[np.uint64, int]:
    """Train for some epochs while the rate falls linearly, and return the shuffling generator's next state, and how
    many epochs there were.

    The rate falls to zero. With a ``rate_floor`` it falls for ``epochs`` of them to that share of itself, and stays
    there until an epoch meets no example that is wrong, and none is.

    An epoch visits the examples that do not wait, see ``set_waits``. Its batches are as equal as they can be: a lone
    last example would take a whole step by itself.
    """
    stops = recipe.rate_floor > 0
    n_falling = recipe.epochs if stops else n_epochs
    largest_batch = min(recipe.batch_size, len(X))
    momentum, decay = np.float32(recipe.momentum), np.float32(recipe.weight_decay)
    velocity, gradient = np.zeros_like(parameters), np.empty_like(parameters)
    activations = np.empty(largest_batch * np.sum(widths), np.float32)
    slopes, labels = np.empty_like(activations), np.empty(largest_batch, np.int64)
    due, waits, order = np.zeros(len(X), np.int64), np.zeros(len(X), np.int64), np.arange(len(X))
    for epoch in range(n_epochs):
        n_due = bring_forward_due(order, due, epoch)
        state = shuffle(order[:n_due], state)
        n_batches = (n_due + recipe.batch_size - 1) // recipe.batch_size
        n_wrong = 0
        for batch in range(n_batches):
            start, end = batch * n_due // n_batches, (batch + 1) * n_due // n_batches
            n_rows = end - start
            inputs = _units(activations, widths, 0, n_rows)
            for row in range(n_rows):
                _enter(X, order[start + row], standardization, inputs, row)
                labels[row] = y[order[start + row]]
            logits = _forward(parameters, widths, activations, n_rows)
            if stops:
                n_wrong += _n_wrong(logits, labels)
            if recipe.longest_wait > 0:
                set_waits(logits, labels, order[start:end], epoch, recipe, due, waits)
            _cross_entropy_slope(logits, labels, _units(slopes, widths, len(widths) - 1, n_rows))
            _backward(parameters, widths, activations, slopes, n_rows, gradient)
            share = max(recipe.rate_floor, 1 - (epoch + batch / n_batches) / n_falling)
            _descend(parameters, velocity, gradient, np.float32(learning_rate * share), momentum, decay)
        if stops and not np.isfinite(np.sum(parameters)):
            return state, epoch + 1
        may_stop = stops and epoch + 1 >= n_falling and n_wrong == 0
        if may_stop and _n_wrong(logits_of(parameters, widths, X, standardization), y) == 0:
            return state, epoch + 1
    return state, n_epochs


@compiled
def bring_forward_due(order: Whole, due: Whole, epoch: int) -> int:
    """Bring the examples that are due at an epoch to the front of ``order``, and return their number."""
    n_due = 0
    for place in range(len(order)):
        if due[order[place]] <= epoch:
            order[n_due], order[place] = order[place], order[n_due]
            n_due += 1
    return n_due


@compiled
def set_waits(
    logits: Singles, labels: Whole, examples: Whole, epoch: int, recipe: Recipe, due: Whole, waits: Whole
) -> None:
    """Let the examples of a batch wait that are right by a sure margin, each twice as long as it waited before.

    ``due`` holds the epoch at which an example is visited next, ``waits`` the number of epochs that it waits for.
    """
    for row in range(len(examples)):
        example, label = examples[row], labels[row]
        best_other = np.float32(-np.inf)
        for other in range(logits.shape[1]):
            if other != label:
                best_other = max(best_other, logits[row, other])
        is_sure = logits[row, label] - best_other >= recipe.sure_margin
        waits[example] = min(max(2 * waits[example], 1), recipe.longest_wait) if is_sure else 0
        due[example] = epoch + 1 + waits[example]


@compiled
def train_until_fitted(
    parameters: Singles,
    widths: Whole,
    X: Singles,
    y: Whole,
    standardization: Standardization,
    recipe: Recipe,
    state: np.uint64,
) -> int:
    """Train the parameters until every example is classified right. Each round is as long as all before it together.

    With a ``rate_floor`` there is one round.

    A run that diverges starts again at half the learning rate; after ten such it is left as it is, not finite.

    Returns
    -------
    int
        The number of epochs of the last start.
    """
    initial, rate = parameters.copy(), recipe.learning_rate
    first = recipe.max_epochs if recipe.rate_floor > 0 else recipe.epochs
    spent, n_epochs, n_halvings = 0, first, 0
    while n_epochs > 0:
        state, trained = _train_round(parameters, widths, X, y, standardization, recipe, rate, n_epochs, state)
        spent += trained
        n_epochs = min(spent, recipe.max_epochs - spent)
        if not np.isfinite(np.sum(parameters)):
            if n_halvings == _MOST_HALVINGS:
                break
            for index in range(len(parameters)):
                parameters[index] = initial[index]
            spent, n_epochs, n_halvings, rate = 0, first, n_halvings + 1, rate / 2
        elif recipe.rate_floor > 0 or (
            n_epochs > 0 and _n_wrong(logits_of(parameters, widths, X, standardization), y) == 0
        ):
            break
    return spent


@part
def _n_wrong(logits: Singles, labels: Whole) -> int:
    """Return how many rows have a logit that is not below that of their label."""
    n_wrong = 0
    for row in range(len(logits)):
        for label in range(logits.shape[1]):
            if label != labels[row] and not logits[row, label] < logits[row, labels[row]]:
                n_wrong += 1
                break
    return n_wrong


@compiled
def logits_of(parameters: Singles, widths: Whole, X: Singles, standardization: Standardization) -> Singles:
    """Return the network's outputs, made in blocks of rows so that memory stays bounded."""
    activations = np.empty(min(_ROWS_PER_BLOCK, len(X)) * np.sum(widths), np.float32)
    logits = np.empty((len(X), widths[-1]), np.float32)
    for start in range(0, len(X), _ROWS_PER_BLOCK):
        n_rows = min(_ROWS_PER_BLOCK, len(X) - start)
        inputs = _units(activations, widths, 0, n_rows)
        for row in range(n_rows):
            _enter(X, start + row, standardization, inputs, row)
        outputs = _forward(parameters, widths, activations, n_rows)
        for row in range(n_rows):
            for label in range(widths[-1]):
                logits[start + row, label] = outputs[row, label]
    return logits
