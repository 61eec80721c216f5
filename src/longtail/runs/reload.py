"""The data of a study that is in a run folder, loaded again as its study says, and checked to be the same."""

from dataclasses import replace
from pathlib import Path

from longtail.dataset import Dataset
from longtail.errors import InputError, LongtailError, Said, StudyMismatchError
from longtail.outcomes import Outcomes
from longtail.runs.kept_data import ARRAYS, FRAME
from longtail.runs.measure import DataSource
from longtail.runs.run_folder import IMPORTED, RunFolder, Study

__all__ = ["labeled_outcomes", "reload_dataset"]


def reload_dataset(study: Study) -> Dataset:
    """Load the data that a study was made of.

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
    dataset = DataSource.of(study).load()
    if Path(study.places.get("data", "")).name in (ARRAYS, FRAME):
        dataset = replace(dataset, name=study.source)
    dataset = dataset if study.rows is None else dataset.sample(study.rows)
    if dataset.content_hash != study.identity["data"]["hash"]:
        raise StudyMismatchError(f"the data {study.source} has changed since the run was made. Measure it anew.")
    return dataset


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
