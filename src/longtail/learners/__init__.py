"""Learners: what is trained, from a protocol to compiled, batched and stacked networks.

========================  =============================================================================================
``learner.py``            the protocol: training examples and a seed in, predictions out
``sklearn_learner.py``    any scikit-learn classifier as a learner; ``fitted_estimator.py``: what it says, in our codes
``staged_estimator.py``   what the first rounds of a fitted booster predict; ``leaf_values.py``: its leaves' values
``sklearn_regressor.py``  any scikit-learn regressor as a learner of numbers
``function_learner.py``   a function ``train(rows, labels, seed)`` as a learner
``wrapped_estimator.py``  what wrapped classifiers and regressors share
``language_function.py``  a function ``train(texts, seed)``, or a class, that says the loss of each token
``token_losses.py``       losses of the single tokens of texts by one model
``words.py``               documents as tokens, words or characters, with their places in the text
``wanted_rows.py``        whether a learner wants features, a frame, texts or words
``class_names.py``        the user's labels, for learners that want them
``seeding.py``            seeding what is not ours: parameters, and the generators that a process shares
``trial_settings.py``     what a trial sets of an estimator: the seed, one thread, no files
``names.py``              learners as the command line names them; ``settings.py``: with other settings
``any_learner.py``        a learner however it was given: a learner, a classifier, a name
``own_code.py``           the source of a user's own learner, as part of a study's identity
``nearest_neighbors.py``  nearest neighbors on many subsets at once
``kept.py``               what was made last of equal arrays
``mlp/``                  the built-in neural network, compiled whole
``networks/``             networks of the user's own, by PyTorch (extra ``neural``), one by one or stacked
``linear/``               logistic regression and linear SVM on many subsets at once
``trees/``                boosted trees and random forests on many subsets at once
``ngrams/``               n-gram language models on many subsets at once
========================  =============================================================================================
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from longtail.learners.networks import NEED_TORCH, network_learner

if TYPE_CHECKING:  # Names that need PyTorch are not in __all__, so that a star import works without it.
    from longtail.learners.function_learner import FunctionLearner
    from longtail.learners.language_function import LanguageFunction
    from longtail.learners.learner import BatchLearner, Learner, Performances, Predictions, Values
    from longtail.learners.linear import BatchedLinearSVM, BatchedLogistic
    from longtail.learners.mlp import CompiledMLP
    from longtail.learners.nearest_neighbors import NearestNeighbors
    from longtail.learners.networks.recurrent import RecurrentModel as RecurrentModel
    from longtail.learners.networks.stacked_mlp import StackedMLP as StackedMLP
    from longtail.learners.networks.stacked_torch import StackedTorch as StackedTorch
    from longtail.learners.networks.torch_learner import TorchLearner as TorchLearner
    from longtail.learners.sklearn_learner import SklearnLearner
    from longtail.learners.sklearn_regressor import SklearnRegressor
    from longtail.learners.token_losses import TokenLosses
    from longtail.learners.trees import BoostedRegressor, BoostedTrees, Forest

__all__ = [
    "BatchLearner",
    "BatchedLinearSVM",
    "BatchedLogistic",
    "BoostedRegressor",
    "BoostedTrees",
    "CompiledMLP",
    "Forest",
    "FunctionLearner",
    "LanguageFunction",
    "Learner",
    "NearestNeighbors",
    "Performances",
    "Predictions",
    "SklearnLearner",
    "SklearnRegressor",
    "TokenLosses",
    "Values",
]


_HOMES = {
    "BatchLearner": "longtail.learners.learner",
    "BatchedLinearSVM": "longtail.learners.linear",
    "BatchedLogistic": "longtail.learners.linear",
    "BoostedRegressor": "longtail.learners.trees",
    "BoostedTrees": "longtail.learners.trees",
    "CompiledMLP": "longtail.learners.mlp",
    "Forest": "longtail.learners.trees",
    "FunctionLearner": "longtail.learners.function_learner",
    "LanguageFunction": "longtail.learners.language_function",
    "Learner": "longtail.learners.learner",
    "NearestNeighbors": "longtail.learners.nearest_neighbors",
    "Performances": "longtail.learners.learner",
    "Predictions": "longtail.learners.learner",
    "SklearnLearner": "longtail.learners.sklearn_learner",
    "SklearnRegressor": "longtail.learners.sklearn_regressor",
    "TokenLosses": "longtail.learners.token_losses",
    "Values": "longtail.learners.learner",
}
"""Name -> the module that defines it."""


def __getattr__(name: str) -> Any:
    """Import a learner when it is asked for, and with it what trains it."""
    if name in NEED_TORCH:
        return network_learner(name)
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
