"""How examples look: a picture's pixels as bytes, or a row's columns as text."""

import base64

import numpy as np
from numpy.typing import NDArray

from longtail.dataset import Dataset
from longtail.findings import View

__all__ = ["view_of"]

_MOST_COLUMNS = 12


def view_of(dataset: Dataset, features: NDArray[np.float32]) -> View:
    """The view of one example.

    Parameters
    ----------
    dataset : Dataset
        Whose columns they are; pictures are scaled to the range of its training pixels.
    features : (d,) array
        One row of ``X`` or ``X_test``.

    Returns
    -------
    View
        Of a wide row, the twelve columns that are most unusual among the training examples.
    """
    if dataset.image_shape is not None:
        height, width, channels = dataset.image_shape
        low, high = float(dataset.X.min()), float(dataset.X.max())
        scaled = np.clip((features - low) / max(high - low, 1e-30), 0, 1) * 255
        pixels = base64.b64encode(np.rint(scaled).astype(np.uint8).tobytes()).decode()
        return View(kind="image", width=width, height=height, channels=channels, pixels=pixels, names=[], values=[])
    shown = np.arange(len(features))
    if len(features) > _MOST_COLUMNS:
        spread = dataset.X.std(axis=0, dtype=np.float64)
        distance = np.abs(features - dataset.X.mean(axis=0, dtype=np.float64)) / np.where(spread > 0, spread, np.inf)
        shown = np.sort(np.argsort(-distance, kind="stable")[:_MOST_COLUMNS])
    return View(
        kind="row",
        names=[dataset.feature_names[column] for column in shown],
        values=[f"{features[column]:.5g}" for column in shown],
    )
