"""Findings: every result of a study as plain, versioned, JSON-able data; the report is rendered from these alone.

Dataclasses nest as the report reads: a study, how well its models fitted, what they memorized, how long the tail is,
what limits would cost. Numbers with sampling error are :class:`~longtail.estimate.Estimate`. A section that was not
measured is ``None``. Nothing here depends on when or where the study was run.

====================  ======================================================================
``summary.py``        the answers in plain words, and what to do next
``memorization.py``   what the models memorized
``learner_tail.py``    the tail as the learner meets it
``membership.py``     what an attacker learns about who was in
``limits.py``         what limits did cost
``omissions.py``      what was left out
``view.py``           how an example looks
``examples.py``       every example, for those who look one up: a file of its own
``columns.py``        what was measured of every example: columns that describe themselves
``example_looks.py``  how every example looks
``plain.py``          dataclasses to JSON-able data and back
====================  ======================================================================
"""

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from longtail.arguments import checked
from longtail.checked_json import read_checked
from longtail.errors import DamagedRunError
from longtail.estimate import Estimate
from longtail.findings.learner_tail import LearnerTailFindings, RemovalFindings, RemovedSet
from longtail.findings.limits import (
    CostPart,
    FlippedExample,
    FlippedTraining,
    FrequencyLoss,
    GroupLoss,
    LimitFindings,
    LimitOutcome,
)
from longtail.findings.membership import (
    AttackFindings,
    ExposedExample,
    ExposureScatter,
    MembershipFindings,
    SubgroupExposure,
)
from longtail.findings.memorization import Influence, MemorizationFindings, MemorizedExample
from longtail.findings.omissions import Omission
from longtail.findings.plain import from_plain, to_plain
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
    "FlippedTraining",
    "ForcedCost",
    "FrequencyLoss",
    "GroupLoss",
    "Influence",
    "LearnerTailFindings",
    "LimitFindings",
    "LimitOutcome",
    "MembershipFindings",
    "MemorizationFindings",
    "MemorizedExample",
    "NextStep",
    "Omission",
    "RemovalFindings",
    "RemovedSet",
    "Resolution",
    "StudyFindings",
    "SubgroupExposure",
    "TailFindings",
    "View",
]

FORMAT_VERSION = 2
_REMEDY = "longtail report makes it anew from the trials."


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
    """The least error above the optimum that one guarantee forces, at each resolution of the tail (same order)."""

    guarantee: str
    meaning: str
    costs: list[Estimate]


@dataclass(frozen=True, slots=True, kw_only=True)
class CostFindings:
    """Costs of limits on memorization, and what they assume."""

    assumptions: list[str]
    rows: list[ForcedCost]


@checked
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
    learner_tail: LearnerTailFindings | None = None
    removal: RemovalFindings | None = None
    next_steps: list[NextStep] = field(default_factory=list)
    omissions: list[Omission] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Plain data, with its format version; ``None`` for undetermined numbers."""
        plain = to_plain(self)
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
            law = f"findings must have format version {FORMAT_VERSION}; got {version!r}, of another longtail."
            raise DamagedRunError(f"{law} Run longtail audit or limit again: what is trained is not trained anew.")
        strange = set(data) - {"format_version", *(part.name for part in fields(cls))}
        if strange:
            raise DamagedRunError(f"findings have no part named {', '.join(map(repr, sorted(strange)))}.")
        try:
            found = from_plain(cls, _with_topics(data))
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
            If the file is missing, fails its checksum, or is not findings.
        """
        return cls.from_json(read_checked(path, _REMEDY))


def _with_topics(data: dict[str, Any]) -> dict[str, Any]:
    """Findings from before answers had topics hold bare sentences."""
    told = [{"topic": "", "text": told} if isinstance(told, str) else told for told in data["summary"]]
    return data | {"summary": told}
