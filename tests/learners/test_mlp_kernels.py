"""The compiled arithmetic against two other routes: plain NumPy in double precision, and PyTorch where it is there."""

from itertools import pairwise

import numpy as np
import pytest

from longtail.compilation import read_only
from longtail.learners.mlp.kernels import (
    Recipe,
    Standardization,
    logits_of,
    shuffle,
    standardization_of,
    train_until_fitted,
)

N_EXAMPLES, WIDTHS = 27, np.array([5, 7, 6, 3])
RECIPE = Recipe(epochs=3, max_epochs=3, batch_size=8, learning_rate=0.1, momentum=0.9, weight_decay=0.01)
ORDER_STATE = 12345


@pytest.fixture
def problem():
    draws = np.random.default_rng(0)
    X = draws.normal(size=(N_EXAMPLES, WIDTHS[0])).astype(np.float32)
    y = draws.integers(0, WIDTHS[-1], N_EXAMPLES)
    size = sum((a + 1) * b for a, b in pairwise(WIDTHS))
    return read_only(X), read_only(y), draws.uniform(-0.5, 0.5, size).astype(np.float32)


def identity(n_features):
    return Standardization(np.zeros(n_features, np.float32), np.ones(n_features, np.float32))


def trained(problem, recipe=RECIPE):
    X, y, parameters = problem[0], problem[1], problem[2].copy()
    spent = train_until_fitted(parameters, WIDTHS, X, y, identity(WIDTHS[0]), recipe, np.uint64(ORDER_STATE))
    return parameters, spent


def split_mix_64(state):
    """The generator, from the paper's text, in Python's whole numbers."""
    while True:
        state = (state + 0x9E3779B97F4A7C15) % 2**64
        word = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        word = (word ^ (word >> 27)) * 0x94D049BB133111EB % 2**64
        yield word ^ (word >> 31)


