"""One trial that a script of the user's own trains: who is in, on what, with which seed; and its logits, recorded.

What a script gives is checked before anything is written: shape, numbers, and, once there are enough trials to tell,
whether rows and subsets belong together. An order of classes that fits far better is told.
"""

from dataclasses import replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from longtail.dataset.raw_rows import as_frame
from longtail.errors import InputError, Said
from longtail.learners.class_names import labels_of
from longtail.membership.given_numbers import order_found
from longtail.notices import notice
from longtail.randomness import integer_seed
from longtail.runs.given_logits import given_record, held_record, require_given
from longtail.runs.handed_out import rows_as_handed_out
from longtail.runs.mask_fit import MaskFit
from longtail.runs.run_folder import RunFolder, Study
from longtail.runs.script_source import Source, require_source, with_source
from longtail.trials import SubsetDesign, TrialStore
from longtail.trials.record import TrialRecord

__all__ = ["Trial"]

_PATIENCE = 120.0
"""Seconds that a script waits for others that record, before it says that the run is busy."""

_TRIALS_FOR_FIT = 8


class Trial:
    """One model to train: who is in, on what, with which seed. Make one with :func:`longtail.trial`.

    Attributes
    ----------
    number, seed : int
        Of the trial; the seed is for initialization and order.
    inclusion : (n,) bool array
        Which training examples it is trained on. ``members`` are their positions.
    """

    def __init__(
        self, folder: RunFolder, study: Study, number: int, source: Source, data: dict[str, NDArray[Any]]
    ) -> None:
        self._folder, self._study, self._source, self._data = folder, study, source, data
        self._design = SubsetDesign.of_identity(study.identity["design"], study.n_trials or 0)
        self._recorded = False
        self.number = number
        self.seed = integer_seed(self._design.seed, "learner", number)
        self.inclusion = self._design.inclusion(len(data["y"]), number, data.get("together"))

    def __repr__(self) -> str:
        return f"Trial({self.number} of {str(self._folder.path)!r}: {self.inclusion.sum():,} training examples)"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None and not self._recorded:
            notice(f"Trial {self.number} of {self._folder.path} was left without record(logits): it is still missing.")

    @property
    def members(self) -> NDArray[np.int64]:
        """(m,) positions, among the training examples, of those that the model is trained on."""
        return np.flatnonzero(self.inclusion)

    @property
    def X(self) -> NDArray[np.float32]:
        """(m, d) features of the examples that the model is trained on."""
        features: NDArray[np.float32] = self._data["X"][self.inclusion]
        return features

    @property
    def y(self) -> NDArray[np.int64]:
        """(m,) class codes of the examples that the model is trained on: column k of the logits is class k."""
        codes: NDArray[np.int64] = self._data["y"][self.inclusion]
        return codes

    @property
    def labels(self) -> NDArray[Any]:
        """(m,) the same classes as your data name them."""
        return labels_of(self.class_names, len(self.class_names))[self.y]

    @cached_property
    def X_eval(self) -> NDArray[np.float32]:
        """(n + n_test, d) features of all examples, in and out, then of the test examples: the rows of the logits."""
        return np.concatenate([self._data["X"], self._data["X_test"]])

    @cached_property
    def rows_eval(self) -> Any:
        """All examples as rows of your table, in the order of ``X_eval``: a frame of pandas.

        Raises
        ------
        InputError
            If the data are no table.
        """
        content = rows_as_handed_out(self._folder.path)
        if content is None:
            remedy = "Use X and X_eval."
            raise InputError("run", "hold rows of a table", Said("data without a table"), remedy)
        return as_frame(pa.ipc.open_file(content).read_all(), "trial.rows_eval")

    @property
    def rows(self) -> Any:
        """The examples that the model is trained on as rows of your table: a frame of pandas."""
        return self.rows_eval.iloc[self.members]

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes, in the order of the columns of the logits."""
        return tuple(self._data["class_names"].tolist())

    @property
    def image_shape(self) -> tuple[int, ...] | None:
        """Height, width and channels of a row of ``X`` where examples are pictures, otherwise None."""
        shape = self._data.get("image_shape")
        return None if shape is None else tuple(shape.tolist())

    def record(self, logits: Any) -> None:
        """Check the logits of the trained model and write the trial. The whole file is on the disk when this returns.

        Parameters
        ----------
        logits : (n + n_test, n_classes) float array
            Of all training examples, in and out, then of all test examples; a tensor of PyTorch is taken, too.

        Raises
        ------
        InputError
            If shape or kind are others, a number is NaN, they are probabilities, rows and masks do not belong
            together, or the trial is recorded. Nothing is written then.
        StudyMismatchError
            If another script has recorded trials meanwhile.
        BusyRunError
            If another process holds the run for two minutes; call it again.
        """
        if self._recorded:
            raise InputError("logits", "be recorded once a trial", Said(f"trial {self.number} again"))
        array = _as_array(logits)
        require_given("logits", array, self._data)
        self._tell_order(array)
        with self._folder.writing(_PATIENCE):
            self._write(array)
        self._recorded = True

    def _write(self, logits: NDArray[Any]) -> None:
        """Freeze the script with the first trial, and write the trial."""
        require_source(self._folder, self._source)
        study = self._folder.study()
        trial_set = with_source(study.trial_set, self._source)
        name = study.identity["learner"]["name"]
        record = given_record(self.number, logits, self._design, self._data, name)
        store = TrialStore(self._folder.path / "trials" / trial_set.key, trial_set, together=self._data.get("together"))
        held = held_record(store, self.number)
        if held is not None and store.encoded(held) != store.encoded(record):
            remedy = f"Remove {store.file(self.number)} to record it anew."
            said = Said(f"trial {self.number}, recorded meanwhile with other outcomes")
            raise InputError("logits", "be recorded once a trial", said, remedy)
        self._require_fit(store, record)
        if trial_set != study.trial_set:
            self._folder.freeze(replace(study, identity=trial_set.identity))
        if not self._source:
            notice(
                f"No script is known of the trials in {self._folder.path}: nothing but the name given to longtail "
                "masks tells two versions of the training apart."
            )
        store.prepare()
        store.append(record)

    def _tell_order(self, logits: NDArray[Any]) -> None:
        """Tell of columns that look like another order of classes. A model that is hardly trained looks so, too."""
        inside, y = self.inclusion, self._data["y"]
        found = order_found(logits[: len(y)].argmax(axis=1)[inside], y[inside], len(self.class_names))
        if found is not None:
            ours, theirs = found
            notice(
                f"Trial {self.number}: another order of the logits' columns would be right on {theirs:.0%} of the "
                f"training examples that it moves, this one is on {ours:.0%}. The order is "
                f"{', '.join(self.class_names)}. A model that is hardly trained can look so; if all trials do, "
                "remove them and give the columns in this order."
            )

    def _require_fit(self, store: TrialStore, record: TrialRecord) -> None:
        """Judge once whether rows and masks belong together: with the trial that makes enough."""
        numbers = store.numbers()
        if len(numbers) + 1 != _TRIALS_FOR_FIT or record.trial in numbers:
            return
        records = [record, *store.records()]
        n_train = len(record.inclusion)
        own = [_difference(each.correct[:n_train], each.inclusion) for each in records]
        before = [
            _difference(
                each.correct[:n_train], self._design.inclusion(n_train, each.trial - 1, self._data.get("together"))
            )
            for each in records
            if each.trial > 0
        ]
        fit = MaskFit(own=np.array(own), previous=np.array(before))
        fit.require("logits")
        if fit.warning:
            notice(fit.warning)


def _as_array(logits: Any) -> NDArray[Any]:
    if hasattr(logits, "detach"):  # The value is a tensor, on any device.
        logits = logits.detach().float().cpu()
    try:
        return np.asarray(logits)
    except Exception as error:  # Another library's object may raise any error.
        raise InputError("logits", "be an array of numbers", Said(type(logits).__name__)) from error


def _difference(right: NDArray[np.bool_], inside: NDArray[np.bool_]) -> float:
    return float(right[inside].mean() - right[~inside].mean())
