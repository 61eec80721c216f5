"""A run folder: the frozen study, its trials, its findings and its report; nothing is written outside it.

``study.json`` says what the folder is about. A command that would put another study into it is refused before it
writes anything; the number of trials alone may grow. One process at a time may write (an advisory lock).
"""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from longtail.arguments import checked
from longtail.errors import DamagedRunError, InputError, LongtailError, Said, StudyMismatchError
from longtail.findings.examples import FILE_NAME
from longtail.trials import TrialSet, TrialStore
from longtail.whole_files import remove_leftovers, write_atomically

__all__ = ["IMPORTED", "BusyRunError", "RunFolder", "Study"]

IMPORTED = "imported:"
"""Begins the source of a study whose data are not here."""

FORMAT_VERSION = 1


class BusyRunError(LongtailError):
    """Another process is writing to the run folder."""


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What a run folder is about.

    Parameters
    ----------
    source, target, group, together, text, embedding : str or None
        How the user named the data: DATA, ``--target``, ``--group``, ``--together``, ``--text``, ``--embedding``.
    drop : tuple of str
        Columns that are left out, ``--drop``.
    places : dict of str to str
        Where ``data`` and ``embedding`` are, if they are files or folders: absolute, to be found from another folder.
    rows : int or None
        How many of its training examples are studied; None for all.
    identity : dict
        Of the trial set: data, learner, design.
    n_trials : int or None
        How many trials are planned; None until a plan has been made.
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
    drop: tuple[str, ...] = ()
    places: dict[str, str] = field(default_factory=dict)

    def found(self, name: str) -> str | None:
        """Where ``data`` or ``embedding`` was, if it still is there."""
        place = self.places.get(name)
        return place if place is not None and Path(place).exists() else None

    @property
    def data(self) -> str:
        """How the user named the data, as it was typed."""
        options = {
            "--target": self.target,
            "--together": self.together,
            "--text": self.text,
            "--embedding": self.embedding,
        }
        named = [f"{option} {value}" for option, value in options.items() if value is not None]
        return " ".join([self.source, *named, *(f"--drop {column}" for column in self.drop)])

    @property
    def trial_set(self) -> TrialSet:
        """Which trials belong to it."""
        return TrialSet(identity=self.identity)


@checked
@dataclass(frozen=True, slots=True)
class RunFolder:
    """A folder that holds, or will hold, one study.

    Parameters
    ----------
    path : Path
        Need not exist yet.
    """

    path: Path

    @property
    def findings(self) -> Path:
        """Where the findings are."""
        return self.path / "findings.json"

    @property
    def examples(self) -> Path:
        """Where every example is; runs of earlier versions have none."""
        return self.path / FILE_NAME

    @property
    def report(self) -> Path:
        """Where the report is."""
        return self.path / "report.html"

    @property
    def is_run(self) -> bool:
        """Whether there is a study here."""
        return self._study_file.is_file()

    def study(self) -> Study:
        """The study that is here.

        Raises
        ------
        InputError
            If this is no run folder.
        DamagedRunError
            If ``study.json`` is torn or of another format version.
        """
        if not self.is_run:
            raise InputError("RUN", "be a folder made by longtail measure or audit", str(self.path))
        try:
            data = json.loads(self._study_file.read_text(encoding="utf-8"))
            version = data.pop("format_version")
            if version != FORMAT_VERSION:
                other = "an older" if isinstance(version, int) and version < FORMAT_VERSION else "another"
                raise DamagedRunError(
                    f"{self._study_file} must have format version {FORMAT_VERSION}; got {version!r}, "
                    f"of {other} longtail. Measure anew in another folder."
                )
            return Study(**{**data, "drop": tuple(data.get("drop", ()))})
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise DamagedRunError(f"{self._study_file} is not readable ({error!r}).") from error

    def trials(self) -> TrialStore:
        """The trials of the study that is here."""
        trial_set = self.study().trial_set
        return TrialStore(self.path / "trials" / trial_set.key, trial_set)

    def n_finished(self, trial_set: TrialSet) -> int:
        """How many trials of a set are here."""
        return len(list((self.path / "trials" / trial_set.key).glob("[0-9]*.npz")))

    def check(self, trial_set: TrialSet, group: str | None) -> Study | None:
        """The study that is here, if it is about these trials and this ``--group``; None if the folder is free.

        Raises
        ------
        StudyMismatchError
            If it is about others; the message says what differs.
        InputError
            If the path is a file, or a folder with something else in it.
        """
        held = self.check_identity(trial_set)
        if held is not None and held.group != group:
            made = "without --group" if held.group is None else f"with --group {held.group}"
            raise StudyMismatchError(f"{self.path} was made {made}. Choose another --out folder.")
        return held

    def check_identity(self, trial_set: TrialSet) -> Study | None:
        """The study that is here, if it is about these trials, however grouped; None if the folder is free."""
        if not self.is_run:
            self.require_free()
            return None
        held = self.study()
        if held.trial_set != trial_set:
            differences = "; ".join(trial_set.differences(held.trial_set))
            same_data = held.identity.get("data") == trial_set.identity.get("data")
            made_of = "" if same_data else f" It was made of {held.data}."
            raise StudyMismatchError(
                f"{self.path} holds another study; asked for {differences}.{made_of} Choose another --out folder."
            )
        return held

    def require_free(self) -> None:
        """Refuse a file, a folder with something in it, or a place where no folder can be made.

        Raises
        ------
        InputError
            If a run cannot be made here.
        """
        place = next(place for place in (self.path, *self.path.absolute().parents) if place.exists())
        if not place.is_dir():
            raise InputError(
                "--out", "be a folder" + ("" if place == self.path else " in folders"), Said(f"the file {place}")
            )
        if not os.access(place, os.W_OK | os.X_OK):
            raise InputError("--out", "lie in a folder that may be written", str(place))
        if self.path.is_dir() and any(not part.name.startswith(".") for part in self.path.iterdir()):
            raise InputError("--out", "be a new or empty folder, or a run to go on with", str(self.path))

    def freeze(self, study: Study) -> None:
        """Write the study; the planned number of trials never shrinks."""
        if self.is_run:
            planned = self.study().n_trials
            if planned is not None and (study.n_trials is None or study.n_trials < planned):
                study = replace(study, n_trials=planned)
        text = json.dumps({"format_version": FORMAT_VERSION, **asdict(study)}, indent=2)
        write_atomically(self._study_file, text.encode())

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the folder for one process, making it if need be, and remove what a killed one left half written.

        Raises
        ------
        BusyRunError
            If another process holds it.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError("--out", "be a folder that can be made", Said(f"{self.path}: {error.strerror}")) from error
        with (self.path / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                message = f"another process is writing to {self.path}. Wait for it, or choose another --out folder."
                raise BusyRunError(message) from error
            remove_leftovers(self.path)
            yield

    @property
    def _study_file(self) -> Path:
        return self.path / "study.json"
