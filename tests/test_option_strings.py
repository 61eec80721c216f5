"""The library speaks of parameters: only what spells a command for a reader to paste may name an option."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from parsed import parsed

LIBRARY = Path(__file__).parents[1] / "src" / "longtail"
OPTION = re.compile(r"(?<![-\w])--([a-z]|$)")
SPELL_COMMANDS = {
    "limits/spelling.py",
    "report/words/commands.py",
    "runs/data_options.py",
    "runs/frozen_study.py",
    "sanity/commands.py",
    "study/audit_menu.py",
    "study/audit_plan.py",
    "study/audit_tail.py",
    "study/omissions.py",
}
"""Their strings are parts of command lines; an error of theirs names none."""
OTHER_LANGUAGES = {"report/charts/marks.py", "report/script.py"}
"""Variables of style sheets, remarks of scripts."""


def option_strings(tree: ast.Module) -> Iterator[tuple[int, bool]]:
    """Lines of strings, docstrings aside, that name an option, and whether an error is raised with it."""
    documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    raised = {id(part) for node in ast.walk(tree) if isinstance(node, ast.Raise) for part in ast.walk(node)}
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and id(node) not in documents else None
        if isinstance(text, str) and OPTION.search(text):
            yield node.lineno, id(node) in raised


def library() -> list[str]:
    names = (path.relative_to(LIBRARY).as_posix() for path in sorted(LIBRARY.rglob("*.py")))
    return [name for name in names if not name.startswith("cli/") and name not in OTHER_LANGUAGES]


def test_no_string_of_the_library_names_an_option():
    found = [(name, *each) for name in library() for each in option_strings(parsed(LIBRARY / name))]
    assert [f"{name}:{line}" for name, line, raised in found if raised or name not in SPELL_COMMANDS] == []


def test_every_exception_is_one():
    for name in SPELL_COMMANDS | OTHER_LANGUAGES:
        assert any(option_strings(parsed(LIBRARY / name))), name


@pytest.mark.parametrize("text", ['"with --drop x"', 'f"--{name} x"', 'f"Set {a} (--target {b})"', '"--count"'])
def test_an_option_is_seen(text):
    assert list(option_strings(ast.parse(f'"""Of --plot."""\nraise ValueError({text})'))) == [(2, True)]
    assert list(option_strings(ast.parse(f"x = {text}"))) == [(1, False)]
    assert not list(option_strings(ast.parse('x = "three-way, a -- b"')))
