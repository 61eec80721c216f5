r"""Data maps and prediction depth: where an example stands in one training run of any network.

A *data map* [SwayamdiptaEtAl2020]_ has two axes for each example, over the epochs of one run: **confidence**, the mean
of the probability of its label, and **variability**, the standard deviation of the same. Low confidence is hard or
mislabeled, high variability is ambiguous, high confidence is easy.

*Prediction depth* [BaldockMaennelNeyshabur2021]_ asks each layer's representations for the label, by the vote of the k
nearest other training examples, and is the first layer from which on every layer agrees with the network's own
prediction. The representations of 0 are the inputs. An example whose last layer disagrees has the number of layers.

Both are made of arrays that a training loop of anybody's records; what they say of memorization is told by comparing
them with measured memorization (:mod:`longtail.scores.proxy_quality`).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import softmax

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.errors import InputError
from longtail.neighbours import nearest_neighbours

__all__ = ["DataMap", "data_map", "prediction_depth"]


class DataMap(NamedTuple):
    """Place of each example in a data map, in ``(n,)`` arrays."""

    confidence: Reals
    variability: Reals
    correctness: Reals


@checked
def data_map(logits: ArrayLike, y: ArrayLike) -> DataMap:
    """Return the data map of a run.

    Parameters
    ----------
    logits : (epochs, n, classes) array
        Of every example after each epoch; probabilities' logarithms will do.
    y : (n,) int array
        Class codes.

    Returns
    -------
    DataMap
        Mean and standard deviation (divided by the number of epochs, as published) of the label's probability, and the
        share of epochs after which the label was predicted.

    Raises
    ------
    InputError
        If the arrays do not fit together.

    Examples
    --------
    >>> sure, unsure = [9.0, 0.0], [0.0, 0.0]
    >>> found = data_map([[sure, unsure], [sure, sure]], [0, 0])
    >>> found.confidence.round(2).tolist(), found.variability.round(2).tolist()
    ([1.0, 0.75], [0.0, 0.25])
    """
    outputs, labels = np.asarray(logits, float), np.asarray(y, np.int64)
    if outputs.ndim != 3 or not len(outputs) or outputs.shape[2] < 2:
        raise InputError("logits", "have shape (epochs, examples, classes)", outputs.shape)
    _check_labels(labels, outputs.shape[1], outputs.shape[2])
    everyone = np.arange(len(labels))
    own = softmax(outputs, axis=2)[:, everyone, labels]
    right = outputs.argmax(axis=2) == labels
    return DataMap(own.mean(axis=0), own.std(axis=0), np.asarray(right.mean(axis=0)))


@checked
def prediction_depth(
    layers: Sequence[ArrayLike], y: ArrayLike, predicted: ArrayLike, n_neighbors: int = 30
) -> NDArray[np.int64]:
    """Return the prediction depth of each training example.

    Parameters
    ----------
    layers : sequence of (n, d) arrays
        Representations of the training examples, the inputs first; a layer's may have any width.
    y : (n,) int array
        Class codes, by which neighbors vote. Of equal numbers of votes the smallest code wins.
    predicted : (n,) int array
        Class codes that the network predicts.
    n_neighbors : int
        Neighbors that vote, the example itself left out.

    Returns
    -------
    (n,) int array
        From 0 to ``len(layers)``.

    Raises
    ------
    InputError
        If there is no layer, or the arrays do not fit together.

    Examples
    --------
    >>> inputs, hidden = [[0.0], [1.0], [2.0], [3.0]], [[0.0], [9.0], [0.1], [9.1]]
    >>> prediction_depth([inputs, hidden], [0, 1, 0, 1], [0, 1, 0, 1], n_neighbors=1).tolist()
    [1, 1, 1, 1]
    """
    if not layers:
        raise InputError("layers", "hold the inputs at least", layers)
    labels, answers = np.asarray(y, np.int64), np.asarray(predicted, np.int64)
    n_classes = int(max(labels.max(initial=0), answers.max(initial=0))) + 1
    _check_labels(labels, len(np.asarray(layers[0])), n_classes)
    if answers.shape != labels.shape:
        raise InputError("predicted", f"hold one class code for each of {len(labels)} examples", answers.shape)
    depth = np.full(len(labels), len(layers))
    agrees = np.ones(len(labels), bool)
    for number in range(len(layers) - 1, -1, -1):
        representation = np.asarray(layers[number], np.float32).reshape(len(labels), -1)
        nearest, _ = nearest_neighbours(representation, n_neighbors)
        votes = np.zeros((len(labels), n_classes), np.int64)
        np.add.at(votes, (np.arange(len(labels))[:, None], labels[nearest]), 1)
        agrees &= votes.argmax(axis=1) == answers
        depth[agrees] = number
    return depth


def _check_labels(labels: NDArray[np.int64], n_examples: int, n_classes: int) -> None:
    if labels.shape != (n_examples,):
        raise InputError("y", f"hold one class code for each of {n_examples} examples", labels.shape)
    if len(labels) and not 0 <= labels.min() <= labels.max() < n_classes:
        raise InputError("y", f"hold class codes from 0 to {n_classes - 1}", sorted(set(labels.tolist())))
