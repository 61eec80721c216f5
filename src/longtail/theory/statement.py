"""A row of the theorem table."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["Statement", "Status"]

Status = Literal["definition", "exact", "bound", "sharp bound", "holds under a condition", "asymptotic"]


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
        What it needs, or what fails in the form that is quoted; empty when there is nothing to say.
    function : str
        What computes it, below ``longtail``.
    test : str
        What checks it, below ``tests``.
    page : str
        Its derivation, below ``docs/derivations``; empty where the docstring says all.
    """

    label: str
    says: str
    status: Status
    condition: str = ""
    function: str
    test: str
    page: str = ""
