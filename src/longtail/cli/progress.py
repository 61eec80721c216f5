"""A progress bar for trials: how many, how fast, how long still; on standard error, so that answers stay clean."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from longtail.cli.printing import errors

__all__ = ["trial_progress"]


class _Rate(ProgressColumn):
    """Models a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:.3g} models/s")


@contextmanager
def trial_progress(description: str) -> Iterator[Callable[[int, int], None]]:
    """A bar, from the first call on: what is refused before shows none. Yields the callback of ``run_trials``."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn()
    bar = Progress(*columns, console=errors)
    task = bar.add_task(description, total=None)

    def see(finished: int, planned: int) -> None:
        bar.start()
        bar.update(task, completed=finished, total=planned)

    try:
        yield see
    finally:
        if bar.live.is_started:
            bar.stop()
