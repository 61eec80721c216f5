"""How every example looks, within what a page can carry: rows and texts of all, thumbnails of those that matter.

A row is shown as it was given where that is known, else as features. Where all cells would be too many, each example
keeps the twelve columns in which it is most unusual; where they hold too many characters, long ones are cut. So are
long texts; those of the examples that matter later.
"""

import base64
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from longtail.analysis.views import shortened
from longtail.array_types import Texts
from longtail.dataset import Dataset
from longtail.findings.example_looks import Looks, Pictures, Rows, WideRows

__all__ = ["looks_of"]

_TEXT = np.dtypes.StringDType(coerce=False)
_MOST_CELLS = 1_200_000
_SHOWN_COLUMNS = 12
_IN_A_CELL, _IN_ALL_CELLS = (120, 60, 30, 15, 8), 8_000_000  # Both are numbers of characters.
_IN_A_TEXT, _IN_ALL_TEXTS = 2_000, 8_000_000
_SIDE = 96  # The unit is a pixel.
_QUALITY = 60
_PICTURE_BYTES = 3_000_000
_AT_A_TIME = 200_000  # The number of features that are read at a time.


def looks_of(dataset: Dataset, matter: NDArray[np.int64], *, held_out: bool = False) -> Looks:
    """Collect the appearance of the training examples, or of the test examples if ``held_out``.

    Parameters
    ----------
    dataset : Dataset
        Whose examples they are.
    matter : int array
        Those that get a picture, or a longer text, the first ones first.
    held_out : bool
        Whether they are the test examples.
    """
    pictures = None if dataset.picture_shape is None else _pictures(dataset, matter, held_out)
    texts = _texts(dataset, matter, held_out)
    names = _column_names(dataset)
    if not names:
        return Looks(pictures=pictures, texts=texts)
    if (dataset.n_train + dataset.n_test) * len(names) > _MOST_CELLS:
        return Looks(pictures=pictures, texts=texts, wide_rows=_wide_rows(dataset, names, held_out))
    everybody = np.arange(dataset.n_test if held_out else dataset.n_train)
    columns: list[Any] = [
        np.array(_cells(dataset, place, name, everybody, held_out), _TEXT) for place, name in enumerate(names)
    ]
    return Looks(pictures=pictures, texts=texts, rows=Rows(names=names, columns=_fitting(columns, dataset, held_out)))


# ----------------------------------------------------------------------------------------------------------- pictures


def _pictures(dataset: Dataset, matter: NDArray[np.int64], held_out: bool) -> Pictures:
    """Thumbnails, as many of those that matter as fit."""
    assert dataset.picture_shape is not None
    height, width, channels = dataset.picture_shape
    webp: list[str] = []
    room = _PICTURE_BYTES
    for example in matter.tolist():
        pixels = dataset.picture(example, held_out=held_out)
        encoded = _webp(pixels[:, :, 0] if channels == 1 else pixels)
        room -= len(encoded)
        if room < 0:
            break
        webp.append(encoded)
    of = matter[: len(webp)]
    order = np.argsort(of, kind="stable")
    small = max(height, width) <= _SIDE
    return Pictures(of=of[order], webp=[webp[k] for k in order.tolist()], small=small)


