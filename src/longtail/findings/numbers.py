"""Findings of a study whose outcomes are numbers, as plain data: quality, memorization, limits, exposure."""

from dataclasses import dataclass, field
from typing import Any

from longtail.estimate import Estimate
from longtail.findings.membership import AttackFindings
from longtail.findings.number_references import NumberReferences
from longtail.findings.plain import to_plain
from longtail.findings.quality import QualityFindings
from longtail.findings.results import Result

__all__ = ["NumberExample", "NumberFindings", "NumberGroup", "NumberLimit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberExample:
    """One memorized training example: its number, its row in the data as given, its label, and its gain."""

    train: int
    row: int
    label: str
    memorization: Estimate
    q_value: float
    mean_in: float
    mean_out: float
    exposure: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberGroup:
    """Quality on the new examples of one group, without a limit and, where there is one, with it and what it lost."""

    name: str
    n_train: int
    n_test: int
    memorization: Estimate
    plain: Estimate
    limited: Estimate | None = None
    cost: Estimate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberLimit:
    """Cost of one limit, over all and by group, and how many of its models are missing or failed where some are."""

    name: str
    option: str
    guarantee: str
    quality: Estimate
    cost: Estimate
    memorization: Estimate
    groups: list[NumberGroup]
    about_trials: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberFindings:
    """All results of a study of numbers.

    Parameters
    ----------
    data, learner, task : str
        What was studied.
    kind : str
        The performance, in words; ``unit`` is what a difference is counted in.
    target_deviation : float
        Standard deviation of the target over the training examples; NaN where there is no target.
    n_trials, n_train, n_test : int
        Sizes.
    level : float
        Of every interval.
    quality : QualityFindings
        How well models do.
    estimand, method : str
        Of memorization.
    mean_memorization : Estimate
        Over examples.
    n_significant : int
        Examples with a q-value of at most 5 %.
    examples : list of NumberExample
        The most memorized of these.
    group_kind : str
        What groups are: given ones, or quarters of the target.
    groups : list of NumberGroup
        Without limits.
    attacks : list of AttackFindings
        The strongest first.
    refused : list of str
        Attacks that could not be made, and why.
    n_surely_exposed : int or None
        None where no example can be attacked.
    limits : list of NumberLimit
        What limits cost.
    left_out : list of str
        Statements of the theory, and parts of a report, that hold for classification alone.
    notes : list of str
        Choices that were made.
    results : list of Result
        What commands measured on the run.
    references : NumberReferences or None
        What plain models get on the test examples; None where no audit measured it.
    farthest : float
        Share of the target's variance that the hundredth of the training examples farthest from the mean hold; NaN
        where there is no target.
    """

    data: str
    learner: str
    task: str
    kind: str
    unit: str
    target_deviation: float
    n_trials: int
    n_train: int
    n_test: int
    level: float
    quality: QualityFindings
    estimand: str
    method: str
    mean_memorization: Estimate
    n_significant: int
    examples: list[NumberExample]
    group_kind: str
    groups: list[NumberGroup]
    attacks: list[AttackFindings]
    refused: list[str]
    n_surely_exposed: int | None
    limits: list[NumberLimit] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    references: NumberReferences | None = None
    farthest: float = float("nan")

    def to_json(self) -> dict[str, Any]:
        """Return plain data. ``None`` stands for what is undetermined."""
        plain: dict[str, Any] = to_plain(self)
        return plain
