"""Findings: every result of a study as plain, versioned, JSON-able data; the report is rendered from these alone.

Dataclasses nest as the report reads: a study, how well its models fitted, what they memorized, how long the tail is,
what limits would cost. Numbers with sampling error are :class:`~longtail.estimate.Estimate`. A section that was not
measured is ``None``. What limits did cost is in ``limits.py``, the answers in plain words in ``summary.py``, what was
left out in ``omissions.py``, how an example looks in ``view.py``. Nothing here depends on when or where the study was
run.
"""

import json
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Self, get_args, get_origin, get_type_hints

from longtail.errors import DamagedRunError
from longtail.estimate import Estimate
from longtail.findings.limits import CostPart, FlippedExample, FrequencyLoss, GroupLoss, LimitFindings, LimitOutcome
from longtail.findings.omissions import Omission
from longtail.findings.summary import Answer, NextStep
from longtail.findings.view import View

__all__ = [
    "Answer",
    "AttackFindings",
    "CostFindings",
    "CostPart",
    "ExposedExample",
    "ExposureScatter",
    "Findings",
    "FitFindings",
    "FlippedExample",
    "ForcedCost",
    "FrequencyLoss",
    "GroupLoss",
    "Influence",
    "LimitFindings",
    "LimitOutcome",
    "MembershipFindings",
    "MemorizationFindings",
    "MemorizedExample",
    "NextStep",
    "Omission",
    "Resolution",
    "StudyFindings",
    "SubgroupExposure",
    "TailFindings",
    "View",
]

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyFindings:
    """What was studied: the data, the learner, the design. Names and labels are text that comes from the data."""

    data: str
    n_train: int
    n_test: int
    n_features: int
    class_names: list[str]
    learner: str
    learner_settings: dict[str, Any]
    n_trials: int
    n_failed: int
    fraction: float
    design: str
    seed: int
    notes: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FitFindings:
    """How often the models were right: on examples they were trained on, on those left out, on test examples.

    ``fits`` says whether included examples were right at least 99.9 % of the time, as the theory's learner is.
    """

    included_accuracy: Estimate
    left_out_accuracy: Estimate
    test_accuracy: Estimate | None
    fits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """How much a training example moves a model to be right on one test example."""

    test: int
    label: str
    influence: Estimate
    q_value: float
    view: View


