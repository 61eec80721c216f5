"""The charts in a real Chromium: under the pointer, by keyboard, as tables, on paper, and without scripts."""

import base64
import json
import re
from dataclasses import replace

import pytest

from longtail.report import render, write_report
from longtail.report.charts import charts_of
from report.example_examples import EXAMPLES
from report.example_findings import FINDINGS
from report.test_limits_section import with_limits
from report.test_membership import MEMBERSHIP

browser_module = pytest.importorskip("report.browser", reason="selenium is not installed", exc_type=ImportError)
pytestmark = pytest.mark.skipif(bool(browser_module.missing()), reason=browser_module.missing())

EVERYTHING = replace(with_limits("rare"), membership=MEMBERSHIP)
CHARTS = charts_of(EVERYTHING)

VOICE = "return document.querySelector('#chart-{} .voice').textContent"
TIP = """
const tip = document.querySelector('#chart-{} .tip');
return tip?.checkVisibility() ? [...tip.children].map(line => line.innerText).join('\\n') : '';
"""
FOCUS = "document.querySelector('#chart-{} .plot').focus()"
FOCUSED = "return document.activeElement.closest('figure')?.id ?? ''"
PLACES = """
document.querySelector('#chart-{}').scrollIntoView({{block: 'center'}});
return [...document.querySelectorAll('#chart-{} svg [fill="{}"]')].map(mark => {{
    const box = mark.getBoundingClientRect();
    return [(box.left + box.right) / 2, (box.top + box.bottom) / 2, box.width];
}}).filter(([x, y, width]) => width > 1);
"""
READ_ALL = """
for (const details of document.querySelectorAll('details')) details.open = true;
await new Promise(done => setTimeout(done, 100));
const heard = {};
for (const plot of document.querySelectorAll('.plot')) {
    const voice = plot.parentElement.querySelector('.voice');
    const press = key => plot.dispatchEvent(new KeyboardEvent('keydown', {key, cancelable: true}));
    const [forth, after] = plot.dataset.chart.match(/memorization|tail|attacks|exposure|worst-group/)
        ? ['ArrowRight', 'ArrowDown'] : ['ArrowDown', 'ArrowRight'];
    const all = new Set();
    const series = () => {
        press('Home');
        for (let last = null; last !== voice.textContent;) {
            last = voice.textContent;
            all.add(last);
            press(forth);
        }
        press('Home');
    };
    press('Home');
    for (let n = 0; n < 12; n++) { series(); press(after); }
    heard[plot.dataset.chart] = [...all];
}
return heard;
"""


def spoken_in(name):
    return [". ".join(d["text"]) for s in CHARTS[name].option["series"] for d in s["data"] if "text" in d]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    write_report(EVERYTHING, path)
    return path


def test_a_reader_with_a_keyboard_walks_from_point_to_point(browser, page):
    Keys = browser_module.Keys

    browser.open(page)
    bars = spoken_in("memorization")
    for _ in range(40):
        browser.press(Keys.TAB)
        if browser.run(FOCUSED) == "chart-memorization":
            break
    browser.press(Keys.ARROW_RIGHT)
    assert browser.run(VOICE.format("memorization")) == bars[0]
    browser.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_LEFT)
    assert browser.run(VOICE.format("memorization")) == bars[1]
    assert browser.run(TIP.format("memorization")).split("\n") == bars[1].split(". ")
    browser.press(Keys.END)
    assert browser.run(VOICE.format("memorization")) == bars[-1]
    browser.press(Keys.ESCAPE)
    assert browser.run(VOICE.format("memorization")) == ""
    assert browser.run(TIP.format("memorization")) == ""
    assert browser.run(FOCUSED) == ""
    browser.press(Keys.TAB)
    assert browser.run("return document.activeElement.textContent") == "Show as table"
    assert browser.complaints() == []


def test_keys_reach_every_point_of_every_chart_and_nothing_else(browser, page):
    browser.open(page)
    heard = browser.run(f"return (async () => {{{READ_ALL}}})()")
    assert set(heard) == set(CHARTS)
    for name, texts in heard.items():
        assert set(texts) == set(spoken_in(name)), name


