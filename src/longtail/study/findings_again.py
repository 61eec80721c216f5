"""Findings of a run that is there, gathered anew from its trials, where those that were saved are gone or damaged.

They have the limits of the run, too, if its learner can be made again from what the study says of it;
where it cannot, a notice says that they are left out.
"""

from collections.abc import Callable
from dataclasses import replace

from longtail.analysis.analysis import Analysis
from longtail.analysis.groups import comparable_groups, subpopulations_of
from longtail.analysis.limits import limit_findings
from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.findings import Findings, LimitFindings
from longtail.findings.examples import Examples
from longtail.learners.learner import Learner
from longtail.limits import Limit
from longtail.machine import hand_back_memory
from longtail.notices import notice
from longtail.runs.kept_accounting import accounting_kept
from longtail.runs.learner_of_run import built_in_learner
from longtail.runs.reload import reload_dataset
from longtail.runs.run_folder import RunFolder, Study
from longtail.study.audit_scope import Scope
from longtail.study.gather import gather_findings, save_findings
from longtail.study.limits_of_run import limits_of_learner
from longtail.trials import SubsetDesign, TrialSet

__all__ = ["gathered_again", "limits_found"]


def gathered_again(folder: RunFolder) -> tuple[Findings, Examples, bytes]:
    """Gather the findings of a run from its trials, and save them.

    The last part is the content of ``examples.json.gz``.

    Parameters
    ----------
    folder : RunFolder
        Held for writing.
    """
    study = folder.study()
    Scope.read(folder)  # The plan of another longtail is refused before anything is computed or written.
    analysis = Analysis(reload_dataset(study), folder.trials().outcomes())
    design = SubsetDesign.of_identity(study.identity["design"], study.n_trials or analysis.outcomes.n_trials)
    learner = _learner_again(study, analysis.dataset, design)
    limits, unread = limits_found(analysis, folder, learner, design, [], notice)
    findings, examples = gather_findings(analysis, folder, limits=limits, unread=unread)
    hand_back_memory()
    return findings, examples, save_findings(findings, examples, folder)


def limits_found(
    analysis: Analysis,
    folder: RunFolder,
    learner: Learner | None,
    design: SubsetDesign,
    limits: list[Limit],
    say: Callable[[str], None],
) -> tuple[LimitFindings | None, list[str]]:
    """Gather the findings of all limits that have trials in the run, whoever asked for them.

    Beside them returns why limits of the run are left out, a sentence each.

    Parameters
    ----------
    analysis : Analysis
        Of the study without limits.
    folder : RunFolder
        Held for writing: damaged trials are trained again.
    learner : Learner or None
        Of the study. None where it cannot be made again: a notice says that its limits are left out then.
    design : SubsetDesign
        Of the study.
    limits : list of Limit
        Known ones, see :func:`longtail.study.limits_of_run.limits_in`.
    say : callable
        Told which trials cannot be read back, a sentence each.
    """
    held = limits_of_learner(folder, analysis.dataset, learner, design, limits)
    for note in held.unread:
        say(note)
    trials = held.trials
    if not trials:
        return None, held.unread
    try:
        grouped, groups, notes = comparable_groups(analysis.dataset)
    except InputError as error:
        return None, [*held.unread, f"What limits cost is not told: {error}"]
    if notes:  # The command longtail limit refuses such groups.
        trials = [replace(each, option="") for each in trials]
    partitions, _ = subpopulations_of(analysis, "found")
    given = grouped.group is not None
    with accounting_kept(folder.path):
        found = limit_findings(analysis, trials, groups, partitions, given=given, unread=held.unread)
    return found, held.unread


def _learner_again(study: Study, dataset: Dataset, design: SubsetDesign) -> Learner | None:
    """Return the built-in learner that the study was made with. None if it was another, or of another version."""
    learner = built_in_learner(study.identity["learner"])
    margins = study.identity.get("record", {}).get("margins", True)
    if learner is None or TrialSet.of(dataset, learner, design, margins=margins) != study.trial_set:
        return None
    return learner
