"""The section on limits: every number and name is there, and text of the data stays text."""

import json
from dataclasses import replace

import pytest

from longtail.estimate import Estimate
from longtail.findings import (
    Always,
    CostPart,
    Findings,
    FlippedExample,
    FrequencyLoss,
    GroupLoss,
    GroupRates,
    Judged,
    LimitFindings,
    LimitOutcome,
    Worst,
)
from longtail.report import render
from longtail.report.charts.worst_group import worst_group_chart
from report.example_findings import FINDINGS, HOSTILE, NAN, digit, estimate, row
from report.test_html import Page

NOTHING = Estimate(value=NAN, low=NAN, high=NAN, level=0.95, method="no example")


def bins() -> list[FrequencyLoss]:
    return [
        FrequencyLoss(name="never seen", predicted=None, measured=estimate(0.0325, 0.01)),
        FrequencyLoss(
            name="seen once",
            predicted=estimate(0.0275, 0.01),
            measured=estimate(0.03, 0.01),
            misfits_carried=estimate(0.6125, 0.1),
            fits_carried=None,
            fits_carried_unlimited=estimate(0.9875, 0.01),
        ),
    ]


def outcome(name: str, group: str, *, predicted: bool = True) -> LimitOutcome:
    small = estimate(0.125, 0.3, "exact", warning="only 10 test examples: the interval is what is known")
    return LimitOutcome(
        name=name,
        kind="differential privacy",
        strength=-3.0,
        protects="example",
        guarantee="Each model is (3, 1e-05)-differentially private.",
        epsilon=3.0,
        delta=1e-5,
        trials="trials/0123456789abcdef",
        accuracy=estimate(0.9, 0.01),
        memorization=estimate(0.011, 0.002),
        measured=estimate(0.0625, 0.01),
        witnesses="1,000 test examples and 3,997 training examples, where left out",
        measured_on_seen=[estimate(0.03, 0.01)] if predicted else [],
        predicted=[estimate(0.0275, 0.01)] if predicted else [],
        forced=estimate(0.002, 0.001) if predicted else None,
        misfitted_memorization=NOTHING,
        fitted_memorization=estimate(0.02, 0.01),
        groups=[
            GroupLoss(
                name=group,
                n_train=40,
                n_test=10,
                unlimited=estimate(0.95, 0.05),
                limited=estimate(0.825, 0.1),
                cost=small,
                predicted=estimate(0.1, 0.05) if predicted else None,
                n_witnesses=50,
            )
        ],
        bins=bins() if predicted else [],
        judged=judged(group, recall_lost=estimate(0.0875, 0.02)),
    )


def judged(text: str, recall_lost: Estimate | None = None) -> Judged:
    worst = Worst(name=text, right=estimate(0.725, 0.1), compared=4)
    rate = GroupRates(name=text, n_positive=12, n_negative=60, false_negative=estimate(0.275, 0.1), false_positive=None)
    return Judged(
        accuracy=estimate(0.9, 0.01),
        recall=estimate(0.8625, 0.02),
        worst_class=worst,
        worst_group=worst,
        n_models=40,
        always=[Always(label=text, n_models=30)] if recall_lost else [],
        recall_lost=recall_lost,
        positive=text,
        rates=[rate],
        advantage=estimate(0.1875 if recall_lost else 0.3125, 0.05),
        attack="LiRA",
    )


def limits(text: str, *, predicted: bool = True) -> LimitFindings:
    flipped = [
        FlippedExample(test=7, label=text, unlimited=1.0, limited=0.25, view=digit(3)),
        FlippedExample(test=8, label=text, unlimited=1.0, limited=0.0, view=row(color=text)),
    ]
    return LimitFindings(
        groups="given groups",
        n_trials=40,
        resolutions=["radius 16.4"] if predicted else [],
        assumptions=["coupling 1"] if predicted else [],
        unlimited_accuracy=estimate(0.965, 0.01),
        unlimited_memorization=estimate(0.031, 0.003),
        limits=[outcome("differential privacy, ε = 3", text, predicted=predicted)],
        split=[CostPart(limit="differential privacy, ε = 3", part="clipping", cost=estimate(0.05, 0.01))],
        compared=["differential privacy, ε = 3"],
        lost=flipped,
        kept=flipped,
        judged=judged(text),
        untested=text,
    )


def with_limits(text: str) -> Findings:
    return replace(FINDINGS, limits=limits(text))


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(render(with_limits("tame")))


def test_findings_with_limits_survive_the_way_through_json():
    findings = with_limits("rare")
    text = json.dumps(findings.to_json(), allow_nan=False)
    assert repr(Findings.from_json(json.loads(text))) == repr(findings)


def test_the_section_is_linked_and_says_its_numbers(page):
    assert "limits" in page.ids
    assert any(a["href"] == "#limits" for a in page.all("a"))
    for words in (
        "6.25",
        "2.75",
        "differential privacy, ε = 3",
        "only 10 test examples",
        "never seen",
        "clipping",
        "assumed 1",
        "98.8",
        "86.2",
        "8.8 points",
        "became constant: always tame",
        "27.5",
    ):
        assert words in page.words
    assert len(page.all("caption")) == len(page.all("table"))
    assert len(page.ids) == len(set(page.ids))


def test_a_study_without_limits_has_no_such_section():
    page = Page(render(FINDINGS))
    assert "limits" not in page.ids
    assert not any(a["href"] == "#limits" for a in page.all("a"))


def test_the_picture_has_a_point_for_each_learner_and_the_front_of_those_that_none_betters():
    found = limits("tame")
    chart = worst_group_chart(found)
    assert [row[0] for row in chart.rows] == ["without limits", "differential privacy, ε = 3"]
    assert [row[4] for row in chart.rows] == [0.3125, 0.1875]
    assert [row[-1] for row in chart.rows] == ["", "yes"]  # as right on the worst, and found less
    points = chart.option["series"][1]["data"]
    assert [point["value"] for point in points] == [[0.3125, 0.725], [0.1875, 0.725]]
    none = replace(found.judged, advantage=None)
    assert worst_group_chart(replace(found, judged=none, limits=[])) is None


def test_findings_of_before_have_no_worst_class():
    old = limits("tame")
    old = replace(old, judged=None, untested="", limits=[replace(each, judged=None) for each in old.limits])
    page = Page(render(replace(FINDINGS, limits=old)))
    assert "limits" in page.ids
    assert "judged" not in page.ids


def test_without_a_prediction_there_are_dashes():
    page = Page(render(replace(FINDINGS, limits=limits("tame", predicted=False))))
    assert "No prediction was made." in page.words


@pytest.mark.parametrize("text", HOSTILE)
def test_strings_of_the_data_are_text_and_never_markup(page, text):
    hostile = Page(render(with_limits(text)))
    assert [tag for tag, _ in hostile.tags] == [tag for tag, _ in page.tags]
    assert hostile.text.count(text) - Page(render(FINDINGS)).text.count(text) == page.text.count("tame")
