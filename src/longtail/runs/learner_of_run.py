"""The learner of a run, made again from the identity of its trials, so that nobody has to name it twice.

The built-in learners can be made again, whatever their settings; one of the user's own must be given, and is compared.
"""

import inspect
import json
from collections.abc import Mapping
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from longtail.arguments import checked
from longtail.errors import InputError, Said, StudyMismatchError, parameter
from longtail.learners.any_learner import any_learner
from longtail.learners.function_learner import FunctionLearner
from longtail.learners.learner import Learner
from longtail.learners.linear import BatchedLinearSVM, BatchedLogistic
from longtail.learners.mlp.compiled_mlp import CompiledMLP
from longtail.learners.names import NAMED_LEARNERS, NAMED_REGRESSORS
from longtail.learners.nearest_neighbors import NearestNeighbors
from longtail.learners.networks import network_learner
from longtail.learners.ngrams import NgramModel
from longtail.learners.trees import BoostedRegressor, BoostedTrees, Forest
from longtail.runs.masks import TRAINED_ELSEWHERE
from longtail.runs.run_folder import Study
from longtail.runs.script_source import source_of_script

__all__ = ["built_in_learner", "learner_of_run", "require_learner"]

_BUILT_IN: tuple[type[Any], ...] = (
    CompiledMLP,
    BoostedTrees,
    BoostedRegressor,
    Forest,
    BatchedLogistic,
    BatchedLinearSVM,
    NearestNeighbors,
    NgramModel,
)
_OF_SCIKIT_LEARN = ("logistic", "text-logistic")


def learner_of_run(study: Study, given: Any = None) -> Learner:
    """Return the learner of a run.

    Parameters
    ----------
    study : Study
        Of the run.
    given : str, scikit-learn classifier or Learner, optional
        What the user says it is; it is compared. Where it is not given, it is made again.

    Raises
    ------
    InputError
        If it cannot be made again.
    StudyMismatchError
        If another one is given.
    """
    if given is not None:
        learner = any_learner(given, study.identity["data"].get("task", "classification"))
        require_learner(study, learner)
        return learner
    held = study.identity["learner"]
    found = built_in_learner(held)
    if found is None and held["version"] == TRAINED_ELSEWHERE:
        raise _of_another_script(held, "none")
    if found is None:
        law = "be given for this run, which was made with one that cannot be made again here"
        raise InputError("learner", law, Said(f"none; the run has {held['name']} {held['version']}"))
    return found


@checked
def built_in_learner(identity: Mapping[str, Any]) -> Learner | None:
    """Return the built-in learner of this identity, the part ``learner`` of a trial set's. None for any other.

    Examples
    --------
    >>> trees = BoostedTrees(n_trees=7)
    >>> built_in_learner({"name": "boosted-trees", "version": trees.version, "settings": trees.describe()}).n_trees
    7
    """
    recurrent = [network_learner("RecurrentModel")] if _is_recurrent(identity) else []
    for kind in (*_BUILT_IN, *recurrent):
        if identity["name"] == kind.name and "class" not in identity["settings"]:  # scikit-learn's say their class
            settings = {field.name for field in fields(kind)} & set(identity["settings"])
            try:
                return _same(kind(**{name: _as_given(identity["settings"][name]) for name in settings}), identity)
            except (InputError, TypeError):  # The settings are those of another version.
                return None
    makers = [NAMED_LEARNERS[identity["name"]]] if identity["name"] in _OF_SCIKIT_LEARN else []
    if "class" in identity["settings"]:
        makers += NAMED_REGRESSORS.values()
    return next((found for made in makers if (found := _same(made(), identity)) is not None), None)


def _is_recurrent(identity: Mapping[str, Any]) -> bool:
    """Return whether this is the built-in recurrent model, and PyTorch, without which nobody can make it, is here."""
    return identity["name"] == "recurrent" and "source" not in identity and find_spec("torch") is not None


def require_learner(study: Study, learner: Learner) -> None:
    """Refuse a learner that is not the one whose trials are in the study.

    Of trials that a script recorded, it is a training function of that script.

    Raises
    ------
    StudyMismatchError, InputError
        With what differs.
    """
    held = study.identity["learner"]
    if isinstance(learner, FunctionLearner) and held["version"] == TRAINED_ELSEWHERE and _of_its_script(learner, held):
        return
    if held["version"] == TRAINED_ELSEWHERE:
        raise _of_another_script(held, learner.name)
    if (held["name"], held["version"]) != (learner.name, learner.version):
        raise StudyMismatchError(
            f"the run was made with {held['name']} {held['version']}, not {learner.name} {learner.version}. "
            f"Give the same {parameter('learner')}."
        )


def _of_another_script(held: Mapping[str, Any], given: str) -> InputError:
    script = ", ".join(held.get("source", {})) or "a script"
    law = f"be a function train(rows, labels, seed) of the script that trained the run ({script})"
    return InputError("learner", law, Said(given), "Name it as module:train.")


def _of_its_script(learner: FunctionLearner, held: Mapping[str, Any]) -> bool:
    """Return whether a training function is of the very script that recorded the trials."""
    place = inspect.getsourcefile(learner.train)
    return place is not None and source_of_script(Path(place)) == held.get("source", {})


def _same(learner: Learner, identity: Mapping[str, Any]) -> Learner | None:
    settings = json.loads(json.dumps(learner.describe()))
    same = learner.version == identity["version"] and settings == identity["settings"]
    return learner if same else None


def _as_given(value: Any) -> Any:
    """Lists back to the tuples that they were."""
    return tuple(map(_as_given, value)) if isinstance(value, list) else value
