"""The study that a run folder is about, as ``study.json`` freezes it."""

import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from longtail.arguments import checked
from longtail.dataset.roles import Missing
from longtail.outcomes import Task
from longtail.runs.data_options import command_on_data, data_options
from longtail.runs.made_parts import typed_again
from longtail.trials import TrialSet

__all__ = ["Study", "require_kinds"]


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """Description of the study that a run folder is about.

    Parameters
    ----------
    source, target, group, together, text, embedding, test : str or None
        How the user named the data: DATA, ``--target``, ``--group``, ``--together``, ``--text``, ``--embedding``,
        ``--test``.
    drop : tuple of str
        Columns that are left out, ``--drop``.
    missing : {"refuse", "drop", "group"}
        What became of rows without a label or a group, ``--missing``.
    task : str or None
        What the user said that the target is, ``--task``; None where its values said so.
    places : dict of str to str
        Where ``data``, ``embedding`` and ``test`` are, if they are files or folders: absolute, to be found from another
        folder; in the file relative to the run, where the run itself keeps them.
    rows : int or None
        How many of its training examples are studied; None for all.
    identity : dict
        Of the trial set: data, learner, design.
    n_trials : int or None
        How many trials are planned; None until a plan has been made.
    made : dict of str to str
        What else was made in the run, as a path in it, and the command that makes it anew (``made_parts.py``).
    """

    source: str
    target: str | None
    group: str | None
    identity: dict[str, Any]
    n_trials: int | None
    together: str | None = None
    rows: int | None = None
    text: str | None = None
    embedding: str | None = None
    test: str | None = None
    drop: tuple[str, ...] = ()
    missing: Missing = "refuse"
    task: Task | None = None
    places: dict[str, str] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)

    def found(self, name: str) -> str | None:
        """Return the stored path of ``data``, ``embedding`` or ``test`` if it still exists, otherwise None."""
        place = self.places.get(name)
        return place if place is not None and Path(place).exists() else None

    @property
    def data(self) -> str:
        """Name of the data and its options, as the user typed them."""
        options = {
            "--target": self.target,
            "--together": self.together,
            "--text": self.text,
            "--embedding": self.embedding,
            "--test": self.test,
            "--missing": None if self.missing == "refuse" else self.missing,
            "--task": self.task,
        }
        named = [f"{option} {shlex.quote(value)}" for option, value in options.items() if value is not None]
        return " ".join([self.source, *named, *(f"--drop {shlex.quote(column)}" for column in self.drop)])

    def command(self, name: str, *parts: str, **options: object) -> str:
        """Return a command on the data of the study, and on RUN. Empty where the data were in memory.

        Parameters
        ----------
        name : str
            Of the command.
        *parts, **options
            What it is asked besides, see :func:`~longtail.runs.data_options.command_on_data`.
        """
        design = self.identity["design"]
        named = data_options(self, None, design.get("fraction", 0.7), design.get("seed", 0))
        return typed_again(command_on_data(name, named, *parts, **options), self.source, self.places)

    @property
    def trial_set(self) -> TrialSet:
        """Set of the trials that belong to the study."""
        return TrialSet(identity=self.identity)


def require_kinds(study: Study) -> None:
    """Refuse values of a wrong kind, which a file without a checksum may hold."""
    identity, n_trials = study.identity, study.n_trials
    if not (n_trials is None or (type(n_trials) is int and n_trials > 0)):
        raise ValueError(f"n_trials is {n_trials!r}")
    if not all(isinstance(identity[part], dict) for part in ("data", "learner", "design")):
        raise ValueError("no identity")
    if not isinstance(study.source, str) or not isinstance(study.places, dict):
        raise ValueError("no source")
    if not all(isinstance(each, str) for each in [*study.made, *study.made.values()]):
        raise ValueError("no parts")
