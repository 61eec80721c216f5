"""A computed number beside a simulated one."""

import math
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from longtail.errors import InputError
from longtail.theory.statement import Statement

__all__ = ["Comparison", "compared", "simulated_beside"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One size.

    Parameters
    ----------
    size : str
        The size, and what is compared, in a few words.
    computed, simulated : float
        The two numbers, in the same unit.
    standard_error : float
        Of the simulated one, from the scatter of its draws.
    n_draws : int
        How many.
    """

    size: str
    computed: float
    simulated: float
    standard_error: float
    n_draws: int

    @property
    def distance(self) -> float:
        """The difference, in standard errors of the simulation."""
        difference = self.simulated - self.computed
        return difference / self.standard_error if self.standard_error else math.copysign(math.inf, difference)

    def to_json(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        return asdict(self) | {"distance": self.distance}


def compared(size: str, computed: float, draws: ArrayLike) -> Comparison:
    """Set the mean of independent draws beside a computed number."""
    values = np.asarray(draws, float)
    return Comparison(
        size=size,
        computed=computed,
        simulated=float(values.mean()),
        standard_error=float(values.std(ddof=1)) / math.sqrt(len(values)),
        n_draws=len(values),
    )


def simulated_beside(statement: Statement, seed: int = 0) -> list[Comparison]:
    """Run the simulation that a statement names, a pure function of the seed, or none where it names none.

    Raises
    ------
    InputError
        If the seed is negative.
    """
    if seed < 0:
        raise InputError("seed", "be at least 0", seed)
    if not statement.simulation:
        return []
    module, _, name = statement.simulation.partition(".")
    found: list[Comparison] = getattr(import_module(f"longtail.experiments.after_2020.{module}"), name)(seed)
    return found
