"""What a command measured on a run, as it told it: sentences and tables, left in the run for its report."""

from dataclasses import dataclass, field

__all__ = ["Result", "ResultTable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultTable:
    """A table in words: the first column names a row, the others are numbers with their intervals."""

    title: str
    columns: list[str]
    rows: list[list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Answer of one command.

    Parameters
    ----------
    name : str
        The command's name; a run holds one result of each.
    title : str
        What was asked, for a heading.
    command : str
        What makes it anew, with RUN and DATA in the place of names.
    n_trials : int
        Of the run, when it was made.
    said : list of str
        Sentences of the answer.
    tables : list of ResultTable
        Its numbers.
    notes : list of str
        How to read it.
    """

    name: str
    title: str
    command: str
    n_trials: int
    said: list[str] = field(default_factory=list)
    tables: list[ResultTable] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
