"""The data of a study that is in a run folder, loaded again as its study says, and checked to be the same."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from longtail.dataset import Dataset
from longtail.errors import InputError, LongtailError, Said, StudyMismatchError
from longtail.outcomes import Outcomes
from longtail.runs.kept_data import ARRAYS, FRAME
from longtail.runs.measure import DataSource
from longtail.runs.run_folder import IMPORTED, RunFolder, Study

__all__ = ["attacked_outcomes", "labeled_outcomes", "losses_of_texts", "reload_dataset", "require_classes"]

_TAUGHT = {"regression": "numbers that a regression predicts", "language": "texts"}


def reload_dataset(study: Study) -> Dataset:
    """Load the data that a study was made of, documents where it is of texts.

    Raises
    ------
    InputError
        If it is not where it was.
    StudyMismatchError
        If its content has changed since.
    """
    if study.source.startswith(IMPORTED):
        law = "be of data that are here, not of published trials alone"
        raise InputError("RUN", law, Said(study.source), "longtail scores works without them.")
    _require_there(study)
    dataset = DataSource.of(study).load()
    if Path(study.places.get("data", "")).name in (ARRAYS, FRAME):
        dataset = replace(dataset, name=study.source)
    dataset = dataset if study.rows is None else dataset.sample(study.rows)
    if dataset.content_hash != study.identity["data"]["hash"]:
        raise StudyMismatchError(f"the data {study.source} has changed since the run was made. Measure it anew.")
    return dataset


def require_classes(study: Study, asked: str) -> None:
    """Refuse a run of numbers or of texts, for what is defined for classes alone.

    Parameters
    ----------
    study : Study
        Of the run.
    asked : str
        What is asked of it, in words.

    Raises
    ------
    InputError
        If the run is of no classes.
    """
    task = study.identity["data"].get("task", "classification")
    if task != "classification":
        raise InputError("RUN", f"be of classes for {asked}", Said(f"a run of {_TAUGHT.get(task, task)}"))


def attacked_outcomes(folder: RunFolder) -> Outcomes:
    """Read the outcomes of a run that attacks use: of texts the log loss, where trials hold it, elsewhere the first.

    Attacks on language models read a loss [Carlini2022]_; the share of tokens that a model predicts says less of it.
    """
    losses = losses_of_texts(folder)
    return folder.trials().outcomes() if losses is None else losses


def losses_of_texts(folder: RunFolder) -> Outcomes | None:
    """Read the log losses of a run of texts. None for any other run, or where its trials hold none."""
    if folder.study().identity["data"].get("task") != "language":
        return None
    with suppress(InputError):  # Trials of a learner that hands over no log loss.
        return folder.trials().outcomes(performance="log_loss")
    return None


def labeled_outcomes(folder: RunFolder) -> Outcomes:
    """Read the outcomes of a run.

    If trials failed and the data are here, the outcomes are told the classes, so that failures can be tested by class.
    """
    outcomes = folder.trials().outcomes(tell_failed=False)
    if outcomes.failed is None:
        return outcomes
    try:
        return outcomes.labeled(reload_dataset(folder.study()).y)
    except LongtailError:
        return outcomes


def _require_there(study: Study) -> None:
    """Refuse a run whose files were moved away, by their place."""
    for name, typed in (("data", study.source), ("embedding", study.embedding), ("test", study.test)):
        place = study.places.get(name)
        if place is not None and typed is not None and study.found(name) is None and not Path(typed).exists():
            remedy = f"Move it back, or work in the folder that holds {Path(typed).name}."
            raise InputError("RUN", "be of data that are still there", Said(f"none at {place}"), remedy)
