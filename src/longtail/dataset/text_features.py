r"""A text as the weights of its words: TF-IDF over the most frequent words of the training rows.

A word counted ``c`` times in a text has the weight :math:`(1 + \ln c) \, (1 + \ln\frac{1 + n}{1 + d})`, where ``d`` of
``n`` training texts have it; a text's weights are scaled to length one (scikit-learn's ``TfidfTransformer`` with
``sublinear_tf``). Words are runs of at least two letters or digits, in lower case.

Features are dense, so their vocabulary is bounded: the 1,000 most frequent words, fewer where the table would take more
than 1 GB. Words are kept rather than projected (SVD), because a person can read what a column is; the price is that
rare words are not seen, and how many is said. A learner that takes sparse rows is handed all words instead
(:mod:`longtail.dataset.word_rows`). A text in a language without spaces, or one whose meaning is in its order, needs an
embedding.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.dataset.copies import row_codes
from longtail.errors import InputError, Said, parameter
from longtail.percent import share

__all__ = ["CountedWords", "TextFeatures", "counted_words", "text_features", "weighed"]

_MOST_WORDS, _FEWEST_WORDS = 1_000, 100
_MOST_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFeatures:
    """Weights of words, a row each text.

    Parameters
    ----------
    words : tuple of str
        In alphabetical order.
    weights : (n, len(words)) float32 array
        Rows of length one, or zero where a text has none of the words.
    note : str
        What was chosen.
    """

    words: tuple[str, ...]
    weights: NDArray[np.float32]
    note: str


@checked
def text_features(name: str, texts: list[str], training: NDArray[np.intp]) -> TextFeatures:
    """Weigh the words of texts.

    Parameters
    ----------
    name : str
        Of the column.
    texts : list of n str
        Empty where there is none.
    training : int array
        The rows that choose the words and their weights.

    Raises
    ------
    InputError
        If the training rows have no word, or there are too many texts for a table of a hundred words.

    Examples
    --------
    >>> found = text_features("body", ["a red fox", "red, red wine", "unheard of"], np.array([0, 1]))
    >>> found.words, found.weights.astype(float).round(2).tolist()
    (('fox', 'red', 'wine'), [[0.81, 0.58, 0.0], [0.0, 0.77, 0.64], [0.0, 0.0, 0.0]])
    """
    most = min(_MOST_WORDS, _MOST_BYTES // (4 * len(texts)))
    if most < _FEWEST_WORDS:
        law = f"name the texts of at most {_MOST_BYTES // (4 * _FEWEST_WORDS):,} rows"
        raise InputError("text", law, Said(f"{len(texts):,}"), f"Give an {parameter('embedding')} instead.")
    counted = counted_words(name, texts, training)
    totals = np.asarray(counted.counts[training].sum(axis=0)).ravel()
    # Among words of equal frequency, the first in the alphabet are kept.
    kept = np.sort(np.argsort(-totals, kind="stable")[:most])
    weights = weighed(counted.counts[:, kept], training).astype(np.float32).toarray()
    silent = int((weights == 0).all(axis=1).sum())
    made_equal = len(set(texts)) - len(np.unique(row_codes(weights)))
    note = (
        f"The text {name!r} became the TF-IDF weights of {len(kept):,} words, the most frequent of {len(totals):,} in "
        f"the training rows ({share(totals[kept].sum(), totals.sum())} of all that is said there)"
        + (f"; texts with none of them: {silent:,}" if silent else "")
        + (f"; texts that differ and became equal: {made_equal:,}." if made_equal else ".")
    )
    return TextFeatures(words=tuple(counted.words[kept].tolist()), weights=weights, note=note)


class CountedWords(NamedTuple):
    """Counts of each word of the training texts in each text.

    Parameters
    ----------
    words : (n_words,) array of str
        In alphabetical order.
    counts : (n, n_words) sparse int64 array
    """

    words: NDArray[Any]
    counts: Any


def counted_words(name: str, texts: list[str], training: NDArray[np.intp]) -> CountedWords:
    """Count the words of texts, those that the training texts have.

    Parameters
    ----------
    name, texts, training
        As of :func:`text_features`.

    Raises
    ------
    InputError
        If the training rows have no word.
    """
    from sklearn.feature_extraction.text import CountVectorizer  # Imported here, because it takes a second.

    counter = CountVectorizer()
    try:
        counter.fit([texts[row] for row in training])
    except ValueError as error:  # The vocabulary is empty.
        what = Said(f"{name!r}, {_what_is_there(texts)}")
        raise InputError("text", "name a column with words of at least two letters", what) from error
    return CountedWords(words=counter.get_feature_names_out(), counts=counter.transform(texts))


def weighed(counts: Any, training: NDArray[np.intp]) -> Any:
    """Turn counts of words into the weights of the formula above, a sparse row of length one each text."""
    from sklearn.feature_extraction.text import TfidfTransformer

    return TfidfTransformer(sublinear_tf=True).fit(counts[training]).transform(counts)


def _what_is_there(texts: list[str]) -> str:
    first = next((text for text in texts if text.strip()), "")
    return f"for instance {first[:40]!r}" if first else "empty in every row"
