"""The numbers of each chart, recomputed from the findings and checked against the text that is spoken of them."""

import json
import math
from dataclasses import fields, is_dataclass, replace
from itertools import pairwise

import pytest

from longtail.estimate import Estimate
from longtail.report.charts import charts_of
from longtail.report.charts.axes import linear
from report.example_findings import FINDINGS, HOSTILE, NAN, ROW_FINDINGS, hostile_findings
from report.test_limits_section import limits, with_limits
from report.test_membership import ATTACKED, MEMBERSHIP

EVERYTHING = replace(with_limits("rare"), membership=MEMBERSHIP)


def points(chart):
    """Every datum that a reader can stop at."""
    return [datum for series in chart.option["series"] for datum in series["data"] if "text" in datum]


def intervals(chart):
    """Both ends of every interval that is drawn."""
    lines = [series.get("markLine", {}).get("data", []) for series in chart.option["series"]]
    return [[end["coord"] for end in line] for drawn in lines for line in drawn if isinstance(line, list)]


@pytest.fixture(scope="module")
def charts():
    return charts_of(EVERYTHING)


def test_the_charts_are_those_of_the_findings_in_the_order_of_the_page(charts):
    of_limits = ["limits", "retention", "groups-1", "frequencies-1", "worst-group"]
    assert list(charts) == ["memorization", "tail", "costs", *of_limits, "attacks", "subgroups", "exposure"]
    assert list(charts_of(ROW_FINDINGS)) == ["memorization", "tail"]


def test_charts_are_plain_json_and_the_same_each_time(charts):
    for chart in charts.values():
        assert json.loads(json.dumps(chart.to_json(), allow_nan=False)) == chart.to_json()
    assert charts_of(EVERYTHING) == charts


def test_every_point_and_every_interval_lies_within_its_axes(charts):
    for chart in charts.values():
        x, y = chart.option["xAxis"], chart.option["yAxis"]
        drawn = [datum["value"] for datum in points(chart)] + [end for line in intervals(chart) for end in line]
        assert drawn
        for horizontal, vertical in drawn:
            assert x["min"] <= horizontal <= x["max"]
            assert y["min"] <= vertical <= y["max"]


def test_every_table_is_as_wide_as_its_head_and_has_a_row_for_each_point(charts):
    for name, chart in charts.items():
        assert all(len(row) == len(chart.columns) for row in chart.rows)
        if name != "exposure":  # 2,000 dots: its table is of ranges, and every example stands in the tables of the page
            assert len(chart.rows) == len(points(chart))


def test_bars_count_every_example_and_are_warm_from_the_threshold_on(charts):
    found, bars = FINDINGS.memorization, points(charts["memorization"])
    assert sum(bar["value"][1] for bar in bars) == sum(found.histogram_counts)
    for bar in bars:
        middle, n = bar["value"]
        (k,) = (k for k, (low, high) in enumerate(pairwise(found.histogram_edges)) if low < middle < high)
        assert found.histogram_counts[k] == n
        assert (bar["itemStyle"]["color"] == "var(--warm)") == (middle > found.threshold)
        assert f"{n:,} training example" in bar["text"][1]


def test_curves_of_the_tail_fall_and_end_with_what_was_seen_once(charts):
    tail = FINDINGS.tail
    series = charts["tail"].option["series"]
    curves, ends = series[: len(tail.resolutions)], series[len(tail.resolutions) : -1]
    for curve, resolution in zip(curves, tail.resolutions, strict=True):
        ranks, shares = zip(*(datum["value"] for datum in curve["data"]), strict=True)
        assert list(ranks) == sorted(set(ranks))
        assert list(shares) == sorted(shares, reverse=True)
        assert ranks[-1] == resolution.n_subpopulations
        assert shares[-1] == 1 / tail.n_samples
        assert "seen once" in curve["data"][-1]["text"][1]
    lengths = {end["data"][1]["value"][0] - end["data"][0]["value"][0] + 1 for end in ends}
    assert lengths == {resolution.n_singletons for resolution in tail.resolutions}


