"""Errors that a user can mend, each one line: the argument, the law, the value, the remedy.

The command line prints the line and exits with status 2; a traceback is for bugs alone.
"""

__all__ = [
    "AccuracyError",
    "BusyRunError",
    "DamagedRunError",
    "InputError",
    "LongtailError",
    "MachineError",
    "Said",
    "StudyMismatchError",
]

_LONGEST_VALUE = 120


class LongtailError(Exception):
    """Any error whose cause lies with the input or the environment, never with our code."""


class InputError(LongtailError, ValueError):
    """An argument broke its law.

    Parameters
    ----------
    argument : str
        The name that the user knows it by.
    law : str
        What it must satisfy, to be read after "must".
    value : object
        What was given; its ``repr`` is shortened to one line. A string that is already prose can be passed through
        :class:`Said`.
    remedy : str
        What to do instead, a sentence, where it is known.

    Examples
    --------
    >>> print(InputError("fraction", "lie strictly between 0 and 1", 1.5, "Use 0.7."))
    fraction must lie strictly between 0 and 1; got 1.5. Use 0.7.
    """

    def __init__(self, argument: str, law: str, value: object, remedy: str = "") -> None:
        super().__init__(f"{argument} must {law}; got {_one_line(value)}." + (f" {remedy}" if remedy else ""))
        self.argument, self.law, self.value, self.remedy = argument, law, value, remedy

    def __reduce__(self) -> tuple[type["InputError"], tuple[str, str, "Said", str]]:
        """Travel between processes: the value goes as the text that is printed."""
        return type(self), (self.argument, self.law, Said(_one_line(self.value)), self.remedy)


class Said(str):
    """A description of a value, printed as it stands instead of as a ``repr``."""


class AccuracyError(LongtailError, ArithmeticError):
    """A numerical answer did not reach the accuracy that was asked for; the message names the regime and a way out."""


class StudyMismatchError(LongtailError):
    """A run folder holds another study than the one that was asked for."""


class BusyRunError(LongtailError):
    """Another process is writing to the run folder."""


class MachineError(LongtailError):
    """The machine lacked memory or room on a disk; nothing is wrong with the input, and the same command goes on."""


class DamagedRunError(LongtailError):
    """A run folder is not readable: a file is missing, torn or fails its checksum."""


def _one_line(value: object) -> str:
    text = str(value) if isinstance(value, Said) else repr(value)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
