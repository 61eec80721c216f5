r"""Cheap stand-ins for memorization, from one training run, or from neighbors; each larger where more is memorized.

With :math:`z_t` the logits of an example after epoch t, :math:`p_t` their softmax, y its label:

* **EL2N** [PaulGanguliDziugaite2021]_: :math:`\lVert p_t - e_y \rVert` early in training, mean over runs;
* **GraNd** [PaulGanguliDziugaite2021]_: the norm of its gradient early in training, mean over runs;
* **forgetting events** [TonevaEtAl2019]_: how often it was right after one epoch and wrong after the next; infinite for
  an example that was never right;
* **area under the margin** [PleissEtAl2020]_: the mean over epochs of :math:`z_{t,y} - \max_{c \ne y} z_{t,c}`, here
  with a minus sign;
* **cumulative loss** [RavikumarEtAl2025]_: :math:`-\sum_t \log p_{t,y}`;
* **learning speed** [JiangEtAl2021]_: the cumulative binary loss, the share of epochs after which it is wrong;
* **input-loss curvature** [GargRavikumarRoy2024]_: the mean over epochs of the curvature of its loss;
* **neighbor disagreement** [SmithMartinezGiraudCarrier2014]_: the share of its k nearest with another label;
* **inconsistency**, 1 minus the C-score [JiangEtAl2021]_: how often models without it are wrong on it, mean over
  the fractions of the data that they were trained on. Many runs, not one: the price of memorization itself.

Deviations: the papers look at an example when its batch comes up, we look at all after each epoch.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_softmax, softmax

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.errors import InputError
from longtail.neighbours import nearest_neighbours
from longtail.outcomes import Outcomes

__all__ = [
    "area_under_margin",
    "cumulative_loss",
    "el2n",
    "forgetting_events",
    "grand",
    "inconsistency",
    "input_loss_curvature",
    "learning_speed",
    "neighbor_disagreement",
]


def el2n(logits: ArrayLike, y: ArrayLike) -> Reals:
    """EL2N of each example.

    Parameters
    ----------
    logits : (runs, n, classes) array
        After the same early epoch of each run.
    y : (n,) int array
        Class codes.
    """
    outputs, labels = _checked(logits, y)
    error = softmax(outputs, axis=2)
    error[:, np.arange(len(labels)), labels] -= 1
    return np.asarray(np.linalg.norm(error, axis=2).mean(axis=0))


def grand(gradient_norm: ArrayLike) -> Reals:
    """GraNd of each example, from the norms of its gradient in each run, a (runs, n) array."""
    return _mean_of_rows("gradient_norm", gradient_norm)


def input_loss_curvature(curvature: ArrayLike) -> Reals:
    """Input-loss curvature of each example, from that after each epoch, an (epochs, n) array."""
    return _mean_of_rows("curvature", curvature)


@checked
def forgetting_events(logits: ArrayLike, y: ArrayLike) -> Reals:
    """Count how often each example was forgotten, from (epochs, n, classes) logits.

    Examples
    --------
    >>> right, wrong = [1, 0], [0, 1]
    >>> forgetting_events([[right, wrong], [wrong, wrong], [right, wrong]], [0, 0]).tolist()
    [1.0, inf]
    """
    right = _margins(logits, y) > 0
    events = (right[:-1] & ~right[1:]).sum(axis=0)
    return np.where(right.any(axis=0), events, np.inf)


def area_under_margin(logits: ArrayLike, y: ArrayLike) -> Reals:
    """Minus the area under the margin of each example, of (epochs, n, classes) logits."""
    return np.asarray(-_margins(logits, y).mean(axis=0))


def cumulative_loss(logits: ArrayLike, y: ArrayLike) -> Reals:
    """The loss of each example, summed over epochs, of (epochs, n, classes) logits."""
    outputs, labels = _checked(logits, y)
    losses = -log_softmax(outputs, axis=2)[:, np.arange(len(labels)), labels]
    return np.asarray(losses.sum(axis=0))


def learning_speed(logits: ArrayLike, y: ArrayLike) -> Reals:
    """The share of epochs after which each example is wrong, of (epochs, n, classes) logits.

    Examples learnt slowly score high.
    """
    return np.asarray((_margins(logits, y) <= 0).mean(axis=0))


@checked
def neighbor_disagreement(X: ArrayLike, y: ArrayLike, n_neighbors: int = 5) -> Reals:
    """The share of each example's nearest neighbors, itself left out, that have another label.

    Examples
    --------
    >>> neighbor_disagreement([[0.0], [1.0], [2.0], [9.0]], [0, 1, 0, 0], n_neighbors=2).tolist()
    [0.5, 1.0, 0.5, 0.5]
    """
    labels = np.asarray(y)
    nearest, _ = nearest_neighbours(X, n_neighbors)
    if labels.shape != (len(nearest),):
        raise InputError("y", f"hold one label for each of {len(nearest)} examples", labels.shape)
    return np.asarray((labels[nearest] != labels[:, None]).mean(axis=1))


def inconsistency(outcomes_at: Sequence[Outcomes]) -> Reals:
    """One minus the C-score of each example, NaN where it was in every trial of a fraction.

    Parameters
    ----------
    outcomes_at : sequence of Outcomes
        Of the same examples, one table a fraction, each of which counts alike.
    """
    if not outcomes_at or len({outcomes.n_train for outcomes in outcomes_at}) != 1:
        raise InputError("outcomes_at", "hold tables of the same examples", [table.n_train for table in outcomes_at])
    wrong = []
    for outcomes in outcomes_at:
        n_out = (~outcomes.inclusion).sum(axis=0).astype(float)
        n_out[n_out == 0] = np.nan
        wrong.append((~outcomes.inclusion & ~outcomes.correct).sum(axis=0) / n_out)
    return np.asarray(np.mean(wrong, axis=0))


def _margins(logits: ArrayLike, y: ArrayLike) -> Reals:
    outputs, labels = _checked(logits, y)
    everyone = np.arange(len(labels))
    own = outputs[:, everyone, labels]
    outputs[:, everyone, labels] = -np.inf
    return np.asarray(own - outputs.max(axis=2))


def _mean_of_rows(argument: str, values: ArrayLike) -> Reals:
    table = np.asarray(values, float)
    if table.ndim != 2 or not len(table):
        raise InputError(argument, "be a table with a column an example", table.shape)
    return np.asarray(table.mean(axis=0))


def _checked(logits: ArrayLike, y: ArrayLike) -> tuple[Reals, NDArray[np.int64]]:
    """Return a copy of the logits in double precision, and the labels."""
    outputs, labels = np.array(logits, float), np.asarray(y, np.int64)
    if outputs.ndim != 3 or not len(outputs) or outputs.shape[2] < 2:
        raise InputError("logits", "have shape (epochs or runs, examples, classes)", outputs.shape)
    if labels.shape != outputs.shape[1:2]:
        raise InputError("y", f"hold one class code for each of {outputs.shape[1]} examples", labels.shape)
    if len(labels) and not 0 <= labels.min() <= labels.max() < outputs.shape[2]:
        raise InputError("y", f"hold class codes from 0 to {outputs.shape[2] - 1}", sorted(set(labels.tolist())))
    return outputs, labels
