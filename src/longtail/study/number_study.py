"""A study whose outcomes are numbers: trials, limits on the same subsets, findings, and a page.

What holds for classification alone is not said; the findings list it. Sizes follow from the time for one trial and the
same ladder as those of other audits.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from longtail.analysis.analysis import Analysis
from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.errors import InputError, Said
from longtail.experiments.number_references import number_references
from longtail.findings.number_references import NumberReferences
from longtail.findings.numbers import NumberFindings
from longtail.learners.learner import Learner
from longtail.limits import Limit
from longtail.limits.spelling import named_limit
from longtail.report.number_page import write_number_page
from longtail.runs.measure import DataSource, measure
from longtail.runs.run_folder import RunFolder
from longtail.runs.timing import seconds_per_trial, trials_within
from longtail.study.limits_of_run import train_limits
from longtail.study.numbers_of_run import gather_numbers
from longtail.study.references_of_run import freeze_references, references_found
from longtail.trials import SubsetDesign
from longtail.trials.runner import Progress

__all__ = ["NumberPlan", "number_study", "plan_numbers"]

_MENU = (
    "smaller-trees:depth=3",
    "smaller-trees:rows=50",
    "stopped-early:patience=5",
    "stronger-penalty:alpha=100",
    "private-ridge:epsilon=3",
)
_FOR_TRIALS, _FOR_LIMITS = 0.5, 0.25
_FEWEST, _MOST_LIMITED = 20, 100

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberPlan:
    """Sizes of a study of numbers (the trials, the limits, and the trials of each), and what plain models get."""

    design: SubsetDesign
    limits: list[Limit]
    limit_trials: int
    references: NumberReferences | None = None


@checked
def plan_numbers(
    dataset: Dataset,
    learner: Learner,
    design: SubsetDesign,
    out: str | Path,
    *,
    minutes: float,
    trials: int | None = None,
    limit_trials: int | None = None,
    jobs: int | None = None,
    say: Say = lambda _: None,
) -> NumberPlan:
    """Plan an audit of numbers: that of a run that is there, or as much as fits into the time.

    Raises
    ------
    InputError
        If ``minutes`` is not positive.
    """
    if not 0 < minutes < float("inf"):
        raise InputError("minutes", "be positive", minutes)
    limits = _menu(dataset, learner)
    folder = RunFolder(Path(out))
    planned = folder.study().n_trials if folder.is_run else None
    if planned is None and trials is None:
        each = seconds_per_trial(learner, dataset, design, jobs)
        planned = max(trials_within(60 * minutes * _FOR_TRIALS, each), design.least_trials)
        within = trials_within(60 * minutes * _FOR_LIMITS / max(len(limits), 1), each)
        limited = max(min(within, planned, _MOST_LIMITED), _FEWEST) if limit_trials is None else limit_trials
    else:
        planned = max(planned or 0, trials or 0)
        limited = min(planned, _MOST_LIMITED) if limit_trials is None else limit_trials
    limits = limits if limited else []
    names = "; ".join(each.title for each in limits)
    say(f"The plan for {minutes:g} {'minute' if minutes == 1 else 'minutes'}:")
    say(f"  {planned:,} models on random subsets of {dataset.n_train:,} examples")
    say(f"  {limited:,} models under each of {len(limits)} limits: {names}" if limits else "  no limits")
    references = references_found(folder, NumberReferences)[0] if folder.is_run else None
    if references is None:
        references = number_references(dataset, learner, seed=design.seed)
    return NumberPlan(
        design=replace(design, n_trials=planned), limits=limits, limit_trials=limited, references=references
    )


def _menu(dataset: Dataset, learner: Learner) -> list[Limit]:
    """Return the limits that the learner can be put under."""
    found = []
    for text in _MENU:
        try:
            found.append(named_limit(text, dataset, learner))
        except InputError:  # It grows no trees, or has no penalty.
            continue
    return found


@checked
def number_study(
    source: DataSource,
    dataset: Dataset,
    learner: Learner,
    design: SubsetDesign,
    out: str | Path,
    *,
    limits: Sequence[Limit] = (),
    limit_trials: int | None = None,
    references: NumberReferences | None = None,
    jobs: int | None = None,
    watch: Callable[[str], Progress] = lambda _: lambda _finished, _planned: None,
    level: float = 0.95,
) -> NumberFindings:
    """Train what is missing, gather the findings, write ``numbers.json`` and ``report.html``.

    Parameters
    ----------
    source, dataset, learner, design, out, jobs
        See :func:`longtail.runs.measure`.
    limits : sequence of Limit
        Of the learner.
    limit_trials : int, optional
        Models under each; as many as without where it is not given.
    references : NumberReferences, optional
        What plain models get, measured when an audit was planned; they are kept in the run.
    watch : callable
        From the name of a stage to the callback that :func:`longtail.trials.run_trials` takes.
    level : float
        Of every interval.

    Raises
    ------
    InputError
        If the data are classes.
    """
    if dataset.task == "classification":
        raise InputError("data", "have a number to predict, or none", Said(f"{dataset.n_classes} classes"))
    outcomes = measure(source, dataset, learner, design, out, jobs=jobs, progress=watch(learner.name))
    folder = RunFolder(Path(out))
    with folder.writing():
        freeze_references(references, folder)
        paired = replace(design, n_trials=min(limit_trials or design.n_trials, design.n_trials))
        train_limits(dataset, paired, limits, folder, jobs=jobs, watch=watch)
        findings = gather_numbers(folder, Analysis(dataset, outcomes, level), learner, design, limits)
        write_number_page(findings, folder.report)
    return findings
