"""A limit by its name and settings, as a command line spells it: ``weight-pruned:sparsity=0.9,scope=layer``.

The grammar::

    limit     =  name [":" settings]  |  module ":" object [":" settings]
    settings  =  setting "=" value {"," setting "=" value}

A name is that of one of :data:`longtail.limits.LIMITS`, which goes before a module of that name; its settings are the
fields of its class. ``module:object`` is a limit of the user's own (``own_limit.py``). Settings that are not named suit
the data (:meth:`longtail.limits.limit.Limit.suited`), and else are the usual ones.
"""

import difflib

import longtail.limits as package
from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.learners.learner import Learner
from longtail.learners.settings import parsed_settings
from longtail.limits.limit import Limit
from longtail.limits.own_limit import own_limit
from longtail.limits.settings import made, settings_of, written

__all__ = ["audited_limits", "examples", "limits_by_name", "named_limit", "option_of", "spelled"]


def limits_by_name() -> dict[str, type[Limit]]:
    """Return all limits of this package by name, in the order in which they are shown."""
    return {limit.name: limit for limit in package.LIMITS}


def examples() -> list[str]:
    """Return one spelled level of each limit."""
    return [f"{limit.name}:{limit.levels[0]}" for limit in package.LIMITS]


def audited_limits() -> list[str]:
    """Return the menu of an audit, spelled: the first level of each limit, then the second of each, and so on."""
    rounds = max((len(limit.audited) for limit in package.LIMITS), default=0)
    return [
        f"{limit.name}:{limit.audited[place]}"
        for place in range(rounds)
        for limit in package.LIMITS
        if place < len(limit.audited)
    ]


@checked
def named_limit(text: str, dataset: Dataset, inner: Learner) -> Limit:
    """Make the limit that a text spells.

    Parameters
    ----------
    text : str
        ``name:setting=value,setting=value``, or ``module:object`` with or without settings.
    dataset : Dataset
        The data that is studied, which unnamed settings are made to suit.
    inner : Learner
        The learner that is limited.

    Raises
    ------
    InputError
        If there is no such limit or setting, one that is needed is missing, a value is out of its range, or the data
        or the learner cannot be limited so.
    """
    name, colon, rest = text.partition(":")
    if name in limits_by_name():
        kind = limits_by_name()[name]
        limit = made(kind, parsed_settings("limit", rest, kind.levels[0]), dataset, inner)
    else:
        found, _, settings = rest.partition(":")
        if not (colon and name and found.replace(".", "_").isidentifier()):
            raise _unknown(name)
        limit = own_limit(f"{name}:{found}", parsed_settings("limit", settings), dataset, inner)
    limit.refuse(dataset)
    return limit


@checked
def spelled(limit: Limit, dataset: Dataset | None = None) -> str:
    """Return the text that asks for a limit.

    It has the settings that are neither the usual ones nor those that suit the data.

    Parameters
    ----------
    limit : Limit
        One of ours, or one of the user's own whose class stands in a module.
    dataset : Dataset, optional
        The data that is studied; without it, the settings that suit the data are spelled out, too.

    Examples
    --------
    >>> from longtail.learners import CompiledMLP
    >>> from longtail.limits import WeightPruned
    >>> spelled(WeightPruned(inner=CompiledMLP(), sparsity=0.9, scope="layer"))
    'weight-pruned:sparsity=0.9,scope=layer'
    """
    kind = type(limit)
    name = kind.name if limits_by_name().get(kind.name) is kind else f"{kind.__module__}:{kind.__qualname__}"
    suited = {} if dataset is None else kind.suited({}, dataset, limit.inner)
    said = [
        f"{each.name}={written(getattr(limit, each.name))}"
        for each in settings_of(kind)
        if each.compare and getattr(limit, each.name) != suited.get(each.name, each.default)
    ]
    return f"{name}:{','.join(said)}" if said else name


def option_of(limit: Limit, dataset: Dataset) -> str:
    """Return the option of ``longtail limit`` that asks for a limit on these data."""
    text = spelled(limit, dataset)
    return f"--limit {text}" if all(each.isalnum() or each in "-_.,:=+" for each in text) else f"--limit '{text}'"


def _unknown(name: str) -> InputError:
    names = list(limits_by_name())
    near = [each for each in names if name and each.endswith(f"-{name}")]
    near = near or difflib.get_close_matches(name, names, n=1, cutoff=0.75)
    remedy = f"Did you mean {near[0]!r}?" if near else f"For instance {examples()[-1]}."
    return InputError("limit", f"name one of {', '.join(names)}, or module:object", name, remedy)
