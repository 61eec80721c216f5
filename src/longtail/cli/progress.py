"""Progress on standard error, so that answers stay clean.

A bar or a spinner where somebody watches a terminal; elsewhere a line when the work ends, and one a minute until then.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from longtail.cli.printing import animated, errors

if TYPE_CHECKING:
    from rich.progress import Progress

__all__ = ["trial_progress", "waiting"]

_SECONDS_BETWEEN_LINES = 60.0


@contextmanager
def waiting(description: str) -> Iterator[None]:
    """Show a spinner, where one can be drawn, while something without steps goes on."""
    if not animated():
        yield
        return
    with errors.status(description):
        yield


@contextmanager
def trial_progress(description: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar from the first call on.

    Whatever is refused before shows none. Yields the callback of ``run_trials``.
    """
    if animated():
        with _bar(description) as see:
            yield see
    else:
        yield _Lines(description)


class _Lines:
    """Progress for a log."""

    def __init__(self, description: str) -> None:
        self._description, self._said_at = description, time.monotonic()

    def __call__(self, finished: int, planned: int) -> None:
        if finished >= planned or time.monotonic() - self._said_at >= _SECONDS_BETWEEN_LINES:
            errors.print(f"{self._description}: {finished:,} of {planned:,} models")
            self._said_at = time.monotonic()


@contextmanager
def _bar(description: str) -> Iterator[Callable[[int, int], None]]:
    bar = _progress()
    task = bar.add_task(description, total=None)

    def see(finished: int, planned: int) -> None:
        bar.start()
        bar.update(task, completed=finished, total=planned)

    try:
        yield see
    finally:
        if bar.live.is_started:
            bar.stop()


def _progress() -> "Progress":
    """Make a bar that shows how many are done, how fast, and how long the rest takes."""
    from rich import progress
    from rich.text import Text

    class Rate(progress.ProgressColumn):
        def render(self, task: progress.Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text("" if speed is None else f"{speed:.3g} models/s")

    return progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        Rate(),
        progress.TimeRemainingColumn(),
        console=errors.console,
    )
