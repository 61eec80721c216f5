"""Learners by name, as ``--learner`` takes them: ten built in, and any importable ``module:object``."""

import difflib
import importlib
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from longtail.errors import InputError, Said
from longtail.learners.function_learner import FunctionLearner, is_training_function
from longtail.learners.language_function import LanguageFunction, is_language_function
from longtail.learners.learner import Learner
from longtail.learners.linear import BatchedLogistic
from longtail.learners.mlp.compiled_mlp import CompiledMLP
from longtail.learners.nearest_neighbors import NearestNeighbors
from longtail.learners.networks import network_learner
from longtail.learners.networks.module_factory import is_network, is_network_factory
from longtail.learners.ngrams.ngram_learner import NgramModel
from longtail.learners.trees import BoostedRegressor, BoostedTrees, Forest
from longtail.outcomes import Task

__all__ = ["NAMED_CLASSIFIERS", "NAMED_LEARNERS", "NAMED_REGRESSORS", "imported", "named_learner"]


def _logistic() -> Learner:
    from sklearn.linear_model import LogisticRegression  # here, as importing scikit-learn takes more than a second
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from longtail.learners.sklearn_learner import SklearnLearner

    estimator = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    return SklearnLearner(estimator=estimator, name="logistic")


def _text_logistic() -> Learner:
    from sklearn.linear_model import LogisticRegression

    from longtail.learners.sklearn_learner import SklearnLearner

    # Newton's method, since it comes nearer to the optimum than the default in a third of its time.
    estimator = LogisticRegression(solver="newton-cg", tol=1e-6, max_iter=1000)
    return SklearnLearner(estimator=estimator, name="text-logistic", rows="words")


def _recurrent() -> Learner:
    try:
        made: Learner = network_learner("RecurrentModel")()
    except ImportError as error:
        raise InputError("learner", "name what is installed", Said(str(error))) from error
    return made


NAMED_CLASSIFIERS: dict[str, Callable[[], Learner]] = {
    "mlp": lambda: CompiledMLP(),
    "wide-mlp": lambda: CompiledMLP(hidden=128, batch_size=64, epochs=30, longest_wait=16, rate_floor=0.2),
    "logistic": _logistic,
    "knn": lambda: NearestNeighbors(),
    "boosting": lambda: BoostedTrees(),
    "forest": lambda: Forest(),
    "batched-logistic": lambda: BatchedLogistic(),
    "text-logistic": _text_logistic,
}
"""Name -> maker. The nearest neighbor and the forest without bootstrap fit what they have seen, as the MLP does.

All can be made wherever longtail is installed.
"""

NAMED_LEARNERS: dict[str, Callable[[], Learner]] = {
    **NAMED_CLASSIFIERS,
    "ngram": lambda: NgramModel(),
    "recurrent": _recurrent,
}
"""Those and the language models, of which one needs PyTorch."""


def _boosted_regressor_of_scikit_learn() -> Learner:
    from sklearn.ensemble import HistGradientBoostingRegressor

    from longtail.learners.sklearn_regressor import SklearnRegressor

    return SklearnRegressor(estimator=HistGradientBoostingRegressor(early_stopping=False), name="boosting")


def _forest_regressor() -> Learner:
    from sklearn.ensemble import RandomForestRegressor

    from longtail.learners.sklearn_regressor import SklearnRegressor

    return SklearnRegressor(estimator=RandomForestRegressor(100, min_samples_leaf=2), name="forest")


def _ridge() -> Learner:
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from longtail.learners.sklearn_regressor import SklearnRegressor

    return SklearnRegressor(estimator=make_pipeline(StandardScaler(), Ridge(1.0)), name="ridge")


def _nearest_neighbor_regressor() -> Learner:
    from sklearn.neighbors import KNeighborsRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from longtail.learners.sklearn_regressor import SklearnRegressor

    return SklearnRegressor(estimator=make_pipeline(StandardScaler(), KNeighborsRegressor(1)), name="knn")


