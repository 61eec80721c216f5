"""Trials: many models, each trained on a random subset of the data. What is trained stands in ``longtail.learners``.

==================  =====================================================================
``design.py``       which examples each trial trains on
``record.py``       what one trial says of every example
``trial_set.py``    the identity that decides which trials belong together
``trial_file.py``   the file of one trial, and whose trial it is
``store.py``        a folder of trials, a file each
``collect.py``      the table of all trials, in bounded memory
``columns.py``      one example's outcomes in all trials, without reading the others
``batches.py``      which trials are trained in one call
``worker_life.py``  worker processes that end when their parent does
``runner.py``       ``run_trials``: runs what is missing, anywhere, resumably
``conformance.py``  what a learner promises, as tests that anybody's learner can subclass
==================  =====================================================================
"""

from typing import TYPE_CHECKING, Any

from longtail.learners.learner import BatchLearner, Learner, Predictions
from longtail.learners.linear.batched_linear import BatchedLinearSVM, BatchedLogistic
from longtail.learners.mlp.compiled_mlp import CompiledMLP
from longtail.learners.networks import NEED_TORCH, network_learner
from longtail.learners.sklearn_learner import SklearnLearner
from longtail.trials.collect import MEMORY_BUDGET
from longtail.trials.design import SubsetDesign
from longtail.trials.runner import TooManyFailuresError, WorkersDiedError, as_learner, run_trials
from longtail.trials.store import TrialStore
from longtail.trials.trial_set import TrialSet

if TYPE_CHECKING:  # not in __all__: a star must not ask for PyTorch
    from longtail.learners.networks.stacked_mlp import StackedMLP as StackedMLP
    from longtail.learners.networks.stacked_torch import StackedTorch as StackedTorch
    from longtail.learners.networks.torch_learner import TorchLearner as TorchLearner

__all__ = [
    "MEMORY_BUDGET",
    "BatchLearner",
    "BatchedLinearSVM",
    "BatchedLogistic",
    "CompiledMLP",
    "Learner",
    "Predictions",
    "SklearnLearner",
    "SubsetDesign",
    "TooManyFailuresError",
    "TrialSet",
    "TrialStore",
    "WorkersDiedError",
    "as_learner",
    "run_trials",
]


def __getattr__(name: str) -> Any:
    """Import a learner that needs PyTorch when it is asked for."""
    if name not in NEED_TORCH:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return network_learner(name)
