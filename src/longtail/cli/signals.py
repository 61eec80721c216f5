"""Signals that end a command: taken as Ctrl-C is, so that workers are ended and nothing is left half done.

A process that is told to stop with SIGTERM, or whose terminal is closed (SIGHUP), first ends its workers and gives its
shared memory back; then it dies of that same signal, as whoever sent it expects. A second one ends it at once. Where a
signal is ignored, as under ``nohup``, it stays ignored.
"""

import os
import signal
import threading
from types import FrameType

__all__ = ["Stopped", "die_of", "stop_cleanly", "work_is_done"]

_NAMES = ("SIGTERM", "SIGHUP")
"""Windows has no SIGHUP."""


class Stopped(BaseException):
    """A signal other than Ctrl-C that ended the command.

    It is no ``Exception``, so that nothing but the end of a block answers it.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    @property
    def name(self) -> str:
        """The signal's name."""
        return signal.Signals(self.number).name


def stop_cleanly() -> None:
    """Make the signals raise :class:`Stopped`, once, from here on."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (getattr(signal, name, None) for name in _NAMES):
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _stop)


def die_of(stop: Stopped) -> None:
    """End this process as the signal would have."""
    signal.signal(stop.number, signal.SIG_DFL)
    os.kill(os.getpid(), stop.number)


def work_is_done() -> None:
    """Ignore Ctrl-C from here on.

    Only the interpreter's own end follows, which Ctrl-C would only fill with a traceback.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _stop(number: int, _frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_DFL)
    raise Stopped(number)
