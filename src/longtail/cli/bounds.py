"""Bounds of every number on a command line, looked at before data are loaded or anything is trained.

The library has the same bounds where a number makes work or memory; here they are one table, so that no option can be
forgotten: a number without a line of its own is finite and of at most 64 bits.
"""

from collections.abc import Callable
from typing import Any

from longtail.arguments.bounds import COUNT, JOBS, LEVEL, MODELS, REPEATS, SEED, Within
from longtail.errors import InputError

__all__ = ["BOUNDS", "within_bounds"]

BOUNDS = {
    "--classes": Within(2, 2**53),
    "--early": REPEATS,
    "--epsilon": Within(0, 700),  # Beyond it, e^epsilon is larger than the largest float.
    "--fraction": LEVEL,
    "--examples": MODELS,
    "--jobs": JOBS,
    "--level": LEVEL,
    "--limit-trials": Within(0, MODELS.most),
    "--tail-trials": Within(0, MODELS.most),
    "--memory": Within(0, 1e9),
    "--minutes": Within(0, 525_600, open=True),
    "--models": REPEATS,
    "--neighbors": MODELS,
    "--rows": Within(1, 2**53),
    "--runs": REPEATS,
    "--seed": SEED,
    "--seeds": REPEATS,
    "--strongest": COUNT,
    "--subsets": REPEATS,
    "--top": COUNT,
    "--trials": MODELS,
}
"""Option -> its bounds."""
_OR_NONE = Within(0, MODELS.most)
_OF_A_COMMAND = {
    ("proxies", "--trials"): _OR_NONE,
    ("influence", "--models"): _OR_NONE,
    ("mislabeled", "--models"): _OR_NONE,
}
"""Command and option -> bounds, where they are others than those of the option elsewhere."""
_ANY_WHOLE = Within(-(2**63), 2**63 - 1)
_ANY_NUMBER = Within(-1.8e308, 1.8e308)


def within_bounds(option: str, callback: Callable[..., Any] | None) -> Callable[..., Any]:
    """Make the callback of an option that refuses what is out of bounds, and then does what ``callback`` did.

    Parameters
    ----------
    option : str
        As it is typed.
    callback : callable, optional
        From the context, the parameter and the value to the value.
    """

    def check(context: Any, parameter: Any, value: Any) -> Any:
        for number in value if isinstance(value, list | tuple) else (value,):
            if isinstance(number, int | float) and not isinstance(number, bool):
                _require(option, number, _OF_A_COMMAND.get((context.info_name, option)))
        return value if callback is None else callback(context, parameter, value)

    return check


def _require(option: str, number: float, bounds: Within | None) -> None:
    if number != number:
        raise InputError(option, "be a number", number)
    bounds = bounds or BOUNDS.get(option, _ANY_WHOLE if isinstance(number, int) else _ANY_NUMBER)
    bounds.require(option, number)
