"""Every button and link of the explorer pressed in a real Chromium; what it saves is read by other programs."""

import contextlib
import csv
import io
import json
import time
from dataclasses import replace
from functools import partial
from importlib.resources import files

import numpy as np
import pytest

from longtail.findings.findings import FORMAT_VERSION
from longtail.report import numbers, write_report
from report.example_examples import EXAMPLES, N_TEST, ROWS, TEXTS, WIDE_ROWS, N, hostile_examples
from report.example_findings import FINDINGS, HOSTILE, ROW_FINDINGS, hostile_findings

browser_module = pytest.importorskip("report.browser", reason="selenium is not installed", exc_type=ImportError)
pytestmark = pytest.mark.skipif(bool(browser_module.missing()), reason=browser_module.missing())

WAIT = 15.0  # seconds at most for what the page does after a moment


@pytest.fixture(scope="module")
def saved_to(browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved")
    browser.save_to(folder)
    return folder


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    file = tmp_path_factory.mktemp("page") / "report.html"
    write_report(FINDINGS, file, EXAMPLES.packed())
    return file


class Reader:
    """Somebody at the page: sees what is shown, presses what is there."""

    def __init__(self, browser, file, *, changes=True, **how):
        self.browser = browser
        (browser.open if changes else browser.look)(file, **how)
        self.until("return document.querySelector('.explorer') !== null")

    def run(self, script):
        return self.browser.run(script)

    def until(self, script):
        end = time.monotonic() + WAIT
        while not self.run(script):
            assert time.monotonic() < end, script
            time.sleep(0.02)

    def press(self, text, within="document"):
        named = f"e => e.textContent.trim() === {json.dumps(text)}"
        self.run(f"[...{within}.querySelectorAll('button, a')].find({named}).click()")

    def sort(self, heading):
        self.press(heading, "document.querySelector('.explorer thead')")

    def column(self, place):
        return self.run(
            f"return [...document.querySelectorAll('.explorer tbody tr')].map(r => r.cells[{place}].textContent.trim())"
        )

    @property
    def shown(self):
        """The numbers of the training examples that stand in the table; it shows their rows, twice as large here."""
        return [int(text) // 2 for text in self.column(0)]

    @property
    def status(self):
        return self.run("return document.querySelector('.explorer .status').textContent")

    def enter(self, label, value):
        """Type into, or choose in, the control with this label, and wait until the table has answered."""
        self.run(f"""
            const labels = [...document.querySelectorAll('.explorer label')];
            const label = labels.find(l => l.textContent.startsWith({label!r}));
            const control = document.getElementById(label.htmlFor);
            window.answered = false;
            new MutationObserver((_, self) => {{ window.answered = true; self.disconnect(); }})
                .observe(document.querySelector('.explorer tbody'), {{childList: true}});
            control.value = {json.dumps(value)};
            control.dispatchEvent(new Event('input', {{bubbles: true}}));
            control.dispatchEvent(new Event('change', {{bubbles: true}}));
        """)
        self.until("return window.answered")

    def quiet(self):
        """No complaint of the console, and nobody was asked for anything."""
        assert self.browser.complaints() == []
        assert {url.split(":")[0] for url in self.browser.requests()} <= {"file", "data", "blob"}


@pytest.fixture
def reader(browser, page):
    there = Reader(browser, page)
    yield there
    there.quiet()


@pytest.fixture
def onlooker(browser, page):
    """Somebody who changes nothing of the page, and may save what is on it: several share one page."""
    there = Reader(browser, page, changes=False)
    yield there
    there.quiet()


def known(values):
    return np.flatnonzero(~np.isnan(values))


MEMORIZATION, EXPOSURE = EXAMPLES.train.columns[0], EXAMPLES.train.column("exposure")
VALUES = MEMORIZATION.value
FALLING = sorted(known(VALUES).tolist(), key=lambda i: (-VALUES[i], i))


def files_after(reader, saved_to, press):
    """The one file that a press of a button saves, when it is there as a whole."""
    for old in saved_to.iterdir():
        old.unlink()
    press()
    end = time.monotonic() + WAIT
    while True:  # the browser first makes an empty file, and one of another name for what comes
        with contextlib.suppress(FileNotFoundError):
            found = list(saved_to.iterdir())
            if len(found) == 1 and not found[0].name.endswith(".crdownload") and found[0].stat().st_size:
                return found[0]
        assert time.monotonic() < end
        time.sleep(0.02)


def test_the_table_begins_with_the_most_memorized(onlooker):
    assert onlooker.shown == FALLING[:25]
    assert onlooker.status == "1 to 25 of 1,437 training examples"
    assert onlooker.run("return document.querySelector('.explorer th[aria-sort]').textContent") == "memorization"
    assert onlooker.run("return document.querySelector('#all-examples').getAttribute('aria-busy')") is None
    assert onlooker.run("return document.querySelector('.without-script').checkVisibility()") is False


def test_examples_that_the_report_names_lead_to_their_pages(onlooker):
    links = onlooker.run("return [...document.querySelectorAll('#gallery [data-example] a')].map(a => a.hash)")
    assert links == [f"#example={example.train}" for example in FINDINGS.memorization.gallery]
    tests = onlooker.run("return [...document.querySelectorAll('#gallery [data-test] a')].map(a => a.hash)")
    assert tests == [f"#test={i.test}" for e in FINDINGS.memorization.gallery for i in e.influences]


def test_all_findings_and_all_examples_are_saved_as_they_are(onlooker, saved_to):
    file = files_after(onlooker, saved_to, lambda: onlooker.press("Download all findings as JSON"))
    assert json.loads(file.read_text(encoding="utf-8")) == json.loads(json.dumps(FINDINGS.to_json()))
    file = files_after(onlooker, saved_to, lambda: onlooker.press("Download all examples as JSON"))
    assert json.loads(file.read_text(encoding="utf-8"))["train"]["label"] == EXAMPLES.train.label.tolist()


def test_an_estimate_of_a_table_is_saved_with_its_interval_in_full(onlooker, saved_to):
    region = "document.querySelector('#tail [aria-label=\"The tail at each resolution\"]')"
    tools = f"{region}.nextElementSibling"
    file = files_after(onlooker, saved_to, lambda: onlooker.press("JSON", tools))
    rows = json.loads(file.read_text(encoding="utf-8"))
    numbers = {number for row in rows for number in row.values() if isinstance(number, float)}
    for resolution in FINDINGS.tail.resolutions:
        assert {resolution.tau_1.value, resolution.tau_1.low, resolution.unseen_mass.high} <= numbers


def test_shares_that_are_shown_in_percent_are_saved_as_numbers(onlooker, saved_to):
    tools = "document.querySelector('#chart-tail .table-tools')"
    file = files_after(onlooker, saved_to, lambda: onlooker.press("JSON", tools))
    numbers = {number for row in json.loads(file.read_text(encoding="utf-8")) for number in row.values()}
    assert set(FINDINGS.tail.resolutions[0].frequencies) <= numbers


def test_every_table_of_the_page_is_saved(browser, page, saved_to):
    """The explorer has buttons of its own. A page may save ten files before the browser asks."""
    onlooker = Reader(browser, page)
    n_tables = onlooker.run("return document.querySelectorAll('main table, footer table').length") - 1
    assert onlooker.run("return document.querySelectorAll('.table-tools').length") == n_tables
    for place in range(n_tables):
        if place and place % 4 == 0:
            onlooker.quiet()
            onlooker = Reader(browser, page)
        tools = f"document.querySelectorAll('.table-tools')[{place}]"
        for form in ("CSV", "JSON"):
            file = files_after(onlooker, saved_to, partial(onlooker.press, form, tools))
            text = file.read_bytes().decode()
            rows = json.loads(text) if form == "JSON" else list(csv.reader(io.StringIO(text, newline="")))
            assert len(rows) > 1
            assert len(set(map(len, rows))) == 1
    onlooker.quiet()


def test_numbers_are_written_as_the_rest_of_the_page_writes_them(onlooker):
    """200 numbers of each kind, seed 0, and the borders."""
    rng = np.random.default_rng(0)
    script = (files("longtail.report") / "scripts" / "written_numbers.js").read_text(encoding="utf-8")
    kinds = {
        "Difference": (numbers.difference, [0.0, 1.0, -1.0, -0.0004, -0.0006, *rng.uniform(-1, 1, 200)]),
        "Roughly": (numbers.roughly, [0.0, 1.0, 0.05, 0.00095, 1e-12, *10 ** rng.uniform(-9, 0, 200)]),
        "Count": (numbers.count, [0, 7, 1437, 60_000, 1_234_567, *rng.integers(0, 10**7, 200).tolist()]),
    }
    for name, (written, given) in kinds.items():
        assert onlooker.run(f"{script}; return {given!r}.map(written{name})".replace("np.float64", "Number")) == [
            written(number) for number in given
        ]


def test_each_heading_sorts_both_ways_and_says_so(reader):
    reader.sort("memorization")
    assert reader.shown[:3] == FALLING[::-1][:3] or VALUES[reader.shown[0]] == min(VALUES[FALLING])
    assert reader.run("return document.querySelector('.explorer [aria-sort]').ariaSort") == "ascending"
    headings = reader.run("return [...document.querySelectorAll('.explorer thead .sort')].map(b => b.textContent)")
    assert headings == [
        "row", "label", "group", "memorization", "q", "right when trained on it", "right when left out", "exposure",
        "size of its subpopulation", "strongest influence",
    ]  # fmt: skip
    for heading in headings:
        seen = []
        for _ in range(2):
            reader.sort(heading)
            assert reader.run("return document.querySelectorAll('.explorer [aria-sort]').length") == 1
            seen.append(reader.run("return document.querySelector('.explorer [aria-sort]').ariaSort"))
        assert sorted(seen) == ["ascending", "descending"]
    reader.sort("row")
    assert reader.shown == list(range(25))
    reader.sort("row")
    assert reader.shown == list(range(N - 1, N - 26, -1))


def test_what_is_unknown_comes_last_either_way(reader):
    reader.sort("exposure")
    reader.press("Last", "document.querySelector('.pager')")
    assert reader.shown[-2:] == [11, 12]
    reader.sort("exposure")
    reader.press("Last", "document.querySelector('.pager')")
    assert reader.shown[-2:] == [11, 12]


def test_test_examples_have_a_table_of_their_own(reader, saved_to):
    box = "document.getElementById('all-test-examples')"
    reader.run(f"{box}.querySelector('summary').click()")
    reader.until(f"return {box}.querySelector('.explorer') !== null")
    rows = reader.run(f"return [...{box}.querySelectorAll('tbody tr')].map(r => [...r.cells].map(c => c.innerText))")
    assert [row[0] for row in rows] == [str(2 * j + 1) for j in range(25)]  # 0.125 each: in the order of the data
    assert rows[7][3:] == ["390 of 400", "0.125 row 2"]
    file = files_after(reader, saved_to, lambda: reader.press("CSV", box))
    assert file.name == "digits-test-examples.csv"
    assert len(file.read_text().splitlines()) == N_TEST + 1
    reader.press("row 2", box)
    reader.until("return document.title.startsWith('Row 2,')")


def test_pages_are_turned_and_their_buttons_rest_at_the_ends(reader):
    disabled = "return [...document.querySelectorAll('.pager button')].map(b => b.disabled)"
    assert reader.run(disabled) == [True, True, False, False]
    reader.press("Next", "document.querySelector('.pager')")
    assert reader.shown == FALLING[25:50]
    reader.press("Last", "document.querySelector('.pager')")
    assert reader.status == "1,426 to 1,437 of 1,437 training examples"
    assert reader.run(disabled) == [False, False, True, True]
    reader.press("Previous", "document.querySelector('.pager')")
    assert reader.run("return document.querySelector('.where').textContent") == "page 57 of 58"
    reader.press("First", "document.querySelector('.pager')")
    reader.enter("Rows a page", "100")
    assert reader.shown == FALLING[:100]


def test_filters_and_search_keep_what_they_say_together(reader):
    reader.enter("Label", "3")
    threes = np.flatnonzero(EXAMPLES.train.label == 3)
    assert reader.status.endswith(f"{len(threes)} of 1,437 training examples")
    assert set(reader.column(2)) == {"3"}
    reader.enter("Group", "1")
    reader.enter("Memorization at least", "0.1")
    kept = [i for i in FALLING if i in threes and i % 2 == 1 and VALUES[i] >= 0.1]
    assert reader.shown == kept[:25]
    reader.enter("q at most", "0.05")
    reader.enter("Exposure at least", "0.6")
    assert reader.shown == [i for i in kept if VALUES[i] > 0.2][:25]
    reader.press("Clear", "document.querySelector('.controls')")
    assert reader.shown == FALLING[:25]
    reader.enter("Search", "row 2872")
    assert reader.shown == [1436]
    reader.enter("Search", "no such thing")
    assert reader.shown == []
    assert reader.status == "0 of 1,437 training examples"


def test_an_example_has_a_page_that_is_reached_and_left_as_pages_are(reader):
    reader.press("Next", "document.querySelector('.pager')")
    first = reader.shown[0]
    reader.run("document.querySelector('.explorer tbody a').scrollIntoView({block: 'center'})")
    scrolled = reader.run("return scrollY")
    reader.press(str(2 * first), "document.querySelector('.explorer tbody')")
    reader.until("return !document.getElementById('example-view').hidden")
    assert reader.run("return location.hash") == f"#example={first}"
    assert reader.run("return document.title").startswith(f"Row {2 * first}, labeled ")
    assert reader.run("return document.activeElement.id") == "view-title"
    assert reader.run("return document.getElementById('summary').checkVisibility()") is False
    reader.run("history.back()")
    reader.until("return document.getElementById('example-view').hidden")
    reader.until(f"return document.activeElement.textContent === '{2 * first}'")
    assert reader.run("return document.title").startswith("What was memorized")
    assert abs(reader.run("return scrollY") - scrolled) <= 2
    assert reader.shown == FALLING[25:50]
    reader.run("history.forward()")
    reader.until("return !document.getElementById('example-view').hidden")
    reader.press("← All examples", "document.getElementById('example-view')")
    reader.until("return document.getElementById('example-view').hidden")
    assert reader.run("return document.getElementById('all-examples').checkVisibility()")


def test_a_link_to_an_example_opens_it_and_tells_all_there_is(browser, page):
    browser.open(page)
    browser.open_address(page.as_uri() + "#example=5")
    reader = Reader.__new__(Reader)
    reader.browser = browser
    reader.until("return document.title.startsWith('Row 10')")
    words = reader.run("return document.getElementById('example-view').innerText")
    for text in (
        "labeled 5", "0.960", "[0.920, 1.000] at 95", "rank 1 of 1,436", "q < 10⁻⁶", "100 % (280 of 280 trials)",
        "3.3 % (4 of 120 trials)", "0.980", "rank 1 of 1,435", "right", "1 example",
        "row of the data as given 10, counted from 0",
        "number among the training examples 5", "test row 71, labeled", "test row 73, labeled",
        "0.125", "row 12, labeled", "at a distance of 1.5", "memorization",
    ):  # fmt: skip
        assert text.replace(" %", "\u202f%") in words.replace("\n", " "), text
    pictures = reader.run(
        "return [...document.querySelectorAll('#example-view img')].map(i => [i.alt, i.complete && i.naturalWidth])"
    )
    assert pictures == [
        [f"Row 10, labeled {EXAMPLES.train.label[5]}", 8],
        [f"Test row 71, labeled {EXAMPLES.test.label[35]}", 8],
        [f"Test row 73, labeled {EXAMPLES.test.label[36]}", 8],
    ]
    reader.quiet()


def test_whoever_comes_by_no_link_is_led_back_too(reader):
    """As from a dot of a chart."""
    reader.run("document.querySelector('.pager button:last-of-type').focus(); scrollTo(0, 1200)")
    reader.run("location.hash = '#example=5'")
    reader.until("return !document.getElementById('example-view').hidden")
    reader.run("history.back()")
    reader.until("return document.getElementById('example-view').hidden")
    assert abs(reader.run("return scrollY") - 1200) <= 2


def test_from_a_link_that_was_sent_one_comes_to_the_list(browser, page):
    browser.open(page)
    browser.open_address(page.as_uri() + "#example=6")
    browser.run("location.reload()")
    reader = Reader.__new__(Reader)
    reader.browser = browser
    reader.until("return document.title.startsWith('Row 12')")
    reader.press("← All examples", "document.getElementById('example-view')")
    reader.until("return document.getElementById('example-view').hidden")
    assert reader.run("return document.activeElement.id") == "examples-title"
    assert abs(reader.run("return document.getElementById('examples').getBoundingClientRect().top")) < 100
    reader.quiet()


def test_influences_are_followed_both_ways_and_neighbors_on(reader):
    reader.run("location.hash = '#example=5'")
    reader.until("return document.title.startsWith('Row 10,')")
    reader.press("test row 71", "document.getElementById('example-view')")
    reader.until("return document.title.startsWith('Test row 71,')")
    words = reader.run("return document.getElementById('example-view').innerText")
    assert "97.5\u202f% (390 of 400 trials)" in words
    influencing = [i for i in range(N) if (7 * i) % N_TEST == 35 or (7 * i + 1) % N_TEST == 35]
    links = reader.run("return [...document.querySelectorAll('#example-view .influences a')].map(a => a.hash)")
    strongest = sorted(influencing, key=lambda i: (7 * i % N_TEST != 35, i))  # 0.125, then 0.05
    assert links == [f"#example={i}" for i in strongest][:5]
    reader.press("row 10", "document.getElementById('example-view')")
    reader.until("return document.title.startsWith('Row 10,')")
    reader.press("row 14", "document.getElementById('example-view')")
    reader.until("return document.title.startsWith('Row 14,')")
    reader.press("Next in the table", "document.getElementById('example-view')")
    after = FALLING[FALLING.index(7) + 1] if FALLING[-1] != 7 else 11
    reader.until(f"return document.title.startsWith('Row {2 * after},')")
    reader.press("Previous in the table", "document.getElementById('example-view')")
    reader.until("return document.title.startsWith('Row 14,')")


def test_an_example_that_is_not_there_is_said_not_to_be_and_other_addresses_show_the_report(reader):
    view = "document.getElementById('example-view')"
    for address in (f"#example={N}", f"#test={N_TEST}", "#example=999999999"):
        reader.run(f"{view}.textContent = ''; location.hash = {address!r}")
        reader.until(f"return !{view}.hidden && {view}.innerText !== ''")
        assert "numbered from 0 to" in reader.run(f"return {view}.innerText")
        for other in ("#example=", "#example=-1", "#example=5x", "#%E0%A4%A", "#<b>"):
            reader.run(f"location.hash = {other!r}")
            reader.until(f"return location.hash.length > 1 && {view}.hidden")
            assert reader.run("return document.getElementById('summary').checkVisibility()")


def test_a_link_to_a_section_leaves_an_example(reader):
    reader.run("location.hash = '#example=5'")
    reader.until("return !document.getElementById('example-view').hidden")
    reader.press("The tail", "document.querySelector('nav')")
    reader.until("return document.getElementById('example-view').hidden")
    assert reader.run("return document.activeElement.id") == "tail-title"
    assert abs(reader.run("return document.getElementById('tail').getBoundingClientRect().top")) < 100


def test_what_the_table_shows_is_saved_and_read_by_others(reader, saved_to):
    reader.enter("Label", "3")
    file = files_after(reader, saved_to, lambda: reader.press("CSV", "document.querySelector('.controls')"))
    assert file.name == "digits-training-examples.csv"
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))
    threes = [i for i in FALLING if EXAMPLES.train.label[i] == 3]
    assert [int(row["train"]) for row in rows] == threes
    assert [int(row["row"]) for row in rows] == [2 * i for i in threes]
    influenced = {i: 2 * (7 * i % N_TEST) + 1 for i in threes}
    assert all(int(row["with_test_row"]) == influenced[int(row["train"])] for row in rows if row["with_test_row"])
    assert [float(row["memorization_low"]) for row in rows] == MEMORIZATION.low[threes].tolist()
    assert {row["group"] for row in rows} == {"left", "right"}
    file = files_after(reader, saved_to, lambda: reader.press("JSON", "document.querySelector('.controls')"))
    as_json = json.loads(file.read_text(encoding="utf-8"))
    assert [row["train"] for row in as_json] == threes
    assert [row["exposure"] for row in as_json] == EXPOSURE.value[threes].tolist()
    assert list(as_json[0]) == list(rows[0])


