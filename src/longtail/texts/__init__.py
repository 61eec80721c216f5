"""Texts that were learned: which words of a document are memorized, and what its near copies have to do with it.

Near copies themselves are found by :mod:`longtail.near_copies`, which limits read, too.

- ``memorized_words.py``: memorization of each token of a document, from tallies of models with it and without it.
- ``by_copies.py``: memorization, of documents and of kinds, against the number of near copies, beside the tail's tau.
"""

from longtail.near_copies import NearCopies, near_copies
from longtail.texts.by_copies import kind_memorization, memorization_by_copies
from longtail.texts.memorized_words import MemorizedWords, memorized_words

__all__ = [
    "MemorizedWords",
    "NearCopies",
    "kind_memorization",
    "memorization_by_copies",
    "memorized_words",
    "near_copies",
]
