"""How examples look: a picture's pixels as bytes, or a row's columns as text."""

import base64

import numpy as np
from numpy.typing import NDArray

from longtail.dataset import Dataset
from longtail.findings import View

__all__ = ["view_of"]

_MOST_COLUMNS = 12


def view_of(dataset: Dataset, features: NDArray[np.float32], beside: NDArray[np.float32] | None = None) -> View:
    """The view of one example.

    Parameters
    ----------
    dataset : Dataset
        Whose columns they are; pictures are scaled to the range of its training pixels.
    features : (d,) array
        One row of ``X`` or ``X_test``.
    beside : (d,) array, optional
        The example beside which it is shown: the same columns are chosen.

    Returns
    -------
    View
        Of a wide row, the twelve columns in which ``beside``, else ``features``, is most unusual.
    """
    if dataset.image_shape is not None:
        height, width, channels = dataset.image_shape
        pixels = base64.b64encode(_as_bytes(dataset, features)).decode()
        return View(kind="image", width=width, height=height, channels=channels, pixels=pixels, names=[], values=[])
    shown = _unusual_columns(dataset, features if beside is None else beside)
    names = [dataset.feature_names[column] for column in shown]
    return View(kind="row", names=names, values=[f"{features[column]:.5g}" for column in shown])


def _as_bytes(dataset: Dataset, pixels: NDArray[np.float32]) -> bytes:
    low, high = float(dataset.X.min()), float(dataset.X.max())
    scaled = np.clip((pixels - low) / max(high - low, 1e-30), 0, 1)
    in_bytes: NDArray[np.uint8] = np.rint(255 * scaled).astype(np.uint8)
    return in_bytes.tobytes()


def _unusual_columns(dataset: Dataset, features: NDArray[np.float32]) -> NDArray[np.intp]:
    """The columns, in their order, whose values are farthest from the mean in standard deviations."""
    if len(features) <= _MOST_COLUMNS:
        return np.arange(len(features))
    spread = dataset.X.std(axis=0, dtype=np.float64)
    distance = np.abs(features - dataset.X.mean(axis=0, dtype=np.float64)) / np.where(spread > 0, spread, np.inf)
    return np.sort(np.argsort(-distance, kind="stable")[:_MOST_COLUMNS])
