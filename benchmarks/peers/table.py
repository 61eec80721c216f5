"""The table in ``docs/measured.md``, from the results of a run."""

from pathlib import Path
from statistics import median
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "measured.md"
BEGIN, END = "<!-- peers: written by benchmarks/peers/run.py -->", "<!-- end of peers -->"

_ARMS = {
    "bare_loop": ("bare loop, PyTorch", "torch", "intervals, resume, margins, influence: all yours to write"),
    "opendataval": (
        "OpenDataVal `InfluenceSubsample`",
        "opendataval",
        "memorization by a trick¹; intervals, resume, margins, who was in which subset",
    ),
    "pydvl": (
        "pyDVL `DataOOBValuation`",
        "pyDVL",
        "the included half²; trains nothing itself; intervals³, resume, margins, influence",
    ),
    "longtail": ("longtail `run_trials`", "", "–"),
}
_NOTES = """¹ With the training set as its test set, a metric that answers with a vector, and its network corrected (a
softmax before the cross-entropy keeps it from fitting). It trains with Adam at its default rate, the others with SGD.
² Included examples are taken to be right. ³ It has a standard error of each value."""


def table(results: dict[str, Any]) -> str:
    """Markdown: a row for each arm, the bare loop's time as the unit."""
    arms = results["arms"]
    lines = [
        "| | CPU a model | wall a model | times as fast | right, included | left out | agreement | what it lacks |",
        "|---|---|---|---|---|---|---|---|",
        *(_row(name, arms[name], arms["bare_loop"], results) for name in _ARMS),
    ]
    return "\n".join([_setting(results), "", *lines, "", _NOTES])


def _setting(results: dict[str, Any]) -> str:
    return (
        f"{results['date']}, {results['machine']}, shared with other work; Python {results['python']}. Each "
        f"trained {results['models']} networks of 64-64-10, ten epochs, on the same {results['fraction']:.0%} subsets "
        f"of {results['examples']:,} digits, one thread, in {results['rounds']} rounds by turns, after a model to warm "
        "up. Times are medians over rounds, ratios (least to most) within rounds; agreement is the correlation of "
        f"memorization with that of {results['reference_trials']:,} other subsets."
    )


def _row(name: str, arm: dict[str, Any], loop: dict[str, Any], results: dict[str, Any]) -> str:
    title, package, lacks = _ARMS[name]
    version = results["longtail"] if name == "longtail" else arm["versions"][package]
    pairs = zip(loop["cpu_seconds_per_model"], arm["cpu_seconds_per_model"], strict=True)
    ratios = [theirs / its for theirs, its in pairs]
    against = "1" if name == "bare_loop" else f"{median(ratios):.3g} ({min(ratios):.3g} to {max(ratios):.3g})"
    included = arm["included_accuracy"]
    cells = (
        f"{title} {version}",
        _time(median(arm["cpu_seconds_per_model"])),
        _time(median(arm["wall_seconds_per_model"])),
        against,
        "–" if included is None else f"{included:.2%}",
        f"{arm['left_out_accuracy']:.2%}",
        f"{arm['agreement']:.3f}",
        lacks,
    )
    return f"| {' | '.join(cells)} |"


def _time(seconds: float) -> str:
    return f"{float(f'{1000 * seconds:.3g}'):,g} ms"


def write_into_page(results: dict[str, Any], page: Path = PAGE) -> None:
    """Replace what stands between the markers."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{table(results)}\n{END}{after}", encoding="utf-8")
