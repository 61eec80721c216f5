"""Errors that a user can fix, each one line: the argument, the law, the value, the remedy.

In Python an error speaks of parameters. The command line writes the option of each in its place, prints the line and
exits with status 2; a traceback is for bugs alone. Whatever text of others a message quotes, it is one line, of bounded
length and without control characters.
"""

import re
from collections.abc import Callable

from longtail.neutral_text import one_line

__all__ = [
    "AccuracyError",
    "BusyRunError",
    "DamagedRunError",
    "InputError",
    "LongtailError",
    "MachineError",
    "Said",
    "StudyMismatchError",
    "parameter",
]

_LONGEST_VALUE = 120
_LONGEST_PART = 400
_LONGEST = 1000
_MARKED = re.compile("\x0e(\\w+)\x0f")


def parameter(name: str) -> str:
    """Name a parameter within a message, so that the command line can write its option in its place.

    Examples
    --------
    >>> print(LongtailError(f"Too little memory: lower {parameter('jobs')}."))
    Too little memory: lower jobs.
    """
    return f"\x0e{name}\x0f"


class LongtailError(Exception):
    """Any error whose cause lies with the input or the environment, never with our code."""

    def __str__(self) -> str:
        return self.told(lambda name: name)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def told(self, named: Callable[[str], str]) -> str:
        """Write the message with each parameter as ``named`` calls it.

        Examples
        --------
        >>> InputError("jobs", "be at least 1", 0).told(lambda name: f"--{name}")
        '--jobs must be at least 1; got 0.'
        """
        return one_line(_MARKED.sub(lambda found: named(found[1]), super().__str__()), _LONGEST)


class InputError(LongtailError, ValueError):
    """An argument broke its law.

    Parameters
    ----------
    argument : str
        The parameter's name in Python.
    law : str
        What it must satisfy, to be read after "must".
    value : object
        What was given; its ``repr`` is shortened to one line. A string that is already prose can be passed through
        :class:`Said`.
    remedy : str
        What to do instead, a sentence, where it is known. Other parameters in it are named by :func:`parameter`.

    Examples
    --------
    >>> print(InputError("fraction", "lie strictly between 0 and 1", 1.5, "Use 0.7."))
    fraction must lie strictly between 0 and 1; got 1.5. Use 0.7.
    """

    def __init__(self, argument: str, law: str, value: object, remedy: str = "") -> None:
        argument = str(argument)
        name = parameter(argument) if argument.isidentifier() else one_line(argument, _LONGEST_VALUE)
        said = f"{name} must {_bounded(law)}; got {_one_line(value)}."
        super().__init__(f"{said} {_bounded(remedy)}" if remedy else said)
        self.argument, self.law, self.value, self.remedy = argument, law, value, remedy

    def __reduce__(self) -> tuple[type["InputError"], tuple[str, str, "Said", str]]:
        """Travel between processes: the value goes as the text that is printed."""
        return type(self), (self.argument, self.law, Said(_one_line(self.value)), self.remedy)


class Said(str):
    """A description of a value, printed as it stands instead of as a ``repr``."""


class AccuracyError(LongtailError, ArithmeticError):
    """A numerical answer that did not reach the accuracy that was asked for.

    The message names the regime and a way out.
    """


class StudyMismatchError(LongtailError):
    """A run folder holds another study than the one that was asked for."""


class BusyRunError(LongtailError):
    """Another process is writing to the run folder."""


class MachineError(LongtailError):
    """A lack of memory or of room on a disk.

    Nothing is wrong with the input, and the same command goes on where it stopped.
    """


class DamagedRunError(LongtailError):
    """A run folder is not readable: a file is missing, torn or fails its checksum."""


def _bounded(text: str) -> str:
    return text if len(text) <= _LONGEST_PART else text[: _LONGEST_PART - 1] + "…"


def _one_line(value: object) -> str:
    if isinstance(value, Said):
        return one_line(value, _LONGEST_VALUE)
    try:
        text = repr(value[: 4 * _LONGEST_VALUE] if isinstance(value, str | bytes | list | tuple) else value)
    except Exception:  # Another library's object may lack it.
        text = f"an object of {type(value).__name__}"
    return one_line(text, _LONGEST_VALUE)
