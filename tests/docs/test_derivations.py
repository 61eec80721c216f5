"""Every Python block of the derivation pages runs; a page's blocks share one namespace."""

import re
from pathlib import Path

import pytest

PAGES = sorted((Path(__file__).parents[2] / "docs" / "derivations").glob("*.md"))
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_block_runs(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    blocks = list(_BLOCK.finditer(text))
    assert len(blocks) == text.count("```python"), f"{page.name} has a python block that is not closed"
    namespace: dict[str, object] = {"__name__": page.stem}
    for block in blocks:
        line = text.count("\n", 0, block.start(1))
        source = "\n" * line + block[1]  # so that a traceback names the page's line
        exec(compile(source, str(page), "exec"), namespace)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_page_can_be_checked_by_anyone(page: Path) -> None:
    assert _BLOCK.search(page.read_text(encoding="utf-8")), f"{page.name} has no check that runs"
