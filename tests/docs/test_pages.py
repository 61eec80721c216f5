"""Every Python block of the pages that guarantee it runs; every picture is drawn, and shown somewhere."""

import ast
import pickle
import re
from pathlib import Path
from typing import Any

import computed
import numpy as np
import pictures
import pytest

DOCS = Path(__file__).parents[2] / "docs"
RUN = sorted(
    [*DOCS.glob("failures/*.md"), *DOCS.glob("choosing/*.md"), DOCS / "guide-theory.md", DOCS / "quickstart.md"]
)
GUIDES = sorted(DOCS.glob("guide-*.md"))
PAGES = sorted(path for path in DOCS.rglob("*.md") if "generated" not in path.parts)
_BLOCK = re.compile(r"^```(?:python|\{computed\})\n((?::[^\n]*\n)*)(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", RUN, ids=lambda page: f"{page.parent.name}-{page.stem}")
def test_every_block_runs(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    blocks = list(_BLOCK.finditer(text))
    assert len(blocks) == len(re.findall(r"^```(?:python|\{computed\})", text, re.MULTILINE)), "a block is not closed"
    namespace: dict[str, object] = {"__name__": page.stem}
    for block in blocks:
        computed.run_python("\n" * text.count("\n", 0, block.start(2)) + block[2], namespace)


@pytest.mark.parametrize("page", sorted(DOCS.glob("failures/*.md")), ids=lambda page: page.stem)
def test_a_failure_can_be_seen(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert page.stem == "index" or _BLOCK.search(text), "no block shows it"


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.stem)
def test_what_a_guide_imports_exists(page: Path) -> None:
    """A guide's blocks speak of the reader's own files and do not run, but they parse and their imports are real."""
    for block in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        for statement in ast.walk(ast.parse(block[2])):
            if isinstance(statement, ast.ImportFrom) and (statement.module or "").startswith("longtail"):
                _import(statement)


def _import(statement: ast.ImportFrom) -> None:
    try:
        computed.run_python(ast.unparse(statement), {})
    except ImportError as error:
        if error.name != "torch":  # an extra, and the message says so
            raise


@pytest.mark.parametrize("name", pictures.pictures())
def test_a_picture_is_drawn_without_chance_and_shown(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every generator has its seed, and NumPy's own is not asked: so a picture is the same each time."""
    seeded, state = np.random.default_rng, pickle.dumps(np.random.get_state())  # noqa: NPY002

    def with_seed(seed: Any) -> np.random.Generator:
        assert seed is not None
        return seeded(seed)

    monkeypatch.setattr("numpy.random.default_rng", with_seed)
    pictures.draw_picture(name, "light", tmp_path / "once.svg")
    assert pickle.dumps(np.random.get_state()) == state  # noqa: NPY002
    assert any(f"{{picture}} {name}\n" in page.read_text(encoding="utf-8") for page in PAGES)


def test_a_picture_has_the_same_bytes_each_time(tmp_path: Path) -> None:
    """No date, and no number of this drawing, which would be in all of them."""
    for path in (tmp_path / "once.svg", tmp_path / "twice.svg"):
        pictures.draw_picture("radii", "light", path)
    assert (tmp_path / "once.svg").read_bytes() == (tmp_path / "twice.svg").read_bytes()


def test_a_command_that_fails_stops_the_build() -> None:
    with pytest.raises(RuntimeError, match="status 2"):
        computed.run_command("longtail tail nowhere.csv --group x")
