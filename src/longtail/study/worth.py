"""The worth of sets of training examples in a run: the memorized ones, a group, a class, rows of the user's file.

The models of each set are trials of the run's folder, beside those of the study, and are resumed from there.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.array_types import Whole
from longtail.dataset import Dataset
from longtail.errors import InputError, Said
from longtail.experiments.memorized_sets import memorized_positions, whole_units
from longtail.experiments.paired_removal import Arm, paired_removal, training_positions
from longtail.notices import notice
from longtail.outcomes import Outcomes
from longtail.runs.learner_of_run import learner_of_run
from longtail.runs.run_folder import RunFolder
from longtail.trials import SubsetDesign
from longtail.trials.design import MOST_TRIALS
from longtail.trials.runner import Progress

__all__ = [
    "MOST_MODELS",
    "counted_examples",
    "later_trials",
    "memorized_examples",
    "named_examples",
    "study_of",
    "worth_of",
]


MOST_MODELS = 100
"""Without a set, where nobody asks for a number."""


def worth_of(
    folder: RunFolder,
    dataset: Dataset,
    outcomes: Outcomes,
    learner: Any,
    rows: ArrayLike,
    *,
    on: ArrayLike | None = None,
    n_trials: int | None = None,
    level: float = 0.95,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Arm:
    """Measure what any set of training examples is worth on test examples, or on some of them.

    See :func:`~longtail.study.removal.removal_of_memorized` for the other parameters.

    Parameters
    ----------
    rows : (k,) int array or (n,) bool array
        Training examples; not chosen by the first trials of the run. Where examples are tied, units leave as a whole.
    on : (n_test,) bool array, optional
        The test examples that count.
    """
    chosen, design = study_of(folder, learner)
    rows = _in_whole_units(dataset, training_positions("rows", rows, dataset.n_train))
    with folder.writing():
        found = paired_removal(
            chosen,
            dataset,
            outcomes,
            design,
            {"the set": rows},
            n_trials=min(MOST_MODELS, outcomes.n_trials) if n_trials is None else n_trials,
            on=on,
            store=folder.path,
            level=level,
            jobs=jobs,
            progress=progress,
        )
    return found.arms["the set"]


def memorized_examples(outcomes: Outcomes, n_trials: int | None = None) -> tuple[Whole, int]:
    """Return the memorized examples, chosen on later trials, and how many first trials are left to judge them on.

    Raises
    ------
    InputError
        If none is memorized.
    """
    judged = min(MOST_MODELS, outcomes.n_trials // 2) if n_trials is None else n_trials
    rows = memorized_positions(later_trials(outcomes, judged, 1))
    if not len(rows):
        raise InputError("rows", "hold at least one training example", Said("none that is memorized"))
    return rows, judged


def named_examples(dataset: Dataset, name: str, *, held_out: bool = False) -> Whole:
    """Return the examples that a name stands for: ``group:NAME``, ``class:NAME``, or a file of rows.

    Parameters
    ----------
    dataset : Dataset
    name : str
        A file holds row numbers of the data as given, counted from 0, one a line; the first line may be a heading.
    held_out : bool
        Whether test examples are meant.

    Raises
    ------
    InputError
        If there is no such group or class, or the file holds anything else; of ``on`` where test examples are meant, of
        ``rows`` otherwise.
    """
    argument, which = ("on", "test") if held_out else ("rows", "training")
    kind, colon, value = name.partition(":")
    if colon and kind == "class":
        if not dataset.class_names:
            raise InputError(argument, "be group:NAME or a file of row numbers where there are no classes", name)
        codes = dataset.y_test if held_out else dataset.y
        return _coded(argument, "class", value, dataset.class_names, codes)
    if colon and kind == "group":
        groups = dataset.group_test if held_out else dataset.group
        if groups is None:
            remedy = "Measure with groups, or write the numbers of its rows to a file."
            raise InputError(argument, f"be a group that {which} examples have", Said("no groups are known"), remedy)
        return _coded(argument, "group", value, dataset.group_names, groups)
    if not Path(name).is_file():
        names = "group:NAME, class:NAME or a file of row numbers"
        raise InputError(argument, f"be {names if held_out else f'memorized, {names}'}", name)
    return _rows_in(argument, Path(name), dataset.position_test if held_out else dataset.position)


def counted_examples(dataset: Dataset, on: ArrayLike | str | None) -> NDArray[np.bool_] | None:
    """Return the mask of the test examples that count. None where all do.

    Raises
    ------
    InputError
        If a name stands for nothing, or for no test example.
    """
    if on is None or not isinstance(on, str):
        return None if on is None else np.asarray(on)
    counted = np.zeros(dataset.n_test, bool)
    if dataset.n_test:  # otherwise it is refused where the models are paired
        counted[named_examples(dataset, on, held_out=True)] = True
        if not counted.any():
            raise InputError("on", "hold at least one test example", Said(f"none of {on}"))
    return counted


def later_trials(outcomes: Outcomes, judged: int, least: int) -> Outcomes:
    """Return the trials on which no set is judged, so that sets can be chosen by them.

    Raises
    ------
    InputError
        If they are fewer than ``least``.
    """
    first = int(np.searchsorted(outcomes.trial_numbers, judged))
    if outcomes.n_trials - first < least:
        what = Said(f"{outcomes.n_trials} in all, {judged} to be judged on")
        raise InputError("n_trials", "leave trials of the run to choose the sets on", what, "Measure more trials.")
    return outcomes.restricted_to(slice(first, None))


def _coded(argument: str, kind: str, value: str, names: Sequence[str], codes: Whole) -> Whole:
    if value not in names:
        shown = ", ".join(f"{kind}:{name}" for name in names[:8]) + (", …" if len(names) > 8 else "")
        raise InputError(argument, f"be one of {shown}", f"{kind}:{value}")
    return np.flatnonzero(codes == names.index(value))


def _rows_in(argument: str, path: Path, position: Whole) -> Whole:
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    cells = [line.split(",")[0].strip() for line in lines if line.strip()]
    if cells and not cells[0].isdecimal():
        del cells[0]
    strange = next((cell for cell in cells if not cell.isdecimal()), None)
    if strange is not None or not cells:
        raise InputError(argument, "be a file with a row number a line", Said(strange or f"none in {path.name}"))
    wanted = np.unique([int(cell) for cell in cells])
    found = np.flatnonzero(np.isin(position, wanted))
    if not len(found):
        raise InputError(argument, "hold rows that are among these examples", Said(f"none of {len(wanted)}"))
    if missing := len(wanted) - len(np.intersect1d(wanted, position[found])):
        notice(f"{missing:,} of {len(wanted):,} rows of {path.name} are not among these examples, and do not count.")
    return found


def _in_whole_units(dataset: Dataset, rows: Whole) -> Whole:
    """Return the rows with all that are tied to them, since models never saw a part of a unit."""
    whole = whole_units(dataset, rows)
    if len(whole) == len(rows):
        return rows
    more = f"{len(whole) - len(rows):,} more training examples"
    notice(f"{more} are left out, which are tied to the {len(rows):,} asked for.")
    return training_positions("rows", whole, dataset.n_train)


def study_of(folder: RunFolder, learner: Any) -> tuple[Any, SubsetDesign]:
    """Return the learner of a run, as asked for, and its design.

    Raises
    ------
    StudyMismatchError
        If the learner is not that of the run.
    """
    study = folder.study()
    chosen = learner_of_run(study, learner)
    design = SubsetDesign.of_identity(study.identity["design"], study.n_trials or MOST_TRIALS)
    return chosen, design
