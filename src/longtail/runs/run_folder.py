"""A run folder: the frozen study, its trials, its findings and its report; nothing is written outside it.

``study.json`` says what the folder is about. A command that would put another study into it is refused before it
writes anything; the number of trials alone may grow. One process at a time may write (an advisory lock).

Every file in it can be checked: trials and what was computed carry checksums, a trial set is in a folder that is named
after it, and :data:`FROZEN` and :data:`COMPUTED` list what a run holds beside its trials.
"""

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from longtail.arguments import checked
from longtail.checked_json import checked_text, read_checked
from longtail.errors import (
    BusyRunError,
    DamagedRunError,
    InputError,
    LongtailError,
    Said,
    StudyMismatchError,
    parameter,
)
from longtail.findings.examples import FILE_NAME
from longtail.machine import held
from longtail.notices import notice
from longtail.runs.frozen_study import Study, require_kinds
from longtail.runs.made_parts import gone_parts, remedy
from longtail.runs.run_there import STUDY_FILE, require_run
from longtail.trials import TrialSet, TrialStore
from longtail.trials.store import read_trial_set
from longtail.whole_files import remove_leftovers, write_atomically

__all__ = ["COMPUTED", "FROZEN", "IMPORTED", "BusyRunError", "RunFolder", "Study"]

FROZEN = (
    "study.json",
    "audit.json",
    "reference_models.json",
    "data.npz",
    "masks.npz",
    "rows.arrow",
    "README.md",
    "kept-data.npz",
    "kept-data.parquet",
)
"""What was decided once, and data that the run keeps or hands out: taken over when runs are joined."""
COMPUTED = (
    "findings.json",
    FILE_NAME,
    "removal.json",
    "mislabeled.json",
    "mislabeled.csv",
    "exact_knn.npz",
    "confirmation.json",
    "accounting.json",
    "texts.json",
    "report.html",
)
"""What the trials say: the command that made it makes it anew."""

IMPORTED = "imported:"
"""Begins the source of a study whose data are not here."""