NAMED_REGRESSORS: dict[str, Callable[[], Learner]] = {
    "boosting": lambda: BoostedRegressor(),
    "hist-boosting": _boosted_regressor_of_scikit_learn,
    "forest": _forest_regressor,
    "ridge": _ridge,
    "knn": _nearest_neighbor_regressor,
}
"""Name -> maker, where the target is a number. Runs that were made with "hist-boosting" call it boosting."""


def named_learner(name: str, task: Task = "classification") -> Learner:
    """Return the learner that a name stands for.

    Parameters
    ----------
    name : str
        ``mlp``, ``wide-mlp``, ``logistic``, ``knn``, ``boosting``, ``forest``, ``batched-logistic``,
        ``text-logistic``, ``ngram``, ``recurrent``, or ``module:object``, where the object is a scikit-learn
        classifier, a learner, something that makes one when called without arguments, a factory of PyTorch networks
        (see :class:`~longtail.trials.TorchLearner`), a function ``train(rows, labels, seed)`` (see
        :class:`~longtail.learners.FunctionLearner`), or a language model, ``train(texts, seed)`` (see
        :class:`~longtail.learners.LanguageFunction`); for instance ``longtail.trials:BatchedLinearSVM``. Modules are
        looked for in the current folder, too.

    task : {"classification", "regression", "language"}
        What is learned. Names of regressions are ``boosting``, ``hist-boosting`` (scikit-learn's), ``forest``,
        ``ridge`` and ``knn``.

    Raises
    ------
    InputError
        If there is no such name, module or object, or the object is no classifier or regressor.
    """
    known = NAMED_REGRESSORS if task == "regression" else NAMED_LEARNERS
    if name in known:
        return known[name]()
    module_name, colon, attribute = name.partition(":")
    if not (colon and module_name and attribute):
        near = difflib.get_close_matches(name, known, n=1)
        remedy = f"Did you mean {near[0]!r}?" if near else ""
        raise InputError("learner", f"be one of {', '.join(known)}, or module:object", name, remedy)
    found = imported("learner", module_name, attribute)
    if is_training_function(found):
        return FunctionLearner(train=found)
    if is_language_function(found):
        return LanguageFunction(train=found)
    made = _made(name, found)
    if is_network(found) or is_network(made) or is_network_factory(found):
        from longtail.learners.networks.torch_learner import TorchLearner

        return TorchLearner(module=found)
    if isinstance(made, Learner):
        return made
    from longtail.learners.sklearn_learner import wrapped

    return wrapped(made)


def _made(name: str, found: Any) -> Any:
    """Return the product of a maker, and anything else as it is."""
    is_learner = not inspect.isclass(found) and (isinstance(found, Learner) or hasattr(found, "fit"))
    if is_learner or not callable(found) or is_network(found) or is_network_factory(found):
        return found
    try:
        return found()
    except (Exception, SystemExit) as error:
        raise InputError("learner", f"be made by calling {name}()", _told(error)) from error


def imported(argument: str, module_name: str, attribute: str) -> Any:
    """Import an object of the user's own. Modules are also looked for in the current folder.

    Parameters
    ----------
    argument : str
        What the object is named for, in errors.
    module_name, attribute : str
        The module, and the object within it, with dots where it is nested.

    Raises
    ------
    InputError
        If there is no such module or object.
    """
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        found: Any = importlib.import_module(module_name)
    except (Exception, SystemExit) as error:  # A user's module may raise any error.
        remedy = 'Put what runs as a script below if __name__ == "__main__".' if isinstance(error, SystemExit) else ""
        raise InputError(argument, f"name an importable module {module_name!r}", _told(error), remedy) from error
    for part in attribute.split("."):
        try:
            found = getattr(found, part)
        except AttributeError as error:
            raise InputError(argument, f"name an object of module {module_name!r}", attribute) from error
        except ImportError as error:  # An extra is not installed, and the error says which.
            raise InputError(argument, "name what is installed", Said(str(error))) from error
    return found


def _told(error: BaseException) -> Said:
    """Describe the error that a user's code raised, or its wish to end the process."""
    if isinstance(error, SystemExit):
        return Said(f"an exit with status {error.code!r}")
    return Said(f"{type(error).__name__}: {error}")
