"""Plan an audit: how many examples, trials and limits fit into one time budget; the clock is asked once.

Half of the time goes to the trials, a fifth to the limits, at most a fifth to the tail as the learner meets it, and the
rest is for scores, attacks and the report, or less to each where those will take longer
(``audit_clock.py``). All numbers come from ladders, so that two audits of one
machine choose the same although no two timings agree. What was planned for a run holds until there is a larger budget.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.experiments.reference_models import Reference, reference_models
from longtail.findings import Omission, ReferenceModels
from longtail.learners.any_learner import any_learner
from longtail.learners.learner import Learner
from longtail.learners.nearest_neighbors import NearestNeighbors
from longtail.limits import Limit
from longtail.limits.asked_for import asked_for
from longtail.machine import cores
from longtail.percent import chosen
from longtail.report.words.commands import words
from longtail.report.words.references import references_in_words
from longtail.runs.run_folder import RunFolder, Study
from longtail.runs.timing import ENOUGH_FOR_ALL, rows_within, seconds_per_trial, trials_within, warm_up
from longtail.runs.training_memory import rows_in_memory
from longtail.study.audit_clock import seconds_after_training, seconds_for_models
from longtail.study.audit_menu import chosen_limits
from longtail.study.audit_scope import Scope
from longtail.study.audit_tail import CURVE, LEAST_MODELS, REMOVAL, chosen_tail
from longtail.study.exact_knn_of_run import EXACT_KNN, may_have_exact_knn, seconds_of_exact_knn
from longtail.study.mislabeled_of_run import PLANTED_STAGE, planted_models
from longtail.study.references_of_run import references_found
from longtail.study.tail_of_run import MOST_ARMS, REMOVAL_STAGE, curve_designs, curve_stage, other_fractions
from longtail.trials import SubsetDesign, TrialSet

__all__ = ["AuditPlan", "Stage", "plan_audit", "trials_stage"]

_FOR_TRIALS, _FOR_LIMITS = 5 / 9, 2 / 9  # Both are shares of what all models get.
_FOR_EXACT_KNN = 1 / 5  # of the budget, at most
_MANY = 200  # If there are fewer trials, more are suggested.
_FEW_EXAMPLES = 100
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A part of an audit that trains models.

    Parameters
    ----------
    name : str
        For people.
    models : int
        How many.
    seconds : float
        For one more, as it was timed; 0 where it was not.
    finished : int
        How many of them are there already.
    """

    name: str
    models: int
    seconds: float
    finished: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPlan:
    """Plan of an audit: how large it is.

    Parameters
    ----------
    dataset : Dataset
        All of the data, or the part of it that is studied.
    rows : int or None
        How many training examples were asked of the data; None for all.
    design : SubsetDesign
        With its number of trials.
    limits : list of Limit
        That are tried.
    scope : Scope
        How these are spelled, their number of models, and what is left out.
    stages : list of Stage
        What is trained, in order.
    references : ReferenceModels or None
        What plain models get on the same test examples; None without test examples.
    """

    dataset: Dataset
    rows: int | None
    design: SubsetDesign
    limits: list[Limit]
    scope: Scope
    stages: list[Stage]
    references: ReferenceModels | None = None


def trials_stage(learner: Learner) -> str:
    """Return the name of the training without limits."""
    return f"{learner.name}, without limits"


