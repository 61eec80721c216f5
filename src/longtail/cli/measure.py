"""``longtail measure``: run or resume the trials of a study."""

from typing import Annotated

import typer

from longtail.cli.options import Data, Fraction, Group, Jobs, Json, LearnerName, Out, Seed, Target
from longtail.cli.printing import out as console
from longtail.cli.printing import print_json
from longtail.cli.progress import trial_progress

__all__ = ["measure_command"]


def measure_command(
    data: Data,
    out: Out,
    trials: Annotated[int, typer.Option("--trials", help="How many models to train.")] = 400,
    target: Target = None,
    group: Group = None,
    learner: LearnerName = "mlp",
    fraction: Fraction = 0.7,
    seed: Seed = 0,
    jobs: Jobs = None,
    json: Json = False,
) -> None:
    """Train many models, each on a random subset; run again to resume or, with more --trials, to grow."""
    from longtail.cli.studying import chosen_study, require_jobs
    from longtail.study import DataSource, measure

    require_jobs(jobs)
    dataset, chosen, design = chosen_study(data, target, group, learner, trials, fraction, seed)
    with trial_progress("Training") as progress:
        outcomes = measure(
            DataSource(data=data, target=target, group=group),
            dataset,
            chosen,
            design,
            out,
            jobs=jobs,
            progress=progress,
        )
    inside = outcomes.inclusion
    included = float(outcomes.correct[inside].mean())
    left_out = float(outcomes.correct[~inside].mean())
    if json:
        print_json(
            {
                "run": str(out),
                "n_trials": outcomes.n_trials,
                "included_accuracy": included,
                "left_out_accuracy": left_out,
            }
        )
        return
    console.print(
        f"{outcomes.n_trials} models in {out}: right on {included:.2%} of included examples, on {left_out:.2%} of those"
        f" left out. Next: longtail scores {out}"
    )
