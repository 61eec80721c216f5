"""``longtail judge``: scores of any tool, held against retrained models."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from longtail.cli.options import Json, Run
from longtail.cli.printing import out as console
from longtail.cli.printing import print_json, print_table, remark, with_interval

if TYPE_CHECKING:
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
    trials of RUN must be ones that the scores have not seen. Writes nothing.

    Example: longtail judge runs/truth attributions.npy
    """
    from longtail.study.judge import judge

    found = judge(run, scores, level)
    if json:
        print_json(found)
        return
    _print(found)


def _print(found: "Judgement") -> None:
    console.print(f"Read: {found.said}.")
    if found.datamodeling is not None:
        lds = found.datamodeling
        ceiling = "" if lds.ceiling is None else f" A perfect prediction would get {with_interval(lds.ceiling, '.3f')}."
        console.print(
            f"Linear datamodeling score {with_interval(lds.score, '.3f')}, over {lds.n_subsets} subsets, "
            f"{lds.n_trials} models and {len(lds.by_test)} test examples.{ceiling}"
        )
    if found.agreement:
        rows = [
            (
                name,
                with_interval(quality.rank_correlation, ".2f"),
                with_interval(quality.precision_at_1, ".2f"),
                with_interval(quality.precision_at_5, ".2f"),
            )
            for name, quality in found.agreement.items()
        ]
        columns = ("measured", "rank correlation", "precision, top 1%", "precision, top 5%")
        print_table(f"The scores beside what {found.n_trials} models measured", columns, rows)
    if found.datamodeling is not None and found.datamodeling.ceiling is None:
        remark(
            "\nEach subset has one model, whose seed is noise that nothing predicts: the score is of noisy margins. "
            f"Repeated subsets tell the ceiling, too: {_better_truth(found)}"
        )
    remark("\nThe score is of order over subsets, not of size; and worth nothing if the scores have seen these trials.")


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
