"""Every number in the product's sentences is in the findings, rounded as it is shown; with an interval, an estimate."""

import re
from dataclasses import replace

import numpy as np
import pytest

from longtail.findings import Exemplars, Findings, Remedied
from longtail.report.words.limits import limits_answer
from longtail.report.words.mislabeled import judged_sentences
from longtail.report.words.next_steps import next_steps
from longtail.report.words.remedies import exemplars_sentence, remedy_sentences
from longtail.report.words.risk import risk_line
from longtail.report.words.summary import summarize
from longtail.report.words.worth import learner_tail_sentences
from report.example_findings import FINDINGS, LEARNER_TAIL, ROW_FINDINGS, estimate
from report.example_mislabeled import MISLABELED, RESULT
from report.test_limits_section import with_limits
from report.test_membership import MEMBERSHIP

GAIN, LOSS = estimate(0.0312, 0.011), estimate(-0.0217, 0.009)
REMEDIES = [
    Remedied(
        name=name,
        remedied="differential privacy, ε = 3",
        gained=gained,
        recall_gained=GAIN,
        worst="rare",
        worst_before=estimate(0.412, 0.03),
        worst_after=estimate(0.523, 0.04),
        worst_gained=estimate(0.111, 0.05),
        memorization_before=estimate(0.071, 0.01),
        memorization_after=estimate(0.0834, 0.01),
        advantage_before=estimate(0.144, 0.02),
        advantage_after=estimate(0.187, 0.02),
    )
    for name, gained in (("a public start", GAIN), ("equal weights", LOSS))
]
EXEMPLARS = Exemplars(
    n_lost=23,
    n_surely_lost=17,
    n_gained=9,
    n_surely_gained=3,
    unlimited_on_lost=0.634,
    unlimited_elsewhere=0.918,
    shown=[],
)


def remedied(findings: Findings) -> Findings:
    """The same with two remedies, and whose answers the first limit changes."""
    first, *rest = findings.limits.limits
    limits = replace(findings.limits, remedies=REMEDIES, limits=[replace(first, exemplars=EXEMPLARS), *rest])
    return replace(findings, limits=limits)


WHOLE = replace(
    remedied(with_limits("rare")),
    membership=MEMBERSHIP,
    learner_tail=LEARNER_TAIL,
    mislabeled=MISLABELED,
    results=[RESULT],
)

NUMBER = r"[-−]?\d+(?:\.\d+)?"
WITH_INTERVAL = re.compile(rf"({NUMBER})%? \[({NUMBER})%?, ({NUMBER})%?\]")


def estimates(plain):
    """Value and ends of everything that looks like an estimate, in percent."""
    if isinstance(plain, dict):
        if {"value", "low", "high"} <= set(plain) and isinstance(plain["value"], float | int):
            yield tuple(100 * plain[key] for key in ("value", "low", "high"))
            yield tuple(-100 * plain[key] for key in ("value", "high", "low"))  # a gain that is told as a loss
        plain = plain.values()
    if isinstance(plain, dict | list | tuple) or (hasattr(plain, "__iter__") and not isinstance(plain, str)):
        for each in plain:
            yield from estimates(each)


def is_shown(number, shown):
    digits = len(shown.partition(".")[2])
    return abs(number - float(shown.replace("−", "-"))) <= 0.5 * 10**-digits + 1e-9


def strangers(findings: Findings, sentences):
    """Numbers with intervals that no estimate of the findings rounds to."""
    known = list(estimates(findings.to_json()))
    told = [triple for text in sentences for triple in WITH_INTERVAL.findall(text)]
    assert told
    return [triple for triple in told if not any(all(map(is_shown, one, triple)) for one in known)]


BARE = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")
NAMES = re.compile(r"“[^”]*”|'[^']*'")
ALLOWED = {1, 2, 5, 50, 100}
"""Of the wording: 1 % false positives, twice the data, a false-discovery rate of 5 %, a coin, 1 in 100."""


