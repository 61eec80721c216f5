"""The file of one trial: its bits and numbers, and whose trial it is.

A file says its number and its study's key, and every member carries a CRC-32; the subset must be the one that the
design gives that number. So a file that was copied to another number, swapped with another, or taken from another study
is found however it came there. Files of the first version say neither; their subset tells them apart. Where
performance is a number, two more members hold it: a row of float32 for each kind, and the kinds as JSON.
"""

import io
import json
import math
import re
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.errors import DamagedRunError
from longtail.outcomes import Performance
from longtail.trials.design import MOST_TRIALS, SubsetDesign
from longtail.trials.record import TrialRecord
from longtail.trials.trial_set import TrialSet

__all__ = ["encoded", "is_failed", "read_record", "trial_number"]

_HEADER_LENGTH_ENDS = 10
"""Bytes up to the end of a header's length, in NumPy's format 1.0."""

_NAME = re.compile(r"([0-9]{6,})\.npz")


@checked
def trial_number(name: str) -> int | None:
    """Return the number of the trial that a file of this name holds. None if longtail gives no trial that name.

    Examples
    --------
    >>> trial_number("000017.npz"), trial_number("000017 (copy).npz"), trial_number("17.npz")
    (17, None, None)
    """
    found = _NAME.fullmatch(name)
    number = int(found[1]) if found else -1
    return number if name == f"{number:06d}.npz" else None


def encoded(record: TrialRecord, study: str) -> bytes:
    """Encode one trial as the content of its file. Equal records of one study have equal bytes.

    Parameters
    ----------
    record : TrialRecord
        What is written.
    study : str
        The key of its trial set.
    """
    buffer = io.BytesIO()
    numbers: dict[str, Any] = {}
    if record.kinds:
        described = json.dumps([kind.describe() for kind in record.kinds], sort_keys=True)
        numbers = {"performance": record.performance, "kinds": np.frombuffer(described.encode(), np.uint8)}
    np.savez(
        buffer,
        sizes=np.array([len(record.inclusion), record.n_all, record.trial], np.int64),
        study=np.frombuffer(study.encode(), np.uint8),
        inclusion=np.packbits(record.inclusion),
        correct=np.packbits(record.correct),
        margin=record.margin,
        confidence=record.confidence,
        failure=np.frombuffer(record.failure.encode(), np.uint8),
        **numbers,
    )
    return buffer.getvalue()


def read_record(
    path: Path, trial: int, trial_set: TrialSet, study: str, together: NDArray[np.int64] | None = None
) -> TrialRecord:
    """Read the file of one trial, and check that it is that trial.

    Parameters
    ----------
    path : Path
        Of the file.
    trial : int
        The number that its name says.
    trial_set, study
        Whose trials are here, and the key of that.
    together : (n,) int array, optional
        Which examples stay together, where it is known.

    Raises
    ------
    DamagedRunError
        If it is torn, fails a checksum, or is another trial.
    OSError
        If the system does not let it be read: that is no damage.
    """
    try:
        with zipfile.ZipFile(_content(path)) as archive:
            n_train, n_all, *number = (int(size) for size in _array(archive, "sizes"))
            of_numbers = "kinds.npy" in archive.namelist()
            record = TrialRecord(
                trial=trial,
                inclusion=np.unpackbits(_array(archive, "inclusion"), count=n_train).astype(bool),
                correct=np.unpackbits(_array(archive, "correct"), count=0 if of_numbers else n_all).astype(bool),
                margin=_array(archive, "margin"),
                confidence=_array(archive, "confidence"),
                failure=_array(archive, "failure").tobytes().decode(),
                **(_numbers(archive) if of_numbers else {}),
            )
            said = _array(archive, "study").tobytes().decode() if number else study
        _require_own(record, number, said, study)
        _require_shape(record, trial_set)
        _require_subset(record, trial_set, together)
    except (MemoryError, _UnreadableError):
        raise
    except Exception as error:  # Damaged bytes make zipfile and NumPy raise many kinds of errors.
        remedy = "Run the same measurement again: it re-runs damaged trials alone"
        raise DamagedRunError(f"trial {trial} in {path.parent} is damaged ({error}). {remedy}.") from error
    return record


