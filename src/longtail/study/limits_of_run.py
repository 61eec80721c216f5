"""The limits of a run: every trial set in it that belongs to a limited learner, read back.

The trials are the truth. A trial set's identity says which limit it was trained under, so that whatever measures a
limit in a run, an audit today and ``longtail limit`` tomorrow, adds to one list and loses nothing of it. What cannot be
read back, because it is of another version or of a module that is not here, is told by name.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import longtail.limits as package
from longtail.analysis.limits import LimitTrials
from longtail.dataset import Dataset
from longtail.errors import DamagedRunError, InputError
from longtail.learners.learner import Learner
from longtail.limits import Limit
from longtail.limits.read_back import limit_of_identity, limits_a_learner
from longtail.limits.spelling import option_of
from longtail.runs.run_folder import RunFolder
from longtail.trials import SubsetDesign, TrialSet, TrialStore, run_trials
from longtail.trials.runner import Progress
from longtail.trials.store import read_trial_set

__all__ = ["HeldLimits", "limits_in", "train_limits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLimits:
    """What a run holds of limits.

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
    """
    for each in limits:
        run_trials(each, dataset, design, store=folder.path, jobs=jobs, progress=watch(each.title))


def limits_in(
    folder: RunFolder, dataset: Dataset, learner: Learner, design: SubsetDesign, asked: Sequence[Limit] = ()
) -> HeldLimits:
    """All limits of a run, with their outcomes.

    Parameters
    ----------
    folder : RunFolder
        With its trials.
    dataset, learner, design
        The study, whose number of trials does not matter here.
    asked : sequence of Limit
        Known ones, of any kind; the others are made again from their identity.
    """
    known = {TrialSet.of(dataset, each, design).key: each for each in asked}
    found, unread = [], []
    for place in sorted((folder.path / "trials").iterdir()):
        try:
            held = read_trial_set(place)
            if not limits_a_learner(held.identity["learner"]):
                continue
            outcomes = TrialStore(place, held).outcomes()
            limit = known.get(place.name) or limit_of_identity(held.identity["learner"], learner)
        except DamagedRunError:  # it was cut before its first trial; the next run of it goes on
            continue
        except InputError as error:
            unread.append(f"Left out are the trials of a limit, trials/{place.name}: {error}")
            continue
        if TrialSet.of(dataset, limit, design) != held:
            unread.append(f"Left out are trials of {limit.title} on other data or subsets, trials/{place.name}.")
            continue
        option = option_of(limit, dataset)
        found.append(
            LimitTrials(limit=limit, name=limit.title, outcomes=outcomes, folder=f"trials/{place.name}", option=option)
        )
    return HeldLimits(trials=_told_apart(sorted(found, key=lambda each: _order(each.limit))), unread=unread)


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
    """As limits are listed, then by kind, what is no level of anything last, and from weak to strong."""
    listed = package.LIMITS
    place = listed.index(type(limit)) if type(limit) in listed else len(listed)
    return place, not limit.kind, limit.kind, float(limit.strength), limit.title
