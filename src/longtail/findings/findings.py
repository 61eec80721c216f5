"""All findings of a study: what was studied, how well its models fitted, and a section for each question."""

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from longtail.arguments import checked
from longtail.checked_json import read_checked
from longtail.errors import DamagedRunError
from longtail.estimate import Estimate
from longtail.findings.judged import Always, Worst
from longtail.findings.learner_tail import LearnerTailFindings, RemovalFindings
from longtail.findings.limits import LimitFindings
from longtail.findings.membership import MembershipFindings
from longtail.findings.memorization import MemorizationFindings
from longtail.findings.mislabeled import MislabeledFindings
from longtail.findings.omissions import Omission
from longtail.findings.plain import from_plain, to_plain
from longtail.findings.reference_models import ReferenceModels
from longtail.findings.results import Result
from longtail.findings.sanity import SanityFindings
from longtail.findings.summary import Answer, NextStep
from longtail.findings.tail import CostFindings, TailFindings

__all__ = ["FORMAT_VERSION", "Findings", "FitFindings", "StudyFindings"]

FORMAT_VERSION = 2
_REMEDY = "longtail report makes it anew from the trials."


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyFindings:
    """Description of what was studied: the data, the learner, the design.

    Names and labels are text that comes from the data. ``source`` is DATA as the user typed it; empty where that names
    nothing that a command could take.
    """

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
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FitFindings:
    """Share of right predictions: on examples that models were trained on, on those left out, and on test examples.

    ``fits`` says whether included examples were right at least 99.9 % of the time, as the theory's learner is.
    ``always`` are the models that answer one class whatever they are asked, ``missed`` the classes that are surely
    found less often than one time in ten.
    """

    included_accuracy: Estimate
    left_out_accuracy: Estimate
    test_accuracy: Estimate | None
    fits: bool
    always: list[Always] = field(default_factory=list)
    missed: list[Worst] = field(default_factory=list)


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
    results : list of Result
        What commands left in the run.
    mislabeled : MislabeledFindings or None
        Which labels look wrong, where that was judged.
    sanity : SanityFindings or None
        What to know of data and models before a number is believed.
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
    mislabeled: MislabeledFindings | None = None
    references: ReferenceModels | None = None
    sanity: SanityFindings | None = None
    results: list[Result] = field(default_factory=list)
    next_steps: list[NextStep] = field(default_factory=list)
    omissions: list[Omission] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return plain data with its format version. Undetermined numbers are ``None``."""
        plain = to_plain(self)
        assert isinstance(plain, dict)
        return {"format_version": FORMAT_VERSION, **plain}

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Read findings from what :meth:`to_json` gives.

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
            found = from_plain(cls, data)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DamagedRunError(f"findings are incomplete: {error!r}.") from error
        assert isinstance(found, cls)
        return found

    @classmethod
    def read(cls, path: Path, owner: str = "") -> Self:
        """Read ``findings.json``.

        Parameters
        ----------
        path : Path
            Of the file.
        owner : str
            Key of the trial set that it must be about, if it says so; empty where any will do.

        Raises
        ------
        DamagedRunError
            If the file is missing, fails its checksum, is of another run, or is not findings.
        """
        return cls.from_json(read_checked(path, _REMEDY, owner=owner))
