"""The theorem table names only what exists, and the published numbers agree or say why not."""

import ast
from functools import reduce
from importlib import import_module
from pathlib import Path

import pytest

from longtail.references import bibliography
from longtail.theory.published import published_mixtures, published_numbers
from longtail.theory.statement import Statement
from longtail.theory.statements import AFTER_2020, STATEMENTS, as_markdown

ROOT = Path(__file__).parents[2]
STATUSES = {"definition", "exact", "bound", "sharp bound", "holds under a condition", "asymptotic", "stated there"}


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: statement.label)
def test_every_function_test_and_page_exists(statement: Statement) -> None:
    assert statement.status in STATUSES
    if statement.status == "stated there":
        assert not statement.function
        assert not statement.test
        assert "not computed here" in statement.condition
        return
    layer, module, *names = statement.function.split(".")
    assert callable(reduce(getattr, names, import_module(f"longtail.{layer}.{module}")))
    file, _, test = statement.test.partition("::")
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert not statement.page or (ROOT / "docs" / "derivations" / statement.page).is_file()


def test_the_page_of_the_docs_is_the_table() -> None:
    """If it is not, write ``as_markdown()`` to ``docs/statements.md``."""
    assert (ROOT / "docs" / "statements.md").read_text(encoding="utf-8") == as_markdown()


def test_conditional_statements_say_their_condition() -> None:
    assert all(s.condition for s in STATEMENTS if s.status == "holds under a condition")


def test_what_came_after_says_what_was_read_and_has_an_equation_a_page_and_a_simulation() -> None:
    for s in AFTER_2020:
        assert (s.source in bibliography() and s.read) or s.label == "new, Good-Turing for clustered rows"
        assert (s.equation and s.page and s.simulation) or s.status == "stated there"


def test_numbers_that_differ_give_their_reason() -> None:
    numbers = published_numbers()
    assert all(number.reason for number in numbers if number.agrees is False)
    assert sum(number.agrees is True for number in numbers) >= 5
    assert {number.agrees for number in numbers if number.quoted is None} == {None}


def test_the_examples_have_the_reference_values() -> None:
    """Ours against the reference's independent high-precision values (mpmath, 28 digits)."""
    ours = {number.name: number.value for number in published_numbers()}
    reference = {
        "n tau_1, Zipf, N = n = 50,000": 0.4746527490526394,
        "examples seen once, of all": 0.1710558076413607,
        "mass of points seen once": 0.08119210933839132,
        "mass of unseen points": 0.1710541837991739,
        "least error, 10 labels": 0.1539487654192565,
        "cost of fitting no singleton": 0.07307289840455219,
        "cost of gamma = 0.5": 0.03247684373535653,
        "cost of epsilon = ln 6, label-private": 0.6 * 0.08119210933839132,
    }
    for name, value in reference.items():
        assert ours[name] == pytest.approx(value, rel=1e-9), name


def test_what_was_computed_apart_agrees_to_all_its_digits() -> None:
    apart = [number for number in published_numbers() if number.computed_apart]
    assert len(apart) == 12
    for number in apart:
        digits = len(number.computed_apart.partition(".")[2])
        assert f"{number.value:.{digits}f}" == number.computed_apart, number.name


def test_both_mixtures_share_their_majority() -> None:
    assert len({population.subgroups[0].name for population in published_mixtures().values()}) == 1
