"""``longtail proxies``: which cheap stand-in for memorization can be believed here."""

from typing import TYPE_CHECKING, Annotated

import typer

from longtail.cli.answering import answer_on_run, run_of_classes
from longtail.cli.options import Jobs, Json, LearnerOfRun, Run, Seed

if TYPE_CHECKING:
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
    few models. Writes RUN/proxies.npz, which longtail scores --out reads, RUN/results/proxies.json, and the report
    anew.

    Example: longtail proxies runs/digits
    """
    from longtail.cli.studying import require_jobs
    from longtail.experiments.proxies import proxy_study
    from longtail.runs.reload import reload_dataset
    from longtail.study.kept_proxies import keep_proxies
    from longtail.study.proxies_of_run import proxies_told

    require_jobs(jobs)
    folder = run_of_classes(run, "these stand-ins")
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
    with folder.writing():
        keep_proxies(folder, found.scores)
    answer_on_run(run, proxies_told(found, study.identity["learner"]["name"]), found if json else None)


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