def test_a_share_is_spoken_as_the_count_that_it_is(charts):
    for datum in points(charts["tail"]):
        n = datum["value"][1] * FINDINGS.tail.n_samples
        assert math.isclose(n, round(n), abs_tol=1e-6)
        assert datum["text"][1].endswith("seen once" if round(n) == 1 else f"seen {round(n):,} times")


def test_costs_stand_at_their_value_between_their_ends(charts):
    chart, rows = charts["costs"], FINDINGS.costs.rows
    expected = {
        (position, cost.value, cost.low, cost.high)
        for position, row in enumerate(rows)
        for cost in row.costs
        if cost.low < cost.high
    }
    ends = {(y, low, high) for (low, y), (high, _) in intervals(chart)}
    seen = {
        (round(y), x, *next(end[1:] for end in ends if end[0] == y))
        for x, y in (datum["value"] for datum in points(chart))
        if any(end[0] == y for end in ends)
    }
    assert seen == expected
    labels = chart.option["yAxis"]["axisLabel"]["formatter"]
    assert [label.replace("\u00a0", " ") for label in labels] == [row.guarantee for row in rows]
    assert len({datum["value"][1] for datum in points(chart)}) == len(points(chart))  # no mark upon another


def test_limits_are_measured_beside_predicted(charts):
    (limit,) = EVERYTHING.limits.limits
    names = [series["name"] for series in charts["limits"].option["series"][:3]]
    assert names == ["lost, all new examples", "lost, kinds seen in training", "predicted for these"]
    values = [datum["value"][0] for datum in points(charts["limits"])]
    assert values == [limit.measured.value, limit.measured_on_seen[0].value, limit.predicted[0].value]
    assert [d["value"][0] for d in points(charts["groups-1"])] == [
        limit.groups[0].cost.value,
        limit.groups[0].predicted.value,
    ]
    never, once = limit.bins
    assert [(round(d["value"][1]), d["value"][0]) for d in points(charts["frequencies-1"])] == [
        (0, never.measured.value),
        (1, once.measured.value),
        (1, once.predicted.value),
    ]
    retained = [EVERYTHING.limits.unlimited_memorization.value, limit.memorization.value]
    assert [d["value"][0] for d in points(charts["retention"])] == retained
    assert "only 10 test examples" in points(charts["groups-1"])[0]["text"][2]


def test_without_a_prediction_only_what_was_measured_is_drawn():
    charts = charts_of(replace(FINDINGS, limits=limits("tame", predicted=False)))
    assert len(points(charts["limits"])) == 1
    assert charts["limits"].keys == []
    assert "frequencies-1" not in charts


def test_attack_curves_have_their_points_their_intervals_and_their_ceiling(charts):
    chart, (first, second) = charts["attacks"], MEMBERSHIP.attacks
    for series, attack in zip(chart.option["series"], (first, second), strict=False):
        drawn = [datum["value"] for datum in series["data"]]
        assert drawn == [
            [x, y] for x, y in zip(attack.false_positive_rates, attack.true_positive_rates, strict=True) if x > 0
        ]
    ends = [[x, low, high] for (x, low), (_, high) in intervals(chart)]
    assert ends == [
        [at, e.low, e.high] for at, e in ((0.001, first.tpr_at_0_1_percent), (0.01, first.tpr_at_1_percent))
    ]
    ceiling = next(s for s in chart.option["series"] if s["name"] == "ceiling of the guarantee")
    assert [datum["value"][1] for datum in ceiling["data"]] == MEMBERSHIP.ceiling[1:]
    assert MEMBERSHIP.guarantee in chart.caption
    without = charts_of(replace(ATTACKED, membership=replace(MEMBERSHIP, ceiling=[], guarantee="")))["attacks"]
    assert "ceiling of the guarantee" not in [s["name"] for s in without.option["series"]]


def test_subgroups_are_found_beside_their_accuracy(charts):
    (group,) = MEMBERSHIP.subgroups
    values = [datum["value"][0] for datum in points(charts["subgroups"])]
    assert values == [group.tpr_at_1_percent.value, group.left_out_accuracy.value]
    assert charts["subgroups"].rows[0][0] == group.name


