"""``longtail profile``: memorization in the one training run that there is."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from longtail.cli.options import Json
from longtail.cli.printing import out as console
from longtail.cli.printing import print_json, print_table, remark
from longtail.percent import with_decimals

if TYPE_CHECKING:
    from longtail.profiles import MemorizationProfile

__all__ = ["profile_command"]

_DOUBTFUL = 0.05


def profile_command(
    losses: Annotated[
        Path, typer.Argument(metavar="LOSSES", help="A .csv, .tsv or .parquet: a row an example and checkpoint.")
    ],
    example: Annotated[str, typer.Option("--example", help="Column that names the example.")] = "example",
    step: Annotated[
        str,
        typer.Option("--step", help="Column of the step at which it was trained on; empty for validation examples."),
    ] = "step",
    checkpoint: Annotated[
        str, typer.Option("--checkpoint", help="Column of the step after which the model was kept.")
    ] = "checkpoint",
    loss: Annotated[str, typer.Option("--loss", help="Column of the model's loss on the example.")] = "loss",
    level: Annotated[float, typer.Option("--level", help="Nominal coverage of each interval.")] = 0.95,
    table: Annotated[
        Path | None, typer.Option("--out", help="Write every cohort at every checkpoint to this .csv or .parquet.")
    ] = None,
    json: Json = False,
) -> None:
    """Profile memorization in one training run, from its checkpoints.

    For runs that nobody can repeat: how much lower the loss of examples is because they were trained on, at once and
    later, by difference in differences with validation examples. Each example is trained on once. Writes nothing but
    what --out names.

    Example: longtail profile losses.parquet
    """
    from longtail.profiles import memorization_profile, read_losses
    from longtail.profiles.profile_table import require_profile_file, write_profile

    if table is not None:
        require_profile_file(table)
    read = read_losses(losses, example=example, step=step, checkpoint=checkpoint, loss=loss)
    found = memorization_profile(read, level)
    if table is not None:
        write_profile(found, table)
    if json:
        print_json(
            {
                "n_examples": int(found.sizes.sum()),
                "n_controls": found.n_controls,
                "left_out": found.left_out,
                "instantaneous": found.instantaneous,
                "residual": found.residual,
                "by_lag": {int(lag): one for lag, one in zip(found.lags, found.by_lag, strict=True)},
                "placebo_p_value": found.placebo,
                "checkpoints": found.checkpoints,
                "cohorts": found.checkpoints[found.cohorts],
                "value": found.value,
                "low": found.low,
                "high": found.high,
            }
        )
        return
    _print(found, loss)


def _print(found: "MemorizationProfile", loss: str) -> None:
    rows = [(_named(int(lag)), with_decimals(one)) for lag, one in zip(found.lags, found.by_lag, strict=True)]
    title = (
        f"{found.sizes.sum():,} examples in {len(found.cohorts):,} cohorts, {found.n_controls:,} controls, "
        f"{len(found.checkpoints):,} checkpoints"
    )
    print_table(title, ("checkpoints after training", f"{loss} lower by"), rows)
    console.print(
        f"\nAn example's {loss} falls by {with_decimals(found.instantaneous)} because it is trained on, and is "
        f"still lower by {with_decimals(found.residual)} at the last checkpoint, {found.checkpoints[-1]:,}."
    )
    if found.left_out:
        console.print(
            f"Left out: {found.left_out:,} examples that were trained on before the first checkpoint, or alone between "
            "two."
        )
    if math.isnan(found.placebo):
        console.print("No example has two checkpoints before it, so nothing tests whether controls are alike.")
    elif found.placebo < _DOUBTFUL:
        console.print(
            f"Distrust this: {loss} of these examples and of the controls fell differently before training, too "
            f"(p = {found.placebo:.2g}, which should be large)."
        )
    remark(
        "Numbers before training should be zero. Intervals are over examples; another run of the same training could "
        "differ by more."
    )


def _named(lag: int) -> str:
    return f"{lag:+d} (before it)" if lag < 0 else "0 (at once)" if lag == 0 else f"+{lag}"