FORMAT_VERSION = 1
_REMEDY = "Run the command that made the run again, with the same options: its trials are kept."


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
        """Path of the findings."""
        return self.path / "findings.json"

    @property
    def examples(self) -> Path:
        """Path of the file with every example."""
        return self.path / FILE_NAME

    @property
    def report(self) -> Path:
        """Path of the report."""
        return self.path / "report.html"

    @property
    def is_run(self) -> bool:
        """Return whether there is a study here."""
        return self._study_file.is_file()

    @property
    def key(self) -> str:
        """Key of the trial set that the study here is of, empty where there is none or its file is damaged."""
        with contextlib.suppress(LongtailError):
            return self.study().trial_set.key
        return ""

    def study(self) -> Study:
        """Read the study that is here.

        Raises
        ------
        InputError
            If this is no run folder.
        DamagedRunError
            If ``study.json`` is torn, fails its checksum, or is of another format version.
        """
        require_run(self.path)
        data = read_checked(self._study_file, _REMEDY)
        version = data.pop("format_version", None)
        if version != FORMAT_VERSION:
            other = "an older" if isinstance(version, int) and version < FORMAT_VERSION else "another"
            raise _OtherVersionError(
                f"{self._study_file} must have format version {FORMAT_VERSION}; got {version!r}, "
                f"of {other} longtail. Measure anew in another folder."
            )
        try:
            study = Study(**{**data, "drop": tuple(data.get("drop", ()))})
            require_kinds(study)
            study = replace(study, places={name: str(self.path.absolute() / at) for name, at in study.places.items()})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DamagedRunError(f"{self._study_file} is incomplete ({error!r}). {_REMEDY}") from error
        return study

    def rows_begun(self, n_train: int) -> tuple[bool, int | None]:
        """Return whether a study was begun here, and its number of training examples: None for all of them.

        Where ``study.json`` is damaged or gone, the trial sets say it.

        Parameters
        ----------
        n_train : int
            How many there are.
        """
        try:
            if self.is_run:
                return True, self.study().rows
        except _OtherVersionError:
            raise
        except DamagedRunError:
            pass
        for place in (self.path / "trials").glob("*/"):
            with contextlib.suppress(DamagedRunError):
                held = int(read_trial_set(place).identity["data"]["n_train"])
                return True, None if held == n_train else held
        return False, None

    def learner_begun(self) -> Mapping[str, Any] | None:
        """Return the identity of the learner of the study that is here.

        None if no study is here, or ``study.json`` is damaged: that is told, and the file written anew, once the trials
        of the study are known.
        """
        try:
            return self.study().identity["learner"] if self.is_run else None
        except _OtherVersionError:
            raise
        except DamagedRunError:
            return None

    def trials(self, *, tell: bool = True) -> TrialStore:
        """Return the trials of the study that is here.

        A notice says what else was made in the run and is gone; reading their outcomes gives one of how many planned
        trials are missing.

        Parameters
        ----------
        tell : bool
            Whether to say what else is gone.
        """
        study = self.study()
        if tell:
            self.tell_gone()
        place = self._place(study.trial_set)
        planned = study.n_trials or max(TrialStore(place, study.trial_set).numbers(), default=-1) + 1
        return TrialStore(place, study.trial_set, planned=planned)

    def remember(self, part: str, command: str) -> None:
        """Write into the study that something was made beside its trials, so that it is missed when it is gone.

        Parameters
        ----------
        part : str
            A file or folder, as a path in the run.
        command : str
            What makes it anew, with RUN in its place; empty where no command does.
        """
        if not self.is_run:
            return
        study = self.study()
        if study.made.get(part) != command:
            self._write(replace(study, made=dict(sorted({**study.made, part: command}.items()))))

    def command(self, name: str, *parts: str, **options: object) -> str:
        """Return a command on the data of the study, see :meth:`Study.command`. Empty where there is no study."""
        return self.study().command(name, *parts, **options) if self.is_run else ""

    def remedy(self, part: str) -> str:
        """Return a sentence that says what makes a part of the run anew. Empty where the study does not know it."""
        return remedy(self.path, part, self.study().made) if self.is_run else ""

    def gone(self) -> list[str]:
        """Return a sentence for each part that was made in the run and is gone: how it is made anew."""
        study = self.study()
        return gone_parts(self.path, self._place(study.trial_set), study.made)

    def tell_gone(self) -> None:
        """Tell by notices what was made in the run and is gone."""
        for sentence in self.gone():
            notice(sentence)

    def n_finished(self, trial_set: TrialSet) -> int:
        """Return the number of trials of a set that are here."""
        return len(TrialStore(self._place(trial_set), trial_set).numbers())

    def check(self, trial_set: TrialSet, group: str | None) -> Study | None:
        """Return the study that is here if it is about these trials and this group. None if the folder is free.

        Raises
        ------
        StudyMismatchError
            If it is about others; the message says what differs.
        InputError
            If the path is a file, or a folder with something else in it.
        """
        held = self.check_identity(trial_set)
        if held is not None:
            self.require_group(group)
        return held

    def require_group(self, group: str | None) -> None:
        """Refuse a study that is here with another group, since the folder holds one.

        Raises
        ------
        StudyMismatchError
            If it was made with another group, or with none.
        """
        try:
            held = self.study().group
        except _OtherVersionError:
            raise
        # Damage is reported, and the file written anew, when the trials of the study are known.
        except DamagedRunError:
            return
        if held != group:
            made = f"without {parameter('group')}" if held is None else f"with {parameter('group')} {held}"
            raise StudyMismatchError(f"{self.path} was made {made}. Choose another folder for {parameter('out')}.")

    def check_identity(self, trial_set: TrialSet) -> Study | None:
        """Return the study that is here if it is about these trials, with any group. None if the folder is free."""
        there = self._readable(trial_set)
        if there is None:
            return None
        if there.trial_set != trial_set:
            differences = "; ".join(trial_set.differences(there.trial_set))
            same_data = there.identity.get("data") == trial_set.identity.get("data")
            made_of = "" if same_data else f" It was made of {there.data}."
            raise StudyMismatchError(
                f"{self.path} holds another study; asked for {differences}.{made_of} Choose another folder for "
                f"{parameter('out')}."
            )
        return there

    def _readable(self, trial_set: TrialSet) -> Study | None:
        """Return the study that is here.

        None if there is none, or if its file is lost but these trials are still here.
        """
        try:
            if self.is_run:
                return self.study()
            message = f"{self._study_file} is missing."
        except _OtherVersionError:
            raise
        except DamagedRunError as error:
            message = str(error)
            if not self._place(trial_set).is_dir():
                raise
        if self._place(trial_set).is_dir():
            what = message.removesuffix(_REMEDY).strip().removesuffix(".")
            notice(f"{what}. The trials of this study are here, so it is written anew.")
        else:
            self.require_free()
        return None

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
                "out", "be a folder" + ("" if place == self.path else " in folders"), Said(f"the file {place}")
            )
        if not os.access(place, os.W_OK | os.X_OK):
            raise InputError("out", "lie in a folder that may be written", str(place))
        if self.path.is_dir() and any(not part.name.startswith(".") for part in self.path.iterdir()):
            raise InputError("out", "be a new or empty folder, or a run to go on with", str(self.path))

    def freeze(self, study: Study) -> None:
        """Write the study. The planned number of trials never shrinks."""
        there = self._readable(study.trial_set)
        planned = there.n_trials if there is not None else self._last_number(study.trial_set)
        if planned is not None and (study.n_trials is None or study.n_trials < planned):
            study = replace(study, n_trials=planned)
        made = {} if there is None else there.made
        self._write(replace(study, made=dict(sorted({**made, **study.made}.items()))))

    def _write(self, study: Study) -> None:
        here = self.path.absolute()
        places = {name: Path(at).name if Path(at).parent == here else at for name, at in study.places.items()}
        study = replace(study, places=places)
        unsaid: dict[str, object] = {"task": None, "made": {}}
        described = {name: value for name, value in asdict(study).items() if unsaid.get(name, ...) != value}
        write_atomically(self._study_file, checked_text({"format_version": FORMAT_VERSION, **described}))

    @contextlib.contextmanager
    def writing(self, patience: float = 0.0) -> Iterator[None]:
        """Hold the folder for one process, making it if need be, and remove what a killed one left half written.

        Parameters
        ----------
        patience : float
            Seconds to wait for another process that holds it.

        Raises
        ------
        BusyRunError
            If another process holds it.
        DamagedRunError
            At the end, if the folder was removed meanwhile.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError("out", "be a folder that can be made", Said(f"{self.path}: {error.strerror}")) from error
        with held(self.path, patience):
            remove_leftovers(self.path)
            yield

    def _place(self, trial_set: TrialSet) -> Path:
        return self.path / "trials" / trial_set.key

    def _last_number(self, trial_set: TrialSet) -> int | None:
        """Return the least number of trials that was planned, where the trials alone are left to show it."""
        numbers = TrialStore(self._place(trial_set), trial_set).numbers()
        return numbers[-1] + 1 if numbers else None

    @property
    def _study_file(self) -> Path:
        return self.path / STUDY_FILE


class _OtherVersionError(DamagedRunError):
    """A file that another version of longtail wrote: whole, and not to be written over."""
