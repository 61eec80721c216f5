"""The section on attacks: every number shown, every string escaped, nothing where nothing was attacked."""

import json
from dataclasses import replace

import pytest

from longtail.findings import (
    AttackFindings,
    ExposedExample,
    ExposureScatter,
    Findings,
    MembershipFindings,
    RiskFindings,
    SubgroupExposure,
)
from longtail.report import render
from longtail.report.words.summary import summarize
from report.example_findings import FINDINGS, HOSTILE, estimate
from report.test_html import Page, estimates_in


def attack(name, low_rate):
    return AttackFindings(
        name=name,
        auc=estimate(0.626, 0.011),
        balanced_accuracy=estimate(0.575, 0.008),
        tpr_at_0_1_percent=estimate(low_rate, 0.01, warning="rests on 3 false positives: fewer than 10"),
        tpr_at_1_percent=estimate(0.071, 0.009),
        false_positive_rates=[0.0, 0.001, 0.01, 0.1, 1.0],
        true_positive_rates=[0.01, low_rate, 0.071, 0.22, 1.0],
    )


MEMBERSHIP = MembershipFindings(
    level=0.95,
    n_targets=128,
    n_examples=1435,
    attacks=[attack("LiRA, online", 0.0324), attack("RMIA, online", 0.0218)],
    refused=["confidence is constant: 2 examples"],
    same_models=estimate(0.595, 0.036),
    across_halves=estimate(0.553, 0.039),
    exposed=[ExposedExample(train=5, label="5", vulnerability=estimate(0.98, 0.01), memorization=estimate(0.91, 0.07))],
    subgroups=[
        SubgroupExposure(
            name=HOSTILE[0],
            n_examples=139,
            left_out_accuracy=estimate(0.918, 0.035),
            memorization=estimate(0.082, 0.036),
            auc=estimate(0.725, 0.038),
            tpr_at_1_percent=estimate(0.138, 0.04),
        )
    ],
    guarantee="epsilon = 3, delta = 1e-05",
    ceiling=[0.0, 0.02, 0.2, 0.95, 1.0],
    scatter=ExposureScatter(
        memorization=[-0.01, 0.02, 0.3, 0.91], vulnerability=[0.51, 0.59, 0.7, 0.98], n_examples=1435
    ),
    strongest=estimate(0.071, 0.013),
    risks=[
        RiskFindings(
            prior=0.1,
            false_positive_rate=0.01,
            precision=estimate(0.44, 0.04),
            lift=estimate(4.4, 0.4),
            found=estimate(51.3, 8.2),
            n_members=717.5,
        )
    ],
    n_surely=446,
)
ATTACKED = replace(FINDINGS, membership=MEMBERSHIP)


@pytest.fixture(scope="module")
def html():
    return render(ATTACKED)


def test_every_estimate_is_shown_and_linked(html):
    page = Page(html)
    shown = set(page.numbers)
    for each in estimates_in(MEMBERSHIP):
        assert {each.value, each.low, each.high} <= shown
    assert "#membership" in {a["href"] for a in page.all("a")}
    for text in ("LiRA, online", "confidence is constant", "epsilon = 3", "fewer than 10"):
        assert text in page.words


def test_the_risk_is_told_at_its_prior_and_the_choice_of_the_attack_is_accounted_for(html):
    words = Page(html).words
    assert "If 1 in 10 of those in question was in the data (a prior of 10 %)" in words
    assert "one whom the attack names was in it with 44 [40, 48] %, 4.4 [4.0, 4.8] times the prior" in words
    assert "51 [43, 60] of 718 training rows are expected to be named, and 1 % of all others" in words
    assert "the strongest of 2; an interval that holds for all of them at once" in words
    summary = summarize(ATTACKED)[-1].text
    assert "finds 7.1 [5.8, 8.4] % of its training rows" in summary
    assert "(LiRA, online, the strongest of 2 attacks; chance: 1 %)" in summary


def test_where_rows_belong_to_units_these_speak_and_every_number_of_theirs_is_shown():
    person = ExposedExample(
        train=5, label=HOSTILE[1], vulnerability=estimate(0.97, 0.01), memorization=estimate(0.42, 0.1), n_rows=12
    )
    units = replace(
        MEMBERSHIP, n_examples=199, exposed=[person], n_surely=7, same_models=None, across_halves=None, subgroups=[]
    )
    found = replace(ATTACKED, membership=replace(MEMBERSHIP, by_unit=units))
    assert Findings.from_json(json.loads(json.dumps(found.to_json()))) == found
    said = summarize(found)[-1].text
    assert "of its units, whose rows stay together" in said
    assert "Of 199 units 7 are surely exposed, most of all" in said
    page = Page(render(found))
    assert HOSTILE[1] in page.words
    assert {0.97, 0.42} <= set(page.numbers)
    assert "51 [43, 60] of 718 units are expected to be named" in page.words


def test_names_of_subgroups_become_no_code(html):
    assert HOSTILE[0] not in html
    assert HOSTILE[0] in Page(html).words


def test_the_section_survives_the_way_through_json():
    assert Findings.from_json(json.loads(json.dumps(ATTACKED.to_json()))) == ATTACKED


def test_findings_from_before_there_were_attacks_are_read_and_have_no_section():
    old = FINDINGS.to_json()
    del old["membership"]
    found = Findings.from_json(old)
    assert found.membership is None
    assert 'href="#membership"' not in render(found)


def test_the_scatter_is_drawn_and_says_how_many_it_shows(html):
    page = Page(html)
    assert "chart-exposure" in page.ids
    assert "Drawn are 4 of 1,435 examples" in page.words
    assert len(page.ids) == len(set(page.ids))


def test_findings_from_before_there_was_a_scatter_are_read_and_draw_none():
    old = ATTACKED.to_json()
    del old["membership"]["scatter"]
    found = Findings.from_json(old)
    assert found == replace(ATTACKED, membership=replace(MEMBERSHIP, scatter=None))
    assert "Exposure against memorization" not in render(found)


def test_where_no_attack_could_be_made_the_reasons_are_shown():
    nothing = {"attacks": [], "exposed": [], "subgroups": [], "ceiling": [], "scatter": None}
    none = replace(MEMBERSHIP, **nothing, same_models=None, across_halves=None)
    page = Page(render(replace(FINDINGS, membership=none)))
    assert "No attack could be made" in page.words
    assert "confidence is constant: 2 examples." in page.words
