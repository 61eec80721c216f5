r"""The losses of linear classifiers, evaluated for many subsets at once.

Of scores :math:`z` with one column a class:

.. math:: \text{cross-entropy} \quad & \log \sum_c e^{z_c} - z_y, \\
          \text{squared hinge, one class against the rest} \quad & \sum_c \max(0, 1 - t_c z_c)^2,
          \quad t_y = 1, \; t_{c \ne y} = -1.

A kernel turns the scores of all examples under all models into slopes in place, and adds up the losses; an example
that a model leaves out has slope zero. A class that a subset lacks has probability zero there. Models lie next to one
another in memory, so that a compiler can take many of them at a time; the exponential is written out for the same
reason, and with it no result depends on a mathematics library.
"""

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Singles
from longtail.compilation import compiled

__all__ = ["cross_entropy", "exponential", "squared_hinge"]


_LOWEST = np.float32(-87)  # Below this, the exponential is no normal number.
_PER_NAT = np.float32(1.4426950408889634)  # 1 / log 2
_LOG_TWO, _LOG_TWO_REST = np.float32(0.693359375), np.float32(-2.12194440e-4)  # The first times 128 is exact.
_SERIES = (1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1)
_C7, _C6, _C5, _C4, _C3, _C2 = (np.float32(coefficient) for coefficient in _SERIES)  # [Moshier1989]_
_HALF, _ONE, _ZERO = np.float32(0.5), np.float32(1), np.float32(0)
_EXAMPLES_PER_LOG = 32  # A product of this many sums over at most 10^9 classes fits in a double.


@compiled
def exponential(x: np.float32) -> np.float32:
    """Return the exponential of a number that is not positive.

    It is off by two units in the last place at most, and below -87 it stays e^-87.
    """
    x = max(x, _LOWEST)
    twos = np.floor(x * _PER_NAT + _HALF)
    rest = x - twos * _LOG_TWO - twos * _LOG_TWO_REST
    series = ((((_C7 * rest + _C6) * rest + _C5) * rest + _C4) * rest + _C3) * rest + _C2
    power = np.int32((np.int32(twos) + np.int32(127)) << np.int32(23)).view(np.float32)
    value: np.float32 = (series * rest * rest + rest + _ONE) * power
    return value


@compiled
def cross_entropy(
    scores: Singles, labels: NDArray[np.int64], inclusion: Singles, present: Singles, losses: NDArray[np.float64]
) -> None:
    """Turn scores (n, classes, models) into slopes, and add to ``losses`` (models,).

    Inclusion and presence are 0 or 1.
    """
    n_examples, n_classes, n_models = scores.shape
    largest, total, product = np.empty(n_models, np.float32), np.empty(n_models, np.float32), np.ones(n_models)
    for example in range(n_examples):
        table, included = scores[example], inclusion[example]
        of_label = table[labels[example]]
        for model in range(n_models):
            largest[model] = of_label[model]
        for c in range(n_classes):
            for model in range(n_models):
                if present[c, model] > 0:
                    largest[model] = max(largest[model], table[c, model])
        for model in range(n_models):
            losses[model] += included[model] * (np.float64(largest[model]) - np.float64(of_label[model]))
            total[model] = _ZERO
        for c in range(n_classes):
            for model in range(n_models):
                mass = exponential(table[c, model] - largest[model]) * present[c, model]
                table[c, model] = mass
                total[model] += mass
        for model in range(n_models):  # A left-out example's own class may be absent.
            counted = total[model] if included[model] > 0 else _ONE
            product[model] *= np.float64(counted)
            total[model] = included[model] / counted
        if example % _EXAMPLES_PER_LOG == _EXAMPLES_PER_LOG - 1 or example == n_examples - 1:
            for model in range(n_models):
                losses[model] += np.log(product[model])
                product[model] = 1
        for c in range(n_classes):
            for model in range(n_models):
                table[c, model] *= total[model]
        for model in range(n_models):
            of_label[model] -= included[model]


@compiled
def squared_hinge(
    scores: Singles, labels: NDArray[np.int64], inclusion: Singles, present: Singles, losses: NDArray[np.float64]
) -> None:
    """Turn scores (n, classes, models) into slopes, and add to ``losses`` (models,).

    Inclusion and presence are 0 or 1.
    """
    n_examples, n_classes, n_models = scores.shape
    for example in range(n_examples):
        for c in range(n_classes):
            side = _ONE if c == labels[example] else -_ONE
            for model in range(n_models):
                counted = inclusion[example, model] * present[c, model]
                slack = max(_ZERO, _ONE - side * scores[example, c, model]) * counted
                losses[model] += np.float64(slack) * np.float64(slack)
                scores[example, c, model] = np.float32(-2) * side * slack