@checked
def plan_audit(
    dataset: Dataset,
    learner: Any,
    design: SubsetDesign,
    out: str | Path,
    *,
    minutes: float,
    rows: int | None = None,
    trials: int | None = None,
    limit_trials: int | None = None,
    tail_trials: int | None = None,
    options: str = "",
    reference: Reference = "boosting",
    jobs: int | None = None,
    say: Say = lambda _: None,
) -> AuditPlan:
    """Plan how much to study.

    For a run that is there this is what was planned for it; otherwise as much as fits into the time.

    Parameters
    ----------
    dataset, learner
        What is studied.
    design : SubsetDesign
        Its number of trials is replaced.
    out : path
        The run folder; nothing is written to it.
    minutes : float
        Of the whole audit; half of it goes to the trials, a fifth to the limits.
    rows, trials, limit_trials, tail_trials : int, optional
        Set these instead of planning them; no limits are tried with 0 ``limit_trials``, and nothing is trained at other
        sizes or without the memorized examples with 0 ``tail_trials``.
    options : str
        How a command line names the study after DATA, for the commands that are suggested.
    reference : {"boosting", "logistic", "text-logistic"}
        The reference model that the learner is set beside.
    jobs : int, optional
        How many models at a time.
    say : callable
        Told what is planned, a line at a time.

    Raises
    ------
    InputError
        If ``minutes`` is not positive, or ``rows``, ``trials``, ``limit_trials`` or ``tail_trials`` are too few.
    StudyMismatchError
        If the folder holds another study.
    """
    learner = any_learner(learner)
    _check(minutes, limit_trials, tail_trials)
    folder = RunFolder(Path(out))
    begun, asked = folder.rows_begun(dataset.n_train)
    asked = asked if rows is None else rows
    if not begun:
        folder.require_free()
        # Code is compiled before the clock starts: once on a machine, not once in each audit.
        warm_up(learner, dataset, design)
    planner = _Planner(learner=learner, design=design, options=options, jobs=jobs, minutes=minutes)
    timed = None
    if asked is None and not begun:
        room = rows_in_memory(learner, dataset, jobs)
        asked, timed = rows_within(_FOR_TRIALS * planner.left(dataset), dataset, learner, design, jobs, room)
    part = dataset if asked is None else dataset.sample(asked)
    held = folder.check_identity(TrialSet.of(part, learner, design))
    before = None if held is None else Scope.read(folder)
    goes_on = held is not None and (before is None or minutes <= before.minutes)
    n_trials, each = planner.trials(part, trials, held, goes_on, timed)
    if before is not None and goes_on and limit_trials is None:
        scope = before
    else:
        scope = planner.scope(part, asked, n_trials, each, limit_trials).joined(before)
        scope = scope.without(planner.smaller(dataset, part, n_trials, asked_for=trials is not None))
    if scope is not before or tail_trials is not None:
        scope = planner.with_tail(part, scope, n_trials, each, tail_trials).joined(before)
    references = references_found(folder, ReferenceModels)[0] if held is not None else None
    if references is None:
        references = reference_models(dataset, learner, studied=part, reference=reference, seed=design.seed)
    plan = replace(
        _plan(part, asked, replace(design, n_trials=n_trials), learner, scope, folder), references=references
    )
    for line in _stated(plan, goes_on):
        say(line)
    return plan


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planner:
    """Asks the clock."""

    learner: Learner
    design: SubsetDesign
    options: str
    jobs: int | None
    minutes: float
    start: float = field(default_factory=time.perf_counter)

    def left(self, part: Dataset) -> float:
        """Return the seconds that are left for all models."""
        return self.of_models(part) - (time.perf_counter() - self.start)

    def of_models(self, part: Dataset) -> float:
        """Return the seconds of the budget for all models, those that the plan itself took included."""
        exact = seconds_of_exact_knn(part) if self.has_exact_knn(part) else 0.0
        return max(seconds_for_models(part, self.minutes) - exact, 0.0)

    def has_exact_knn(self, part: Dataset) -> bool:
        """Return whether memorization by the nearest neighbor takes at most a fifth of the budget."""
        if self.learner.name == NearestNeighbors.name or not may_have_exact_knn(part):
            return False
        return seconds_of_exact_knn(part) <= _FOR_EXACT_KNN * 60 * self.minutes

    def trials(
        self, part: Dataset, asked: int | None, held: Study | None, goes_on: bool, timed: float | None
    ) -> tuple[int, float | None]:
        """Return the number of trials, and the seconds of one trial if it had to be timed."""
        if asked is not None:
            return asked, None
        planned = 0 if held is None else held.n_trials or 0
        if goes_on and planned:
            return planned, None
        each = seconds_per_trial(self.learner, part, self.design, self.jobs) if timed is None else timed
        least = self.design.least_trials if timed is None else max(ENOUGH_FOR_ALL, self.design.least_trials)
        return max(trials_within(_FOR_TRIALS * self.left(part), each), least, planned), each

    def scope(
        self, part: Dataset, rows: int | None, n_trials: int, each: float | None, limit_trials: int | None
    ) -> Scope:
        """Choose the limits that fit, and return the scope of the audit."""
        options = self.options if rows is None else words(self.options, f"--rows {rows}")
        choice = chosen_limits(
            part,
            self.learner,
            replace(self.design, n_trials=n_trials),
            seconds=_FOR_LIMITS * self.left(part),
            per_trial=each,
            n_trials=limit_trials,
            options=options,
            jobs=self.jobs,
        )
        timed = {} if each is None else {trials_stage(self.learner): each}
        has_exact_knn = self.has_exact_knn(part)
        if not has_exact_knn and self.learner.name != NearestNeighbors.name and may_have_exact_knn(part):
            choice.left_out.append(self._no_exact_knn(part, options))
        return Scope(
            exact_knn=has_exact_knn,
            minutes=self.minutes,
            limits=choice.spelled,
            limit_trials=choice.n_trials,
            left_out=choice.left_out,
            options=options,
            seconds=timed | choice.seconds,
        )

    def _no_exact_knn(self, part: Dataset, options: str) -> Omission:
        minutes = math.ceil(seconds_of_exact_knn(part) / (60 * _FOR_EXACT_KNN))
        return Omission(
            what=EXACT_KNN,
            cause="time",
            reason=f"Neighbors of {part.n_train:,} examples would have taken more than a fifth of the time.",
            command=words("longtail audit DATA", options, f"--minutes {minutes} --out RUN"),
        )

    def with_tail(
        self, part: Dataset, scope: Scope, n_trials: int, each: float | None, tail_trials: int | None
    ) -> Scope:
        """Return the scope with as many models at other sizes, and without the memorized, as fit."""
        others, most = float(scope.limit_trials * len(scope.limits)), float("inf")
        if each is not None:
            limits = [name for name in scope.seconds if name != trials_stage(self.learner)]
            limited = scope.limit_trials * sum(scope.seconds[name] for name in limits)
            most = (self.of_models(part) - n_trials * each - limited) / each
            untimed = scope.limit_trials * (len(scope.limits) - len(limits))
            # What follows the training keeps one core busy, models keep all of them.
            others = untimed + (limited + seconds_after_training(part) / (self.jobs or cores())) / each
        choice = chosen_tail(
            part,
            replace(self.design, n_trials=n_trials),
            others=others,
            most=most,
            asked=tail_trials,
            options=scope.options,
        )
        left_out = [each for each in scope.left_out if each.what not in (CURVE, REMOVAL)]
        return replace(
            scope,
            curve_trials=choice.curve_trials,
            removal_trials=choice.removal_trials,
            left_out=[*left_out, *choice.left_out],
        )

    def smaller(self, whole: Dataset, part: Dataset, n_trials: int, asked_for: bool) -> list[Omission]:
        """List what a larger budget would make larger."""
        found = []
        if part.n_train < whole.n_train:
            short = rows_in_memory(self.learner, whole, self.jobs) < whole.n_train
            found.append(
                Omission(
                    what=f"{whole.n_train - part.n_train:,} of {whole.n_train:,} training examples",
                    cause="choice" if asked_for else "memory" if short else "time",
                    reason="A random part is studied, with rare classes and groups whole; the others are in no model.",
                    command=words("longtail audit DATA", self.options, f"--rows {whole.n_train} --out NEW_RUN"),
                )
            )
        if n_trials < _MANY:
            found.append(
                Omission(
                    what=f"trials beyond {n_trials:,}",
                    cause="choice" if asked_for else "time",
                    reason="Intervals are wide, and only strong memorization can be told from none.",
                    command=words("longtail audit DATA", self.options, f"--trials {_MANY} --out RUN"),
                )
            )
        return found


