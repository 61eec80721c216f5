"""One pass over all pairs of a training and a test example: the count of each cell, and the strongest of each example.

A test example that is always or never right has influence 0 from everybody, and so has a training example that was in
all trials or in none: such pairs are counted by multiplication, and only the first of such examples are looked at, as
equals go by place.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from joblib import cpu_count
from numpy.typing import NDArray

from longtail.array_types import Whole, Words
from longtail.outcomes import Outcomes
from longtail.scores.pair_counts import (
    HIGHEST,
    LOWEST,
    PackedTrials,
    count_pairs,
    fisher_cells,
    packed,
    pairs_at_or_above,
)
from longtail.scores.pair_ranking import PairRanking

__all__ = ["CHUNK", "Counted", "Pairs"]

CHUNK = 2048
"""Number of training examples that are counted at a time."""


class Counted(NamedTuple):
    """Results of one pass.

    Parameters
    ----------
    ranking : PairRanking
        Of the p-values of all pairs.
    tests : (training examples, kept) int array
        Places of the test examples of highest influence, the first of equals first.
    trains : (test examples, kept) int array
        Rows of the training examples of highest influence on each test example, likewise.
    """

    ranking: PairRanking
    tests: Whole
    trains: Whole


class _Strongest(NamedTuple):
    """Strongest pairs of each example so far: heights and places, both (examples, kept)."""

    height: Whole
    place: Whole

    @classmethod
    def none(cls, n: int, kept: int) -> "_Strongest":
        return cls(np.full((n, kept), LOWEST), np.full((n, kept), -1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """All pairs of some training examples with the test examples, in packed trials."""

    positions: NDArray[np.int64]
    train: PackedTrials
    test: PackedTrials
    different_totals: NDArray[np.int64]
    place: NDArray[np.int64]

    @classmethod
    def of(cls, outcomes: Outcomes, positions: NDArray[np.int64]) -> "Pairs":
        """Pack the trials of the training examples at these positions, and of all test examples."""
        test = packed(outcomes.test_correct)
        totals, place = np.unique(test.totals, return_inverse=True)
        train = packed(outcomes.inclusion[:, positions])
        return cls(positions=positions, train=train, test=test, different_totals=totals, place=place.astype(np.int64))

    def tested_groups(self) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """Yield training examples by the number of trials that they were in.

        An example that was never in, or never out, is no test.
        """
        for n_included in np.unique(self.train.totals).tolist():
            if 0 < n_included < self.train.n_trials:
                yield n_included, np.flatnonzero(self.train.totals == n_included)

    def counted(self, of_train: int = 0, of_test: int = 0) -> Counted:
        """Count all pairs once.

        Parameters
        ----------
        of_train, of_test : int
            How many of the strongest to keep of each training and of each test example, at most as many as there are.
        """
        columns = self._columns(of_train)
        tests = np.tile(np.arange(of_train), (len(self.train.totals), 1))
        workers = [_Worker.of(self, columns, tests, of_test) for _ in range(min(cpu_count(), self._most_chunks))]
        p_values, numbers = [np.zeros(0)], [np.zeros(0, np.int64)]
        for n_included, members in self.tested_groups():
            counts = sum(_in_threads(workers, members), self._counted_by_product(columns, n_included, len(members)))
            there = counts > 0
            p_values.append(fisher_cells(n_included, self.different_totals, self.train.n_trials)[there])
            numbers.append(counts[there])
        if of_test:
            for members in (np.flatnonzero(self.train.totals == n) for n in (0, self.train.n_trials)):
                _in_threads(workers, members[:of_test])
        trains = np.tile(np.arange(of_test), (len(self.test.totals), 1))
        varied = self.test.varied[columns]
        trains[columns[varied]] = _merged([worker.strongest for worker in workers], of_test)[varied]
        return Counted(PairRanking.of(np.concatenate(p_values), np.concatenate(numbers)), tests, trains)

    def with_p_value_at_most(self, most: float, n_found: int) -> tuple[Whole, Whole, Whole]:
        """Return rows, test examples and joint counts, by row and then test example, in a second pass."""
        found = np.empty((3, n_found), np.int64)
        filled = 0
        for n_included, members in self.tested_groups():
            p = fisher_cells(n_included, self.different_totals, self.train.n_trials)
            least = (p > most).sum(axis=1).astype(np.int64)  # p falls as k rises

            def bring(part: Whole, least: Whole = least) -> Whole:
                room = np.empty((3, n_found), np.int64)  # Memory is touched only as far as it is filled.
                n = pairs_at_or_above(self.train.words[part], self.test.words, self.place, least, *room)
                room[0, :n] = part[room[0, :n]]
                return room[:, :n].copy()

            for piece in _mapped(bring, _chunks(members)):
                found[:, filled : filled + piece.shape[1]] = piece
                filled += piece.shape[1]
        rows, tests, joint = found[:, np.lexsort((found[1], found[0]))]
        return rows, tests, joint

    @property
    def _most_chunks(self) -> int:
        """The largest number of tasks at a time, at least one."""
        return max((len(_chunks(members)) for _, members in self.tested_groups()), default=1)

    def _columns(self, of_train: int) -> Whole:
        """Return the test examples to look at. Neighbors count in neighboring cells."""
        varied = np.flatnonzero(self.test.varied)
        by_total = varied[np.argsort(self.place[varied], kind="stable")]
        return np.concatenate([by_total, np.flatnonzero(~self.test.varied)[:of_train]])

    def _counted_by_product(self, columns: Whole, n_included: int, n_members: int) -> Whole:
        """Count the pairs with test examples that are not looked at: never right in no trial together, or in all."""
        apart = np.bincount(self.place[~self.test.varied], minlength=len(self.different_totals))
        apart -= np.bincount(self.place[columns[~self.test.varied[columns]]], minlength=len(apart))
        counts = np.zeros((len(apart), n_included + 1), np.int64)
        constant = np.flatnonzero(apart)
        counts[constant, np.where(self.different_totals[constant] == 0, 0, n_included)] = apart[constant] * n_members
        return counts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Worker:
    """Counts of one thread: the strongest of each test example so far. Those of training examples are shared."""

    train: PackedTrials
    words: Words
    totals: Whole
    place: Whole
    columns: Whole
    n_places: int
    tests: Whole
    strongest: _Strongest

    @classmethod
    def of(cls, pairs: Pairs, columns: Whole, tests: Whole, of_test: int) -> "_Worker":
        strongest = _Strongest.none(len(columns), of_test)
        strongest.height[~pairs.test.varied[columns]] = HIGHEST  # Nothing is kept of them: all are equal.
        return cls(
            train=pairs.train,
            words=np.ascontiguousarray(pairs.test.words[columns].T),
            totals=pairs.test.totals[columns],
            place=pairs.place[columns],
            columns=columns,
            n_places=len(pairs.different_totals),
            tests=tests,
            strongest=strongest,
        )

    def count(self, parts: list[Whole]) -> Whole:
        """Count the pairs of training examples that were in equally many trials, by place of the total and k."""
        n_included = int(self.train.totals[parts[0][0]])
        counts = np.zeros((self.n_places, n_included + 1), np.int64)
        for part in parts:
            here = _Strongest.none(len(part), self.tests.shape[1])
            count_pairs(
                self.train.words[part],
                n_included,
                part,
                self.words,
                self.totals,
                self.columns,
                self.train.n_trials,
                (self.place * (n_included + 1)).astype(np.uint64),
                counts.ravel(),
                *here,
                *self.strongest,
            )
            self.tests[part] = here.place
        return counts


def _merged(strongest: list[_Strongest], kept: int) -> Whole:
    """Return the places of the strongest that several threads found, the lower place first among equals."""
    heights = np.concatenate([each.height for each in strongest], axis=1)
    places = np.concatenate([each.place for each in strongest], axis=1)
    order = np.lexsort((places, -heights), axis=1)[:, :kept]
    return np.take_along_axis(places, order, axis=1)


def _in_threads(workers: list[_Worker], members: Whole) -> list[Whole]:
    """Share the members among the workers. Each counts its own in their order."""
    parts = _chunks(members)
    shares = [share for at in range(len(workers)) if (share := parts[at :: len(workers)])]
    return list(_mapped(lambda at: workers[at].count(shares[at]), range(len(shares))))


def _mapped(task: Callable[[Any], Any], of: Sequence[Any]) -> Iterator[Any]:
    """Yield results in order. The kernels release the interpreter lock, and a single task needs no thread."""
    if len(of) == 1:
        yield task(of[0])
    elif of:
        with ThreadPoolExecutor(cpu_count()) as pool:
            yield from pool.map(task, of)


def _chunks(members: Whole) -> list[Whole]:
    return [members[start : start + CHUNK] for start in range(0, len(members), CHUNK)]
