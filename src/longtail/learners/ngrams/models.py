r"""Performance of the n-gram models of many subsets, of whole documents and of single tokens.

A model is a function of its subset alone: the counts of the subset's documents are added up, and nothing is random. So
a model with a document and one without it differ in that document's counts and nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.errors import InputError, Said
from longtail.learners.ngrams.index import NgramIndex

__all__ = ["SubsetPerformance", "TokenTallies", "models_of_subsets"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenTallies:
    """Sums over models for each token of the training documents.

    Row 0 is of models without the token's document, row 1 of models with it.

    Parameters
    ----------
    models : (2, n_train) int64 array
        How many models lack and have each document.
    hits : (2, n_tokens) int32 array
        How many of them predict the token.
    nats, squares : (2, n_tokens) float arrays
        Sums of their log losses, and of the squares of these.
    """

    models: NDArray[np.int64]
    hits: NDArray[np.int32]
    nats: Reals
    squares: Reals


@dataclass(frozen=True, slots=True, kw_only=True)
class SubsetPerformance:
    """Performance of models, a row each, on all documents: training documents, in or out, then the others.

    Parameters
    ----------
    token_accuracy : (models, n_documents) float array
        Share of the document's tokens that the model predicts from those before them.
    log_loss : (models, n_documents) float array
        In nats a token.
    tokens : TokenTallies or None
        Of single tokens, where they were asked for.
    """

    token_accuracy: Reals
    log_loss: Reals
    tokens: TokenTallies | None


@checked
def models_of_subsets(
    index: NgramIndex, inclusion: NDArray[np.bool_], *, tokens: bool = False, least: int = 1
) -> SubsetPerformance:
    """Train a model on each subset and evaluate it on every document.

    Parameters
    ----------
    index : NgramIndex
        Of all documents.
    inclusion : (models, n_train) bool array
        The training documents of each model; at least one.
    tokens : bool
        Whether to tally single tokens, too, which takes about as long again.
    least : int
        How often an n-gram of two tokens or more must be counted to be kept.

    Raises
    ------
    InputError
        If a model has no document, or the array has another shape.

    Examples
    --------
    >>> from longtail.learners.words import Documents
    >>> index = NgramIndex.of(Documents.of(["to be or not to be", "to see or not to see"]), order=2)
    >>> models_of_subsets(index, np.array([[True, False], [True, True]])).token_accuracy.round(2).tolist()
    [[1.0, 0.5], [1.0, 0.67]]
    """
    documents = index.documents
    if inclusion.ndim != 2 or inclusion.shape[1] != documents.n_train:
        raise InputError("inclusion", f"have a column for each of {documents.n_train} documents", inclusion.shape)
    if not inclusion.any(axis=1).all():
        bad = int(np.flatnonzero(~inclusion.any(axis=1))[0])
        raise InputError("inclusion", "give each model a document", Said(f"none for model {bad}"))
    from longtail.learners.ngrams.kernels import evaluate, tally

    loss, right = (np.empty((len(inclusion), documents.n_documents)) for _ in range(2))
    tallies = _no_tallies(index, inclusion) if tokens else None
    ends = (documents.starts, index.gram_of_token)
    for model, (probability, is_guess) in enumerate(_models(index, inclusion, least)):
        evaluate(loss[model], right[model], probability, is_guess, *ends)
        if tallies is not None:
            sums = (tallies.hits, tallies.nats, tallies.squares)
            tally(*sums, inclusion[model], probability, is_guess, *ends)
    return SubsetPerformance(token_accuracy=right, log_loss=loss, tokens=tallies)


def _models(index: NgramIndex, inclusion: NDArray[np.bool_], least: int) -> Iterator[tuple[Reals, NDArray[np.bool_]]]:
    """Yield the probability of every n-gram's last token, and whether it is the guess, of each model.

    Each overwrites the last.
    """
    from longtail.learners.ngrams.kernels import counts_of_subset, probabilities_of_counts

    counts, probability = np.empty(index.grams[-1], np.int32), np.empty(index.grams[-1])
    discounts = np.empty(index.order + 1)
    is_guess = np.empty(index.grams[-1], np.bool_)
    guess, likeliest = np.empty(index.histories[-1], np.uint32), np.empty(index.histories[-1])
    documents = index.documents
    n_words = len(documents.vocabulary) + 1
    for included in inclusion:
        counts_of_subset(counts, discounts, included, documents.starts, index.gram_of_token, index.grams, index.shorter)
        probabilities_of_counts(
            counts,
            discounts,
            probability,
            is_guess,
            guess,
            likeliest,
            index.histories,
            index.word,
            index.shorter,
            index.first,
            index.shorter_history,
            n_words,
            least,
        )
        yield probability, is_guess


def _no_tallies(index: NgramIndex, inclusion: NDArray[np.bool_]) -> TokenTallies:
    n_tokens = int(index.documents.starts[index.documents.n_train])
    included = inclusion.sum(axis=0)
    return TokenTallies(
        models=np.array([len(inclusion) - included, included], np.int64),
        hits=np.zeros((2, n_tokens), np.int32),
        nats=np.zeros((2, n_tokens)),
        squares=np.zeros((2, n_tokens)),
    )
