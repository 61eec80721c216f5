"""A remedy beside what it remedies, in a sentence: whom it brings back, and what that costs others and exposes."""

from longtail.estimate import Estimate
from longtail.findings import Exemplars, LimitFindings, Remedied
from longtail.percent import percent, points, share

__all__ = ["exemplars_sentence", "remedy_sentences"]


def remedy_sentences(found: LimitFindings) -> list[str]:
    """Say of each remedy whether it surely lifts the worst group or class of what it remedies, and at what price."""
    kind = "group" if found.groups == "given groups" else "class"
    return [_sentence(each, kind) for each in found.remedies]


def exemplars_sentence(found: Exemplars) -> str:
    """Say how many test examples a limit turns from right to wrong, and back."""
    hard = ""
    if found.unlimited_on_lost is not None and found.unlimited_elsewhere is not None:
        hard = (
            f" Without the limit models are right on the former in {share(found.unlimited_on_lost)} of cases, on what "
            f"else they mostly know in {share(found.unlimited_elsewhere)}."
        )
    lost = f"{_examples(found.n_lost)} without the limit and wrong with it ({found.n_surely_lost:,} surely)"
    gained = f"{found.n_gained:,} ({found.n_surely_gained:,} surely)"
    if not found.n_lost:
        lost = "no test example without the limit and wrong with it"
    if not found.n_gained:
        gained = "none"
    return f"Most models are right on {lost}, and the other way round on {gained}.{hard}"


def _sentence(each: Remedied, kind: str) -> str:
    name = f"{each.name[0].upper()}{each.name[1:]}"
    whom = f"{kind} {each.worst}"
    if each.worst_gained.low > 0:
        verdict = f"surely lifts {whom}, the worst {_base(each)}"
    elif each.worst_gained.high < 0:
        verdict = f"surely lowers {whom}, the worst {_base(each)}"
    else:
        verdict = f"does not surely change {whom}, the worst {_base(each)}"
    return (
        f"{name} {verdict}: right on {percent(each.worst_after)} of it instead of {percent(each.worst_before)}, "
        f"{_change(each.worst_gained)}. Of all new examples it is right on {_change(each.gained)}. "
        f"Memorization left: {percent(each.memorization_after)} instead of {percent(each.memorization_before)}."
        f"{_exposure(each)}"
    )


def _base(each: Remedied) -> str:
    return each.remedied if each.remedied == "without limits" else f"under {each.remedied}"


def _change(gained: Estimate) -> str:
    """Say a gain as points more, or a loss as points fewer."""
    if gained.value >= 0:
        return f"{points(gained)} more"
    lost = Estimate(value=-gained.value, low=-gained.high, high=-gained.low, level=gained.level, method=gained.method)
    return f"{points(lost)} fewer"


def _exposure(each: Remedied) -> str:
    if each.advantage_before is None or each.advantage_after is None:
        return ""
    return (
        f" Advantage of the best attack: {percent(each.advantage_after)} instead of {percent(each.advantage_before)}."
    )


def _examples(n: int) -> str:
    return f"{n:,} test example{'' if n == 1 else 's'}"
