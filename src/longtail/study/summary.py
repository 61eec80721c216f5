"""What was found, in plain words, most important first; each sentence carries its numbers."""

from longtail.estimate import Estimate
from longtail.findings import (
    AttackFindings,
    FitFindings,
    MembershipFindings,
    MemorizationFindings,
    StudyFindings,
    TailFindings,
)

__all__ = ["summarize"]


def summarize(
    study: StudyFindings,
    fit: FitFindings,
    memorized: MemorizationFindings,
    tail: TailFindings | None,
    membership: MembershipFindings | None,
) -> list[str]:
    """A few sentences for a person who reads nothing else."""
    sentences = [_memorization(memorized), _fit(study, fit)]
    if tail is not None:
        sentences += _tail(tail)
    if membership is not None and membership.attacks:
        sentences.append(_membership(membership.attacks[0]))
    return sentences


def _membership(attack: AttackFindings) -> str:
    return (
        f"An attacker who sees a model's confidence finds {_percent(attack.tpr_at_1_percent)} of those it was trained "
        f"on while taking 1% of the others for them ({attack.name}); by chance it would be 1%."
    )


def _memorization(memorized: MemorizationFindings) -> str:
    share = memorized.n_above_threshold / memorized.n_examples
    return (
        f"{memorized.n_above_threshold} of {memorized.n_examples} training examples ({share:.1%}) are memorized: "
        f"models know their labels more often by {memorized.threshold:.0%} or more when trained on them. On average, "
        f"memorization is {_percent(memorized.mean)}."
    )


def _fit(study: StudyFindings, fit: FitFindings) -> str:
    fitted = "fit what they were trained on" if fit.fits else "do NOT fit all that they were trained on"
    elsewhere = f", and on test examples {_percent(fit.test_accuracy)}" if fit.test_accuracy is not None else ""
    return (
        f"The {study.n_trials} models ({study.learner}) {fitted}: they are right on {_percent(fit.included_accuracy)} "
        f"of included examples, on {_percent(fit.left_out_accuracy)} of those left out{elsewhere}."
    )


def _tail(tail: TailFindings) -> list[str]:
    shown = tail.resolutions
    alone = [resolution.n_singletons / tail.n_samples for resolution in shown]
    unseen = [resolution.unseen_mass for resolution in shown]
    where = "" if tail.given else f", depending on how finely subpopulations are told apart ({len(shown)} radii)"
    sentences = [
        f"Between {min(alone):.0%} and {max(alone):.0%} of the examples are the only one of their subpopulation{where}"
        f"; between {_ends(unseen)} of new data would belong to subpopulations not seen yet."
        if len(shown) > 1
        else f"{alone[0]:.0%} of the examples are the only one of their subpopulation; {_percent(unseen[0])} of new "
        "data would belong to subpopulations not seen yet."
    ]
    costs = [resolution.cost_of_not_fitting for resolution in shown if resolution.cost_of_not_fitting is not None]
    if costs:
        amount = f"between {_ends(costs)}" if len(costs) > 1 else _percent(costs[0])
        sentences.append(
            f"A model that is not allowed to fit what was seen once would lose {amount} of accuracy on new data, given "
            "how well the labels of such examples are guessed without them here."
        )
    return sentences


def _percent(estimate: Estimate) -> str:
    return f"{_share(estimate.value)} [{_share(estimate.low)}, {_share(estimate.high)}]"


def _share(value: float) -> str:
    """A share in per cent, with more digits where it would be rounded up to all."""
    return next((text for digits in (1, 3, 5) if not (text := f"{value:.{digits}%}").startswith("100")), "100%")


def _ends(estimates: list[Estimate]) -> str:
    """The range of intervals: from the lowest low to the highest high."""
    return f"{min(e.low for e in estimates):.1%} and {max(e.high for e in estimates):.1%}"
