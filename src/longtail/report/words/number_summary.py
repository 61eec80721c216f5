"""The answers of a study of numbers in plain sentences, for terminal and page alike."""

from longtail.estimate import Estimate
from longtail.findings.number_references import NumberReferences
from longtail.findings.numbers import NumberFindings, NumberLimit
from longtail.percent import share
from longtail.report.words.limits import verb
from longtail.report.words.references import both_models, warning_where_behind

__all__ = ["number_summary"]

_MOST_DIGITS = 6

_MOST_OF_THE_VARIANCE = 0.5


def number_summary(findings: NumberFindings) -> list[tuple[str, str]]:
    """Return the answers, each a topic and a few sentences."""
    answers = [("How good the models are", _quality(findings)), ("What is memorized", _memorized(findings))]
    if findings.attacks or findings.refused:
        answers.append(("Who is exposed", _exposed(findings)))
    if findings.limits:
        answers.append(("What limits cost", _limits(findings)))
    answers.append(("What is not said", f"It holds for classification alone: {'; '.join(findings.left_out)}."))
    return answers


def _quality(findings: NumberFindings) -> str:
    quality = findings.quality
    test = "" if quality.test is None else f", {_told(quality.test)} on test examples"
    return (
        f"{quality.name} is {_told(quality.included)} on examples that models were trained on, "
        f"{_told(quality.left_out)} on those left out{test} ({findings.n_trials:,} models)."
        f"{_references(findings.references)}{_heavy(findings.farthest)}"
    )


def _heavy(farthest: float) -> str:
    """Say where squared error is about few examples."""
    if not farthest >= _MOST_OF_THE_VARIANCE:
        return ""
    return (
        f" The hundredth of the training examples that are farthest from the mean hold {share(farthest)} of the "
        "target's variance: R² and memorization are about them. Of a target with so long a tail, its logarithm may be "
        "the better question."
    )


def _references(found: NumberReferences | None) -> str:
    """Say what plain models get, and warn where the learner falls behind."""
    if found is None:
        return ""
    models = both_models(found, found.reference_quality, found.learner_quality, _told)
    said = f" Of {found.n_test:,} test examples, always saying the mean gets an R² of about 0; {models}."
    warning = warning_where_behind(found, lambda difference: f"{_told(difference, -1.0)} of R²")
    return f"{said} {warning}".rstrip()


def _memorized(findings: NumberFindings) -> str:
    mean = findings.mean_memorization
    said = (
        f"Being trained on gains an example {_told(mean)} {findings.unit} in mean; {findings.n_significant:,} of "
        f"{findings.n_train:,} examples gain surely (q-values of at most 5 %)."
    )
    if findings.examples:
        most = findings.examples[0]
        said += f" The most memorized is row {most.row} ({most.label}): {_told(most.memorization)} {findings.unit}."
    return said


def _exposed(findings: NumberFindings) -> str:
    if not findings.attacks:
        return f"No attack could be made: {'; '.join(findings.refused)}."
    attack = findings.attacks[0]
    surely = findings.n_surely_exposed
    told = "" if surely is None else f" {surely:,} examples are exposed surely."
    return (
        f"The strongest attack, {attack.name}, finds {_told(attack.tpr_at_1_percent, 100)} % of the members at 1 % "
        f"false positives; its area under the curve is {_told(attack.auc)}.{told}"
    )


def _limits(findings: NumberFindings) -> str:
    return " ".join(_limit(limit, findings) for limit in findings.limits)


def _limit(limit: NumberLimit, findings: NumberFindings) -> str:
    name, left = findings.quality.name, _told(limit.memorization)
    named = f"{limit.name[:1].upper()}{limit.name[1:]}"
    costs, leaves = verb(named, "cost"), verb(named, "leave")
    said = f"{named} {costs} {_told(limit.cost)} of {name}, and {leaves} mean memorization {left}."
    groups = [group for group in limit.groups if group.cost is not None]
    if len(groups) > 1:
        paying = [(group.name, group.cost) for group in groups if group.cost is not None and group.cost.low > 0]
        if paying:
            name, cost = max(paying, key=lambda each: each[1].value)
            said += f" Of the groups that surely pay, “{name}” pays most by its estimate: {_told(cost)}."
        else:
            said += " No group surely pays."
    return said


def _told(estimate: Estimate | None, factor: float = 1.0) -> str:
    if estimate is None or estimate.value != estimate.value:
        return "unknown"
    digits = 3 if abs(factor) == 1 else 1
    value = factor * estimate.value
    low, high = sorted((factor * estimate.low, factor * estimate.high))
    while low * high > 0 and min(abs(low), abs(high)) < 0.5 * 10**-digits and digits < _MOST_DIGITS:
        digits += 1  # Not written as 0, as what is sure would look as if it were not.
    return f"{value:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]".replace("-", "−")
