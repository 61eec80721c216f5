"""Types of arrays, each named once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bits", "Bytes", "Complex", "Floats", "Numbers", "Reals", "Singles", "Texts", "Whole", "Whole32", "Words"]

Bits = NDArray[np.bool_]
"""True or false."""
Whole = NDArray[np.int64]
"""Whole numbers: counts, positions, codes of classes."""
Reals = NDArray[np.float64]
"""Real numbers in double precision."""
Singles = NDArray[np.float32]
"""Real numbers in single precision."""
Floats = NDArray[np.floating[Any]]
"""Real numbers in any precision."""
Texts = np.ndarray[Any, np.dtypes.StringDType]
"""Texts of any length, in a third of the memory of Python's own."""
Complex = NDArray[np.complexfloating[Any, Any]]
"""Complex numbers in any precision."""
Numbers = NDArray[np.number[Any]]
"""Numbers of any kind."""
Bytes = NDArray[np.uint8]
"""Numbers of eight bits: pixels, packed bits."""
Whole32 = NDArray[np.uint32]
"""Whole numbers of 32 bits, from 0: positions in a text."""
Words = NDArray[np.uint64]
"""Numbers of 64 bits, each read as its bits."""
