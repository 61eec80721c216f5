"""PyTorch for one trial: one thread, deterministic, seeded, and afterwards as it was.

Its random state, its number of threads and its switches belong to the process, so a process holds one session at a
time; another thread waits.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

import torch

from longtail.errors import InputError, Said

__all__ = ["checked_device", "seeded", "torch_session"]

_PROCESS_STATE = RLock()


@contextmanager
def torch_session() -> Iterator[None]:
    """Run with one thread, in single precision throughout, with the convolutions that repeat their bits."""
    with _PROCESS_STATE:
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            with torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True, allow_tf32=False):
                yield
        finally:
            torch.set_num_threads(threads)


@contextmanager
def seeded(seed: int, device: torch.device) -> Iterator[None]:
    """Draw all random numbers of PyTorch inside from ``seed``. Outside, its random state does not change."""
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield


def checked_device(name: str) -> torch.device:
    """Return the device of that name.

    Raises
    ------
    InputError
        If PyTorch knows or has no such device.
    """
    try:
        device = torch.device(name)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        what = Said(f"{name!r} ({str(error).splitlines()[0]})")
        raise InputError("device", "be one that PyTorch can use here", what, 'Use "cpu".') from error
    return device
