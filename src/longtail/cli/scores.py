"""``longtail scores``: memorization and influence from the trials of a run."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from longtail.cli.options import Json, Run
from longtail.cli.printing import print_json, print_table, remark

if TYPE_CHECKING:
    from longtail.array_types import Whole
    from longtail.outcomes import Outcomes
    from longtail.runs.run_folder import Study
    from longtail.scores import InfluenceScores, MemorizationScores, MostMemorized, ThresholdReport


__all__ = ["scores_command"]


def scores_command(
    run: Run,
    level: Annotated[float, typer.Option("--level", help="Nominal coverage of each interval.")] = 0.95,
    estimator: Annotated[
        str,
        typer.Option("--estimator", help="difference, or efficient: fewer models for the same error, assumes more."),
    ] = "difference",
    strongest: Annotated[int, typer.Option("--strongest", help="Influences to keep for each training example.")] = 5,
    top: Annotated[int, typer.Option("--top", help="Examples to print.")] = 20,
    simultaneous: Annotated[
        bool, typer.Option("--simultaneous", help="Print the top with intervals that hold for all of them at once.")
    ] = False,
    threshold: Annotated[
        float, typer.Option("--threshold", help="Count the examples at or above it, and those there by chance.")
    ] = 0.25,
    out: Annotated[Path | None, typer.Option("--out", help="Write the memorization table (.csv or .parquet).")] = None,
    pairs: Annotated[
        Path | None, typer.Option("--pairs", help="Write all significant influences (.csv or .parquet).")
    ] = None,
    json: Json = False,
) -> None:
    """Score memorization and influence of every example.

    How much more often models are right on a training example when they saw it, and which test examples it helps.
    Writes nothing but the tables that --out and --pairs name; --out also has each example's label, group and row in the
    data as given, counted from 0, where the data are still there.

    Example: longtail scores runs/digits --out memorization.csv
    """
    from longtail.analysis.partitions import comparable_features
    from longtail.errors import InputError
    from longtail.findings.example_name import COUNTED
    from longtail.runs.reload import labeled_outcomes, reload_dataset
    from longtail.runs.run_folder import RunFolder
    from longtail.scores import (
        above_threshold,
        duplicate_pairs,
        influence,
        memorization,
        most_memorized,
        outlook,
        significant_influence,
    )
    from longtail.scores.ranking import ranked_examples
    from longtail.scores.tables import require_table, write_influence

    if estimator not in ("difference", "efficient"):
        raise InputError("--estimator", "be difference or efficient", estimator)
    chosen: Literal["difference", "efficient"] = "efficient" if estimator == "efficient" else "difference"
    for path, option in ((out, "--out"), (pairs, "--pairs")):
        if path is not None:
            require_table(path, option)
    folder = RunFolder(run)
    study = folder.study()
    outcomes = labeled_outcomes(folder)
    memorized = memorization(outcomes, level, estimator=chosen)
    above = above_threshold(memorized, threshold)  # This refuses before anything is written.
    chosen_top = most_memorized(memorized, top, level) if simultaneous else None
    if out is not None:
        _write(memorized, outcomes, study, level, out)
    if pairs is not None:
        found = significant_influence(outcomes, level=level)
        data = reload_dataset(study)
        near, near_test = comparable_features(data, data.X), comparable_features(data, data.X_test)
        write_influence(found, duplicate_pairs(near, near_test, found.train, found.test), pairs)
    if json:
        influenced = influence(outcomes, level, strongest=strongest)
        print_json(_document(study.identity, outcomes.n_trials, memorized, influenced, above, chosen_top))
        return
    if chosen_top is None:
        order, ranking = ranked_examples(outcomes, memorized)
        shown = order[:top].tolist()
    else:
        ranking = "value; the intervals hold for all of them at once, however they were chosen"
        shown = chosen_top.train.tolist()
    places = _rows_of(study)
    influenced = influence(outcomes, level, train=shown, strongest=strongest)
    _table(memorized, influenced, shown, places, chosen_top)
    if not ((influenced.value > 0) & (influenced.q_value <= 0.05)).any():
        remark("\nNo influence of these on a test example is significant (q <= 0.05); longtail influence sees more.")
    if places[0] is not None:
        remark(f"\n{COUNTED}")
    remark(f"\nEstimand: {memorized.estimand}, at the study's fraction. Method: {memorized.method}.")
    if memorized.failed:
        remark(memorized.failed)
    if ranking:
        remark(f"Ranked by {ranking}.")
    remark(
        f"{above.n_above} examples are at or above {above.threshold}, at most {above.expected_false:.1f} of them "
        "by chance. " + str(outlook(memorized))
    )


def _rows_of(study: "Study") -> "tuple[Whole | None, Whole | None]":
    """Return the rows of training and of test examples in the data as given. None if the data are not here."""
    from longtail.errors import LongtailError
    from longtail.runs.reload import reload_dataset

    try:
        dataset = reload_dataset(study)
    except LongtailError:
        return None, None
    return dataset.position, dataset.position_test


def _write(memorized: "MemorizationScores", outcomes: "Outcomes", study: "Study", level: float, out: Path) -> None:
    """Write the table of --out: memorization, then all else that is measured of each example, then whose row it is."""
    from longtail.analysis.analysis import Analysis
    from longtail.analysis.columns import score_columns
    from longtail.errors import LongtailError
    from longtail.runs.reload import reload_dataset
    from longtail.scores.tables import write_memorization

    particulars = {}
    try:
        particulars = reload_dataset(study).particulars
    except LongtailError as missing:
        remark(f"Labels and rows of the data are left out of the table: {missing}")
    columns = [each for each in score_columns(Analysis(None, outcomes, level)) if each.name != "memorization"]
    scores = {name: array for column in columns for name, array in column.parts().items()}
    write_memorization(memorized, out, {**scores, **particulars})


def _document(
    identity: dict[str, Any],
    n_trials: int,
    memorized: "MemorizationScores",
    influenced: "InfluenceScores",
    above: "ThresholdReport",
    top: "MostMemorized | None",
) -> dict[str, Any]:
    from longtail.scores import outlook

    columns, seen = ("value", "low", "high", "n_in", "n_out", "q_value"), outlook(memorized)
    pairs = ("train", "test", "value", "low", "high", "q_value")
    return {
        "study": identity,
        "n_trials": n_trials,
        "failed": memorized.failed,
        "estimand": memorized.estimand,
        "level": memorized.level,
        "method": memorized.method,
        "outlook": asdict(seen),
        "above_threshold": asdict(above),
        **({} if top is None else {"most_memorized": asdict(top)}),
        "memorization": {column: getattr(memorized, column) for column in columns},
        "influence": (
            {column: getattr(influenced, column)[place].item() for column in pairs}
            for place in range(len(influenced.train))
        ),
    }


def _table(
    memorized: "MemorizationScores",
    influenced: "InfluenceScores",
    order: list[int],
    places: "tuple[Whole | None, Whole | None]",
    top: "MostMemorized | None" = None,
) -> None:
    from longtail.findings.example_name import named_rows

    names = named_rows(order, places[0])
    low, high = (memorized.low[order], memorized.high[order]) if top is None else (top.low, top.high)
    rows = []
    for place, i in enumerate(order):
        mine = (influenced.train == i) & (influenced.value > 0) & (influenced.q_value <= 0.05)
        strongest = ", ".join(
            f"{test} ({value:+.2f})"
            for test, value in zip(
                named_rows(influenced.test[mine][:3].tolist(), places[1], held_out=True),
                influenced.value[mine][:3],
                strict=True,
            )
        )
        rows.append(
            (
                names[place],
                f"{memorized.value[i]:.3f}",
                f"[{low[place]:.3f}, {high[place]:.3f}]",
                f"{memorized.n_in[i]}/{memorized.n_out[i]}",
                f"{memorized.q_value[i]:.2g}",
                strongest,
            )
        )
    title = f"The {len(rows)} most memorized of {len(memorized.value):,} training examples"
    print_table(
        title,
        ("example", "memorization", f"{memorized.level:.0%} interval", "in/out", "q", "surely influences (by)"),
        rows,
    )
