r"""Documents as tokens: words and marks as they are written, or single characters.

A word is a run of letters, digits and underscores, with apostrophes inside it; every other visible sign is a token by
itself. Nothing is lowered, stemmed or left out. Tokens are numbered in the order of their code points, which no
document's membership can change, and a token's place in its text is kept, so that it can be marked there.

The vocabulary is that of the training documents, in or out of a subset, and one number for all other tokens: it has to
be the same for all models, or their losses could not be compared.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.errors import InputError, Said

__all__ = ["UNITS", "Documents", "Unit", "tokens_of"]

Unit = Literal["word", "character"]
UNITS = ("word", "character")
_WORD = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """Tokens of training documents and of others. Make them with :meth:`of`.

    Parameters
    ----------
    tokens : (n_tokens,) int32 array
        Numbers of the tokens of all documents, one document behind the other.
    starts : (n_documents + 1,) int64 array
        Where each document begins, and the end.
    places : (n_tokens,) int64 array
        Where each token begins in its document, in characters.
    vocabulary : tuple of str
        Of the training documents, by number. The number behind the last stands for all other tokens.
    n_train : int
        How many of the documents are training documents; they come first.
    unit : {"word", "character"}
        What a token is.
    """

    tokens: NDArray[np.int32]
    starts: NDArray[np.int64]
    places: NDArray[np.int64]
    vocabulary: tuple[str, ...]
    n_train: int
    unit: Unit

    @property
    def n_documents(self) -> int:
        """Number of documents."""
        return len(self.starts) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Number of tokens of each document."""
        return np.diff(self.starts)

    def word(self, token: int) -> str:
        """Return how a token is written. Those that no training document has are all ``<unknown>``."""
        return self.vocabulary[token] if token < len(self.vocabulary) else "<unknown>"

    @classmethod
    @checked
    def of(cls, training: Sequence[str], others: Sequence[str] = (), *, unit: Unit = "word") -> "Documents":
        """Take texts apart.

        Parameters
        ----------
        training : sequence of str
            Documents that models may be trained on; each has at least one token.
        others : sequence of str
            Documents that no model is trained on.
        unit : {"word", "character"}
            What a token is.

        Raises
        ------
        InputError
            If a document has no token, there is no training document, or a unit is not known.

        Examples
        --------
        >>> documents = Documents.of(["a rose is a rose"], ["a tulip"])
        >>> documents.vocabulary, documents.tokens.tolist(), documents.starts.tolist()
        (('a', 'is', 'rose'), [0, 2, 1, 0, 2, 0, 3], [0, 5, 7])
        """
        if len(training) == 0:
            raise InputError("training", "hold at least one document", training)
        found = [tokens_of(text, unit) for text in [*training, *others]]
        empty = next((number for number, (words, _) in enumerate(found) if not words), None)
        if empty is not None:
            role, place = ("training", empty) if empty < len(training) else ("others", empty - len(training))
            raise InputError(role, "hold a token in each document", Said(f"none in document {place}"), "Leave it out.")
        vocabulary = sorted({word for words, _ in found[: len(training)] for word in set(words)})
        number = {word: place for place, word in enumerate(vocabulary)}
        unknown = len(vocabulary)
        starts = np.concatenate([[0], np.cumsum([len(words) for words, _ in found])]).astype(np.int64)
        return cls(
            tokens=np.fromiter((number.get(word, unknown) for words, _ in found for word in words), np.int32),
            starts=starts,
            places=np.fromiter((place for _, places in found for place in places), np.int64),
            vocabulary=tuple(vocabulary),
            n_train=len(training),
            unit=unit,
        )


def tokens_of(text: str, unit: Unit) -> tuple[list[str], list[int]]:
    """Return the tokens of one text, and where each begins.

    Examples
    --------
    >>> tokens_of("Don't, she said.", "word")
    (["Don't", ',', 'she', 'said', '.'], [0, 5, 7, 11, 15])
    """
    if unit not in UNITS:
        raise InputError("unit", 'be "word" or "character"', unit)
    if unit == "character":
        return list(text), list(range(len(text)))
    found = list(_WORD.finditer(text))
    return [match.group() for match in found], [match.start() for match in found]