def _plan(
    part: Dataset, rows: int | None, design: SubsetDesign, learner: Learner, scope: Scope, folder: RunFolder
) -> AuditPlan:
    limits = asked_for(scope.limits, part, learner) if scope.limit_trials and scope.limits else []
    plain = trials_stage(learner)
    trained: list[tuple[str, TrialSet | None, int]] = [(plain, TrialSet.of(part, learner, design), design.n_trials)]
    if scope.curve_trials:
        trained += [
            (curve_stage(learner, each.fraction), TrialSet.of(part, learner, each, margins=False), each.n_trials)
            for each in curve_designs(design, scope.curve_trials)
        ]
    if scope.removal_trials:
        trained.append((REMOVAL_STAGE, None, MOST_ARMS * scope.removal_trials))
    trained += [(each.title, TrialSet.of(part, each, design), scope.limit_trials) for each in limits]
    if planted := planted_models(design.n_trials):
        trained.append((PLANTED_STAGE, None, planted))
    limited = {each.title for each in limits}
    stages = [
        Stage(
            name=name,
            models=models,
            seconds=scope.seconds.get(name if name in limited else plain, 0.0),
            finished=0 if trials is None else min(models, folder.n_finished(trials)),
        )
        for name, trials, models in trained
    ]
    return AuditPlan(dataset=part, rows=rows, design=design, limits=limits, scope=scope, stages=stages)


