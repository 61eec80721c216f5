"""A limit by the name of its kind and its settings, as a command line says it: ``pruned:sparsity=0.9,scope=layer``.

Every intervention can be asked for so, with every setting that it has. What it limits is the learner of the study. Of
DP-SGD what is not said suits the data, and ``augment=True`` takes the pictures' own shape.
"""

import difflib
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from typing import Any

from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.errors import InputError, Said
from longtail.learners.learner import Learner
from longtail.learners.settings import parsed_settings
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

__all__ = ["KINDS", "named_limit", "spelled"]

_OPTION = "--limit"
_Kind = type[DPSGD | LabelPrivate | Pruned | Quantized | LowRank | Narrower | Regularized]
KINDS: dict[str, _Kind] = {
    kind.name: kind for kind in (DPSGD, LabelPrivate, Pruned, Quantized, LowRank, Narrower, Regularized)
}
"""All interventions by name, in the order in which they are shown."""


def named_limit(text: str, dataset: Dataset, inner: Learner, private_settings: Mapping[str, Any]) -> Intervention:
    """The limited learner.

    Parameters
    ----------
    text : str
        ``kind:name=value,name=value``.
    dataset : Dataset
        That is studied.
    inner : Learner
        What is limited.
    private_settings : mapping
        Of DP-SGD, where the text does not say otherwise.

    Raises
    ------
    InputError
        If there is no such kind or setting, one that is needed is missing, or a value is out of its range.
    """
    name, _, settings_text = text.partition(":")
    if name not in KINDS:
        near = difflib.get_close_matches(name, KINDS, n=1)
        remedy = f"Did you mean {near[0]!r}?" if near else "For instance low-rank:rank=4."
        raise InputError(_OPTION, f"name one of {', '.join(KINDS)}", name, remedy)
    kind, settings = KINDS[name], parsed_settings(_OPTION, settings_text)
    if kind is Regularized and settings.get("augment") is True:
        settings["augment"] = _shape_of_pictures(dataset)
    _require_settings(name, settings)
    return kind(inner=inner, **({**private_settings, **settings} if kind is DPSGD else settings))


@checked
def spelled(learner: Intervention) -> str:
    """What asks for it: the settings that are not the usual ones.

    Examples
    --------
    >>> from longtail.trials import CompiledMLP
    >>> spelled(Pruned(inner=CompiledMLP(), sparsity=0.9, scope="layer"))
    'pruned:sparsity=0.9,scope=layer'
    """
    said = [
        f"{each.name}={getattr(learner, each.name)}".replace(" ", "")
        for each in _settings_of(KINDS[learner.name])
        if getattr(learner, each.name) != each.default
    ]
    return f"{learner.name}:{','.join(said)}"


def _settings_of(kind: _Kind) -> list[Field[Any]]:
    return [each for each in fields(kind) if each.name != "inner"]


def _shape_of_pictures(dataset: Dataset) -> tuple[int, int, int]:
    if dataset.image_shape is None:
        raise InputError("augment", "be of pictures", Said("columns of a table"), "Leave it out.")
    return dataset.image_shape


def _require_settings(name: str, settings: Mapping[str, Any]) -> None:
    known = {each.name: each for each in _settings_of(KINDS[name])}
    for setting, value in settings.items():
        if setting not in known:
            near = difflib.get_close_matches(setting, known, n=1)
            remedy = f"Did you mean {near[0]!r}?" if near else f"It has {', '.join(known)}."
            raise InputError(_OPTION, f"have settings of {name}", setting, remedy)
        _require_kind(setting, known[setting].type, value)
    missing = [each.name for each in known.values() if each.default is MISSING and each.name not in settings]
    if missing:
        raise InputError(_OPTION, f"say {missing[0]}", name, f"For instance {name}:{missing[0]}={_LIKELY[missing[0]]}.")


_LIKELY = {"epsilon": 3, "sparsity": 0.9, "bits": 4, "rank": 4, "share": 0.5}


def _require_kind(setting: str, wanted: object, value: object) -> None:
    """Refuse what the learner would only stumble over in the middle of a training run."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if wanted is bool and not isinstance(value, bool):
        raise InputError(setting, "be True or False", value)
    if wanted is int and not whole:
        raise InputError(setting, "be a whole number", value)
    if wanted in (float, float | None) and not (whole or isinstance(value, float)):
        raise InputError(setting, "be a number", value)
    if setting == "augment" and not (isinstance(value, tuple) and len(value) == 3):
        raise InputError(setting, "be True, or (height, width, channels)", value)
