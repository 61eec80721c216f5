"""How every example looks, within what a page can carry: rows and texts of all, thumbnails of those that matter.

A row is shown as it was given where that is known, else as features. Where all cells would be too many, each example
keeps the twelve columns in which it is most unusual. Long texts are cut; those of the examples that matter later.
"""

import base64
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from longtail.dataset import Dataset
from longtail.findings.example_looks import Looks, Pictures, Rows, WideRows

__all__ = ["looks_of"]

_MOST_CELLS = 1_500_000
_SHOWN_COLUMNS = 12
_IN_A_CELL = 120  # characters
_IN_ALL_TEXTS, _IN_A_TEXT = 10_000_000, 2_000
_SIDE = 96  # pixels
_QUALITY = 60
_PICTURE_BYTES = 3_000_000
_CHUNK = 1024


def looks_of(dataset: Dataset, matter: NDArray[np.int64], *, held_out: bool = False) -> Looks:
    """How the training examples, or if ``held_out`` the test examples, look.

    Parameters
    ----------
    dataset : Dataset
        Whose examples they are.
    matter : int array
        Those that get a picture, or a longer text, the first ones first.
    held_out : bool
        Whether they are the test examples.
    """
    pictures = None if dataset.image_shape is None else _pictures(dataset, matter, held_out)
    texts = _texts(dataset, matter, held_out)
    columns = _column_names(dataset)
    if not columns:
        return Looks(pictures=pictures, texts=texts)
    n = dataset.n_test if held_out else dataset.n_train
    if (dataset.n_train + dataset.n_test) * len(columns) <= _MOST_CELLS:
        shown = np.arange(n)
        cells = [_cells(dataset, column, shown, held_out) for column in range(len(columns))]
        return Looks(pictures=pictures, texts=texts, rows=Rows(names=columns, columns=cells))
    return Looks(pictures=pictures, texts=texts, wide_rows=_wide_rows(dataset, columns, held_out))


# ----------------------------------------------------------------------------------------------------------- pictures


def _pictures(dataset: Dataset, matter: NDArray[np.int64], held_out: bool) -> Pictures:
    """Thumbnails, as many of those that matter as fit."""
    assert dataset.image_shape is not None
    height, width, channels = dataset.image_shape
    pixels = dataset.X_test if held_out else dataset.X
    low, high = dataset.feature_range
    webp: list[str] = []
    room = _PICTURE_BYTES
    for example in matter.tolist():
        bright = np.clip((pixels[example] - low) / max(high - low, 1e-30), 0, 1)
        shape = (height, width) if channels == 1 else (height, width, channels)
        encoded = _webp(np.rint(255 * bright).astype(np.uint8).reshape(shape))
        room -= len(encoded)
        if room < 0:
            break
        webp.append(encoded)
    of = matter[: len(webp)]
    order = np.argsort(of, kind="stable")
    small = max(height, width) <= _SIDE
    return Pictures(of=of[order], webp=[webp[k] for k in order.tolist()], small=small)


def _webp(pixels: NDArray[np.uint8]) -> str:
    """A lossy thumbnail in base64."""
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
    return [_shortened(text, length) for text, length in zip(words, most.tolist(), strict=True)]


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


# --------------------------------------------------------------------------------------------------------------- rows


def _column_names(dataset: Dataset) -> list[str]:
    """Of the table as it was given, but for its text; else of the features, unless they are pixels."""
    if dataset.originals is not None:
        return [name for name in dataset.originals.names if name != dataset.originals.text]
    return [] if dataset.image_shape is not None else list(dataset.feature_names)


def _cells(dataset: Dataset, column: int, examples: NDArray[np.int64], held_out: bool) -> list[str]:
    """The values of some examples in one column, as text."""
    if dataset.originals is None:
        features = dataset.X_test if held_out else dataset.X
        return [f"{value:.5g}" for value in features[examples, column].tolist()]
    positions = (dataset.position_test if held_out else dataset.position)[examples]
    values = dataset.originals.column(_column_names(dataset)[column], positions)
    return [_shortened(value, _IN_A_CELL) for value in values]


def _wide_rows(dataset: Dataset, names: list[str], held_out: bool) -> WideRows:
    features = dataset.X_test if held_out else dataset.X
    unusual = [np.zeros((0, min(_SHOWN_COLUMNS, len(names))), np.int64)]
    for start in range(0, len(features), _CHUNK):
        far = _column_distances(dataset, features[start : start + _CHUNK])
        farthest = np.argsort(-far, axis=1, kind="stable")[:, :_SHOWN_COLUMNS]
        unusual.append(np.sort(farthest, axis=1))
    columns = np.concatenate(unusual)
    values = [[""] * columns.shape[1] for _ in range(len(columns))]
    for column in np.unique(columns).tolist():
        examples, places = np.nonzero(columns == column)
        for example, place, cell in zip(
            examples.tolist(), places.tolist(), _cells(dataset, column, examples, held_out), strict=True
        ):
            values[example][place] = cell
    return WideRows(names=names, columns=columns, values=values)


def _column_distances(dataset: Dataset, features: NDArray[np.float32]) -> NDArray[np.float64]:
    """How far each column is from its mean, in standard deviations: of several features, the farthest."""
    mean, spread = dataset.feature_moments
    far: NDArray[np.float64] = np.abs(features - mean) / np.where(spread > 0, spread, np.inf)
    given = dataset.originals
    if given is None:
        return far
    by_column = np.zeros((len(features), len(given.names)))
    for feature, column in enumerate(given.column_of_feature):
        np.maximum(by_column[:, column], far[:, feature], out=by_column[:, column])
    kept = [place for place, name in enumerate(given.names) if name != given.text]
    return by_column[:, kept]
