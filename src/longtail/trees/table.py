"""The table that trees are grown on: made once a data set, cut to a subset in a few milliseconds.

Bins of several features share a byte where few of their combinations occur, in whatever rows there are: a hundred
columns of zeros and ones that stand for eight texts then are four columns of codes. This bundling decides how fast a
tree is grown, and nothing of what is grown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from longtail.compilation import read_only
from longtail.trees import binning
from longtail.trees.arrays import CODES, ORDERED, TWO_BINS, UNORDERED, Layout

__all__ = ["Cut", "TreeTable"]

_SMALL_BUNDLE = 128
_CODES_OF_A_WORD, _WORDS_SAVED_FROM, _BUNDLES_SAVED = 8, 4, 2
_BUNDLES_TRIED = 64
_PENALTY_OF_LEVELS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A subset of the rows, as the kernels take it.

    Parameters
    ----------
    effective : (n_stored,) int64 array
        The bin to whose rows a bin belongs in this subset, for each stored bin.
    codes, other_codes : (n_bundles, n) uint8 arrays
        Of the rows to train on and of those to route along.
    words : (n_words, n) uint64 array
        The former, eight to a number.
    """

    effective: NDArray[np.int64]
    codes: NDArray[np.uint8]
    words: NDArray[np.uint64]
    other_codes: NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True)
