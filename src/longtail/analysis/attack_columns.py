"""Exposure of each example by each attack: how often the attack names it, at one threshold for all.

The threshold is that at which 1 % of all pairs of a model and an example that is not in it are named. ``named_in`` is
the share of models trained on the example in which it is named, ``named_out`` that of the others: false alarms.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.attacks import Attack
from longtail.errors import InputError
from longtail.findings.columns import Column
from longtail.membership import AttackScores
from longtail.outcomes import Outcomes
from longtail.scores.proportions import wilson_interval

__all__ = ["attack_columns"]

_RATE = 0.01
_METHOD = "share of models, Wilson's interval; threshold at 1 % false positives over all examples"


def attack_columns(attacks: Sequence[Attack], outcomes: Outcomes, level: float) -> list[Column]:
    """Return two columns for each attack that can be made: how often it names an example in, and out."""
    columns = []
    for attack in attacks:
        try:
            made = attack(outcomes)
        except InputError:  # It is refused by name where attacks are told.
            continue
        columns += _columns_of(made, level)
    return columns


def _columns_of(made: AttackScores, level: float) -> list[Column]:
    name = "".join(letter if letter.isalnum() else "_" for letter in made.attack.lower()).replace("__", "_")
    known = ~np.isnan(made.score)
    named = known & (made.score > _threshold(made.score[known & ~made.inclusion]))
    attackable = known.any(axis=0)
    columns = []
    for side, inside in (("in", made.inclusion), ("out", ~made.inclusion)):
        of = inside.sum(axis=0)
        share = np.where(attackable, (named & inside).sum(axis=0) / np.maximum(of, 1), np.nan)
        low, high = wilson_interval((named & inside).sum(axis=0), of, level)
        columns.append(
            Column(
                name=f"named_{side}_{name}",
                title=f"named by {made.attack} when {side}",
                unit="probability",
                value=share,
                low=np.where(attackable, low, np.nan),
                high=np.where(attackable, high, np.nan),
                method=_METHOD,
            )
        )
    return columns


def _threshold(others: NDArray[np.float32]) -> float:
    """Return the score that no more than 1 % of the others exceed."""
    return float(np.sort(others)[len(others) - 1 - int(_RATE * len(others))])
