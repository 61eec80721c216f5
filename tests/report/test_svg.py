"""The SVG as the page receives it, parsed as XML."""

import re
from xml.etree import ElementTree

from longtail.report.svg import ACCENT, draw_svg


def drawn(name: str = "figure", text: str = "frequency") -> str:
    def draw(axes):
        axes.plot([1, 2], [1, 2], color=ACCENT)
        axes.set_xlabel(text)

    return str(draw_svg(draw, name=name, label='of <some> "kind" & 1/n', width=300, height=200, font_size=12))


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns:xlink="urn:xlink" ', 1))


def test_it_is_an_image_with_a_label_and_its_size():
    root = parsed(drawn())
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == 'of <some> "kind" & 1/n'
    assert root.attrib["viewBox"] == "0 0 300 200"


def test_colors_and_fonts_are_those_of_the_page():
    svg = drawn()
    assert "var(--accent)" in svg
    assert "font-size: 12px" in svg
    assert "font-family" not in svg
    assert re.findall(r"#[0-9a-f]{6}", svg) == []
    assert "DejaVu" not in svg


def test_two_drawings_on_one_page_share_no_id():
    def ids(svg):
        return {e.attrib["id"] for e in parsed(svg).iter() if "id" in e.attrib}

    assert ids(drawn("one")).isdisjoint(ids(drawn("two")))


def test_every_reference_within_a_drawing_has_its_target():
    svg = drawn("one")
    targets = set(re.findall(r'href="#([^"]+)"', svg)) | set(re.findall(r"url\(#([^)]+)\)", svg))
    assert targets
    assert targets <= set(re.findall(r' id="([^"]+)"', svg))


def test_text_stays_text_and_is_escaped_and_is_no_formula():
    svg = drawn(text="a $x$ <b>&</b>")
    texts = ["".join(e.itertext()) for e in parsed(svg).iter() if e.tag == "text"]
    assert "a $x$ <b>&</b>" in texts


def test_nothing_tells_when_or_by_what_it_was_drawn():
    svg = drawn()
    assert "metadata" not in svg
    assert "http" not in svg
    assert svg == drawn()
