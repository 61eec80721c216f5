"""Docstrings open with a verb or with the noun of a quantity, and their first sentence says one thing."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from parsed import parsed

SOURCE = Path(__file__).parents[1] / "src" / "longtail"

PLACES = sorted(path.name for path in SOURCE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file())
"""Every package and module: the rule has no exceptions."""

# Prepositions, relatives and conjunctions leave a reader to guess what the sentence is about. `See` and `The` are fine.
_OPENERS = """
about above after along among as at because before below beneath beside besides between beyond but by during except for
from how if in inside into like near of on onto out outside over past per since so than that these this those through
till to toward towards under until up upon what whatever when where whereas whether which while who whoever whom whose
why with within without
"""
BANNED = frozenset(_OPENERS.split())


def first_sentence(docstring: str) -> str:
    """Return the first sentence of a docstring, or its first paragraph if no sentence ends there."""
    paragraph = " ".join(docstring.strip().split("\n\n")[0].split())
    ended = re.match(r"(.*?[.!?])(?=\s+[A-Z`:(]|$)", paragraph)
    return ended.group(1) if ended else paragraph


def fault(docstring: str) -> str:
    """Return the reason why a docstring breaks the rule, or an empty text."""
    sentence = first_sentence(docstring)
    opener = re.match(r"[^\w`:]*(\w*)", sentence)
    if opener and opener.group(1).lower() in BANNED:
        return f"opens with {opener.group(1)!r}"
    return "joins statements by a semicolon" if ";" in sentence else ""


def documented(tree: ast.AST, above: str = "") -> Iterator[tuple[str, str]]:
    """Yield the qualified name and docstring of every function, method, property and class."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            docstring = ast.get_docstring(node)
            if docstring:
                yield above + node.name, docstring
            yield from documented(node, f"{above}{node.name}.")
        else:
            yield from documented(node, above)


def faults(place: Path) -> list[str]:
    """Return one line for each docstring in a file or folder that breaks the rule."""
    files = [place] if place.suffix else sorted(place.rglob("*.py"))
    return [
        f"{path.relative_to(SOURCE)} {name}: {fault(docstring)}"
        for path in files
        for name, docstring in documented(parsed(path))
        if fault(docstring)
    ]


@pytest.mark.parametrize("place", PLACES)
def test_docstrings_open_with_a_verb_or_a_noun_and_say_one_thing_first(place: str) -> None:
    path = SOURCE / place
    assert path.exists()
    assert faults(path) == []


@pytest.mark.parametrize(
    ("docstring", "expected"),
    [
        ("Of one frequency.", "opens with 'Of'"),
        ("Whether it fits.", "opens with 'Whether'"),
        ("``Where`` is a name.", ""),
        ("Return the level; infinite if none can.", "joins statements by a semicolon"),
        ("Return the level. It is infinite; none can.", ""),
        ("Return the level of\n    all; none can.", "joins statements by a semicolon"),
        ("Number of trials.\n\nOf all; yes.", ""),
    ],
)
def test_each_fault_is_seen(docstring: str, expected: str) -> None:
    assert fault(docstring) == expected


def broken_rows(docstring: str) -> list[str]:
    """Return the rows of a docstring's tables in which a cell runs over the gap between two columns."""
    broken, gaps = [], None
    for line in docstring.splitlines():
        if re.fullmatch(r"\s*=+(\s+=+)+", line):
            gaps = None if gaps else [found.span() for found in re.finditer(r"(?<==)\s+(?==)", line)]
        elif gaps:
            broken += [line for start, end in gaps if line[start:end].strip()]
    return broken


@pytest.mark.parametrize("place", PLACES)
def test_no_cell_of_a_docstring_s_table_runs_into_the_next(place: str) -> None:
    path = SOURCE / place
    for file in [path] if path.suffix else sorted(path.rglob("*.py")):
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                docstring = ast.get_docstring(node) or ""
                assert broken_rows(docstring) == [], file


def test_a_cell_that_runs_over_is_found() -> None:
    assert broken_rows("====  ====\nabcde  f\nab    cd\n====  ====\nabcdefgh") == ["abcde  f"]
