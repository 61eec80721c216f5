"""Every example, as plain data: what a reader of the report can look up about each of them.

Findings say what holds of the data; here is a column a quantity and an entry an example, in the order of the data. A
page is rendered from both. On disk they are one compressed file, whole or absent (:meth:`Examples.packed`): the very
bytes that a page carries.
"""

import gzip
import json
import zlib
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Reals, Whole
from longtail.errors import DamagedRunError
from longtail.findings.columns import Column, check_columns
from longtail.findings.example_looks import Looks
from longtail.findings.plain import from_plain, json_parts

__all__ = ["FILE_NAME", "Examples", "Influences", "Neighbors", "TestExamples", "TrainingExamples"]

FORMAT_VERSION = 2
FILE_NAME = "examples.json.gz"
"""In a run folder."""

_OF_GZIP = 31
"""The window of zlib, and that the format is gzip's."""
_LEVEL = 5  # The usual 6 takes 1.8 times as long, for 3 % fewer bytes.

_REMEDY = "Remove it, and the report leaves the examples out; longtail audit on the same folder makes it anew."


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbors:
    """The nearest training examples of some examples.

    Parameters
    ----------
    of : (m,) int array
        Whose they are, rising.
    train : (m, k) int array
        Positions of the neighbors, the nearest first.
    distance : (m, k) float array
        In the units of ``measure``.
    measure : str
        How distances are measured, in words.
    """

    of: Whole
    train: NDArray[np.int64]
    distance: NDArray[np.float64]
    measure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingExamples:
    """The training examples.

    Parameters
    ----------
    position : (n,) int array
        Where each stands in the data as they were given.
    label, group : (n,) int arrays
        Positions in ``class_names`` and ``group_names``; the latter is None where there are no groups.
    columns : list of Column
        What was measured of each; the first leads.
    """

    position: Whole
    label: Whole
    group: Whole | None
    columns: list[Column]
    neighbors: Neighbors | None
    looks: Looks

    def column(self, name: str) -> Column | None:
        """Return the column of that name, if it is there."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestExamples:
    """The test examples: where they stood, their labels, and what was measured of each."""

    __test__: ClassVar[bool] = False  # Else pytest, asked for the examples in this file, takes it for a test.

    position: Whole
    label: Whole
    columns: list[Column]
    neighbors: Neighbors | None
    looks: Looks


@dataclass(frozen=True, slots=True, kw_only=True)
class Influences:
    """Pairs of a training and a test example: the strongest of each training and of each test example.

    Ordered by training example, then by falling influence; only those that are surely above zero. ``n_pairs`` is how
    many were looked at: q-values allow for all of them.
    """

    train: Whole
    test: Whole
    value: Reals
    low: Reals
    high: Reals
    q_value: Reals
    n_pairs: int
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Every example of a study.

    Parameters
    ----------
    n_trials : int
        From how many trials; that of the findings which they belong to.
    level : float
        Of every interval.
    class_names, group_names : list of str
        Text that comes from the data (escape it).
    strongest : int
        How many influences were looked for, of each example.
    trial_set : str
        Key of the trials that they are of; empty where none is said.
    """

    n_trials: int
    level: float
    class_names: list[str]
    group_names: list[str]
    train: TrainingExamples
    test: TestExamples
    influences: Influences
    strongest: int
    trial_set: str = ""

    def packed(self) -> bytes:
        """Return the examples as compressed JSON. The same examples give the same bytes."""
        compressor = zlib.compressobj(level=_LEVEL, wbits=_OF_GZIP)
        parts = chain([f'{{"format_version":{FORMAT_VERSION},'], islice(json_parts(self), 1, None))
        packed = [compressor.compress(part.encode()) for part in parts]
        return b"".join([*packed, compressor.flush()])

    @classmethod
    def unpacked(cls, content: bytes) -> Self:
        """Read examples from what :meth:`packed` gives.

        Raises
        ------
        DamagedRunError
            If the content is torn, of another format version, or does not fit together.
        """
        try:
            data = json.loads(gzip.decompress(content))
        except (OSError, EOFError, zlib.error, ValueError) as error:
            raise DamagedRunError(f"{FILE_NAME} is not compressed JSON: {error}. {_REMEDY}") from error
        version = data.get("format_version") if isinstance(data, dict) else None
        if version != FORMAT_VERSION:
            law = f"{FILE_NAME} must have format version {FORMAT_VERSION}"
            raise DamagedRunError(f"{law}; got {version!r}. {_REMEDY}")
        try:
            found = from_plain(cls, data)
            _check(found)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
            raise DamagedRunError(f"{FILE_NAME} is incomplete: {error!r}. {_REMEDY}") from error
        assert isinstance(found, cls)
        return found


def _check(found: Examples) -> None:
    """Refuse wrong lengths and positions.

    A page looks examples up by position, and would otherwise show another example's number.
    """
    train, test, pairs = found.train, found.test, found.influences
    n, n_test, k = len(train.label), len(test.label), len(pairs.train)
    _require_length("a column of training examples", n, train.position, train.group)
    _require_length("a column of test examples", n_test, test.position)
    check_columns(train.columns, n)
    check_columns(test.columns, n_test)
    if not train.columns:
        raise ValueError("there is no column of training examples")
    _require_length("a column of influences", k, pairs.test, pairs.value, pairs.low, pairs.high, pairs.q_value)
    _require_positions("label", train.label, len(found.class_names))
    _require_positions("label of a test example", test.label, len(found.class_names))
    if train.group is not None:
        _require_positions("group", train.group, len(found.group_names))
    _require_positions("influence", pairs.train, n)
    _require_positions("influenced test example", pairs.test, n_test)
    for neighbors, n_of in ((train.neighbors, n), (test.neighbors, n_test)):
        if neighbors is not None:
            _require_positions("owner of neighbors", neighbors.of, n_of)
            _require_positions("neighbor", neighbors.train, n)
            if not neighbors.train.shape == neighbors.distance.shape == (len(neighbors.of), neighbors.train.shape[-1]):
                raise ValueError("neighbors and their distances differ in number")
    train.looks.check(n)
    test.looks.check(n_test)


def _require_length(what: str, length: int, *columns: NDArray[Any] | None) -> None:
    for column in columns:
        if column is not None and column.shape != (length,):
            raise ValueError(f"{what} has shape {column.shape} instead of ({length},)")


def _require_positions(what: str, positions: NDArray[np.int64], end: int) -> None:
    if positions.size and not 0 <= positions.min() <= positions.max() < end:
        raise ValueError(f"{what} must lie in 0..{end - 1}")
