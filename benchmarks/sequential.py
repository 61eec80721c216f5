"""Would trials that go where they decide, or a study that ends when it is settled, save models? What each would take.

    python benchmarks/sequential.py digits [--most 2000] [--pilot 200]
    python benchmarks/sequential.py fashion-mnist --rows 5000 --most 240 --pilot 60

A study of so many networks, its significant memorized examples (q <= 0.05) and the mean width of the intervals of its
top 1 % are the mark. Beside it, from other networks of the same learner:

- *even*: after a pilot study, examples that some model without them misjudged are in half of the subsets (or three
  tenths), the others in more, so that subsets keep their size: a trial then tells more of what is undecided;
- *always valid*: tests and intervals that hold at whatever time a study is stopped, after however many looks. The
  test is a martingale: among trials that are wrong on an example, its presence is a coin of known bias if it has no
  effect; the bet on it is a uniform mixture over all smaller biases, and the examples found are those of the
  e-values' own Benjamini-Hochberg step. The intervals are confidence sequences of both proportions, by the beta mixture
  of Robbins;
- the *efficient* estimator's intervals, which are there today.

Told is the number of models, as a share of the mark's, at which each has as many examples and as narrow intervals;
models cost the same in every arm.
"""

import argparse
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaln

from longtail.cli.printing import out, print_table
from longtail.dataset import Dataset, load_dataset
from longtail.learners import CompiledMLP
from longtail.outcomes import Outcomes
from longtail.scores import memorization
from longtail.trials import SubsetDesign

FRACTION, LEVEL, RATE = 0.7, 0.95, 0.05
SHARES = (0.5, 0.3)
Told = tuple[float, float]
"""Significant memorized examples, and the mean width of the top's intervals."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data")
    parser.add_argument("--rows", type=int, default=None)
    parser.add_argument("--most", type=int, default=2000)
    parser.add_argument("--pilot", type=int, default=200)
    given = parser.parse_args()
    data = load_dataset(given.data)
    data = data if given.rows is None else data.sample(given.rows)
    plain = trained(data, ordinary(data.n_train, given.most, 1), 1)
    mark = given.most // 2
    values = memorization(plain, estimator="efficient").value
    top = np.argsort(-values, kind="stable")[: max(1, data.n_train // 100)]
    sizes = np.unique(np.geomspace(given.most / 10, given.most, 12).round().astype(int))

    wanted = told_plainly(first(plain, mark), top)
    out.print(f"{mark} models: {wanted[0]:.0f} significant, intervals of the top {len(top)} {wanted[1]:.3f} wide.")
    rows = [row("as today", plain, told_plainly, top, sizes, wanted, mark)]
    rows.append(row("as today, efficient intervals", plain, told_efficiently, top, sizes, wanted, mark))
    rows.append(row("always valid", plain, told_always, top, sizes, wanted, mark))
    truth = memorization(plain)
    for share in SHARES:
        pilot = first(plain, given.pilot)
        undecided = ((~pilot.inclusion) & ~pilot.correct).any(axis=0)
        later = trained(data, even(undecided, share, given.most - given.pilot, 2), 2)
        both = Outcomes.from_arrays(*(np.concatenate(pair) for pair in zip(parts(pilot), parts(later), strict=True)))
        title = f"even, {share:.0%} of the subsets for {undecided.mean():.0%} of the examples"
        rows.append(row(title, both, told_plainly, top, sizes, wanted, mark))
        moved = (memorization(later).value - truth.value)[undecided]
        error = np.nanstd(moved) / np.sqrt(np.isfinite(moved).sum())
        out.print(f"{title}: memorization of these moves by {np.nanmean(moved):+.4f} ± {error:.4f}.")
    print_table(
        f"{given.data}, {data.n_train:,} examples: models for what {mark} tell today",
        ("arm", "as many significant", "as narrow"),
        rows,
    )


def row(
    title: str,
    outcomes: Outcomes,
    told: Callable[[Outcomes, NDArray[np.intp]], Told],
    top: NDArray[np.intp],
    sizes: NDArray[np.int64],
    wanted: Told,
    mark: int,
) -> tuple[str, str, str]:
    """The share of the mark's models at which the arm first has what is wanted, by interpolation in the logarithm."""
    curve = np.array([told(first(outcomes, size), top) for size in sizes])
    return (
        title,
        reached(np.log(sizes), np.maximum.accumulate(curve[:, 0]), wanted[0], mark),
        reached(np.log(sizes), np.maximum.accumulate(-curve[:, 1]), -wanted[1], mark),
    )


def reached(log_sizes: NDArray[np.float64], rising: NDArray[np.float64], wanted: float, mark: int) -> str:
    if rising[-1] < wanted:
        return f"> {np.exp(log_sizes[-1]) / mark:.2f}"
    place = int(np.argmax(rising >= wanted))
    if place == 0:
        return f"< {np.exp(log_sizes[0]) / mark:.2f}"
    low, high = rising[place - 1], rising[place]
    share = (wanted - low) / (high - low)
    return f"{np.exp(log_sizes[place - 1] + share * (log_sizes[place] - log_sizes[place - 1])) / mark:.2f}"


