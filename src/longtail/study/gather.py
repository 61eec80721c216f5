"""Gather: from a data set and the outcomes of its trials to the findings that a report is rendered from."""

import json
from dataclasses import replace

from longtail import __version__
from longtail.analysis.accuracy import fit_of
from longtail.analysis.ceiling import Ceiling
from longtail.analysis.examples import examples_of
from longtail.analysis.exposure import exposure_findings
from longtail.analysis.memorization import memorization_findings
from longtail.analysis.tail import Partition, cost_findings, partitions_of, tail_findings
from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.findings import Findings, LimitFindings, StudyFindings
from longtail.findings.examples import Examples
from longtail.report.words.next_steps import next_steps
from longtail.report.words.summary import summarize
from longtail.runs.run_folder import RunFolder
from longtail.study.audit_scope import Scope
from longtail.study.omissions import omissions_of
from longtail.trials import TrialStore
from longtail.whole_files import write_atomically

__all__ = ["gather_findings", "save_findings"]

_MOST_TARGETS = 512
"""Trials that the report attacks: more models add little to an attack, and an audit has thousands."""


def gather_findings(
    dataset: Dataset, folder: RunFolder, level: float = 0.95, *, limits: LimitFindings | None = None
) -> tuple[Findings, Examples]:
    """Everything that the trials in a run folder say about a data set, and about each of its examples.

    Parameters
    ----------
    dataset : Dataset
        The one that was studied.
    folder : RunFolder
        With at least one finished trial.
    level : float
        Of every interval.
    limits : LimitFindings, optional
        What limits did cost, where there are trials of them.
    """
    store = folder.trials()
    outcomes = store.outcomes()
    partitions, notes = _partitions(dataset)
    fit = fit_of(outcomes, level)
    sizes = partitions[len(partitions) // 2].sizes if partitions else None
    memorized = memorization_findings(dataset, outcomes, sizes, level)
    tail = tail_findings(dataset, outcomes, partitions, level) if partitions else None
    attacked = outcomes.restricted_to(slice(_MOST_TARGETS))
    exposed = exposure_findings(attacked, level, dataset=dataset, promise=Ceiling.of_run(store.trial_set.identity))
    found = Findings(
        summary=[],
        longtail_version=__version__,
        study=_study(dataset, store, outcomes.n_trials, notes),
        fit=fit,
        memorization=memorized,
        tail=tail,
        costs=cost_findings(outcomes, partitions, level) if partitions else None,
        membership=exposed,
        limits=limits,
    )
    scope = Scope.read(folder.path)
    findings = replace(
        found,
        summary=summarize(found),
        next_steps=next_steps(found, "" if scope is None else scope.options),
        omissions=omissions_of(found, dataset, scope),
    )
    return findings, examples_of(dataset, outcomes, attacked, sizes, level)


def save_findings(findings: Findings, examples: Examples, folder: RunFolder) -> bytes:
    """Write ``examples.json.gz`` and ``findings.json``, each whole or not at all; returns what is in the former."""
    packed = examples.packed()
    write_atomically(folder.examples, packed)
    write_atomically(folder.findings, json.dumps(findings.to_json(), indent=1, ensure_ascii=False).encode())
    return packed


def _study(dataset: Dataset, store: TrialStore, n_trials: int, notes: list[str]) -> StudyFindings:
    identity = store.trial_set.identity
    learner, design = identity["learner"], identity["design"]
    return StudyFindings(
        data=dataset.name,
        n_train=dataset.n_train,
        n_test=dataset.n_test,
        n_features=dataset.X.shape[1],
        class_names=list(dataset.class_names),
        learner=learner["name"],
        learner_settings={**learner["settings"], "version": learner["version"]},
        n_trials=n_trials,
        n_failed=len(store.numbers()) - n_trials,
        fraction=design["fraction"],
        design=design["kind"],
        seed=design["seed"],
        notes=[*dataset.notes, *notes],
    )


def _partitions(dataset: Dataset) -> tuple[list[Partition], list[str]]:
    """The partitions of the training examples; none, with the reason as a note, where none can be found."""
    try:
        return partitions_of(dataset), []
    except InputError as error:
        return [], [f"No subpopulations were found: {error}"]
