"""``longtail proxies``: which cheap stand-in for memorization can be believed here."""

from typing import TYPE_CHECKING, Annotated

import typer

from longtail.cli.options import Jobs, Json, LearnerOfRun, Run, Seed
from longtail.cli.printing import out as console
from longtail.cli.printing import print_json, print_table, with_interval

if TYPE_CHECKING:
    from longtail.experiments.proxies import ProxyStudy
    from longtail.learners.learner import Learner
    from longtail.runs.run_folder import RunFolder

__all__ = ["proxies_command"]


def proxies_command(
    run: Run,
    runs: Annotated[int, typer.Option("--runs", help="Training runs on all examples to watch.")] = 5,
    early: Annotated[int, typer.Option("--early", help="Epoch after which EL2N and GraNd are read, from 1 to 10.")] = 2,
    neighbors: Annotated[int, typer.Option("--neighbors", help="Nearest neighbors that are asked.")] = 5,
    trials: Annotated[int, typer.Option("--trials", help="Models at each fraction of the C-score; 0: none.")] = 40,
    learner: LearnerOfRun = None,
    level: Annotated[float, typer.Option("--level", help="Nominal coverage of each interval.")] = 0.95,
    seed: Seed = 0,
    jobs: Jobs = None,
    json: Json = False,
) -> None:
    """Cheap stand-ins for memorization, beside what was measured.

    EL2N, GraNd, forgetting, margins, neighbors, self-influence, C-scores: which of them can be believed here. Trains a
    few models; writes nothing.

    Example: longtail proxies runs/digits
    """
    from longtail.cli.studying import require_jobs
    from longtail.experiments.proxies import proxy_study
    from longtail.runs.reload import reload_dataset
    from longtail.runs.run_folder import RunFolder

    require_jobs(jobs)
    folder = RunFolder(run)
    study = folder.study()
    found = proxy_study(
        reload_dataset(study),
        folder.trials().outcomes(),
        n_runs=runs,
        early_epoch=early,
        n_neighbors=neighbors,
        fractions=(0.3, 0.5, 0.7) if trials else (),
        n_trials=trials,
        learner=_learner(folder, learner),
        level=level,
        seed=seed,
        jobs=jobs,
    )
    if json:
        print_json(found)
        return
    _table(found, study.identity["learner"]["name"])


def _learner(folder: "RunFolder", given: str | None) -> "Learner | None":
    """Return the learner of the run. None where it is not said and not known."""
    from longtail.errors import LongtailError
    from longtail.runs.learner_of_run import learner_of_run

    try:
        return learner_of_run(folder.study(), given)
    except LongtailError:
        if given is not None:
            raise
        return None


def _table(found: "ProxyStudy", learner: str) -> None:
    rows = [
        (
            name,
            str(found.models[name]),
            with_interval(quality.rank_correlation, ".2f"),
            with_interval(quality.precision_at_1, ".2f"),
            with_interval(quality.precision_at_5, ".2f"),
        )
        for name, quality in sorted(found.quality.items(), key=lambda item: -item[1].precision_at_5.value)
    ]
    columns = ("proxy", "models", "rank correlation", "precision, top 1%", "precision, top 5%")
    print_table(f"Stand-ins beside the memorization that {found.n_trials} models measured", columns, rows)
    console.print(
        f"\nIntervals: bootstrap over {len(found.memorization)} examples. EL2N and GraNd after epoch "
        f"{found.early_epoch}. Signs are turned so that more is more memorized."
    )
    if learner not in (found.learner, "stacked-mlp"):
        console.print(f"The memorization is that of {learner}; the proxies are those of {found.learner}.")
