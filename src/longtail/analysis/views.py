"""How examples look: a picture's pixels as bytes, a text, or the columns of the row that the user knows."""

import base64

import numpy as np
from numpy.typing import NDArray

from longtail.dataset import Dataset, Originals
from longtail.findings import View

__all__ = ["shortened", "view_of"]

_MOST_COLUMNS = 12
_MOST_CHARACTERS, _IN_A_CELL = 2_000, 300


def view_of(dataset: Dataset, example: int, *, held_out: bool = False, beside: int | None = None) -> View:
    """Return the view of one example.

    Parameters
    ----------
    dataset : Dataset
        Whose example it is; pictures are scaled to the range of its training pixels.
    example : int
        Its number among the training examples, or, if ``held_out``, among the test examples.
    held_out : bool
        Whether it is a test example.
    beside : int, optional
        The training example beside which it is shown: the same columns are chosen.

    Returns
    -------
    View
        Of a row, its columns as they were given, where they are known, not as features. Of a wide row, the twelve
        columns in which ``beside``, else the example itself, is most unusual.
    """
    features = (dataset.X_test if held_out else dataset.X)[example]
    position = int((dataset.position_test if held_out else dataset.position)[example])
    names, values = _columns(dataset, position, features, features if beside is None else dataset.X[beside])
    if dataset.picture_shape is not None:
        return _picture(dataset.picture(example, held_out=held_out), names, values)
    if dataset.originals is not None and dataset.originals.text is not None:
        words = shortened(dataset.originals.words(position), _MOST_CHARACTERS)
        return View(kind="text", text=words, names=names, values=values)
    return View(kind="row", names=names, values=values)


def _columns(
    dataset: Dataset, position: int, features: NDArray[np.float32], leading: NDArray[np.float32]
) -> tuple[list[str], list[str]]:
    """Return names and values of the row as it was given.

    Without such a row, return those of the features, unless they are pixels.
    """
    given = dataset.originals
    if given is None:
        shown = [] if dataset.image_shape is not None else _shown_features(dataset, leading)
        return [dataset.feature_names[i] for i in shown], [f"{features[i]:.5g}" for i in shown]
    names = _shown_columns(dataset, given, leading)
    return names, [shortened(given.column(name, [position])[0], _IN_A_CELL) for name in names]


def _shown_features(dataset: Dataset, leading: NDArray[np.float32]) -> list[int]:
    if len(leading) <= _MOST_COLUMNS:
        return list(range(len(leading)))
    return _most_unusual(_distances(dataset, leading))


def _shown_columns(dataset: Dataset, given: Originals, leading: NDArray[np.float32]) -> list[str]:
    """Return the text, if there is one, and the columns whose features are farthest from their means."""
    if len(given.names) <= _MOST_COLUMNS:
        return list(given.names)
    distances = np.zeros(len(given.names))
    if given.column_of_feature:
        np.maximum.at(distances, np.array(given.column_of_feature), _distances(dataset, leading))
    if given.text is not None:
        distances[given.names.index(given.text)] = np.inf
    return [given.names[column] for column in _most_unusual(distances)]


def _picture(pixels: NDArray[np.uint8], names: list[str], values: list[str]) -> View:
    height, width, channels = pixels.shape
    content = base64.b64encode(pixels.tobytes()).decode()
    return View(kind="image", width=width, height=height, channels=channels, pixels=content, names=names, values=values)


def _distances(dataset: Dataset, features: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the distance of each feature from its mean, in standard deviations."""
    mean, spread = dataset.feature_moments
    distances: NDArray[np.float64] = np.abs(features - mean) / np.where(spread > 0, spread, np.inf)
    return distances


def _most_unusual(distances: NDArray[np.float64]) -> list[int]:
    """Return the columns, in their order, that are farthest from the mean."""
    farthest = np.argsort(-distances, kind="stable")[:_MOST_COLUMNS]
    return [int(column) for column in np.sort(farthest)]


def shortened(text: str, most: int) -> str:
    """Return at most this many characters. An ellipsis stands for the rest."""
    return text if len(text) <= most else text[: most - 1] + "…"
