r"""Which labels are wrong, taken together: not whom to look at first, but how many there are, and what rests on them.

A regression on the evidence (:func:`~longtail.scores.wrong_labels.mixture_scores`) scores each example in question.
Planted wrong labels show how scores of wrong ones are spread, and the scores of all others are a mixture,

.. math:: (1 - \rho)\, f_\text{right} + \rho\, f_\text{wrong},

in which :math:`f_\text{wrong}` is normal, and fitted to both. How :math:`f_\text{right}` is shaped nobody knows: a
single normal calls too many wrong, two of them too few, so that both are fitted, by expectation and maximization; their
mean is the answer, and what is uncertain spans both. An example is wrong with its share of the mixture, made to rise
with the score. How far chance carries is said by samples with replacement, of the examples of the planted studies and,
where there are several, of the studies themselves, on each of which the regression is fitted anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Reals, Whole
from longtail.errors import InputError, Said
from longtail.randomness import generator
from longtail.scores.label_evidence import LabelEvidence
from longtail.scores.wrong_labels import FEWEST_FLIPPED, mixture_scores

__all__ = ["SHAPES", "WrongShare", "wrong_share"]

SHAPES = (1, 2)
"""Normal distributions of which the scores of right labels are made."""

_BINS = 256
_JUDGES = 15
_ROUNDS = 200
_STARTS = (0.25, 0.6)
_NARROWEST = 0.2  # Of the spread of wrong ones: a component on one example would explain it perfectly.


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongShare:
    """Result of :func:`wrong_share`.

    Parameters
    ----------
    train : (k,) int array
        Positions of the examples in question; no other label is doubted.
    probability : (shapes, k) float array
        That each label is wrong, for every shape in :data:`SHAPES`.
    drawn : (draws, k) float array
        The same from samples of the planted studies and their examples, the shapes by turns.
    """

    train: Whole
    probability: Reals
    drawn: Reals


@checked
def wrong_share(
    planted: Sequence[tuple[LabelEvidence, NDArray[np.bool_]]],
    evidence: LabelEvidence,
    *,
    n_draws: int = 200,
    seed: int = 0,
) -> WrongShare:
    """Tell with what probability labels are wrong, as exact in sum as planted labels allow.

    Parameters
    ----------
    planted : sequence of (LabelEvidence, (n,) bool array)
        Of each planted study: its evidence, and which labels were flipped. Several are better than one: what
        is wrong in the data stays, whom chance flips does not.
    evidence : LabelEvidence
        Of the data as given.
    n_draws : int
        Samples of the planted studies, at least 2.
    seed : int
        Of these, and of the judge's folds.

    Raises
    ------
    InputError
        If there is no planted study, or too few of its labels are in question.
    """
    if not planted:
        raise InputError("planted", "hold one study at least", 0)
    if n_draws < 2:
        raise InputError("n_draws", "be at least 2", n_draws)
    n = len(planted[0][1])
    if any(len(flipped) != n for _, flipped in planted):
        raise InputError("planted", "be of the same training examples", Said("studies of different sizes"))
    target = np.concatenate([flipped[each.train] for each, flipped in planted])
    if not FEWEST_FLIPPED <= target.sum() < len(target):
        law = f"put at least {FEWEST_FLIPPED} flipped labels in question, and some other"
        raise InputError("planted", law, Said(f"{target.sum()} of {len(target)} in question"))
    rng = generator(seed, "samples of planted labels")
    whole = _Judged(planted, evidence, seed)
    judges = [whole]
    if len(planted) > 1:
        judges = [_Judged(_sampled(planted, rng), evidence, seed) for _ in range(_JUDGES)]
    drawn = []
    for draw in range(n_draws):
        times = rng.multinomial(n, np.full(n, 1 / n)).astype(float)  # An example stands for all its studies.
        drawn.append(judges[draw % len(judges)].probability(times, SHAPES[draw % len(SHAPES)]))
    plain = [whole.probability(np.ones(n), shape) for shape in SHAPES]
    return WrongShare(train=evidence.train, probability=np.stack(plain), drawn=np.stack(drawn))


Planted = tuple[LabelEvidence, NDArray[np.bool_]]


def _sampled(planted: Sequence[Planted], rng: np.random.Generator) -> list[Planted]:
    """Return as many studies, drawn with replacement, that can be learned from."""
    while True:
        chosen = [planted[place] for place in rng.integers(len(planted), size=len(planted)).tolist()]
        n_flipped = sum(int(flipped[each.train].sum()) for each, flipped in chosen)
        if FEWEST_FLIPPED <= n_flipped < sum(len(each.train) for each, _ in chosen):
            return chosen


class _Judged:
    """Scores by one regression, on a grid: of planted studies, and of the data as given."""

    def __init__(self, planted: Sequence[Planted], given: LabelEvidence, seed: int) -> None:
        n = len(planted[0][1])
        stacked = LabelEvidence(
            train=np.concatenate([each.train + place * n for place, (each, _) in enumerate(planted)]),
            columns=np.concatenate([each.columns for each, _ in planted]),
            neighbors=np.concatenate([each.neighbors for each, _ in planted]),
        )
        flipped = np.concatenate([each for _, each in planted])
        self.target, self.example = flipped[stacked.train], stacked.train % n
        score, self.asked = mixture_scores(stacked, flipped, given, seed)
        self.edges = np.linspace(
            min(score.min(), self.asked.min(initial=np.inf)), max(score.max(), self.asked.max(initial=-np.inf)), _BINS
        )
        self.place = np.rint((score - self.edges[0]) / (self.edges[1] - self.edges[0])).astype(np.int64)

    def probability(self, times: Reals, shape: int) -> Reals:
        """Return with what probability each label in question is wrong, each example counted so many times."""
        counted = times[self.example]
        wrong, other = (
            np.bincount(self.place, counted * here, _BINS).astype(np.float64) for here in (self.target, ~self.target)
        )
        rising = np.maximum.accumulate(_share_of_wrong(self.edges, wrong, other, shape))
        share: Reals = np.interp(self.asked, self.edges, rising)
        return share


def _share_of_wrong(score: Reals, flipped: Reals, other: Reals, n_right: int) -> Reals:
    """Return how probably each of the scores is of a wrong label, from the numbers of flipped and other ones there."""
    mean = np.append(np.average(score, weights=flipped), _quantiles(score, other, _STARTS[:n_right]))
    spread = np.sqrt([_variance(score, counts) + 1e-9 for counts in (flipped, *[other] * n_right)])
    weight = np.append(0.2, np.full(n_right, 0.8 / n_right))
    for _ in range(_ROUNDS):
        counts = other[:, None] * _shares(score, weight, mean, spread)
        weight = (counts.sum(axis=0) + 0.5) / (other.sum() + 0.5 * len(weight))
        counts[:, 0] += flipped
        total = counts.sum(axis=0) + 1e-9
        mean = (counts * score[:, None]).sum(axis=0) / total
        spread = np.sqrt((counts * (score[:, None] - mean) ** 2).sum(axis=0) / total)
        spread = np.maximum(spread, _NARROWEST * spread[0] + 1e-9)
    wrong: Reals = _shares(score, weight, mean, spread)[:, 0]
    return wrong


def _shares(score: Reals, weight: Reals, mean: Reals, spread: Reals) -> Reals:
    logs = np.log(weight / spread) - ((score[:, None] - mean) / spread) ** 2 / 2
    raised = np.exp(logs - logs.max(axis=1, keepdims=True))
    shares: Reals = raised / raised.sum(axis=1, keepdims=True)
    return shares


def _variance(score: Reals, counts: Reals) -> float:
    middle = np.average(score, weights=counts)
    return float(np.average((score - middle) ** 2, weights=counts))


def _quantiles(score: Reals, counts: Reals, shares: tuple[float, ...]) -> Reals:
    quantiles: Reals = np.interp(shares, np.cumsum(counts) / counts.sum(), score)
    return quantiles
