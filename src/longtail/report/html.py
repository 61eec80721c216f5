"""The page: findings to one self-contained HTML file.

Words live in ``templates/``, one file a section; every string that comes from data is escaped by the template engine,
and the page forbids itself scripts and every address but its own (Content-Security-Policy). The same findings give the
same bytes.
"""

import os
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from longtail.findings import Findings
from longtail.report import numbers
from longtail.report.citations import Citations
from longtail.report.figures import drawings, series_index
from longtail.report.pictures import is_small, png_data_uri
from longtail.report.rows import cell

__all__ = ["render", "write_report"]

_MOST_CLASSES = 24  # named in the methods; the others are counted
_MOST_COLUMNS = 32  # of a row that is shown; the others are counted


def render(findings: Findings) -> str:
    """The report as one HTML document.

    Raises
    ------
    DamagedRunError
        If a picture's pixels do not match its size.
    """
    citations = Citations()
    page = _environment().get_template("report.html.jinja")
    return page.render(
        findings=findings,
        study=findings.study,
        drawings=drawings(findings),
        citations=citations,
        notes_of=_Footnotes,
    )


def write_report(findings: Findings, path: Path) -> None:
    """Write the report; a reader of ``path`` sees the old file or the new one, never half of it."""
    page = render(findings)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".partial-{os.getpid()}-{path.name}")  # a name that the next writer of a run removes
    try:
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            file.write(page)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


class _Footnotes:
    """Remarks under one table, numbered at their first use."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def number(self, text: str) -> int:
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text) + 1


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("longtail.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count": numbers.count,
        "decimal": numbers.decimal,
        "difference": numbers.difference,
        "percent": numbers.percent,
        "hundredths": numbers.hundredths,
        "roughly": numbers.roughly,
        "sentence": numbers.sentence,
        "exactly": numbers.exactly,
        "level": lambda share: f"{numbers.exactly(100 * share)}{numbers.NARROW_SPACE}%",
    }
    environment.tests["undetermined"] = numbers.undetermined
    environment.globals |= {
        "spread": numbers.spread,
        "cell": cell,
        "series_index": series_index,
        "most_classes": _MOST_CLASSES,
        "most_columns": _MOST_COLUMNS,
        "png": png_data_uri,
        "is_small": is_small,
    }
    return environment
