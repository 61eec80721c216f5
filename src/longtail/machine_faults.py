"""Faults of the machine, told from failures of a learner: a full disk, too little memory.

Such a trial says nothing about its subset and would succeed on another day, so it must not be recorded as failed: it is
tried again, or the run stops and goes on where it stopped.
"""

import errno

from longtail.arguments import checked

__all__ = ["blames_the_machine", "machine_fault"]

_ERRORS = {
    errno.ENOSPC,
    errno.ENOMEM,
    errno.EMFILE,
    errno.ENFILE,
    errno.EIO,
    errno.EROFS,
    getattr(errno, "EDQUOT", errno.ENOSPC),
}
_WORDS = (
    "out of memory",
    "can't allocate memory",
    "cannot allocate memory",
    "not enough memory",
    "start new thread",
    "failed to map segment",
)
"""Of errors with which PyTorch, Python and the system's loader of libraries report the machine's limits."""
_RECORDED = ("MemoryError", "_ArrayMemoryError", "OutOfMemoryError", "EOFError: Ran out of input")
"""What a failed trial of an earlier version begins with where the machine was at fault; and numba's torn cache."""


@checked
def machine_fault(error: BaseException) -> str:
    """Return what the machine lacked, in words. Empty where the learner itself failed.

    Parameters
    ----------
    error : exception
        What a learner raised; what it was raised from counts, too.

    Examples
    --------
    >>> machine_fault(MemoryError("Unable to allocate 3 GiB"))
    "the machine's memory was not enough (MemoryError: Unable to allocate 3 GiB)"
    >>> machine_fault(ValueError("The number of classes has to be greater than one"))
    ''
    """
    seen: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in seen:
        seen.append(current)
        if _lacks_memory(current):
            return f"the machine's memory was not enough ({_shown(current)})"
        if isinstance(current, OSError) and current.errno in _ERRORS:
            place = f": {current.filename}" if current.filename else ""
            return f"the machine refused ({current.strerror}{place})"
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return ""


@checked
def blames_the_machine(failure: str) -> bool:
    """Return whether a failed trial that an earlier version recorded was the machine's fault, by its reason.

    Examples
    --------
    >>> blames_the_machine("OSError: [Errno 28] No space left on device"), blames_the_machine("ValueError: no")
    (True, False)
    """
    return failure.startswith(_RECORDED) or any(f"[Errno {number}]" in failure for number in _ERRORS)


def _lacks_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    return isinstance(error, RuntimeError | ImportError | OSError) and any(
        words in str(error).lower() for words in _WORDS
    )


def _shown(error: BaseException) -> str:
    words = " ".join(str(error).split())
    return f"{type(error).__name__}: {words}" if words else type(error).__name__
