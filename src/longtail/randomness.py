"""Seeds as addresses: every random thing is a pure function of a seed and a path, whoever computes it and when.

A path names the thing that is drawn, for instance ``("trial", 17)``. Streams at different paths are independent
(NumPy's ``SeedSequence``, whose spawn keys make disjoint streams), so the order of computation cannot matter.
"""

from zlib import crc32

import numpy as np

from longtail.errors import InputError

__all__ = ["generator", "integer_seed"]


def generator(seed: int, *path: int | str) -> np.random.Generator:
    """Return the random stream at an address.

    Parameters
    ----------
    seed : int
        Non-negative.
    *path : int or str
        Non-negative whole numbers or names.

    Returns
    -------
    numpy.random.Generator
        The same for the same address, on every machine.

    Raises
    ------
    InputError
        If ``seed`` is negative or not whole.

    Examples
    --------
    >>> bool(generator(0, "trial", 17).random() == generator(0, "trial", 17).random())
    True
    >>> bool(generator(0, "trial", 17).random() == generator(0, "trial", 18).random())
    False
    """
    return np.random.Generator(np.random.PCG64(_sequence(seed, path)))


def integer_seed(seed: int, *path: int | str) -> int:
    """Return a seed in [0, 2**32) at an address, for libraries that take one integer."""
    return int(_sequence(seed, path).generate_state(1, np.uint32)[0])


def _sequence(seed: int, path: tuple[int | str, ...]) -> np.random.SeedSequence:
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise InputError("seed", "be a whole number of at least 0", seed)
    key = tuple(crc32(part.encode()) if isinstance(part, str) else int(part) for part in path)
    return np.random.SeedSequence(entropy=int(seed), spawn_key=key)
