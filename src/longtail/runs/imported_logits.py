"""Bring your own training loop, the way back: logits of models that were trained elsewhere become trials of the run.

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
from longtail.membership.given_numbers import require_order
from longtail.notices import notice
from longtail.runs.given_logits import given_record, held_record, require_given
from longtail.runs.handed_out import DATA_FILE, require_as_handed_out
from longtail.runs.mask_fit import MaskFit
from longtail.runs.masks import require_masks
from longtail.runs.run_folder import RunFolder
from longtail.runs.script_source import require_source
from longtail.trials import SubsetDesign, TrialStore
from longtail.trials.record import TrialRecord

__all__ = ["import_logits"]

_TRIALS_FOR_ORDER = 16
"""Models that are asked which order of classes they are right in."""


@checked
def import_logits(run: str | Path, paths: Sequence[str | Path]) -> list[int]:
    """Read logits into a run that :func:`write_masks` made.

    Parameters
    ----------
    run : path
        The run folder.
    paths : sequence of path
        Files, or folders of files: ``.npy``, or ``.npz`` with an array ``logits``. A two-dimensional array is of the
        trial whose number ends the file's name; a three-dimensional one is of trials 0, 1, and so on.

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
    fits = _inspected(paths, design, data)
    fits.require(f"logits of {folder.path}")
    if fits.warning:
        notice(fits.warning)
    added: list[int] = []
    with folder.writing():
        require_source(folder, {})
        store = folder.trials()
        records = (
            (path, given_record(trial, logits, design, data, name)) for path, trial, logits in _arrays_of_trials(paths)
        )
        _require_agreement(store, records)
        store.prepare()
        for _, trial, logits in _arrays_of_trials(paths):
            if held_record(store, trial) is None:
                store.append(given_record(trial, logits, design, data, name))
                added.append(trial)
    return added


def _inspected(paths: Sequence[str | Path], design: SubsetDesign, data: dict[str, NDArray[Any]]) -> MaskFit:
    """Refuse what is wrong by itself, before anything is written, and return how masks and outcomes go together."""
    y, own, previous = data["y"], [], []
    confusion = np.zeros((2, 0), np.int64)
    for path, trial, logits in _arrays_of_trials(paths):
        _check(path, trial, logits, design, data)
        predicted = logits[: len(y)].argmax(axis=1)
        inside = design.inclusion(len(y), trial, data.get("together"))
        own.append(_difference(predicted == y, inside))
        if trial > 0:
            previous.append(_difference(predicted == y, design.inclusion(len(y), trial - 1, data.get("together"))))
        if len(own) <= _TRIALS_FOR_ORDER:
            confusion = np.hstack([confusion, [predicted[inside], y[inside]]])
    names = data.get("class_names", np.arange(int(y.max()) + 1)).astype(str).tolist()
    if own:
        require_order("the logits", confusion[0], confusion[1], names)
    return MaskFit(own=np.array(own), previous=np.array(previous))


def _difference(right: NDArray[np.bool_], inside: NDArray[np.bool_]) -> float:
    return float(right[inside].mean() - right[~inside].mean())


def _check(path: Path, trial: int, logits: NDArray[Any], design: SubsetDesign, data: dict[str, NDArray[Any]]) -> None:
    if not 0 <= trial < design.n_trials:
        raise InputError(path.name, f"be of a trial in 0..{design.n_trials - 1}, the trials of the study", trial)
    require_given(path.name, logits, data)


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


def _arrays_of_trials(paths: Sequence[str | Path]) -> Iterator[tuple[Path, int, NDArray[Any]]]:
    """File, trial and logits, one at a time."""
    for path in _files(paths):
        logits = _read_logits(path)
        if logits.ndim == 3:
            for trial, of_trial in enumerate(logits):
                yield path, trial, of_trial
            continue
        digits = re.search(r"(\d+)$", path.stem)
        if digits is None:
            raise InputError("LOGITS", "end in the number of their trial, as in trial-17.npy", path.name)
        yield path, int(digits[1]), logits


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


def _read_logits(path: Path) -> NDArray[Any]:
    try:
        loaded = np.load(path, mmap_mode="r" if path.suffix == ".npy" else None, allow_pickle=False)
        if path.suffix == ".npy":
            return np.asarray(loaded)
        with loaded:
            return np.asarray(loaded["logits"])
    except KeyError as error:
        raise InputError(path.name, "hold an array named logits", Said("none")) from error
    except Exception as error:  # Damaged bytes make NumPy raise many kinds of errors.
        raise InputError(path.name, "be a readable array of numbers", Said(str(error))) from error


def _read_data(path: Path) -> dict[str, NDArray[Any]]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in ("y", "y_test", "together", "class_names") if name in archive.files}
    except Exception as error:
        raise DamagedRunError(f"{path} is not readable ({error}). Run longtail masks again.") from error
