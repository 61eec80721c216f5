"""What to do about what was found: which examples to look at, which limit is affordable, which command comes next."""

from longtail.estimate import Estimate
from longtail.findings import AttackFindings, Findings, LimitFindings, LimitOutcome, MembershipFindings, NextStep
from longtail.findings.mislabeled import MislabeledFindings
from longtail.percent import lost, points
from longtail.report.words.commands import limit_command, words
from longtail.report.words.surely import surely_above
from longtail.report.words.verdicts import AFFORDABLE, cheap, costly, group_name, hardest_hit, unsettled

__all__ = ["next_steps"]

_NAMED = 5
_MANY_PAIRS = 200


def next_steps(found: Findings, options: str = "") -> list[NextStep]:
    """Concrete steps, most important first.

    Parameters
    ----------
    found : Findings
        All but the steps.
    options : str
        How a command line names the study after DATA.
    """
    steps = [*_sane(found), _examples(found)]
    if found.limits is not None:
        steps += _limits(found.limits, options)
    if found.membership is not None and found.membership.attacks:
        steps.append(_exposure(found.membership, found.limits))
    if found.removal is None and found.memorization.gallery and found.study.n_test:
        text = "Ask whether this learning requires memorization, by training without the memorized examples."
        steps.append(NextStep(text=text, command="longtail worth RUN"))
    return steps


def _sane(found: Findings) -> list[NextStep]:
    """Fix first what voids claims: one step for each command."""
    grave = [] if found.sanity is None else [remark for remark in found.sanity.remarks if remark.voids]
    by_command = {remark.command: f"{remark.finding} {remark.remedy}".rstrip() for remark in reversed(grave)}
    return [NextStep(text=text, command=command) for command, text in reversed(by_command.items()) if command]


def _examples(found: Findings) -> NextStep:
    gallery = found.memorization.gallery
    if not gallery:
        text = (
            f"No example is memorized beyond what chance explains in {found.study.n_trials:,} models; memorization "
            f"below about {found.memorization.smallest_visible:.2g} could not be seen. More models see smaller ones."
        )
        return NextStep(text=text, command="longtail scores RUN")
    if found.mislabeled is not None and found.mislabeled.n_called:
        return _wrong_labels(found.mislabeled)
    judged = found.mislabeled is not None
    what = (
        ": none looks mislabeled, so keep them, and collect more like them."
        if judged
        else ". Fix labels that are wrong; keep what is rare and right, and collect more like it; the command says "
        "which look mislabeled."
    )
    text = f"Look at the {len(gallery)} most memorized examples in the gallery{what} The first are"
    shown = gallery[:_NAMED]
    rows = [example.row for example in shown if example.row is not None]
    command = "" if judged else "longtail mislabeled RUN"
    return NextStep(text=text, command=command, examples=[e.train for e in shown], rows=rows)


def _wrong_labels(found: MislabeledFindings) -> NextStep:
    n = found.n_called
    text = (
        f"Look at the {f'{n:,} rows that look' if n > 1 else 'row that looks'} mislabeled: mislabeled.csv in the "
        "folder of this report lists every row in question, with the label that models without it predict. Fix labels "
        f"that are wrong; keep what is rare and right. {'The first are' if n > 1 else 'It is'}"
    )
    shown = found.examples[: min(_NAMED, n)]
    rows = [each.row for each in shown if each.row is not None]
    return NextStep(text=text, examples=[each.train for each in shown], rows=rows)


def _limits(limits: LimitFindings, options: str) -> list[NextStep]:
    said = []
    if cheap(limits):
        said.append(f"Affordable at one point of accuracy: {_names(cheap(limits))}.")
    if costly(limits):
        said.append(f"Not affordable at one point: {_names(costly(limits))}.")
    steps = [NextStep(text=" ".join(said))] if said else []
    for limit in [each for each in costly(limits) if each.groups]:
        hit = hardest_hit(limit)
        if hit.cost.low > AFFORDABLE >= limit.measured.low:
            who = group_name(limits, hit)
            text = f"Mind {who} under {limit.name}: it loses {points(hit.cost)} there, and {_whole(limit.measured)}."
            steps.append(NextStep(text=text))
    still = [limit for limit in unsettled(limits) if limit.n_pairs < _MANY_PAIRS and limit.option]
    if still:
        text = f"Not settled: {_names(still)}. More models narrow the intervals, as far as the test examples allow."
        asked = words(*(limit.option for limit in still))
        steps.append(NextStep(text=text, command=limit_command(options, asked, _MANY_PAIRS)))
    return steps


def _whole(change: Estimate) -> str:
    said = lost(change)
    return f"{said if said.startswith('gains') else points(change)} on the whole"


def _exposure(membership: MembershipFindings, limits: LimitFindings | None) -> NextStep:
    private = [] if limits is None else [limit for limit in limits.limits if limit.protects == "example"]
    mildest = max(private, key=lambda limit: limit.epsilon or 0.0, default=None)
    price = "" if mildest is None else f", and {lost(mildest.measured)} of accuracy at ε = {mildest.epsilon:.3g}"
    if _finds(membership):
        text = (
            "Do not hand out such a model, or its confidences, where it must stay secret who is in its training data. "
            f"Differential privacy alone protects by a guarantee{price}."
        )
    else:
        text = (
            "No attack here was seen to find members, subgroups or single examples better than chance does; that is no "
            "proof of privacy. Differential privacy "
            f"alone protects by a guarantee{price}."
        )
    return NextStep(text=text, command="longtail membership RUN")


def _finds(membership: MembershipFindings) -> bool:
    """Return whether any attack, on all examples, a subgroup or a single one, is surely better than chance.

    Where rows belong to units, an attack on these counts as well.
    """
    if membership.by_unit is not None and _finds(membership.by_unit):
        return True
    everybody = any(_above_chance(attack) for attack in membership.attacks)
    groups = [group for group in membership.subgroups if group.n_examples > 1]
    return (
        everybody
        or bool(membership.n_surely)
        or any(surely_above(group.auc, 0.5, len(groups)) for group in groups)
        or any(surely_above(one.vulnerability, 0.5, membership.n_examples) for one in membership.exposed)
    )


def _above_chance(attack: AttackFindings) -> bool:
    """Return whether a number of the attack is above chance. Findings of before judge each by its own interval."""
    if attack.above_chance is not None:
        return attack.above_chance
    rates = [(0.5, "auc"), (0.01, "tpr_at_1_percent"), (0.001, "tpr_at_0_1_percent")]
    return any(getattr(attack, name).low > chance for chance, name in rates)


def _names(limits: list[LimitOutcome]) -> str:
    return "; ".join(limit.name for limit in limits)
