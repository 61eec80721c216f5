"""A training script of the user's own, in any process: one trial of a run, and what its model answers back.

    for number in longtail.missing_trials("runs/mine"):
        with longtail.trial("runs/mine", number) as trial:
            model = train(trial.X, trial.y, seed=trial.seed)
            trial.record(model(trial.X_eval))

``longtail masks`` made the run. A recorded trial is a file of its own, there whole or not at all, so a script that was
killed goes on with what is missing, and as many processes as you like record into one run, one file at a time.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.errors import InputError, Said
from longtail.runs.given_answer import held_record
from longtail.runs.handed_out import DATA_FILE, data_as_handed_out
from longtail.runs.masks import require_masks
from longtail.runs.own_trial import Trial
from longtail.runs.run_folder import RunFolder, Study
from longtail.runs.script_source import calling_script, require_source, source_of_script
from longtail.trials import TrialStore

__all__ = ["missing_trials", "trial"]


@checked
def trial(run: str | Path, number: int, *, script: str | Path | None = None) -> Trial:
    """Open one trial of a run that ``longtail masks`` made, to train its model here.

    Parameters
    ----------
    run : path
        The run folder.
    number : int
        Of the trial.
    script : path, optional
        The file whose SHA-256 identifies the training; the one that calls this, where it is not given.

    Returns
    -------
    Trial
        For a ``with`` statement.

    Raises
    ------
    InputError
        If there is no such run or trial, or the trial is recorded.
    StudyMismatchError
        If the run holds trials of another script, or of this one before an edit.
    DamagedRunError
        If the data in the run are not those of its study.
    """
    source = source_of_script(calling_script() if script is None else Path(script))
    folder, study = _opened(run)
    if not 0 <= number < (study.n_trials or 0):
        raise InputError("number", f"be a trial in 0..{(study.n_trials or 0) - 1}, the trials of {run}", number)
    require_source(folder, source)
    if held_record(_store(folder, study), number) is not None:
        remedy = "missing_trials(run) lists those that are not."
        raise InputError("number", "be of a trial that is not recorded yet", Said(f"{number}, which is"), remedy)
    file = (folder.path / DATA_FILE).absolute()
    changed = file.stat().st_mtime_ns if file.exists() else 0
    data = _data(folder.path.absolute(), study.identity["data"]["hash"], changed)
    return Trial(folder, study, number, source, data)


@checked
def missing_trials(run: str | Path, share: Sequence[int] | None = None) -> list[int]:
    """Return the numbers of the trials that are not recorded yet, in order.

    Parameters
    ----------
    run : path
        That ``longtail masks`` made.
    share : sequence of int, optional
        The numbers to choose from, as ``range(100, 200)``; all trials of the run where it is not given.

    Raises
    ------
    InputError
        If there is no such run, or a number is none of its trials.
    """
    folder, study = _opened(run)
    planned = range(study.n_trials or 0)
    wanted = planned if share is None else share
    for number in wanted:
        if number not in planned:
            raise InputError("share", f"hold trials in 0..{len(planned) - 1}, the trials of {run}", number)
    store = _store(folder, study)
    return sorted(number for number in set(wanted) if held_record(store, number) is None)


def _opened(run: str | Path) -> tuple[RunFolder, Study]:
    folder = RunFolder(Path(run))
    study = folder.study()
    require_masks(folder, study)
    return folder, study


def _store(folder: RunFolder, study: Study) -> TrialStore:
    return TrialStore(folder.path / "trials" / study.trial_set.key, study.trial_set)


@lru_cache(maxsize=1)
def _data(run: Path, _content: str, _changed: int) -> dict[str, NDArray[Any]]:
    """The data that were handed out, read and compared once a process."""
    arrays = data_as_handed_out(run, RunFolder(run).study())
    for array in arrays.values():
        array.flags.writeable = False
    return arrays
