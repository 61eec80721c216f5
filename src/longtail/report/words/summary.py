"""What was found, in at most two sentences for each question that a reader brings; the fifth, what to do, is a list.

How good and how sane; how much is memorized and what that is worth; what limits cost, and whom; who is exposed. A claim
that cannot be made is not made. An error that theory forces on every learner is not told here: it is above the best
that is possible, what limits cost is a difference of two learners, and nobody should set them side by side.
"""

import math
import re

from longtail.findings import Answer, Findings, MembershipFindings
from longtail.findings.example_name import training_name
from longtail.percent import chosen, percent, points, share
from longtail.report.words.limits import gives_up, limits_answer
from longtail.report.words.references import warning_of_references
from longtail.report.words.surely import surely_above, surely_above_rest
from longtail.report.words.worth import more_data, necessity_sentence

__all__ = ["MEMORIZED", "PART_STUDIED", "SANE", "summarize"]

PART_STUDIED = "A random "
"""How the remark begins that says what part of the training examples was studied."""

SANE, MEMORIZED = "How good, and how sane", "How much is memorized, and what it is worth"

_NEARLY = 0.95
"""Learners that are right on such a share of what they were trained on, though not on all of it."""


def summarize(found: Findings) -> list[Answer]:
    """Write a few answers for a person who reads nothing else."""
    where = "sanity" if found.sanity is not None else "memorization"
    answers = [
        Answer(topic=SANE, text=f"{_good(found)} {_sane(found)}".rstrip(), section=where),
        Answer(topic=MEMORIZED, text=f"{_memorized(found)} {_needed(found)}".rstrip(), section="memorization"),
    ]
    if found.limits is not None:
        answers.append(Answer(topic="What limits cost, and whom", text=limits_answer(found.limits), section="limits"))
    if found.limits is not None and gives_up(found.limits):
        answers.insert(0, answers.pop())  # A class that is given up is no detail of the third answer.
    if found.membership is not None and found.membership.attacks:
        answers.append(Answer(topic="Who is exposed", text=_exposed(found.membership), section="membership"))
    return answers


def _good(found: Findings) -> str:
    """Say how often models are right, beside what plain models get."""
    fit, study = found.fit, found.study
    part = next((note for note in study.notes if note.startswith(PART_STUDIED)), "")
    random = re.match(r"A random ([\d,]+ of [\d,]+) ", part)
    rows = f", trained on parts of a random {random[1]} training rows," if random else ""
    fitted = (
        ""
        if fit.fits
        else f" (and on {percent(fit.included_accuracy)} of what they were trained on: "
        f"{'they fit nearly all of it' if fit.included_accuracy.value >= _NEARLY else 'they do NOT fit it'})"
    )
    if constant := _constant(found):
        return constant
    if fit.test_accuracy is None:
        right = f"{percent(fit.left_out_accuracy)} of training rows that were left out"
        return f"The {study.n_trials:,} models ({study.learner}){rows} are right on {right}{fitted}."
    beside = _beside(found)
    return (
        f"The {study.n_trials:,} models ({study.learner}){rows} are right on {percent(fit.test_accuracy)} of test rows"
        f"{fitted}{beside}{_missed(found)}."
    )


def _constant(found: Findings) -> str:
    """Say that models answer one class whatever they are asked, where at least half of them do."""
    most = max(found.fit.always, key=lambda each: each.n_models, default=None)
    if most is None or 2 * most.n_models < found.study.n_trials:
        return ""
    right = found.fit.left_out_accuracy if found.fit.test_accuracy is None else found.fit.test_accuracy
    return (
        f"The models are constant: {most.n_models:,} of {found.study.n_trials:,} ({found.study.learner}) always answer "
        f"“{most.label}”, which is right on {percent(right)}{_beside(found)}."
    )


def _missed(found: Findings) -> str:
    """Name a class that models surely find less often than one time in ten."""
    if not found.fit.missed:
        return ""
    first, more = found.fit.missed[0], len(found.fit.missed) - 1
    others = f" and {more} more class{'es' if more > 1 else ''}" if more else ""
    return f"; they find class {first.name}{others} hardly ever ({percent(first.right)} of it)"


def _beside(found: Findings) -> str:
    if found.references is not None:
        plain = found.references
        return (
            f"; {plain.reference} is right on {percent(plain.reference_accuracy)}, and always saying "
            f"'{plain.majority_class}' on {percent(plain.majority)}"
        )
    if found.sanity is not None and found.sanity.majority_accuracy is not None:
        usual = found.sanity.majority_accuracy
        return f"; always saying '{found.sanity.majority}' is right on {percent(usual)}"
    return ""


def _sane(found: Findings) -> str:
    """Say in one sentence what voids claims: a learner that can be bettered, or what the checks of the data found."""
    worse = "" if found.references is None else _first(warning_of_references(found.references))
    grave = [] if found.sanity is None else [remark for remark in found.sanity.remarks if remark.voids]
    if not grave:
        sane = "" if found.sanity is None or worse else "The checks of the data found nothing that voids what follows."
        return f"{worse}." if worse else sane
    first = grave[0].finding.rstrip(".")
    others = list(dict.fromkeys(remark.name for remark in grave[1:] if remark.name != grave[0].name))
    more = f"; also {', '.join(others)}" if others else ""
    return (
        f"{worse}; besides: {first}{more}."
        if worse
        else f"Read the rest with care: {first[0].lower()}{first[1:]}{more}."
    )


