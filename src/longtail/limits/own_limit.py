"""A limit of the user's own, by ``module:object``: a class, an instance, or a function that makes one.

A class gets the learner as ``inner`` and the settings by name, a function the learner first and the settings by name.
An instance limits a learner already, which must be that of the study. The source of its module stands in the identity
of the trials (:mod:`longtail.learners.own_code`), and from the identity the limit is made again (``read_back.py``); so
its class must stand in a module by its name, and take the settings that it describes.
"""

import inspect
import json
import math
from collections.abc import Mapping
from typing import Any

from longtail.dataset import Dataset
from longtail.errors import InputError, LongtailError, Said
from longtail.learners.learner import Learner
from longtail.learners.names import imported
from longtail.limits.limit import Limit, identity_of
from longtail.limits.settings import made

__all__ = ["own_limit"]

_WORDS = ("name", "version", "title", "kind")


def own_limit(name: str, settings: Mapping[str, Any], dataset: Dataset, inner: Learner) -> Limit:
    """Make the limit that ``module:object`` stands for.

    Parameters
    ----------
    name : str
        ``module:object``; modules are looked for in the current folder, too.
    settings : mapping
        Settings that the user names.
    dataset, inner
        See :func:`longtail.limits.spelling.named_limit`.

    Raises
    ------
    InputError
        If there is no such object, it makes no limit of this learner, or the limit does not say what it must.
    """
    found = imported("limit", *name.split(":"))
    limit = _called(name, found, settings, dataset, inner)
    if not isinstance(limit, Limit):
        remedy = "Make it a subclass of longtail.limits.Limit."
        raise InputError("limit", "be a limit, or make one", Said(f"{type(limit).__name__} from {name}"), remedy)
    _require_said(name, limit)
    if identity_of(limit.inner) != identity_of(inner):
        law = f"limit the learner of the study, {inner.name}"
        raise InputError("limit", law, Said(f"{name} of another one, {limit.inner.name}"), "Name its class instead.")
    return limit


def _called(name: str, found: Any, settings: Mapping[str, Any], dataset: Dataset, inner: Learner) -> Any:
    if not callable(found) or isinstance(found, Limit):
        if settings:
            raise InputError("limit", "be a class or a function, to take settings", Said(f"an object, {name}"))
        return found
    try:
        if inspect.isclass(found) and issubclass(found, Limit):
            return made(found, settings, dataset, inner)
        return found(inner, **settings)
    except LongtailError:
        raise
    except Exception as error:  # A user's code may raise any error.
        raise InputError("limit", f"be made by {name}", Said(f"{type(error).__name__}: {error}")) from error


def _require_said(name: str, limit: Limit) -> None:
    """Refuse a limit that does not say of itself what tables, order and identity are made of."""
    try:
        words = {each: getattr(limit, each) for each in _WORDS}
        strength = limit.strength
        json.dumps(limit.describe())
    except LongtailError:
        raise
    except Exception as error:
        what = Said(f"{type(error).__name__}: {error}")
        raise InputError("limit", "say its name, version, title, kind, strength and settings", what) from error
    for each, said in words.items():
        if not isinstance(said, str) or not (said or each == "kind"):
            raise InputError(f"{each} of {name}", "be a text", said)
    if isinstance(strength, bool) or not isinstance(strength, int | float) or math.isnan(strength):
        raise InputError(f"strength of {name}", "be a number that rises from weak to strong", strength)