def test_the_point_that_is_read_has_a_ring_and_nothing_loses_its_color(browser, page):
    browser.open(page)
    colors = """
        const colors = {};
        for (const mark of document.querySelectorAll('#chart-NAME svg path')) {
            for (const which of ['fill', 'stroke']) {
                const color = `${which} ${mark.getAttribute(which)}`;
                colors[color] = (colors[color] ?? 0) + 1;
            }
        }
        return colors;
    """
    for name in ("memorization", "tail", "costs", "attacks", "subgroups", "exposure"):
        plain = browser.run(colors.replace("NAME", name))
        press = "new KeyboardEvent('keydown', {key: 'Home'})"
        browser.run(f"document.querySelector('#chart-{name} .plot').dispatchEvent({press})")
        browser.run("return new Promise(done => setTimeout(done, 100))")
        ringed = browser.run(colors.replace("NAME", name))
        ring = ringed["stroke var(--ink)"] - plain.get("stroke var(--ink)", 0)
        assert ring == 1, name
        filled = {color: n for color, n in plain.items() if color.startswith("fill var")}
        assert {color: ringed.get(color) for color in filled} == filled, name
        stroked = sum(n for color, n in plain.items() if color.startswith("stroke var"))
        assert sum(n for color, n in ringed.items() if color.startswith("stroke var")) >= stroked, name


def test_the_option_on_the_page_is_the_one_that_was_tested_here(browser, page):
    browser.look(page)
    block = browser.run("return document.getElementById('charts-data').textContent")
    assert json.loads(base64.b64decode(block)) == {name: chart.to_json() for name, chart in CHARTS.items()}


def test_the_pointer_finds_each_bar_and_leaves_it(browser, page):
    browser.look(page)
    warm = [d for d in CHARTS["memorization"].option["series"][0]["data"] if d["itemStyle"]["color"] == "var(--warm)"]
    places = browser.run(PLACES.format("memorization", "memorization", "var(--warm)"))
    assert len(places) >= len(warm)
    for (x, y, _), datum in zip(places, warm, strict=False):
        browser.point(x, y)
        assert browser.run(TIP.format("memorization")).split("\n") == datum["text"]
    browser.point(2, 2)
    assert browser.run(TIP.format("memorization")) == ""


def test_a_mark_with_its_interval_is_found_from_beside_it(browser, page):
    browser.look(page)
    (x, y, _), *_ = browser.run(PLACES.format("retention", "retention", "var(--accent)"))
    browser.point(x + 12, y + 6)
    assert browser.run(TIP.format("retention")).replace("\n", ". ") == spoken_in("retention")[0]
    browser.point(x + 12, y - 60)
    assert browser.run(TIP.format("retention")) == ""


def test_a_dot_leads_to_its_example_by_click_and_by_key_and_back_again(browser, tmp_path):
    scatter = replace(MEMBERSHIP.scatter, examples=[7, 3, 11, 5], rows=[14, 6, 22, 10])
    attacked = replace(FINDINGS, membership=replace(MEMBERSHIP, scatter=scatter))
    write_report(attacked, tmp_path / "report.html", EXAMPLES.packed())
    browser.open(tmp_path / "report.html")
    browser.until("return document.querySelector('.explorer') !== null")
    *_, (x, y, _) = browser.run(PLACES.format("exposure", "exposure", "var(--accent)"))
    browser.point(x, y, click=True)
    assert browser.run("return location.hash") == "#example=5"
    assert "Row 10, labeled" in browser.run("return document.getElementById('view-title').textContent")
    browser.run("history.back(); return new Promise(done => setTimeout(done, 200))")
    assert browser.run(FOCUSED) == "chart-exposure"
    browser.press(browser_module.Keys.ARROW_RIGHT, browser_module.Keys.ENTER)
    assert browser.run("return location.hash") == "#example=7"


def test_a_finger_sees_a_dot_first_and_opens_it_with_a_second_touch(browser, tmp_path):
    scatter = replace(MEMBERSHIP.scatter, examples=[7, 3, 11, 5], rows=[14, 6, 22, 10])
    attacked = replace(FINDINGS, membership=replace(MEMBERSHIP, scatter=scatter))
    write_report(attacked, tmp_path / "report.html", EXAMPLES.packed())
    browser.open(tmp_path / "report.html", size=browser_module.PHONE)
    browser.until("return document.querySelector('.explorer') !== null")
    *_, (x, y, _) = browser.run(PLACES.format("exposure", "exposure", "var(--accent)"))
    browser.touch(x, y)
    browser.run("return new Promise(done => setTimeout(done, 400))")
    assert browser.run(TIP.format("exposure")).startswith("row 10")
    assert browser.run("return location.hash") == ""
    browser.touch(x, y)
    browser.until("return location.hash === '#example=5'")


