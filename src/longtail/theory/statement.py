"""A row of the theorem table."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["Statement", "Status"]

Status = Literal["definition", "exact", "bound", "sharp bound", "holds under a condition", "asymptotic", "stated there"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One row of the theorem table.

    Parameters
    ----------
    label : str
        Where it stands in the paper, or "new".
    says : str
        The statement, in a line.
    status : str
        How far it holds.
    condition : str
        What it needs, what fails in the form that is quoted, or why it is not computed; empty when there is nothing
        to say.
    function : str
        What computes it, below ``longtail``; empty where nothing does.
    test : str
        What checks it, below ``tests``; empty where nothing is computed.
    page : str
        Its derivation, below ``docs/derivations``; empty where the docstring says all.
    equation : str
        The statement as an equation, in plain text; empty where the docstring has it alone.
    source : str
        The key of the paper that asked the question, in ``references.bib``; empty for the paper of 2020.
    read : str
        How much of that paper was read.
    simulation : str
        What simulates it, below ``longtail.experiments.after_2020``; empty where its test does.
    """

    label: str
    says: str
    status: Status
    condition: str = ""
    function: str = ""
    test: str = ""
    page: str = ""
    equation: str = ""
    source: str = ""
    read: str = ""
    simulation: str = ""