def leaves(plain):
    """All numbers of the findings, those in their texts too, and how long their lists are."""
    if isinstance(plain, dict):
        plain = list(plain.values())
    if isinstance(plain, list | tuple):
        yield float(len(plain))
        for each in plain:
            yield from leaves(each)
    elif isinstance(plain, str):
        yield from (float(found.replace(",", "")) for found in BARE.findall(plain))
    elif isinstance(plain, int | float) and not isinstance(plain, bool):
        yield abs(float(plain))


def said_of(findings: Findings) -> list[str]:
    """Every sentence that the product makes of these findings."""
    said = [answer.text for answer in summarize(findings)] + [step.text for step in next_steps(findings)]
    if findings.mislabeled is not None:
        said += judged_sentences(findings.mislabeled)
    if findings.learner_tail is not None:
        said += learner_tail_sentences(findings.learner_tail)
    if findings.limits is not None:
        said += [limits_answer(findings.limits), *remedy_sentences(findings.limits)]
        said += [exemplars_sentence(each.exemplars) for each in findings.limits.limits if each.exemplars is not None]
    return said


def bare_strangers(findings: Findings, sentences):
    """Numbers that none of the findings rounds to: as it is, in percent, less one, as a share of two of a sentence."""
    plain = findings.to_json()
    for made_here in ("summary", "next_steps", "results"):  # sentences are no source for sentences
        plain.pop(made_here, None)
    known = np.array(sorted({round(one, 9) for one in leaves(plain)}))
    known = np.concatenate([known, 100 * known, known - 1, 100 * (1 - known)])
    found = []
    for text in sentences:
        told = BARE.findall(NAMES.sub("", WITH_INTERVAL.sub("", text)))
        counts = [float(each.replace(",", "")) for each in told]
        shares = np.array([100 * a / b for a in counts for b in counts if b])
        for shown, value in zip(told, counts, strict=True):
            half = 0.5 * 10 ** -len(shown.partition(".")[2]) + 1e-9
            near = np.abs(np.concatenate([known, shares]) - value) <= half
            if value not in ALLOWED and not near.any():
                found.append((shown, text))
    return found


@pytest.mark.parametrize("findings", [FINDINGS, ROW_FINDINGS, WHOLE], ids=["pictures", "rows", "whole"])
def test_every_other_number_is_in_the_findings_too(findings):
    said = said_of(findings)
    said += [] if findings.membership is None else [risk_line(findings.membership.risks)]
    assert sum(len(BARE.findall(text)) for text in said) > 5
    assert bare_strangers(findings, said) == []


def test_a_bare_number_that_is_not_there_would_be_found():
    said = [answer.text for answer in summarize(replace(FINDINGS, study=replace(FINDINGS.study, n_trials=98_765)))]
    assert [shown for shown, _ in bare_strangers(FINDINGS, said)] == ["98,765"]


@pytest.mark.parametrize("findings", [FINDINGS, ROW_FINDINGS, WHOLE], ids=["pictures", "rows", "whole"])
def test_every_number_of_the_summary_and_the_steps_is_in_the_findings(findings):
    assert strangers(findings, said_of(findings)) == []


def test_a_remedy_that_is_told_wrong_would_be_found():
    wrong = replace(WHOLE.limits, remedies=[replace(REMEDIES[0], worst_after=estimate(0.777, 0.04))])
    assert strangers(WHOLE, remedy_sentences(wrong)) == [("78", "74", "82")]
    other = replace(EXEMPLARS, n_lost=8_642)
    assert [shown for shown, _ in bare_strangers(WHOLE, [exemplars_sentence(other)])] == ["8,642"]


def test_a_number_that_is_not_there_would_be_found():
    wrong = replace(FINDINGS.fit.left_out_accuracy, value=0.5, low=0.4, high=0.6)
    said = [answer.text for answer in summarize(replace(FINDINGS, fit=replace(FINDINGS.fit, test_accuracy=wrong)))]
    assert strangers(FINDINGS, said) == [("50", "40", "60")]
