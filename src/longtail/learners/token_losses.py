"""Losses of the single tokens of texts by one model, and where the tokens stand.

The log loss of a text is the mean of its tokens', and its token accuracy the share of them that the model finds
likeliest, where it says which.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.arguments.arrays import require_unmasked
from longtail.array_types import Bits, Reals
from longtail.errors import InputError, Said
from longtail.outcomes import PERFORMANCES

__all__ = ["TokenLosses"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLosses:
    """Losses of the tokens of all texts by one model. Make them with :meth:`of`.

    Parameters
    ----------
    losses : (n_tokens,) float32 array
        In nats, one text behind the other, training texts first.
    lengths : (n_texts,) int64 array
        How many tokens each text has.
    places : (n_tokens, 2) int64 array or None
        Where each token begins and ends in its text, in characters.
    predicted : (n_tokens,) bool array or None
        Whether each token is the likeliest to the model, given those before it.
    """

    losses: NDArray[np.float32]
    lengths: NDArray[np.int64]
    places: NDArray[np.int64] | None = None
    predicted: Bits | None = None

    @classmethod
    def of(
        cls,
        losses: Sequence[Any],
        n_all: int,
        places: Sequence[Any] | None = None,
        predicted: Sequence[Any] | None = None,
        whose: str = "",
    ) -> "TokenLosses":
        """Check and join what a model says of each text.

        Parameters
        ----------
        losses : sequence of (n_tokens,) arrays
            Of the tokens of each text, in nats; tensors of PyTorch are taken, too.
        n_all : int
            How many texts there are.
        places, predicted : sequence of arrays, optional
            As of the class, an array a text.
        whose : str
            Who says so, for errors.

        Raises
        ------
        InputError
            If a text is missing or has no token, a loss is negative or not finite, or the others do not fit.

        Examples
        --------
        >>> TokenLosses.of([[0.5, 1.5], [3.0]], 2).means().tolist()
        [1.0, 3.0]
        """
        argument = f"losses{whose}"
        require_unmasked(argument, *losses)
        if len(losses) != n_all:
            law = f"hold the losses of {n_all} texts, training texts first"
            raise InputError(argument, law, Said(f"those of {len(losses)}"))
        parts = [_numbers(argument, part, row) for row, part in enumerate(losses)]
        for row, part in enumerate(parts):
            if part.ndim != 1 or not len(part):
                raise InputError(argument, "hold one loss or more for each text", Said(f"{part.shape} in row {row}"))
            PERFORMANCES["log_loss"].require(f"{argument}, row {row}", part)
        lengths = np.array([len(part) for part in parts], np.int64)
        return cls(
            losses=np.concatenate(parts).astype(np.float32),
            lengths=lengths,
            places=None if places is None else _joined_places(f"places{whose}", places, lengths),
            predicted=None if predicted is None else _joined_bits(f"predicted{whose}", predicted, lengths),
        )

    def means(self) -> Reals:
        """Return the mean loss of each text, in nats a token."""
        return self._means(self.losses)

    def accuracy(self) -> Reals | None:
        """Return the share of the tokens of each text that are predicted. None where that is not known."""
        return None if self.predicted is None else self._means(self.predicted)

    def _means(self, values: NDArray[Any]) -> Reals:
        sums = np.add.reduceat(values.astype(np.float64), np.cumsum(self.lengths) - self.lengths)
        return np.asarray(sums / self.lengths)


def _numbers(argument: str, part: Any, row: int) -> Reals:
    try:
        return np.asarray(_plain(part), np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(argument, "hold an array of numbers for each text", Said(f"another in row {row}")) from error


def _joined_places(argument: str, places: Sequence[Any], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    parts = [np.asarray(_plain(part)) for part in places]
    if [part.shape for part in parts] != [(length, 2) for length in lengths.tolist()]:
        raise InputError(argument, "hold begin and end of each token of each text", Said("other numbers of them"))
    joined = np.concatenate(parts)
    if joined.dtype.kind not in "iu" or (joined[:, 0] > joined[:, 1]).any() or joined.min() < 0:
        raise InputError(argument, "hold whole numbers, begin before end", Said("others"))
    return joined.astype(np.int64)


def _joined_bits(argument: str, predicted: Sequence[Any], lengths: NDArray[np.int64]) -> Bits:
    parts = [np.asarray(_plain(part)) for part in predicted]
    if [part.shape for part in parts] != [(length,) for length in lengths.tolist()]:
        raise InputError(argument, "say of each token of each text whether it is", Said("other numbers of them"))
    joined = np.concatenate(parts)
    if not np.isin(joined, (0, 1)).all():
        raise InputError(argument, "hold True or False for each token", joined[~np.isin(joined, (0, 1))][0])
    return joined.astype(bool)


def _plain(part: Any) -> Any:
    return part.detach().cpu().numpy() if hasattr(part, "detach") else part
