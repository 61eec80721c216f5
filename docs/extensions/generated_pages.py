"""Pages that nobody writes: the API, the commands, the references, and the repository's own pages.

They are made anew before each build, in ``docs/generated``, which git ignores; an unchanged page keeps its date.
"""

from pathlib import Path
from typing import Any

from api_pages import api_pages
from command_pages import command_page
from reference_page import reference_page
from repository_pages import PLACES, repository_pages, rewritten_links, titled_table
from statement_page import statement_page

DOCS = Path(__file__).parents[1]


def all_pages() -> dict[str, str]:
    """Every generated page: its path below ``docs``, and its text."""
    return {
        "generated/commands.md": command_page(),
        "generated/references.rst": reference_page(),
        **api_pages(),
        **repository_pages(),
    }


def _write(_: Any) -> None:
    pages = all_pages()
    for name, text in pages.items():
        path = DOCS / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for path in DOCS.glob("generated/**/*.*"):
        if path.suffix in (".md", ".rst") and path.relative_to(DOCS).as_posix() not in pages:
            path.unlink()


def _complete(app: Any, page: str, source: list[str]) -> None:
    """Links out of ``docs`` lead to the copies of those pages here; a table its title, statements their tests."""
    path = Path(app.env.doc2path(page))
    if page == "statements":
        source[0] = statement_page()
    if path.parent == DOCS / "tables":
        source[0] = titled_table(path.stem, source[0])
    if path.suffix == ".md" and "generated" not in path.parts:
        source[0] = rewritten_links(source[0], written=path, shown=path, places=PLACES)


def setup(app: Any) -> dict[str, Any]:
    """Write before anything is read."""
    app.connect("builder-inited", _write)
    app.connect("source-read", _complete)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
