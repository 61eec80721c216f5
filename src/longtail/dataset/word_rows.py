r"""The weights of all words of the texts, sparse: what a linear learner of texts is handed.

Features are dense, and hold the most frequent words alone (:mod:`longtail.dataset.text_features`). Words that are said
once or twice are the tail of a text, and a linear model of many columns costs no more than there are words in the
texts. So here every word of the training texts has its weight, by the same formula; columns beside the text follow,
each in units of its standard deviation over the training rows.
"""

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.dataset.dataset import Dataset
from longtail.dataset.raw_rows import hash_of_rows, text_rows
from longtail.dataset.text_features import counted_words, weighed

__all__ = ["WordRows", "word_rows"]


class WordRows(csr_array):
    """Sparse rows that have a length, as every other kind of rows has."""

    def __len__(self) -> int:
        return int(self.shape[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """Texts and other columns that rows are made of, told apart by a hash."""

    digest: str
    n_train: int
    texts: list[str] = field(compare=False)
    others: Reals = field(compare=False)


@checked
def word_rows(dataset: Dataset) -> WordRows:
    """Weigh all words of the training rows' texts, then those of the test rows'. All trials share the array.

    Parameters
    ----------
    dataset : Dataset
        Of texts (:func:`~longtail.dataset.kind_of_data.kind_of_data`).

    Returns
    -------
    (n_train + n_test, n_words + n_others) sparse float64 array
        Rows of words have length one, or zero where a text has no word of the training texts; read only.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from longtail.dataset import load_dataset
    >>> table = pa.table({"said": ["a red fox", "red, red wine"] * 8, "label": ["no", "yes"] * 8})
    >>> rows = word_rows(load_dataset(table, "label", text="said"))
    >>> len(rows), rows.shape[1], round(float(rows[0].max()), 2)
    (16, 3, 0.85)
    """
    texts, others = text_rows(dataset), _others(dataset)
    digest = hash_of_rows(texts) + hashlib.sha256(others.tobytes()).hexdigest()
    return _word_rows(_Given(digest=digest, n_train=dataset.n_train, texts=texts.tolist(), others=others))


@lru_cache(maxsize=2)  # The study, its limits and its reference models share them.
def _word_rows(given: _Given) -> WordRows:
    training = np.arange(given.n_train)
    weights = weighed(counted_words("text", given.texts, training).counts, training)
    rows = WordRows(hstack([weights, csr_array(given.others)], format="csr", dtype=np.float64))
    for part in (rows.data, rows.indices, rows.indptr):
        part.flags.writeable = False
    return rows


def _others(dataset: Dataset) -> Reals:
    """Return the features that are no words, in units of their standard deviation."""
    given: Any = dataset.originals
    words = given.names.index(given.text)
    chosen: NDArray[np.intp] = np.flatnonzero(np.array(given.column_of_feature) != words)
    everything = np.concatenate([dataset.X[:, chosen], dataset.X_test[:, chosen]]).astype(float)
    spread = everything[: dataset.n_train].std(axis=0)
    return np.asarray(everything / np.where(spread > 0, spread, 1))