def batches(recipe, waiting=()):
    """Epoch, examples and learning rate of each step. Those of ``waiting`` (example -> next epoch) are left out."""
    words, order = split_mix_64(ORDER_STATE), list(range(N_EXAMPLES))
    for epoch in range(recipe.max_epochs if recipe.rate_floor else recipe.epochs):
        n = 0
        for place, example in enumerate(order):
            if example not in waiting or waiting[example] <= epoch:
                order[n], order[place] = example, order[n]
                n += 1
        for last in range(n - 1, 0, -1):
            chosen = (next(words) >> 32) * (last + 1) >> 32
            order[last], order[chosen] = order[chosen], order[last]
        n_batches = -(-n // recipe.batch_size)
        for number in range(n_batches):
            chosen = order[number * n // n_batches : (number + 1) * n // n_batches]
            progress = (epoch + number / n_batches) / recipe.epochs
            yield epoch, chosen, recipe.learning_rate * max(1 - progress, recipe.rate_floor)


def layers(parameters):
    """[(weights, biases), ...] as views of a flat vector."""
    views, start = [], 0
    for fan_in, fan_out in pairwise(WIDTHS):
        middle, end = start + fan_in * fan_out, start + (fan_in + 1) * fan_out
        views.append((parameters[start:middle].reshape(fan_in, fan_out), parameters[middle:end]))
        start = end
    return views


def numpy_forward(parameters, X):
    units = [np.asarray(X, float)]
    for number, (weights, biases) in enumerate(layers(parameters)):
        output = units[-1] @ weights + biases
        units.append(np.maximum(output, 0) if number < len(WIDTHS) - 2 else output)
    return units


def numpy_trained(problem, recipe=RECIPE, visits=None):
    X, y, parameters = problem[0], problem[1], problem[2].astype(float)
    velocity = np.zeros_like(parameters)
    waiting, last_wait = {}, dict.fromkeys(range(N_EXAMPLES), 0)
    before, met_wrong = 0, False
    for epoch, chosen, rate in batches(recipe, waiting):
        if epoch > before:
            is_right = numpy_forward(parameters, X)[-1].argmax(axis=1) == y
            if recipe.rate_floor and before + 1 >= recipe.epochs and not met_wrong and is_right.all():
                break
            before, met_wrong = epoch, False
        units = numpy_forward(parameters, X[chosen])
        met_wrong |= (units[-1].argmax(axis=1) != y[chosen]).any()
        for example, logits in zip(chosen, units[-1], strict=True):
            if recipe.longest_wait:
                sure = logits[y[example]] - np.delete(logits, y[example]).max() >= recipe.sure_margin
                last_wait[example] = min(2 * last_wait[example] or 1, recipe.longest_wait) if sure else 0
                waiting[example] = epoch + 1 + last_wait[example]
        if visits is not None:
            visits.append((epoch, len(chosen)))
        softmax = np.exp(units[-1]) / np.exp(units[-1]).sum(axis=1, keepdims=True)
        slope = (softmax - np.eye(WIDTHS[-1])[y[chosen]]) / len(chosen)
        gradient = np.empty_like(parameters)
        for number in reversed(range(len(WIDTHS) - 1)):
            weight_gradient, bias_gradient = layers(gradient)[number]
            weight_gradient[:], bias_gradient[:] = units[number].T @ slope, slope.sum(axis=0)
            slope = (slope @ layers(parameters)[number][0].T) * (units[number] > 0)
        velocity = recipe.momentum * velocity + gradient + recipe.weight_decay * parameters
        parameters = parameters - rate * velocity
    return parameters


def test_twelve_steps_agree_with_numpy_in_double_precision(problem):
    """Three epochs of one batch of six examples and three of seven."""
    np.testing.assert_allclose(trained(problem)[0], numpy_trained(problem), atol=1e-6)


def test_examples_that_are_right_by_a_sure_margin_wait_twice_as_long_each_time(problem):
    """Forty epochs, waits of 1, 2 and 3: the rule, written again; a fifth of the visits and more are saved."""
    patient, visits = RECIPE._replace(epochs=40, max_epochs=40, longest_wait=3, sure_margin=0.3), []
    np.testing.assert_allclose(trained(problem, patient)[0], numpy_trained(problem, patient, visits), atol=1e-5)
    assert sum(n for _, n in visits) < 0.8 * 40 * N_EXAMPLES


def test_with_a_floor_of_the_rate_one_round_goes_on_until_an_epoch_meets_nothing_wrong(problem):
    """The rule, written again, with and without waiting: it ends between the last epoch of the fall and the most."""
    X, _, start = problem
    problem = X, read_only((X[:, 0] > 0).astype(int) + (X[:, 1] > 0)), start
    for longest_wait in (0, 3):
        recipe = RECIPE._replace(
            epochs=5, max_epochs=400, longest_wait=longest_wait, sure_margin=0.3, rate_floor=0.4, weight_decay=0.0
        )
        visits = []
        parameters, spent = trained(problem, recipe)
        np.testing.assert_allclose(parameters, numpy_trained(problem, recipe, visits), atol=1e-5)
        assert 5 < spent == visits[-1][0] + 1 < 400
        assert (numpy_forward(parameters, problem[0])[-1].argmax(axis=1) == problem[1]).all()


def test_with_a_floor_of_the_rate_the_epochs_are_at_most_those_allowed(problem):
    _, spent = trained(problem, RECIPE._replace(epochs=2, max_epochs=3, learning_rate=1e-6, rate_floor=0.4))
    assert spent == 3


def test_twelve_steps_agree_with_pytorch(problem):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: it is the extra 'neural'")
    X, y, start = problem
    linear = []
    for weights, biases in layers(start):
        module = torch.nn.Linear(*weights.shape)
        module.weight.data, module.bias.data = torch.tensor(weights.T.copy()), torch.tensor(biases.copy())
        linear.append(module)
    network = torch.nn.Sequential(linear[0], torch.nn.ReLU(), linear[1], torch.nn.ReLU(), linear[2])
    optimizer = torch.optim.SGD(
        network.parameters(), lr=1.0, momentum=RECIPE.momentum, weight_decay=RECIPE.weight_decay
    )
    for _, chosen, rate in batches(RECIPE):
        optimizer.param_groups[0]["lr"] = rate
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(network(torch.tensor(X[chosen])), torch.tensor(y[chosen])).backward()
        optimizer.step()
    expected = [part for module in linear for part in (module.weight.detach().T.ravel(), module.bias.detach())]
    np.testing.assert_allclose(trained(problem)[0], np.concatenate(expected), atol=1e-6)


def test_logits_are_those_of_the_definition(problem):
    """600 rows: two whole blocks and a part of one."""
    X = read_only(np.random.default_rng(1).normal(size=(600, WIDTHS[0])).astype(np.float32))
    standardization = standardization_of(X)
    logits = logits_of(problem[2], WIDTHS, X, standardization)
    expected = numpy_forward(problem[2], (X - X.mean(axis=0, dtype=float)) / X.std(axis=0, dtype=float))[-1]
    np.testing.assert_allclose(logits, expected, atol=1e-5)


def test_a_short_round_is_followed_by_as_many_epochs_again_until_all_is_right(problem):
    """Epochs spent are 1, 2, 4, ... times the first round's, cut at the most allowed."""
    patient = RECIPE._replace(epochs=5, max_epochs=1000, weight_decay=0.0)
    parameters, spent = trained(problem, patient)
    assert spent in 5 * 2 ** np.arange(8)
    assert (numpy_forward(parameters, problem[0])[-1].argmax(axis=1) == problem[1]).all()
    _, cut = trained(problem, RECIPE._replace(epochs=2, max_epochs=3, learning_rate=1e-6))
    assert cut == 3


def test_standardization_is_exact_where_it_can_be():
    X = np.array([[0.1, 1e6, -1], [0.1, 1e6 + 2, 1]], np.float32)
    center, scale = standardization_of(read_only(X))
    np.testing.assert_array_equal(center, np.array([0.1, 1e6 + 1, 0], np.float32))
    np.testing.assert_array_equal(scale, [0, 1, 1])


def test_many_features_are_shrunk_to_a_mean_squared_norm_of_64():
    X = np.random.default_rng(0).normal(size=(50, 100)).astype(np.float32)
    X[:, 10:20] = 3
    center, scale = standardization_of(read_only(X))
    assert (((X - center) * scale) ** 2).sum(axis=1).mean() == pytest.approx(64, rel=1e-5)
    assert not scale[10:20].any()


def test_shuffles_are_uniform():
    """All 24 orders of 4 examples, 24,000 draws: chi-square on 23 degrees of freedom below 60 (false alarm 4e-5)."""
    counts, state = {}, np.uint64(1)
    for _ in range(24_000):
        order = np.arange(4)
        state = np.uint64(shuffle(order, state))
        counts[tuple(order)] = counts.get(tuple(order), 0) + 1
    assert len(counts) == 24
    assert sum((count - 1000) ** 2 / 1000 for count in counts.values()) < 60
