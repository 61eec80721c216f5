"""What was found, in plain words: one answer to each question that a reader brings, with its numbers and intervals.

An error that theory forces on every learner is told with the tail; what limits did cost two learners is told apart from
it, because the one is above the best that is possible and the other is a difference.
"""

import math

from longtail.arguments import checked
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
from longtail.findings.example_name import training_name
from longtail.report.words.percent import percent
from longtail.report.words.references import references_in_words
from longtail.report.words.surely import surely_above_rest
from longtail.report.words.worth import learner_tail_sentences, necessity_sentence

__all__ = [
    "AFFORDABLE",
    "cheap",
    "costly",
    "group_name",
    "hardest_hit",
    "percent",
    "points",
    "summarize",
    "unsettled",
]

AFFORDABLE = 0.01
"""Accuracy that may be lost to a limit that is called affordable: one point."""

PART_STUDIED = "A random "
"""How the remark begins that says what part of the training examples was studied."""

_LENGTH = "How long the tail is"


def summarize(found: Findings) -> list[Answer]:
    """Write a few answers for a person who reads nothing else."""
    answers = (
        [Answer(topic="What was studied", text=studied, section="methods")] if (studied := _studied(found)) else []
    )
    if found.learner_tail is not None or found.removal is not None:
        answers.append(Answer(topic=_LENGTH, text=_learner_tail(found), section="learner-tail"))
        if found.tail is not None and found.tail.given:
            answers.append(Answer(topic="What the named groups say", text=_tail(found.tail), section="tail"))
    elif found.tail is not None:
        answers.append(Answer(topic=_LENGTH, text=_tail(found.tail), section="tail"))
    memorized = f"{_memorization(found)} {_fit(found)}"
    answers.append(Answer(topic="How much is memorized", text=memorized, section="memorization"))
    if found.limits is not None:
        answers.append(Answer(topic="What limits cost, and whom", text=_limits(found.limits), section="limits"))
    if found.membership is not None and found.membership.attacks:
        text = _exposed(found.membership, found.study.fraction)
        answers.append(Answer(topic="Who is exposed", text=text, section="membership"))
    return answers


@checked
def points(estimate: Estimate) -> str:
    """Write a difference of two shares with its interval, in percentage points.

    Examples
    --------
    >>> points(Estimate(value=0.021, low=-0.0004, high=0.04, level=0.95, method=""))
    '2.1 [0.0, 4.0] points'
    """
    return f"{_point(estimate.value)} [{_point(estimate.low)}, {_point(estimate.high)}] points"


def cheap(limits: LimitFindings) -> list[LimitOutcome]:
    """Return the limits that surely lose no more than one point of accuracy."""
    return [limit for limit in limits.limits if limit.measured.high <= AFFORDABLE]


def costly(limits: LimitFindings) -> list[LimitOutcome]:
    """Return the limits that surely lose more than one point of accuracy."""
    return [limit for limit in limits.limits if limit.measured.low > AFFORDABLE]


def unsettled(limits: LimitFindings) -> list[LimitOutcome]:
    """Return the limits that cannot be told to lose more, nor to lose at most that."""
    return [limit for limit in limits.limits if limit.measured.low <= AFFORDABLE < limit.measured.high]


def group_name(limits: LimitFindings, group: GroupLoss) -> str:
    """Write the name of a group, and whether it is a class."""
    return f"{'class' if limits.groups == 'classes' else 'group'} {group.name}"


def hardest_hit(limit: LimitOutcome) -> GroupLoss:
    """Return the group whose loss is surely the largest: the one whose interval starts highest."""
    return max(limit.groups, key=lambda group: (not math.isnan(group.cost.low), group.cost.low, group.cost.value))


def _studied(found: Findings) -> str:
    """Say what part of the data was studied, where it was a part, and how good the learner is."""
    part = next((note for note in found.study.notes if note.startswith(PART_STUDIED)), "")
    beside = "" if found.references is None else references_in_words(found.references)
    return f"{part} {beside}".strip()


def _learner_tail(found: Findings) -> str:
    said = [] if found.learner_tail is None else learner_tail_sentences(found.learner_tail)
    if found.removal is not None:
        said.append(necessity_sentence(found.removal))
    return " ".join(said)


def _tail(tail: TailFindings) -> str:
    told = _given_tail(tail.resolutions[0], tail.n_samples) if len(tail.resolutions) == 1 else _found_tail(tail)
    return f"{told} {_forced(tail.resolutions)}".rstrip()


def _given_tail(shown: Resolution, n_samples: int) -> str:
    alone = (
        f"{shown.n_singletons / n_samples:.0%} of the training examples are" if shown.n_singletons else "No training"
    )
    first = (
        f"{alone} the only one of their kind" if shown.n_singletons else f"{alone} example is the only one of its kind"
    )
    return f"{first}; {percent(shown.unseen_mass)} of new data would be of a kind not seen yet."


def _found_tail(tail: TailFindings) -> str:
    """Say what follows from how many examples are alone of their kind.

    How many are alone is no finding: the resolutions were chosen by it.
    """
    coarse, *_, fine = sorted(tail.resolutions, key=lambda resolution: resolution.n_singletons)
    alone = [f"{resolution.n_singletons / tail.n_samples:.0%}" for resolution in (coarse, fine)]
    return (
        f"It depends on how finely kinds are told apart. Seen so coarsely that {alone[0]} of the training examples are "
        f"the only one of their kind, {percent(coarse.unseen_mass)} of new data would be of a kind not seen yet; so "
        f"finely that {alone[1]} are, {percent(fine.unseen_mass)}."
    )


