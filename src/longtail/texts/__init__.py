"""Texts that were learned: which words of a document are memorized, and what its near copies have to do with it.

- ``near_copies.py``: documents that share most of their runs of three words, by MinHash.
- ``memorized_words.py``: memorization of each token of a document, from tallies of models with it and without it.
- ``by_copies.py``: memorization against the number of near copies, beside the tail's tau.
"""

from longtail.texts.by_copies import memorization_by_copies
from longtail.texts.memorized_words import MemorizedWords, memorized_words
from longtail.texts.near_copies import NearCopies, near_copies

__all__ = [
    "MemorizedWords",
    "NearCopies",
    "memorization_by_copies",
    "memorized_words",
    "near_copies",
]
