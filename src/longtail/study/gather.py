"""Gather: from a data set and the outcomes of its trials to the findings that a report is rendered from."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from longtail.analysis.accuracy import fit_of
from longtail.analysis.analysis import Analysis
from longtail.analysis.ceiling import Ceiling
from longtail.analysis.examples import examples_of
from longtail.analysis.exposure import exposure_findings
from longtail.analysis.judged import always_one_class, missed_classes
from longtail.analysis.memorization import memorization_findings
from longtail.analysis.sanity import sanity_findings
from longtail.analysis.tail import cost_findings, tail_findings
from longtail.arguments import checked
from longtail.checked_json import checked_text
from longtail.dataset import Dataset
from longtail.dataset.bundled import BUNDLED
from longtail.findings import Findings, LimitFindings, ReferenceModels, StudyFindings
from longtail.findings.examples import Examples
from longtail.findings.sanity import SanityFindings
from longtail.package_version import package_version
from longtail.report.words.next_steps import next_steps
from longtail.report.words.summary import summarize
from longtail.runs.results import remember_results, results_of
from longtail.runs.run_folder import RunFolder
from longtail.runs.saved_findings import known_results
from longtail.study.audit_scope import Scope
from longtail.study.exact_knn_of_run import exact_knn_found
from longtail.study.mislabeled_of_run import mislabeled_found
from longtail.study.omissions import omissions_of
from longtail.study.references_of_run import references_found
from longtail.study.removal import removal_found
from longtail.study.tail_of_run import curve_found
from longtail.trials import TrialStore
from longtail.whole_files import write_atomically

__all__ = ["gather_findings", "save_findings"]


@checked
def gather_findings(
    analysis: Analysis,
    folder: RunFolder,
    *,
    limits: LimitFindings | None = None,
    unread: Sequence[str] = (),
    looked_over: SanityFindings | None = None,
) -> tuple[Findings, Examples]:
    """Gather everything that the trials in a run folder say about a data set, and about each of its examples.

    Parameters
    ----------
    analysis : Analysis
        Of the data set that was studied and the outcomes of the folder's trials.
    folder : RunFolder
        With at least one finished trial.
    limits : LimitFindings, optional
        What limits did cost, where there are trials of them.
    unread : sequence of str
        Why limits of the run are left out.
    looked_over : SanityFindings, optional
        What :func:`longtail.sanity.look_over` found of the data set, where it was asked already.
    """
    store, dataset = folder.trials(), analysis.dataset
    notes = [] if analysis.partitions else [f"No subpopulations were found: {analysis.why_none_found}"]
    if missing := store.missing():
        notes.append(f"{missing:,} of the trials that were planned are not in the run.")
    if analysis.outcomes.about_failed:
        notes.append(analysis.outcomes.about_failed)
    identity = store.trial_set.identity
    curve, untold = curve_found(analysis, folder)
    removal, damaged = removal_found(folder, dataset, analysis.outcomes, analysis.level)
    references, torn = references_found(folder, ReferenceModels)
    results, unreadable = results_of(folder, known_results(folder))
    remember_results(folder, results)
    scope = Scope.read(folder)
    options = "" if scope is None else scope.options
    analysis.judged, unjudged = mislabeled_found(folder, analysis.outcomes.n_trials)
    analysis.exact_knn, unfound = exact_knn_found(dataset, folder, identity)
    notes += [*untold, *damaged, *torn, *unreadable, *unjudged, *unfound]
    found = Findings(
        summary=[],
        longtail_version=package_version(),
        study=_study(dataset, store, analysis.outcomes.n_trials, notes, _typed(folder)),
        fit=replace(
            fit_of(analysis.outcomes, analysis.level, dataset.together_test),
            always=always_one_class(dataset, analysis.outcomes),
            missed=missed_classes(analysis),
        ),
        memorization=memorization_findings(analysis),
        tail=tail_findings(analysis) if analysis.partitions else None,
        costs=cost_findings(analysis) if analysis.partitions else None,
        membership=exposure_findings(analysis.attacked, guarantee=Ceiling.of_run(identity)),
        limits=limits,
        learner_tail=curve,
        removal=removal,
        mislabeled=analysis.judged,
        references=references,
        results=results,
        sanity=sanity_findings(analysis, options, looked_over),
    )
    findings = replace(
        found,
        summary=summarize(found),
        next_steps=next_steps(found, options),
        omissions=omissions_of(found, dataset, scope, [*unread, *folder.gone()]),
    )
    return findings, replace(examples_of(analysis), trial_set=folder.key)


@checked
def save_findings(findings: Findings, examples: Examples, folder: RunFolder) -> bytes:
    """Write ``examples.json.gz`` and ``findings.json``, each whole or not at all.

    Returns the content of the former.
    """
    packed = examples.packed()
    write_atomically(folder.examples, packed)
    write_atomically(folder.findings, checked_text(findings.to_json(), indent=1, owner=folder.key))
    return packed


def _typed(folder: RunFolder) -> str:
    """Return DATA as the user typed it, if a command can take it: a bundled name, or a file that is not the run's."""
    study = folder.study()
    place = study.found("data")
    outside = place is not None and not Path(place).is_relative_to(folder.path.absolute())
    return study.source if outside or study.source in BUNDLED else ""


def _study(dataset: Dataset, store: TrialStore, n_trials: int, notes: list[str], source: str) -> StudyFindings:
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
        source=source,
    )
