"""The progress of a whole audit: a bar over its stages, and one of the stage that is under way.

What remains is counted in models, each at the rate of its stage: as it is measured now, or as it was when the audit was
planned. Where standard error is no terminal there are lines: at the end of a stage, and now and then before.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from longtail.cli.printing import animated, errors
from longtail.neutral_text import visible

if TYPE_CHECKING:
    from rich.progress import Progress

    from longtail.study.audit_plan import Stage

__all__ = ["AuditWatch", "audit_progress"]

_SECONDS_BETWEEN_LINES = 20.0
_GAP = 0.01  # The share of a stage's time after which a model is of another batch.
_SECONDS_TO_JUDGE_BY = 1.0  # A rate needs this many seconds, because the first models include the start.


@dataclass(slots=True)
class AuditWatch:
    """Called with a stage's name, it gives the callback that counts the stage's models.

    Parameters
    ----------
    stages : sequence of Stage
        What is trained, in order.
    bar : Progress or None
        Its first task is the whole, its second one the stage; None for lines.
    clock : callable
        Seconds.
    """

    stages: "Sequence[Stage]"
    bar: "Progress | None" = None
    clock: Callable[[], float] = time.monotonic
    _finished: dict[str, int] = field(init=False)
    _rates: dict[str, float] = field(default_factory=dict)
    _told: float = field(init=False)

    def __post_init__(self) -> None:
        self._finished = {stage.name: stage.finished for stage in self.stages}
        self._told = self.clock()

    def __call__(self, name: str) -> Callable[[int, int], None]:
        """Return the callback of one stage, which takes (finished, planned) at the start and after each model."""
        start, before, last, last_finished = 0.0, -1, 0.0, 0

        def see(finished: int, planned: int) -> None:
            nonlocal start, before, last, last_finished
            now = self.clock()
            if before < 0:
                start, before = now, finished  # Models of an earlier run say nothing about the rate.
                last, last_finished = now, finished
            # Models of a batch come all at once: the first of them says how long those before it took, and no more.
            begins_a_batch = finished < planned and now - last > _GAP * (now - start)
            till, seen = (last, last_finished) if begins_a_batch else (now, finished)
            if seen > before and till - start > _SECONDS_TO_JUDGE_BY:
                self._rates[name] = (till - start) / (seen - before)
            last, last_finished = now, finished
            whole = {stage.name: stage.models for stage in self.stages}.get(name, finished)
            # Fewer models may be needed than planned.
            self._finished[name] = whole if finished == planned else finished
            if self.bar is not None:
                self._draw(self.bar, name, finished, planned)
            elif finished > before and (finished == planned or self.clock() - self._told > _SECONDS_BETWEEN_LINES):
                self.say(self._line(name, finished, planned))

        return see

    def say(self, text: str) -> None:
        """Print a line, above the bars where there are some."""
        self._told = self.clock()
        errors.print(text)

    @property
    def seconds_left(self) -> float | None:
        """Seconds until all models are trained. None while some rate is not known."""
        left = 0.0
        for stage in self.stages:
            models = stage.models - self._finished[stage.name]
            rate = self._rates.get(stage.name, stage.seconds)
            if models > 0 and not rate:
                return None
            left += max(models, 0) * rate
        return left

    def _draw(self, bar: "Progress", name: str, finished: int, planned: int) -> None:
        total = sum(stage.models * (stage.seconds or 1.0) for stage in self.stages)
        done = sum(self._finished[stage.name] * (stage.seconds or 1.0) for stage in self.stages)
        place = [stage.name for stage in self.stages].index(name) + 1
        whole, stage = bar.task_ids
        bar.start()
        bar.update(
            whole, total=total, completed=done, detail=f"stage {place} of {len(self.stages)}  {self._remaining()}"
        )
        bar.update(
            stage,
            description=visible(name),
            total=planned,
            completed=finished,
            detail=f"{finished:,}/{planned:,} {self._speed(name)}",
        )

    def _line(self, name: str, finished: int, planned: int) -> str:
        told = (f"{name}: {finished:,} of {planned:,} models", self._speed(name), self._remaining())
        return ", ".join(part for part in told if part)

    def _speed(self, name: str) -> str:
        return f"{1 / self._rates[name]:.3g} models/s" if self._rates.get(name) else ""

    def _remaining(self) -> str:
        left = self.seconds_left
        if left is None:
            return ""
        minutes, seconds = divmod(math.ceil(left), 60)
        return f"about {minutes}:{seconds:02} of training left"


@contextmanager
def audit_progress(stages: "Sequence[Stage]") -> Iterator[AuditWatch]:
    """Bars from the first model on, so that what is refused before shows none."""
    if not animated():
        yield AuditWatch(stages)
        return
    from rich.progress import BarColumn, Progress, TextColumn

    name, detail = (TextColumn(text, markup=False) for text in ("{task.description}", "{task.fields[detail]}"))
    bar = Progress(name, BarColumn(), detail, console=errors.console)
    bar.add_task("The audit", total=None, detail="")
    bar.add_task("", total=None, detail="")
    try:
        yield AuditWatch(stages, bar)
    finally:
        if bar.live.is_started:
            bar.stop()
