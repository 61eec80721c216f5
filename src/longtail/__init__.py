"""longtail: how much must a classifier memorize, what does it memorize, and who pays when it may not.

The names that most people need are here, each imported when it is first asked for. All others are in the layers:
``theory``, ``frequencies``, ``tail``, ``learners``, ``trials``, ``outcomes``, ``scores``, ``limits``, ``membership``,
``attribution``, ``profiles``, ``texts``, ``runs``, ``analysis``, ``experiments``, ``study`` and ``report``. Importing
this package imports none of them.

    import longtail as lt

    run = lt.audit("people.csv", target="income", out="runs/people")
    run.memorization()[17]
"""

TYPE_CHECKING = False  # Importing typing would take a third of the time of this import.

if TYPE_CHECKING:
    from typing import Any

    from longtail.dataset import Dataset, load_dataset
    from longtail.errors import InputError
    from longtail.estimate import Bound, Estimate
    from longtail.frequencies import Lognormal, Pareto, Zipf
    from longtail.learners import BoostedRegressor, BoostedTrees, CompiledMLP, SklearnLearner, TorchLearner
    from longtail.limits import DPSGD, LabelPrivate, Rounded, WeightPruned
    from longtail.membership import lira, rmia, roc
    from longtail.outcomes import Outcomes
    from longtail.runs.recording import missing_trials, trial
    from longtail.scores import influence, learner_tail, memorization
    from longtail.study.calls import audit, masks, measure
    from longtail.study.run import Run, open_run
    from longtail.tail import FrequencyCounts, estimate_tail
    from longtail.theory import LongTailModel
    from longtail.trials import SubsetDesign, run_trials

    __version__: str

_HOMES = {
    "longtail.dataset": ("Dataset", "load_dataset"),
    "longtail.errors": ("InputError",),
    "longtail.estimate": ("Bound", "Estimate"),
    "longtail.frequencies": ("Lognormal", "Pareto", "Zipf"),
    "longtail.learners": ("BoostedRegressor", "BoostedTrees", "CompiledMLP", "SklearnLearner", "TorchLearner"),
    "longtail.limits": ("DPSGD", "LabelPrivate", "Rounded", "WeightPruned"),
    "longtail.membership": ("lira", "rmia", "roc"),
    "longtail.outcomes": ("Outcomes",),
    "longtail.runs.recording": ("missing_trials", "trial"),
    "longtail.scores": ("influence", "learner_tail", "memorization"),
    "longtail.study.calls": ("audit", "masks", "measure"),
    "longtail.study.run": ("Run", "open_run"),
    "longtail.tail": ("FrequencyCounts", "estimate_tail"),
    "longtail.theory": ("LongTailModel",),
    "longtail.trials": ("SubsetDesign", "run_trials"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "DPSGD",
    "BoostedRegressor",
    "BoostedTrees",
    "Bound",
    "CompiledMLP",
    "Dataset",
    "Estimate",
    "FrequencyCounts",
    "InputError",
    "LabelPrivate",
    "Lognormal",
    "LongTailModel",
    "Outcomes",
    "Pareto",
    "Rounded",
    "Run",
    "SklearnLearner",
    "SubsetDesign",
    "TorchLearner",
    "WeightPruned",
    "Zipf",
    "__version__",
    "audit",
    "estimate_tail",
    "influence",
    "learner_tail",
    "lira",
    "load_dataset",
    "masks",
    "measure",
    "memorization",
    "missing_trials",
    "open_run",
    "rmia",
    "roc",
    "run_trials",
    "trial",
]


def __getattr__(name: str) -> "Any":
    """Import a public name when it is first asked for, and look up ``__version__``, which takes longer."""
    from importlib import import_module

    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    if name == "__version__":
        from longtail.package_version import package_version

        return package_version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names, imported or not."""
    return sorted({*globals(), *__all__} - {"TYPE_CHECKING"})
