"""Text of others holds nothing that a terminal obeys or a spreadsheet computes."""

import unicodedata

import pytest

from longtail.neutral_text import one_line, spreadsheet_text, visible


def test_no_control_character_is_left() -> None:
    """By Unicode's own categories: controls, formats that turn the writing, ends of a line, halves of a pair."""
    every = "".join(map(chr, range(0x30000)))
    left = visible(every)
    assert not [c for c in left if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert not [
        c
        for c in left
        if unicodedata.bidirectional(c) in ("LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI")
    ]


def test_text_of_any_language_stays() -> None:
    for text in ("naïve", "日本語", "عربى", "a\u200dz", "🏔", "x²"):
        assert visible(text) == text
    assert visible("a\nb", lines=True) == "a\nb"
    assert visible("a\nb\x1b", lines=True) == "a\nb\\x1b"


def test_a_line_is_one_and_bounded() -> None:
    assert one_line("a\n\tb", 10) == "a b"
    assert len(one_line("x" * 10**6, 50)) == 50


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-cmd", "@x", "\t=1", "\r=1", " =1", "-", "+1+1", "=", "-1e5x"])
def test_formulas_are_neutral(text: str) -> None:
    assert spreadsheet_text(text) == "'" + text


@pytest.mark.parametrize("text", ["-1", "+1.5", "-2e-7", "oak", "a=b", "", "1", "'=1"])
def test_numbers_and_words_stay(text: str) -> None:
    assert spreadsheet_text(text) == text
