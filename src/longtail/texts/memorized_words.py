r"""Memorization of the words of a document: what its presence gives to the prediction of each of its tokens.

For a token with log loss :math:`\ell`, the models that have its document and those that have not,

.. math:: \mathrm{mem} = E[\ell \mid \text{out}] - E[\ell \mid \text{in}],

in nats: e to it is how many times likelier the token becomes. The document's own memorization of its log loss is the
mean of its tokens' [Zhang2021]_. A token is *marked* where models with the document predict it, by their likeliest
token, surely more often than models without it: an interval of the difference of the two shares that holds for all
tokens of the document at once (Bonferroni's) lies above zero. That is of a document which somebody names; where
documents were chosen by their memorization, marks count in those that are significantly memorized alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.estimate import require_level
from longtail.learners.ngrams import Documents, TokenTallies
from longtail.sampling_laws import student_half_width
from longtail.scores.proportions import difference_of_proportions

__all__ = ["MemorizedWords", "memorized_words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemorizedWords:
    """Memorization of each token of one document.

    Parameters
    ----------
    begin, end : (n_tokens,) int64 arrays
        Where each token stands in the document's text, in characters.
    value, low, high : (n_tokens,) float arrays
        Memorization in nats, and Welch's interval.
    predicted_in, predicted_out : (n_tokens,) float arrays
        Share of the models with the document, and of those without it, whose likeliest token is this one.
    marked : (n_tokens,) bool array
        Whether that share is surely higher with the document.
    """

    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    value: Reals
    low: Reals
    high: Reals
    predicted_in: Reals
    predicted_out: Reals
    marked: NDArray[np.bool_]

    def spans(self) -> list[tuple[int, int]]:
        """Return the marked runs of tokens, as places in the text."""
        edges = np.flatnonzero(np.diff(np.concatenate([[False], self.marked, [False]]).astype(int)))
        return [(int(self.begin[a]), int(self.end[b - 1])) for a, b in zip(edges[::2], edges[1::2], strict=True)]


@checked
def memorized_words(documents: Documents, tallies: TokenTallies, document: int, level: float = 0.95) -> MemorizedWords:
    """Score the tokens of one training document.

    Parameters
    ----------
    documents : Documents
        As the models were trained on.
    tallies : TokenTallies
        Of :func:`longtail.learners.ngrams.models_of_subsets`.
    document : int
        Its number.
    level : float
        Nominal coverage of each interval, and of all marks of the document together.
    """
    require_level(level)
    mine = slice(int(documents.starts[document]), int(documents.starts[document + 1]))
    out, inside = (int(n) for n in tallies.models[:, document])
    counts = np.array([[out], [inside]], float)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = tallies.nats[:, mine] / counts
        variance = np.maximum(tallies.squares[:, mine] / counts - mean**2, 0) * counts / (counts - 1)
        parts = variance / counts
        error = np.sqrt(parts.sum(axis=0))
        freedom = parts.sum(axis=0) ** 2 / (parts**2 / (counts - 1)).sum(axis=0)
        half = np.where(error > 0, student_half_width(level, np.where(error > 0, freedom, 1.0)) * error, 0.0)
        shares = tallies.hits[:, mine] / counts
    value = mean[0] - mean[1]
    hits = tallies.hits[:, mine]
    together = 1 - (1 - level) / max(hits.shape[1], 1)
    surely = difference_of_proportions(hits[1], inside, hits[0], out, together)
    begin = documents.places[mine]
    written = [len(documents.word(int(token))) for token in documents.tokens[mine]]
    return MemorizedWords(
        begin=begin,
        end=begin + np.array(written, np.int64),
        value=value,
        low=value - half,
        high=value + half,
        predicted_in=shares[1],
        predicted_out=shares[0],
        marked=np.asarray(surely.low > 0),
    )
