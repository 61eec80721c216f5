"""``longtail compare A.npy B.npy --data DATA``: two models by class and group, from predictions alone."""

from pathlib import Path
from typing import TYPE_CHECKING

from longtail.cli.printing import out as console
from longtail.cli.printing import print_json, print_table, remark
from longtail.percent import chosen

if TYPE_CHECKING:
    from longtail.estimate import Estimate
    from longtail.experiments.compare_predictions import ComparedPart, PredictionComparison

__all__ = ["PREDICTIONS", "show_compared"]

PREDICTIONS = (".npy", ".csv", ".tsv", ".parquet")


def show_compared(
    first: Path,
    second: Path,
    data: str,
    *,
    target: str | None,
    group: str | None,
    name: str | None,
    together: str | None,
    level: float,
    top: int,
    json: bool,
) -> None:
    """Compare two files of predictions, and print or dump what differs."""
    from longtail.dataset.answer_rows import answer_rows
    from longtail.dataset.predictions import read_predictions
    from longtail.experiments.compare_predictions import compare_predictions

    rows = answer_rows(data, target, group, name, together)
    found = compare_predictions(read_predictions(first, rows), read_predictions(second, rows), rows, level)
    if json:
        print_json(found.to_json())
        return
    for note in found.notes:
        remark(note)
    _print(found, (first.stem, second.stem), level, top)


def _print(found: "PredictionComparison", names: tuple[str, str], level: float, top: int) -> None:
    whole, recall, *rest = found.parts
    console.print(f"{_verdict(whole, recall, rest, names)}\n", markup=False)
    shown = sorted(rest, key=lambda part: (not part.differs, -abs(part.difference.value)))[:top]
    print_table(
        f"Right answers in percent on {found.n_rows:,} rows, {found.n_models} model{'s' if found.n_models > 1 else ''} "
        f"of each; all intervals of classes and groups hold together at {chosen(level)}",
        ("rows", "", "number", names[0], names[1], "difference", "differs"),
        [
            (
                part.kind,
                part.name,
                f"{part.n_rows:,}",
                *map(_cell, (part.first, part.second, part.difference)),
                "yes" if part.differs else "",
            )
            for part in (whole, recall, *shown)
        ],
    )
    if len(shown) < len(rest):
        remark(f"The {len(shown)} largest differences of {len(rest)} classes and groups.")


def _verdict(whole: "ComparedPart", recall: "ComparedPart", rest: list["ComparedPart"], names: tuple[str, str]) -> str:
    """Say in one sentence who is better, and for whom it is the other way round."""
    groups = [part for part in rest if part.kind != "class in group" and part.differs]
    better = [f"{part.kind} {part.name}" for part in groups if part.difference.value > 0]
    worse = [f"{part.kind} {part.name}" for part in groups if part.difference.value < 0]
    told = f"{names[1]} against {names[0]}: {_points(whole.difference)} of accuracy"
    told += f", {_points(recall.difference)} as a mean over classes"
    sides = [f"surely {word} on {', '.join(those)}" for word, those in (("better", better), ("worse", worse)) if those]
    return f"{told}; {names[1]} is {' and '.join(sides)}." if sides else f"{told}; no class or group surely differs."


def _points(estimate: "Estimate") -> str:
    from longtail.percent import points

    return points(estimate)


def _cell(estimate: "Estimate") -> str:
    value, low, high = (100 * end for end in (estimate.value, estimate.low, estimate.high))
    return f"{value:.1f} [{low:.1f}, {high:.1f}]"