class TreeTable:
    """Features as codes.

    Parameters
    ----------
    layout : Layout
        Where the bins are. Features stand in another order than in the data: those of two bins first.
    codes : (n_bundles, n) uint8 array
        Rows of features with too many values for a code are filled in for each subset.
    values : tuple of (n_ranks,) arrays
        Distinct values of each feature, in order.
    ranks : dict
        Of features with too many values, by number: the rank of each row.
    n_codes : (n_bundles,) int64 array
        How many codes there are.
    max_bins : int
        Without that of missing values.
    """

    layout: Layout
    codes: NDArray[np.uint8]
    values: tuple[NDArray[np.float32], ...]
    ranks: dict[int, NDArray[np.int32]]
    n_codes: NDArray[np.int64]
    max_bins: int

    @classmethod
    def of(cls, X: NDArray[np.float32], *, max_bins: int = 255, categorical: Sequence[int] = ()) -> "TreeTable":
        """Make the table of all rows, those to train on and those to evaluate.

        Parameters
        ----------
        X : (n, d) float32 array
            NaN is a missing value.
        max_bins : int
            From 2 to 255.
        categorical : sequence of int
            Columns whose numbers name unordered levels.
        """
        columns = [_Column.of(column, max_bins, number in categorical) for number, column in enumerate(X.T)]
        columns.sort(key=lambda column: column.n_bins > 2)
        bundles = _in_few_words(columns)
        codes = np.zeros((len(bundles), len(X)), np.uint8)
        for number, bundle in enumerate(bundles):
            if not columns[bundle.members[0]].many:
                codes[number] = bundle.codes
        return cls(
            layout=_layout(columns, bundles),
            codes=codes,
            values=tuple(column.values for column in columns),
            ranks={f: column.ranks for f, column in enumerate(columns) if column.many},
            n_codes=np.array([bundle.n_codes for bundle in bundles], np.int64),
            max_bins=max_bins,
        )

    def cut(self, rows: NDArray[np.int64], others: NDArray[np.int64]) -> Cut:
        """Bin by ``rows`` alone, and route ``others``."""
        layout = self.layout
        codes, other_codes = binning.gathered(self.codes, rows), binning.gathered(self.codes, others)
        effective = np.zeros(int(layout.stored.sum()), np.int64)
        counts = binning.rows_of_codes(codes)
        for f in np.flatnonzero(layout.kind != TWO_BINS).tolist():
            start, n_ranks = layout.first[f], len(self.values[f])
            if f in self.ranks:
                bins = self.bins_of_many(f, rows)
                effective[start : start + layout.stored[f]] = np.arange(layout.stored[f])
                codes[layout.bundle[f]] = bins[self.ranks[f][rows]]
                other_codes[layout.bundle[f]] = bins[self.ranks[f][others]]
            elif layout.kind[f] == ORDERED:
                effective[start : start + n_ranks] = self._nearest_seen(f, counts)
        return Cut(effective=effective, codes=codes, words=binning.words_of(codes), other_codes=other_codes)

    def _nearest_seen(self, f: int, counts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the nearest rank that occurs in a subset, of each rank of a feature whose ranks are its bins."""
        layout, values = self.layout, self.values[f]
        by_code = counts[layout.bundle[f]]
        if layout.default[f] < 0:
            own = by_code[: len(values)]
        else:
            entries = slice(layout.entry[f], layout.entry[f + 1])
            own = np.zeros(layout.stored[f], np.int64)
            bins_there = layout.entry_bin[entries] - layout.first[f]
            np.add.at(own, bins_there, by_code[layout.entry_code[entries] % CODES])
            own[layout.default[f]] += by_code.sum() - own.sum()
        bins = np.zeros(len(values), np.int64)
        binning.bins_of_ranks(own[: len(values)], values, CODES, bins)
        seen = np.flatnonzero(own[: len(values)])
        return seen[bins] if len(seen) else bins

    def bins_of_codes(self, f: int) -> NDArray[np.int64]:
        """Return the (256,) bins of a feature that the codes of its bundle mean."""
        layout = self.layout
        if layout.default[f] < 0:
            return np.arange(CODES)
        entries = slice(layout.entry[f], layout.entry[f + 1])
        two = layout.kind[f] == TWO_BINS
        bins = np.full(CODES, layout.default[f])
        other = 1 - layout.default[f] if two else layout.entry_bin[entries] - layout.first[f]
        bins[layout.entry_code[entries] % CODES] = other
        return bins

    def bins_of_many(self, f: int, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the bin of each rank, the last of missing values, of a feature with too many values, by ``rows``
        alone.
        """
        n_ranks = len(self.values[f])
        counts = np.bincount(self.ranks[f][rows], minlength=n_ranks + 1)[:n_ranks]
        bins = np.full(n_ranks + 1, self.max_bins, np.int64)  # a missing value has the last
        if self.layout.kind[f] == UNORDERED:
            bins[:n_ranks] = self.max_bins - 1  # the most frequent levels have a bin each, all others the last one
            bins[np.argsort(-counts, kind="stable")[: self.max_bins - 1]] = np.arange(self.max_bins - 1)
        else:
            binning.bins_of_ranks(counts, self.values[f], self.max_bins, bins[:n_ranks])
        return bins


@dataclass(slots=True, kw_only=True)
class _Column:
    values: NDArray[np.float32]
    ranks: NDArray[np.int32]
    missing: bool
    many: bool
    kind: int
    n_bins: int

    @classmethod
    def of(cls, column: NDArray[np.float32], max_bins: int, unordered: bool) -> "_Column":
        column = read_only(np.ascontiguousarray(column, np.float32))
        found = np.empty(max_bins + 1, np.float32)
        n_values = binning.distinct_values(column, max_bins, found)
        many = n_values > max_bins
        values = np.unique(column[~np.isnan(column)]) if many else found[:n_values]
        ranks = np.empty(len(column), np.int32)
        missing = binning.ranks_of(column, values, ranks)
        n_bins = (max_bins if many else len(values)) + missing
        kind = TWO_BINS if n_bins <= 2 else UNORDERED if unordered else ORDERED
        return cls(values=values, ranks=ranks, missing=missing, many=many, kind=kind, n_bins=n_bins)

    @property
    def as_they_are(self) -> bool:
        """Return whether the sums of its stored bins are those of its candidates."""
        return self.kind == TWO_BINS or (self.kind == ORDERED and not self.missing)

    @property
    def n_stored(self) -> int:
        """Number of bins whose sums are kept."""
        return 1 if self.kind == TWO_BINS else self.n_bins

    @property
    def n_candidates(self) -> int:
        """Number of splits that are compared.

        Where values may be missing, each but the last also counts with them on the left.
        """
        if self.as_they_are:
            return self.n_stored
        return self.n_bins - 1 + (self.n_bins - 2 if self.kind == ORDERED else 0)


@dataclass(slots=True, kw_only=True)
class _Bundle:
    members: list[int]
    codes: NDArray[np.int32]
    n_codes: int


def _in_few_words(columns: Sequence[_Column]) -> list[_Bundle]:
    """Bundle features, and once more with larger bundles where that saves a pass over the rows: a word of eight codes.

    Larger bundles have more codes to spread to bins, so they are not made for anything less.
    """
    bundles = _bundled(columns, _SMALL_BUNDLE)
    n_words, beyond = divmod(len(bundles), _CODES_OF_A_WORD)
    if 0 < n_words <= _WORDS_SAVED_FROM and 0 < beyond <= _BUNDLES_SAVED:
        fewer = _bundled(columns, CODES)
        return fewer if len(fewer) <= n_words * _CODES_OF_A_WORD else bundles
    return bundles


def _bundled(columns: Sequence[_Column], most_codes: int) -> list[_Bundle]:
    """Put features together one after the other, into the first bundle where their combinations are few enough."""
    bundles: list[_Bundle] = []
    shared: list[_Bundle] = []
    number = np.empty(CODES * CODES, np.int16)
    for f in sorted(range(len(columns)), key=lambda f: columns[f].n_bins):
        column = columns[f]
        if column.many:
            bundles.append(_Bundle(members=[f], codes=column.ranks, n_codes=CODES))
            continue
        for bundle in shared[-_BUNDLES_TRIED:]:
            if _joined(bundle, f, column, number, most_codes):
                break
        else:
            shared.append(_Bundle(members=[f], codes=column.ranks, n_codes=column.n_bins))
            bundles.append(shared[-1])
    return bundles


def _joined(bundle: _Bundle, f: int, column: _Column, number: NDArray[np.int16], most_codes: int) -> bool:
    """Put a feature into a bundle if that leaves a small bundle, or one without more codes than bins."""
    most = min(CODES, max(most_codes, bundle.n_codes + column.n_bins))
    if max(bundle.n_codes, column.n_bins) > most:
        return False
    pairs = np.empty(len(bundle.codes), np.int32)
    number[: bundle.n_codes * column.n_bins] = -1
    n_codes = binning.codes_of_pairs(bundle.codes, column.ranks, column.n_bins, most, number, pairs)
    if n_codes < 0:
        return False
    bundle.codes, bundle.n_codes = pairs, n_codes
    bundle.members.append(f)
    return True


def _layout(columns: Sequence[_Column], bundles: Sequence[_Bundle]) -> Layout:
    bundle_of, default = np.zeros(len(columns), np.int64), np.full(len(columns), -1, np.int64)
    entries: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = [(np.zeros(0, np.int64),) * 2] * len(columns)
    for number, bundle in enumerate(bundles):
        bundle_of[bundle.members] = number
        if len(bundle.members) > 1:
            for f in bundle.members:
                default[f], entries[f] = _entries(bundle, columns[f])
    kind = np.array([column.kind for column in columns], np.int64)
    stored = np.array([column.n_stored for column in columns], np.int64)
    first = np.cumsum(stored) - stored
    n_candidates = [column.n_candidates for column in columns]
    candidate = np.concatenate([[0], np.cumsum(n_candidates)]).astype(np.int64)
    feature = np.repeat(np.arange(len(columns)), n_candidates)
    return Layout(
        first=first,
        stored=stored,
        kind=kind,
        missing=np.array([column.missing for column in columns]),
        bundle=bundle_of,
        default=default,
        entry=np.concatenate([[0], np.cumsum([len(codes) for codes, _ in entries])]).astype(np.int64),
        entry_code=np.concatenate([CODES * at + codes for at, (codes, _) in zip(bundle_of, entries, strict=True)]),
        entry_bin=np.concatenate([at + bins for at, (_, bins) in zip(first, entries, strict=True)]),
        candidate=candidate,
        feature=feature,
        series=_series(columns, candidate, first),
        penalty=np.where(kind[feature] == UNORDERED, _PENALTY_OF_LEVELS, 0.0).astype(np.float32),
    )


def _series(columns: Sequence[_Column], candidate: NDArray[np.int64], first: NDArray[np.int64]) -> NDArray[np.int64]:
    """Make (n_series, 3): neighbors whose sums are candidates as they are, or are not, make a series."""
    found = []
    for as_they_are, members in groupby(range(len(columns)), key=lambda f: columns[f].as_they_are):
        together = list(members)
        found.append((candidate[together[0]], candidate[together[-1] + 1], first[together[0]] if as_they_are else -1))
    return np.array(found, np.int64).reshape(-1, 3)


def _entries(bundle: _Bundle, column: _Column) -> tuple[int, tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Return the commonest bin, and the codes of the bundle that mean another one."""
    default = int(np.bincount(column.ranks).argmax())
    bin_of = np.zeros(bundle.n_codes, np.int64)
    bin_of[bundle.codes] = column.ranks
    codes = np.flatnonzero(bin_of != default)
    return default, (codes, np.zeros(len(codes), np.int64) if column.kind == TWO_BINS else bin_of[codes])
