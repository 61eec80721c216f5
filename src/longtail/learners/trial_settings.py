"""What a trial sets of an estimator that is not ours: the seed, one thread, and no files beside the run.

A trial runs beside others, on one thread, so that its bits do not depend on them. scikit-learn's compiled loops keep to
that by themselves. LightGBM, XGBoost and CatBoost start their own threads, one for each core, unless a parameter says
otherwise; CatBoost also writes a folder where it is run. A number of threads that the user set stays.
"""

import copy
from typing import Any

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.learners.seeding import constructor_parameters, nested_estimators, seed_parameters

__all__ = ["settings_of_a_trial", "unfitted_copy"]

_THREADS = ("n_jobs", "thread_count", "num_threads", "nthread")
_FILES = "allow_writing_files"


@checked
def settings_of_a_trial(estimator: Any, seed: int) -> dict[str, Any]:
    """Return what ``set_params`` is given before a trial.

    Parameters
    ----------
    estimator : estimator
        Not fitted.
    seed : int
        Of the trial.

    Examples
    --------
    >>> from sklearn.ensemble import RandomForestClassifier
    >>> settings_of_a_trial(RandomForestClassifier(n_jobs=-1), 7)
    {'random_state': 7, 'n_jobs': 1}
    """
    if not hasattr(estimator, "get_params"):
        raise InputError("estimator", "be a scikit-learn estimator", estimator)
    settings: dict[str, Any] = dict.fromkeys(seed_parameters(estimator), seed)
    for path, part in nested_estimators(estimator).items():
        own, known = part.get_params(deep=False), constructor_parameters(part)
        prefix = f"{path}__" if path else ""
        settings |= {f"{prefix}{name}": 1 for name in _threads_to_set(part, own, known)}
        if _FILES in known and _FILES not in own:
            settings[f"{prefix}{_FILES}"] = False
    return settings


def unfitted_copy(estimator: Any) -> Any:
    """Return a clone, or a deep copy where the estimator cannot be cloned.

    CatBoost's cannot if a parameter is a list or a dictionary, as ``cat_features``.
    """
    from sklearn.base import clone  # here, as importing it takes more than a second

    try:
        return clone(estimator)
    except RuntimeError:
        return copy.deepcopy(estimator)


def _threads_to_set(part: Any, own: dict[str, Any], known: tuple[str, ...]) -> list[str]:
    """Return the name of a number of threads that nobody set, or that says as many as there are cores."""
    given = {name: own.get(name) for name in _THREADS if name in own or name in known}
    if any(isinstance(number, int) and number > 0 for number in given.values()):
        return []
    none_is_one = type(part).__module__.split(".")[0] == "sklearn"
    return [name for name, number in given.items() if not (number is None and none_is_one)][:1]