def test_tables_of_the_page_sort_and_are_searched(reader):
    table = (
        "[...document.querySelectorAll('#memorization table')].find(t => t.caption.textContent.startsWith('Number'))"
    )
    rows = f"[...({table}).tBodies[0].rows]"
    reader.press("examples", f"({table})")
    counts = reader.run(f"return {rows}.map(r => Number(r.cells[2].firstElementChild.value))")
    assert counts == sorted((n for n in FINDINGS.memorization.histogram_counts if n), reverse=True)
    reader.run(f"""
        const input = ({table}).closest('.scroll').nextElementSibling.querySelector('input');
        input.value = '1,104'; input.dispatchEvent(new Event('input'));
    """)
    assert (
        reader.run(f"return {rows}.filter(r => r.checkVisibility({{visibilityProperty: true}}) || !r.hidden).length")
        == 1
    )


KINDS = {"rows": ROWS, "wide rows": WIDE_ROWS, "texts": TEXTS}


@pytest.mark.parametrize("kind", KINDS)
def test_rows_and_texts_have_a_decent_view(browser, tmp_path, kind):
    findings = replace(ROW_FINDINGS, study=replace(ROW_FINDINGS.study, class_names=EXAMPLES.class_names))
    write_report(findings, tmp_path / "report.html", KINDS[kind].packed())
    reader = Reader(browser, tmp_path / "report.html")
    reader.enter("Search", {"rows": "1000 Bonn", "wide rows": "row 2000", "texts": "letter 1000:"}[kind])
    assert reader.shown == [1000]
    reader.run("location.hash = '#example=1000'")
    reader.until("return !document.getElementById('example-view').hidden")
    words = " ".join(reader.run("return document.getElementById('example-view').innerText").split())
    expected = {
        "rows": [
            "column this example test row 321, labeled",
            "age 1000 7 7",
            "town Bonn Ulm Ulm",
            "age 1000 1001 1002 1003",
        ],
        "wide rows": ["a 1 — —", "c 3 3 3"],
        "texts": ["letter 1000: to whom it may concern", "an answer", "letter 1001: to whom"],
    }
    for text in expected[kind]:
        assert text in words
    reader.quiet()


