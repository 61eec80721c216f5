"""How many axes an array has, as a mark for ``Annotated``."""

from dataclasses import dataclass
from typing import Any

from longtail.arguments.refusal import RefusalError

__all__ = ["Axes"]


@dataclass(frozen=True, slots=True)
class Axes:
    """How many axes an array has; for ``Annotated``."""

    number: int

    def __call__(self, value: Any) -> Any:
        """The array, if it has so many axes and is not empty; otherwise the refusal."""
        import numpy as np  # here, so that the command line's help does without

        if np.ndim(value) != self.number or np.size(value) == 0:
            raise RefusalError(f"be an array of {self.number} ax{'i' if self.number == 1 else 'e'}s, and not empty")
        return value
