"""Columns of units, and of cheap stand-ins: what a person's rows say together.

All rows of a unit are in or out together, so that the influence of one of them is that of all. A unit's group is that
of most of its rows. What is said of single rows, a wrong label or a stand-in, is averaged over the unit's rows.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.analysis import Analysis
from longtail.analysis.own_group import influence_on_own_group, own_groups
from longtail.array_types import Reals
from longtail.findings.columns import Column
from longtail.scores.units import Units

__all__ = ["Proxies", "most_frequent", "proxy_columns", "unit_columns"]

Proxies = Mapping[str, Reals]
"""Name of a stand-in -> its value for each training example."""


def unit_columns(analysis: Analysis, units: Units) -> list[Column]:
    """Return the influence of each unit on its group, and how many of its labels look wrong."""
    own = most_frequent(own_groups(analysis)[1], units)
    return [*influence_on_own_group(analysis, units.first_row, own), *_mislabeled(analysis, units)]


def most_frequent(codes: NDArray[np.int64], units: Units) -> NDArray[np.int64]:
    """Return the code that most rows of each unit have, the least of equally frequent ones.

    Examples
    --------
    >>> units = Units(of_row=np.array([0, 0, 0, 1]), size=np.array([3, 1]), inclusion=np.ones((1, 2), bool))
    >>> most_frequent(np.array([5, 2, 5, 7]), units).tolist()
    [5, 7]
    """
    pairs, times = np.unique(np.stack([units.of_row, codes]), axis=1, return_counts=True)
    order = np.lexsort((pairs[1], -times, pairs[0]))
    first = np.unique(pairs[0][order], return_index=True)[1]
    found: NDArray[np.int64] = pairs[1][order][first]
    return found


def proxy_columns(proxies: Proxies, units: Units | None = None) -> list[Column]:
    """Return stand-ins for memorization as columns, without intervals. Of units they are means over rows."""
    mean = "mean over its rows; " if units is not None else ""
    return [
        Column(
            name="proxy_" + "_".join("".join(letter if letter.isalnum() else " " for letter in name.lower()).split()),
            title=name,
            unit="score",
            value=values if units is None else units.total(values) / units.size,
            method=f"{mean}a stand-in for memorization, larger where more is memorized; it has no interval",
        )
        for name, values in proxies.items()
    ]


def _mislabeled(analysis: Analysis, units: Units) -> list[Column]:
    if analysis.outcomes.of_numbers:
        return []
    scores = np.full(analysis.dataset.n_train, np.nan)
    if analysis.judged is not None:
        scores[analysis.judged.train] = analysis.judged.probability
        method = "mean probability over its rows; a row that models without it get right counts as 0"
        unit, title, value = "probability", "share of its labels that are wrong", units.total(np.nan_to_num(scores))
        value = value / units.size
    else:
        scores[analysis.mislabeled.train] = analysis.mislabeled.score
        method = "mean rank over its memorized rows, of three kinds of evidence; no probability"
        unit, title = "mean rank", "rows look mislabeled (1) or rare (0)"
        asked = units.total(~np.isnan(scores))
        value = np.where(asked > 0, units.total(np.nan_to_num(scores)) / np.maximum(asked, 1), np.nan)
    return [Column(name="mislabeled", title=title, unit=unit, value=value, method=method)]
