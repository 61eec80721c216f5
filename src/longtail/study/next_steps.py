"""What to do about what was found: which examples to look at, which limit is affordable, which command comes next."""

from longtail.findings import Findings, LimitFindings, MembershipFindings, NextStep
from longtail.study.commands import limit_command, words
from longtail.study.summary import AFFORDABLE, hardest_hit, points

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
    steps = [_examples(found)]
    if found.limits is not None:
        steps += _limits(found.limits, options)
    if found.membership is not None and found.membership.attacks:
        steps.append(_exposure(found.membership, found.limits))
    if found.memorization.gallery and found.study.n_test:
        text = "Measure what the memorized examples are worth to the others, by training without them."
        steps.append(NextStep(text=text, command="longtail remove RUN"))
    return steps


def _examples(found: Findings) -> NextStep:
    gallery, known = found.memorization.gallery, found.memorization.n_significant
    if not gallery:
        text = (
            f"No example is memorized beyond what chance explains in {found.study.n_trials:,} models; memorization "
            f"below about {found.memorization.smallest_visible:.2g} could not be seen. More models see smaller ones."
        )
        return NextStep(text=text, command="longtail scores RUN")
    first = ", ".join(str(example.train) for example in gallery[:_NAMED])
    text = (
        f"Look at the most memorized examples ({first}{' and so on' if known > _NAMED else ''}; they are shown below). "
        "Mend labels that are wrong; keep what is rare and right, and collect more like it."
    )
    return NextStep(text=text, command="longtail scores RUN --out scores.csv")


def _limits(limits: LimitFindings, options: str) -> list[NextStep]:
    cheap = [limit.name for limit in limits.limits if limit.measured.high <= AFFORDABLE]
    dear = [limit.name for limit in limits.limits if limit.measured.low > AFFORDABLE]
    open_ = [limit for limit in limits.limits if limit.name not in (*cheap, *dear)]
    said = []
    if cheap:
        said.append(f"Affordable at one point of accuracy: {_list(cheap)}.")
    if dear:
        said.append(f"Not affordable at one point: {_list(dear)}.")
    steps = [NextStep(text=" ".join(said))] if said else []
    for limit in limits.limits:
        hit = hardest_hit(limit)
        if limit.name in cheap and hit.cost.low > AFFORDABLE:
            kind = "class" if limits.groups == "classes" else "group"
            text = (
                f"Mind {kind} {hit.name} under {limit.name}: cheap as it is on the whole, there it loses "
                f"{points(hit.cost)}."
            )
            steps.append(NextStep(text=text))
    if open_ and max(limit.n_pairs for limit in open_) < _MANY_PAIRS:
        text = f"Not settled by so few models: {_list([limit.name for limit in open_])}. More narrow the intervals."
        asked = words(*(limit.option for limit in open_))
        steps.append(NextStep(text=text, command=limit_command(options, asked, _MANY_PAIRS)))
    return steps


def _exposure(membership: MembershipFindings, limits: LimitFindings | None) -> NextStep:
    attack = membership.attacks[0]
    if not attack.tpr_at_1_percent.low > 0.01:  # what chance finds
        text = (
            "No attack here finds members better than chance does; that is no proof of privacy. A promise is: train "
            "with differential privacy where who took part must stay secret."
        )
        return NextStep(text=text, command="longtail membership RUN")
    private = [] if limits is None else [limit for limit in limits.limits if limit.delta]
    affordable = [limit.name for limit in private if limit.measured.high <= AFFORDABLE]
    remedy = f"{affordable[0]} is affordable here." if affordable else "Only differential privacy promises protection."
    text = (
        "Do not hand out such a model, or its confidences, where it must stay secret who is in its training data. "
        f"{remedy}"
    )
    return NextStep(text=text, command="longtail membership RUN")


def _list(names: list[str]) -> str:
    return "; ".join(names)
