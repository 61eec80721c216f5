"""Cheap stand-ins for memorization as a result of a run: of ``longtail proxies``, and of an audit of few examples."""

from longtail.dataset import Dataset
from longtail.experiments.proxies import ProxyStudy, proxy_study
from longtail.findings.results import Result, ResultTable
from longtail.learners.learner import Learner
from longtail.outcomes import Outcomes
from longtail.percent import with_decimals
from longtail.runs.run_folder import RunFolder
from longtail.study.kept_proxies import keep_proxies

__all__ = ["LEAST_TRIALS", "MOST_AUDITED", "most_watched", "proxies_of_audit", "proxies_told"]

MOST_AUDITED = 5_000
"""Examples up to which an audit looks at stand-ins by itself: it takes seconds."""

LEAST_TRIALS = 200
"""Trials without which the memorization that they would be held against is too noisy to be worth the time."""

_RUNS = 3
_EPOCHS = 70
"""Three rounds. Digits are fitted after one or two, a table whose rows contradict one another not after 630 epochs."""
_WATCHED_AT_LEAST, _WATCHED_A_MINUTE = 100_000, 600_000
"""Numbers. Networks that do not fit a million of them take four CPU minutes: eleven gradients a pass by each number."""


def most_watched(minutes: float) -> float:
    """Return how many numbers training examples may have, so that networks are watched within a part of the time."""
    return max(_WATCHED_AT_LEAST, _WATCHED_A_MINUTE * minutes)


def proxies_of_audit(dataset: Dataset, outcomes: Outcomes, learner: Learner, folder: RunFolder) -> Result:
    """Compare the stand-ins that need a few models alone: no C-score, no attributions.

    Parameters
    ----------
    dataset, outcomes, learner
        Of the study.
    folder : RunFolder
        Held for writing; it keeps the stand-ins of each example.
    """
    found = proxy_study(dataset, outcomes, n_runs=_RUNS, fractions=(), learner=learner, most_epochs=_EPOCHS)
    keep_proxies(folder, found.scores)
    return proxies_told(found, learner.name)


def proxies_told(found: ProxyStudy, learner: str) -> Result:
    """Tell a comparison of stand-ins.

    Parameters
    ----------
    found : ProxyStudy
        Of the run.
    learner : str
        Name of that of the run.
    """
    rows = [
        [
            name,
            str(found.models[name]),
            *(
                with_decimals(each)
                for each in (quality.rank_correlation, quality.precision_at_1, quality.precision_at_5)
            ),
        ]
        for name, quality in sorted(found.quality.items(), key=lambda item: -item[1].precision_at_5.value)
    ]
    said = []
    if learner not in (found.learner, "stacked-mlp"):
        said.append(f"The memorization is that of {learner}; the proxies are those of {found.learner}.")
    return Result(
        name="proxies",
        title="Which cheap stand-in for memorization can be believed here",
        command="longtail proxies RUN",
        n_trials=found.n_trials,
        said=said,
        tables=[
            ResultTable(
                title=f"Stand-ins beside the memorization that {found.n_trials:,} models measured",
                columns=["proxy", "models", "rank correlation", "precision, top 1%", "precision, top 5%"],
                rows=rows,
            )
        ],
        notes=[
            f"Intervals: bootstrap over {len(found.memorization):,} examples. EL2N and GraNd after epoch "
            f"{found.early_epoch}. Signs are turned so that more is more memorized."
        ],
    )
