"""Which examples are the same in all that a model may be handed of them: their features, and the whole of their text.

Features of a text are its most frequent words (:mod:`longtail.dataset.text_features`), so that texts which differ can
have equal features, while a learner that takes all words tells them apart.
"""

import numpy as np

from longtail.arguments import checked
from longtail.array_types import Whole
from longtail.dataset.copies import row_codes
from longtail.dataset.dataset import Dataset
from longtail.dataset.raw_rows import text_rows

__all__ = ["example_codes"]


@checked
def example_codes(dataset: Dataset) -> Whole:
    """Return a code for each training and then each test example, the same for the same ones.

    Examples
    --------
    >>> from longtail.dataset import load_dataset
    >>> codes = example_codes(load_dataset("iris"))
    >>> len(codes), len(np.unique(codes))
    (150, 149)
    """
    codes = row_codes(dataset.X, dataset.X_test)
    if dataset.originals is None or dataset.originals.text is None:
        return codes
    texts = text_rows(dataset)
    found: dict[tuple[int, str], int] = {}
    pairs = zip(codes.tolist(), texts.tolist(), strict=True)
    return np.array([found.setdefault(pair, len(found)) for pair in pairs], np.int64)
