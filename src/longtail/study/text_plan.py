"""Plan of an audit of texts: how many models there are, under which limits, and of how many under each.

N-gram models are so fast that their number is a choice of ours; of other language models there are as many as fit into
the time, by the ladder of all audits.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.errors import InputError, Said, parameter
from longtail.learners.learner import Learner, task_of
from longtail.learners.ngrams import NgramModel
from longtail.limits import Limit
from longtail.limits.spelling import named_limit
from longtail.runs.run_folder import RunFolder
from longtail.runs.timing import seconds_per_trial, trials_within
from longtail.trials import SubsetDesign

__all__ = ["TextPlan", "plan_texts", "require_language_model"]

_MENU = ("deduplicated:resemblance=0.5", "shorter-context:order=2", "counted-often:times=2", "private-words:epsilon=3")
_NGRAMS, _MOST_LIMITED, _FEWEST = 400, 100, 20
_FOR_TRIALS, _FOR_LIMITS = 0.5, 0.25

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPlan:
    """Sizes of an audit of texts: the trials, the limits, and the trials of each."""

    design: SubsetDesign
    limits: list[Limit]
    limit_trials: int


@checked
def plan_texts(
    dataset: Dataset,
    learner: Learner,
    design: SubsetDesign,
    out: str | Path,
    *,
    minutes: float = 3.0,
    trials: int | None = None,
    limit_trials: int | None = None,
    jobs: int | None = None,
    say: Say = lambda _: None,
) -> TextPlan:
    """Plan an audit of texts.

    Parameters
    ----------
    dataset, learner, design, out, jobs
        See :func:`longtail.study.texts.audit_texts`; the design's number of trials is a placeholder.
    minutes : float
        Time for models that are no n-gram models.
    trials, limit_trials : int, optional
        Set the number of models, and of models under each limit, instead of planning them.
    say : callable
        Told what is planned, a sentence at a time.

    Raises
    ------
    InputError
        If the learner is no language model, or ``minutes`` is not positive.
    """
    if not 0 < minutes < float("inf"):
        raise InputError("minutes", "be positive", minutes)
    require_language_model(learner)
    limits, folder = _menu(dataset, learner), RunFolder(Path(out))
    there = (folder.study().n_trials or 0) if folder.is_run else 0
    limited = _MOST_LIMITED
    if isinstance(learner, NgramModel):
        planned = trials or _NGRAMS
        say(
            f"The models are n-gram language models of {learner.unit}s: {planned:,}, of up to {_ORDERS[learner.order]}."
        )
    elif there or trials:
        planned = max(there, trials or 0)
        say(f"The models are {learner.name}: {planned:,}.")
    else:
        each = seconds_per_trial(learner, dataset, design, jobs)
        planned = max(trials_within(60 * minutes * _FOR_TRIALS, each), design.least_trials)
        limited = max(min(trials_within(60 * minutes * _FOR_LIMITS / max(len(limits), 1), each), limited), _FEWEST)
        time = f"{minutes:g} {'minute' if minutes == 1 else 'minutes'}"
        say(f"The models are {learner.name}: {planned:,}, as the plan for {time} has it.")
    limited = min(planned, limited) if limit_trials is None else limit_trials
    limits = limits if limited else []
    if limits:
        say(f"Limits, of up to {limited:,} models each: {'; '.join(each.title for each in limits)}.")
    return TextPlan(design=replace(design, n_trials=planned), limits=limits, limit_trials=limited)


@checked
def require_language_model(learner: Learner) -> None:
    """Refuse what is no language model.

    Raises
    ------
    InputError
        With what is one.
    """
    if task_of(learner) != "language":
        law = "be a language model, for texts that are themselves learned"
        remedy = (
            f"They are ngram, recurrent, and with {parameter('learner')} module:train a function train(texts, seed)."
        )
        raise InputError("learner", law, Said(f"{learner.name}, for {task_of(learner)}"), remedy)


_ORDERS = {1: "one token", **{order: f"{order} tokens" for order in range(2, 9)}}


def _menu(dataset: Dataset, learner: Learner) -> list[Limit]:
    """Return the limits that the learner can be put under, and that say something of these texts."""
    found = []
    for text in _MENU:
        try:
            limit = named_limit(text, dataset, learner)
            limit.refuse(dataset)
        except InputError:  # It is no n-gram model, or no document has a copy.
            continue
        found.append(limit)
    return found
