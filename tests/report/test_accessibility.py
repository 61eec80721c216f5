"""Axe, the accessibility checker of Deque Systems, in a real Chromium: it finds nothing at all.

``axe.min.js`` is axe-core 4.14.1 as npm has it (MPL-2.0, ``axe.LICENSE``); it is a tool of the tests and no part of the
package. The last test holds its SHA-256.
"""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from longtail.report import render, write_report
from report.example_examples import EXAMPLES, ROWS, TEXTS
from report.example_findings import FINDINGS, ROW_FINDINGS
from report.example_mislabeled import MISLABELED, RESULT
from report.test_limits_section import with_limits
from report.test_membership import MEMBERSHIP

browser_module = pytest.importorskip("report.browser", reason="selenium is not installed", exc_type=ImportError)
pytestmark = pytest.mark.skipif(bool(browser_module.missing()), reason=browser_module.missing())

AXE = Path(__file__).with_name("axe.min.js")
READERS = {
    "at a desk by day": (browser_module.DESK, "light"),
    "on a phone by night": ((360, 740), "dark"),
}
"""Contrast depends on the scheme and the layout on the size: two readers see all of both."""
_ROW_FINDINGS = replace(ROW_FINDINGS, study=replace(ROW_FINDINGS.study, class_names=FINDINGS.study.class_names))
PAGES = {
    "pictures and an example": (
        replace(FINDINGS, mislabeled=MISLABELED, results=[RESULT]),
        EXAMPLES,
        ["", "#example=5"],
    ),
    "rows": (_ROW_FINDINGS, ROWS, [""]),
    "limits and attacks": (replace(with_limits("rare"), membership=MEMBERSHIP), None, [""]),
    "a text": (FINDINGS, TEXTS, ["#example=7"]),
}
READY = "return document.querySelector('#all-examples[aria-busy]') === null"
FAULTS = """
const found = await axe.run({resultTypes: ['violations']});
const told = node => `${node.html.slice(0, 160)}: ${node.failureSummary}`;
return found.violations.map(({id, impact, nodes}) => [id, impact, nodes.slice(0, 3).map(told)]);
"""


def faults(browser):
    browser.run("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    browser.run("return new Promise(done => setTimeout(done, 100))")
    browser.run(AXE.read_text(encoding="utf-8"))
    return browser.run(f"return (async () => {{{FAULTS}}})()")


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_found(browser, tmp_path, name):
    findings, examples, addresses = PAGES[name]
    write_report(findings, tmp_path / "report.html", examples and examples.packed())
    browser.open(tmp_path / "report.html")
    browser.until(READY)
    for reader, (size, scheme) in READERS.items():
        browser.resize(size)
        browser.prefer(scheme)
        for address in addresses:
            browser.run(f"location.hash = '{address}'; return new Promise(done => setTimeout(done, 100))")
            assert browser.run("return document.getElementById('example-view')?.hidden ?? true") == (address == "")
            assert faults(browser) == [], (reader, address)


def test_a_planted_fault_is_found(browser, tmp_path):
    page = tmp_path / "planted.html"
    planted = '<img src="data:,"><p style="color: #999; background: #fff">faint</p>'
    page.write_text(render(FINDINGS).replace("</main>", planted + "</main>"), encoding="utf-8")
    browser.open(page)
    assert {fault for fault, *_ in faults(browser)} >= {"image-alt", "color-contrast"}


def test_the_checker_is_the_one_that_was_published():
    digest = hashlib.sha256(AXE.read_bytes()).hexdigest()
    assert digest == "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
