"""The summary of a study as plain data: questions that a reader brings, answered, and what to do next."""

from dataclasses import dataclass, field

from longtail.findings.example_name import training_name

__all__ = ["Answer", "NextStep"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer in plain words.

    Every number in it stands, with its interval, in the section that it links to.

    Parameters
    ----------
    topic : str
        The question in short, for instance "How long the tail is".
    text : str
        A few sentences.
    section : str
        The part of the report that the numbers are in; empty for none.
    """

    topic: str
    text: str
    section: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """Something that the reader can do now.

    Parameters
    ----------
    text : str
        What, and why.
    command : str
        Which command does it, with DATA and RUN in the place of names; empty where none is needed.
    examples : list of int
        Training examples that it is about, the first ones to look at.
    rows : list of int
        Where they are in the data as given; empty where that is not known.
    """

    text: str
    command: str = ""
    examples: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)

    def names(self) -> list[str]:
        """Return what those examples are called."""
        rows = self.rows if len(self.rows) == len(self.examples) else [None] * len(self.examples)
        return [training_name(train, row) for train, row in zip(self.examples, rows, strict=True)]
