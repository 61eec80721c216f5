r"""Which examples each trial trains on.

Balanced designs are made in rounds of twenty trials: every trial holds exactly :math:`m = \mathrm{round}(q n)`
examples, and every example is left out equally often within a round, up to one. The out-counts that memorization
divides by are then as even as they can be, which costs nothing and needs up to a quarter fewer models than independent
draws for the same error. There is no fold structure: examples that leave together in one trial are strangers in the
next.

Where examples belong together (the rows of one patient, the copies of one picture), the design is one of their groups:
a group is in or out as a whole, and it is the groups that are balanced. How many examples a trial holds then varies
with the sizes of the groups that it drew.

A round is drawn by selection sampling (Knuth's Algorithm S) down each column, which fixes the column sums; the rows,
then off by a few, are brought to their sum by swaps between a row that holds too many and one that holds too few, in
columns chosen at random, which keep the column sums.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.arguments.bounds import MODELS
from longtail.array_types import Bits
from longtail.errors import InputError, Said
from longtail.randomness import generator

__all__ = ["MOST_TRIALS", "SubsetDesign", "least_trials"]

_LEAST_SHARE = 1e-15
"""Of examples in or out; below it the number of trials to see one is no number of this machine."""

MOST_TRIALS = int(MODELS.most)
"""The largest number of trials of a design: files of so many can still be listed, and no study comes near it."""

_TRIALS_PER_ROUND = 20


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class SubsetDesign:
    """A frozen description of the subsets of a study.

    The subset of trial t depends on (kind, fraction, seed, t) alone.

    Parameters
    ----------
    n_trials : int
        How many trials. Not part of the design's identity: 500 trials are the first 500 of 2,000.
    fraction : float
        Share of the examples that each trial trains on, strictly between 0 and 1.
    seed : int
        Of the subsets and, with another path, of each trial's learner.
    kind : {"balanced", "independent"}
        "independent" includes each example with probability ``fraction``, independently of all others; one-run
        privacy audits require it.
    n_subsets : int, optional
        How many different subsets there are; trial t has the subset of trial t modulo this, under a seed of its own. So
        the noise of seeds can be averaged away, and told from the subset's.
    without : tuple of int
        Examples that no trial trains on, whatever its subset says. All else stays: trial t of a design and of the same
        one without some examples differ in nothing but those.

    Raises
    ------
    InputError
        If ``fraction`` is outside (0, 1), or ``n_trials`` is too small to leave an example out and in, or beyond
        :data:`MOST_TRIALS`.

    Examples
    --------
    >>> design = SubsetDesign(n_trials=20, fraction=0.7, seed=0)
    >>> rows = np.array([design.inclusion(10, trial) for trial in range(20)])
    >>> set(rows.sum(axis=1).tolist()), set(rows.sum(axis=0).tolist())
    ({7}, {14})
    """

    n_trials: int
    fraction: float = 0.7
    seed: int = 0
    kind: Literal["balanced", "independent"] = "balanced"
    without: tuple[int, ...] = ()
    n_subsets: int | None = None

    def __post_init__(self) -> None:
        if not 0 < self.fraction < 1:
            raise InputError("fraction", "lie strictly between 0 and 1", self.fraction)
        if self.kind not in ("balanced", "independent"):
            raise InputError("kind", 'be "balanced" or "independent"', self.kind)
        if self.n_trials < self.least_trials:
            law = f"be at least {self.least_trials}, to have each example in and out once at fraction {self.fraction}"
            raise InputError("n_trials", law, self.n_trials)
        MODELS.require("n_trials", self.n_trials)
        if self.n_subsets is not None and not self.least_trials <= self.n_subsets <= self.n_trials:
            raise InputError("n_subsets", f"lie in {self.least_trials}..n_trials = {self.n_trials}", self.n_subsets)
        generator(self.seed)  # A value that is no seed is refused here.
        object.__setattr__(self, "without", tuple(sorted({int(example) for example in self.without})))

    @property
    def least_trials(self) -> int:
        """The fewest trials that leave an example in once and out once, on average."""
        return least_trials(self.fraction)

    def describe(self) -> dict[str, Any]:
        """Return the design's identity."""
        without = {"without": list(self.without)} if self.without else {}
        subsets = {} if self.n_subsets is None else {"n_subsets": self.n_subsets}
        return {"kind": self.kind, "fraction": self.fraction, "seed": self.seed, **without, **subsets}

    @classmethod
    def of_identity(cls, described: Mapping[str, Any], n_trials: int) -> "SubsetDesign":
        """Return the design that :meth:`describe` described. Groups, which an identity may hold too, are left out.

        Parameters
        ----------
        described : mapping
            The ``design`` of a trial set's identity.
        n_trials : int
            How many trials; no part of an identity.

        Examples
        --------
        >>> design = SubsetDesign(n_trials=9, seed=2, without=(4,))
        >>> SubsetDesign.of_identity(design.describe(), 9) == design
        True
        """
        known = {field.name for field in fields(cls)} - {"n_trials"}
        return cls(n_trials=n_trials, **{name: value for name, value in described.items() if name in known})

    def n_included(self, n_examples: int) -> int:
        """Return the number of examples in each trial, or the expected number for an independent design.

        Raises
        ------
        InputError
            If that would be none or all of them.
        """
        included = round(self.fraction * n_examples)
        if not 0 < included < n_examples:
            law = "leave at least one example in and one out"
            raise InputError("fraction", law, Said(f"{self.fraction} of {n_examples} examples"))
        return included

    def inclusion(self, n_examples: int, trial: int, together: NDArray[np.int64] | None = None) -> Bits:
        """Return the subset of one trial.

        Parameters
        ----------
        n_examples : int
            Of the study.
        trial : int
            Its number.
        together : (n_examples,) int array, optional
            The group of each example, in ``range(n_groups)``: those of one group are in or out together.

        Returns
        -------
        (n_examples,) bool array

        Examples
        --------
        >>> rows = SubsetDesign(n_trials=20, fraction=0.5).inclusion(6, 0, np.array([0, 0, 1, 1, 1, 2]))
        >>> bool(rows[0] == rows[1] and rows[2] == rows[3] == rows[4])
        True
        """
        if self.n_subsets is not None:
            return replace(self, n_subsets=None).inclusion(n_examples, trial % self.n_subsets, together)
        if self.without:
            return self._reduced(replace(self, without=()).inclusion(n_examples, trial, together))
        if together is not None:
            groups: Bits = self.inclusion(int(together.max()) + 1, trial)[together]
            return groups
        included = self.n_included(n_examples)
        if self.kind == "independent":
            return _independent(n_examples, self.fraction, self.seed, trial)
        number, row = divmod(trial, _TRIALS_PER_ROUND)
        subset: Bits = _balanced_round(n_examples, included, self.seed, number)[row]
        return subset

    def _reduced(self, subset: Bits) -> Bits:
        """Take the examples out that no trial trains on."""
        if not 0 <= self.without[0] <= self.without[-1] < len(subset):
            raise InputError("without", f"hold positions below {len(subset)}", Said(f"{self.without[-1]}"))
        reduced = subset.copy()
        reduced[list(self.without)] = False
        if not reduced.any():
            raise InputError("without", "leave an example to train on in every trial", Said(f"{len(self.without)}"))
        return reduced