def _memorized(found: Findings) -> str:
    memorized = found.memorization
    n, most = memorized.n_above_threshold, f"{chosen(memorized.threshold, 'points')} or more"
    told = f"None of {memorized.n_examples:,} training rows is memorized by {most}, as far as these models can tell"
    if n:
        rows, are = ("it", "is") if n == 1 else ("them", "are")
        told = (
            f"{n:,} of {memorized.n_examples:,} training rows ({share(n, memorized.n_examples)}) {are} memorized: "
            f"models are right on {rows} more often by {most} if trained on {rows}"
        )
    if found.learner_tail is None:
        return f"{told}; on average, memorization is {points(memorized.mean)}."
    worth = f"what single rows decide is worth {points(found.learner_tail.singleton_worth)} of accuracy"
    left = more_data(found.learner_tail)
    return f"{told}; {worth}, and twice the data would leave {left}." if left else f"{told}; {worth}."


def _needed(found: Findings) -> str:
    """Say in one sentence what removing the memorized does, or else how many named groups are seen once."""
    if found.removal is not None:
        of_units = found.tail is not None and found.tail.n_units is not None
        return f"{_first(necessity_sentence(found.removal, of_units=of_units))}."
    if found.tail is None or not found.tail.given:
        return ""
    shown = found.tail.resolutions[0]
    return (
        f"Of the groups that were given, {shown.n_singletons:,} "
        f"{'have one training row' if found.tail.n_units is None else 'are of one unit alone'}; "
        f"{percent(shown.unseen_mass)} of new rows would be of a group not seen yet."
    )


def _exposed(membership: MembershipFindings) -> str:
    """Say how many are found by an attack, and who is surely exposed most: units, where rows belong to some."""
    if membership.by_unit is not None and membership.by_unit.attacks:
        return _exposed_units(membership.by_unit)
    attack = membership.attacks[0]
    found = membership.strongest or attack.tpr_at_1_percent
    if math.isnan(found.value):
        return "Attacks were made, but too few examples could be attacked to say how well they do."
    told = (
        f"An attacker who knows the data and {membership.n_targets - 1:,} models like this one finds {percent(found)} "
        f"of its training rows while taking 1 % of the others for such ({attack.name}{_choice(membership)}; chance: "
        "1 %)."
    )
    exposed, subgroups = membership.exposed, membership.subgroups
    if subgroups and surely_above_rest(
        subgroups[0].auc,
        attack.auc,
        subgroups[0].n_examples,
        membership.n_examples,
        len(subgroups) * len(membership.attacks),
    ):
        risky = subgroups[0]
        return (
            f"{told} Most exposed are the {risky.n_examples:,} training rows of “{risky.name}”: models with one are "
            f"told from models without in {percent(risky.auc)} of cases, with any row in {percent(attack.auc)}."
        )
    if exposed and surely_above(exposed[0].vulnerability, 0.5, membership.n_examples):
        name = training_name(exposed[0].train, exposed[0].row)
        n_surely = membership.n_surely or 1
        who = f"Surely exposed is {name}" if n_surely == 1 else f"{n_surely:,} are surely exposed, most of all {name}"
        return (
            f"{told} {who}, labeled {exposed[0].label}: models with it are told from models without in "
            f"{percent(exposed[0].vulnerability)} of cases."
        )
    return f"{told} No single row is surely exposed."


def _exposed_units(units: MembershipFindings) -> str:
    """Say how many of the units are found by an attack, and which is exposed most."""
    attack, exposed = units.attacks[0], units.exposed
    told = (
        f"An attacker who knows the data and {units.n_targets - 1:,} models like this one finds "
        f"{percent(units.strongest or attack.tpr_at_1_percent)} of its units, whose rows stay together, while taking "
        f"1 % of the others for such ({attack.name}{_choice(units)}; chance: 1 %)."
    )
    if not units.n_surely or not exposed:
        return f"{told} No single unit is surely exposed."
    most = exposed[0]
    rows = "1 row" if most.n_rows == 1 else f"{most.n_rows:,} rows"
    return (
        f"{told} Of {units.n_examples:,} units {units.n_surely:,} are surely exposed, most of all “{most.label}” "
        f"({rows}): models with it are told from models without in {percent(most.vulnerability)} of cases."
    )


def _choice(membership: MembershipFindings) -> str:
    """Say among how many attacks the strongest was chosen, where it was."""
    n_attacks = len(membership.attacks)
    return "" if membership.strongest is None or n_attacks == 1 else f", the strongest of {n_attacks} attacks"


def _first(text: str) -> str:
    """Return the first sentence, without its full stop."""
    return text.partition(". ")[0].rstrip(".")
