"""The kind of the examples of a data set: rows of a table, texts, pictures, or vectors that a model made."""

from typing import Literal

from longtail.arguments import checked
from longtail.dataset.dataset import Dataset

__all__ = ["Kind", "kind_of_data"]

Kind = Literal["table", "text", "embedding", "pictures"]

_WIDE = 100
"""Arrays with more columns than this, and no table behind them, are taken for embeddings."""


@checked
def kind_of_data(dataset: Dataset) -> Kind:
    """Return the kind of the examples of a data set, by which a learner is chosen and units are.

    Examples
    --------
    >>> from longtail.dataset import load_dataset
    >>> kind_of_data(load_dataset("digits")), kind_of_data(load_dataset("iris"))
    ('pictures', 'table')
    """
    if dataset.image_shape is not None:
        return "pictures"
    given = dataset.originals
    if given is None:
        return "embedding" if dataset.X.shape[1] > _WIDE else "table"
    if not given.column_of_feature:
        return "embedding"
    return "table" if given.text is None else "text"
