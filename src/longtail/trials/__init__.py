"""Trials: many models, each trained on a random subset of the data.

======================  =============================================================
``design.py``           which examples each trial trains on
``learner.py``          what is trained: a protocol
``conformance.py``      what a learner promises, as tests that anybody's learner can subclass
``sklearn_learner.py``  any scikit-learn classifier as a learner
``compiled_mlp.py``     the built-in neural learner; ``mlp_kernels.py`` is its arithmetic
``record.py``           what one trial says of every example
``trial_set.py``        the identity that decides which trials belong together
``own_code.py``         of a user's own learner: its source, as part of that identity
``store.py``            one file a trial, whole or not at all
``collect.py``          the table of all trials, in bounded memory
``columns.py``          one example's outcomes in all trials, without reading the others
``runner.py``           ``run_trials``: runs what is missing, anywhere, resumably
======================  =============================================================
"""

from longtail.trials.collect import MEMORY_BUDGET
from longtail.trials.compiled_mlp import CompiledMLP
from longtail.trials.design import SubsetDesign
from longtail.trials.learner import Learner, Predictions
from longtail.trials.runner import TooManyFailuresError, WorkersDiedError, as_learner, run_trials
from longtail.trials.sklearn_learner import SklearnLearner
from longtail.trials.store import TrialStore
from longtail.trials.trial_set import TrialSet

__all__ = [
    "MEMORY_BUDGET",
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