@dataclass(frozen=True, slots=True, kw_only=True)
class MemorizedExample:
    """One training example with its memorization and the test examples that it influences most."""

    train: int
    label: str
    memorization: Estimate
    n_in: int
    n_out: int
    q_value: float
    group_size: int | None
    view: View
    influences: list[Influence]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemorizationFindings:
    """Memorization of all training examples, and the most memorized ones.

    Parameters
    ----------
    estimand : str
        What exactly is estimated, in words.
    histogram_edges, histogram_counts : list
        The histogram of the point estimates: ``len(edges) == len(counts) + 1``.
    mean : Estimate
        Mean memorization, over examples.
    n_examples, n_undetermined, n_significant, n_above_threshold : int
        Examples measured; never in or never out; with q-value at most ``q_level``; significant and estimated at
        least ``threshold``.
    smallest_visible : float
        The smallest memorization that this many trials can tell from zero for one example, roughly.
    ranking : str
        What ranks the gallery, in words, where it is not the value that is shown; otherwise empty.
    """

    estimand: str
    level: float
    histogram_edges: list[float]
    histogram_counts: list[int]
    mean: Estimate
    n_examples: int
    n_undetermined: int
    n_significant: int
    q_level: float
    threshold: float
    n_above_threshold: int
    smallest_visible: float
    gallery: list[MemorizedExample]
    ranking: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The tail at one resolution: for one partition of the training examples into subpopulations.

    Parameters
    ----------
    name : str
        Of the partition, for instance "radius 17.3" or "column species".
    radius : float or None
        Where the partition was found; None where it was given.
    n_subpopulations, n_singletons : int
        How many there are, and how many were seen once.
    tau_1, unseen_mass, singleton_mass : Estimate
        Realised quantities of this sample.
    guess_probability : Estimate or None
        How often models that were not trained on a singleton guess its label, measured over singletons.
    cost_of_not_fitting : Estimate or None
        Expected error paid for not fitting what was seen once.
    singleton_memorization : Estimate or None
        Mean measured memorization of singletons.
    ranks, frequencies : list
        The rank-frequency curve, thinned for drawing: frequency (counts / n) of the subpopulation of each rank.
    """

    name: str
    radius: float | None
    n_subpopulations: int
    n_singletons: int
    tau_1: Estimate
    unseen_mass: Estimate
    singleton_mass: Estimate
    guess_probability: Estimate | None
    cost_of_not_fitting: Estimate | None
    singleton_memorization: Estimate | None
    ranks: list[int]
    frequencies: list[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class TailFindings:
    """The tail, at one resolution where subpopulations were given and at several where they were found."""

    given: bool
    method: str
    n_samples: int
    resolutions: list[Resolution]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForcedCost:
    """The least error above the optimum that one promise forces, at each resolution of the tail (same order)."""

    promise: str
    meaning: str
    costs: list[Estimate]


@dataclass(frozen=True, slots=True, kw_only=True)
class CostFindings:
    """Costs of limits on memorization, and what they assume."""

    assumptions: list[str]
    rows: list[ForcedCost]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposedExample:
    """One training example: how well models with it are told from models without, beside its memorization."""

    train: int
    label: str
    vulnerability: Estimate
    memorization: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureScatter:
    """Vulnerability beside memorization, an entry an example, thinned for drawing to some of ``n_examples``."""

    memorization: list[float]
    vulnerability: list[float]
    n_examples: int


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
class MembershipFindings:
    """What an attacker learns about who was in the training set.

    Parameters
    ----------
    n_targets, n_examples : int
        Models attacked, each by all others; examples that could be attacked.
    attacks : list of AttackFindings
        The first is the one that is spoken of.
    refused : list of str
        Attacks that could not be made, and examples that could not be attacked: each with its reason.
    same_models, across_halves : Estimate or None
        Rank correlation of memorization and vulnerability.
    exposed : list of ExposedExample
        The most vulnerable ones.
    subgroups : list of SubgroupExposure
        The most exposed first.
    promise : str
        Under which the models were trained, in words; empty if there is none.
    ceiling : list of float
        The largest true-positive rates that the promise allows, at the first attack's false-positive rates.
    scatter : ExposureScatter or None
        What the rank correlation is of; findings from before it was kept have none.
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
    promise: str
    ceiling: list[float]
    scatter: ExposureScatter | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain data; ``None`` for undetermined numbers."""
        plain = _to_plain(self)
        assert isinstance(plain, dict)
        return plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All results of a study.

    Parameters
    ----------
    summary : list of Answer
        What was found, in plain words.
    longtail_version : str
        What computed them.
    next_steps : list of NextStep
        What to do about it, most important first.
    omissions : list of Omission
        What was not measured.
    """

    summary: list[Answer]
    longtail_version: str
    study: StudyFindings
    fit: FitFindings
    memorization: MemorizationFindings
    tail: TailFindings | None
    costs: CostFindings | None
    membership: MembershipFindings | None = None
    limits: LimitFindings | None = None
    next_steps: list[NextStep] = field(default_factory=list)
    omissions: list[Omission] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Plain data, with its format version; ``None`` for undetermined numbers."""
        plain = _to_plain(self)
        assert isinstance(plain, dict)
        return {"format_version": FORMAT_VERSION, **plain}

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """The inverse of :meth:`to_json`.

        Raises
        ------
        DamagedRunError
            If ``data`` is not findings of this format version.
        """
        version = data.get("format_version") if isinstance(data, dict) else None
        if version != FORMAT_VERSION:
            raise DamagedRunError(f"findings must have format version {FORMAT_VERSION}; got {version!r}.")
        try:
            found = _from_plain(cls, _with_topics(data))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DamagedRunError(f"findings are incomplete: {error!r}.") from error
        assert isinstance(found, cls)
        return found

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read ``findings.json``.

        Raises
        ------
        DamagedRunError
            If the file is missing or is not findings.
        """
        try:
            return cls.from_json(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError as error:
            raise DamagedRunError(f"{path} does not exist.") from error
        except json.JSONDecodeError as error:
            raise DamagedRunError(f"{path} is not JSON: {error}.") from error


def _with_topics(data: dict[str, Any]) -> dict[str, Any]:
    """Findings from before answers had topics hold bare sentences."""
    told = [{"topic": "", "text": told} if isinstance(told, str) else told for told in data["summary"]]
    return data | {"summary": told}


def _to_plain(value: Any) -> Any:
    if isinstance(value, Estimate):
        return value.to_json()
    if is_dataclass(value):
        return {field.name: _to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, list):
        return [_to_plain(item) for item in value]
    if isinstance(value, float) and value != value:
        return None
    return value


def _from_plain(kind: Any, value: Any) -> Any:
    """Rebuild ``value`` as an instance of the annotated type ``kind``."""
    if get_origin(kind) is UnionType:
        if value is None:
            return None
        (kind,) = (option for option in get_args(kind) if option is not NoneType)
    if get_origin(kind) is list:
        (item,) = get_args(kind)
        return [_from_plain(item, part) for part in value]
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{f.name: _from_plain(hints[f.name], value[f.name]) for f in fields(kind) if f.name in value})
    return float("nan") if kind is float and value is None else value
