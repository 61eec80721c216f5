"""Quality of models where performance is a number, as plain data."""

from dataclasses import dataclass

from longtail.arguments import checked
from longtail.estimate import Estimate

__all__ = ["QualityFindings"]


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class QualityFindings:
    """Quality of models on what they were trained on, on what was left out, and on test examples.

    Parameters
    ----------
    name : str
        What it is called: "R²", or "mean log loss".
    unit : str
        Of the performance behind it.
    included, left_out : Estimate
        On training examples.
    test : Estimate or None
        On test examples; None where there are none.
    """

    name: str
    unit: str
    included: Estimate
    left_out: Estimate
    test: Estimate | None
