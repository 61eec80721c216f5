"""Mann and Whitney's statistic: how often a number of one side is above one of the other, and its test.

The test has the variance of a table without ties, :math:`(m + n + 1) / 12mn`, which is the larger one, and a continuity
correction; at eight numbers a side and more it is above the exact p-value in the tail.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from longtail.arguments import checked
from longtail.array_types import Reals

__all__ = ["one_sided_p_value", "share_above"]


@checked
def share_above(values: NDArray[Any], inside: NDArray[np.bool_]) -> Reals:
    """Return for each column the share of pairs, one inside and one outside, in which the former is larger.

    Of ties one half counts.

    Examples
    --------
    >>> share_above(np.array([[3.0], [1.0], [2.0]]), np.array([[True], [True], [False]])).tolist()
    [0.5]
    """
    from scipy.stats import rankdata  # Imported here, because the import takes most of a second.

    ranks = rankdata(values.astype(np.float64), axis=0)  # SciPy 1.18 ranks in the type of what is ranked
    n_in = inside.sum(axis=0).astype(float)
    above = np.where(inside, ranks, 0).sum(axis=0) - n_in * (n_in + 1) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        share: Reals = above / (n_in * (len(inside) - n_in))
    return share


@checked
def one_sided_p_value(share: Reals, n_in: NDArray[np.int64], n_out: NDArray[np.int64]) -> Reals:
    """Return the p-value of a share of at most 1/2.

    Examples
    --------
    >>> one_sided_p_value(np.array([0.5, 1.0]), np.array([20, 20]), np.array([20, 20])).round(6).tolist()
    [0.505396, 0.0]
    """
    pairs = n_in * n_out
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (share - 0.5 - 0.5 / pairs) / np.sqrt((n_in + n_out + 1) / (12 * pairs))
    p_value: Reals = ndtr(-z)
    return p_value
