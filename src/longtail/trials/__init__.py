"""Trials: many models, each trained on a random subset of the data. What is trained stands in ``longtail.learners``.

====================  ====================================================================
``design.py``         which examples each trial trains on
``record.py``         what one trial says of every example
``truth.py``          what an answer is judged by: classes, numbers, or the learner's own judgement
``margins.py``        how sure a model is of the true class, from its logits
``trial_set.py``      the identity that decides which trials belong together
``trial_file.py``     the file of one trial, and whose trial it is; ``token_file.py``: of the losses of tokens
``store.py``          a folder of trials, a file each
``collect.py``        the table of all trials, in bounded memory
``columns.py``        one example's outcomes in all trials, without reading the others
``batches.py``        which trials are trained in one call
``checked_trial.py``  one trial, trained twice and asked twice, before the others
``worker_life.py``    worker processes that end when their parent does
``sent_trials.py``    short trials sent to a cluster, many in one task
``campaign.py``       trials on workers, each one once, whatever happens to workers
``runner.py``         ``run_trials``: runs what is missing, anywhere, resumably
``conformance.py``    rules of a learner, as tests that a learner of your own can subclass
====================  ====================================================================
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from longtail.learners.networks import NEED_TORCH, network_learner

if TYPE_CHECKING:  # Names that need PyTorch are not in __all__, so that an import of * does not ask for them.
    from longtail.learners.learner import BatchLearner, Learner, Predictions
    from longtail.learners.linear.batched_linear import BatchedLinearSVM, BatchedLogistic
    from longtail.learners.mlp.compiled_mlp import CompiledMLP
    from longtail.learners.networks.stacked_mlp import StackedMLP as StackedMLP
    from longtail.learners.networks.stacked_torch import StackedTorch as StackedTorch
    from longtail.learners.networks.torch_learner import TorchLearner as TorchLearner
    from longtail.learners.sklearn_learner import SklearnLearner
    from longtail.trials.campaign import TooManyFailuresError, WorkersDiedError
    from longtail.trials.collect import MEMORY_BUDGET
    from longtail.trials.design import SubsetDesign
    from longtail.trials.runner import as_learner, run_trials
    from longtail.trials.store import TrialStore
    from longtail.trials.trial_set import TrialSet

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


_HOMES = {
    "MEMORY_BUDGET": "longtail.trials.collect",
    "BatchLearner": "longtail.learners.learner",
    "BatchedLinearSVM": "longtail.learners.linear.batched_linear",
    "BatchedLogistic": "longtail.learners.linear.batched_linear",
    "CompiledMLP": "longtail.learners.mlp.compiled_mlp",
    "Learner": "longtail.learners.learner",
    "Predictions": "longtail.learners.learner",
    "SklearnLearner": "longtail.learners.sklearn_learner",
    "SubsetDesign": "longtail.trials.design",
    "TooManyFailuresError": "longtail.trials.campaign",
    "TrialSet": "longtail.trials.trial_set",
    "TrialStore": "longtail.trials.store",
    "WorkersDiedError": "longtail.trials.campaign",
    "as_learner": "longtail.trials.runner",
    "run_trials": "longtail.trials.runner",
}
"""Name -> the module that defines it."""


def __getattr__(name: str) -> Any:
    """Import what is asked for, when it is: whoever reads trials needs no learner, and no scikit-learn."""
    if name in NEED_TORCH:
        return network_learner(name)
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