def test_dots_know_their_examples_and_their_table_counts_them(charts):
    scatter = replace(MEMBERSHIP.scatter, examples=[7, 3, 11, 5])
    chart = charts_of(replace(ATTACKED, membership=replace(MEMBERSHIP, scatter=scatter)))["exposure"]
    assert [datum["example"] for datum in points(chart)] == [7, 3, 11, 5]
    assert [datum["value"] for datum in points(chart)] == [
        list(pair) for pair in zip(scatter.memorization, scatter.vulnerability, strict=True)
    ]
    assert chart.rows == [
        ["below 0.25", 2, pytest.approx(0.55), 0.51, 0.59],
        ["0.25 to 0.5", 1, 0.7, 0.7, 0.7],
        ["0.75 and more", 1, 0.98, 0.98, 0.98],
    ]
    assert all("example" not in datum for datum in points(charts["exposure"]))  # findings from before they were kept


def nothing(value):
    """The same findings, with every estimate undetermined."""
    if isinstance(value, Estimate):
        return replace(value, value=NAN, low=NAN, high=NAN)
    if is_dataclass(value):
        return replace(value, **{field.name: nothing(getattr(value, field.name)) for field in fields(value)})
    return [nothing(item) for item in value] if isinstance(value, list) else value


def test_where_nothing_is_known_axes_and_tables_stand_and_no_mark_is_drawn():
    charts = charts_of(nothing(EVERYTHING))
    for name in ("costs", "limits", "retention", "groups-1", "frequencies-1", "subgroups"):
        assert points(charts[name]) == []
        assert charts[name].rows
        json.dumps(charts[name].to_json(), allow_nan=False)
    assert "the mean is undetermined" in charts["memorization"].caption
    assert intervals(charts["attacks"]) == []


def test_an_interval_without_an_end_is_spoken_and_not_drawn():
    endless = replace(FINDINGS.costs.rows[0].costs[0], high=math.inf)
    costs = replace(FINDINGS.costs, rows=[replace(FINDINGS.costs.rows[0], costs=[endless])])
    chart = charts_of(replace(FINDINGS, costs=costs))["costs"]
    assert intervals(chart) == []
    assert "∞" in points(chart)[0]["text"][1]
    json.dumps(chart.to_json(), allow_nan=False)


def test_a_histogram_without_any_example_is_an_empty_frame():
    counts = [0] * len(FINDINGS.memorization.histogram_counts)
    empty = replace(FINDINGS.memorization, histogram_counts=counts)
    chart = charts_of(replace(FINDINGS, memorization=empty))["memorization"]
    assert points(chart) == []
    assert chart.rows == []


@pytest.mark.parametrize("low", [-0.37, 0.0, 0.0004, 12.0])
@pytest.mark.parametrize("width", [1e-5, 0.03, 1.0, 970.0])
def test_linear_axes_cover_their_values_with_few_round_steps(low, width):
    axis = linear("x", [low, low + width], unit="plain")
    ticks = axis["axisTick"]["customValues"]
    assert axis["axisLabel"]["customValues"] == ticks
    assert axis["min"] <= low
    assert low + width <= axis["max"] + 1e-12
    assert axis["min"] - 1e-12 <= ticks[0] < ticks[-1] <= axis["max"] + 1e-12
    assert 3 <= len(ticks) <= 8
    step = ticks[1] - ticks[0]
    assert math.isclose(step, float(f"{step:.0e}"), rel_tol=1e-6)
    assert f"{step:.0e}"[0] in "125"
    assert all(math.isclose(tick / step, round(tick / step), abs_tol=1e-6) for tick in ticks)


def test_an_axis_over_nothing_has_a_length():
    axis = linear("x", [], unit="plain")
    assert axis["min"] < axis["max"]


def test_long_names_are_cut_on_the_axis_and_whole_in_tip_and_table():
    chart = charts_of(hostile_findings("W" * 300))["costs"]
    (name,) = chart.option["yAxis"]["axisLabel"]["formatter"]
    assert name == "W" * 47 + "…"
    assert points(chart)[0]["text"][0] == "W" * 300
    assert chart.rows[0][0] == "W" * 300


@pytest.mark.parametrize("text", HOSTILE)
def test_strings_of_the_data_are_strings_of_the_option(text):
    chart = charts_of(hostile_findings(text))["costs"]
    assert chart.option["yAxis"]["axisLabel"]["formatter"] == [text]
    assert text in chart.rows[0]
