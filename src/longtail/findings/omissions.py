"""What a study left out, why, and which command adds it."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["Omission"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Omission:
    """One thing that was not measured.

    Parameters
    ----------
    what : str
        For people; of a limit, its name.
    cause : {"time", "memory", "extra", "data", "choice"}
        There was no time or no memory for it, an optional package is missing, the data or the learner cannot, or the
        user said so.
    reason : str
        A sentence.
    command : str
        What adds it, with DATA and RUN in the place of names; empty where no command can.
    """

    what: str
    cause: Literal["time", "memory", "extra", "data", "choice"]
    reason: str
    command: str = ""
