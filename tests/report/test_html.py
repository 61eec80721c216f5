"""The page, parsed: it says what the findings say, and no string of the data becomes code."""

import base64
import errno
import hashlib
import json
import os
import subprocess
import sys
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser

import pytest

from longtail.errors import DamagedRunError
from longtail.estimate import Estimate
from longtail.findings import Findings
from longtail.references import cite
from longtail.report import render, write_report
from report.example_findings import FINDINGS, HOSTILE, NAN, ROW_FINDINGS, hostile_findings

VOID = {"meta", "link", "img", "br"}


class Page(HTMLParser):
    """Every tag with its attributes, the text, the numbers; fails on tags that do not nest."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.html = html
        self.text = ""
        self.numbers: list[float] = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        assert len(attrs) == len(dict(attrs)), f"{tag} repeats an attribute"
        self.tags.append((tag, dict(attrs)))
        if tag == "data":
            self.numbers.append(float(dict(attrs)["value"]))
        if tag in {"td", "th"}:
            self.text += " "
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] not in (["style"], ["script"]):
            self.text += data

    @property
    def words(self) -> str:
        return " ".join(self.text.split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.tags if attributes.get("id")]


def estimates_in(value: object) -> list[Estimate]:
    if isinstance(value, Estimate):
        return [value]
    if is_dataclass(value):
        return [e for field in fields(value) for e in estimates_in(getattr(value, field.name))]
    return [e for item in value for e in estimates_in(item)] if isinstance(value, list) else []


@pytest.fixture(scope="module")
def html() -> str:
    return render(FINDINGS)


@pytest.fixture(scope="module")
def page(html) -> Page:
    return Page(html)


@pytest.fixture(scope="module")
def tame_page() -> Page:
    return Page(render(hostile_findings("tame")))


@pytest.fixture(scope="module")
def row_page() -> Page:
    return Page(render(ROW_FINDINGS))


@pytest.mark.parametrize("findings", [FINDINGS, ROW_FINDINGS])
def test_findings_survive_the_way_through_json(findings):
    text = json.dumps(findings.to_json(), allow_nan=False)
    assert repr(Findings.from_json(json.loads(text))) == repr(findings)  # repr, as NaN differs from itself


def test_the_page_is_the_same_after_the_way_through_json(html):
    assert render(Findings.from_json(json.loads(json.dumps(FINDINGS.to_json())))) == html


def test_every_section_is_there_and_linked(page):
    sections = ["summary", "memorization", "gallery", "tail", "costs", "methods"]
    assert [i for i in page.ids if i in sections] == sections
    assert [a["href"] for a in page.all("a") if a["href"].lstrip("#") in sections[1:]][:5] == [
        f"#{s}" for s in sections[1:]
    ]
    assert len(page.ids) == len(set(page.ids))
    linked = {a["href"].removeprefix("#") for a in page.all("a")}
    assert linked <= set(page.ids)


def test_every_estimate_is_shown_with_its_interval_and_level(page):
    shown = set(page.numbers)
    for estimate in estimates_in(FINDINGS):
        assert {estimate.value, estimate.low, estimate.high} <= shown, estimate
    assert page.words.count("at 95 %") >= len(estimates_in(FINDINGS))


def test_every_count_is_shown(page):
    found, study = FINDINGS.memorization, FINDINGS.study
    counts = [
        found.n_examples,
        found.n_undetermined,
        found.n_significant,
        found.n_above_threshold,
        *filter(None, found.histogram_counts),
    ]
    counts += [study.n_train, study.n_test, study.n_features, study.n_trials, study.seed, study.fraction]
    counts += [n for r in FINDINGS.tail.resolutions for n in (r.n_subpopulations, r.n_singletons, r.radius)]
    counts += [n for e in found.gallery for n in (e.n_in, e.n_out, e.q_value, *(i.q_value for i in e.influences))]
    occupied = [k for k, n in enumerate(found.histogram_counts) if n]
    counts += [found.histogram_edges[edge] for k in occupied for edge in (k, k + 1)]
    counts += [found.threshold, found.q_level, found.smallest_visible]
    assert set(counts) <= set(page.numbers)


def test_texts_of_the_findings_are_shown(page):
    tail, costs = FINDINGS.tail, FINDINGS.costs
    texts = [FINDINGS.memorization.estimand, tail.method, *costs.assumptions, *FINDINGS.study.notes]
    texts += [t for answer in FINDINGS.summary for t in (answer.topic, answer.text)]
    texts += [t for step in FINDINGS.next_steps for t in (step.text, step.command)]
    texts += [t for left in FINDINGS.omissions for t in (left.what, left.reason, left.command)]
    texts += [t for row in costs.rows for t in (row.guarantee, row.meaning)] + [r.name for r in tail.resolutions]
    for text in texts:
        assert text in page.words
    assert "found, not given" in page.words
    assert "fewer than 10 subpopulations seen twice" in page.words


def test_given_subpopulations_are_said_to_be_given(row_page):
    assert "were given. column species" in row_page.words
    assert "found, not given" not in row_page.words


def test_undetermined_numbers_are_a_dash_with_a_reason(row_page):
    dashes = [a for a in row_page.all("span") if a.get("class") == "undetermined"]
    assert dashes
    assert all(a["title"] and a["aria-label"] for a in dashes)
    assert "nan" not in row_page.words.lower()
    assert any(a["aria-label"] == "no test examples were given" for a in dashes)
    assert not any(number != number for number in row_page.numbers)


def test_sections_that_were_not_measured_say_so():
    words = Page(render(replace(FINDINGS, tail=None, costs=None))).words
    assert words.count("Not measured in this study") == 2


def test_an_empty_gallery_is_said_to_be_empty():
    empty = replace(FINDINGS, memorization=replace(FINDINGS.memorization, gallery=[]))
    assert "No example is shown: none is memorized beyond what chance" in Page(render(empty)).words


def test_what_is_too_much_to_read_is_counted():
    first = ROW_FINDINGS.memorization.gallery[0]
    view = replace(first.view, names=[f"column {k}" for k in range(1000)], values=["v"] * 1000)
    wide = replace(first, view=view, influences=[replace(i, view=view) for i in first.influences])
    memorization = replace(ROW_FINDINGS.memorization, gallery=[wide])
    study = replace(ROW_FINDINGS.study, class_names=[f"class {k}" for k in range(100)])
    words = Page(render(replace(ROW_FINDINGS, study=study, memorization=memorization))).words
    assert "and 968 more columns" in words
    assert "column 32" not in words
    assert "100: class 0, class 1" in words
    assert "class 23 and 76 more" in words


def test_a_row_of_another_length_is_shown_as_far_as_it_goes():
    first = ROW_FINDINGS.memorization.gallery[0]
    short = replace(first.influences[0], view=replace(first.view, names=["sepal_length"], values=["9.9"]))
    torn = replace(first, influences=[short, *first.influences[1:]])
    assert (
        "9.9"
        in Page(render(replace(ROW_FINDINGS, memorization=replace(ROW_FINDINGS.memorization, gallery=[torn])))).words
    )


def test_rows_that_list_other_columns_are_matched_by_name():
    first = ROW_FINDINGS.memorization.gallery[0]
    view = replace(first.view, names=["species", "petal_length"], values=["matched by name", "9.9"])
    other = replace(first, influences=[replace(first.influences[0], view=view)])
    words = Page(render(replace(ROW_FINDINGS, memorization=replace(ROW_FINDINGS.memorization, gallery=[other])))).words
    assert "species setosa matched by name" in words
    assert "sepal_length 5.1 —" in words
    assert "petal_length" not in words


def test_a_cost_without_any_determined_estimate_is_a_dash():
    nothing = Estimate(value=NAN, low=NAN, high=NAN, level=0.95, method="m")
    costs = replace(FINDINGS.costs, rows=[replace(FINDINGS.costs.rows[0], costs=[nothing])])
    assert "—" in Page(render(replace(FINDINGS, costs=costs))).words


def test_costs_at_one_resolution_are_told_once(html):
    rows = [replace(row, costs=row.costs[:1]) for row in FINDINGS.costs.rows]
    once = render(replace(FINDINGS, costs=replace(FINDINGS.costs, rows=rows)))
    several = ("… to the highest", "At every resolution", "over resolutions of the tail")
    assert [words for words in several if words in once] == []
    assert [words for words in several if words not in html] == []


def test_references_are_those_used_and_no_others(page, row_page):
    for key in ("Feldman2020", "FeldmanZhang2020", "Newcombe1998", "BenjaminiHochberg1995", "Garwood1936", "Good1953"):
        assert cite(key) in page.words
    without_tail = Page(render(replace(FINDINGS, tail=None, costs=None))).words
    assert cite("Garwood1936") not in without_tail
    assert cite("Newcombe1998") in without_tail


@pytest.mark.parametrize("text", HOSTILE)
def test_strings_of_the_data_are_text_and_never_markup(tame_page, text):
    html = render(hostile_findings(text))
    page, tame = Page(html), tame_page
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in tame.tags]
    assert [sorted(a) for _, a in page.tags] == [sorted(a) for _, a in tame.tags]
    assert page.text.count(text) == tame.text.count("tame") > 20
    assert html.count("<script") == tame.html.count("<script")
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)


def test_the_page_allows_itself_one_script_and_nothing_from_elsewhere(page, html):
    """The hash is computed from the page as it is, as a browser does."""
    policies = [m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    start = html.index("<script>") + len("<script>")
    script = html[start : html.index("</script>", start)]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policies == [
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    ]
    without_script = html.replace(script, "")
    assert "http:" not in without_script
    assert "https:" not in without_script
    assert "@import" not in without_script
    assert all(i["src"].startswith("data:image/png;base64,") for i in page.all("img"))


def test_pictures_and_charts_speak_to_those_who_do_not_see_them(page):
    first = FINDINGS.memorization.gallery[0]
    descriptions = [i["alt"] for i in page.all("img")]
    assert f"Training example {first.train}, labeled {first.label}" in descriptions  # no row is known
    assert all(descriptions)
    plots = [d for d in page.all("div") if d.get("class") == "plot"]
    assert [d["data-chart"] for d in plots] == ["memorization", "tail", "costs"]
    assert all(d["role"] == "application" and d["tabindex"] == "0" for d in plots)
    assert plots[1]["aria-label"].startswith("Frequency of subpopulations against their rank.")
    assert "radius 21: 371 of 548 seen once" in page.words
    assert all(th.get("scope") in {"row", "col"} for th in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))


def test_another_process_without_anything_that_trains_writes_the_same_bytes(html, tmp_path):
    """With another seed of Python's string hashes, and from the file of findings alone."""
    file = tmp_path / "findings.json"
    file.write_text(json.dumps(FINDINGS.to_json()), encoding="utf-8")
    code = """
import sys
for name in ("torch", "sklearn", "numba", "joblib", "pyarrow", "scipy", "pandas", "matplotlib.pyplot"):
    sys.modules[name] = None
from pathlib import Path
from longtail.findings import Findings
from longtail.report import write_report
write_report(Findings.read(Path(sys.argv[1])), Path(sys.argv[2]))
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-c", code, file, tmp_path / "report.html"], env=environment, check=True)
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == html


def test_writing_leaves_one_file_and_replaces_the_old_one(tmp_path):
    path = tmp_path / "new" / "report.html"
    write_report(FINDINGS, path)
    write_report(ROW_FINDINGS, path)
    assert path.read_text(encoding="utf-8") == render(ROW_FINDINGS)
    assert list(path.parent.iterdir()) == [path]


def test_a_failed_write_leaves_the_old_page(tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")

    def full(_):
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_report(FINDINGS, path)
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_pixels_that_do_not_fill_their_picture_are_refused():
    first = FINDINGS.memorization.gallery[0]
    torn = replace(first, view=replace(first.view, height=9))
    with pytest.raises(DamagedRunError, match="got 64 for 9 x 8 x 1"):
        render(replace(FINDINGS, memorization=replace(FINDINGS.memorization, gallery=[torn])))


def test_a_gallery_that_is_ranked_by_what_is_not_shown_says_so():
    assert "The examples are ranked by" not in Page(render(FINDINGS)).text
    ranked = replace(FINDINGS, memorization=replace(FINDINGS.memorization, ranking="the efficient estimate"))
    assert "The examples are ranked by the efficient estimate" in Page(render(ranked)).text
