"""The limits of a run: every trial set in it that belongs to a limited learner, read back.

The trials are the truth. A trial set's identity says which limit it was trained under, so that whatever measures a
limit in a run, an audit today and ``longtail limit`` tomorrow, adds to one list and loses nothing of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from longtail.analysis.limits import LimitTrials
from longtail.dataset import Dataset
from longtail.errors import DamagedRunError, InputError
from longtail.learners.learner import Learner
from longtail.limits import DPSGD, LabelPrivate, LowRank, Narrower, Pruned, Quantized
from longtail.limits.asked_for import CONTROLS, Limit, limit_of
from longtail.limits.limit import identity_of
from longtail.limits.spelling import KINDS
from longtail.notices import notice
from longtail.runs.run_folder import RunFolder
from longtail.trials import SubsetDesign, TrialSet, TrialStore, run_trials
from longtail.trials.collect import NoTrialError
from longtail.trials.runner import Progress
from longtail.trials.store import read_trial_set
from longtail.trials.trial_file import trial_number

__all__ = ["limits_in", "train_limits"]


def train_limits(
    dataset: Dataset,
    design: SubsetDesign,
    limits: Sequence[Limit],
    folder: RunFolder,
    *,
    jobs: int | None = None,
    watch: Callable[[str], Progress] = lambda _: lambda _finished, _planned: None,
) -> None:
    """Train each limited learner on the subsets of ``design``, as far as its trials are not there yet.

    Parameters
    ----------
    dataset, design, limits, jobs
        See :func:`longtail.study.limit`.
    folder : RunFolder
        Held for writing.
    watch : callable
        From the name of a limit to the callback that :func:`longtail.trials.run_trials` takes.
    """
    for each in limits:
        run_trials(each.learner, dataset, design, store=folder.path, jobs=jobs, progress=watch(each.name))


def limits_in(
    folder: RunFolder, dataset: Dataset, learner: Learner, design: SubsetDesign, asked: Sequence[Limit] = ()
) -> list[LimitTrials]:
    """All limits of a run, with their outcomes: privacy first, then compression, from weak to strong.

    Parameters
    ----------
    folder : RunFolder
        With its trials.
    dataset, learner, design
        The study, whose number of trials does not matter here.
    asked : sequence of Limit
        Known ones, of any kind; the others are told from their identity.

    Raises
    ------
    DamagedRunError
        If nothing says any more which limit some trials were trained under: it would be missing in silence.
    """
    known = {TrialSet.of(dataset, each.learner, design).key: each for each in asked}
    found = []
    for place in sorted((folder.path / "trials").glob("*/")):
        limit = known.get(place.name)
        held = _whose(place, None if limit is None else TrialSet.of(dataset, limit.learner, design))
        if held is None:
            continue
        limit = limit or _read_back(held.identity["learner"], learner)
        if limit is None or TrialSet.of(dataset, limit.learner, design) != held:
            continue
        store = TrialStore(place, held, together=dataset.together)
        _mend(store, limit, dataset, design, folder)
        try:
            outcomes = store.outcomes()
        except NoTrialError:  # all its trials failed
            continue
        found.append(LimitTrials(limit=limit, outcomes=outcomes, folder=f"trials/{place.name}"))
    return _told_apart(sorted(found, key=lambda each: _order(each.limit)))


def _whose(place: Path, known: TrialSet | None) -> TrialSet | None:
    """Whose trials lie in a folder; None where there are none, as where a limit was cut before its first."""
    if not any(trial_number(file.name) is not None for file in place.iterdir()):
        return None
    if known is not None:
        return known
    try:
        return read_trial_set(place)
    except DamagedRunError as error:
        remedy = "Run longtail limit with the limits of this run again, or remove that folder with its trials"
        unknown = "Nothing else says which limit its trials were trained under"
        raise DamagedRunError(f"{error} {unknown}. {remedy}.") from error


def _mend(store: TrialStore, limit: Limit, dataset: Dataset, design: SubsetDesign, folder: RunFolder) -> None:
    """Run damaged trials of a limit again, and those that are gone from between the others."""
    numbers, damaged = store.numbers(), store.damaged()
    if not damaged and len(numbers) == numbers[-1] + 1:
        return
    notice(f"Trials of {limit.name} in {store.folder} are damaged or missing, and are trained again.")
    n_trials = max(numbers[-1] + 1, design.least_trials)
    run_trials(limit.learner, dataset, replace(design, n_trials=n_trials), folder.path, trials=range(numbers[-1] + 1))


def _read_back(identity: dict[str, Any], inner: Learner) -> Limit | None:
    """The limit of that identity; None if it is none of ours, or limits another learner."""
    kind, settings = KINDS.get(identity["name"]), dict(identity["settings"])
    if kind is None or settings.pop("inner", None) != identity_of(inner):
        return None
    settings = {name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()}
    try:
        return limit_of(kind(inner=inner, **settings))
    except (InputError, TypeError):  # settings of another version
        return None


def _told_apart(trials: list[LimitTrials]) -> list[LimitTrials]:
    """Limits of one name get the settings that they differ in added to it."""
    names = [each.limit.name for each in trials]
    named = []
    for each in trials:
        namesakes = [other.limit.learner.describe() for other in trials if other.limit.name == each.limit.name]
        own = each.limit.learner.describe()
        differing = [name for name in own if any(other.get(name) != own[name] for other in namesakes)]
        if names.count(each.limit.name) > 1 and differing:
            settings = ", ".join(f"{name} = {own[name]}" for name in differing)
            each = replace(each, limit=replace(each.limit, name=f"{each.limit.name} ({settings})"))
        named.append(each)
    return named


def _order(limit: Limit) -> tuple[int, bool, float, int, str]:
    """By kind, controls after what they are of, and from weak to strong."""
    kinds = list(KINDS)
    place = kinds.index(limit.learner.name) if limit.learner.name in kinds else len(kinds)
    control, level = 0, 0.0
    match limit.learner:
        case DPSGD() as learner:
            control, level = CONTROLS.index(learner.control), -learner.epsilon
        case LabelPrivate() as learner:
            level = -learner.epsilon
        case Pruned() as learner:
            level = learner.sparsity
        case Quantized() as learner:
            level = -float(learner.bits)
        case LowRank() as learner:
            level = -float(learner.rank)
        case Narrower() as learner:
            level = -learner.share
    return place, control > 0, level, control, limit.name
