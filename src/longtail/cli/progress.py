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
    """A bar; yields the callback that ``run_trials`` takes."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn()
    with Progress(*columns, console=errors) as bar:
        task = bar.add_task(description, total=None)

        def see(finished: int, planned: int) -> None:
            bar.update(task, completed=finished, total=planned)

        yield see
