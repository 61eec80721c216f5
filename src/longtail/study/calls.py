"""A study in one call: data as people have them in, a run out.

Data that are in memory (a frame, a :class:`~longtail.dataset.Dataset`) are kept in the run's folder, so that it can be
opened again; files, folders and names are found where they are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.dataset.tables import is_frame
from longtail.errors import InputError
from longtail.learners.any_learner import any_learner, usual_learner
from longtail.learners.learner import Learner
from longtail.outcomes import Task
from longtail.runs import kept_data
from longtail.runs.masks import write_masks
from longtail.runs.measure import DataSource
from longtail.runs.measure import measure as measure_study
from longtail.runs.run_folder import RunFolder
from longtail.study.audit_learner import chosen_learner
from longtail.study.number_study import number_study, plan_numbers
from longtail.study.run import Run, open_run
from longtail.study.text_plan import plan_texts
from longtail.study.texts import audit_texts
from longtail.study.whole_audit import audit as audit_study
from longtail.study.whole_audit import plan_audit
from longtail.trials import SubsetDesign, TrialSet
from longtail.trials.runner import Progress

__all__ = ["audit", "masks", "measure"]

Say = Callable[[str], None]

_PLACEHOLDER = 20  # The number of trials until a plan decides it.


@checked
def audit(
    data: Any,
    *,
    out: str | Path,
    target: str | None = None,
    group: str | None = None,
    together: str | None = None,
    text: str | None = None,
    embedding: str | Path | None = None,
    drop: Sequence[str] = (),
    task: Task | None = None,
    learner: Any = None,
    minutes: float = 3.0,
    trials: int | None = None,
    limit_trials: int | None = None,
    tail_trials: int | None = None,
    rows: int | None = None,
    fraction: float = 0.7,
    seed: int = 0,
    jobs: int | None = None,
    say: Say = print,
) -> Run:
    """Audit one data set: trials, scores, tail, limits, attacks, report. This is what ``longtail audit`` does.

    Parameters
    ----------
    data : str, path, frame or Dataset
        A bundled name, a file, a folder, a frame of pandas, polars or Arrow, or a data set.
    out : path
        The run folder; new, empty, or one to go on with.
    target, group, together, text, embedding, drop, task
        As :func:`longtail.dataset.load_dataset` takes them; not for a :class:`~longtail.dataset.Dataset`. The task
        "language" is of texts that are themselves what is learned: a text file, or the column ``text``.
    learner : str, scikit-learn classifier or Learner, optional
        What is trained; a name as the command line takes it. Chosen by the kind of the data where it is not given: see
        :func:`longtail.study.audit_learner.chosen_learner`.
    minutes : float
        Time for the whole.
    trials, limit_trials, tail_trials, rows : int, optional
        Set the number of trials, of models under each limit, of models at each other training-set size, of training
        examples instead of planning them.
    fraction, seed
        Of the subsets.
    jobs : int, optional
        Models at a time; one for each core where it is not given.
    say : callable
        Told what is planned, what is being done, and how the data were read, a sentence at a time.

    Returns
    -------
    Run
        Open, with ``findings`` and ``report.html`` written.

    Raises
    ------
    InputError
        On data, a learner or a setting that breaks its law; before anything is written.
    StudyMismatchError
        If ``out`` holds another study.
    """
    given = _given(data, target, group, together, text, embedding, drop, task)
    if given.dataset.task == "language":
        sizes = {"minutes": minutes, "trials": trials, "limit_trials": limit_trials}
        return _audit_texts(given, learner, _design(trials or _PLACEHOLDER, fraction, seed), out, sizes, jobs, say)
    choice = chosen_learner(given.dataset, learner, out)
    chosen = choice.learner
    if choice.reason:
        say(choice.reason)
    if given.dataset.task != "classification":
        design = _design(max(_PLACEHOLDER, trials or 0), fraction, seed)
        sizes = {"minutes": minutes, "trials": trials, "limit_trials": limit_trials}
        return _audit_numbers(given, chosen, design, out, rows, sizes, jobs, say)
    plan = plan_audit(
        given.dataset,
        chosen,
        _design(max(_PLACEHOLDER, trials or 0), fraction, seed),
        out,
        minutes=minutes,
        rows=rows,
        trials=trials,
        limit_trials=limit_trials,
        tail_trials=tail_trials,
        options=given.source.options(choice.option, fraction, seed),
        reference=choice.reference,
        jobs=jobs,
        say=say,
    )
    for note in plan.dataset.notes:
        say(note)
    source = _kept(replace(given, source=replace(given.source, rows=plan.rows)), chosen, plan.dataset, plan.design, out)
    audit_study(
        source,
        plan.dataset,
        chosen,
        plan.design,
        out,
        limits=plan.limits,
        scope=plan.scope,
        references=plan.references,
        jobs=jobs,
        say=say,
    )
    return open_run(out)


def _audit_texts(
    given: "_Given",
    learner: Any,
    design: SubsetDesign,
    out: str | Path,
    sizes: dict[str, Any],
    jobs: int | None,
    say: Say,
) -> Run:
    """Audit texts that are themselves what is learned."""
    chosen = any_learner(usual_learner("language") if learner is None else learner, "language")
    for note in given.dataset.notes:
        say(note)
    plan = plan_texts(given.dataset, chosen, design, out, jobs=jobs, say=say, **sizes)
    source = _kept(given, chosen, given.dataset, plan.design, out)
    audit_texts(
        source,
        given.dataset,
        chosen,
        plan.design,
        out,
        limits=plan.limits,
        limit_trials=plan.limit_trials,
        jobs=jobs,
    )
    return open_run(out)


def _audit_numbers(
    given: "_Given",
    learner: Learner,
    design: SubsetDesign,
    out: str | Path,
    rows: int | None,
    sizes: dict[str, Any],
    jobs: int | None,
    say: Say,
) -> Run:
    """Audit data whose target is a number. What is written and said is of such data."""
    dataset = given.dataset if rows is None else given.dataset.sample(rows)
    plan = plan_numbers(dataset, learner, design, out, jobs=jobs, say=say, **sizes)
    for note in dataset.notes:
        say(note)
    source = _kept(replace(given, source=replace(given.source, rows=rows)), learner, dataset, plan.design, out)
    number_study(
        source,
        dataset,
        learner,
        plan.design,
        out,
        limits=plan.limits,
        limit_trials=plan.limit_trials,
        references=plan.references,
        jobs=jobs,
    )
    return open_run(out)


@checked
def measure(
    data: Any,
    *,
    out: str | Path,
    target: str | None = None,
    group: str | None = None,
    together: str | None = None,
    text: str | None = None,
    embedding: str | Path | None = None,
    drop: Sequence[str] = (),
    task: Task | None = None,
    learner: Any = None,
    trials: int = 400,
    fraction: float = 0.7,
    seed: int = 0,
    jobs: int | None = None,
    progress: Progress | None = None,
    say: Say = print,
) -> Run:
    """Train models on random subsets of one data set, or go on where that stopped.

    This is what ``longtail measure`` does.

    Parameters
    ----------
    data, out, target, group, together, text, embedding, drop, task, fraction, seed, jobs
        See :func:`audit`.
    learner : str, estimator of scikit-learn or Learner, optional
        What is trained; where it is not given, the built-in network, boosted trees where numbers are predicted, n-gram
        models of texts.
    trials : int
        How many models.
    progress : callable, optional
        Called with (finished, planned).
    say : callable
        Told how a frame or a file was read, a sentence for each choice.

    Returns
    -------
    Run

    Raises
    ------
    InputError, StudyMismatchError
        See :func:`audit`.
    """
    given = _given(data, target, group, together, text, embedding, drop, task)
    chosen = any_learner(usual_learner(given.dataset.task) if learner is None else learner, given.dataset.task)
    design = _design(trials, fraction, seed)
    source = _kept(given, chosen, given.dataset, design, out)
    for note in given.dataset.choices:
        say(note)
    measure_study(source, given.dataset, chosen, design, out, jobs=jobs, progress=progress)
    return open_run(out)


@checked
def masks(
    data: Any,
    *,
    out: str | Path,
    target: str | None = None,
    group: str | None = None,
    together: str | None = None,
    text: str | None = None,
    embedding: str | Path | None = None,
    drop: Sequence[str] = (),
    task: Task | None = None,
    name: str = "own-loop",
    trials: int = 400,
    fraction: float = 0.7,
    seed: int = 0,
    say: Say = print,
) -> Run:
    """Write who is in which subset, for models that a script of your own trains: this is what ``longtail masks`` does.

    :func:`longtail.trial` opens one of the trials.

    Parameters
    ----------
    data, out, target, group, together, text, embedding, drop, task, fraction, seed
        See :func:`audit`.
    name : str
        What to call what is trained.
    trials : int
        How many models will be trained; more than before leave the earlier subsets as they are.
    say : callable
        Told how a frame or a file was read, a sentence for each choice.

    Returns
    -------
    Run
        Without trials so far.

    Raises
    ------
    InputError, StudyMismatchError
        See :func:`audit`.
    """
    given = _given(data, target, group, together, text, embedding, drop, task)
    design = _design(trials, fraction, seed)
    write_masks(given.source, given.dataset, design, out, name)
    folder = RunFolder(Path(out))
    if given.in_memory:
        with folder.writing():
            places = {} if (kept := _keep(given, folder)) is None else {"data": kept}
            folder.freeze(replace(folder.study(), places=places))
    for note in given.dataset.choices:
        say(note)
    return open_run(out)


def _design(trials: int, fraction: float, seed: int) -> SubsetDesign:
    """Draw up the subsets. An error speaks of ``trials``, which is what the callers here take."""
    try:
        return SubsetDesign(n_trials=trials, fraction=fraction, seed=seed)
    except InputError as error:
        if error.argument != "n_trials":
            raise
        raise InputError("trials", error.law, error.value, error.remedy) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """Data as they were given, and how a run finds them again."""

    data: Any
    dataset: Dataset
    source: DataSource

    @property
    def in_memory(self) -> bool:
        return isinstance(self.data, Dataset) or is_frame(self.data)


def _given(
    data: Any,
    target: str | None,
    group: str | None,
    together: str | None,
    text: str | None,
    embedding: str | Path | None,
    drop: Sequence[str],
    task: Task | None = None,
) -> _Given:
    if isinstance(data, Dataset):
        named = {"target": target, "group": group, "together": together, "text": text, "embedding": embedding}
        for argument, value in {**named, "task": task, "drop": tuple(drop) or None}.items():
            if value is not None:
                raise InputError(argument, "be given for a file or a frame alone, not for a Dataset", value)
        unit = None if data.together is None else "together"
        return _Given(data=data, dataset=data, source=DataSource(data=data.name, together=unit))
    source = DataSource(
        data="frame" if is_frame(data) else str(data),
        embedding=None if embedding is None else str(embedding),
        drop=tuple(drop),
        target=target,
        group=group,
        together=together,
        text=text,
        task=task,
    )
    return _Given(data=data, dataset=source.load(data if is_frame(data) else None), source=source)


def _kept(given: _Given, learner: Learner, dataset: Dataset, design: SubsetDesign, out: str | Path) -> DataSource:
    """Keep data that are in memory beside the frozen study, and return their place.

    Nothing is written if the folder holds another study.
    """
    if not given.in_memory:
        return given.source
    folder = RunFolder(Path(out))
    trial_set = TrialSet.of(dataset, learner, design)
    folder.check(trial_set, given.source.group)
    with folder.writing():
        folder.freeze(given.source.study(trial_set, design.n_trials))
        source = replace(given.source, kept=_keep(given, folder))
        folder.freeze(source.study(trial_set, design.n_trials))
    return source


def _keep(given: _Given, folder: RunFolder) -> str | None:
    if isinstance(given.data, Dataset):
        return kept_data.keep_arrays(given.data, folder.path)
    return kept_data.keep_frame(given.data, folder.path)
