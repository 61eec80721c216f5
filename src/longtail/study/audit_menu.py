"""Which limits an audit tries, and how often: a short menu, as much of it as fits into the time.

Each limit says which of its levels an audit tries; the first of each are tried before the second of any. A limit's cost
is that of a few models, timed and thrown away; levels of one kind cost the same. What does not fit at twenty models is
left out; what fits gets the largest number on the ladder. All limits get the same number, so that their costs are
equally sure. What would not fit into memory is left out before it is timed, and so is, of large data, what a small part
of them shows to be hopeless.
"""

import time
from dataclasses import dataclass, replace

from longtail.analysis.groups import comparable_groups, groups_of
from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.findings import Omission
from longtail.learners.learner import Learner
from longtail.limits import NO_GUARANTEE, Limit
from longtail.limits.spelling import audited_limits, limits_by_name, named_limit, option_of, spelled
from longtail.machine import cores
from longtail.memory_at_hand import memory_at_hand
from longtail.report.words.commands import limit_command, words
from longtail.runs.timing import batch_size, in_short_batches, warm_up
from longtail.runs.training_memory import bytes_of_training
from longtail.trials import SubsetDesign, run_trials

__all__ = ["LIMIT_LADDER", "Choice", "chosen_limits"]

LIMIT_LADDER = (200, 100, 60, 40, 20)
"""Numbers of models under each limit to choose from; twenty are a round of a balanced design."""

