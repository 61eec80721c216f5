r"""Losses of single tokens, which trials may come with, and what they say of a document.

A trial of texts may come with the log loss of each token of each text, in nats, with where the tokens stand in their
texts, and with which of them the model predicts. A token is memorized by

.. math:: \mathrm{mem} = E[\ell \mid \text{out}] - E[\ell \mid \text{in}],

over the models that lack its document and those that have it, as a document is [Zhang2021]_. It is *marked* where
models that have the document surely predict it more often; where nobody says what is predicted, where that difference
of losses surely lies above zero. Either interval holds for all tokens of the document at once (Bonferroni's).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Bits, Reals
from longtail.errors import DamagedRunError
from longtail.learners.token_losses import TokenLosses
from longtail.outcomes import PERFORMANCES, Outcomes
from longtail.runs.run_folder import RunFolder
from longtail.scores.means import difference_of_means, moments_of
from longtail.scores.proportions import difference_of_proportions
from longtail.trials.token_file import read_tokens, token_file

__all__ = ["MemorizedTokens", "has_token_losses", "memorized_tokens"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemorizedTokens:
    """Memorization of each token of one training text.

    Parameters
    ----------
    value, low, high : (n_tokens,) float arrays
        In nats, with an interval for each token by itself.
    marked : (n_tokens,) bool array
        Whether the token is surely memorized, over all tokens of the text at once.
    shares : (2, n_tokens) float array or None
        Share of the models with the text, and of those without it, that predict each token. None where no trial said.
    places : (n_tokens, 2) int64 array or None
        Where each token begins and ends in the text, in characters; None where no trial said.
    """

    value: Reals
    low: Reals
    high: Reals
    marked: Bits
    shares: Reals | None
    places: NDArray[np.int64] | None


def has_token_losses(run: RunFolder, outcomes: Outcomes) -> bool:
    """Return whether every trial of a run has the losses of its tokens."""
    return outcomes.n_trials > 0 and all(_file(run, trial).is_file() for trial in outcomes.trial_numbers.tolist())


def memorized_tokens(run: RunFolder, outcomes: Outcomes, texts: Sequence[int], level: float) -> list[MemorizedTokens]:
    """Score the tokens of some training texts. Each trial's file is read once.

    Parameters
    ----------
    run : RunFolder
        Which has losses of tokens for every trial.
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
    first = read_tokens(_file(run, int(outcomes.trial_numbers[0])))
    ends = np.cumsum(first.lengths)
    parts = [slice(int(ends[text] - first.lengths[text]), int(ends[text])) for text in texts]
    losses = [np.empty((outcomes.n_trials, part.stop - part.start), np.float32) for part in parts]
    hits = None if first.predicted is None else [np.empty(table.shape, bool) for table in losses]
    for row, trial in enumerate(outcomes.trial_numbers.tolist()):
        held = read_tokens(_file(run, trial))
        if not np.array_equal(held.lengths, first.lengths):
            raise DamagedRunError(f"{_file(run, trial)} is of other tokens than those of the first trial.")
        for table, part in zip(losses, parts, strict=True):
            table[row] = held.losses[part]
        hits = None if held.predicted is None else hits
        for table, part in zip(hits or [], parts, strict=hits is not None):
            table[row] = np.asarray(held.predicted)[part]
    return [
        _memorized(first, part, table, None if hits is None else hits[number], outcomes.inclusion[:, text], level)
        for number, (text, table, part) in enumerate(zip(texts, losses, parts, strict=True))
    ]


def _memorized(
    first: TokenLosses, part: slice, losses: NDArray[np.float32], hits: Bits | None, inside: Bits, level: float
) -> MemorizedTokens:
    """Return the memorization of one text's tokens, from their losses by each model and whether it predicts them."""
    kind, together = PERFORMANCES["log_loss"], 1 - (1 - level) / losses.shape[1]
    moments = moments_of(losses, np.broadcast_to(inside[:, None], losses.shape))
    each = difference_of_means(*moments, kind, level)
    shares = None
    if hits is None:
        surely = difference_of_means(*moments, kind, together).low
    else:
        counts = [(hits[side].sum(axis=0), int(side.sum())) for side in (inside, ~inside)]
        shares = np.array([n_hits / max(n, 1) for n_hits, n in counts])
        surely = difference_of_proportions(*counts[0], *counts[1], together).low
    return MemorizedTokens(
        value=each.value,
        low=each.low,
        high=each.high,
        marked=np.asarray(surely > 0),
        shares=shares,
        places=None if first.places is None else first.places[part],
    )


def _file(run: RunFolder, trial: int) -> Path:
    """Return a trial's file: beside the trial, or in the run itself, where earlier runs have it."""
    beside = token_file(run.trials().folder, trial)
    return beside if beside.is_file() else token_file(run.path, trial)
