"""What an attacker learns about who was in the training set, as plain data: a part of the findings of a study."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from longtail.estimate import Estimate
from longtail.findings.notebook import ShownAsTable
from longtail.findings.plain import to_plain
from longtail.percent import percent, with_decimals

__all__ = [
    "AttackFindings",
    "ExposedExample",
    "ExposureScatter",
    "MembershipFindings",
    "RiskFindings",
    "SizeLaw",
    "SubgroupExposure",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttackFindings:
    """One attack: its curve, thinned for drawing, and what it comes to."""

    name: str
    auc: Estimate
    balanced_accuracy: Estimate
    tpr_at_0_1_percent: Estimate
    tpr_at_1_percent: Estimate
    false_positive_rates: list[float]
    true_positive_rates: list[float]
    above_chance: bool | None = None
    """Whether a number of it is surely above chance, among all numbers of all attacks; None in findings of before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskFindings:
    """Risk of a person, by the strongest attack, at a prior and a threshold (:mod:`longtail.membership.risk`)."""

    prior: float
    false_positive_rate: float
    precision: Estimate
    lift: Estimate
    found: Estimate
    n_members: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposedExample:
    """One training example: how well models with it are told from models without, beside its memorization.

    Of a unit, ``train`` and ``row`` are those of its first row, ``label`` its name, ``n_rows`` how many rows it has.
    """

    train: int
    label: str
    vulnerability: Estimate
    memorization: Estimate
    row: int | None = None
    n_rows: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureScatter:
    """Exposure beside memorization, one entry for each example, thinned for drawing to some of ``n_examples``.

    ``examples`` are their numbers, ``rows`` their rows in the data as given, where those are known.
    """

    memorization: list[float]
    vulnerability: list[float]
    n_examples: int
    examples: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubgroupExposure:
    """Privacy risk and accuracy of one subgroup of training examples."""

    name: str
    n_examples: int
    left_out_accuracy: Estimate
    memorization: Estimate
    auc: Estimate
    tpr_at_1_percent: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeLaw:
    """Power of a group's size with which the advantage of an attack falls, over groups of these sizes.

    Parameters
    ----------
    slope : Estimate
        One half below zero is the law of the mean of many embeddings.
    scatter : float
        Mean square of the distance from the law, in standard errors of the groups.
    n_groups, smallest, largest : int
        How many groups, and their sizes.
    """

    slope: Estimate
    scatter: float
    n_groups: int
    smallest: int
    largest: int


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MembershipFindings(ShownAsTable):
    """Findings of attacks that ask who was in the training set.

    Parameters
    ----------
    n_targets, n_examples : int
        Models attacked, each by all others; examples that could be attacked.
    attacks : list of AttackFindings
        The strongest first, which is the one that is spoken of.
    strongest : Estimate or None
        Its true-positive rate at 1 %, with an interval that holds for all attacks at once: it may be chosen by it.
    risks : list of RiskFindings
        What the strongest attack comes to at a few priors.
    n_surely : int or None
        How many examples are exposed surely: q-values of at most 5 %.
    by_unit : MembershipFindings or None
        The same of units, where rows belong to units that are in or out together; then its numbers are those to speak
        of, as a person is the unit and not the row.
    refused : list of str
        Attacks that could not be made, and examples that could not be attacked: each with its reason.
    same_models, across_halves : Estimate or None
        Rank correlation of memorization and exposure.
    exposed : list of ExposedExample
        The most exposed ones.
    subgroups : list of SubgroupExposure
        The most exposed first.
    guarantee : str
        Under which the models were trained, in words; empty if there is none.
    ceiling : list of float
        The largest true-positive rates that the guarantee allows, at the first attack's false-positive rates.
    scatter : ExposureScatter or None
        What the rank correlation is of.
    size_law : SizeLaw or None
        How exposure falls with the size of a group; None where no law can be told.
    """

    level: float
    n_targets: int
    n_examples: int
    attacks: list[AttackFindings]
    refused: list[str]
    same_models: Estimate | None
    across_halves: Estimate | None
    exposed: list[ExposedExample]
    subgroups: list[SubgroupExposure]
    guarantee: str
    ceiling: list[float]
    scatter: ExposureScatter | None = None
    strongest: Estimate | None = None
    risks: list[RiskFindings] = field(default_factory=list)
    n_surely: int | None = None
    by_unit: "MembershipFindings | None" = None
    size_law: SizeLaw | None = None

    def _shown(self) -> tuple[str, Sequence[str], Sequence[Sequence[str]]]:
        title = f"attacks on {self.n_targets:,} models, true positives at 1 % false positives"
        columns = ("attack", "true positives at 1 %", "at 0.1 %", "AUC")
        rows = [
            (each.name, percent(each.tpr_at_1_percent), percent(each.tpr_at_0_1_percent), with_decimals(each.auc))
            for each in self.attacks
        ]
        return title, columns, rows

    def to_json(self) -> dict[str, Any]:
        """Return plain data. Undetermined numbers are ``None``."""
        plain = to_plain(self)
        assert isinstance(plain, dict)
        return plain
