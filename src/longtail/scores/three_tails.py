r"""The three tails: how much of what is memorized is due to wrong labels, to small classes, and to atypical examples.

Of a right label in a class of :math:`n_c` right ones, a part would not be memorized if the class were of even size
:math:`n_e`, the mean over classes. Memorization falls with the size of a class as a power of it, so each example's
memorization is divided, in this order, as

.. math:: m_i = \underbrace{z_i m_i}_\text{wrong label}
          + \underbrace{(1 - z_i)\, m_i \left(1 - (n_c / n_e)^{\beta}\right)_+}_\text{small class}
          + \underbrace{(1 - z_i)\, m_i \min\!\left(1, (n_c / n_e)^{\beta}\right)}_\text{atypical},

where :math:`z_i` says whether the label is wrong. This adds up for every example, and so over all. It is an ordered
attribution: a wrong label is memorized whatever its class, and atypical is what neither explains. The long-tailed
classes, instances and labels are those of a survey [LiEtAl2025]_; the division is ours.

What is known of :math:`z_i` is its probability (:mod:`longtail.scores.wrong_share`). The exponent :math:`\beta` is read
from the classes: :math:`\ln \mu_c = a - \beta \ln n_c + u_c` for the mean memorization of a class's right labels, with
:math:`u_c` normal, as classes are not equally hard. Priors say what one data set cannot: :math:`\beta` is near 1/2 give
or take 1/2, and the spread of :math:`u_c` counts as two classes with 1/2. With two classes their sizes and their
hardness cannot be told apart, and the interval says so. Intervals are quantiles over draws of all that is uncertain:
trials (a Bayesian bootstrap), labels, and the exponent. See ``docs/derivations/three-tails.md``.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Reals, Whole
from longtail.errors import InputError, Said
from longtail.estimate import Estimate, require_level
from longtail.outcomes import Outcomes
from longtail.randomness import generator
from longtail.scores.memorization import memorization
from longtail.scores.wrong_share import WrongShare

__all__ = ["ThreeTails", "three_tails"]

_EXPONENT, _EXPONENT_SPREAD = 0.5, 0.5
_CLASSES, _HARDNESS = 2.0, 0.5  # The prior of how unlike classes of one size are, in logarithms.
_LEAST = 1e-3  # Mean memorization of a class below which its logarithm says nothing.
_METHOD = "ordered attribution; quantiles over draws of trials, labels and the exponent"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreeTails:
    """Result of :func:`three_tails`. The three parts add up to the total, and their shares to 1.

    Parameters
    ----------
    total : Estimate
        Mean memorization.
    wrong_labels, small_classes, atypical : Estimate
        What of it is due to each.
    shares : tuple of Estimate
        The same as shares of the total, in that order.
    n_wrong : Estimate
        How many labels are wrong, of those in question.
    exponent : Estimate
        The power by which memorization falls with the size of a class.
    even_size : float
        Right labels of a class if all classes had as many.
    n_small : int
        Classes that are smaller.
    n_examples : int
        Training examples; those whose memorization is undetermined are left out.
    """

    total: Estimate
    wrong_labels: Estimate
    small_classes: Estimate
    atypical: Estimate
    shares: tuple[Estimate, Estimate, Estimate]
    n_wrong: Estimate
    exponent: Estimate
    even_size: float
    n_small: int
    n_examples: int


@checked
def three_tails(
    outcomes: Outcomes, y: NDArray[np.int64], wrong: WrongShare, *, level: float = 0.95, seed: int = 0
) -> ThreeTails:
    """Divide memorization among wrong labels, small classes and atypical examples.

    Parameters
    ----------
    outcomes : Outcomes
        The table of trials, of a classification.
    y : (n,) int array
        Training labels.
    wrong : WrongShare
        With what probability labels are wrong.
    level : float
        Of each interval.
    seed : int
        Of the draws.

    Raises
    ------
    InputError
        If outcomes are numbers, labels are not those of the trials, there are fewer than two classes, or nothing
        is surely memorized.
    """
    require_level(level)
    if outcomes.of_numbers:
        raise InputError("outcomes", "be of a classification", Said("numbers"))
    if len(y) != outcomes.n_train:
        raise InputError("y", f"have one label for each of {outcomes.n_train} training examples", len(y))
    value = memorization(outcomes, level).value
    known = np.flatnonzero(~np.isnan(value))
    codes, y = np.unique(y[known], return_inverse=True)
    if len(codes) < 2:
        raise InputError("y", "be of two classes or more", len(codes))
    place = np.full(outcomes.n_train, -1)
    place[known] = np.arange(len(known))
    asked, kept = place[wrong.train], place[wrong.train] >= 0
    rng, n_draws = generator(seed, "three tails"), len(wrong.drawn)
    drawn_value = _bootstrapped(outcomes, known, rng, n_draws)

    shapes = []
    for probability in wrong.probability:
        share = np.zeros(len(known))
        share[asked[kept]] = probability[kept]
        shapes.append(_divided(value[known], share, y, None))
    found = np.mean(shapes, axis=0)
    draws = []
    for gained, probability in zip(drawn_value, wrong.drawn, strict=True):
        share = np.zeros(len(known))
        share[asked[kept]] = rng.random(int(kept.sum())) < probability[kept]
        draws.append(_divided(gained, share, y, rng))
    table = np.array(draws)
    total = _estimate(found[0], table[:, 0], level)
    if not total.low > 0:
        raise InputError("outcomes", "hold memorization that is surely above 0, to be divided", Said(str(total)))
    parts = [_estimate(found[column], table[:, column], level) for column in (1, 2)]
    rest = found[0] - found[1] - found[2]
    parts.append(_estimate(rest, table[:, 0] - table[:, 1] - table[:, 2], level))
    shares = [
        _estimate(part.value / found[0], drawn / table[:, 0], level)
        for part, drawn in zip(parts, (table[:, 1], table[:, 2], table[:, 0] - table[:, 1] - table[:, 2]), strict=True)
    ]
    sizes = np.bincount(y, minlength=len(codes)) - np.bincount(
        y[asked[kept]], wrong.probability.mean(axis=0)[kept], minlength=len(codes)
    )
    return ThreeTails(
        total=total,
        wrong_labels=parts[0],
        small_classes=parts[1],
        atypical=parts[2],
        shares=(shares[0], shares[1], shares[2]),
        n_wrong=_estimate(found[3], table[:, 3], level),
        exponent=_estimate(found[4], table[:, 4], level),
        even_size=float(sizes.mean()),
        n_small=int((sizes < sizes.mean()).sum()),
        n_examples=len(known),
    )


def _estimate(value: float, draws: Reals, level: float) -> Estimate:
    low, high = np.quantile(draws, ((1 - level) / 2, (1 + level) / 2))
    return Estimate(
        value=float(value),
        low=min(float(low), float(value)),
        high=max(float(high), float(value)),
        level=level,
        method=_METHOD,
    )


def _divided(gained: Reals, wrong: Reals, y: Whole, rng: np.random.Generator | None) -> tuple[float, ...]:
    """Return mean memorization, its parts of wrong labels and small classes, number of wrong labels, the exponent."""
    n = len(gained)
    right = 1 - wrong
    sizes = np.maximum(np.bincount(y, right), 0.5)
    sums, squares = (np.bincount(y, right * power).astype(np.float64) for power in (gained, gained**2))
    exponent = _exponent(sizes, sums, squares, rng)
    relative = sizes / sizes.mean()
    small = float((sums * np.maximum(1 - relative**exponent, 0)).sum())
    return float(gained.mean()), float((wrong * gained).sum()) / n, small / n, float(wrong.sum()), exponent


def _exponent(sizes: Reals, sums: Reals, squares: Reals, rng: np.random.Generator | None) -> float:
    """Return the exponent's posterior mean, or a draw from it, and never less than 0."""
    mean = np.maximum(sums / sizes, _LEAST)
    x, level = -np.log(sizes / sizes.mean()), np.log(mean)
    noise = np.maximum(squares / sizes - mean**2, mean**2 / sizes) / (sizes * mean**2)
    hardness, slope, precision = _HARDNESS**2, _EXPONENT, _EXPONENT_SPREAD**-2
    for _ in range(20):
        weight = 1 / (hardness + noise)
        middle, height = np.average(x, weights=weight), np.average(level, weights=weight)
        precision = float((weight * (x - middle) ** 2).sum()) + _EXPONENT_SPREAD**-2
        slope = float((weight * (x - middle) * (level - height)).sum() + _EXPONENT * _EXPONENT_SPREAD**-2) / precision
        left = float(((level - height - slope * (x - middle)) ** 2 - noise).sum())
        hardness = (_CLASSES * _HARDNESS**2 + max(left, 0.0)) / (_CLASSES + max(len(sizes) - 2, 0))
    if rng is not None:
        slope += float(rng.standard_t(len(sizes))) / precision**0.5
    return max(slope, 0.0)


def _bootstrapped(outcomes: Outcomes, known: NDArray[np.intp], rng: np.random.Generator, n_draws: int) -> Reals:
    """Return memorization with trials weighed at random, as (draws, examples)."""
    weight = rng.standard_exponential((n_draws, outcomes.n_trials)).astype(np.float32)
    inside, right = outcomes.inclusion[:, known], outcomes.correct[:, known]
    tallies = [weight @ table.astype(np.float32) for table in (inside & right, inside, ~inside & right, ~inside)]
    gained: Reals = (tallies[0] / tallies[1] - tallies[2] / tallies[3]).astype(np.float64)
    return gained
