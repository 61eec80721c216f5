"""``longtail remove``: what the memorized examples of a run are worth, by training without them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from longtail.cli.options import Jobs, Json, LearnerName, Run, Seed
from longtail.cli.printing import out as console
from longtail.cli.printing import print_json, print_table, with_interval

if TYPE_CHECKING:
    from longtail.experiments.removal import RemovalCurve

__all__ = ["remove_command"]


def remove_command(
    run: Run,
    thresholds: Annotated[
        str, typer.Option("--thresholds", help="Memorization above which examples are removed.")
    ] = "0.75,0.5,0.25,0.1",
    repeats: Annotated[
        int, typer.Option("--repeats", help="Models for each threshold, and as many for the match.")
    ] = 20,
    learner: LearnerName = "mlp",
    seed: Seed = 0,
    duplicates: Annotated[
        bool, typer.Option("--duplicates", help="Count test examples that duplicate a removed one, too.")
    ] = False,
    plot: Annotated[Path | None, typer.Option("--plot", help="Draw the curve (.png, .svg or .pdf).")] = None,
    jobs: Jobs = None,
    json: Json = False,
) -> None:
    """What memorized examples are worth: retrain without them.

    And without as many others of the same classes, so that the difference is memorization's. Writes RUN/removal.json.

    Example: longtail remove runs/digits --thresholds 0.5,0.25
    """
    from longtail.checked_json import checked_text
    from longtail.cli.studying import require_jobs
    from longtail.experiments.removal import removal_curve
    from longtail.experiments.retraining import require_learner
    from longtail.learners.names import named_learner
    from longtail.report.figures.drawing_file import require_drawing_file
    from longtail.runs.reload import reload_dataset
    from longtail.runs.run_folder import RunFolder
    from longtail.scores import memorization
    from longtail.whole_files import write_atomically

    require_jobs(jobs)
    if plot is not None:  # before hours of training, not after them
        require_drawing_file(plot)
    folder, chosen = RunFolder(run), named_learner(learner)
    study = folder.study()
    require_learner(study, chosen)
    curve = removal_curve(
        chosen,
        reload_dataset(study),
        memorization(folder.trials().outcomes()),
        _numbers(thresholds),
        n_repeats=repeats,
        seed=seed,
        leave_out_duplicates=not duplicates,
        jobs=jobs,
    )
    if plot is not None:
        _draw(curve, plot)
    with folder.writing():
        write_atomically(run / "removal.json", checked_text(curve.to_json(), indent=1))
    if json:
        print_json(curve)
        return
    _table(curve)


def _draw(curve: "RemovalCurve", path: Path) -> None:
    from longtail.report.figures.removal_figure import save_removal

    without = {
        "memorized": [point.without_memorized for point in curve.points],
        "matched, at random": [point.without_matched for point in curve.points],
    }
    save_removal(
        path,
        n_removed=[0, *(point.n_removed for point in curve.points)],
        accuracies={removed: [curve.everything, *accuracies] for removed, accuracies in without.items()},
    )


def _numbers(text: str) -> list[float]:
    from longtail.errors import InputError

    try:
        return [float(part) for part in text.split(",")]
    except ValueError as error:
        raise InputError("--thresholds", "be numbers with commas between them", text) from error


def _table(curve: "RemovalCurve") -> None:
    rows = [
        (
            f"{point.threshold:g}",
            str(point.n_removed),
            with_interval(point.without_memorized, ".2%"),
            with_interval(point.without_matched, ".2%"),
            with_interval(point.utility, ".2%"),
        )
        for point in curve.points
    ]
    columns = ("memorization", "removed", "accuracy without them", "without matched ones", "utility")
    print_table(f"Removal, {curve.n_repeats} models each", columns, rows)
    if not rows:
        console.print("No example is memorized above these thresholds.")
    everything = curve.everything
    console.print(
        f"\nWith all examples: {with_interval(everything, '.2%')}. Matched: other examples "
        "of the same class (and group), drawn at random."
    )
