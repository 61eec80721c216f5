"""``longtail scores``: memorization and influence from the trials of a run."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from longtail.cli.options import Json, Run
from longtail.cli.printing import print_json, print_table, remark
from longtail.percent import chosen

if TYPE_CHECKING:
    from longtail.array_types import Whole
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
    out: Annotated[
        Path | None, typer.Option("--out", help="Write one table, a row a record: every score (.csv or .parquet).")
    ] = None,
    by_unit: Annotated[
        bool, typer.Option("--by-unit", help="A row of --out for each unit that stays together: a person, a patient.")
    ] = False,
    pairs: Annotated[
        Path | None, typer.Option("--pairs", help="Write all significant influences (.csv or .parquet).")
    ] = None,
    json: Json = False,
) -> None:
    """Score memorization and influence of every example.

    How much more often models are right on a training example when they saw it, and which test examples it helps.
    Writes nothing but the tables that --out and --pairs name. --out has everything that the run says of each record, by
    its names in your data: memorization, exposure and how often each attack names it, influence on its group, whether
    it looks mislabeled or rare, stand-ins of longtail proxies, with intervals.

    Example: longtail scores runs/digits --out digits.parquet
    """
    from longtail.analysis.analysis import Analysis
    from longtail.analysis.partitions import comparable_features
    from longtail.cli.scores_file import data_for_table, tell_of_table
    from longtail.errors import InputError, Said
    from longtail.findings.example_name import COUNTED
    from longtail.runs.reload import labeled_outcomes, losses_of_texts, reload_dataset
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
    from longtail.study.table_of_run import table_of_run

    if estimator not in ("difference", "efficient"):
        raise InputError("--estimator", "be difference or efficient", estimator)
    chosen: Literal["difference", "efficient"] = "efficient" if estimator == "efficient" else "difference"
    for path, option in ((out, "--out"), (pairs, "--pairs")):
        if path is not None:
            require_table(path, option)
    if by_unit and out is None:
        raise InputError("--by-unit", "come with --out, whose rows it chooses", Said("no --out"))
    folder = RunFolder(run)
    study = folder.study()
    outcomes = labeled_outcomes(folder)
    analysis = None
    if out is not None:
        attacked = losses_of_texts(folder)
        analysis = Analysis(data_for_table(study, by_unit), outcomes, level, estimator=chosen, attacked=attacked)
    memorized = memorization(outcomes, level, estimator=chosen) if analysis is None else analysis.scores
    above = above_threshold(memorized, threshold)  # This refuses before anything is written.
    chosen_top = most_memorized(memorized, top, level) if simultaneous else None
    table = None
    if analysis is not None and out is not None:
        table = table_of_run(analysis, folder, by_unit=by_unit)
        table.write(out)
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
    if table is not None and out is not None:
        tell_of_table(table, out)
        if analysis is not None and analysis.attacked.outcomes.kind != outcomes.kind:
            remark(f"Its attacks and exposure read the {analysis.attacked.outcomes.kind.title} of each example.")


def _rows_of(study: "Study") -> "tuple[Whole | None, Whole | None]":
    """Return the rows of training and of test examples in the data as given. None if the data are not here."""
    from longtail.errors import LongtailError
    from longtail.runs.reload import reload_dataset

    try:
        dataset = reload_dataset(study)
    except LongtailError:
        return None, None
    return dataset.position, dataset.position_test


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
        ("example", "memorization", f"{chosen(memorized.level)} interval", "in/out", "q", "surely influences (by)"),
        rows,
    )