def is_failed(path: Path) -> bool:
    """Return whether a trial's file says that it has no model.

    A damaged file counts as not failed, since reading it reports the damage.
    """
    try:
        with zipfile.ZipFile(_content(path)) as archive:
            return len(_array(archive, "failure")) > 0
    except (MemoryError, _UnreadableError):
        raise
    except Exception:
        return False


class _UnreadableError(OSError):
    """The system did not let a file be read: that is no damage, and the file stays."""


def _content(path: Path) -> io.BytesIO:
    try:
        return io.BytesIO(path.read_bytes())
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _UnreadableError(error.errno, error.strerror, str(path)) from error


def _array(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    """Read one member to its end before it is looked at, since the CRC-32 is checked there."""
    content = archive.read(f"{name}.npy")
    start = _HEADER_LENGTH_ENDS + int.from_bytes(content[_HEADER_LENGTH_ENDS - 2 : _HEADER_LENGTH_ENDS], "little")
    shape, dtype = _shape_and_type(content[:start])
    size = math.prod(shape)
    return np.frombuffer(content, dtype, size, start).reshape(shape) if size else np.empty(shape, dtype)


def _numbers(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Read performances and their kinds."""
    kinds = _kinds(_array(archive, "kinds").tobytes())
    performance = _array(archive, "performance")
    if performance.dtype != np.float32 or performance.ndim != 2 or len(performance) != len(kinds):
        raise ValueError("performances are stored as longtail stores none")
    for row, kind in zip(performance, kinds, strict=True):
        kind.require("performance", row)
    return {"performance": performance, "kinds": kinds}


@lru_cache(maxsize=8)  # Thousands of trials share their kinds.
def _kinds(described: bytes) -> tuple[Performance, ...]:
    return tuple(Performance.of_description(each) for each in json.loads(described))


@lru_cache(maxsize=64)  # Thousands of trials share a few headers, and reading one takes long.
def _shape_and_type(header: bytes) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Read the header of an array in NumPy's format 1.0, which is what longtail writes."""
    file = io.BytesIO(header)
    version = np.lib.format.read_magic(file)
    if version != (1, 0):
        raise ValueError(f"an array has format {version}")
    shape, fortran_order, dtype = np.lib.format.read_array_header_1_0(file)
    if fortran_order or dtype.hasobject:
        raise ValueError("an array is stored as longtail stores none")
    return shape, dtype


@lru_cache(maxsize=8)  # Thousands of trials share one design, and making one checks its values.
def _design(described: str) -> SubsetDesign:
    return SubsetDesign.of_identity(json.loads(described), MOST_TRIALS)


def _require_own(record: TrialRecord, number: list[int], said: str, study: str) -> None:
    if said != study:
        raise ValueError(f"the file is of another study, {said}")
    if number and number != [record.trial]:
        raise ValueError(f"the file is of trial {number[0]}")


def _require_shape(record: TrialRecord, trial_set: TrialSet) -> None:
    """Refuse a trial without exactly the study's number of examples and, unless it has no model, of predictions."""
    data = trial_set.identity["data"]
    n_train, n_all = data["n_train"], data["n_train"] + data["n_test"]
    sizes = {record.n_all, *(len(each) for each in (record.margin, record.confidence) if len(each))}
    if len(record.inclusion) != n_train or (sizes != {n_all} and not record.failure):
        raise ValueError("the file is of data of another size")


def _require_subset(record: TrialRecord, trial_set: TrialSet, together: NDArray[np.int64] | None) -> None:
    """Refuse a trial whose subset is not the one that the design gives its number.

    Published trials and unknown groups have no subset to compare with.
    """
    described = trial_set.identity.get("design", {})
    if described.get("kind") not in ("balanced", "independent") or ("together" in described and together is None):
        return
    design = _design(json.dumps(described, sort_keys=True))
    own = design.inclusion(len(record.inclusion), record.trial, together if "together" in described else None)
    if not np.array_equal(own, record.inclusion):
        raise ValueError("its subset is not the one that the design gives this trial")
