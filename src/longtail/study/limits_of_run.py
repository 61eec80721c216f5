"""The limits of a run: every trial set in it that belongs to a limited learner, read back.

The trials are the truth. A trial set's identity says which limit it was trained under, so that whatever measures a
limit in a run, an audit today and ``longtail limit`` tomorrow, adds to one list and loses nothing of it. What cannot be
read back, because it is of another version or of a module that is not here, is told by name.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import longtail.limits as package
from longtail.analysis.limits import LimitTrials
from longtail.dataset import Dataset
from longtail.errors import DamagedRunError, InputError
from longtail.learners.learner import Learner
from longtail.limits import Limit
from longtail.limits.read_back import limit_of_identity, limits_a_learner
from longtail.limits.spelling import option_of
from longtail.notices import notice
from longtail.outcomes import Outcomes
from longtail.runs.learner_of_run import built_in_learner
from longtail.runs.run_folder import RunFolder
from longtail.trials import SubsetDesign, TrialSet, TrialStore, run_trials
from longtail.trials.campaign import TooManyFailuresError
from longtail.trials.collect import NoTrialError
from longtail.trials.runner import Progress
from longtail.trials.store import PLANNED, read_trial_set
from longtail.trials.trial_file import trial_number

__all__ = ["HeldLimits", "limits_in", "limits_of_learner", "train_limits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLimits:
    """Limits that a run holds.

    Parameters
    ----------
    trials : list of LimitTrials
        By kind, controls after what they are of, and from weak to strong.
    unread : list of str
        Trial sets whose limit cannot be read back, and why, a sentence each.
    """

    trials: list[LimitTrials]
    unread: list[str]


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
        From the title of a limit to the callback that :func:`longtail.trials.run_trials` takes.

    Raises
    ------
    TooManyFailuresError
        If models cannot be trained under a limit, which is named.
    """
    for each in limits:
        _remember(folder, TrialSet.of(dataset, each, design).key, option_of(each, dataset), design.n_trials)
        try:
            run_trials(each, dataset, design, store=folder.path, jobs=jobs, progress=watch(each.title))
        except TooManyFailuresError as error:  # Which of several limits it was, as it is asked for.
            raise TooManyFailuresError(f"{option_of(each, dataset)}: {error}") from error


def limits_in(
    folder: RunFolder, dataset: Dataset, learner: Learner, design: SubsetDesign, asked: Sequence[Limit] = ()
) -> HeldLimits:
    """Return all limits of a run, with their outcomes.

    Parameters
    ----------
    folder : RunFolder
        Held for writing, with its trials.
    dataset, learner, design
        The study, whose number of trials does not matter here.
    asked : sequence of Limit
        Known ones, of any kind; the others are made again from their identity.

    Raises
    ------
    DamagedRunError
        If nothing says any more which limit some trials were trained under: it would be missing in silence.
    """
    known = {TrialSet.of(dataset, each, design).key: each for each in asked}
    own, found, unread = folder.key, [], []
    for place in sorted((folder.path / "trials").glob("*/")):
        if place.name == own:
            continue
        limit = known.get(place.name)
        again = folder.remedy(f"trials/{place.name}")
        held = _whose(place, None if limit is None else TrialSet.of(dataset, limit, design), again)
        if held is None or not limits_a_learner(held.identity["learner"]):
            continue
        try:
            limit = limit or limit_of_identity(held.identity["learner"], learner)
            same = TrialSet.of(dataset, limit, design) == held  # What it is told may be gone: a file, or the groups.
        except InputError as error:
            unread.append(f"Left out are the trials of a limit, trials/{place.name}: {error}")
            continue
        if not same:
            unread.append(f"Left out are trials of {limit.title} on other data or subsets, trials/{place.name}.")
            continue
        store = TrialStore(place, held, together=dataset.together)
        if not store.numbers():
            unread.append(f"Left out is {limit.title}, trials/{place.name}: {_missing(store)}.")
            continue
        try:
            _repair(store, limit, dataset, design, folder)
            outcomes = store.outcomes()
        except (NoTrialError, TooManyFailuresError):
            unread.append(f"Left out is {limit.title}, trials/{place.name}: its trials failed.")
            continue
        option, name = option_of(limit, dataset), limit.title
        _remember(folder, place.name, option, store.planned or len(store.numbers()))
        found.append(
            LimitTrials(
                limit=limit,
                name=name,
                outcomes=outcomes,
                folder=f"trials/{place.name}",
                option=option,
                about_trials=_about(name, store, outcomes),
            )
        )
    return HeldLimits(trials=_told_apart(sorted(found, key=lambda each: _order(each.limit))), unread=unread)


