"""Text from data, made harmless for the place where it is shown: a terminal, or a spreadsheet.

Labels, names of files and columns, and messages of other people's code may hold anything. A terminal obeys control
characters, and a spreadsheet computes what begins like a formula; both get the text with nothing in it to obey.
"""

import re

__all__ = ["one_line", "spreadsheet_text", "visible"]

_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0 with the escape, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # what turns the direction of writing
    "\u2028\u2029\ud800-\udfff]"  # other ends of a line; bytes of a name that is no UTF-8
)
_UNSEEN_IN_LINES = re.compile(_UNSEEN.pattern.replace("\x00-\x1f", "\x00-\x09\x0b-\x1f"))
_FORMULA = re.compile(r"\s*[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?", re.IGNORECASE)


def visible(text: str, *, lines: bool = False) -> str:
    r"""Write control characters as escapes. With ``lines`` line feeds stay.

    Examples
    --------
    >>> print(visible("red\x1b[31m, \x9b2J"))
    red\x1b[31m, \x9b2J
    """
    return (_UNSEEN_IN_LINES if lines else _UNSEEN).sub(_escaped, text)


def one_line(text: str, longest: int) -> str:
    """Write text as one visible line of at most ``longest`` characters. An ellipsis stands for the rest.

    Examples
    --------
    >>> one_line("a\\n  b c", 4)
    'a b…'
    """
    line = visible(" ".join(str.split(text[: 4 * longest])))  # str.split: what is no text is a TypeError
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def spreadsheet_text(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula. A number that is a text stays as it is.

    Examples
    --------
    >>> spreadsheet_text("=1+1"), spreadsheet_text("-1.5e3"), spreadsheet_text("oak")
    ("'=1+1", '-1.5e3', 'oak')
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
