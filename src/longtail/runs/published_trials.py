"""Published trials: archives of masks and correctness that others made, read into a run as they are.

Two layouts are known.

``feldman-zhang``
    The checkpoints of [FeldmanZhang2020]_: a folder a run, each with ``aux_arrays.npz``, which holds
    ``correctness_<split>`` and ``index_<split>`` for the splits ``train`` (the run's subset), ``removed`` (the rest of
    the training set) and ``test``, each in an order of its own, and ``subsample_idx``.
``cifar-10n``
    One ``.npz`` with a row a run: ``trainset_mask``, ``trainset_correctness``, ``testset_correctness``.

Their learner and data are not here, so the content itself is the identity of such a run: it can be scored, attacked and
compared, but not grown.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Bits
from longtail.errors import InputError, Said, parameter
from longtail.runs.run_folder import IMPORTED, RunFolder, Study
from longtail.trials import TrialStore
from longtail.trials.record import TrialRecord
from longtail.trials.trial_set import RECORD_VERSION, TrialSet

__all__ = ["LAYOUTS", "import_published"]

LAYOUTS = ("feldman-zhang", "cifar-10n")
_SCORES = {"memorization", "influence", "tr_mem", "infl_matrix"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Runs:
    """Contents of an archive, with one row for each run."""

    inclusion: Bits
    correct: Bits
    test_correct: Bits


@checked
def import_published(layout: str, paths: Sequence[str | Path], out: str | Path) -> int:
    """Read published trials into a new run.

    Parameters
    ----------
    layout : str
        One of :data:`LAYOUTS`.
    paths : sequence of path
        One archive; of Feldman and Zhang's checkpoints, folders in which ``aux_arrays.npz`` files are looked for.
    out : path
        The run folder, new or of the same archive.

    Returns
    -------
    int
        How many trials the run holds.

    Raises
    ------
    InputError
        If the archive is not in that layout, or contradicts itself; the message names the array.
    StudyMismatchError
        If the folder holds another study.
    """
    if layout not in LAYOUTS:
        raise InputError("layout", f"be one of {', '.join(LAYOUTS)}", layout)
    runs = _read(layout, [Path(path) for path in paths])
    folder, trial_set = RunFolder(Path(out)), _trial_set(layout, runs)
    folder.check_identity(trial_set)
    study = Study(source=f"{IMPORTED}{layout}", target=None, group=None, identity=trial_set.identity, n_trials=None)
    with folder.writing():
        folder.freeze(study)
        store: TrialStore = folder.trials()
        store.prepare()
        for trial in store.damaged():
            store.discard(trial)
        present, none = set(store.numbers()), np.zeros(0, np.float16)
        for trial, inclusion in enumerate(runs.inclusion):
            if trial not in present:
                correct = np.concatenate([runs.correct[trial], runs.test_correct[trial]])
                store.append(
                    TrialRecord(trial=trial, inclusion=inclusion, correct=correct, margin=none, confidence=none)
                )
        return len(store.numbers())


def _trial_set(layout: str, runs: _Runs) -> TrialSet:
    content = hashlib.sha256()
    for part in (runs.inclusion, runs.correct, runs.test_correct):
        content.update(f"{part.shape}".encode() + np.packbits(part).tobytes())
    n_train, n_test = runs.inclusion.shape[1], runs.test_correct.shape[1]
    return TrialSet(
        identity={
            "record_version": RECORD_VERSION,
            "data": {"hash": content.hexdigest(), "n_train": n_train, "n_test": n_test},
            "learner": {"name": layout, "version": "as published", "settings": {}},
            "design": {"kind": "published", "fraction": round(float(runs.inclusion.mean()), 6), "seed": None},
        }
    )


def _read(layout: str, paths: list[Path]) -> _Runs:
    if not paths:
        raise InputError("FILE", f"be given with {parameter('layout')}", Said("none"))
    if len(paths) == 1 and paths[0].is_file() and paths[0].name != "aux_arrays.npz":
        runs = _read_table(paths[0])
    elif layout == "feldman-zhang":
        runs = _read_checkpoints(paths)
    else:
        raise InputError("FILE", f"be one .npz archive in the layout {layout}", Said(", ".join(map(str, paths))))
    held = runs.inclusion.sum(axis=1)
    strange = np.flatnonzero((held == 0) | (held == runs.inclusion.shape[1]))
    if len(strange):
        what = Said(f"{held[strange[0]]} of {runs.inclusion.shape[1]} in run {strange[0]}")
        raise InputError("the masks", "leave some examples in and some out in every run", what)
    return runs


def _read_table(path: Path) -> _Runs:
    """Read one archive with one row for each run."""
    arrays = _arrays(path, ("trainset_mask", "trainset_correctness", "testset_correctness"))
    for name in ("trainset_mask", "trainset_correctness"):
        if name not in arrays:
            held = _names(path)
            remedy = "Scores were published there; the runs behind them cannot be had back." if _SCORES & held else ""
            raise InputError(path.name, f"hold an array {name}", Said(", ".join(sorted(held)) or "nothing"), remedy)
    inclusion = _bits(path, "trainset_mask", arrays["trainset_mask"])
    correct = _bits(path, "trainset_correctness", arrays["trainset_correctness"])
    if correct.shape != inclusion.shape:
        raise InputError("trainset_correctness", f"have the shape of trainset_mask, {inclusion.shape}", correct.shape)
    none = np.zeros((len(inclusion), 0), bool)
    test = (
        _bits(path, "testset_correctness", arrays["testset_correctness"]) if "testset_correctness" in arrays else none
    )
    if len(test) != len(inclusion):
        raise InputError("testset_correctness", f"have a row for each of {len(inclusion)} runs", test.shape)
    return _Runs(inclusion=inclusion, correct=correct, test_correct=test)


def _read_checkpoints(paths: list[Path]) -> _Runs:
    """Read folders of runs. The examples of every run are put in the order of their indices."""
    files = [file for path in paths for file in ([path] if path.is_file() else path.rglob("aux_arrays.npz"))]
    if not files:
        raise InputError("FILE", "be folders that hold aux_arrays.npz", Said(", ".join(map(str, paths))))
    rows, first = [], None
    for file in sorted(files, key=_run_number):
        found = _read_checkpoint(file)
        first = first or found
        for split, ids, others in (("training", found[0], first[0]), ("test", found[1], first[1])):
            if not np.array_equal(ids, others):
                raise InputError(str(file), f"have the {split} examples of the first run", Said("other indices"))
        rows.append(found[2:])
    inclusion, correct, test = (np.array(column) for column in zip(*rows, strict=True))
    sizes = inclusion.mean(axis=1)
    if np.ptp(sizes) > 0.01:
        what = Said(f"ratios from {sizes.min():.2f} to {sizes.max():.2f}")
        raise InputError("FILE", "hold runs of one subset ratio", what, "Name the folder of one ratio, as in 0.7.")
    return _Runs(inclusion=inclusion, correct=correct, test_correct=test)


def _read_checkpoint(file: Path) -> tuple[NDArray[Any], NDArray[Any], Bits, Bits, Bits]:
    """Return the indices of training and of test examples, in order.

    After them: inclusion, correctness, and correctness on test examples.
    """
    names = [f"{kind}_{split}" for split in ("train", "removed", "test") for kind in ("index", "correctness")]
    arrays = _arrays(file, (*names, "subsample_idx"))
    missing = [name for name in names if name not in arrays]
    if missing:
        raise InputError(str(file), f"hold an array {missing[0]}", Said(", ".join(sorted(_names(file))) or "nothing"))
    ids = np.concatenate([arrays["index_train"], arrays["index_removed"]])
    right = np.concatenate([arrays["correctness_train"], arrays["correctness_removed"]])
    for known, values in ((ids, right), (arrays["index_test"], arrays["correctness_test"])):
        if known.shape != values.shape or len(np.unique(known)) != len(known):
            raise InputError(str(file), "name each example once, with its correctness", Said(f"{len(known)} indices"))
    if "subsample_idx" in arrays and set(arrays["subsample_idx"].tolist()) != set(arrays["index_train"].tolist()):
        raise InputError(str(file), "have index_train name the examples of subsample_idx", Said("others"))
    order, test_order = np.argsort(ids), np.argsort(arrays["index_test"])
    inside = np.arange(len(ids)) < len(arrays["index_train"])
    correct = _bits(file, "correctness", right[None])[0]
    test = _bits(file, "correctness_test", arrays["correctness_test"][None])[0]
    return ids[order], arrays["index_test"][test_order], inside[order], correct[order], test[test_order]


def _run_number(file: Path) -> tuple[int, str]:
    name = file.parent.name
    return (int(name) if name.isdecimal() else 0, str(file))


def _names(path: Path) -> set[str]:
    with np.load(path, allow_pickle=False) as archive:
        return set(archive.files)


def _arrays(path: Path, wanted: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Return the arrays of an archive that are wanted and there.

    The others may be large and are not read.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in wanted if name in archive.files}
    except Exception as error:  # Damaged bytes make NumPy raise many kinds of errors.
        raise InputError("FILE", "be a readable .npz archive of plain arrays", Said(f"{path}: {error}")) from error


def _bits(path: Path, name: str, values: NDArray[Any]) -> Bits:
    if values.ndim != 2 or not len(values) or not np.isin(values, (0, 1)).all():
        law = "be true or false for each run and example"
        raise InputError(f"{name} in {path.name}", law, Said(f"{values.dtype} of shape {values.shape}"))
    return values.astype(bool)
