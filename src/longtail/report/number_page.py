"""The page of a study whose outcomes are numbers: findings to one self-contained HTML file, without a script."""

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from longtail.arguments import checked
from longtail.estimate import Estimate
from longtail.findings.numbers import NumberFindings
from longtail.percent import chosen
from longtail.report.words.number_summary import number_summary
from longtail.whole_files import write_atomically

__all__ = ["render_numbers", "write_number_page"]


@checked
def render_numbers(findings: NumberFindings) -> str:
    """Render the page as one HTML document. The same findings give the same bytes."""
    environment = Environment(
        loader=PackageLoader("longtail.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"estimate": _estimate, "level": chosen}
    page = environment.get_template("numbers.html.jinja")
    return page.render(findings=findings, summary=number_summary(findings))


@checked
def write_number_page(findings: NumberFindings, path: Path) -> None:
    """Write the page. A reader of ``path`` sees the old file or the new one, never half of it."""
    write_atomically(path, render_numbers(findings).encode())


def _estimate(estimate: Estimate | None) -> str:
    """Write a number with its interval, or a dash where there is none."""
    if estimate is None or estimate.value != estimate.value:
        return "–"
    return f"{estimate.value:.3f} [{estimate.low:.3f}, {estimate.high:.3f}]"
