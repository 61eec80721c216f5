"""Which limits a study tries: from levels that a user names to learners, with settings that suit the data.

DP-SGD's settings may hang on what is public alone: the number of examples and the range of features. Small data is
sampled at a rate of a quarter for 40 expected passes, large data at a tenth for 60; a table's columns have a range
each, a picture's pixels one for all.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.interventions import DPSGD, Intervention, LabelPrivate, Pruned, Quantized
from longtail.interventions.dp_sgd import Control
from longtail.interventions.soft_labels import takes_soft_labels
from longtail.trials import Learner
from longtail.trials.learner_settings import with_settings

__all__ = ["Levels", "Limit", "planned_limits"]

_LARGE = 10_000
_PRIVATE_SETTINGS = ("sampling_rate", "epochs", "clipping_norm", "learning_rate")
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
    private_settings : mapping
        Settings of DP-SGD, in place of those that suit the data; see :class:`longtail.interventions.DPSGD`.
    """

    epsilons: Sequence[float] = ()
    delta: float = 1e-5
    label_epsilons: Sequence[float] = ()
    sparsities: Sequence[float] = ()
    bits: Sequence[int] = ()
    controls: bool = False
    private_settings: Mapping[str, Any] = field(default_factory=dict)


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
    limits = [
        *_private(dataset, inner, levels),
        *_label_private(inner, levels.label_epsilons),
        *(
            Limit(name=f"{share:.4g} of weights pruned", learner=Pruned(inner=inner, sparsity=share))
            for share in levels.sparsities
        ),
        *(Limit(name=f"weights of {bits} bits", learner=Quantized(inner=inner, bits=bits)) for bits in levels.bits),
    ]
    if not limits:
        remedy = "For instance --epsilon 3 or --prune 0.9."
        raise InputError("limits", "be named, one at least", 0, remedy)
    for name, times in Counter(limit.name for limit in limits).items():
        if times > 1:
            raise InputError("limits", "be named once each", name)
    return limits


def _private(dataset: Dataset, inner: Learner, levels: Levels) -> list[Limit]:
    """DP-SGD at each level, then its controls, which keep the learning rate that the promise sets."""
    private = [_private_learner(dataset, inner, epsilon, levels) for epsilon in levels.epsilons]
    for each in private[:1]:
        each.check_network(dataset.X.shape[1], dataset.n_classes)
    kinds = _CONTROLS if levels.controls else ()
    return [
        *(Limit(name=f"differential privacy, ε = {each.epsilon:g}", learner=each) for each in private),
        *(
            Limit(name=f"{kind} control of ε = {each.epsilon:g}", learner=replace(each, control=kind))
            for each in private
            for kind in kinds
        ),
    ]


def _private_learner(dataset: Dataset, inner: Learner, epsilon: float, levels: Levels) -> DPSGD:
    large = dataset.n_train >= _LARGE
    low, high = _range_of_features(dataset)
    learner = DPSGD(
        inner=inner,
        epsilon=epsilon,
        delta=levels.delta,
        low=low,
        high=high,
        sampling_rate=0.1 if large else 0.25,
        epochs=60 if large else 40,
    )
    return with_settings(learner, levels.private_settings, among=_PRIVATE_SETTINGS)


def _range_of_features(dataset: Dataset) -> tuple[float | tuple[float, ...], float | tuple[float, ...]]:
    """One range for all pixels of pictures, one for each column of a table."""
    if dataset.image_shape is not None:
        return float(dataset.X.min()), float(dataset.X.max())
    low, high = dataset.X.min(axis=0), dataset.X.max(axis=0)
    return tuple(np.asarray(low, float).tolist()), tuple(np.asarray(high, float).tolist())


def _label_private(inner: Learner, epsilons: Sequence[float]) -> list[Limit]:
    debias = takes_soft_labels(inner)
    return [
        Limit(name=f"label privacy, ε = {epsilon:g}", learner=LabelPrivate(inner=inner, epsilon=epsilon, debias=debias))
        for epsilon in epsilons
    ]
