"""What limits on memorization cost, as plain data: a part of the findings of a study."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from longtail.estimate import Estimate
from longtail.findings.judged import Judged
from longtail.findings.notebook import ShownAsTable
from longtail.findings.remedies import Exemplars, Remedied
from longtail.findings.view import View
from longtail.percent import percent, points, with_decimals

__all__ = [
    "CostPart",
    "FlippedExample",
    "FlippedTraining",
    "FrequencyLoss",
    "GroupLoss",
    "LimitFindings",
    "LimitOutcome",
]

_RANDOMIZED = "label-private:"
"""How the option of a limit names one that randomizes labels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLoss:
    """Cost of one limit for one group: accuracy on its new examples without and with it, and their difference.

    ``predicted`` is the difference that the theory says, within the group; None where it could not be made.
    ``n_witnesses`` counts new examples: test examples, and training examples that were left out. Intervals of all
    groups and classes of a limit hold together.
    """

    name: str
    n_train: int
    n_test: int
    unlimited: Estimate
    limited: Estimate
    cost: Estimate
    predicted: Estimate | None
    n_witnesses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FrequencyLoss:
    """Part of the cost that comes from the new examples of one frequency bin.

    Parameters
    ----------
    name : str
        How often their subpopulation was seen.
    predicted : Estimate or None
        None for what was never seen, of which the theory says nothing.
    measured : Estimate
        The same on new examples.
    misfits_carried, fits_carried : Estimate or None
        The coupling of the limited learner that the prediction rests on: how often a fresh example is misjudged where
        the seen one is misfitted, and right where that is fitted. None where it was assumed 1.
    fits_carried_unlimited : Estimate or None
        The same of the learner without limits, whose misfits are few.
    """

    name: str
    predicted: Estimate | None
    measured: Estimate
    misfits_carried: Estimate | None = None
    fits_carried: Estimate | None = None
    fits_carried_unlimited: Estimate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlippedTraining:
    """A training example that models without the limit fit and models under it misfit, and how memorized it was.

    Parameters
    ----------
    train : int
        The example.
    label : str
        Of it.
    unlimited, limited : float
        How often models whose subset it was in are right on it.
    memorization : Estimate or None
        Without the limit; None where it is undetermined.
    row : int or None
        Where it is in the data as given; None where that is not known.
    """

    train: int
    label: str
    unlimited: float
    limited: float
    memorization: Estimate | None
    row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitOutcome:
    """One limit.

    Parameters
    ----------
    name : str
        For instance "differential privacy, ε = 3".
    kind : str
        What it is one level of; empty where it is no level of anything, as a control.
    strength : float
        Rises from weak to strong among the limits of one kind.
    guarantee : str
        What it guarantees, in words.
    protects : str
        What of an example the guarantee protects: "nothing", "label" or "example".
    epsilon, delta : float or None
        The guarantee, where there is one.
    trials : str
        The folder of its trials within the run.
    accuracy, memorization : Estimate
        Of the limited learner: on new examples; mean over training examples.
    measured : Estimate
        Accuracy lost on new examples: test examples, and training examples where they were left out.
    witnesses : str
        Who these are, with their numbers.
    measured_on_seen : list of Estimate
        The part of it on kinds that the subsets held, at each resolution of the tail: what the theory predicts.
    predicted : list of Estimate
        The predicted difference, at each resolution.
    forced : Estimate or None
        The least error above the optimum that the guarantee forces: before any training, and no difference of learners.
    misfitted_memorization, fitted_memorization : Estimate
        How memorized the training examples are, without the limit, that models under it misfit or fit mostly.
    groups : list of GroupLoss
        In the order of the data.
    bins : list of FrequencyLoss
        At the middle resolution; empty without one.
    n_pairs : int
        Models with the limit, each compared with the one without it on the same subset.
    option : str
        What asks ``longtail limit`` for it; empty where nothing does.
    classes : list of GroupLoss
        The same by class where groups were given; empty where the groups are the classes.
    flipped : list of FlippedTraining
        The largest fall first.
    judged : Judged or None
        By its worst class and group; None in findings of before.
    unit_memorization : Estimate or None
        Mean memorization over units, each counting alike; None where rows belong to none.
    least, fallen : Estimate or None
        By theory with coupling 1, at the middle resolution: the least that the misfits beyond those without the limit
        could cost, were they others, and what they cost where they fall. None without one.
    exemplars : Exemplars or None
        Test examples whose majority answer it changes; None without test examples, and in findings of before.
    about_trials : str
        How many of its models are missing or failed, in sentences; empty where none is.
    """

    name: str
    kind: str
    strength: float
    guarantee: str
    protects: str
    epsilon: float | None
    delta: float | None
    trials: str
    accuracy: Estimate
    memorization: Estimate
    measured: Estimate
    witnesses: str
    measured_on_seen: list[Estimate]
    predicted: list[Estimate]
    forced: Estimate | None
    misfitted_memorization: Estimate
    fitted_memorization: Estimate
    groups: list[GroupLoss]
    bins: list[FrequencyLoss]
    n_pairs: int = 0
    option: str = ""
    classes: list[GroupLoss] = field(default_factory=list)
    flipped: list[FlippedTraining] = field(default_factory=list)
    judged: Judged | None = None
    exemplars: Exemplars | None = None
    unit_memorization: Estimate | None = None
    least: Estimate | None = None
    fallen: Estimate | None = None
    about_trials: str = ""

    @property
    def choice(self) -> str:
        """Cost of the misfits beside the least of as many, in a sentence. Empty if nothing more is misfitted."""
        if self.least is None or self.fallen is None or not self.fallen.value > 0:
            return ""
        return (
            f"By theory (coupling 1) what {self.name} misfits besides costs {points(self.fallen)} where it falls; a "
            f"learner that has to forget as much, and forgets what is seen least, loses {points(self.least)}."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CostPart:
    """A part of what private training costs: plain training to sampling, to clipping, to noise."""

    limit: str
    part: str
    cost: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class FlippedExample:
    """A test example, and how often models without and with the limits are right on it."""

    test: int
    label: str
    unlimited: float
    limited: float
    view: View
    row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LimitFindings(ShownAsTable):
    """All limits of a study.

    Parameters
    ----------
    groups : str
        What the groups are: a column of the data, or its classes.
    n_trials : int
        Models of the learner without limits that are compared; the largest number of pairs.
    resolutions : list of str
        Of the tail, in the order of ``LimitOutcome.predicted``.
    assumptions : list of str
        What predictions assume.
    unlimited_accuracy, unlimited_memorization : Estimate
        Of the learner without limits.
    split : list of CostPart
        Empty where no controls were trained.
    compared : list of str
        The limits that ``lost`` and ``kept`` are about.
    lost, kept : list of FlippedExample
        What the unlimited models know and the limited ones lose, most certain first; what all models keep.
    unread : list of str
        Limits whose trials are in the run and cannot be read back, and why, a sentence each.
    judged : Judged or None
        The learner without limits, by its worst class and group.
    untested : str
        Names of classes and groups without a test example, in a sentence; empty where there are none.
    unlimited_unit_memorization : Estimate or None
        As ``unit_memorization``, of the learner without limits.
    remedies : list of Remedied
        Each remedy beside what it remedies.
    """

    groups: str
    n_trials: int
    resolutions: list[str]
    assumptions: list[str]
    unlimited_accuracy: Estimate
    unlimited_memorization: Estimate
    limits: list[LimitOutcome]
    split: list[CostPart]
    compared: list[str]
    lost: list[FlippedExample]
    kept: list[FlippedExample]
    unread: list[str] = field(default_factory=list)
    judged: Judged | None = None
    untested: str = ""
    remedies: list[Remedied] = field(default_factory=list)
    unlimited_unit_memorization: Estimate | None = None

    def _shown(self) -> tuple[str, Sequence[str], Sequence[Sequence[str]]]:
        title = f"limits beside {self.n_trials:,} models without, by the accuracy that they cost"
        columns = ("limit", "costs", "accuracy", "memorization left")
        rows = [
            (each.name, points(each.measured), percent(each.accuracy), with_decimals(each.memorization))
            for each in self.limits
        ]
        return title, columns, rows

    @property
    def by_unit(self) -> str:
        """Mean memorization of units under each limit, in a sentence. Empty where rows belong to none."""
        if self.unlimited_unit_memorization is None:
            return ""
        left = "; ".join(
            f"{percent(each.unit_memorization)} under {each.name}"
            for each in self.limits
            if each.unit_memorization is not None
        )
        return (
            "Units of rows that stay together, each counting alike, are memorized by "
            f"{percent(self.unlimited_unit_memorization)} on average without limits; {left}. Attacks are on units."
        )

    @property
    def about_trials(self) -> list[str]:
        """List of sentences on models that are missing or failed, one for each limit of which some are."""
        return [each.about_trials for each in self.limits if each.about_trials]

    @property
    def below_zero(self) -> str:
        """Explanation of limits that surely leave less than no memorization. Empty where there are none."""
        below = [each for each in self.limits if each.memorization.high < 0]
        if not below:
            return ""
        said = (
            f"Memorization below zero ({'; '.join(each.name for each in below)}): these models are right on a training "
            "example less often when it was in their subset than when it was not."
        )
        if not any(_RANDOMIZED in each.option for each in below):
            return said
        return (
            f"{said} With randomized labels that is to be expected: an example that takes part may bring a wrong "
            "label, which a learner that fits it repeats."
        )
