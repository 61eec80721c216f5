r"""Losses of single tokens, which models trained elsewhere recorded with their trials, and what they say of a document.

A trial of texts may come with the log loss of each token of each text, in nats, and with where the tokens stand in
their texts. They lie beside the trials, a file each, in ``token-losses`` of the run. A token is memorized by

.. math:: \mathrm{mem} = E[\ell \mid \text{out}] - E[\ell \mid \text{in}],

over the models that lack its document and those that have it, as a document is [Zhang2021]_. It is *marked* where the
interval of that difference, which holds for all tokens of the document at once (Bonferroni's), lies above zero.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Reals
from longtail.errors import DamagedRunError, InputError, Said
from longtail.outcomes import PERFORMANCES, Outcomes
from longtail.scores.means import difference_of_means, moments_of
from longtail.whole_files import write_atomically

__all__ = ["MemorizedTokens", "TokenLosses", "has_token_losses", "memorized_tokens"]

_FOLDER = "token-losses"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLosses:
    """Losses of the tokens of all texts by one model.

    Parameters
    ----------
    losses : (n_tokens,) float32 array
        In nats, one text behind the other, training texts first.
    lengths : (n + n_test,) int64 array
        How many tokens each text has.
    places : (n_tokens, 2) int64 array or None
        Where each token begins and ends in its text, in characters.
    """

    losses: NDArray[np.float32]
    lengths: NDArray[np.int64]
    places: NDArray[np.int64] | None

    @classmethod
    def of(cls, losses: Sequence[Any], n_all: int, places: Sequence[Any] | None = None) -> "TokenLosses":
        """Check and join the losses of each text.

        Raises
        ------
        InputError
            If a text is missing or has no token, a loss is negative or not finite, or places do not fit.
        """
        if len(losses) != n_all:
            law = f"hold the losses of {n_all} texts, training texts first"
            raise InputError("losses", law, Said(f"those of {len(losses)}"))
        parts = [np.asarray(_plain(part), np.float64) for part in losses]
        for row, part in enumerate(parts):
            if part.ndim != 1 or not len(part):
                raise InputError("losses", "hold one loss or more for each text", Said(f"{part.shape} in row {row}"))
            PERFORMANCES["log_loss"].require(f"losses, row {row}", part)
        lengths = np.array([len(part) for part in parts], np.int64)
        joined = None if places is None else _joined_places(places, lengths)
        return cls(losses=np.concatenate(parts).astype(np.float32), lengths=lengths, places=joined)

    def means(self) -> Reals:
        """Return the mean loss of each text, in nats a token."""
        sums = np.add.reduceat(self.losses.astype(np.float64), np.cumsum(self.lengths) - self.lengths)
        return np.asarray(sums / self.lengths)

    def write(self, run: Path, trial: int) -> None:
        """Write the losses of a trial into a run.

        Raises
        ------
        InputError
            If texts have other numbers of tokens than in a trial that is there: tokens could not be compared.
        """
        folder = run / _FOLDER
        first = next(iter(sorted(folder.glob("*.npz"))), None)
        if first is not None and first != _file(run, trial) and not np.array_equal(_read(first).lengths, self.lengths):
            law = "be of the same tokens in every trial"
            raise InputError("losses", law, Said(f"other numbers of tokens than {first.name} of {folder} has"))
        folder.mkdir(exist_ok=True)
        buffer = io.BytesIO()
        arrays: dict[str, Any] = {"losses": self.losses, "lengths": self.lengths}
        if self.places is not None:
            arrays["places"] = self.places
        np.savez_compressed(buffer, **arrays)
        write_atomically(_file(run, trial), buffer.getvalue())


@dataclass(frozen=True, slots=True, kw_only=True)
class MemorizedTokens:
    """Memorization of each token of one training text.

    Parameters
    ----------
    value, low, high : (n_tokens,) float arrays
        In nats, with an interval for each token by itself.
    marked : (n_tokens,) bool array
        Whether the token is surely memorized, over all tokens of the text at once.
    places : (n_tokens, 2) int64 array or None
        Where each token begins and ends in the text, in characters; None where no trial said.
    """

    value: Reals
    low: Reals
    high: Reals
    marked: NDArray[np.bool_]
    places: NDArray[np.int64] | None


def has_token_losses(run: Path, outcomes: Outcomes) -> bool:
    """Return whether every trial of a run has the losses of its tokens."""
    return outcomes.n_trials > 0 and all(_file(run, trial).is_file() for trial in outcomes.trial_numbers.tolist())


def memorized_tokens(run: Path, outcomes: Outcomes, texts: Sequence[int], level: float) -> list[MemorizedTokens]:
    """Score the tokens of some training texts. Each trial's file is read once.

    Parameters
    ----------
    run : Path
        The run folder, which has losses of tokens for every trial.
    outcomes : Outcomes
        Of the run: who was in.
    texts : sequence of int
        Numbers of training texts.
    level : float
        Of each interval, and of all marks of a text together.

    Raises
    ------
    DamagedRunError
        If a trial's losses cannot be read, or are of other tokens.
    """
    first = _read(_file(run, int(outcomes.trial_numbers[0])))
    ends = np.cumsum(first.lengths)
    parts = [slice(int(ends[text] - first.lengths[text]), int(ends[text])) for text in texts]
    tables = [np.empty((outcomes.n_trials, part.stop - part.start), np.float32) for part in parts]
    for row, trial in enumerate(outcomes.trial_numbers.tolist()):
        held = _read(_file(run, trial))
        if not np.array_equal(held.lengths, first.lengths):
            raise DamagedRunError(f"{_file(run, trial)} is of other tokens than those of the first trial.")
        for table, part in zip(tables, parts, strict=True):
            table[row] = held.losses[part]
    kind, found = PERFORMANCES["log_loss"], []
    for text, table, part in zip(texts, tables, parts, strict=True):
        inside = np.broadcast_to(outcomes.inclusion[:, [text]], table.shape)
        moments = moments_of(table, inside)
        each = difference_of_means(*moments, kind, level)
        together = difference_of_means(*moments, kind, 1 - (1 - level) / table.shape[1])
        places = None if first.places is None else first.places[part]
        marked = np.asarray(together.low > 0)
        found.append(MemorizedTokens(value=each.value, low=each.low, high=each.high, marked=marked, places=places))
    return found


def _joined_places(places: Sequence[Any], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    parts = [np.asarray(part) for part in places]
    if [part.shape for part in parts] != [(length, 2) for length in lengths.tolist()]:
        raise InputError("places", "hold begin and end of each token of each text", Said("other numbers of them"))
    joined = np.concatenate(parts)
    if joined.dtype.kind not in "iu" or (joined[:, 0] > joined[:, 1]).any() or joined.min() < 0:
        raise InputError("places", "hold whole numbers, begin before end", Said("others"))
    return joined.astype(np.int64)


def _plain(part: Any) -> Any:
    return part.detach().float().cpu().numpy() if hasattr(part, "detach") else part


def _file(run: Path, trial: int) -> Path:
    return run / _FOLDER / f"{trial:06d}.npz"


def _read(path: Path) -> TokenLosses:
    try:
        with np.load(path, allow_pickle=False) as archive:
            places = archive["places"] if "places" in archive.files else None
            return TokenLosses(losses=archive["losses"], lengths=archive["lengths"], places=places)
    except Exception as error:  # Damaged bytes make zipfile and NumPy raise many kinds of errors.
        raise DamagedRunError(
            f"{path} is not readable ({error}). Remove it and its trial, and record it anew."
        ) from error
