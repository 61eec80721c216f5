"""Where a user's networks come from: a class derived from ``torch.nn.Module``, or a function that makes one.

A trial needs a network of its own, freshly initialized, so a factory is asked for and not a network. It is called with
what it has parameters for: ``n_features``, ``n_classes``, both, or nothing.
"""

import inspect
import sys
from collections.abc import Callable, Mapping
from typing import Any

from longtail.errors import InputError, Said

__all__ = ["called", "check_factory", "factory_name", "is_network", "is_network_factory"]


def called(factory: Callable[..., Any], n_features: int, n_classes: int) -> Any:
    """Make a new network.

    Raises
    ------
    InputError
        If the factory needs something else, or makes something else.
    """
    sizes = {"n_features": n_features, "n_classes": n_classes}
    wanted = _parameters(factory)
    network = factory(**{name: size for name, size in sizes.items() if name in wanted})
    if not is_network(network):
        raise InputError("module", "make a torch.nn.Module", Said(type(network).__name__))
    return network


def is_network(value: Any) -> bool:
    """Return whether a value is a network, without importing PyTorch to find out."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.nn.Module)


def is_network_factory(value: Any) -> bool:
    """Return whether a value is a class of networks, or says by its signature or annotation that it makes them."""
    torch = sys.modules.get("torch")
    if torch is None or not callable(value) or is_network(value):
        return False
    if inspect.isclass(value):
        return issubclass(value, torch.nn.Module)
    returned = getattr(value, "__annotations__", {}).get("return")
    declared = inspect.isclass(returned) and issubclass(returned, torch.nn.Module)
    return declared or not {"n_features", "n_classes"}.isdisjoint(_parameters(value))


def factory_name(factory: Callable[..., Any]) -> str:
    """Return module and name, the same in every process.

    Raises
    ------
    InputError
        If it has none: what a ``functools.partial`` or an object holds would be missing from the identity.
    """
    if not hasattr(factory, "__qualname__"):
        remedy = "Wrap it in a function of your own module."
        raise InputError("module", "be a class of networks or a function", Said(type(factory).__name__), remedy)
    return f"{factory.__module__}.{factory.__qualname__}"


def check_factory(factory: Any) -> None:
    """Refuse a network that is made already, and a factory that asks for something that a study does not have."""
    if is_network(factory):
        remedy = "Give its class, or a function that makes it: each trial needs a new one, with its own initialization."
        raise InputError("module", "be a factory of networks", Said(type(factory).__name__), remedy)
    if not callable(factory):
        raise InputError("module", "be a class derived from torch.nn.Module, or a function that makes one", factory)
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    needed = [
        name
        for name, parameter in _parameters(factory).items()
        if parameter.kind in kinds and parameter.default is inspect.Parameter.empty
    ]
    if unknown := [name for name in needed if name not in ("n_features", "n_classes")]:
        law = "be called with n_features, n_classes, both, or nothing"
        raise InputError("module", law, Said(f"a parameter {unknown[0]} without default"))


def _parameters(factory: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    try:
        return inspect.signature(factory).parameters
    except ValueError:  # A built-in one has no signature.
        return {}
