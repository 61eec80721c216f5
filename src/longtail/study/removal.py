"""What the memorized examples of a run are worth: trained, written as ``removal.json``, and read back.

A file that is lost, torn or of another version is made anew from the trials without each set, which the run keeps.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np

from longtail.checked_json import checked_text, read_checked
from longtail.dataset import Dataset
from longtail.errors import DamagedRunError, InputError
from longtail.experiments.memorized_sets import memorized_sets
from longtail.experiments.necessity import necessity
from longtail.experiments.paired_removal import PairedRemoval, compared_arms, paired_removal
from longtail.findings.learner_tail import RemovalFindings, RemovedSet
from longtail.findings.plain import from_plain, to_plain
from longtail.outcomes import Outcomes
from longtail.runs.run_folder import RunFolder
from longtail.study.worth import MOST_MODELS, later_trials, study_of
from longtail.trials import TrialSet, TrialStore
from longtail.trials.runner import Progress
from longtail.trials.store import read_trial_set
from longtail.whole_files import write_atomically

__all__ = ["removal_found", "removal_of_memorized"]

_FILE = "removal.json"


def removal_of_memorized(
    folder: RunFolder,
    dataset: Dataset,
    outcomes: Outcomes,
    learner: Any,
    *,
    n_trials: int | None = None,
    level: float = 0.95,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> RemovalFindings:
    """Train without the memorized examples of a run, and write ``removal.json``.

    The first trials are judged on, the others choose the sets.

    Parameters
    ----------
    folder : RunFolder
    dataset, outcomes : Dataset, Outcomes
        Of the run.
    learner : str, scikit-learn classifier or Learner
        That of the run.
    n_trials : int, optional
        Models a set; 100, or half of the run's trials where they are fewer.
    level, jobs, progress
        See :func:`~longtail.experiments.paired_removal.paired_removal`.

    Raises
    ------
    InputError
        If the run has no trials left to choose the sets on, or no test examples.
    StudyMismatchError
        If the learner is not that of the run.
    """
    chosen, design = study_of(folder, learner)
    judged = min(MOST_MODELS, outcomes.n_trials // 2) if n_trials is None else n_trials
    sets = memorized_sets(dataset, later_trials(outcomes, judged, design.least_trials), design.seed)
    with folder.writing():
        found = paired_removal(
            chosen,
            dataset,
            outcomes,
            design,
            sets,
            n_trials=judged,
            store=folder.path,
            level=level,
            jobs=jobs,
            progress=progress,
        )
        return _saved(found, folder)


def removal_found(
    folder: RunFolder, dataset: Dataset, outcomes: Outcomes, level: float
) -> tuple[RemovalFindings | None, list[str]]:
    """Read back what training without the memorized said, or make it anew from its trials.

    Parameters
    ----------
    folder : RunFolder
        Held for writing.
    dataset, outcomes : Dataset, Outcomes
        Of the run.
    level : float
        Of the intervals where they are made anew.

    Returns
    -------
    RemovalFindings or None
        None where nobody trained without the memorized, or it cannot be told.
    list of str
        Why it cannot be told.
    """
    file, why = folder.path / _FILE, ""
    if file.is_file():
        try:
            found = from_plain(
                RemovalFindings, read_checked(file, "longtail worth RUN makes it anew.", owner=folder.key)
            )
            assert isinstance(found, RemovalFindings)
            return found, []
        except DamagedRunError as error:
            why = str(error)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            why = f"{file} is incomplete ({error!r}); longtail worth RUN makes it anew."
    again = _from_trials(folder, dataset, outcomes, level)
    if again is not None:
        return _saved(again, folder), []
    return None, [f"What the memorized examples are worth is left out: {why}"] if why else []


def _from_trials(folder: RunFolder, dataset: Dataset, outcomes: Outcomes, level: float) -> PairedRemoval | None:
    """Compare the arms that are there, if they are those of the memorized examples."""
    stored = dict(_without_sets(folder, dataset))
    design = folder.study().identity["design"]
    for judged in sorted({len(store.numbers()) for store in stored.values()}, reverse=True):
        with suppress(InputError, DamagedRunError):
            sets = memorized_sets(dataset, later_trials(outcomes, judged, 1), design["seed"])
            keys = {name: tuple(sorted(rows.tolist())) for name, rows in sets.items()}
            if keys and set(keys.values()) <= set(stored):
                arms = {name: (np.array(rows), stored[rows].outcomes()) for name, rows in keys.items()}
                return compared_arms(dataset, outcomes, arms, n_trials=judged, level=level)
    return None


def _without_sets(folder: RunFolder, dataset: Dataset) -> Iterator[tuple[tuple[int, ...], TrialStore]]:
    """Trial sets that differ from the study's in that they leave out examples, and perhaps in margins."""
    wanted = _with_all(folder.study().trial_set)
    for place in sorted((folder.path / "trials").glob("*/")):
        with suppress(DamagedRunError, OSError):  # The owner is unknown. The part about limits reports it.
            held = read_trial_set(place)
            without = held.identity["design"].get("without")
            if without and _with_all(held) == wanted:
                yield tuple(without), TrialStore(place, held, together=dataset.together)


def _with_all(trial_set: TrialSet) -> dict[str, object]:
    design = {name: value for name, value in trial_set.identity["design"].items() if name != "without"}
    return {name: value for name, value in trial_set.identity.items() if name != "record"} | {"design": design}


def _saved(found: PairedRemoval, folder: RunFolder) -> RemovalFindings:
    findings = _findings(found)
    write_atomically(folder.path / _FILE, checked_text(to_plain(findings), indent=1, owner=folder.key))
    folder.remember(_FILE, "longtail worth RUN")
    return findings


def _findings(found: PairedRemoval) -> RemovalFindings:
    verdict = necessity(found)
    return RemovalFindings(
        n_trials=found.n_trials,
        n_test=found.n_test,
        level=found.level,
        sets=[
            RemovedSet(name=arm.name, n_removed=len(arm.removed), in_a_subset=arm.in_a_subset, loss=arm.loss)
            for arm in found.arms.values()
        ],
        verdict="nothing memorized" if verdict is None else verdict.verdict,
        beyond=None if verdict is None else verdict.beyond,
        rare=None if verdict is None else verdict.rare,
        n_test_needed=None if verdict is None else verdict.n_test_needed,
    )
