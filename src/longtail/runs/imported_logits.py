"""Bring your own training loop, the way back: answers of models that were trained elsewhere become trials of the run.

Answers are logits of classes, predictions of a number, or performances by name.

One array a trial, in the layout that :mod:`longtail.runs.masks` describes in the run's ``README.md``. Each is checked
by the name of its file before it counts; what has been read in is a trial like any other.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.errors import DamagedRunError, InputError, Said
from longtail.learners.learner import Answer, Predictions
from longtail.membership.given_numbers import require_order
from longtail.notices import notice
from longtail.outcomes import ACCURACY
from longtail.runs.given_answer import given_answer, given_record, held_record, task_of_data
from longtail.runs.handed_out import DATA_FILE, require_as_handed_out
from longtail.runs.mask_fit import MaskFit, gain_inside
from longtail.runs.masks import require_masks
from longtail.runs.run_folder import RunFolder
from longtail.runs.script_source import require_source
from longtail.trials import SubsetDesign, TrialStore
from longtail.trials.record import TrialRecord

__all__ = ["import_logits"]

_READ = ("y", "y_test", "together", "class_names", "task")
_MOST_NAMED = 5
_TRIALS_FOR_ORDER = 16
"""Models that are asked which order of classes they are right in."""


@checked
def import_logits(run: str | Path, paths: Sequence[str | Path]) -> list[int]:
    """Read logits, predictions or performances into a run that :func:`write_masks` made.

    Parameters
    ----------
    run : path
        The run folder.
    paths : sequence of path
        Files, or folders of files: ``.npy``, or ``.npz`` with an array ``logits``. A two-dimensional array of logits
        is of the trial whose number ends the file's name; a three-dimensional one is of trials 0, 1, and so on. Where a
        number is predicted, or texts are learned, arrays have one dimension less: predictions, or losses in nats a
        token; an ``.npz`` may hold ``predictions``, or performances by their names, as ``log_loss`` and
        ``token_accuracy``.

    Returns
    -------
    list of int
        Numbers of the trials that were added; one that is there already, with the same outcomes, is not.

    Raises
    ------
    InputError
        If an array has the wrong shape or holds NaN, is of no trial of the study, or contradicts what is there. The
        message names the file; nothing has been read in then.
    DamagedRunError
        If the examples or subsets that were handed out are not the study's.
    """
    folder = RunFolder(Path(run))
    study = folder.study()
    require_masks(folder, study)
    data = _read_data(folder.path / DATA_FILE)
    design = SubsetDesign.of_identity(study.identity["design"], study.n_trials or 0)
    require_as_handed_out(folder.path, study, design)
    name = study.identity["learner"]["name"]
    fits, trials, copies = _inspected(paths, design, data, name)
    fits.require(f"outcomes of {folder.path}")
    if fits.warning:
        notice(fits.warning)
    _tell_strange(fits, trials, copies)
    added: list[int] = []
    with folder.writing():
        require_source(folder, {})
        store = folder.trials()
        records = (
            (path, given_record(trial, answer, design, data, name))
            for path, trial, answer in _answers_of_trials(paths, data)
        )
        _require_agreement(store, records)
        store.prepare()
        for _, trial, answer in _answers_of_trials(paths, data):
            if held_record(store, trial) is None:
                store.append(given_record(trial, answer, design, data, name))
                added.append(trial)
    return added


def _inspected(
    paths: Sequence[str | Path], design: SubsetDesign, data: dict[str, NDArray[Any]], learner: str
) -> tuple[MaskFit, list[int], list[str]]:
    """Refuse what is wrong by itself, before anything is written.

    Returns how masks and outcomes go together, the trials' numbers, and which of them hold the numbers of another.
    """
    y, own, previous, kind = data["y"], [], [], ACCURACY
    trials: list[int] = []
    first: dict[bytes, int] = {}
    copies: list[str] = []
    confusion = np.zeros((2, 0), np.int64)
    for path, trial, answer in _answers_of_trials(paths, data):
        if not 0 <= trial < design.n_trials:
            raise InputError(path.name, f"be of a trial in 0..{design.n_trials - 1}, the trials of the study", trial)
        record = given_record(trial, answer, design, data, learner)
        own.append(gain_inside(record, record.inclusion))
        kind = record.kinds[0] if record.kinds else kind
        trials.append(trial)
        numbers = record.performance if record.kinds else record.margin
        if len(np.unique(numbers)) > 2:  # Models that hardly tell rows apart may well be alike.
            other = first.setdefault(hashlib.sha256(np.ascontiguousarray(numbers).tobytes()).digest(), trial)
            copies += [f"{trial} those of {other}"] if other != trial else []
        if trial > 0:
            previous.append(gain_inside(record, design.inclusion(len(y), trial - 1, data.get("together"))))
        if isinstance(answer, Predictions) and len(own) <= _TRIALS_FOR_ORDER:
            inside = record.inclusion
            confusion = np.hstack([confusion, [answer.labels[: len(y)][inside], y[inside]]])
    if confusion.size:
        names = data.get("class_names", np.arange(int(y.max()) + 1)).astype(str).tolist()
        require_order("the logits", confusion[0], confusion[1], names)
    return MaskFit(own=np.array(own), previous=np.array(previous), kind=kind), trials, copies


def _tell_strange(fits: MaskFit, trials: Sequence[int], copies: Sequence[str]) -> None:
    """Tell of single trials that contradict their masks, and of trials whose numbers are those of another."""
    if places := fits.strange:
        notice(
            f"Better on examples left out than on included ones, unlike the others: "
            f"{_few([f'trial {trials[place]}' for place in places])}. Their masks look inverted, or are others'."
        )
    if copies:
        notice(f"Trials hold the same numbers, as models of two subsets hardly do: {_few(copies)}.")


def _few(named: Sequence[str]) -> str:
    more = len(named) - _MOST_NAMED
    return ", ".join(named[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _require_agreement(store: TrialStore, records: Iterable[tuple[Path, TrialRecord]]) -> None:
    """Refuse outcomes of a trial that differ from those in the run, or in an earlier file."""
    known: dict[int, tuple[str, bytes]] = {}
    for path, record in records:
        own = _digest(store, record)
        held = held_record(store, record.trial)
        where, other = known.setdefault(record.trial, (path.name, own) if held is None else ("", _digest(store, held)))
        if own != other and where:
            law = f"agree with {where}, which holds the same trial"
            raise InputError(path.name, law, Said(f"other outcomes of trial {record.trial}"))
        if own != other:
            law = "agree with the run, which holds that trial already"
            remedy = f"Remove {store.file(record.trial)} if the file is right."
            raise InputError(path.name, law, Said(f"other outcomes of trial {record.trial}"), remedy)


def _digest(store: TrialStore, record: TrialRecord) -> bytes:
    return hashlib.sha256(store.encoded(record)).digest()


def _answers_of_trials(
    paths: Sequence[str | Path], data: dict[str, NDArray[Any]]
) -> Iterator[tuple[Path, int, Answer]]:
    """File, trial and answer, one at a time."""
    of_classes = task_of_data(data) == "classification"
    for path in _files(paths):
        given, performance = _read(path, of_classes=of_classes)
        if given is not None and given.ndim == (3 if of_classes else 2):
            for trial, of_trial in enumerate(given):
                yield path, trial, given_answer(path.name, of_trial, data)
            continue
        digits = re.search(r"(\d+)$", path.stem)
        if digits is None:
            raise InputError("LOGITS", "end in the number of their trial, as in trial-17.npy", path.name)
        yield path, int(digits[1]), given_answer(path.name, given, data, performance)


def _files(paths: Sequence[str | Path]) -> Iterator[Path]:
    for path in map(Path, paths):
        if path.is_dir():
            found = sorted(file for file in path.iterdir() if file.suffix in (".npy", ".npz"))
            if not found:
                raise InputError("LOGITS", "be .npy or .npz files, or a folder of them", Said(f"none in {path}"))
            yield from found
        elif path.is_file() and path.suffix in (".npy", ".npz"):
            yield path
        else:
            raise InputError("LOGITS", "be .npy or .npz files that exist, or folders of them", str(path))


def _read(path: Path, *, of_classes: bool) -> tuple[NDArray[Any] | None, dict[str, NDArray[Any]] | None]:
    """Return logits, predictions or losses, and performances by name, as far as a file holds them."""
    try:
        loaded = np.load(path, mmap_mode="r" if path.suffix == ".npy" else None, allow_pickle=False)
        if path.suffix == ".npy":
            return np.asarray(loaded), None
        with loaded:
            if of_classes:
                return np.asarray(loaded["logits"]), None
            named = {name: np.asarray(loaded[name]) for name in loaded.files}
    except KeyError as error:
        raise InputError(path.name, "hold an array named logits", Said("none")) from error
    except Exception as error:  # Damaged bytes make NumPy raise many kinds of errors.
        raise InputError(path.name, "be a readable array of numbers", Said(str(error))) from error
    return named.pop("predictions", None), named or None


def _read_data(path: Path) -> dict[str, NDArray[Any]]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in _READ if name in archive.files}
    except Exception as error:
        raise DamagedRunError(f"{path} is not readable ({error}). Run longtail masks again.") from error
