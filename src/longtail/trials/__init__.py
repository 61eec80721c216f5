"""Trials: many models, each trained on a random subset of the data.

======================  =============================================================
``design.py``           which examples each trial trains on
``learner.py``          what is trained: a protocol
``sklearn_learner.py``  any scikit-learn classifier as a learner
``compiled_mlp.py``     the built-in neural learner; ``mlp_kernels.py`` is its arithmetic
``torch_learner.py``    any PyTorch network as a learner (extra ``neural``); from its factory: ``module_factory.py``
``record.py``           what one trial says of every example
``trial_set.py``        the identity that decides which trials belong together
``store.py``            one file a trial, whole or not at all
``runner.py``           ``run_trials``: runs what is missing, anywhere, resumably
======================  =============================================================
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from longtail.trials.compiled_mlp import CompiledMLP
from longtail.trials.design import SubsetDesign
from longtail.trials.learner import Learner, Predictions
from longtail.trials.runner import TooManyFailuresError, as_learner, run_trials
from longtail.trials.sklearn_learner import SklearnLearner
from longtail.trials.store import TrialStore
from longtail.trials.trial_set import TrialSet

if TYPE_CHECKING:
    from longtail.trials.torch_learner import TorchLearner

__all__ = [
    "CompiledMLP",
    "Learner",
    "Predictions",
    "SklearnLearner",
    "SubsetDesign",
    "TooManyFailuresError",
    "TorchLearner",
    "TrialSet",
    "TrialStore",
    "as_learner",
    "run_trials",
]

_NEED_TORCH = {"TorchLearner": "torch_learner"}


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
