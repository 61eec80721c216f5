r"""Every n-gram of a set of documents, numbered once for all subsets.

A document of tokens :math:`w_1 \dots w_L` has, at each order :math:`k` up to the model's, the n-gram of each token with
the :math:`k - 1` before it; before the first stand marks of the beginning. N-grams of one order are sorted by their
history, then by their last token, so that what follows one history is a run of numbers. An n-gram knows its shorter one
(the oldest token left out), a history its shorter one: a model needs no search, only these numbers. Histories are
numbered as the documents come by them, so that what is read together lies together.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Whole32
from longtail.errors import InputError
from longtail.learners.words import Documents

__all__ = ["MOST_ORDER", "NgramIndex"]

MOST_ORDER = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class NgramIndex:
    """N-grams of documents. Make it with :meth:`of`.

    Parameters
    ----------
    documents : Documents
        Which they are of.
    order : int
        Length of the longest n-grams.
    grams : (order + 1,) int64 array
        N-grams of order k have the numbers ``grams[k - 1]`` to ``grams[k] - 1``.
    histories : (order + 1,) int64 array
        The same for histories, of ``k - 1`` tokens.
    word : (n_grams,) uint32 array
        Last token of each n-gram.
    shorter : (n_grams,) uint32 array
        Number of the n-gram without its oldest token; 0 at order 1.
    first : (n_histories + 1,) uint32 array
        The n-grams that follow a history h are ``first[h]`` to ``first[h + 1] - 1``.
    shorter_history : (n_histories,) uint32 array
        Number of the history without its oldest token; 0 at order 1.
    gram_of_token : (n_tokens,) uint32 array
        The longest n-gram that ends at each token.
    """

    documents: Documents
    order: int
    grams: NDArray[np.int64]
    histories: NDArray[np.int64]
    word: Whole32
    shorter: Whole32
    first: Whole32
    shorter_history: Whole32
    gram_of_token: Whole32

    @classmethod
    @checked
    def of(cls, documents: Documents, order: int = 3) -> "NgramIndex":
        """Number the n-grams of documents.

        Parameters
        ----------
        documents : Documents
            Training documents and others; those of the others are numbered too, and counted never.
        order : int
            From 1 to 8.

        Raises
        ------
        InputError
            If ``order`` is not.

        Examples
        --------
        >>> index = NgramIndex.of(Documents.of(["a b a b"]), order=2)
        >>> np.diff(index.grams).tolist(), np.diff(index.histories).tolist()  # a, b; after the beginning, a and b
        ([2, 3], [1, 3])
        """
        if not 1 <= order <= MOST_ORDER:
            raise InputError("order", f"lie in 1..{MOST_ORDER}", order)
        tokens = documents.tokens.astype(np.int64)
        n_words = len(documents.vocabulary) + 1
        history = np.zeros(len(tokens), np.int64)
        n_histories, n_grams = 0, 0
        words, shorter, first, shorter_history = [], [], [], []
        gram, grams, histories = np.zeros(0, np.int64), [0], [0]
        for length in range(order):
            older = np.zeros(1, np.int64)
            if length:
                before = _token_before(tokens, documents.starts, length, beginning=n_words)
                older, history = _numbered(history * (n_words + 1) + before)
                older = histories[-2] + older // (n_words + 1)
            pairs, place, kept = np.unique(history * n_words + tokens, return_index=True, return_inverse=True)
            words.append(pairs % n_words)
            shorter.append(gram[place] if length else np.zeros(len(pairs), np.int64))
            first.append(n_grams + np.searchsorted(pairs // n_words, np.arange(len(older))))
            shorter_history.append(older)
            gram = kept + n_grams
            n_grams, n_histories = n_grams + len(pairs), n_histories + len(older)
            grams.append(n_grams)
            histories.append(n_histories)
        return cls(
            documents=documents,
            order=order,
            grams=np.array(grams, np.int64),
            histories=np.array(histories, np.int64),
            word=_joined(words),
            shorter=_joined(shorter),
            first=_joined([*first, np.array([n_grams])]),
            shorter_history=_joined(shorter_history),
            gram_of_token=gram.astype(np.uint32),
        )


def _numbered(codes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the different codes in the order in which they come first, and the number of each among them."""
    values, place, kept = np.unique(codes, return_index=True, return_inverse=True)
    order = np.argsort(place)
    number = np.empty(len(values), np.int64)
    number[order] = np.arange(len(values))
    return values[order], number[kept]


def _token_before(
    tokens: NDArray[np.int64], starts: NDArray[np.int64], distance: int, *, beginning: int
) -> NDArray[np.int64]:
    """Return the token that stands ``distance`` before each, or the mark of the beginning."""
    before = np.full(len(tokens), beginning, np.int64)
    before[distance:] = tokens[:-distance]
    within = np.arange(len(tokens)) - np.repeat(starts[:-1], np.diff(starts))
    before[within < distance] = beginning
    return before


def _joined(parts: list[NDArray[np.int64]]) -> Whole32:
    return np.concatenate(parts).astype(np.uint32)
