"""An audit of texts: language models on subsets of documents, memorized documents and words, near copies, a page.

Attacks read the log loss. The tail of kinds within classes is not measured: it
rests on labels, which a text has none of.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.errors import InputError, Said
from longtail.findings.texts import TextFindings
from longtail.learners.learner import Learner
from longtail.limits import Limit
from longtail.report.texts_page import write_texts_page
from longtail.runs.measure import DataSource, measure
from longtail.runs.run_folder import RunFolder
from longtail.study.limits_of_run import train_limits
from longtail.study.texts_of_run import gather_texts
from longtail.trials import SubsetDesign
from longtail.trials.runner import Progress

__all__ = ["audit_texts"]


@checked
def audit_texts(
    source: DataSource,
    dataset: Dataset,
    learner: Learner,
    design: SubsetDesign,
    out: str | Path,
    *,
    limits: Sequence[Limit] = (),
    limit_trials: int | None = None,
    level: float = 0.95,
    top: int = 20,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> TextFindings:
    """Train language models on subsets of the documents, and write what they memorized into a run folder.

    Parameters
    ----------
    source : DataSource
        Written into the study.
    dataset : Dataset
        Documents, as :func:`longtail.dataset.documents.load_documents` makes them.
    learner : Learner
        What is trained: a language model.
    design : SubsetDesign
        Which documents each model has.
    out : path
        The run folder; trials that are there are not run again.
    limits : sequence of Limit
        Of the learner; what each costs is told.
    limit_trials : int, optional
        Models under each; as many as without where it is not given.
    level : float
        Nominal coverage of each interval.
    top : int
        How many documents are shown with their words.
    jobs, progress
        See :func:`longtail.trials.run_trials`.

    Raises
    ------
    InputError
        If the data are no documents.
    StudyMismatchError
        If the folder holds another study.
    """
    if dataset.task != "language":
        raise InputError("data", "be documents, for a language model", Said(f"{dataset.name}, for {dataset.task}"))
    measure(source, dataset, learner, design, out, jobs=jobs, progress=progress)
    folder = RunFolder(Path(out))
    with folder.writing():
        paired = replace(design, n_trials=min(limit_trials or design.n_trials, design.n_trials))
        train_limits(dataset, paired, limits, folder, jobs=jobs)
        findings = gather_texts(folder, dataset, level, top, limits, learner)
        write_texts_page(findings, folder.report)
    return findings