def limits_of_learner(
    folder: RunFolder, dataset: Dataset, learner: Learner | None, design: SubsetDesign, asked: Sequence[Limit] = ()
) -> HeldLimits:
    """Return all limits of a run, or none where its learner cannot be made again: that is told where it has some.

    Parameters
    ----------
    folder, dataset, design, asked
        See :func:`limits_in`.
    learner : Learner or None
        Of the study. None where it cannot be made again.
    """
    if learner is not None:
        return limits_in(folder, dataset, learner, design, asked)
    own = folder.study().trial_set.key
    places = (place for place in (folder.path / "trials").glob("*/") if place.name != own)
    if not any(_may_be_limited(place) for place in places):
        return HeldLimits(trials=[], unread=[])
    left_out = (
        f"The limits in {folder.path} are left out of its report: its learner cannot be made again from its name. "
        "longtail limit or longtail audit on the same folder puts them in."
    )
    notice(left_out)
    return HeldLimits(trials=[], unread=[left_out])


def _remember(folder: RunFolder, key: str, option: str, n_trials: int) -> None:
    """Let the study remember a limit, so that it is missed when its trials are gone."""
    if not folder.is_run:
        return
    learner = None if built_in_learner(folder.study().identity["learner"]) else "LEARNER"
    folder.remember(f"trials/{key}", folder.command("limit", option, learner=learner, trials=n_trials))


def _may_be_limited(place: Path) -> bool:
    """Tell whether trials are of a limit, or of nobody knows what."""
    try:
        return limits_a_learner(read_trial_set(place).identity["learner"])
    except DamagedRunError:
        return True


def _whose(place: Path, known: TrialSet | None, again: str) -> TrialSet | None:
    """Return the trial set that a folder's trials belong to.

    None if there are no trials and none were planned. ``again`` says what makes them anew, where that is known.
    """
    if not any(trial_number(file.name) is not None or file.name == PLANNED for file in place.iterdir()):
        return None
    if known is not None:
        return known
    try:
        return read_trial_set(place)
    except DamagedRunError as error:
        unknown = "Nothing else says which limit its trials were trained under."
        again = again or f"{unknown} Run longtail limit with the limits of this run again."
        raise DamagedRunError(f"{error} {again} Or remove that folder with its trials.") from error


def _missing(store: TrialStore) -> str:
    there = store.planned - store.missing()
    if not there:
        return f"none of its {store.planned:,} planned models is in the run"
    return f"{there:,} of {store.planned:,} planned models are in the run"


def _about(name: str, store: TrialStore, outcomes: Outcomes) -> str:
    """Return what is to be known of the models that a limit's numbers rest on. Empty where all are there."""
    about = [f"{name}: {_missing(store)}; its numbers rest on these."] if store.missing() else []
    if outcomes.about_failed:
        about.append(f"{name}: {outcomes.about_failed}")
    return " ".join(about)


def _repair(store: TrialStore, limit: Limit, dataset: Dataset, design: SubsetDesign, folder: RunFolder) -> None:
    """Run damaged trials of a limit again, and those that are gone from between the others."""
    numbers, damaged = store.numbers(), store.damaged()
    if not damaged and len(numbers) == numbers[-1] + 1:
        return
    notice(f"Trials of {limit.title} in {store.folder} are damaged or missing, and are trained again.")
    n_trials = max(numbers[-1] + 1, design.least_trials)
    run_trials(limit, dataset, replace(design, n_trials=n_trials), folder.path, trials=range(numbers[-1] + 1))


def _told_apart(trials: list[LimitTrials]) -> list[LimitTrials]:
    """Limits of one title get the settings that they differ in added to it."""
    titles = [each.limit.title for each in trials]
    named = []
    for each in trials:
        namesakes = [other.limit.describe() for other in trials if other.limit.title == each.limit.title]
        own = each.limit.describe()
        differing = [name for name in own if any(other.get(name) != own[name] for other in namesakes)]
        if titles.count(each.limit.title) > 1 and differing:
            settings = ", ".join(f"{name} = {own[name]}" for name in differing)
            each = replace(each, name=f"{each.limit.title} ({settings})")
        named.append(each)
    return named


def _order(limit: Limit) -> tuple[int, bool, str, float, str]:
    """Return the sort key of a limit: first as limits are listed, then by kind, then from weak to strong.

    Limits that are no level of any kind come last.
    """
    listed = package.LIMITS
    place = listed.index(type(limit)) if type(limit) in listed else len(listed)
    return place, not limit.kind, limit.kind, float(limit.strength), limit.title
