"""Which limits a study tries: from levels that a user names to learners, with settings that suit the data.

DP-SGD's settings may hang on what is public alone: the number of examples and the range of features. Small data is
sampled at a rate of a quarter for 40 expected passes, large data at a tenth for 60; a table's columns have a range
each, a picture's pixels one for all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.learners.learner import Learner
from longtail.learners.settings import with_settings
from longtail.limits import (
    DPSGD,
    Intervention,
    LabelPrivate,
    LowRank,
    Narrower,
    Pruned,
    Quantized,
    Regularized,
)
from longtail.limits.dp_sgd import Control
from longtail.limits.soft_labels import takes_soft_labels
from longtail.limits.spelling import named_limit, spelled

__all__ = ["CONTROLS", "Levels", "Limit", "limit_of", "planned_limits"]

_LARGE, _USUAL_DELTA = 10_000, 1e-5
_PRIVATE_SETTINGS = ("sampling_rate", "epochs", "clipping_norm", "learning_rate", "sampler")
CONTROLS: tuple[Control, ...] = ("private", "sampling-only", "clip-only", "noise-only")
"""Private training, and what it is compared with; the second and the third split its cost into parts."""


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
        Settings of DP-SGD, in place of those that suit the data; see :class:`longtail.limits.DPSGD`.
    named : sequence of str
        Any other limit, by its kind and settings; see :func:`longtail.limits.spelling.named_limit`.
    """

    epsilons: Sequence[float] = ()
    delta: float = _USUAL_DELTA
    label_epsilons: Sequence[float] = ()
    sparsities: Sequence[float] = ()
    bits: Sequence[int] = ()
    controls: bool = False
    private_settings: Mapping[str, Any] = field(default_factory=dict)
    named: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limited learner, what people call it, and the option of ``longtail limit`` that asks for it."""

    name: str
    learner: Intervention
    option: str = ""


@checked
def planned_limits(dataset: Dataset, inner: Learner, levels: Levels) -> list[Limit]:
    """The limited learners, in the order of the kinds and then of the levels.

    Raises
    ------
    InputError
        If there is none, a level is out of its range, one is named twice, or the learner cannot be limited so.
    """
    debias = takes_soft_labels(inner)
    private = [_private(dataset, inner, epsilon, levels) for epsilon in levels.epsilons]
    kinds = CONTROLS[1:3] if levels.controls else ()
    learners: list[Intervention] = [
        *private,
        *(replace(learner, control=kind) for learner in private for kind in kinds),
        *(LabelPrivate(inner=inner, epsilon=epsilon, debias=debias) for epsilon in levels.label_epsilons),
        *(Pruned(inner=inner, sparsity=share) for share in levels.sparsities),
        *(Quantized(inner=inner, bits=bits) for bits in levels.bits),
        *_named(dataset, inner, levels),
    ]
    for learner in learners:
        if isinstance(learner, DPSGD):
            learner.check_network(dataset.X.shape[1], dataset.n_classes)
            break
    limits = [limit_of(learner) for learner in learners]
    if not limits:
        remedy = "For instance --epsilon 3 or --prune 0.9."
        raise InputError("limits", "be named, one at least", 0, remedy)
    for place, limit in enumerate(limits):
        if limit.learner in learners[:place]:
            raise InputError("limits", "be named once each", limit.name)
    return limits


def limit_of(learner: Intervention) -> Limit:
    """A limited learner, with the name that people call it by, and the option that names it to a command."""
    match learner:
        case DPSGD(control="private"):
            unusual = "" if learner.delta == _USUAL_DELTA else f", δ = {learner.delta:g}"
            name, option = f"differential privacy, ε = {learner.epsilon:g}{unusual}", f"--epsilon {learner.epsilon:g}"
        case DPSGD():
            name, option = f"{learner.control} control of ε = {learner.epsilon:g}", "--controls"
        case LabelPrivate(prior=None, stages=1):
            name, option = f"label privacy, ε = {learner.epsilon:g}", f"--label-epsilon {learner.epsilon:g}"
        case LabelPrivate():
            how = "in two stages" if learner.stages == 2 else "with a prior"
            name, option = f"label privacy {how}, ε = {learner.epsilon:g}", ""
        case Pruned(scope="global", fine_tune_epochs=0):
            name, option = f"{learner.sparsity:.4g} of weights pruned", f"--prune {learner.sparsity:g}"
        case Pruned():
            where = " layer by layer" if learner.scope == "layer" else ""
            tuned = f", {learner.fine_tune_epochs} epochs of fine-tuning" if learner.fine_tune_epochs else ""
            name, option = f"{learner.sparsity:.4g} of weights pruned{where}{tuned}", ""
        case Quantized():
            name, option = f"weights of {learner.bits} bits", f"--bits {learner.bits}"
        case LowRank():
            name, option = f"weights of rank {learner.rank}", ""
        case Narrower():
            name, option = f"{learner.share:.4g} of hidden units", ""
        case Regularized():
            name, option = _regularizers(learner), ""
        case _:
            return Limit(name=learner.name, learner=learner)
    return Limit(name=name, learner=learner, option=option or f"--limit '{spelled(learner)}'")


def _regularizers(learner: Regularized) -> str:
    """Its settings that are not the usual ones, in words."""
    parts = {
        f"weight decay {learner.weight_decay:g}": learner.weight_decay,
        "early stopping": learner.early_stopping,
        f"dropout {learner.dropout:g}": learner.dropout,
        f"label smoothing {learner.label_smoothing:g}": learner.label_smoothing,
        "augmentation": learner.augment and not learner.mirror,
        "augmentation with mirroring": learner.augment and learner.mirror,
    }
    return ", ".join(name for name, there in parts.items() if there)


def _named(dataset: Dataset, inner: Learner, levels: Levels) -> list[Intervention]:
    usual = {**_settings_for(dataset), "delta": levels.delta, **levels.private_settings}
    return [named_limit(text, dataset, inner, usual) for text in levels.named]


def _private(dataset: Dataset, inner: Learner, epsilon: float, levels: Levels) -> DPSGD:
    learner = DPSGD(inner=inner, epsilon=epsilon, delta=levels.delta, **_settings_for(dataset))
    return with_settings(learner, levels.private_settings, among=_PRIVATE_SETTINGS)


def _settings_for(dataset: Dataset) -> dict[str, Any]:
    """Of DP-SGD, from what is public."""
    large = dataset.n_train >= _LARGE
    low, high = _range_of_features(dataset)
    return {"low": low, "high": high, "sampling_rate": 0.1 if large else 0.25, "epochs": 60 if large else 40}


def _range_of_features(dataset: Dataset) -> tuple[float | tuple[float, ...], float | tuple[float, ...]]:
    """One range for all pixels of pictures, one for each column of a table."""
    if dataset.image_shape is not None:
        return float(dataset.X.min()), float(dataset.X.max())
    low, high = dataset.X.min(axis=0), dataset.X.max(axis=0)
    return tuple(np.asarray(low, float).tolist()), tuple(np.asarray(high, float).tolist())
