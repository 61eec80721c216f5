"""The store of one trial set: a folder with the identity and one file a trial, which appear whole or not at all.

A trial's file is a plain ``.npz`` (no pickles; every member carries a CRC-32): inclusion and correctness as bits,
margins and confidences as float16, and whose trial it is: its number and its study's key. It is written under another
name, synced to the disk, and renamed; whatever kills the process leaves complete trials and at most one nameless
leftover, which the next run removes. Only the parent writes, so that the death of a worker loses that worker's trial
alone. Appending costs one trial, however many there are.

How many trials were planned lies beside them, so that those which are gone are missed, the last ones too.

A file counts as a trial if its name is one that longtail gives; it is read if what it says of itself is true and its
subset is the design's. Copies that a file system or a person made under other names are passed over, and named.

What reads trial by trial streams the files; what reads example by example asks for :meth:`TrialStore.example`, which
turns them into columns once (:mod:`longtail.trials.columns`).
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.checked_json import checked_text, read_checked
from longtail.errors import DamagedRunError, StudyMismatchError
from longtail.learners.token_losses import TokenLosses
from longtail.notices import notice
from longtail.outcomes import Outcomes
from longtail.trials.collect import MEMORY_BUDGET, collect_outcomes
from longtail.trials.columns import ExampleColumns, ExampleHistory, history_of, write_columns
from longtail.trials.record import TrialRecord
from longtail.trials.token_file import TOKENS, read_tokens, token_file, write_tokens
from longtail.trials.trial_file import encoded, is_failed, read_record, trial_number
from longtail.trials.trial_set import TrialSet
from longtail.whole_files import remove_leftovers, write_atomically

__all__ = ["PLANNED", "TrialStore", "read_trial_set"]

PLANNED = "planned.json"
"""Name of the file beside trials that says how many there should be."""

_IDENTITY = "identity.json"
_COLUMNS = "columns.npy"
_SHOWN = 5


@checked
class TrialStore:
    """Trials of one set, in a folder.

    Parameters
    ----------
    folder : Path
        Made when the first trial is written.
    trial_set : TrialSet
        Whose trials they are.
    planned : int, optional
        How many trials there should be, at least as many as the folder itself says (:meth:`plan`): where some are
        missing, a notice says so with the outcomes.
    together : (n,) int array, optional
        Which examples stay together; where the design has such groups, subsets are compared with it only if they are
        given.

    Raises
    ------
    StudyMismatchError
        If the folder holds the trials of another set.
    """

    def __init__(
        self,
        folder: Path,
        trial_set: TrialSet,
        *,
        planned: int | None = None,
        together: NDArray[np.int64] | None = None,
    ) -> None:
        self.folder, self.trial_set = folder, trial_set
        self._key, self._planned, self._together = trial_set.key, planned, together
        self._columns_seen: int | None = None
        held = self._held()
        if held is not None and held != trial_set:
            raise StudyMismatchError(f"{folder} holds other trials ({'; '.join(trial_set.differences(held))}).")

    def prepare(self) -> None:
        """Make the folder, write the identity where it is missing or damaged, and remove leftovers of a killed run."""
        self.folder.mkdir(parents=True, exist_ok=True)
        remove_leftovers(self.folder)
        if self._held() is None:
            text = json.dumps(self.trial_set.identity, indent=2, sort_keys=True)
            write_atomically(self.folder / _IDENTITY, text.encode())

    def plan(self, n_trials: int) -> None:
        """Write down how many trials there should be, beside them. The number never shrinks.

        Parameters
        ----------
        n_trials : int
            How many, from the first on.
        """
        if self._planned_here() < n_trials:
            write_atomically(self.folder / PLANNED, checked_text({"n_trials": n_trials}, owner=self._key))

    @property
    def planned(self) -> int:
        """Number of trials that there should be, or 0 where nothing says it."""
        return max(self._planned or 0, self._planned_here())

    def numbers(self) -> list[int]:
        """Return numbers of the trials that are here, in order."""
        numbers = (trial_number(name) for name in self._names())
        return sorted(number for number in numbers if number is not None)

    def strangers(self) -> list[str]:
        """Return names of files that longtail did not give.

        A program that keeps two copies of a file makes such names.
        """
        known = (_IDENTITY, _COLUMNS, PLANNED, TOKENS)
        return sorted(
            name
            for name in self._names()
            if name not in known and not name.startswith(".") and trial_number(name) is None
        )

    def append(self, record: TrialRecord) -> None:
        """Write one trial, after the losses of its tokens. The whole file is on the disk when this returns.

        Raises
        ------
        InputError
            If it is of other tokens than the trials that are here.
        """
        self._forget_columns()
        if record.tokens is not None:
            write_tokens(self.folder, record.trial, record.tokens)
        write_atomically(self.file(record.trial), self.encoded(record), among_many=True)

    def encoded(self, record: TrialRecord) -> bytes:
        """Return one trial as the content of its file here."""
        return encoded(record, self._key)

    def read(self, trial: int) -> TrialRecord:
        """Read one trial, checking its checksums, its number, its study and its subset.

        Raises
        ------
        DamagedRunError
            If its file is torn, fails a checksum or is no trial of that number here; the message names the trial and
            the remedy.
        """
        return read_record(self.file(trial), trial, self.trial_set, self._key, self._together)

    def tokens(self, trial: int) -> TokenLosses | None:
        """Return the losses of the tokens of one trial. None where the trial came without.

        Raises
        ------
        DamagedRunError
            If they cannot be read.
        """
        path = token_file(self.folder, trial)
        return read_tokens(path) if path.is_file() else None

    def damaged(self) -> list[int]:
        """Return numbers of the trials whose files cannot be read, or are of another number or study."""
        found = []
        for trial in self.numbers():
            try:
                self.read(trial)
            except DamagedRunError:
                found.append(trial)
        return found

    def discard(self, trial: int) -> None:
        """Remove one trial, to be run again."""
        self._forget_columns()
        self.file(trial).unlink(missing_ok=True)
        token_file(self.folder, trial).unlink(missing_ok=True)

    def records(self) -> Iterator[TrialRecord]:
        """Read all trials in order of their numbers, failed ones included."""
        for trial in self.numbers():
            yield self.read(trial)

    def outcomes(
        self, memory: int = MEMORY_BUDGET, *, tell_failed: bool = True, performance: str | None = None
    ) -> Outcomes:
        """Return the table of all trials that have a model, in order of their numbers.

        A notice names files that were passed over, and says how many planned trials are missing.

        Parameters
        ----------
        memory : int
            Bytes that it may take in memory; a larger one is mapped from a nameless file.
        tell_failed : bool
            Whether a notice says how many trials failed, which is not for who tells more of them.
        performance : str, optional
            Which of the trials' performances, by name; the first where it is not given.

        Raises
        ------
        DamagedRunError
            If there is none, or one is damaged.
        InputError
            If the trials hold no performance of this name.
        """
        self.tell()
        n_train = int(self.trial_set.identity["data"]["n_train"])
        scratch = self.folder if os.access(self.folder, os.W_OK) else None
        outcomes = collect_outcomes(
            self.records(), self.numbers(), n_train, memory=memory, scratch=scratch, performance=performance
        )
        if tell_failed and outcomes.about_failed:
            notice(outcomes.about_failed)
        return outcomes

    def missing(self) -> int:
        """Number of planned trials that are not here. It is 0 where no number is planned."""
        planned = self.planned
        return planned - sum(trial < planned for trial in self.numbers())

    def tell(self) -> None:
        """Tell by notices which files are passed over, and how many trials are missing."""
        strangers, missing = self.strangers(), self.missing()
        if strangers:
            more = f" and {len(strangers) - _SHOWN:,} more" if len(strangers) > _SHOWN else ""
            names = ", ".join(map(repr, strangers[:_SHOWN]))
            notice(f"Passed over in {self.folder}, being no names of trials: {names}{more}.")
        if missing:
            planned = self.planned
            there = f"{planned - missing:,} of {planned:,} planned trials are in {self.folder}"
            notice(f"{there}: what follows rests on these. The command that made them adds the others.")

    def example(self, example: int) -> ExampleHistory:
        """Return the outcomes of one example in all trials, without reading the other examples.

        The first call makes the columns.

        Where the folder may not be written, or trials have changed there, every call reads all trials.

        Parameters
        ----------
        example : int
            Position among the training examples; of a test example, ``n_train`` plus its position.

        Raises
        ------
        InputError
            If there is no such example.
        DamagedRunError
            If there is no trial, or one is damaged. Damaged columns are made anew, without training.
        """
        try:
            return self._opened_columns().read(example)
        except DamagedRunError:
            if not os.access(self.folder, os.W_OK) or self._columns.is_dir():
                return history_of(self.records(), example)
        self._write_columns()
        return self._opened_columns().read(example)

    def file(self, trial: int) -> Path:
        """Return the path of a trial's file, whether it exists or not."""
        return self.folder / f"{trial:06d}.npz"

    @property
    def _columns(self) -> Path:
        return self.folder / _COLUMNS

    def _opened_columns(self) -> ExampleColumns:
        """Return the columns if they were made of the trials that are here.

        The trials are compared where the folder has changed.
        """
        data = self.trial_set.identity["data"]
        columns = ExampleColumns(self._columns, data["n_train"] + data["n_test"])
        changed = self.folder.stat().st_mtime_ns
        if changed != self._columns_seen:
            if columns.made_of != self._fingerprint():
                raise DamagedRunError(f"{self._columns} was made of other trials.")
            self._columns_seen = changed
        return columns

    def _write_columns(self) -> None:
        models = [trial for trial in self.numbers() if not is_failed(self.file(trial))]
        made_of = self._fingerprint()
        write_columns(self._columns, (self.read(trial) for trial in models), models, made_of)

    def _forget_columns(self) -> None:
        self._columns_seen = None
        if not self._columns.is_dir():
            self._columns.unlink(missing_ok=True)

    def _fingerprint(self) -> int:
        """Changes when a trial comes, goes, or is written over."""
        files = [(trial, self.file(trial).stat()) for trial in self.numbers()]
        return crc32(repr([(trial, file.st_size, file.st_mtime_ns) for trial, file in files]).encode())

    def _names(self) -> list[str]:
        return [file.name for file in self.folder.iterdir()] if self.folder.is_dir() else []

    def _planned_here(self) -> int:
        """Return the plan that lies beside the trials, or 0 where there is none that can be read."""
        file = self.folder / PLANNED
        if not file.exists():
            return 0
        remedy = "How many trials were planned is not known; the command that made them says it anew."
        try:
            planned = read_checked(file, remedy, sealed=True, owner=self._key).get("n_trials")
        except DamagedRunError as error:
            notice(str(error))
            return 0
        return planned if type(planned) is int and planned > 0 else 0

    def _held(self) -> TrialSet | None:
        """Return the trial set that the folder says it holds.

        None if that file is missing, or if it is damaged and the folder's name already says which trial set it is.
        """
        if not (self.folder / _IDENTITY).exists():
            return None
        try:
            return read_trial_set(self.folder)
        except DamagedRunError as error:
            if self.folder.name != self._key:
                raise
            notice(f"{error} The study says the same, and the next run of it writes this file anew.")
            return None


def read_trial_set(folder: Path) -> TrialSet:
    """Read the identity of the trials in a folder, which is named after it.

    Raises
    ------
    DamagedRunError
        If it is missing or torn, or is not what the folder is named after.
    """
    path = folder / _IDENTITY
    try:
        found = TrialSet(identity=json.loads(path.read_bytes().decode()))
        if not isinstance(found.identity, dict):
            raise ValueError("no object")
    except (OSError, ValueError, RecursionError) as error:
        raise DamagedRunError(f"{path} is not readable ({error}).") from error
    if len(folder.name) == len(found.key) and folder.name != found.key:
        raise DamagedRunError(f"{path} is damaged: it is not what its folder is named after.")
    return found
