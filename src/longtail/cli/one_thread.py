"""One thread for matrix products, in a command whose products are small.

A second thread waits for the next product, and waiting takes as much of a processor as work.
"""

import os

__all__ = ["one_thread"]


def one_thread() -> None:
    """Let products of this process use one thread, unless the user says otherwise. NumPy reads it when imported."""
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