def test_hostile_names_are_text_in_tips_and_run_nothing(browser, tmp_path):
    hostile = '<img src=x onerror="document.title = 1">'
    write_report(with_limits(hostile), tmp_path / "hostile.html")
    browser.open(tmp_path / "hostile.html")
    browser.run("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    browser.run("return new Promise(done => setTimeout(done, 100))")
    browser.run(
        "document.querySelector('#chart-groups-1 .plot').dispatchEvent(new KeyboardEvent('keydown', {key: 'Home'}))"
    )
    assert browser.run(TIP.format("groups-1")).split("\n")[0] == hostile
    assert browser.run("return document.querySelectorAll('.tip img').length") == 0
    assert browser.complaints() == []


def test_each_chart_opens_as_a_table_with_all_its_rows_and_can_be_saved(browser, page):
    browser.open(page)
    for name, chart in CHARTS.items():
        behind = f"document.querySelector('#chart-{name} .behind')"
        assert not browser.run(f"return {behind}.open")
        browser.run(f"{behind}.querySelector('summary').click()")
        assert browser.run(f"return {behind}.querySelectorAll('tbody tr').length") == len(chart.rows)
        assert browser.run(f"return [...{behind}.querySelectorAll('button[aria-label]')].length") == 2


def test_without_scripts_the_tables_stand_open_in_place_of_the_charts(browser, tmp_path):
    text = re.sub(r"<script>.*?</script>", "", render(EVERYTHING), flags=re.DOTALL)
    (tmp_path / "still.html").write_text(text, encoding="utf-8")
    browser.open(tmp_path / "still.html")
    assert not browser.run("return document.querySelector('#chart-memorization .plot').checkVisibility()")
    assert browser.run("return document.querySelector('#chart-memorization td').getBoundingClientRect().height") > 10


def test_a_chart_follows_the_width_of_its_window(browser, page):
    browser.open(page)
    width = "return document.querySelector('#chart-costs svg').getBoundingClientRect().width"
    wide = browser.run(width)
    browser.resize((360, 740))
    browser.run(
        "return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"
    )
    assert browser.run(width) < 340 < 600 < wide
    assert browser.run("return document.documentElement.scrollWidth") == 360


def test_a_name_that_is_not_long_stays_on_one_line_beside_its_row(browser, tmp_path):
    """A name that is wider than its place is drawn as several texts, none of which is the name."""
    names = [
        "Hamburg",
        "WWWWWWW",
        "MMMMMMMMMM",
        "differential privacy, ε\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}8",
        "Wammawamma",
    ]
    groups = [replace(MEMBERSHIP.subgroups[0], name=name) for name in names]
    write_report(replace(EVERYTHING, membership=replace(MEMBERSHIP, subgroups=groups)), tmp_path / "wide.html")
    browser.open(tmp_path / "wide.html")
    drawn = browser.run("return [...document.querySelectorAll('#chart-subgroups svg text')].map(t => t.textContent)")
    assert set(names) <= set(drawn)


def test_on_paper_charts_fit_their_column_in_light_colors_and_closed_ones_are_drawn(browser, page):
    browser.open(page, size=(700, 900), scheme="dark", medium="print")
    browser.run("dispatchEvent(new Event('beforeprint'))")
    boxes = browser.run("""
        return [...document.querySelectorAll('.plot')].map(plot => {
            const svg = plot.querySelector('svg')?.getBoundingClientRect();
            const column = plot.parentElement.getBoundingClientRect();
            return [plot.dataset.chart, svg?.left - column.left, column.right - svg?.right, svg?.height];
        });
    """)
    assert [name for name, *_ in boxes] == list(CHARTS)
    for name, left, right, height in boxes:
        assert left >= 0, name
        assert right >= 0, name
        assert height >= 80, name
    ink = "return getComputedStyle(document.querySelector('#chart-tail svg text')).fill"
    assert browser.run(ink) in {"rgb(0, 0, 0)", "rgb(68, 68, 68)", "rgb(163, 60, 18)"}
    assert not browser.run("return document.querySelector('.behind').checkVisibility()")
    assert browser.printed().startswith(b"%PDF")
