r"""Moments of each example, shrunken towards those of examples like it: what a few shadow models cannot tell alone.

**Variances.** With :math:`s_i^2` the variance of an example's confidence about its means in and out, of
:math:`d_i` degrees of freedom and scaled to the pooled variance of each side, and a prior
:math:`\sigma_i^2 \sim d_0 s_0^2(c_i) / \chi^2_{d_0}`, the posterior has

.. math:: \tilde\sigma_i^2 = \frac{d_0 s_0^2(c_i) + d_i s_i^2}{d_0 + d_i}

with :math:`d_0 + d_i` degrees of freedom [Smyth2004]_. What is usual, :math:`s_0^2`, depends on the mean confidence
:math:`c_i` of models with the example, the less noisy of its two: the unsure vary most. It and :math:`d_0` are fitted
to :math:`\log s_i^2` by their moments. The predictive laws have :math:`d_i` degrees alone: with the prior's
they would be sure of the kind and of normal laws, and confidences have heavier tails.

**Means.** The mean out has a normal prior about a trend in the mean in, and the mean in one about a trend in the
posterior mean out, each with a variance in excess of the noise. No mean moves by more than a third of its way to the
trend, however little the trend seems to miss: a limited translation [EfronMorris1971]_, since a trend serves most
examples and those that matter here are not like most.

Trends are means over bins of equally many examples, joined by lines.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, polygamma

from longtail.arguments import checked
from longtail.array_types import Reals, Whole
from longtail.errors import InputError
from longtail.membership.places import between, lines_at, of_ranks
from longtail.membership.shadow_moments import Moments

__all__ = ["Binned", "Shrunken", "shrunken", "trend"]

_PER_BIN = 30
_MOST_BINS = 20
_LEAST_EXCESS = 1e-3
"""Of log variances: below it all examples vary alike, by a thousand degrees of freedom and more."""
_LEAST_SPREAD = 2.0
"""Variance of means about their trend, in units of their noise: at 2 a mean keeps two thirds of its distance."""


class Shrunken(NamedTuple):
    """Laws of each example's confidence in a model with it and in one without: Student's, of these parameters."""

    mean_in: Reals
    spread_in: Reals
    mean_out: Reals
    spread_out: Reals
    freedom: Reals


def shrunken(inside: Moments, outside: Moments, least_variance: float) -> Shrunken:
    """Return predictive laws of examples from the moments of their shadow models, at least two on each side.

    Parameters
    ----------
    inside, outside : Moments
        Of the models with each example, and without.
    least_variance : float
        That of the rounding when confidences are stored.
    """
    pooled_in, pooled_out = (max(side.squares.sum() / (side.n - 1).sum(), least_variance) for side in (inside, outside))
    d = inside.n + outside.n - 2
    own = (inside.squares / pooled_in + outside.squares / pooled_out) / d
    by_mean_in = Binned.of(inside.mean)
    variance, _ = _variances(np.maximum(own, least_variance / min(pooled_in, pooled_out)), d, by_mean_in)
    variance_in, variance_out = variance * pooled_in, variance * pooled_out
    mean_out, doubt_out = _means(outside.mean, variance_out / outside.n, by_mean_in)
    mean_in, doubt_in = _means(inside.mean, variance_in / inside.n, Binned.of(mean_out))
    return Shrunken(
        mean_in=mean_in,
        spread_in=variance_in + doubt_in,
        mean_out=mean_out,
        spread_out=variance_out + doubt_out,
        freedom=d,
    )


def _variances(own: Reals, d: Reals, by_center: "Binned") -> tuple[Reals, Reals]:
    """Return posterior variances and their degrees of freedom."""
    distinct, place = np.unique(d / 2, return_inverse=True)
    level = np.log(own) - (digamma(distinct) - np.log(distinct))[place]
    usual = by_center.trend(level)
    excess = float(np.mean((level - usual) ** 2) - np.mean(polygamma(1, distinct)[place]))
    half = _inverse_trigamma(max(excess, _LEAST_EXCESS))
    prior = np.exp(usual + digamma(half) - np.log(half))
    return (2 * half * prior + d * own) / (2 * half + d), 2 * half + d


def _means(measured: Reals, noise: Reals, by_covariate: "Binned") -> tuple[Reals, Reals]:
    """Return posterior means, about a trend in the covariate, and their variances."""
    usual = by_covariate.trend(measured)
    excess = np.maximum(by_covariate.trend((measured - usual) ** 2 - noise), _LEAST_SPREAD * noise)
    kept = excess / np.maximum(excess + noise, 1e-300)
    return usual + kept * (measured - usual), kept * noise


@checked
def trend(x: Reals, y: Reals) -> Reals:
    """Return y as a function of x: means over bins of equally many examples, joined by lines.

    Examples
    --------
    >>> x = np.arange(120.0)
    >>> bool(np.abs(trend(x, 2 * x) - 2 * x)[20:100].max() < 1e-9)
    True

    Raises
    ------
    InputError
        If there are no values, or not one for each x.
    """
    if not len(x) or np.shape(y) != np.shape(x):
        raise InputError("y", f"hold a number for each of the {len(x)} values of x, at least one", np.shape(y))
    return Binned.of(x).trend(y)


class Binned(NamedTuple):
    """Numbers in bins of equally many: the bin of each, how many a bin has, its mean, and the last mean below each.

    Several trends in the same numbers have the same bins.
    """

    x: Reals
    bin_of: Whole
    counts: Whole
    at: Reals
    left: NDArray[np.int8]

    @classmethod
    def of(cls, x: Reals) -> "Binned":
        """Put numbers, at least one, into bins."""
        n_bins = int(np.clip(len(x) // _PER_BIN, 1, _MOST_BINS))
        starts = np.linspace(0, len(x), n_bins + 1).astype(int)[:-1]
        bin_of, counts = _bins(x, starts), np.diff(np.append(starts, len(x)))
        at = np.bincount(bin_of, x, minlength=n_bins) / counts
        return cls(x=x, bin_of=bin_of, counts=counts, at=at, left=between(at, x))

    def trend(self, y: Reals) -> Reals:
        """Return y as a function of the numbers: its means over the bins, joined by lines."""
        level = np.bincount(self.bin_of, y, minlength=len(self.at)) / self.counts
        return np.asarray(lines_at(self.at, level, self.x, self.left))


def _bins(x: Reals, starts: Whole) -> Whole:
    """Return the bin of each x. Bin k holds those of the ranks from ``starts[k]``, and equal ones go by their place."""
    edges, below = of_ranks(x, np.append(starts, np.maximum(starts - 1, 0))).reshape(2, -1)
    bins: Whole = between(edges[1:], x).astype(np.int64) + 1
    for edge in np.unique(edges[1:][edges[1:] == below[1:]]):  # Equal ones on both sides of an edge.
        alike = np.flatnonzero(x == edge)
        first = int((x < edge).sum())
        bins[alike] = np.searchsorted(starts, first + np.arange(len(alike)), side="right") - 1
    return bins


def _inverse_trigamma(value: float) -> float:
    """Return the y of trigamma(y) = value, by Newton's steps on 1 / trigamma, which is nearly linear."""
    y = 0.5 + 1 / value
    for _ in range(50):
        now = float(polygamma(1, y))
        step = now * (1 - now / value) / float(polygamma(2, y))
        y += step
        if abs(step) < 1e-10 * y:
            break
    return y
