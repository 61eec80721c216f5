r"""What a limit costs where performance is a number: what paired models lose on examples that are new to them.

Test examples witness in every trial, training examples in the trials that left them out, as for right and wrong
(:mod:`longtail.scores.new_examples`); the interval is two-way, over models and examples. Of squared errors in units of
the target's variance the cost is a difference of :math:`R^2`, of a group in units of the variance of *all* targets, so
that the costs of groups, weighted by their sizes, add up to the whole. Intervals of the costs of all groups hold
together, so that choosing the group that pays most gains nothing.
"""

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.accuracy import mean_memorization
from longtail.analysis.groups import Group
from longtail.analysis.limits import LimitTrials
from longtail.analysis.quality import quality_name
from longtail.array_types import Bits, Whole
from longtail.errors import InputError, Said
from longtail.estimate import Estimate
from longtail.findings.numbers import NumberGroup, NumberLimit
from longtail.outcomes import Outcomes
from longtail.sampling_laws import student_half_width
from longtail.scores import MemorizationScores
from longtail.scores.class_means import joint_level
from longtail.scores.witness_pools import Pool, pooled

__all__ = ["number_limit", "plain_groups"]

_MOST_LEFT_OUT = 5_000
"""Training examples beyond which test examples alone witness: what left-out ones owe one another takes their square."""

_FEW = 30


def plain_groups(
    outcomes: Outcomes,
    scores: MemorizationScores,
    groups: list[Group],
    level: float,
    *,
    tied: bool,
    test_unit: Whole | None = None,
) -> list[NumberGroup]:
    """Return quality and mean memorization by group, without a limit."""
    left_out = not tied and outcomes.n_train <= _MOST_LEFT_OUT
    return [
        NumberGroup(
            name=group.name,
            n_train=int(group.train.sum()),
            n_test=int(group.test.sum()),
            memorization=_mean(scores, group.train, level),
            plain=_quality(outcomes, group.train, group.test, level, left_out=left_out, test_unit=test_unit),
        )
        for group in groups
    ]


def number_limit(
    trials: LimitTrials,
    plain: Outcomes,
    scores: MemorizationScores,
    groups: list[Group],
    level: float,
    *,
    tied: bool,
    test_unit: Whole | None = None,
) -> NumberLimit:
    """Return the cost of a limit, over all and by group.

    Parameters
    ----------
    trials : LimitTrials
        The limit and its outcomes.
    plain : Outcomes
        Of the learner without limits; trials that one of both lacks are left out.
    scores : MemorizationScores
        Without the limit.
    groups : list of Group
        Whose costs are told.
    level : float
        Of every interval; of the groups' costs, of all together.
    tied : bool
        Whether some training examples are in or out together, so that left-out ones are no witnesses.
    test_unit : (n_test,) int array, optional
        The unit of each test example, whose rows are one draw.
    """
    numbers = np.intersect1d(plain.trial_numbers, trials.outcomes.trial_numbers)
    before, after = plain.of_trials(numbers), trials.outcomes.of_trials(numbers)
    left_out = not tied and plain.n_train <= _MOST_LEFT_OUT
    whole = np.ones(plain.n_train, bool), np.ones(plain.n_test, bool)
    found, strict = [], joint_level(level, len(groups))
    for group in groups:
        parts = (group.train, group.test)
        found.append(
            NumberGroup(
                name=group.name,
                n_train=int(group.train.sum()),
                n_test=int(group.test.sum()),
                memorization=_mean(scores, group.train, level),
                plain=_quality(before, *parts, level, left_out=left_out, test_unit=test_unit),
                limited=_quality(after, *parts, level, left_out=left_out, test_unit=test_unit),
                cost=_cost(before, after, *parts, strict, left_out=left_out, test_unit=test_unit),
            )
        )
    return NumberLimit(
        name=trials.name,
        option=trials.option,
        about_trials=trials.about_trials,
        guarantee=trials.limit.guarantee.text,
        quality=_quality(after, *whole, level, left_out=left_out, test_unit=test_unit),
        cost=_cost(before, after, *whole, level, left_out=left_out, test_unit=test_unit),
        memorization=mean_memorization(trials.outcomes, level),
        groups=found,
    )


def _quality(
    outcomes: Outcomes, train: Bits, test: Bits, level: float, *, left_out: bool, test_unit: Whole | None
) -> Estimate:
    """Return the quality on new examples."""
    value, half, n = pooled(_pools(outcomes, outcomes.numbers(), train, test, left_out, test_unit), level)
    squared = quality_name(outcomes.kind) == "R²"
    value = 1 - value if squared else value
    return _estimate(value, half, n, level, "mean")


def _cost(
    before: Outcomes, after: Outcomes, train: Bits, test: Bits, level: float, *, left_out: bool, test_unit: Whole | None
) -> Estimate:
    """Return what is lost on new examples, positive where the limited models do worse."""
    sign = before.kind.sign
    lost = tuple(sign * (x.astype(np.float64) - y) for x, y in zip(before.numbers(), after.numbers(), strict=True))
    value, half, n = pooled(_pools(before, (lost[0], lost[1]), train, test, left_out, test_unit), level)
    return _estimate(value, half, n, level, "lost")


def _pools(
    outcomes: Outcomes,
    tables: tuple[NDArray[np.floating], NDArray[np.floating]],
    train: Bits,
    test: Bits,
    left_out: bool,
    test_unit: Whole | None,
) -> list[Pool]:
    parts = []
    if test.any():
        table = tables[1][:, test].astype(np.float64)
        parts.append(Pool.of(table, np.ones(table.shape, bool), unit=None if test_unit is None else test_unit[test]))
    asked = train & ~outcomes.inclusion.all(axis=0)
    if asked.any() and (left_out or not parts):
        out = ~outcomes.inclusion[:, asked]
        parts.append(Pool.of(tables[0][:, asked].astype(np.float64), out, outcomes.inclusion if left_out else None))
    if not parts:
        raise InputError("group", "have an example that is new to some model", Said("none"))
    return parts


def _estimate(value: float, half: float, n: int, level: float, what: str) -> Estimate:
    return Estimate(
        value=value,
        low=value - half,
        high=value + half,
        level=level,
        method=f"{what} over paired models and the examples that they were not trained on, two-way interval",
        warning="" if n >= _FEW else f"only {n} examples: the interval is rough",
    )


def _mean(scores: MemorizationScores, chosen: Bits, level: float) -> Estimate:
    """Return mean memorization over some examples, as a sample of more of them."""
    x = scores.value[chosen]
    x = x[~np.isnan(x)]
    if len(x) < 2:
        nan = float("nan")
        return Estimate(value=nan, low=nan, high=nan, level=level, method="too few examples")
    half = float(student_half_width(level, len(x) - 1)) * float(x.std(ddof=1)) / np.sqrt(len(x))
    mean = float(x.mean())
    return Estimate(
        value=mean, low=mean - half, high=mean + half, level=level, method="Student's interval over examples"
    )
