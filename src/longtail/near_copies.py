r"""Near copies among documents: those that share at least half of their runs of three words.

With A and B the sets of such runs (shingles) of two documents, their resemblance is :math:`|A \cap B| / |A \cup B|`.
The least of a random order of all shingles is the same in both with exactly that probability [Broder1997]_, so 64
groups of three such least ones find the pairs worth a look: one of resemblance s is missed with probability
:math:`(1 - s^3)^{64}`, which is 0.0002 at one half and 10\ :sup:`-7` at 0.6. Each pair found is then compared exactly,
so none is reported that is none.

Documents of which each is a near copy of another one of them are one *kind*: a document and all that lead to it.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Whole, Words
from longtail.errors import InputError
from longtail.learners.ngrams import Documents, NgramIndex

__all__ = ["NearCopies", "near_copies"]

_SHINGLE = 3
_GROUPS, _IN_A_GROUP = 64, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class NearCopies:
    """Copies, exact or near, among documents.

    Parameters
    ----------
    count : (n,) int64 array
        How many near copies each document has, itself aside.
    kind : (n,) int64 array
        Number of the kind of each document, in the order of their first documents.
    alike : (n,) int64 array
        The first document that is equal to each to the last shingle: itself, where there is none before it.
    pairs : (n_pairs, 2) int64 array
        Documents that are near copies of one another, the first of each pair the smaller number; of documents that are
        equal to the last shingle, the first alone is listed with others.
    resemblance : (n_pairs,) float array
        That of each pair.
    threshold : float
        The least.
    """

    count: Whole
    kind: Whole
    alike: Whole
    pairs: Whole
    resemblance: NDArray[np.float64]
    threshold: float

    @checked
    def kinds_within(self, members: Whole) -> Whole:
        """Return the number of the kind of each of some documents, of which alone there is to be known.

        Two of them that are near copies of a third one, and not of each other, are of one kind only if the third is
        among them.

        Parameters
        ----------
        members : (m,) int array
            Documents.

        Raises
        ------
        InputError
            If there is no such document.

        Examples
        --------
        >>> ends = ["a b c d e f", "b c d e f g h"]  # They share three of ten runs, with the beginning.
        >>> found = near_copies(Documents.of([*ends, "a b c d e f g h"]))
        >>> found.kind.tolist(), found.kinds_within(np.array([0, 1])).tolist()
        ([0, 0, 0], [0, 1])
        """
        n = len(self.alike)
        if members.ndim != 1 or not ((members >= 0) & (members < n)).all():
            raise InputError("members", f"hold numbers of documents, from 0 to {n - 1}", members)
        groups, place = np.unique(self.alike[members], return_inverse=True)
        here = np.isin(self.pairs, groups).all(axis=1)
        root = np.arange(len(groups))
        for one, other in np.searchsorted(groups, self.pairs[here]).tolist():
            low, high = sorted((_root(root, one), _root(root, other)))
            root[high] = low
        roots = np.array([_root(root, number) for number in range(len(groups))], np.int64)
        return np.asarray(np.unique(roots[place], return_inverse=True)[1], np.int64)


@checked
def near_copies(documents: Documents, threshold: float = 0.5) -> NearCopies:
    """Find near copies.

    Parameters
    ----------
    documents : Documents
        The training documents are compared.
    threshold : float
        The least resemblance, from 0.5 to 1; below a half too many would be missed.

    Raises
    ------
    InputError
        If ``threshold`` is outside.

    Examples
    --------
    >>> texts = ["the cat sat on the mat today", "the cat sat on the mat today .", "nothing of the kind"]
    >>> near_copies(Documents.of(texts)).count.tolist()
    [1, 1, 0]
    """
    if not 0.5 <= threshold <= 1:
        raise InputError("threshold", "lie in [0.5, 1]", threshold)
    sets = _shingles(documents)
    alike: dict[bytes, list[int]] = {}
    for number, members in enumerate(sets):
        alike.setdefault(members.tobytes(), []).append(number)
    groups = list(alike.values())
    firsts = [group[0] for group in groups]
    found = [
        (one, other, resemblance)
        for one, other in _candidates([sets[first] for first in firsts])
        if (resemblance := _resemblance(sets[firsts[one]], sets[firsts[other]])) >= threshold
    ]
    sizes = np.array([len(group) for group in groups])
    count, root = sizes - 1, np.arange(len(groups))
    for one, other, _ in found:
        count[one] += sizes[other]
        count[other] += sizes[one]
        low, high = sorted((_root(root, one), _root(root, other)))
        root[high] = low
    of_group = np.empty(len(sets), np.int64)
    for number, group in enumerate(groups):
        of_group[group] = number
    first_of_group = np.array(firsts, np.int64)
    kinds = np.array([_root(root, number) for number in range(len(groups))])
    _, first, kind = np.unique(kinds[of_group], return_index=True, return_inverse=True)
    return NearCopies(
        count=count[of_group],
        kind=np.argsort(np.argsort(first))[kind],
        alike=first_of_group[of_group],
        pairs=np.array([(firsts[one], firsts[other]) for one, other, _ in found], np.int64).reshape(-1, 2),
        resemblance=np.array([resemblance for *_, resemblance in found], np.float64),
        threshold=threshold,
    )


def _shingles(documents: Documents) -> list[Whole]:
    """Return the different shingles of each training document, rising."""
    grams = NgramIndex.of(documents, _SHINGLE).gram_of_token.astype(np.int64)
    ends = documents.starts[: documents.n_train + 1]
    return [np.unique(grams[begin:end]) for begin, end in pairwise(ends)]


def _candidates(sets: list[Whole]) -> list[tuple[int, int]]:
    """Return pairs that agree in a group of least shingles."""
    everything = np.concatenate(sets).astype(np.uint64)
    starts = np.concatenate([[0], np.cumsum([len(members) for members in sets])[:-1]])
    pairs: set[tuple[int, int]] = set()
    for group in range(_GROUPS):
        keys = np.zeros(len(sets), np.uint64)
        for member in range(_IN_A_GROUP):
            shuffled = _mixed(everything, _IN_A_GROUP * group + member)
            keys = _mixed(keys ^ np.minimum.reduceat(shuffled, starts), member)
        order = np.argsort(keys, kind="stable")
        edges = np.flatnonzero(np.diff(keys[order])) + 1
        for same in np.split(order, edges):
            if len(same) > 1:
                one, other = np.triu_indices(len(same), 1)
                pairs.update(zip(same[one].tolist(), same[other].tolist(), strict=True))
    return sorted(pairs)


def _mixed(values: Words, number: int) -> Words:
    """Return another random-looking order of 64-bit numbers for each ``number``: SplitMix64 [Steele2014]_."""
    with np.errstate(over="ignore"):
        mixed: Words = values + np.uint64(0x9E3779B97F4A7C15) * np.uint64(2 * number + 1)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _resemblance(one: Whole, other: Whole) -> float:
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / (len(one) + len(other) - shared)


def _root(root: Whole, number: int) -> int:
    while root[number] != number:
        root[number] = root[root[number]]
        number = int(root[number])
    return number
