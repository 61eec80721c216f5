"""Audit: one data set, the whole way, within a time budget; resumable as a whole.

Trials, limits, and then everything that is computed from them. Sizes are planned once and frozen in the run
(``study.json``, ``audit.json``), so that an audit that was cut, wherever, goes on to the very same end. What follows
the training is computed anew each time: it takes seconds and cannot be out of date.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from longtail.analysis.analysis import Analysis
from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.findings import Findings, ReferenceModels
from longtail.findings.results import Result
from longtail.learners.any_learner import any_learner
from longtail.learners.learner import Learner
from longtail.limits import Limit
from longtail.outcomes import Outcomes
from longtail.report import write_report
from longtail.report.words.sanity import sanity_lines
from longtail.runs.measure import DataSource, measure
from longtail.runs.results import leave_result, results_of
from longtail.runs.run_folder import RunFolder
from longtail.sanity import look_over
from longtail.study.audit_plan import AuditPlan, plan_audit, trials_stage
from longtail.study.audit_scope import Scope
from longtail.study.exact_knn_of_run import EXACT_KNN, keep_exact_knn
from longtail.study.findings_again import limits_found
from longtail.study.gather import gather_findings, save_findings
from longtail.study.influence_told import MOST_AUDITED as MOST_OF_INFLUENCE
from longtail.study.influence_told import influence_of_audit
from longtail.study.limits_of_run import train_limits
from longtail.study.mislabeled_of_run import PLANTED_STAGE, judge_labels, mislabeled_found, planted_models
from longtail.study.proxies_of_run import LEAST_TRIALS, MOST_AUDITED, most_watched, proxies_of_audit
from longtail.study.references_of_run import freeze_references
from longtail.study.tail_of_run import train_curve, train_without_memorized
from longtail.trials import SubsetDesign, TrialSet
from longtail.trials.runner import Progress

__all__ = ["AuditPlan", "audit", "plan_audit"]

Say = Callable[[str], None]


@checked
def audit(
    source: DataSource,
    dataset: Dataset,
    learner: Any,
    design: SubsetDesign,
    out: str | Path,
    *,
    limits: list[Limit] | None = None,
    scope: Scope | None = None,
    references: ReferenceModels | None = None,
    jobs: int | None = None,
    watch: Callable[[str], Progress] = lambda _: lambda _finished, _planned: None,
    say: Say = lambda _: None,
) -> Findings:
    """Train what is missing, gather the findings, write ``findings.json`` and ``report.html``.

    Parameters
    ----------
    source, dataset, learner, design, out, jobs
        See :func:`longtail.runs.measure`; make data set and design with :func:`plan_audit`.
    limits, scope
        Of the plan; without them, no limit is tried.
    references : ReferenceModels, optional
        Of the plan: what plain models get on the same test examples.
    watch : callable
        From the name of a stage to the callback that :func:`longtail.trials.run_trials` takes.
    say : callable
        Told what is being done, a sentence at a time.

    Returns
    -------
    Findings
        As they were written.
    """
    learner = any_learner(learner)
    folder = RunFolder(Path(out))
    trial_set = TrialSet.of(dataset, learner, design)
    folder.check(trial_set, source.group)
    # This refuses a fraction that leaves no example in or none out.
    design.inclusion(dataset.n_train, 0, dataset.together)
    with folder.writing():
        folder.freeze(source.study(trial_set, design.n_trials))
        if scope is not None:
            scope.freeze(folder)
        freeze_references(references, folder)
    looked_over = look_over(dataset, "" if scope is None else scope.options)
    for line in sanity_lines(looked_over):
        say(line)
    unlimited = measure(source, dataset, learner, design, out, jobs=jobs, progress=watch(trials_stage(learner)))
    with folder.writing():
        if scope is not None:
            _train_tail(dataset, learner, design, folder, unlimited, scope, jobs, watch)
        if limits and scope is not None:
            paired = replace(design, n_trials=scope.limit_trials)
            train_limits(dataset, paired, limits, folder, jobs=jobs, watch=watch)
        if scope is not None and scope.exact_knn:
            say(f"Finding the neighbors of {dataset.n_train:,} examples, for {EXACT_KNN} …")
            keep_exact_knn(dataset, folder, trial_set.identity)
        analysis = Analysis(dataset, unlimited)
        _judge(analysis, folder, learner, design, jobs, watch, say)
        _compare_proxies(dataset, unlimited, folder, learner, scope, say)
        _tell_influence(dataset, unlimited, folder, learner, design, say)
        say("Computing scores, the tail and its costs, attacks, and what limits cost …")
        found, unread = limits_found(analysis, folder, learner, design, limits or [], say)
        findings, examples = gather_findings(analysis, folder, limits=found, unread=unread, looked_over=looked_over)
        packed = save_findings(findings, examples, folder)
        say("Writing the report …")
        write_report(findings, folder.report, packed, examples)
    return findings


def _compare_proxies(
    dataset: Dataset, outcomes: Outcomes, folder: RunFolder, learner: Learner, scope: Scope | None, say: Say
) -> None:
    """Hold cheap stand-ins for memorization against it, where that takes a small part of the time."""
    if outcomes.of_numbers:
        return
    failed = "Cheap stand-ins for memorization are not compared"
    if dataset.n_train > MOST_AUDITED or outcomes.n_trials < LEAST_TRIALS:
        say(f"{failed}: an audit does so of up to {MOST_AUDITED:,} examples from {LEAST_TRIALS} trials on.")
        return
    if scope is not None and dataset.X.size > most_watched(scope.minutes):
        size = f"{dataset.n_train:,} examples of {dataset.X.shape[1]:,} features"
        say(f"{failed}: watching networks on {size} would take too long. $ longtail proxies {folder.path}")
        return
    _leave("proxies", partial(proxies_of_audit, dataset, outcomes, learner, folder), folder, outcomes, say, failed)


def _tell_influence(
    dataset: Dataset, outcomes: Outcomes, folder: RunFolder, learner: Learner, design: SubsetDesign, say: Say
) -> None:
    """Tell who helps and who harms, where that takes seconds."""
    if dataset.n_train > MOST_OF_INFLUENCE or outcomes.test_margin is None or not dataset.n_test:
        return
    told = partial(influence_of_audit, dataset, outcomes, learner, design.seed)
    _leave("influence", told, folder, outcomes, say, "Influence is not told")


def _leave(name: str, make: Callable[[], Result], folder: RunFolder, outcomes: Outcomes, say: Say, failed: str) -> None:
    """Make a result and leave it in the run, unless it is there for these very trials."""
    if any(each.name == name and each.n_trials == outcomes.n_trials for each in results_of(folder, tell=False)[0]):
        return
    try:
        leave_result(make(), folder)
    except InputError as error:
        say(f"{failed}: {error}")


def _judge(
    analysis: Analysis,
    folder: RunFolder,
    learner: Learner,
    design: SubsetDesign,
    jobs: int | None,
    watch: Callable[[str], Progress],
    say: Say,
) -> None:
    """Judge which labels look wrong, where a tenth of the trials are models enough to plant wrong labels."""
    number = planted_models(analysis.outcomes.n_trials)
    if not number or mislabeled_found(folder, analysis.outcomes.n_trials)[0] is not None:
        return
    progress = watch(PLANTED_STAGE)
    design = replace(design, n_trials=number, n_subsets=None)
    try:
        judge_labels(analysis, folder, learner, design, jobs=jobs, progress=progress)
    except InputError as error:
        progress(number, number)
        say(f"Which labels look wrong is not judged: {error}")


def _train_tail(
    dataset: Dataset,
    learner: Learner,
    design: SubsetDesign,
    folder: RunFolder,
    outcomes: Outcomes,
    scope: Scope,
    jobs: int | None,
    watch: Callable[[str], Progress],
) -> None:
    """Train at other sizes, and without the memorized, as much as the scope says."""
    if scope.curve_trials:
        train_curve(dataset, learner, design, folder, scope.curve_trials, jobs=jobs, watch=watch)
    if scope.removal_trials:
        train_without_memorized(dataset, learner, folder, outcomes, scope.removal_trials, jobs=jobs, watch=watch)
