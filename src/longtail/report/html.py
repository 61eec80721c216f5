"""The page: findings to one self-contained HTML file.

Words live in ``templates/``, one file a section; every string that comes from data is escaped by the template engine,
and the page forbids itself every script but its one own, and every address (``script.py``). It reads without scripts
too. The same findings give the same bytes.
"""

import gzip
import json
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from longtail.arguments import checked
from longtail.errors import DamagedRunError
from longtail.findings import Findings
from longtail.findings.example_name import COUNTED, held_out_name, training_name
from longtail.findings.examples import FILE_NAME, Examples
from longtail.percent import parts
from longtail.report import numbers
from longtail.report.charts import charts_of
from longtail.report.citations import Citations
from longtail.report.pictures import is_small, png_data_uri
from longtail.report.rows import cell
from longtail.report.script import data_block, page_script, policy
from longtail.report.words.commands import typed
from longtail.report.words.mislabeled import judged_sentences
from longtail.report.words.remedies import exemplars_sentence, remedy_sentences
from longtail.report.words.risk import at_rate, risk_line, size_law_line
from longtail.report.words.verdicts import hardest_hit
from longtail.report.words.worth import label_noise_found, learner_tail_sentences, necessity_sentence
from longtail.whole_files import write_atomically

__all__ = ["render", "write_report"]

_MOST_CLASSES = 24  # The most classes that the methods name. The others are counted.
_MOST_COLUMNS = 32  # The most columns of a row that are shown. The others are counted.


@checked
def render(findings: Findings, packed: bytes | None = None, examples: Examples | None = None) -> str:
    """Render the report as one HTML document.

    Parameters
    ----------
    findings : Findings
        What holds of the data.
    packed : bytes, optional
        Every example (:meth:`longtail.findings.examples.Examples.packed`); the page carries these very bytes.
    examples : Examples, optional
        What was packed, where it is at hand: then it is not read from the bytes again.

    Raises
    ------
    DamagedRunError
        If a picture's pixels do not match its size, or the examples are damaged or belong to other findings.
    """
    if packed is not None:
        examples = _examples_of(findings, Examples.unpacked(packed) if examples is None else examples)
    citations = Citations()
    charts = charts_of(findings)
    page = _environment().get_template("report.html.jinja")
    return page.render(
        findings=findings,
        study=findings.study,
        charts=charts,
        citations=citations,
        notes_of=_Footnotes,
        examples=examples,
        examples_block=None if packed is None else data_block("examples-data", packed),
        charts_block=data_block("charts-data", _json({name: chart.to_json() for name, chart in charts.items()})),
        findings_block=data_block("findings-data", gzip.compress(_json(findings.to_json()), mtime=0)),
        script=Markup(page_script()),
        policy=policy(),
    )


@checked
def write_report(findings: Findings, path: Path, packed: bytes | None = None, examples: Examples | None = None) -> None:
    """Write the report. A reader of ``path`` sees the old file or the new one, never half of it."""
    page = render(findings, packed, examples)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, page.encode())


def _examples_of(findings: Findings, examples: Examples) -> Examples:
    held = (examples.n_trials, len(examples.train.label), len(examples.test.label))
    told = (findings.study.n_trials, findings.study.n_train, findings.study.n_test)
    if held != told:
        law = f"{FILE_NAME} must be of the trials, training and test examples of the findings, {told}"
        raise DamagedRunError(f"{law}; got {held}. longtail audit on the same folder makes both anew.")
    return examples


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


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
        "parts": parts,
        "cell": cell,
        "training_name": training_name,
        "held_out_name": held_out_name,
        "counted": COUNTED,
        "hardest_hit": hardest_hit,
        "at_rate": at_rate,
        "risk_line": risk_line,
        "typed": typed,
        "judged_sentences": judged_sentences,
        "remedy_sentences": remedy_sentences,
        "exemplars_sentence": exemplars_sentence,
        "size_law_line": size_law_line,
        "necessity": necessity_sentence,
        "learner_tail_sentences": learner_tail_sentences,
        "label_noise_found": label_noise_found,
        "most_classes": _MOST_CLASSES,
        "most_columns": _MOST_COLUMNS,
        "png": png_data_uri,
        "is_small": is_small,
    }
    return environment
