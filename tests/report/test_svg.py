"""The SVG file of a drawing, parsed as XML."""

from xml.etree import ElementTree

import matplotlib as mpl

from longtail.report.figures.svg import ACCENT, Panel, svg_file

SVG = "{http://www.w3.org/2000/svg}"


def drawn(text: str = "frequency", n_panels: int = 1) -> str:
    def draw(axes):
        axes.plot([1, 2], [1, 2], color=ACCENT)
        axes.set_xlabel(text)

    panel = Panel(draw=draw, label='of <some> "kind" & 1/n')
    return svg_file([panel] * n_panels, width=300, height=200)


def test_it_is_an_image_with_a_label_and_the_size_of_its_panels():
    root = ElementTree.fromstring(drawn(n_panels=2))
    assert root.tag == f"{SVG}svg"
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == 'of <some> "kind" & 1/n. of <some> "kind" & 1/n.'
    assert root.attrib["viewBox"] == "0 0 600 200"


def test_text_stays_text_and_is_escaped_and_is_no_formula():
    root = ElementTree.fromstring(drawn(text="a $x$ <b>&</b>"))
    assert "a $x$ <b>&</b>" in ["".join(e.itertext()) for e in root.iter(f"{SVG}text")]


def test_nothing_tells_when_or_by_what_it_was_drawn_and_the_same_is_the_same():
    svg = drawn()
    assert "metadata" not in svg
    assert svg == drawn()


def test_the_users_settings_do_not_change_a_drawing_and_are_left_alone():
    plain, before = drawn(), dict(mpl.rcParams)
    with mpl.rc_context({"axes.facecolor": "red", "font.size": 30, "lines.linewidth": 9}):
        assert drawn() == plain
    assert dict(mpl.rcParams) == before
