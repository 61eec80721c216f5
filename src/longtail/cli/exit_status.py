"""What the exit status of a command says, to scripts and to people."""

from enum import IntEnum

__all__ = ["ExitStatus"]


class ExitStatus(IntEnum):
    """The exit statuses of every command.

    Examples
    --------
    >>> ExitStatus.INTERRUPTED.value, ExitStatus.INTERRUPTED.meaning
    (130, 'interrupted with Ctrl-C')
    """

    meaning: str
    remark: str

    def __new__(cls, value: int, meaning: str, remark: str) -> "ExitStatus":
        """Make a status from its number, its meaning, and a remark on it."""
        status = int.__new__(cls, value)
        status._value_, status.meaning, status.remark = value, meaning, remark
        return status

    DONE = 0, "done", "The answer is on standard output."
    BUG = 1, "a bug in longtail", "The one case of a traceback; please report it."
    BAD_INPUT = 2, "bad input, or a machine that refused", "One line says what is wrong and how to fix it."
    INTERRUPTED = 130, "interrupted with Ctrl-C", "The same command goes on where it stopped."
    NO_READER = 141, "no one reads the output", "As in `longtail paper | head -1`; silent."
