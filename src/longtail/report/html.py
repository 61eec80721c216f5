"""The page: findings to one self-contained HTML file.

Words live in ``templates/``, one file a section; every string that comes from data is escaped by the template engine,
and the page forbids itself every script but its one own, and every address (``script.py``). It reads without scripts
too. The same findings give the same bytes.
"""

import json
import os
import tempfile
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from longtail.findings import Findings
from longtail.report import numbers
from longtail.report.charts import charts_of
from longtail.report.citations import Citations
from longtail.report.pictures import is_small, png_data_uri
from longtail.report.rows import cell
from longtail.report.script import page_script, policy

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
    charts = charts_of(findings)
    page = _environment().get_template("report.html.jinja")
    return page.render(
        findings=findings,
        study=findings.study,
        charts=charts,
        chart_data=_json_in_html({name: chart.to_json() for name, chart in charts.items()}),
        citations=citations,
        notes_of=_Footnotes,
        script=Markup(page_script()),
        policy=policy(),
    )


def write_report(findings: Findings, path: Path) -> None:
    """Write the report; a reader of ``path`` sees the old file or the new one, never half of it."""
    page = render(findings)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(page)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).chmod(0o644)  # mkstemp makes files that only their owner reads
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)


def _json_in_html(value: object) -> Markup:
    """JSON for a ``<script type="application/json">``: no string of the data can end the element or begin another."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


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
        "most_classes": _MOST_CLASSES,
        "most_columns": _MOST_COLUMNS,
        "png": png_data_uri,
        "is_small": is_small,
    }
    return environment