_LONG_ENOUGH = 0.1  # The number of seconds of models that are timed.
_LARGE, _HOPELESS = 100_000, 2.0  # training examples; a multiple of the seconds that there are


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The limits that are tried.

    Parameters
    ----------
    limits : list of Limit
        In the order of the menu.
    spelled : tuple of str
        What asks for each of them.
    n_trials : int
        Models under each; 0 where there is no limit.
    seconds : dict of str to float
        What one more model takes, by the title of its limit, where it was timed.
    left_out : list of Omission
        What is not tried, and why.
    """

    limits: list[Limit]
    spelled: tuple[str, ...]
    n_trials: int
    seconds: dict[str, float]
    left_out: list[Omission]


def chosen_limits(
    dataset: Dataset,
    learner: Learner,
    design: SubsetDesign,
    *,
    seconds: float,
    per_trial: float | None = None,
    n_trials: int | None = None,
    options: str = "",
    jobs: int | None = None,
) -> Choice:
    """Choose as many limits of the menu as fit into the time, in its order.

    Parameters
    ----------
    dataset, learner, design
        What is studied; models are compared in pairs, so there are at most ``design.n_trials`` of each.
    seconds : float
        For all limits together.
    per_trial : float, optional
        Seconds of a model without limits, so that what is hopeless is not timed.
    n_trials : int, optional
        Set the number of models instead; then nothing is timed, and 0 is for no limits.
    options : str
        How a command line names the study after DATA.
    jobs : int, optional
        Models at a time.
    """
    adds = _Adds.to(dataset, options)
    possible, left_out = _possible(dataset, learner, adds)
    least = min(LIMIT_LADDER[-1] if n_trials is None else n_trials, design.n_trials)
    kept: list[Limit] = []
    by_kind: dict[str, float] = {}
    spent = 0.0
    for limit in possible:
        needed, at_hand = bytes_of_training(limit, dataset.n_train + dataset.n_test, dataset, jobs), memory_at_hand()
        if n_trials != 0 and needed > at_hand:
            left_out.append(adds.too_large(limit, needed, at_hand))
            continue
        if n_trials is None and limit.kind not in by_kind:
            by_kind[limit.kind] = _seconds_per_model(limit, dataset, design, jobs, seconds / least, per_trial)
        each = by_kind.get(limit.kind, 0.0)
        if n_trials == 0 or (n_trials is None and (spent + each) * least > seconds):
            left_out.append(adds.untried(limit, n_trials, least))
            continue
        kept.append(limit)
        spent += each
    fitting = [n for n in LIMIT_LADDER if n <= design.n_trials and n * spent <= seconds]
    number = least if n_trials is not None or not fitting else fitting[0]
    return Choice(
        limits=kept,
        spelled=tuple(spelled(limit, dataset) for limit in kept),
        n_trials=number if kept else 0,
        seconds={limit.title: by_kind[limit.kind] for limit in kept if limit.kind in by_kind},
        left_out=left_out,
    )


def _possible(dataset: Dataset, learner: Learner, adds: "_Adds") -> tuple[list[Limit], list[Omission]]:
    """Return the limits that can be tried at all, and an omission for each other.

    Limits of other learners are named where they guarantee something.
    """
    try:
        _, _, notes = comparable_groups(dataset)
    except InputError as error:
        return [], [
            Omission(what="what limits cost, and whom", cause="data", reason=f"No groups can be compared: {error}")
        ]
    possible, of_other_learners = [], []
    left_out = [Omission(what="the cost for every group", cause="data", reason=note) for note in notes]
    for text in audited_limits():
        try:
            limit = named_limit(text, dataset, learner)
        except InputError as error:
            if error.argument == "learner":
                of_other_learners.append(text)
            else:
                left_out.append(Omission(what=f"the limit {text}", cause="data", reason=str(error)))
            continue
        if limit.needs is not None and limit.needs.missing:
            command = adds.command(option_of(limit, dataset))
            left_out.append(Omission(what=limit.title, cause="extra", reason=limit.needs.remedy, command=command))
            continue
        possible.append(limit)
    missed = [text for text in of_other_learners if _may_guarantee(text)]
    if missed and not any(limit.guarantee.protects == "example" for limit in possible):
        reason = f"{learner.name} is none of the learners that can be limited so."
        left_out.append(Omission(what=f"the limits {', '.join(missed)}", cause="data", reason=reason))
    return possible, left_out


def _may_guarantee(text: str) -> bool:
    """Return whether the limit that a text spells may guarantee something."""
    guarantee: object = limits_by_name()[text.partition(":")[0]].guarantee
    return guarantee is not NO_GUARANTEE


@dataclass(frozen=True, slots=True)
class _Adds:
    """Command that adds a limit that was left out.

    ``longtail limit`` refuses groups that cannot all be compared; then it is the audit again.
    """

    dataset: Dataset
    options: str
    strict: bool

    @classmethod
    def to(cls, dataset: Dataset, options: str) -> "_Adds":
        try:
            groups_of(dataset)
        except InputError:
            return cls(dataset, options, strict=False)
        return cls(dataset, options, strict=True)

    def command(self, option: str) -> str:
        """Return the command that tries the limit of this option, with the least number of models."""
        least = LIMIT_LADDER[-1]
        if self.strict:
            return limit_command(self.options, option, least)
        return words("longtail audit DATA", self.options, f"--limit-trials {least} --out RUN")

    def untried(self, limit: Limit, asked: int | None, least: int) -> Omission:
        """Return the omission of a limit that was not asked for, or has no time."""
        reason = f"{least} models under it would have taken longer than there was time for."
        return Omission(
            what=limit.title,
            cause="choice" if asked == 0 else "time",
            reason="No limits were asked for." if asked == 0 else reason,
            command=self.command(option_of(limit, self.dataset)),
        )

    def too_large(self, limit: Limit, needed: float, at_hand: float) -> Omission:
        """Return the omission of a limit that there is too little memory for."""
        sizes = f"about {needed / 1e9:.1f} GB of memory, of which {at_hand / 1e9:.1f} are free"
        return Omission(
            what=limit.title,
            cause="memory",
            reason=f"Training it on all of the data would have taken {sizes}.",
            command=self.command(option_of(limit, self.dataset)),
        )


def _seconds_per_model(
    limit: Limit, dataset: Dataset, design: SubsetDesign, jobs: int | None, most: float, unlimited: float | None
) -> float:
    """Return the wall-clock seconds that one more model takes. Nothing is stored.

    What takes more than ``most`` is not tried, so it is not timed where one without limits does, unless it begins with
    the very networks of the trials without limits, which are kept. Code is compiled on a small part first. Of large
    data, the line through two small parts of them shows what is hopeless, with some room. One model alone, or the batch
    that it is trained in, shows what several at a time come to; where it is over in no time, more are timed.
    """
    if unlimited is not None and unlimited > most and not limit.after_training:
        return unlimited
    _ = limit.guarantee  # Computing the noise takes seconds, the first time only.
    warm_up(limit, dataset, design)
    few = replace(design, n_trials=design.least_trials)
    limit = in_short_batches(limit, dataset)
    at_once = batch_size(limit) * (jobs or cores())
    if not limit.after_training and dataset.n_train >= _LARGE:
        whole = _seconds_on_a_line(limit, dataset, few) / at_once
        if whole > _HOPELESS * most:
            return whole
    alone = _timed(limit, dataset, few, range(1), 1)
    if alone >= _LONG_ENOUGH:
        return alone / at_once
    seconds = _timed(limit, dataset, few, None, jobs)
    if seconds >= _LONG_ENOUGH:
        return seconds / few.n_trials
    many = replace(design, n_trials=10 * few.n_trials)
    return _timed(limit, dataset, many, None, jobs) / many.n_trials


def _seconds_on_a_line(limit: Limit, dataset: Dataset, design: SubsetDesign) -> float:
    """Return what one model, or its batch, of all examples takes if that lies on the line through two small parts."""
    sizes = (dataset.n_train // 64, dataset.n_train // 16)
    first, second = (_timed(limit, dataset.sample(size), design, range(1), 1) for size in sizes)
    return second + max(second - first, 0.0) * (dataset.n_train - sizes[1]) / (sizes[1] - sizes[0])


def _timed(limit: Limit, dataset: Dataset, design: SubsetDesign, trials: range | None, jobs: int | None) -> float:
    start = time.perf_counter()
    run_trials(limit, dataset, design, trials=trials, jobs=jobs, checked=True)
    return time.perf_counter() - start