def _forced(shown: list[Resolution]) -> str:
    """Say what theory says of a learner that may not fit the tail.

    The number is an error above the optimum, not a difference.
    """
    costs = [resolution.cost_of_not_fitting for resolution in shown if resolution.cost_of_not_fitting is not None]
    if not costs or not any(resolution.n_singletons for resolution in shown):
        return ""
    amount = f"{_point(min(e.low for e in costs))} to {_point(max(e.high for e in costs))} points"
    return (
        "What was seen once can be known only by fitting it, or by guessing: a learner that fits none of it would, by "
        f"theory, be wrong more often than the best possible one by {amount if len(costs) > 1 else points(costs[0])}, "
        "given how well such labels are guessed here."
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
        f"of included examples, on {percent(fit.left_out_accuracy)} of those left out{elsewhere}; intervals are over "
        "models and examples."
    )


def _limits(limits: LimitFindings) -> str:
    tried = limits.limits
    worst = max(tried, key=lambda limit: limit.measured.value)
    told = (
        f"Of {len(tried)} limits, each tried on the same subsets as the learner without, {_verdict(limits)}. The most "
        f"costly, {worst.name}"
        if len(tried) > 1
        else f"One limit, {worst.name}, was tried on the same subsets as the learner without, and {_one(limits)}. It"
    )
    return (
        f"{told}{',' if len(tried) > 1 else ''} loses {points(worst.measured)} and takes mean memorization, on "
        f"these subsets alone, from {_point(limits.unlimited_memorization.value)} to {points(worst.memorization)}. "
        f"{_whom(limits, worst)}{_privacy(limits, worst)}"
    )


def _one(limits: LimitFindings) -> str:
    """Say whether the only limit is costly, cheap or unsettled."""
    one_point = "one point of accuracy on new data"
    if unsettled(limits):
        return f"could not be told to cost more or less than {one_point}"
    return f"surely costs {'more' if costly(limits) else 'no more'} than {one_point}"


def _verdict(limits: LimitFindings) -> str:
    """Say how many limits are costly, cheap and unsettled."""
    one_point = "one point of accuracy on new data"
    found = [
        (costly(limits), f"surely cost more than {one_point}"),
        (cheap(limits), "surely less" if costly(limits) else f"surely cost less than {one_point}"),
        (unsettled(limits), f"could not be told to cost more or less than {one_point}"),
    ]
    if costly(limits) or cheap(limits):
        found[2] = (found[2][0], "could not be settled")
    return ", ".join(f"{len(those)} {text}" for those, text in found if those)


def _whom(limits: LimitFindings, limit: LimitOutcome) -> str:
    hit, kinds = hardest_hit(limit), f"{len(limit.groups)} {'classes' if limits.groups == 'classes' else 'groups'}"
    n_new = sum(group.n_witnesses for group in limit.groups)
    if surely_above_rest(hit.cost, limit.measured, hit.n_witnesses, n_new, len(limit.groups)):
        return f"It falls hardest on {group_name(limits, hit)}, surely above the others: {points(hit.cost)}."
    return (
        f"It may fall hardest on {group_name(limits, hit)}, at {points(hit.cost)}; but of {kinds}, none surely loses "
        "more than the others."
    )


def _privacy(limits: LimitFindings, told: LimitOutcome) -> str:
    private = [limit for limit in limits.limits if limit.protects == "example" and limit is not told]
    if not private:
        return ""
    losses = " and ".join(f"{points(limit.measured)} at ε = {limit.epsilon:.3g}" for limit in private)
    return f" Differential privacy of examples loses {losses}."


def _exposed(membership: MembershipFindings, fraction: float) -> str:
    attack = membership.attacks[0]
    found = attack.tpr_at_1_percent
    if math.isnan(found.value):
        return "Attacks were made, but too few examples could be attacked to say how well they do."
    text = (
        f"An attacker who sees a model's confidence, and has trained {membership.n_targets - 1:,} models like it, each "
        f"on a random {fraction:.0%} of these very examples, so that he knows how models with and without each of them "
        f"answer, finds {percent(found)} of those it was trained on while taking 1% of "
        f"the others for them ({attack.name}); by chance it would be 1%."
    )
    riskiest = membership.subgroups[0] if membership.subgroups else None
    if riskiest is not None and surely_above_rest(
        riskiest.auc, attack.auc, riskiest.n_examples, membership.n_examples, len(membership.subgroups)
    ):
        text += (
            f" The most exposed subgroup is “{riskiest.name}”, with {riskiest.n_examples:,} training examples: of "
            f"those {percent(riskiest.tpr_at_1_percent)} are found."
        )
    if membership.exposed:
        first = membership.exposed[0]
        text += (
            f" The most exposed single example is {training_name(first.train, first.row)}, labeled {first.label}: "
            f"models with it are told from models without in {percent(first.vulnerability)} of cases; "
            "a coin is right in half."
        )
    return text


def _point(value: float) -> str:
    """Format a share as percentage points with one decimal.

    Write 0.0, never -0.0, and a dash for NaN.
    """
    if math.isnan(value):
        return "–"
    text = f"{100 * value:.1f}"
    return "0.0" if text == "-0.0" else text.replace("-", "−")