# ----------------------------------------------------------------------------------------------------- what is told


def told_plainly(outcomes: Outcomes, top: NDArray[np.intp]) -> Told:
    scores = memorization(outcomes, LEVEL)
    return float((scores.q_value <= RATE).sum()), float(np.nanmean((scores.high - scores.low)[top]))


def told_efficiently(outcomes: Outcomes, top: NDArray[np.intp]) -> Told:
    scores = memorization(outcomes, LEVEL, estimator="efficient")
    return float((scores.q_value <= RATE).sum()), float(np.nanmean((scores.high - scores.low)[top]))


def told_always(outcomes: Outcomes, top: NDArray[np.intp]) -> Told:
    inside, wrong = outcomes.inclusion, ~outcomes.correct
    log_e = log_bets((inside & wrong).sum(axis=0), wrong.sum(axis=0), FRACTION)
    falling = np.sort(log_e)[::-1]
    enough = np.flatnonzero(falling >= np.log(len(log_e) / (RATE * np.arange(1, len(log_e) + 1))))
    ends = []
    for side in (inside[:, top], ~inside[:, top]):
        n, k = side.sum(axis=0), (side & outcomes.correct[:, top]).sum(axis=0)
        ends.append(np.array([confidence_sequence(*pair, 1 - (1 - LEVEL) / 2) for pair in zip(k, n, strict=True)]))
    width = (ends[0][:, 1] - ends[1][:, 0]) - (ends[0][:, 0] - ends[1][:, 1])
    return float(enough[-1] + 1 if len(enough) else 0), float(np.minimum(width, 2).mean())


def log_bets(k: NDArray[np.int64], n: NDArray[np.int64], bias: float) -> NDArray[np.float64]:
    """The logarithm of what a uniform mixture of bets on a smaller bias has won of n coins, k of them heads."""
    won = betaln(k + 1, n - k + 1) + np.log(np.maximum(betainc(k + 1, n - k + 1, bias), 1e-300)) - np.log(bias)
    fair: NDArray[np.float64] = won - k * np.log(bias) - (n - k) * np.log1p(-bias)
    return fair


def confidence_sequence(k: int, n: int, level: float) -> tuple[float, float]:
    """The proportions that a beta mixture has not won 1 / (1 - level) against, by bisection from the observed one."""

    def refuted(p: float) -> bool:
        fair = k * np.log(p) + (n - k) * np.log1p(-p)
        return bool(betaln(k + 0.5, n - k + 0.5) - betaln(0.5, 0.5) - fair >= -np.log(1 - level))

    ends = []
    for far in (1e-12, 1 - 1e-12):
        near, far = min(max(k / max(n, 1), 1e-12), 1 - 1e-12), far
        if refuted(far):
            for _ in range(50):
                middle = (near + far) / 2
                near, far = (near, middle) if refuted(middle) else (middle, far)
        ends.append(far)
    return ends[0], ends[1]


# ------------------------------------------------------------------------------------------------------------ subsets


def ordinary(n: int, n_trials: int, seed: int) -> NDArray[np.bool_]:
    design = SubsetDesign(n_trials=n_trials, fraction=FRACTION, seed=seed)
    return np.array([design.inclusion(n, trial) for trial in range(n_trials)])


def even(undecided: NDArray[np.bool_], share: float, n_trials: int, seed: int) -> NDArray[np.bool_]:
    """Subsets of one size: each undecided example with probability ``share``, systematically in a random order."""
    n = len(undecided)
    rest = (FRACTION * n - share * undecided.sum()) / (~undecided).sum()
    if rest >= 1:
        sys.exit("too many examples are undecided for subsets of this size")
    chance, rng = np.where(undecided, share, rest), np.random.default_rng(seed)
    subsets = np.zeros((n_trials, n), bool)
    for subset in subsets:
        order = rng.permutation(n)
        up_to = np.r_[0, np.cumsum(chance[order])] + rng.random()
        subset[order] = np.diff(np.floor(up_to)) > 0
    return subsets


def trained(data: Dataset, inclusion: NDArray[np.bool_], seed: int) -> Outcomes:
    learner = CompiledMLP()
    correct, margin = np.zeros(inclusion.shape, bool), np.zeros(inclusion.shape, np.float16)
    for trial, members in enumerate(inclusion):
        answer: Any = learner.fit_predict(
            data.X[members], data.y[members], data.X, n_classes=data.n_classes, seed=seed * 10**6 + trial
        )
        correct[trial] = answer.labels == data.y
        own = answer.logits[np.arange(len(data.y)), data.y]
        others = answer.logits.copy()
        others[np.arange(len(data.y)), data.y] = -np.inf
        margin[trial] = np.clip(own - others.max(axis=1), -6e4, 6e4)
    return Outcomes.from_arrays(inclusion, correct, margin)


def parts(outcomes: Outcomes) -> tuple[NDArray[Any], ...]:
    assert outcomes.margin is not None
    return outcomes.inclusion, outcomes.correct, outcomes.margin


def first(outcomes: Outcomes, n_trials: int) -> Outcomes:
    return outcomes.of_trials(np.arange(n_trials))


if __name__ == "__main__":
    main()
