"""What was found, in plain words: one answer to each question that a reader brings, with its numbers and intervals.

An error that theory forces on every learner is told with the tail; what limits did cost two learners is told apart from
it, because the one is above the best that is possible and the other is a difference.
"""

import math

from longtail.estimate import Estimate
from longtail.findings import (
    Answer,
    Findings,
    GroupLoss,
    LimitFindings,
    LimitOutcome,
    MembershipFindings,
    Resolution,
    TailFindings,
)

__all__ = ["AFFORDABLE", "hardest_hit", "percent", "points", "summarize"]

AFFORDABLE = 0.01
"""Accuracy that may be lost to a limit that is called affordable: one point."""


def summarize(found: Findings) -> list[Answer]:
    """A few answers for a person who reads nothing else."""
    answers = []
    if found.tail is not None:
        answers.append(Answer(topic="How long the tail is", text=_tail(found.tail), section="tail"))
    memorized = f"{_memorization(found)} {_fit(found)}"
    answers.append(Answer(topic="How much is memorized", text=memorized, section="memorization"))
    if found.limits is not None:
        answers.append(Answer(topic="What limits cost, and whom", text=_limits(found.limits), section="limits"))
    if found.membership is not None and found.membership.attacks:
        answers.append(Answer(topic="Who is exposed", text=_exposed(found.membership), section="membership"))
    return answers


def percent(estimate: Estimate) -> str:
    """An estimate with its interval, in percent.

    Examples
    --------
    >>> percent(Estimate(value=0.5, low=0.25, high=0.99999, level=0.95, method=""))
    '50.0% [25.0%, 99.999%]'
    """
    return f"{_share(estimate.value)} [{_share(estimate.low)}, {_share(estimate.high)}]"


def points(estimate: Estimate) -> str:
    """A difference of two shares with its interval, in percentage points.

    Examples
    --------
    >>> points(Estimate(value=0.021, low=-0.0004, high=0.04, level=0.95, method=""))
    '2.1 [0.0, 4.0] points'
    """
    return f"{_point(estimate.value)} [{_point(estimate.low)}, {_point(estimate.high)}] points"


def hardest_hit(limit: LimitOutcome) -> GroupLoss:
    """The group whose loss is surely the largest: the one whose interval starts highest."""
    return max(limit.groups, key=lambda group: (group.cost.low, group.cost.value))


def _tail(tail: TailFindings) -> str:
    shown = tail.resolutions
    alone = [resolution.n_singletons / tail.n_samples for resolution in shown]
    unseen = [resolution.unseen_mass for resolution in shown]
    if len(shown) > 1:
        how = f", depending on how finely kinds are told apart ({len(shown)} radii)"
        text = (
            f"Between {min(alone):.0%} and {max(alone):.0%} of the training examples are the only one of their kind"
            f"{how}; between {_ends(unseen)} of new data would be of a kind not seen yet."
        )
    else:
        text = (
            f"{alone[0]:.0%} of the training examples are the only one of their kind; {percent(unseen[0])} of new data "
            "would be of a kind not seen yet."
        )
    return f"{text}{_forced(shown)}"


def _forced(shown: list[Resolution]) -> str:
    """What theory says of a learner that may not fit the tail: an error above the optimum, not a difference."""
    costs = [resolution.cost_of_not_fitting for resolution in shown if resolution.cost_of_not_fitting is not None]
    if not costs:
        return ""
    amount = f"between {_ends(costs)}" if len(costs) > 1 else percent(costs[0])
    return (
        " What was seen once can be known only by fitting it, or by guessing: a learner that fits none of it would, "
        f"by theory, be wrong {amount} more often than the best possible one, given how well such labels are guessed "
        "here."
    )


def _memorization(found: Findings) -> str:
    memorized = found.memorization
    share = memorized.n_above_threshold / memorized.n_examples
    return (
        f"{memorized.n_above_threshold:,} of {memorized.n_examples:,} training examples ({share:.1%}) are memorized: "
        f"models are right on them more often by {100 * memorized.threshold:.0f} points or more when they were trained "
        f"on them. On average, memorization is {points(memorized.mean)}."
    )


def _fit(found: Findings) -> str:
    fit, study = found.fit, found.study
    fitted = "fit what they were trained on" if fit.fits else "do NOT fit all that they were trained on"
    elsewhere = f", and on test examples {percent(fit.test_accuracy)}" if fit.test_accuracy is not None else ""
    return (
        f"The {study.n_trials:,} models ({study.learner}) {fitted}: they are right on {percent(fit.included_accuracy)} "
        f"of included examples, on {percent(fit.left_out_accuracy)} of those left out{elsewhere}."
    )


def _limits(limits: LimitFindings) -> str:
    dearest = max(limits.limits, key=lambda limit: limit.measured.value)
    text = (
        f"{_number(len(limits.limits))} tried on the same subsets as the learner without. The dearest, {dearest.name}, "
        f"loses {points(dearest.measured)} of accuracy on test examples, and takes mean memorization from "
        f"{_point(limits.unlimited_memorization.value)} to {points(dearest.memorization)}. {_whom(limits, dearest)}"
    )
    cheap = [limit for limit in limits.limits if limit.measured.high <= AFFORDABLE]
    if not cheap:
        return f"{text} No limit that was tried surely costs less than one point."
    named = "; ".join(f"{limit.name} ({points(limit.measured)})" for limit in cheap)
    return f"{text} Surely cheaper than one point: {named}."


def _whom(limits: LimitFindings, dearest: LimitOutcome) -> str:
    hit, kind = hardest_hit(dearest), "class" if limits.groups == "classes" else "group"
    kinds = f"{len(dearest.groups)} {'classes' if kind == 'class' else 'groups'}"
    if hit.cost.low <= dearest.measured.value:
        return f"Of {kinds}, none surely loses more than the whole."
    return f"It falls hardest on {kind} {hit.name}, which loses {points(hit.cost)} (the surest of {kinds})."


def _exposed(membership: MembershipFindings) -> str:
    attack = membership.attacks[0]
    found = attack.tpr_at_1_percent
    if math.isnan(found.value):
        return "Attacks were made, but too few examples could be attacked to say how well they do."
    text = (
        f"An attacker who sees a model's confidence finds {percent(found)} of those it was trained on while taking 1% "
        f"of the others for them ({attack.name}); by chance it would be 1%."
    )
    riskiest = membership.subgroups[0] if membership.subgroups else None
    if riskiest is not None and riskiest.tpr_at_1_percent.low > found.value:
        text += f" Most exposed are examples of {riskiest.name}: {percent(riskiest.tpr_at_1_percent)} of them."
    if membership.exposed:
        first = membership.exposed[0]
        text += (
            f" The most exposed single example is training example {first.train}, labeled {first.label}: models with "
            f"it are told from models without in {percent(first.vulnerability)} of cases; a coin is right in half."
        )
    return text


def _number(limits: int) -> str:
    return "One limit was" if limits == 1 else f"{limits} limits were"


def _share(value: float) -> str:
    """A share in per cent, with more digits where it would be rounded up to all."""
    return next((text for digits in (1, 3, 5) if not (text := f"{value:.{digits}%}").startswith("100")), "100%")


def _point(value: float) -> str:
    """Hundredths, with one decimal; never minus nothing."""
    text = f"{100 * value:.1f}"
    return "0.0" if text == "-0.0" else text.replace("-", "−")


def _ends(estimates: list[Estimate]) -> str:
    """The range of intervals: from the lowest low to the highest high."""
    return f"{min(e.low for e in estimates):.1%} and {max(e.high for e in estimates):.1%}"
