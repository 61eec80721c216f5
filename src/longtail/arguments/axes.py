"""How many axes an array has, as a mark for ``Annotated``."""

from dataclasses import dataclass
from typing import Any

from longtail.arguments.refusal import RefusalError

__all__ = ["Axes"]


@dataclass(frozen=True, slots=True)
class Axes:
    """Number of axes that an array must have, for use in ``Annotated``."""

    number: int

    def __call__(self, value: Any) -> Any:
        """Return the array if it has this number of axes and is not empty. Otherwise refuse it."""
        import numpy as np  # Imported here, so that the help of the command line needs no NumPy.

        if np.ndim(value) != self.number or np.size(value) == 0:
            raise RefusalError(f"be an array of {self.number} ax{'i' if self.number == 1 else 'e'}s, and not empty")
        return value
