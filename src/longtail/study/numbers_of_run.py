"""Findings of a run whose outcomes are numbers: gathered, saved, and gathered anew from what is in the run."""

from collections.abc import Sequence
from typing import Any

from longtail.analysis.analysis import Analysis
from longtail.analysis.number_findings import number_findings
from longtail.arguments import checked
from longtail.checked_json import checked_text
from longtail.findings.number_references import NumberReferences
from longtail.findings.numbers import NumberFindings
from longtail.learners.learner import Learner
from longtail.limits import Limit
from longtail.runs.learner_of_run import built_in_learner
from longtail.runs.reload import reload_dataset
from longtail.runs.results import remember_results, results_of
from longtail.runs.run_folder import RunFolder
from longtail.runs.saved_findings import NUMBERS, known_results
from longtail.study.limits_of_run import limits_of_learner
from longtail.study.references_of_run import references_found
from longtail.trials import SubsetDesign
from longtail.trials.design import MOST_TRIALS
from longtail.whole_files import write_atomically

__all__ = ["gather_numbers", "numbers_gathered_again"]


@checked
def gather_numbers(
    folder: RunFolder,
    analysis: Analysis,
    learner: Learner | None,
    design: SubsetDesign,
    limits: Sequence[Limit] = (),
) -> NumberFindings:
    """Gather the findings of a run of numbers, and save them.

    Parameters
    ----------
    folder : RunFolder
        Held for writing.
    analysis : Analysis
        Of its data and of its trials without limits.
    learner : Learner or None
        That of the study. None where it cannot be made again: its limits are left out then, and that is said.
    design : SubsetDesign
        Of the study.
    limits : sequence of Limit
        Known ones; the others are made again from their identity.
    """
    outcomes, name = analysis.outcomes, folder.study().identity["learner"]["name"]
    held = limits_of_learner(folder, analysis.dataset, learner, design, limits)
    results, damaged = results_of(folder, known_results(folder))
    remember_results(folder, results)
    references, torn = references_found(folder, NumberReferences)
    notes = [*held.unread, *torn, *damaged, *folder.gone(), *([outcomes.about_failed] if outcomes.about_failed else [])]
    findings = number_findings(analysis, held.trials, learner=name, notes=notes, results=results, references=references)
    document: dict[str, Any] = findings.to_json()
    write_atomically(folder.path / NUMBERS, checked_text(document, indent=1, owner=folder.key))
    return findings


@checked
def numbers_gathered_again(folder: RunFolder) -> NumberFindings:
    """Gather the findings of a run of numbers from its trials, without training.

    Parameters
    ----------
    folder : RunFolder
        Held for writing.

    Raises
    ------
    InputError
        If the data are not where they were.
    StudyMismatchError
        If their content has changed since.
    """
    study = folder.study()
    analysis = Analysis(reload_dataset(study), folder.trials().outcomes())
    learner = built_in_learner(study.identity["learner"])
    design = SubsetDesign.of_identity(study.identity["design"], study.n_trials or MOST_TRIALS)
    return gather_numbers(folder, analysis, learner, design)
