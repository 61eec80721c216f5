"""Run the trials of a design: those that are not there yet, in any order, on any workers, one result at a time.

Where the machine itself fails, a trial is not recorded as failed: the run stops, to go on later. One process at a time
writes to a store. Who runs them is :mod:`longtail.trials.campaign`.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.errors import DamagedRunError, InputError, Said, parameter
from longtail.handed_rows import told_of
from longtail.learners.function_learner import FunctionLearner, is_training_function
from longtail.learners.language_function import LanguageFunction, is_language_function
from longtail.learners.learner import Learner
from longtail.learners.sklearn_learner import wrapped
from longtail.machine import held
from longtail.machine_faults import blames_the_machine
from longtail.notices import notice
from longtail.outcomes import Outcomes
from longtail.trials.campaign import Campaign, Progress, TooManyFailuresError, Watch, WorkersDiedError
from longtail.trials.collect import MEMORY_BUDGET, collect_outcomes
from longtail.trials.design import SubsetDesign
from longtail.trials.store import TrialStore
from longtail.trials.trial_set import TrialSet
from longtail.trials.truth import require_task

__all__ = [
    "Progress",
    "TooManyFailuresError",
    "WorkersDiedError",
    "as_learner",
    "check_first_trial",
    "holds_trials",
    "run_trials",
    "share_of",
]

_TRIALS_SHOWN = 10


@checked
def as_learner(estimator: Any) -> Learner:
    """Return a learner as it is. Wrap an estimator of scikit-learn, or a function ``train(rows, labels, seed)`` or
    ``train(texts, seed)``.

    Raises
    ------
    InputError
        If it is none of these.
    """
    if is_training_function(estimator):
        return FunctionLearner(train=estimator)
    if is_language_function(estimator):
        return LanguageFunction(train=estimator)
    return estimator if isinstance(estimator, Learner) else wrapped(estimator)


@checked
def run_trials(
    estimator: Any,
    dataset: Dataset,
    design: SubsetDesign,
    store: str | Path | None = None,
    *,
    trials: range | None = None,
    jobs: int | None = None,
    margins: bool = True,
    memory: int = MEMORY_BUDGET,
    progress: Progress | None = None,
    checked: bool = False,
) -> Outcomes:
    """Train ``design.n_trials`` models, each on its subset, and return the table of outcomes.

    Parameters
    ----------
    estimator : scikit-learn classifier, training function or Learner
        What is trained; cloned and seeded for each trial.
    dataset : Dataset
        What it is trained on.
    design : SubsetDesign
        Which examples each trial trains on.
    store : path, optional
        A run folder. Trials that it holds are not run again; each new one is saved as it finishes, so an interrupted
        run loses only what was under way. Without it, nothing is written.
    trials : range, optional
        One machine's share of the trials; all of them where it is not given.
    jobs : int, optional
        How many trials at a time; as ``joblib.parallel_config`` says, or one for each core, where it is not given. It
        does not affect any result.
    margins : bool
        Whether margins and confidences are kept; without them a trial takes a seventeenth of the room, and what needs
        them (the efficient estimator, attacks) is not to be had.
    memory : int
        Bytes that the table may take in memory, see :mod:`longtail.trials.collect`. It does not affect any result.
    progress : callable, optional
        Called with (finished, planned), once at the start and after each trial.
    checked : bool
        Whether the learner went through :func:`check_first_trial` already. A first run begins with it otherwise.

    Returns
    -------
    Outcomes
        Of all finished trials of the set, in order of their numbers.

    Raises
    ------
    TooManyFailuresError
        If more than a tenth of the trials fail. Up to that, a failed trial is recorded with its reason and left out.
    WorkersDiedError
        If worker processes keep dying.
    MachineError
        If memory or a disk was not enough for a trial; finished trials are kept.
    BusyRunError
        If another process, or another thread of this one, is writing to ``store``.
    DamagedRunError
        If finished trials were removed while the others were run.
    InputError
        If the learner's predictions break the protocol, or ``trials`` are none of the design's.
    """
    learner = told_of(as_learner(estimator), dataset)
    require_task(learner, dataset)
    share = share_of(trials, design)
    trial_set = TrialSet.of(dataset, learner, design, margins=margins)
    campaign = Campaign(learner, dataset, design, jobs, margins)
    if not checked and (store is None or not holds_trials(store, trial_set)):
        campaign.check(share[0])
    if store is None:
        records = campaign.run(share, Watch(len(share), 0, progress))
        return _told(collect_outcomes(records, share, dataset.n_train, memory=memory), dataset)
    place = Path(store)
    place.mkdir(parents=True, exist_ok=True)
    with held(place):
        folder = TrialStore(place / "trials" / trial_set.key, trial_set, together=dataset.together)
        folder.prepare()
        folder.plan(share.stop)
        present = _sound(folder)
        missing = [trial for trial in share if trial not in present]
        for record in campaign.run(missing, Watch(len(share), len(share) - len(missing), progress)):
            # Losses of single tokens are of the learner itself; of those under limits nobody asks for them.
            folder.append(replace(record, tokens=None) if hasattr(learner, "inner") else record)
        _require_all(folder, share)
        return _told(folder.outcomes(memory, tell_failed=False), dataset)


def _told(outcomes: Outcomes, dataset: Dataset) -> Outcomes:
    """Return the outcomes with labels, and give a notice if trials failed: results of the others may be biased."""
    labeled = outcomes.labeled(dataset.y)
    if labeled.about_failed:
        notice(labeled.about_failed)
    return labeled


def check_first_trial(learner: Learner, dataset: Dataset, design: SubsetDesign, trial: int = 0) -> None:
    """Refuse, or tell of, a learner that breaks its rules: one trial, trained twice and asked twice.

    Raises
    ------
    InputError
        See :func:`longtail.trials.checked_trial.check_learner`.
    """
    require_task(learner, dataset)
    Campaign(told_of(learner, dataset), dataset, design, None, margins=True).check(trial)


def holds_trials(store: str | Path, trial_set: TrialSet) -> bool:
    """Return whether a run folder holds a trial of the set."""
    return next((Path(store) / "trials" / trial_set.key).glob("[0-9]*.npz"), None) is not None


def _sound(folder: TrialStore) -> set[int]:
    """Return the numbers of the trials that count. The others are named and removed, so that they run again."""
    sound, removed = set(), []
    for trial in folder.numbers():
        try:
            failure = folder.read(trial).failure
        except DamagedRunError:
            failure = "MemoryError"
        if blames_the_machine(failure):
            folder.discard(trial)
            removed.append(trial)
        else:
            sound.add(trial)
    if removed:
        shown = ", ".join(map(str, removed[:_TRIALS_SHOWN])) + (", …" if len(removed) > _TRIALS_SHOWN else "")
        reason = "were damaged, not their own, or failed for lack of memory or room"
        notice(f"{len(removed)} trials in {folder.folder} {reason}, and are run again: {shown}.")
    return sound


def _require_all(folder: TrialStore, share: range) -> None:
    """Notice that somebody removed the folder, or trials, while others were being written."""
    present = set(folder.numbers())
    gone = sum(trial not in present for trial in share)
    if gone:
        raise DamagedRunError(
            f"{gone:,} trials that were finished are no longer in {folder.folder}: they were removed meanwhile. "
            "Run the same command again to make them anew."
        )


def share_of(trials: range | None, design: SubsetDesign) -> range:
    """Return the trials that are asked for: all of the design, or a range of them.

    Raises
    ------
    InputError
        If the range is empty, has gaps or leaves the design.
    """
    share = range(design.n_trials) if trials is None else trials
    if not (share.step == 1 and 0 <= share.start < share.stop <= design.n_trials):
        law = f"be a range A:B within the {design.n_trials} trials of the study"
        remedy = f"Set their number by {parameter('n_trials')}."
        raise InputError("trials", law, Said(f"{share.start}:{share.stop}"), remedy)
    return share
