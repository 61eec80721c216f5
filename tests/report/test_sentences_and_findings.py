"""Every number with an interval in the product's sentences is an estimate of the findings, rounded as it is shown."""

import re
from dataclasses import replace

import pytest

from longtail.findings import Findings
from longtail.report.words.mislabeled import judged_sentences
from longtail.report.words.next_steps import next_steps
from longtail.report.words.summary import summarize
from report.example_findings import FINDINGS, LEARNER_TAIL, ROW_FINDINGS
from report.example_mislabeled import MISLABELED, RESULT
from report.test_limits_section import with_limits
from report.test_membership import MEMBERSHIP

WHOLE = replace(
    with_limits("rare"), membership=MEMBERSHIP, learner_tail=LEARNER_TAIL, mislabeled=MISLABELED, results=[RESULT]
)

NUMBER = r"[-−]?\d+(?:\.\d+)?"
WITH_INTERVAL = re.compile(rf"({NUMBER})%? \[({NUMBER})%?, ({NUMBER})%?\]")


def estimates(plain):
    """Value and ends of everything that looks like an estimate, in percent."""
    if isinstance(plain, dict):
        if {"value", "low", "high"} <= set(plain) and isinstance(plain["value"], float | int):
            yield tuple(100 * plain[key] for key in ("value", "low", "high"))
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


@pytest.mark.parametrize("findings", [FINDINGS, ROW_FINDINGS, WHOLE], ids=["pictures", "rows", "whole"])
def test_every_number_of_the_summary_and_the_steps_is_in_the_findings(findings):
    said = [answer.text for answer in summarize(findings)] + [step.text for step in next_steps(findings)]
    said += [] if findings.mislabeled is None else judged_sentences(findings.mislabeled)
    assert strangers(findings, said) == []


def test_a_number_that_is_not_there_would_be_found():
    wrong = replace(FINDINGS.fit.left_out_accuracy, value=0.5, low=0.4, high=0.6)
    said = [answer.text for answer in summarize(replace(FINDINGS, fit=replace(FINDINGS.fit, test_accuracy=wrong)))]
    assert strangers(FINDINGS, said) == [("50", "40", "60")]
