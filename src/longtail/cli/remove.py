"""``longtail remove``: what the memorized examples of a run are worth, by the same trials without them."""

from typing import TYPE_CHECKING, Annotated

import typer

from longtail.cli.answering import run_of_classes
from longtail.cli.options import Jobs, Json, LearnerOfRun, Run
from longtail.cli.printing import out as console
from longtail.cli.printing import print_json, print_table, remark
from longtail.cli.progress import trial_progress

if TYPE_CHECKING:
    from longtail.findings.learner_tail import RemovalFindings

__all__ = ["remove_command"]


def remove_command(
    run: Run,
    trials: Annotated[
        int | None, typer.Option("--trials", help="Models for each set; 100, or half of the run's, if not given.")
    ] = None,
    learner: LearnerOfRun = None,
    level: Annotated[float, typer.Option("--level", help="Coverage of all intervals together.")] = 0.95,
    jobs: Jobs = None,
    json: Json = False,
) -> None:
    """Test whether this learning needs memorization: train without it.

    The trials of RUN again, without the memorized examples; without those that look mislabeled, without those that look
    rare, and without as many others of the same classes. Subsets and seeds are those of RUN, so that nothing else
    differs. Writes RUN/removal.json, the trials of each set, and the report anew.

    Example: longtail remove runs/digits
    """
    from longtail.cli.studying import require_jobs
    from longtail.runs.reload import reload_dataset
    from longtail.study.refreshed import refreshed_report
    from longtail.study.removal import removal_of_memorized

    require_jobs(jobs)
    folder = run_of_classes(run, "the removal of the memorized")
    dataset = reload_dataset(folder.study())
    with trial_progress("Models without the sets") as progress:
        found = removal_of_memorized(
            folder,
            dataset,
            folder.trials().outcomes(),
            learner,
            n_trials=trials,
            level=level,
            jobs=jobs,
            progress=progress,
        )
    refreshed_report(folder)
    if json:
        from longtail.findings.plain import to_plain

        print_json(to_plain(found))
        return
    _print(found)


def _print(found: "RemovalFindings") -> None:
    from longtail.report.words.worth import necessity_sentence, points

    if found.sets:
        rows = [(each.name, f"{each.n_removed:,}", f"{each.in_a_subset:.1f}", points(each.loss)) for each in found.sets]
        columns = ("without those that are", "examples", "in a subset", "points lost")
        print_table(
            f"Test accuracy lost, {found.n_trials} models each on {found.n_test:,} test examples", columns, rows
        )
    console.print(necessity_sentence(found))
    remark(
        f"\nIntervals hold together with {found.level:.0%}, over models and test examples. Sets were chosen on other "
        "trials than they are judged on. Matched: as many others of the same classes as look rare."
    )
