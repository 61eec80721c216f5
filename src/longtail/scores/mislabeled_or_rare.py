r"""Mislabeled or rare? A memorized example is one or the other, and only one of them should be kept.

Both are fitted only because they are seen. Three kinds of evidence tell them apart, each of the form *if the label is
wrong, then*

* **contradiction**: near neighbors have another label. Neighbors count by nearness,
  :math:`\frac1k \sum_{j} e^{-(d_{ij}/h)^2} [y_j \ne y_i]` over the k nearest, with h the median distance to the k-th
  nearest (of a random 2,000 examples where there are more); a rare example lies apart, so that no near example
  contradicts it; of more than 40,000 examples, a random 40,000 are searched (``near_examples.py``);
* **assurance**: models without it are sure of another label: the mean margin over out trials, far below zero in units
  of its standard deviation, is a wrong label; around zero, an unknown kind;
* **harm**: having it makes models worse on the nearest held-out examples, where a rare example, right in its label,
  makes them better: minus its mean influence on the k nearest test examples (of its group, where groups are given).

Each is ranked among the examples in question, and the score is the mean rank, from 0 (rare) to 1 (mislabeled). It
orders; it is no probability.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.array_types import Bits, Reals, Whole
from longtail.errors import InputError
from longtail.outcomes import Outcomes
from longtail.scores.near_examples import near_examples, near_held_out, usual_distance

__all__ = ["MislabeledOrRare", "assurance_of", "mislabeled_or_rare"]


_NEIGHBORS = 5
_AT_A_TIME = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class MislabeledOrRare:
    """Evidence for each example in question, in the order in which they were asked for.

    Parameters
    ----------
    train : (k,) int array
        Positions of the examples.
    score : (k,) float array
        In (0, 1); high for mislabeled, low for rare.
    contradiction, assurance, harm : (k,) float arrays
        See the module; NaN where it cannot be had (no margins, no test examples), and then left out of the score.
    """

    train: Whole
    score: Reals
    contradiction: Reals
    assurance: Reals
    harm: Reals

    def falling(self) -> "MislabeledOrRare":
        """Return the same examples, the likely mislabeled first."""
        order = np.argsort(-self.score, kind="stable")
        return MislabeledOrRare(**{field.name: getattr(self, field.name)[order] for field in fields(self)})


@checked
def mislabeled_or_rare(
    outcomes: Outcomes,
    X: ArrayLike,
    y: ArrayLike,
    X_test: ArrayLike,
    train: NDArray[np.int64],
    *,
    units: NDArray[np.float64] | None = None,
    group: ArrayLike | None = None,
    group_test: ArrayLike | None = None,
) -> MislabeledOrRare:
    """Order memorized examples from rare to mislabeled.

    Parameters
    ----------
    outcomes : Outcomes
        The table of trials.
    X, y : (n, d) and (n,) arrays
        Training features and labels.
    X_test : (n_test, d) array
        Held-out features; may be empty.
    train : (k,) int array
        Which examples are in question: the memorized ones.
    units : (d,) array, optional
        Of the features, in which distances are compared; without them the features are in comparable units.
    group, group_test : (n,) and (n_test,) arrays, optional
        Subpopulations; harm is then measured on the held-out examples of the example's own.

    Raises
    ------
    InputError
        If the shapes do not fit together.
    """
    features, labels, held = np.asarray(X), np.asarray(y), np.asarray(X_test)
    asked = np.asarray(train, np.int64)
    _check(outcomes, features, labels, held, asked)
    if not len(asked):
        nothing = np.zeros(0)
        return MislabeledOrRare(train=asked, score=nothing, contradiction=nothing, assurance=nothing, harm=nothing)
    evidence = (
        _contradiction(features, labels, asked, units),
        assurance_of(outcomes, asked),
        _harm(outcomes, _witnesses(features, held, asked, units, group, group_test), asked),
    )
    from scipy.stats import rankdata  # Imported here, because the import takes most of a second.

    exact = [np.asarray(part, np.float64) for part in evidence]
    ranks = [(rankdata(part, nan_policy="omit") - 0.5) / max((~np.isnan(part)).sum(), 1) for part in exact]
    known = np.where(np.isnan(ranks), 0.5, ranks)  # Without evidence, the rank lies in the middle.
    return MislabeledOrRare(
        train=asked,
        score=known.mean(axis=0),
        contradiction=evidence[0],
        assurance=evidence[1],
        harm=evidence[2],
    )


def _contradiction(
    X: NDArray[np.generic], y: NDArray[np.generic], asked: Whole, units: NDArray[np.float64] | None
) -> Reals:
    k = min(_NEIGHBORS, len(X) - 1)
    nearest, distance = near_examples(X, k, asked, units)
    weight = np.exp(-((distance / usual_distance(X, k, units)) ** 2))
    share: Reals = (weight * (y[nearest] != y[asked, None])).mean(axis=1)
    return share


def assurance_of(outcomes: Outcomes, asked: Whole) -> Reals:
    """Return minus the mean margin of out trials, in units of their standard deviation pooled with all asked
    examples'.
    """
    if outcomes.margin is None:
        return np.full(len(asked), np.nan)
    margin = np.where(outcomes.inclusion[:, asked], np.nan, outcomes.margin[:, asked].astype(float))
    out = (~outcomes.inclusion[:, asked]).sum(axis=0)
    margin[:, out == 0] = 0  # An undetermined margin is no evidence either way.
    spread = np.sqrt(np.nanvar(margin, axis=0)) + 1e-9
    return np.where(out == 0, np.nan, -np.nanmean(margin, axis=0) / np.hypot(spread, np.median(spread)))


def _witnesses(
    X: NDArray[np.generic],
    held: NDArray[np.generic],
    asked: Whole,
    units: NDArray[np.float64] | None,
    group: ArrayLike | None,
    group_test: ArrayLike | None,
) -> list[Whole]:
    """Return for each example the test examples that should profit from it if its label is right."""
    if not len(held):
        return [np.zeros(0, np.int64) for _ in asked]
    nearest = near_held_out(held, _NEIGHBORS, X[asked], units)
    if group is None or group_test is None:
        return list(nearest)
    of, of_test = np.asarray(group)[asked], np.asarray(group_test)
    own = {name: np.flatnonzero(of_test == name) for name in np.unique(of).tolist()}
    return [own[name] if len(own[name]) else near for name, near in zip(of.tolist(), nearest, strict=True)]


def _harm(outcomes: Outcomes, witnesses: list[Whole], asked: Whole) -> Reals:
    """Return the share of right answers on the witnesses of each example in models without it, less that with it."""
    harm = np.full(len(asked), np.nan)
    for start in range(0, len(asked), _AT_A_TIME):
        part = slice(start, start + _AT_A_TIME)
        inside, who = outcomes.inclusion[:, asked[part]], witnesses[part]
        right, n_who = _right_on(outcomes.test_correct, who), np.array([len(each) for each in who])
        n_in = inside.sum(axis=0)
        right_in, right_out = (right * inside).sum(axis=0), (right * ~inside).sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            apart = right_out / ((len(inside) - n_in) * n_who) - right_in / (n_in * n_who)
        harm[part] = np.where((n_in > 0) & (n_in < len(inside)) & (n_who > 0), apart, np.nan)
    return harm


def _right_on(correct: Bits, who: list[Whole]) -> Whole:
    """Count the right answers of each trial on each set of test examples. Sets that are one object are counted once."""
    right = np.zeros((len(correct), len(who)), np.int64)
    places: dict[int, list[int]] = {}
    for place, each in enumerate(who):
        places.setdefault(id(each), []).append(place)
    by_size: dict[int, list[int]] = {}
    for alike in places.values():
        by_size.setdefault(len(who[alike[0]]), []).append(alike[0])
    for first in by_size.values():
        for column in np.stack([who[place] for place in first]).T:
            right[:, first] += correct[:, column]
    for alike in places.values():
        if len(alike) > 1:
            right[:, alike[1:]] = right[:, alike[:1]]
    return right


def _check(
    outcomes: Outcomes, X: NDArray[np.generic], y: NDArray[np.generic], held: NDArray[np.generic], asked: Whole
) -> None:
    n = outcomes.n_train
    if X.ndim != 2 or len(X) != n or y.shape != (n,):
        raise InputError("X and y", f"have one row for each of {n} training examples", (X.shape, y.shape))
    if len(held) != outcomes.n_test:
        raise InputError("X_test", f"have one row for each of {outcomes.n_test} test examples", held.shape)
    if asked.ndim != 1 or (len(asked) and not 0 <= asked.min() <= asked.max() < n):
        raise InputError("train", f"hold positions in 0..{n - 1}", asked.tolist())
