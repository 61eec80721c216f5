"""Pages that live beside ``docs``, for who reads the repository: shown here as they are, with their links mended."""

import os
import re
from pathlib import Path

from longtail.references import bibliography

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

PLACES = {
    "GLOSSARY.md": "generated/glossary.md",
    "ARCHITECTURE.md": "generated/architecture.md",
    "CONTRIBUTING.md": "generated/contributing.md",
    "CHANGELOG.md": "generated/changelog.md",
    "benchmarks/README.md": "generated/benchmarks.md",
    "examples/README.md": "generated/examples.md",
    "benchmarks/peers/README.md": "generated/peers.md",
}
"""Where each is shown, below ``docs``; the last two are shown if they are there."""

TABLES = {
    "held_out_tail": "Predictions of the tail that came true",
    "tail_coverage": "Coverage of the tail's intervals",
    "tail_estimators": "Good–Turing beside the fitted prior",
    "tail_extrapolation": "Twice the sample, predicted from half",
}
"""Titles of the tables that scripts write below ``docs/tables``."""

_PICTURE = re.compile(r"!\[(?P<text>[^\]]*)\]\((?P<target>[^)\s:]+)\)")
_LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s#:]+)(?P<anchor>#[^)\s]*)?\)")


def repository_pages() -> dict[str, str]:
    """Path below ``docs`` and text of each."""
    pages = {}
    for written, shown in PLACES.items():
        path = ROOT / written
        if not path.exists():
            continue
        text = rewritten_links(path.read_text(encoding="utf-8"), written=path, shown=DOCS / shown, places=PLACES)
        pages[shown] = _glossary(text) if written == "GLOSSARY.md" else text
    return pages


def rewritten_links(text: str, *, written: Path, shown: Path, places: dict[str, str]) -> str:
    """Relative links and pictures of a page that is written in one place and shown in another.

    A link to a page that is not on the site, a script for instance, becomes its path from the root, as code.
    """

    def mended(link: re.Match[str]) -> str:
        target = Path(os.path.normpath(written.parent / link["target"]))
        if not target.is_relative_to(ROOT) or not target.exists():
            return link[0]  # the build will say that it leads nowhere
        name = target.relative_to(ROOT).as_posix()
        name = f"{name}/README.md" if target.is_dir() else name
        if name in places:
            target = DOCS / places[name]
        elif not target.is_relative_to(DOCS):
            return f"{link['text']} (`{name}`)" if name not in link["text"] else f"`{name}`"
        return f"[{link['text']}]({os.path.relpath(target, shown.parent)}{link['anchor'] or ''})"

    def found(picture: re.Match[str]) -> str:
        return f"![{picture['text']}]({os.path.relpath(written.parent / picture['target'], shown.parent)})"

    return _PICTURE.sub(found, _LINK.sub(mended, text))


def titled_table(name: str, table: str) -> str:
    """A table with its title and the command that makes it again."""
    script = next(path for path in _scripts() if f"docs/tables/{name}.md" in path.read_text(encoding="utf-8"))
    made = f"Made by `python {script.relative_to(ROOT).as_posix()} --out docs/tables/{name}.md`."
    return f"# {TABLES.get(name, name.replace('_', ' ').capitalize())}\n\n{made}\n\n{table}"


def _scripts() -> list[Path]:
    return sorted([*ROOT.glob("benchmarks/*.py"), *ROOT.glob("examples/*.py")])


def _glossary(text: str) -> str:
    """Files lead to their modules, sources to the references."""
    lines = text.split("\n")
    return "\n".join(_linked_row(line) if line.startswith("| ") and "`" in line else line for line in lines)


def _linked_row(row: str) -> str:
    *front, file, source, end = row.split("|")
    file = re.sub(r"`([\w/]+)\.py`", lambda m: "{py:mod}`" + _module(m[1]) + "`", file)
    source = re.sub(r"\w+", lambda m: f"{{cite}}`{m[0]}`" if m[0] in bibliography() else m[0], source)
    return "|".join([*front, file, source, end])


def _module(path: str) -> str:
    dotted = "longtail." + path.removesuffix("/__init__").replace("/", ".")
    return f"{path}.py <{dotted}>"
