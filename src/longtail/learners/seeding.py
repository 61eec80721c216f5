"""Seeding code that is not ours: through its own parameters, and through the generators that a process shares.

scikit-learn calls its parameter ``random_state``, CatBoost ``random_seed``, and a nested estimator has a path to it. An
estimator that has neither draws from the global generators of Python, NumPy or PyTorch, which are seeded for one trial
and put back.
"""

import inspect
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from longtail.arguments import checked
from longtail.errors import InputError

__all__ = ["constructor_parameters", "global_generators_seeded", "nested_estimators", "seed_parameters"]

_NAMES = ("random_state", "random_seed")


@checked
def seed_parameters(estimator: Any) -> list[str]:
    """Return paths of the parameters that take a seed, as ``set_params`` names them. Those of nested estimators are
    included.

    A parameter that the constructor takes counts where ``get_params`` is silent of it.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> seed_parameters(make_pipeline(LogisticRegression()))
    ['logisticregression__random_state']
    """
    if not hasattr(estimator, "get_params"):
        raise InputError("estimator", "be a scikit-learn estimator", estimator)
    found = [path for path in estimator.get_params(deep=True) if path.split("__")[-1] in _NAMES]
    for path, part in nested_estimators(estimator).items():
        prefix = f"{path}__" if path else ""
        if not any(f"{prefix}{name}" in found for name in _NAMES):
            found += [f"{prefix}{name}" for name in _NAMES if name in constructor_parameters(part)][:1]
    return found


def nested_estimators(estimator: Any) -> dict[str, Any]:
    """Return an estimator and those among its parameters, however deep, by path. Its own path is empty."""
    parameters = estimator.get_params(deep=True)
    return {"": estimator, **{path: value for path, value in parameters.items() if _is_estimator(value)}}


def constructor_parameters(estimator: Any) -> tuple[str, ...]:
    """Return the names of what the constructor takes. Empty for a compiled object, which has no signature."""
    try:
        return tuple(inspect.signature(type(estimator).__init__).parameters)
    except (TypeError, ValueError):
        return ()


@contextmanager
def global_generators_seeded(seed: int) -> Iterator[None]:
    """Seed all that is drawn inside from the generators of ``random``, ``numpy.random`` and PyTorch."""
    torch = sys.modules.get("torch")
    ours, numpys = random.getstate(), np.random.get_state()  # noqa: NPY002
    torchs = None if torch is None else torch.get_rng_state()
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002
    if torch is not None:
        torch.manual_seed(seed)
    try:
        yield
    finally:
        random.setstate(ours)
        np.random.set_state(numpys)  # noqa: NPY002
        if torch is not None and torchs is not None:
            torch.set_rng_state(torchs)


def _is_estimator(value: Any) -> bool:
    return hasattr(value, "get_params") and hasattr(value, "set_params") and not isinstance(value, type)