@pytest.mark.parametrize("text", [*HOSTILE, '=HYPERLINK("http://x","y")', '@a,"b"\r\nc', "-3", "-x", " +1"])
def test_strings_of_the_data_are_text_everywhere_and_no_formula(browser, saved_to, tmp_path, text):
    findings = hostile_findings(text)
    write_report(findings, tmp_path / "report.html", hostile_examples(text, findings).packed())
    reader = Reader(browser, tmp_path / "report.html")
    assert reader.run("return document.querySelector('h1 .data-name').textContent") == text.replace("\r\n", "\n")
    file = files_after(reader, saved_to, lambda: reader.press("CSV", "document.querySelector('.controls')"))
    saved = next(csv.DictReader(io.StringIO(file.read_bytes().decode(), newline="")))
    assert saved["label"] == (text if text == "-3" or text[0] not in "=@- " else f"'{text}")
    file = files_after(reader, saved_to, lambda: reader.press("JSON", "document.querySelector('.controls')"))
    assert json.loads(file.read_text(encoding="utf-8"))[0]["label"] == text
    reader.run("location.hash = '#example=0'")
    reader.until("return !document.getElementById('example-view').hidden")
    one_line = " ".join(text.split())
    assert " ".join(reader.run("return document.querySelector('#view-title .label').textContent").split()) == one_line
    assert " ".join(reader.run("return document.querySelector('#example-view .words').textContent").split()) == one_line
    assert reader.run("return [...document.scripts].filter(s => !s.type).length") == 1
    assert reader.run("return document.querySelectorAll('#example-view img, #all-examples img').length") == 0
    reader.quiet()