def _independent(n_examples: int, fraction: float, seed: int, trial: int) -> Bits:
    rng = generator(seed, "independent subset", trial)
    while True:  # A subset of all or no examples is drawn again. At usual sizes this never happens.
        subset: Bits = rng.random(n_examples) < fraction
        if 0 < subset.sum() < n_examples:
            return subset


@lru_cache(maxsize=2)  # The twenty trials of a round are asked for in turn.
def _balanced_round(n_examples: int, n_included: int, seed: int, number: int) -> Bits:
    """Draw twenty subsets with equal row sums and equal column sums (up to one)."""
    rng = generator(seed, "balanced round", number)
    n_out = n_examples - n_included
    out = _columns_balanced(rng, n_examples, n_out)
    _balance_rows(rng, out, n_out)
    subset: Bits = ~out
    subset.flags.writeable = False
    return subset


def _columns_balanced(rng: np.random.Generator, n_examples: int, n_out: int) -> Bits:
    """Leave each example out of floor or ceil of its fair share of the trials, in places drawn uniformly."""
    share, extra = divmod(_TRIALS_PER_ROUND * n_out, n_examples)
    still_to_leave = np.full(n_examples, share, np.int64)
    still_to_leave[rng.permutation(n_examples)[:extra]] += 1
    out = np.zeros((_TRIALS_PER_ROUND, n_examples), bool)
    for row in range(_TRIALS_PER_ROUND):
        out[row] = rng.random(n_examples) * (_TRIALS_PER_ROUND - row) < still_to_leave
        still_to_leave -= out[row]
    return out


def _balance_rows(rng: np.random.Generator, out: Bits, n_out: int) -> None:
    """Bring every row to ``n_out`` by moving an absence from a row with too many to a row with too few, in place."""
    excess = out.sum(axis=1) - n_out
    while excess.any():
        over, under = int(excess.argmax()), int(excess.argmin())
        movable = np.flatnonzero(out[over] & ~out[under])
        moved = rng.permutation(movable)[: min(excess[over], -excess[under])]
        out[over, moved], out[under, moved] = False, True
        excess[over] -= len(moved)
        excess[under] += len(moved)


def least_trials(fraction: float) -> int:
    """Return the fewest trials at that fraction that leave an example in once and out once, on average."""
    return math.ceil(round(1 / max(min(fraction, 1 - fraction), _LEAST_SHARE), 9))
