"""Merge: join runs of one study that several machines made into one.

Each machine ran its share of the trials (``--range``), or they overlap: a trial is a pure function of the study and its
number, so a trial that two runs hold should be the same twice. Where it is, one copy is kept. Where it is not, because
two machines round differently, the first run's copy is kept and the difference is told; a trial that failed gives way
to one that did not.

Beside the trials of the study a run may hold other trial sets, those of limited learners: each is joined with its like.
What was frozen in the first run that has it (the scope of an audit, the files of ``longtail masks``) is kept. All else,
as what was computed from trials, is not joined but left out, by name: the command that made it makes it anew.

Trials that are in the joined run already are read only where another run has the same number, so that joining one part
after the other takes as long as the part does, however much is there; every command that reads trials checks them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from longtail.arguments import checked
from longtail.errors import DamagedRunError, InputError, StudyMismatchError
from longtail.runs.run_folder import FROZEN, RunFolder, Study
from longtail.trials import TrialStore
from longtail.trials.record import TrialRecord
from longtail.trials.store import read_trial_set
from longtail.trials.trial_file import trial_number
from longtail.whole_files import write_atomically

__all__ = ["DifferingTrial", "MergeReport", "merge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferingTrial:
    """A trial that two runs hold differently.

    Parameters
    ----------
    trial : int
        Its number.
    run : Path
        Whose copy was not kept; of another trial set than the study's, its folder in that run.
    n_correct : int
        For how many examples one model is right and the other wrong.
    margin : float
        The largest difference of two margins.
    """

    trial: int
    run: Path
    n_correct: int
    margin: float


@dataclass(slots=True, kw_only=True)
class MergeReport:
    """Report of what a merge did.

    Parameters
    ----------
    n_trials : int
        Trials of the study in the joined run.
    n_added : int
        Of these, how many were not there before.
    n_identical : int
        Copies that were there already.
    n_other_sets, n_added_to_others : int
        Other trial sets in the joined run, as those of limited learners; trials that were added to them.
    differing : list of DifferingTrial
        Copies that differ from the one that was kept.
    damaged : list of (Path, int)
        Run and number of trials that could not be read, and were left out.
    missing : list of int
        Trials of the plan that no run holds.
    kept : list of Path
        Frozen files that were taken over from a run.
    left_out : list of Path
        Everything else in a run beside its study and trials, as what was computed from them: not joined.
    """

    n_trials: int = 0
    n_added: int = 0
    n_identical: int = 0
    n_other_sets: int = 0
    n_added_to_others: int = 0
    differing: list[DifferingTrial] = field(default_factory=list)
    damaged: list[tuple[Path, int]] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)
    kept: list[Path] = field(default_factory=list)
    left_out: list[Path] = field(default_factory=list)


@checked
def merge(runs: Sequence[str | Path], out: str | Path) -> MergeReport:
    """Join runs of one study.

    Parameters
    ----------
    runs : sequence of path
        At least one; the first one that holds a trial decides.
    out : path
        A new run, or one of the same study, which keeps what it has.

    Raises
    ------
    StudyMismatchError
        If two runs are of different studies; the message names what differs. Nothing is written then.
    BusyRunError
        If another process is writing to ``out``.
    DamagedRunError
        If a trial set of a run does not say whose trials it holds. Nothing is written then.
    """
    folders = [RunFolder(Path(run)) for run in runs]
    if not folders:
        raise InputError("RUN", "be given at least once", "none")
    studies = [folder.study() for folder in folders]
    target = RunFolder(Path(out))
    joined = _joined(folders, studies, target)
    sources = [folder for folder in folders if folder.path.resolve() != target.path.resolve()]
    # A damaged set of trials is refused before anything is written.
    others = [store for folder in sources for store in _other_sets(folder)]
    report = MergeReport()
    with target.writing():
        target.freeze(joined)
        store = target.trials(tell=False)  # Files are taken over last.
        store.prepare()
        for folder in sources:
            report.n_added += _add(store, folder.trials(), folder.path, report)
        for other in others:
            own = TrialStore(target.path / "trials" / other.folder.name, other.trial_set)
            own.prepare()
            own.plan(other.planned)
            report.n_added_to_others += _add(own, other, other.folder, report)
        report.n_other_sets = len(_other_sets(target))
        for folder in sources:
            _keep_frozen(folder, target, report)
    present = set(store.numbers())
    report.n_trials = len(present)
    report.missing = sorted(set(range(joined.n_trials or 0)) - present)
    return report


def _other_sets(folder: RunFolder) -> list[TrialStore]:
    """Return the trial sets beside that of the study, by name."""
    own = folder.study().trial_set
    found = []
    for place in sorted((folder.path / "trials").glob("*/")):
        if place.name != own.key and any(trial_number(file.name) is not None for file in place.iterdir()):
            found.append(TrialStore(place, read_trial_set(place)))
    return found


def _keep_frozen(source: RunFolder, target: RunFolder, report: MergeReport) -> None:
    """Take over frozen files that the joined run lacks, and name all that is not joined."""
    for file in sorted(source.path.iterdir()):
        if file.name.startswith(".") or file.name in ("study.json", "trials"):
            continue
        own = target.path / file.name
        if file.name in FROZEN and not own.exists():
            write_atomically(own, file.read_bytes())
            report.kept.append(file)
        elif file.name not in FROZEN or own.read_bytes() != file.read_bytes():
            report.left_out.append(file)


def _joined(folders: list[RunFolder], studies: list[Study], target: RunFolder) -> Study:
    """Return the one study that all runs are of, with the longest plan."""
    if target.is_run:
        folders, studies = [target, *folders], [target.study(), *studies]
    else:
        target.require_free()
    first = studies[0]
    for folder, study in zip(folders[1:], studies[1:], strict=True):
        differences = first.trial_set.differences(study.trial_set)
        if differences:
            raise StudyMismatchError(
                f"{folders[0].path} and {folder.path} are different studies: {'; '.join(differences)}."
            )
    plans = [study.n_trials for study in studies if study.n_trials is not None]
    made = {part: command for study in reversed(studies) for part, command in study.made.items() if _is_joined(part)}
    return replace(first, n_trials=max(plans, default=None), made=dict(sorted(made.items())))


def _is_joined(part: str) -> bool:
    return part in FROZEN or part.startswith("trials/")


def _add(store: TrialStore, other: TrialStore, run: Path, report: MergeReport) -> int:
    """Add the trials that the other store holds. Return the number of those that were not there."""
    held, n_added = set(store.numbers()), 0
    for trial in other.numbers():
        try:
            record = other.read(trial)
        except DamagedRunError:
            report.damaged.append((run, trial))
            continue
        kept = _kept(store, trial, report) if trial in held else None
        if kept is None:
            store.append(replace(record, tokens=other.tokens(trial)))
            n_added += 1
            continue
        if store.encoded(kept) == store.encoded(record):
            report.n_identical += 1
            continue
        report.differing.append(_difference(kept, record, run))
        if kept.failure and not record.failure:
            store.append(replace(record, tokens=other.tokens(trial)))
    return n_added


def _kept(store: TrialStore, trial: int, report: MergeReport) -> TrialRecord | None:
    """Return the joined run's copy of a trial. None if it is damaged and has to be written over."""
    try:
        return store.read(trial)
    except DamagedRunError:
        report.damaged.append((store.folder, trial))
        return None


def _difference(kept: TrialRecord, other: TrialRecord, run: Path) -> DifferingTrial:
    comparable = kept.correct.shape == other.correct.shape
    margins = kept.margin.shape == other.margin.shape and kept.margin.size > 0
    apart = np.abs(kept.margin.astype(float) - other.margin.astype(float)) if margins else np.zeros(1)
    return DifferingTrial(
        trial=kept.trial,
        run=run,
        n_correct=int((kept.correct != other.correct).sum()) if comparable else len(kept.correct) + len(other.correct),
        margin=float(apart.max()),
    )