def test_without_examples_the_page_says_so_and_the_findings_are_saved(browser, saved_to, tmp_path):
    write_report(FINDINGS, tmp_path / "report.html")
    browser.open(tmp_path / "report.html")
    assert "list of examples of this run is not here" in browser.run(
        "return document.getElementById('examples').innerText"
    )
    reader = Reader.__new__(Reader)
    reader.browser = browser
    file = files_after(reader, saved_to, lambda: reader.press("Download all findings as JSON"))
    assert json.loads(file.read_text(encoding="utf-8"))["format_version"] == FORMAT_VERSION
    reader.quiet()


def test_without_scripts_the_page_reads(browser, page):
    with browser.without_scripts():
        browser.open(page)
        shown = "return [...document.querySelectorAll('#summary, #gallery img, .without-script, #tail table')]"
        assert all(browser.run(f"{shown}.map(e => e.checkVisibility())"))
        assert not browser.run("return document.querySelector('.needs-script').checkVisibility()")
        assert browser.run("return document.querySelectorAll('button').length") == 0
        assert browser.complaints() == []


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_nothing_is_wider_than_its_window(browser, page, size):
    reader = Reader(browser, page, size={"desk": browser_module.DESK, "phone": browser_module.PHONE}[size])
    for address, title in (("", "What was memorized"), ("#example=5", "Row 10,"), ("#test=35", "Test row 71,")):
        reader.run(f"location.hash = {address!r}")
        reader.until(f"return document.title.startsWith('{title}')")
        wide = reader.run("""
            const root = document.documentElement;
            const free = [...document.body.querySelectorAll('*')].filter(e => !e.closest('.scroll, nav ul, .skip'));
            return free.filter(e => e.checkVisibility()
                && e.getBoundingClientRect().right > root.clientWidth + 1).map(e => e.outerHTML.slice(0, 80));
        """)
        assert wide == [], address
    reader.quiet()
