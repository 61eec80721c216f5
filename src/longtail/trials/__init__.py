"""Trials: many models, each trained on a random subset of the data.

======================  =============================================================
``design.py``           which examples each trial trains on
``learner.py``          what is trained: a protocol
``conformance.py``      what a learner promises, as tests that anybody's learner can subclass
``sklearn_learner.py``  any scikit-learn classifier as a learner
``named_learners.py``   learners as the command line names them; ``learner_settings.py``: with other settings
``compiled_mlp.py``     the built-in neural learner; ``mlp_kernels.py`` is its arithmetic
``training_rounds.py``  how long a network is trained, and in which batches
``trained_mlp.py``      a network after its training run, for who works on its weights
``training_traces.py``  one training run of it, epoch by epoch
``torch_learner.py``    any PyTorch network as a learner (extra ``neural``), from its factory (``module_factory.py``),
                        fed by ``torch_inputs.py`` in a ``torch_session.py``
``stacked_mlp.py``      the built-in learner, many models a launch on a GPU: ``stacked_training.py``
``stacked_torch.py``    the same for networks of the user's own
``batched_linear.py``   logistic regression and linear SVM on many subsets at once: ``batched_minimization.py`` of the
                        ``linear_losses.py`` over a ``linear_pool.py``
``record.py``           what one trial says of every example
``trial_set.py``        the identity that decides which trials belong together
``own_code.py``         of a user's own learner: its source, as part of that identity
``store.py``            one file a trial
``whole_files.py``      files that are there whole or not at all
``collect.py``          the table of all trials, in bounded memory
``columns.py``          one example's outcomes in all trials, without reading the others
``batches.py``          which trials are trained in one call
``runner.py``           ``run_trials``: runs what is missing, anywhere, resumably
======================  =============================================================
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from longtail.trials.batched_linear import BatchedLinearSVM, BatchedLogistic
from longtail.trials.collect import MEMORY_BUDGET
from longtail.trials.compiled_mlp import CompiledMLP
from longtail.trials.design import SubsetDesign
from longtail.trials.learner import BatchLearner, Learner, Predictions
from longtail.trials.runner import TooManyFailuresError, WorkersDiedError, as_learner, run_trials
from longtail.trials.sklearn_learner import SklearnLearner
from longtail.trials.store import TrialStore
from longtail.trials.trial_set import TrialSet

if TYPE_CHECKING:  # not in __all__: a star must not ask for PyTorch
    from longtail.trials.stacked_mlp import StackedMLP as StackedMLP
    from longtail.trials.stacked_torch import StackedTorch as StackedTorch
    from longtail.trials.torch_learner import TorchLearner as TorchLearner

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

_NEED_TORCH = {"StackedMLP": "stacked_mlp", "StackedTorch": "stacked_torch", "TorchLearner": "torch_learner"}


def __getattr__(name: str) -> Any:
    """What needs PyTorch is imported when it is asked for."""
    if name not in _NEED_TORCH:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(f"{__name__}.{_NEED_TORCH[name]}"), name)
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        raise ImportError(f"{name} needs PyTorch: pip install 'longtail[neural]'", name="torch") from error
