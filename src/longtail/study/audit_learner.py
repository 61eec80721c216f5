"""Which learner an audit trains when nobody says: the one that people would train on data of this kind.

==========================  ======================================  ==================================================
columns of a table          boosted trees                           beside histogram boosting of scikit-learn
a text                      logistic regression on word weights     beside scikit-learn's
an embedding, wide arrays   logistic regression, standardized       beside scikit-learn's
pictures                    the network, from 10,000 on a wide one  beside logistic regression
==========================  ======================================  ==================================================

The choice follows from the kind of the data alone, never from a clock or a result, so that it is the same again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.dataset.kind_of_data import Kind, kind_of_data
from longtail.experiments.reference_models import Reference
from longtail.learners.any_learner import any_learner
from longtail.learners.learner import Learner
from longtail.learners.names import NAMED_CLASSIFIERS, NAMED_REGRESSORS
from longtail.runs.learner_of_run import built_in_learner
from longtail.runs.run_folder import RunFolder

__all__ = ["LearnerChoice", "chosen_learner"]

_MANY_PICTURES = 10_000
_FEW = 300
"""Training examples below which leaves of twenty leave little to boosted trees."""
_COARSE = " Of so few rows its leaves of 20 are coarse: a forest (forest) is often better, and sometimes by far."
_AS_THEY_ARE = " It is handed the columns as they are: gaps as gaps, texts as levels without an order."
_ALL_WORDS = " It is handed the weights of all words; distances and networks, those of the features below."

_NAMES: dict[Kind, str] = {
    "table": "boosting",
    "text": "text-logistic",
    "embedding": "batched-logistic",
    "pictures": "mlp",
}
_TITLES: dict[Kind, str] = {
    "table": "boosted trees",
    "text": "logistic regression",
    "embedding": "logistic regression",
    "pictures": "a small network",
}
_KINDS: dict[Kind, str] = {
    "table": "the data are the columns of a table",
    "text": "the data are texts",
    "embedding": "the features are an embedding",
    "pictures": "the data are pictures",
}
_REFERENCES: dict[Kind, Reference] = {
    "table": "boosting",
    "text": "text-logistic",
    "embedding": "logistic",
    "pictures": "logistic",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerChoice:
    """The learner of an audit.

    Parameters
    ----------
    learner : Learner
        What is trained.
    name : str
        What names it on a command line.
    option : str or None
        The same, but None where the kind of the data does.
    reason : str
        A sentence. Empty where the user named it.
    reference : str
        The reference model that it is set beside.
    """

    learner: Learner
    name: str
    option: str | None
    reason: str
    reference: Reference


@checked
def chosen_learner(dataset: Dataset, learner: Any = None, out: str | Path | None = None) -> LearnerChoice:
    """Return the learner that is given, or else that of a run, or else the one that suits the data.

    Parameters
    ----------
    dataset : Dataset
        What is studied.
    learner : str, scikit-learn classifier or Learner, optional
        What the user wants.
    out : path, optional
        A run folder. Where it holds a run of a learner that has a name, the audit goes on with that one.

    Raises
    ------
    InputError
        If there is no such learner.

    Examples
    --------
    >>> from longtail.dataset import load_dataset
    >>> chosen_learner(load_dataset("breast-cancer")).reason
    'The learner is boosted trees (boosting), since the data are the columns of a table.'
    """
    kind = kind_of_data(dataset)
    if dataset.task == "regression":
        return _of_numbers(dataset, learner, out)
    if learner is not None:
        made = any_learner(learner)
        name = learner if isinstance(learner, str) else made.name
        return LearnerChoice(learner=made, name=name, option=name, reason="", reference=_REFERENCES[kind])
    held, suits = _name_in(out), _suited_name(kind, dataset.n_train)
    of_run = _held(out)
    if of_run is not None and not held:  # Its settings have no name here, or have one no longer.
        return LearnerChoice(learner=of_run, name=of_run.name, option=None, reason="", reference=_REFERENCES[kind])
    name = held or suits
    as_they_are = kind == "table" and dataset.as_they_are is not None
    handed = _AS_THEY_ARE * as_they_are + _ALL_WORDS * (kind == "text")
    few = _COARSE * (kind == "table" and dataset.n_train < _FEW)
    reason = f"The learner is {_TITLES[kind]} ({name}), since {_KINDS[kind]}.{handed}{few}"
    return LearnerChoice(
        learner=any_learner(name),
        name=name,
        option=None if name == suits else name,
        reason="" if held else reason,
        reference=_REFERENCES[kind],
    )


def _of_numbers(dataset: Dataset, learner: Any, out: str | Path | None) -> LearnerChoice:
    """Return the learner that predicts numbers: the given one, or that of the run, or boosted trees."""
    if learner is not None:
        made = any_learner(learner, dataset.task)
        name = learner if isinstance(learner, str) else made.name
        return LearnerChoice(learner=made, name=name, option=name, reason="", reference="boosting")
    held = _name_in(out, NAMED_REGRESSORS)
    made, usual = any_learner(held or "boosting", dataset.task), "boosting"
    handed = _AS_THEY_ARE * (dataset.as_they_are is not None)
    reason = f"The learner is boosted trees ({usual}), since the target is a number.{handed}"
    option = None if held in ("", usual) else held
    name, said = held or usual, "" if held else reason
    return LearnerChoice(learner=made, name=name, option=option, reason=said, reference="boosting")


def _suited_name(kind: Kind, n_train: int) -> str:
    """Return the name of the learner for data of a kind. Many pictures are never fitted by few units."""
    return "wide-mlp" if kind == "pictures" and n_train >= _MANY_PICTURES else _NAMES[kind]


def _name_in(out: str | Path | None, known: Mapping[str, Callable[[], Learner]] = NAMED_CLASSIFIERS) -> str:
    """Return the name of a run's learner. Empty if there is no run, or its learner has no name."""
    held = _held(out)
    if held is None:
        return ""
    return next((name for name, made in known.items() if _is_same(made(), held)), "")


def _held(out: str | Path | None) -> Learner | None:
    """Return the learner of a run. None if there is no run, or its learner is not built in."""
    described = None if out is None else RunFolder(Path(out)).learner_begun()
    return None if described is None else built_in_learner(described)


def _is_same(one: Learner, other: Learner) -> bool:
    return (one.name, one.version, one.describe()) == (other.name, other.version, other.describe())
