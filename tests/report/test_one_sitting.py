"""The page that is read to its end: eight screens at a desk, twelve on a phone; the rest opens on request."""

from dataclasses import replace

import pytest

from longtail.dataset import load_dataset
from longtail.limits import Rounded, WeightPruned
from longtail.report import write_report
from longtail.study import DataSource, audit
from longtail.study.audit_scope import Scope
from longtail.trials import CompiledMLP, SubsetDesign
from report.example_examples import EXAMPLES
from report.example_findings import FINDINGS, LEARNER_TAIL
from report.example_mislabeled import MISLABELED, RESULT
from report.test_limits_section import with_limits
from report.test_membership import MEMBERSHIP

browser_module = pytest.importorskip("report.browser", reason="selenium is not installed", exc_type=ImportError)
pytestmark = pytest.mark.skipif(bool(browser_module.missing()), reason=browser_module.missing())

WHOLE = replace(
    with_limits("rare"),
    membership=MEMBERSHIP,
    learner_tail=LEARNER_TAIL,
    mislabeled=MISLABELED,
    results=[RESULT],
)
SCREENS = {"desk": (browser_module.DESK, 7.5), "phone": (browser_module.PHONE, 11.5)}
"""Half a screen less than the most that anybody should have to read."""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    write_report(replace(WHOLE, study=FINDINGS.study), path, EXAMPLES.packed())
    return path


@pytest.fixture(scope="module")
def page_of_an_audit(tmp_path_factory):
    """A real audit, a small one: 200 models on 400 digits, fewer under two limits, for the tail, on planted labels."""
    folder = tmp_path_factory.mktemp("audit") / "digits"
    learner, digits = CompiledMLP(), load_dataset("digits").sample(400)
    limits = [WeightPruned(inner=learner, sparsity=0.9), Rounded(inner=learner, bits=4)]
    scope = Scope(
        minutes=0.1,
        limits=("weight-pruned", "rounded"),
        limit_trials=20,
        left_out=[],
        curve_trials=20,
        removal_trials=20,
    )
    design = SubsetDesign(n_trials=200)
    audit(DataSource(data="digits"), digits, learner, design, folder, limits=limits, scope=scope, jobs=1)
    return folder / "report.html"


@pytest.mark.parametrize("reader", SCREENS)
def test_the_page_of_a_real_audit_is_read_to_its_end(browser, page_of_an_audit, reader):
    size, most = SCREENS[reader]
    browser.open(page_of_an_audit, size=size, as_it_comes=True)
    assert "What limits did cost" in browser.run("return document.body.innerText")
    assert 3 * size[1] < browser.run("return document.documentElement.scrollHeight") <= most * size[1]


@pytest.mark.parametrize("reader", SCREENS)
def test_the_page_as_it_comes_is_read_to_its_end(browser, page, reader):
    size, most = SCREENS[reader]
    browser.open(page, size=size, as_it_comes=True)
    assert browser.run("return document.documentElement.scrollHeight") <= most * size[1]


def test_nothing_is_wider_than_the_window(browser, page):
    browser.open(page, as_it_comes=True)
    for width in (360, 768, 1280, 1920):
        browser.resize((width, 900))
        browser.run("return new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")  # charts follow
        assert browser.run("return [innerWidth, document.documentElement.scrollWidth <= innerWidth]") == [width, True]


def test_a_closed_section_opens_when_a_link_leads_to_it(browser, page):
    browser.open(page, as_it_comes=True)
    for section in ("examples", "tail", "costs", "methods"):
        is_open = f"return document.querySelector('#{section} > details').open"
        assert not browser.run(is_open)
        link = f"document.querySelector('nav a[href=\"#{section}\"]')"
        browser.run(f"{link}.click()")
        browser.until(is_open)
        browser.run(f"document.querySelector('#{section} > details').open = false; {link}.click()")
        browser.until(is_open)
