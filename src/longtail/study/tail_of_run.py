"""The tail as the learner meets it, in a run: trials at two more training-set sizes, and trials without the memorized.

Both are trial sets of the run's folder, beside those of the study, and are read back from there, whoever trained them.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from longtail.analysis.analysis import Analysis
from longtail.analysis.learner_tail import learner_tail_findings
from longtail.dataset import Dataset
from longtail.errors import DamagedRunError, InputError
from longtail.findings.learner_tail import LearnerTailFindings
from longtail.learners.learner import Learner
from longtail.outcomes import Outcomes
from longtail.percent import chosen
from longtail.runs.run_folder import RunFolder
from longtail.study.removal import removal_of_memorized
from longtail.trials import SubsetDesign, TrialSet, TrialStore, run_trials
from longtail.trials.collect import NoTrialError
from longtail.trials.runner import Progress
from longtail.trials.store import read_trial_set

__all__ = [
    "MOST_ARMS",
    "REMOVAL_STAGE",
    "curve_designs",
    "curve_found",
    "curve_stage",
    "other_fractions",
    "train_curve",
    "train_without_memorized",
]

MOST_ARMS = 4
"""Sets that models are trained without: the memorized, those that look mislabeled, those that look rare, others."""

REMOVAL_STAGE = "without the memorized, and without others"
"""What training without sets is called."""

_FRACTIONS = (0.5, 0.9, 0.7)  # The first two that differ from the study's own fraction are used.
_OWN = 0.06  # Fractions that are nearer than this show no slope.
Watch = Callable[[str], Progress]


def other_fractions(fraction: float) -> tuple[float, float]:
    """Return the two fractions that are measured beside the study's own.

    Examples
    --------
    >>> other_fractions(0.7), other_fractions(0.5), other_fractions(0.85)
    ((0.5, 0.9), (0.9, 0.7), (0.5, 0.7))
    """
    first, second, *_ = (each for each in _FRACTIONS if abs(each - fraction) > _OWN)
    return first, second


def curve_designs(design: SubsetDesign, n_trials: int) -> list[SubsetDesign]:
    """Return the designs of the other fractions: kind and seed are the study's."""
    least = (1 / min(each, 1 - each) for each in other_fractions(design.fraction))
    return [
        replace(design, n_trials=max(n_trials, round(fewest)), fraction=fraction)
        for fraction, fewest in zip(other_fractions(design.fraction), least, strict=True)
    ]


def curve_stage(learner: Learner, fraction: float) -> str:
    """Name the training at another fraction."""
    return f"{learner.name}, on {chosen(fraction)} of the examples"


def train_curve(
    dataset: Dataset,
    learner: Learner,
    design: SubsetDesign,
    folder: RunFolder,
    n_trials: int,
    *,
    jobs: int | None = None,
    watch: Watch = lambda _: lambda _finished, _planned: None,
) -> None:
    """Train the study's learner at the other fractions, as far as these trials are not there yet.

    Parameters
    ----------
    dataset, learner, design
        Those of the study.
    folder : RunFolder
        Held for writing.
    n_trials : int
        Models at each fraction.
    jobs, watch
        See :func:`longtail.study.audit`.
    """
    for each in curve_designs(design, n_trials):
        progress = watch(curve_stage(learner, each.fraction))
        key = TrialSet.of(dataset, learner, each, margins=False).key
        folder.remember(f"trials/{key}", folder.command("audit", tail_trials=n_trials))
        run_trials(learner, dataset, each, folder.path, jobs=jobs, margins=False, progress=progress)


def train_without_memorized(
    dataset: Dataset,
    learner: Learner,
    folder: RunFolder,
    outcomes: Outcomes,
    n_trials: int,
    *,
    jobs: int | None = None,
    watch: Watch = lambda _: lambda _finished, _planned: None,
) -> None:
    """Train without the memorized examples and others, and write ``removal.json``, with arguments as above."""
    told = watch(REMOVAL_STAGE)
    found = removal_of_memorized(folder, dataset, outcomes, learner, n_trials=n_trials, jobs=jobs, progress=told)
    if not found.sets:
        told(0, 0)


def curve_found(analysis: Analysis, folder: RunFolder) -> tuple[LearnerTailFindings | None, list[str]]:
    """Read back what trials at other fractions say, and why something is not said, a sentence each."""
    tables: dict[float, Outcomes] = {}
    notes = []
    own = folder.study().trial_set
    for fraction, place, held in _same_study_elsewhere(folder, own):
        try:
            found = TrialStore(place, held, together=analysis.dataset.together).outcomes()
        except NoTrialError:
            continue
        except DamagedRunError as error:
            notes.append(f"Trials on {chosen(fraction)} of the examples are left out: {error}")
            continue
        if fraction not in tables or found.n_trials > tables[fraction].n_trials:
            tables[fraction] = found
    if not tables:
        return None, notes
    tables[float(own.identity["design"]["fraction"])] = analysis.outcomes
    try:
        units = {"together": analysis.dataset.together, "test_unit": analysis.dataset.together_test}
        return learner_tail_findings(tables, analysis.level, **units), notes
    except InputError as error:
        return None, [*notes, f"What single examples decide is not said: {error}"]


def _same_study_elsewhere(folder: RunFolder, own: TrialSet) -> Iterator[tuple[float, Path, TrialSet]]:
    """Trial sets that differ from the study's in their fraction, and perhaps in whether margins are kept."""
    wanted = _without_fraction(own)
    for place in sorted((folder.path / "trials").glob("*/")):
        with suppress(DamagedRunError, OSError):  # The owner is unknown. The part about limits reports it.
            held = read_trial_set(place)
            fraction = held.identity["design"]["fraction"]
            if held != own and _without_fraction(held) == wanted and fraction != own.identity["design"]["fraction"]:
                yield fraction, place, held


def _without_fraction(trial_set: TrialSet) -> dict[str, object]:
    design = {name: value for name, value in trial_set.identity["design"].items() if name != "fraction"}
    return {name: value for name, value in trial_set.identity.items() if name != "record"} | {"design": design}
