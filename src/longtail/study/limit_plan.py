"""Which limits a study tries: from levels that a user names to learners, with settings that suit the data.

DP-SGD's settings may hang on what is public alone: the number of examples and the range of features. Small data is
sampled at a rate of a quarter for 40 expected passes, large data at a tenth for 60; a table's columns have a range
each, a picture's pixels one for all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.interventions import DPSGD, Intervention, LabelPrivate, Pruned, Quantized
from longtail.interventions.dp_sgd import Control
from longtail.interventions.soft_labels import takes_soft_labels
from longtail.trials import Learner

__all__ = ["Levels", "Limit", "planned_limits"]

_LARGE = 10_000
_CONTROLS: tuple[Control, ...] = ("sampling-only", "clip-only")


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """How strong each kind of limit is to be; none where a list is empty.

    Parameters
    ----------
    epsilons : sequence of float
        Of differential privacy.
    delta : float
        Of the same.
    label_epsilons : sequence of float
        Of label privacy.
    sparsities : sequence of float
        Shares of weights that are pruned.
    bits : sequence of int
        To which weights are rounded.
    controls : bool
        Whether private training is also run without noise, and without noise and clipping.
    """

    epsilons: Sequence[float] = ()
    delta: float = 1e-5
    label_epsilons: Sequence[float] = ()
    sparsities: Sequence[float] = ()
    bits: Sequence[int] = ()
    controls: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limited learner, and what people call it."""

    name: str
    learner: Intervention


def planned_limits(dataset: Dataset, inner: Learner, levels: Levels) -> list[Limit]:
    """The limited learners, in the order of the kinds and then of the levels.

    Raises
    ------
    InputError
        If there is none, a level is out of its range, one is named twice, or the learner cannot be limited so.
    """
    limits = [_private(dataset, inner, epsilon, levels.delta) for epsilon in levels.epsilons]
    if levels.controls:
        limits += [_control(private, kind) for private in limits for kind in _CONTROLS]
    debias = takes_soft_labels(inner)
    limits += [
        Limit(name=f"label privacy, ε = {epsilon:g}", learner=LabelPrivate(inner=inner, epsilon=epsilon, debias=debias))
        for epsilon in levels.label_epsilons
    ]
    limits += [
        Limit(name=f"{share:.4g} of weights pruned", learner=Pruned(inner=inner, sparsity=share))
        for share in levels.sparsities
    ]
    limits += [Limit(name=f"weights of {bits} bits", learner=Quantized(inner=inner, bits=bits)) for bits in levels.bits]
    if not limits:
        remedy = "For instance --epsilon 3 or --prune 0.9."
        raise InputError("limits", "be named, one at least", 0, remedy)
    names = [limit.name for limit in limits]
    for name in names:
        if names.count(name) > 1:
            raise InputError("limits", "be named once each", name)
    return limits


def _control(private: Limit, kind: Control) -> Limit:
    """The same training without noise, or without noise and clipping, at the learning rate that its promise sets."""
    assert isinstance(private.learner, DPSGD)
    return Limit(
        name=f"{kind} control of ε = {private.learner.epsilon:g}", learner=replace(private.learner, control=kind)
    )


def _private(dataset: Dataset, inner: Learner, epsilon: float, delta: float) -> Limit:
    large = dataset.n_train >= _LARGE
    if dataset.image_shape is not None:
        low: float | tuple[float, ...] = float(dataset.X.min())
        high: float | tuple[float, ...] = float(dataset.X.max())
    else:
        low, high = (tuple(np.asarray(end, float).tolist()) for end in (dataset.X.min(axis=0), dataset.X.max(axis=0)))
    learner = DPSGD(
        inner=inner,
        epsilon=epsilon,
        delta=delta,
        low=low,
        high=high,
        sampling_rate=0.1 if large else 0.25,
        epochs=60 if large else 40,
    )
    return Limit(name=f"differential privacy, ε = {epsilon:g}", learner=learner)
