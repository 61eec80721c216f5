"""The page in a real Chromium: at a desk and on a phone, in light and in dark, and asking nobody for anything."""

from dataclasses import replace

import pytest

from longtail.report import render, write_report
from report.example_findings import FINDINGS, HOSTILE, ROW_FINDINGS, hostile_findings

browser_module = pytest.importorskip("report.browser", reason="selenium is not installed", exc_type=ImportError)
pytestmark = pytest.mark.skipif(bool(browser_module.missing()), reason=browser_module.missing())

SIZES = {"desk": browser_module.DESK, "phone": browser_module.PHONE}
PAGES = {
    "pictures": FINDINGS,
    "rows": ROW_FINDINGS,
    "hostile": hostile_findings(HOSTILE[0]),
    "long words": hostile_findings("W" * 300),
}

OVERFLOWING = """
const root = document.documentElement;
const wide = [...document.body.querySelectorAll('*')].filter(e => !e.closest('.scroll, nav ul, .skip')
    && e.getBoundingClientRect().right > root.clientWidth + 1);
return [root.scrollWidth, root.clientWidth, wide.map(e => e.outerHTML.slice(0, 80))];
"""
PICTURES = """
return [...document.images].map(i => [i.complete, i.naturalWidth, i.width, getComputedStyle(i).imageRendering]);
"""
DRAWINGS = "return [...document.querySelectorAll('.plot svg')].filter(d => d.checkVisibility()).map(d => d.clientWidth)"
FAINT_TEXT = """
const numbers = color => color.match(/[\\d.]+/g).map(Number);
const luminance = color => numbers(color).slice(0, 3)
    .map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
function background(element) {
    for (let e = element; e; e = e.parentElement) {
        const color = getComputedStyle(e).backgroundColor;
        if (numbers(color)[3] !== 0) return color;
    }
    return 'rgb(255, 255, 255)';
}
const texts = [...document.body.querySelectorAll('*')].filter(e => e.checkVisibility()
    && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()));
return [texts.length, texts.map(e => {
    const style = getComputedStyle(e);
    const [a, b] = [luminance(e.matches('svg *') ? style.fill : style.color), luminance(background(e))];
    return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.textContent.slice(0, 60)];
}).filter(([contrast]) => contrast < 4.5)];
"""
COLORS = """
const bar = document.querySelector('.plot [fill="var(--accent)"]');
const body = getComputedStyle(document.body);
return [body.backgroundColor, body.color, getComputedStyle(bar).fill];
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    for name, findings in PAGES.items():
        write_report(findings, folder / f"{name}.html")
    return {name: folder / f"{name}.html" for name in PAGES}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("size", SIZES)
def test_the_page_stays_within_its_window_complains_of_nothing_and_its_text_stands_out(browser, pages, name, size):
    """Contrast at least 4.5, as WCAG 2 asks at level AA, to readers who prefer light and to those who prefer dark."""
    browser.open(pages[name], size=SIZES[size])
    scroll_width, client_width, wide = browser.run(OVERFLOWING)
    assert scroll_width <= client_width == SIZES[size][0]
    assert wide == []
    assert browser.complaints() == []
    assert {url.split(":")[0] for url in browser.requests()} <= {"file", "data"}
    assert browser.run("return document.title").startswith("What was memorized")
    for scheme in ("light", "dark") if size == "desk" else ():
        browser.prefer(scheme)
        n_texts, faint = browser.run(FAINT_TEXT)
        assert n_texts > 100
        assert faint == [], scheme


def test_every_picture_is_decoded_and_shown_pixel_by_pixel(browser, pages):
    browser.look(pages["pictures"], size=SIZES["desk"])
    pictures = browser.run(PICTURES)
    gallery = FINDINGS.memorization.gallery
    assert len(pictures) == len(gallery) + sum(len(example.influences) for example in gallery)
    for complete, natural_width, width, rendering in pictures:
        assert complete
        assert natural_width == 8
        assert width >= 48
        assert rendering == "pixelated"


@pytest.mark.parametrize("size", SIZES)
def test_each_figure_is_shown_once_and_fills_its_box(browser, pages, size):
    browser.look(pages["pictures"], size=SIZES[size])
    widths = browser.run(DRAWINGS)
    assert len(widths) == 3
    assert all(0.75 * min(SIZES[size][0], 992) <= width <= SIZES[size][0] for width in widths)


def test_each_table_is_saved_under_a_name_of_its_own_that_ends_with_a_word(browser, tmp_path):
    found = ROW_FINDINGS.memorization
    gallery = [replace(found.gallery[0], train=train) for train in (7, 8)]
    write_report(replace(ROW_FINDINGS, memorization=replace(found, gallery=gallery)), tmp_path / "two.html")
    browser.open(tmp_path / "two.html")
    names = browser.run("return [...document.querySelectorAll('.downloads button[aria-label]')].map(b => b.ariaLabel)")
    assert len(names) > 10
    assert sorted(set(names)) == sorted(names)
    words = set(browser.run('return document.documentElement.innerHTML.match(/[^<>\\s"]+/g)'))
    assert {word for name in names for word in name.split()} <= words | {"Download"}


def test_light_and_dark_differ_in_words_and_figures_and_print_is_light(browser, pages):
    browser.open(pages["pictures"])
    colors = {}
    for scheme in ("light", "dark"):
        browser.prefer(scheme)
        colors[scheme] = browser.run(COLORS)
    assert all(light != dark for light, dark in zip(colors["light"], colors["dark"], strict=True))
    browser.prefer("dark", medium="print")
    background, ink, _ = browser.run(COLORS)
    assert (background, ink) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)")


PLANTED = {
    "script": "<script>console.error(1)</script>",
    "handler": '<p id="planted" onclick="console.error(1)">x</p>',
    "picture from elsewhere": '<img src="https://example.invalid/a.png" alt="">',
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_stopped_by_the_page_and_seen_by_these_tests(browser, tmp_path, fault):
    page = tmp_path / "planted.html"
    page.write_text(render(FINDINGS).replace("</main>", PLANTED[fault] + "</main>"), encoding="utf-8")
    browser.open(page)
    browser.run("document.getElementById('planted')?.click()")
    complaints = browser.complaints()
    assert len(complaints) > 0
    assert all("Content Security Policy" in message for message in complaints)
    asked = [url for url in browser.requests() if url.startswith("http")]
    assert asked == (["https://example.invalid/a.png"] if "elsewhere" in fault else [])  # tried, and blocked
