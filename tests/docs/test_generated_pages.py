"""Nothing public is missing from the site: names, commands, options, references; and its links lead somewhere."""

import pkgutil
import re
from importlib import import_module

import api_pages
import command_pages
import generated_pages
import mathml
import pytest
import reference_page
import repository_pages
import statement_page

import longtail
from longtail.references import bibliography
from longtail.theory.statements import STATEMENTS


def test_every_layer_has_its_page():
    modules = {found.name for found in pkgutil.iter_modules(longtail.__path__)}
    assert set(api_pages.LAYERS) == modules - {"cli"}, "the command line has a page of its own"


@pytest.fixture(scope="module")
def pages():
    return api_pages.api_pages()


@pytest.mark.parametrize("layer", api_pages.LAYERS)
def test_every_public_name_leads_to_a_module_that_documents_it(pages, layer):
    module = import_module(f"longtail.{layer}")
    for name, where, _ in api_pages.public_names(module):
        defining, _, own = where.rpartition(".")
        page = pages[f"generated/api/{defining}.rst"]
        assert f".. automodule:: {defining}\n   :members:" in page
        assert "import torch" in _source(defining) or own in import_module(defining).__all__
        if hasattr(module, "__path__"):
            assert f":py:obj:`{name} <{where}>`" in pages[f"generated/api/longtail.{layer}.rst"]


def _source(module: str) -> str:
    path = api_pages.SOURCE.parent.joinpath(*module.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return path.read_text(encoding="utf-8")


def test_a_name_that_no_layer_lends_has_no_home():
    assert api_pages.home("longtail.theory.Zipf") == "longtail.frequencies.priors.Zipf"
    assert api_pages.home("longtail.frequencies.priors.Zipf") is None
    assert api_pages.home("longtail.theory.Zapf") is None


def test_every_command_and_option_is_on_the_page():
    page = command_pages.command_page()
    assert command_pages.commands().keys() >= {"theory", "tail", "measure", "scores", "audit"}
    for name, command in command_pages.commands().items():
        section = re.search(rf"\n## `longtail {name}`\n(.*?)(?=\n## |\Z)", page, re.DOTALL)
        assert section, name
        for parameter in command.params:
            shown = parameter.opts[0] if parameter.param_type_name == "option" else parameter.metavar
            assert shown is None or shown in section[1], (name, parameter.name)


def test_every_reference_is_on_the_page():
    assert ".. [AbadiEtAl2016] M\\. Abadi" in reference_page.reference_page(), "an initial would begin a list"
    assert set(re.findall(r"^\.\. \[(\w+)\]", reference_page.reference_page(), re.MULTILINE)) == set(bibliography())


def test_the_glossary_leads_to_modules_and_references():
    glossary = repository_pages.repository_pages()["generated/glossary.md"]
    assert "{py:mod}`frequencies/tau.py <longtail.frequencies.tau>`" in glossary
    assert "{cite}`Feldman2020`" in glossary


def test_links_are_mended_for_the_place_where_a_page_is_shown():
    docs, root = repository_pages.DOCS, repository_pages.ROOT
    guide = docs / "guide-tail.md"

    def mended(text, written, shown):
        return repository_pages.rewritten_links(text, written=written, shown=shown, places=repository_pages.PLACES)

    assert mended("[b](../benchmarks/README.md#x)", guide, guide) == "[b](generated/benchmarks.md#x)"
    assert mended("[t](docs/guide-tail.md)", root / "CHANGELOG.md", docs / "generated/x.md") == "[t](../guide-tail.md)"
    assert mended("[s](tail_coverage.py)", root / "benchmarks/README.md", guide) == "s (`benchmarks/tail_coverage.py`)"
    picture = mended("![f](figures/a.svg)", root / "benchmarks/README.md", docs / "generated/benchmarks.md")
    assert picture == "![f](../../benchmarks/figures/a.svg)"
    for link in ("[a](https://example.org)", "[a](#here)", "[a](nowhere.md)", "![a](picture.svg)"):
        assert mended(link, guide, guide) == link


@pytest.mark.parametrize("name", sorted(path.stem for path in (repository_pages.DOCS / "tables").glob("*.md")))
def test_a_table_says_how_it_is_made(name):
    titled = repository_pages.titled_table(name, "| a |")
    assert name in repository_pages.TABLES
    assert re.search(r"`python (benchmarks|examples)/\w+\.py --out", titled)


def test_a_guide_keeps_its_place_in_the_tour_and_none_is_left_out():
    index = "```\nguide-a\nguide-b\nguide-*\nend\n```"
    assert generated_pages.tour(index, {"guide-a", "guide-b"}) == "```\nguide-a\nguide-b\nend\n```"
    assert generated_pages.tour(index, {"guide-b", "guide-d", "guide-c"}) == "```\nguide-b\nguide-c\nguide-d\nend\n```"


def test_every_statement_has_its_function_and_its_test_on_the_page():
    rows = [row for row in statement_page.statement_page().split("\n") if row.startswith("|")][2:]
    assert len(rows) == len(STATEMENTS)
    for row, statement in zip(rows, STATEMENTS, strict=True):
        assert (f"<longtail.{statement.function}>`" in row) == bool(statement.function)
        assert not statement.test or all(f"`{part}`" in row for part in statement.test.split("::"))


def test_formulas_become_mathml():
    assert mathml.mathml(r"\tau_1", block=False) == mathml.mathml(r" \tau_1 ", block=False)
    assert "<msub>" in mathml.mathml(r"\tau_1", block=False)
    assert mathml.mathml(r"1, \dots, n", block=False) == mathml.mathml(r"1, \ldots, n", block=False)
    assert "<mtable" in mathml.mathml(r"a &= b \\ c &= d", block=True)
    with pytest.raises(Exception, match="nonsense"):
        mathml.mathml(r"\nonsense", block=False)
