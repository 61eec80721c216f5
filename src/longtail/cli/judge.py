"""``longtail judge``: scores of any tool, held against retrained models."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from longtail.cli.answering import answer_on_run
from longtail.cli.options import Json, Run

if TYPE_CHECKING:
    from longtail.findings.results import Result
    from longtail.study.judge import Judgement

__all__ = ["judge_command"]

_SUBSETS, _SEEDS = 100, 20


def judge_command(
    run: Run,
    scores: Annotated[
        Path, typer.Argument(metavar="SCORES", help="Scores of any tool: an .npy, .npz, .csv or .parquet file.")
    ],
    level: Annotated[float, typer.Option("--level", help="Nominal coverage of each interval.")] = 0.95,
    json: Json = False,
) -> None:
    """Judge scores of any tool by retrained models.

    Attributions (a row a training, a column a test example) by the linear datamodeling score: do they order
    retrained models as retraining does? A score of each training example by measured memorization and exposure. The
    trials of RUN must be ones that the scores have not seen. Writes
    RUN/results/judge.json, and the report anew.

    Example: longtail judge runs/truth attributions.npy
    """
    from longtail.study.judge import judge

    found = judge(run, scores, level)
    answer_on_run(run, _told(found, scores.name), found if json else None)


def _told(found: "Judgement", name: str) -> "Result":
    from longtail.findings.results import Result, ResultTable
    from longtail.percent import with_decimals

    said = [f"Read from {name}: {found.said}."]
    notes = ["The score is of order over subsets, not of size; and worth nothing if the scores have seen these trials."]
    if found.datamodeling is not None:
        lds = found.datamodeling
        ceiling = "" if lds.ceiling is None else f" A perfect prediction would get {with_decimals(lds.ceiling)}."
        said.append(
            f"Linear datamodeling score {with_decimals(lds.score)}, over {lds.n_subsets:,} subsets, "
            f"{lds.n_trials:,} models and {len(lds.by_test):,} test examples.{ceiling}"
        )
        if lds.ceiling is None:
            notes.insert(
                0,
                "Each subset has one model. Where a learner draws by its seed, that is noise that nothing predicts. "
                f"Repeated subsets tell the ceiling, too: {_better_truth(found)}.",
            )
    rows = [
        [
            measured,
            with_decimals(quality.rank_correlation),
            with_decimals(quality.precision_at_1),
            with_decimals(quality.precision_at_5),
        ]
        for measured, quality in found.agreement.items()
    ]
    table = ResultTable(
        title=f"The scores beside what {found.n_trials:,} models measured",
        columns=["measured", "rank correlation", "precision, top 1%", "precision, top 5%"],
        rows=rows,
    )
    return Result(
        name="judge",
        title="Scores of another tool, judged by retrained models",
        command="longtail judge RUN SCORES",
        n_trials=found.n_trials,
        said=said,
        tables=[table] if rows else [],
        notes=notes,
    )


def _better_truth(found: "Judgement") -> str:
    """Return the command that trains a truth made for this: subsets that are repeated under many seeds."""
    from longtail.runs.measure import DataSource

    identity = found.study.identity
    name = identity["learner"]["name"]
    seed = int(identity["design"].get("seed", 0)) + 1
    options = DataSource.of(found.study).options({"compiled-mlp": "mlp"}.get(name, name), seed=seed)
    return (
        f"longtail measure {found.study.source} {options} --fraction 0.5 --subsets {_SUBSETS} "
        f"--trials {_SUBSETS * _SEEDS} --out TRUTH"
    )