def _stated(plan: AuditPlan, goes_on: bool) -> list[str]:
    """Say the plan in words, one line for each stage."""
    first, *others = plan.stages
    curve = others[: 2 if plan.scope.curve_trials else 0]
    planted = [stage for stage in others if stage.name == PLANTED_STAGE]
    limited = others[len(curve) + (1 if plan.scope.removal_trials else 0) : len(others) - len(planted)]
    lines = [
        "Going on with the plan of this run:" if goes_on else f"The plan for {_minutes(plan.scope.minutes)}:",
        f"  {first.models:,} models on random subsets of {plan.dataset.n_train:,} examples{_about([first])}",
    ]
    if curve:
        sizes = " and of ".join(chosen(each) for each in sorted(other_fractions(plan.design.fraction)))
        lines.append(
            f"  {curve[0].models:,} models on random subsets of {sizes}, to see what more data bring{_about(curve)}"
        )
    if plan.scope.removal_trials:
        number = plan.scope.removal_trials
        lines.append(
            f"  {number:,} models each without the memorized examples, and without others, to see what they are worth"
        )
    if limited:
        names = "; ".join(stage.name for stage in limited)
        lines.append(f"  {limited[0].models:,} models under each of {len(limited)} limits{_about(limited)}: {names}")
    lines += [f"  {each.models:,} models with 5 % of the labels flipped, to learn which look wrong" for each in planted]
    if plan.scope.exact_knn:
        seconds = max(seconds_of_exact_knn(plan.dataset), 1)
        lines.append(f"  {EXACT_KNN} beside that of the models, without training, about {seconds:,.0f} s")
    lines.append("  then scores, the tail and its costs, attacks, and the report")
    if plan.references is not None:
        lines.append(f"  {references_in_words(plan.references)}")
    late = [omission.what for omission in plan.scope.left_out if omission.cause == "time"]
    if late:
        lines.append(f"  left out for lack of time: {'; '.join(late)}")
    rest = [omission for omission in plan.scope.left_out if omission.cause != "time"]
    lines += [f"  left out: {omission.what}: {omission.reason}" for omission in rest]
    needed = sum((stage.models - stage.finished) * stage.seconds for stage in plan.stages)
    if needed > 60 * plan.scope.minutes:
        fitting = math.ceil(needed / 60 / _FOR_TRIALS)
        lines.append(
            f"  note: these models alone take longer than {_minutes(plan.scope.minutes)}, and fewer than "
            f"{plan.design.n_trials} would say little; --minutes {fitting} holds them"
        )
    if plan.dataset.n_train < _FEW_EXAMPLES:
        lines.append(f"  note: of {plan.dataset.n_train} training examples little can be said; intervals will be wide")
    return lines


def _minutes(number: float) -> str:
    return f"{number:g} {'minute' if number == 1 else 'minutes'}"


def _about(stages: list[Stage]) -> str:
    """Describe how long the stages take, as far as it is known, and how much of them is there."""
    finished = sum(stage.finished for stage in stages)
    if finished == sum(stage.models for stage in stages):
        return ", all there"
    there = f", {finished:,} there" if finished else ""
    seconds = sum((stage.models - stage.finished) * stage.seconds for stage in stages)
    return there + (f", about {max(seconds, 1):,.0f} s" if all(stage.seconds for stage in stages) else "")


def _check(minutes: float, limit_trials: int | None, tail_trials: int | None) -> None:
    if not 0 < minutes < float("inf"):
        raise InputError("minutes", "be positive", minutes)
    if limit_trials is not None and limit_trials < 0:
        raise InputError("limit_trials", "be at least 0", limit_trials)
    if tail_trials is not None and tail_trials != 0 and tail_trials < LEAST_MODELS:
        raise InputError("tail_trials", f"be 0, or at least {LEAST_MODELS}", tail_trials)