def _webp(pixels: NDArray[np.uint8]) -> str:
    """Encode a lossy thumbnail in base64."""
    picture, file = Image.fromarray(pixels).convert("RGB"), BytesIO()
    picture.thumbnail((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    picture.save(file, format="WEBP", quality=_QUALITY, method=4)
    return base64.b64encode(file.getvalue()).decode("ascii")


# -------------------------------------------------------------------------------------------------------------- texts


def _texts(dataset: Dataset, matter: NDArray[np.int64], held_out: bool) -> list[str] | None:
    given = dataset.originals
    if given is None or given.text is None:
        return None
    words = given.column(given.text, dataset.position_test if held_out else dataset.position)
    most = np.full(len(words), min(_IN_A_TEXT, _IN_ALL_TEXTS // (dataset.n_train + dataset.n_test)))
    most[matter] = _IN_A_TEXT
    return [shortened(text, length) for text, length in zip(words, most.tolist(), strict=True)]


# --------------------------------------------------------------------------------------------------------------- rows


def _column_names(dataset: Dataset) -> list[str]:
    """Return the columns of the table as it was given, but for its text.

    Without a table, return the names of features, unless they are pixels.
    """
    if dataset.originals is not None:
        return [name for name in dataset.originals.names if name != dataset.originals.text]
    return [] if dataset.image_shape is not None else list(dataset.feature_names)


def _cells(dataset: Dataset, place: int, name: str, examples: NDArray[np.integer], held_out: bool) -> list[str]:
    """Return the values of some examples in one column, as text."""
    if dataset.originals is None:
        features = dataset.X_test if held_out else dataset.X
        return [f"{value:.5g}" for value in features[examples, place].tolist()]
    positions = (dataset.position_test if held_out else dataset.position)[examples]
    return [shortened(value, _IN_A_CELL[0]) for value in dataset.originals.column(name, positions)]


def _fitting(cells: list[Texts], dataset: Dataset, held_out: bool) -> list[Texts]:
    """Cells that together hold no more characters than their share of a page, as long as they then can be."""
    share = (dataset.n_test if held_out else dataset.n_train) / (dataset.n_train + dataset.n_test)
    length = np.strings.str_len
    together = {most: sum(int(np.minimum(length(part), most).sum()) for part in cells) for most in _IN_A_CELL}
    most = next((most for most in _IN_A_CELL if together[most] <= share * _IN_ALL_CELLS), _IN_A_CELL[-1])
    for part in cells:
        long = length(part) > most
        part[long] = [shortened(cell, most) for cell in part[long].tolist()]
    return cells


def _wide_rows(dataset: Dataset, names: list[str], held_out: bool) -> WideRows:
    """Only columns that are shown somewhere are named: there may be a million."""
    columns = _unusual_columns(dataset, dataset.X_test if held_out else dataset.X, len(names))
    values = np.empty(columns.shape, _TEXT)
    shown = np.flatnonzero(np.bincount(columns.ravel(), minlength=len(names)))
    number = np.zeros(len(names), np.min_scalar_type(len(shown)))
    number[shown] = np.arange(len(shown))
    columns = number[columns]  # among those shown
    by_column = np.argsort(columns, axis=None, kind="stable")
    ends = np.cumsum(np.bincount(columns.ravel(), minlength=len(shown)))
    for column, cells in zip(shown.tolist(), np.split(by_column, ends[:-1]), strict=True):
        examples, places = np.divmod(cells, columns.shape[1])
        values[examples, places] = _cells(dataset, column, names[column], examples, held_out)
    named = [names[column] for column in shown.tolist()]
    _fitting(list(values.T), dataset, held_out)  # a part of them at a time, where they stand
    return WideRows(names=named, columns=columns, values=values)


def _unusual_columns(dataset: Dataset, features: NDArray[np.float32], n_columns: int) -> NDArray[np.integer]:
    """Choose for each example the columns that are farthest from their means, in the order of the table."""
    at_a_time = max(_AT_A_TIME // features.shape[1], 1)
    unusual: list[NDArray[np.integer]] = [np.zeros((0, min(_SHOWN_COLUMNS, n_columns)), np.int32)]
    for start in range(0, len(features), at_a_time):
        far = _column_distances(dataset, features[start : start + at_a_time])
        farthest = np.argsort(-far, axis=1, kind="stable")[:, :_SHOWN_COLUMNS]
        unusual.append(np.sort(farthest, axis=1).astype(np.int32))
    return np.concatenate(unusual)


def _column_distances(dataset: Dataset, features: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the distance of each column from its mean, in standard deviations.

    For a column of several features it is the largest distance.
    """
    mean, spread = dataset.feature_moments
    far: NDArray[np.float64] = np.abs(features - mean) / np.where(spread > 0, spread, np.inf)
    given = dataset.originals
    if given is None:
        return far
    by_column = np.zeros((len(features), len(given.names)))
    if given.column_of_feature:
        of_feature = np.array(given.column_of_feature)
        order = np.argsort(of_feature, kind="stable")
        starts = np.flatnonzero(np.diff(of_feature[order], prepend=-1))
        by_column[:, of_feature[order][starts]] = np.maximum.reduceat(far[:, order], starts, axis=1)
    return by_column[:, [place for place, name in enumerate(given.names) if name != given.text]]
