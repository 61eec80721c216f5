"""One trial that a script of the user's own trains: who is in, on what, with which seed; and its answer, recorded.

The answer is logits of classes, predictions of a number, or losses of texts. What a script gives is checked before
anything is written: shape, numbers, and, once there are enough trials to tell, whether rows and subsets belong
together. An order of classes that fits far better is told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from longtail.arguments.arrays import require_unmasked
from longtail.dataset.raw_rows import as_frame
from longtail.errors import InputError, Said
from longtail.learners.class_names import labels_of
from longtail.learners.learner import Answer, Predictions
from longtail.learners.token_losses import TokenLosses
from longtail.membership.given_numbers import order_found
from longtail.notices import notice
from longtail.outcomes import ACCURACY, Performance, Task
from longtail.percent import share
from longtail.randomness import integer_seed
from longtail.runs.given_answer import given_answer, given_record, held_record, task_of_data
from longtail.runs.handed_out import rows_as_handed_out
from longtail.runs.mask_fit import MaskFit, gain_inside
from longtail.runs.run_folder import RunFolder, Study
from longtail.runs.script_source import Source, require_source, with_source
from longtail.trials import SubsetDesign, TrialStore
from longtail.trials.record import TrialRecord

__all__ = ["Trial"]

_PATIENCE = 120.0
"""Seconds that a script waits for others that record, before it says that the run is busy."""

_TRIALS_FOR_FIT = 8

_ANSWERS: dict[Task, str] = {"classification": "logits", "regression": "predictions", "language": "losses"}


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
            answer = _ANSWERS[self.task]
            notice(
                f"Trial {self.number} of {self._folder.path} was left without record({answer}): it is still missing."
            )

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
    def y(self) -> NDArray[Any]:
        """(m,) class codes of the examples that the model is trained on: column k of the logits is class k.

        Where a number is predicted, the numbers.
        """
        return np.asarray(self._data["y"][self.inclusion])

    @property
    def labels(self) -> NDArray[Any]:
        """(m,) the same classes as your data name them."""
        if self.task != "classification":
            return self.y
        return np.asarray(labels_of(self.class_names, len(self.class_names))[self.y])

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

    @cached_property
    def texts_eval(self) -> list[str]:
        """All texts, in and out, then the test texts, in the order of ``rows_eval``.

        Raises
        ------
        InputError
            If the data are no texts that are themselves what is learned.
        """
        if self.task != "language":
            law = "be of texts that are themselves what is learned"
            raise InputError("run", law, Said(f"of {self.task}"), "Use rows and rows_eval.")
        return [str(text) for text in self.rows_eval.iloc[:, 0]]

    @property
    def texts(self) -> list[str]:
        """(m,) the texts that the model is trained on."""
        return [self.texts_eval[place] for place in self.members.tolist()]

    @property
    def task(self) -> Task:
        """Task of the data: "classification", "regression" or "language"."""
        return task_of_data(self._data)

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes, in the order of the columns of the logits."""
        return tuple(self._data["class_names"].tolist())

    @property
    def image_shape(self) -> tuple[int, ...] | None:
        """Height, width and channels of a row of ``X`` where examples are pictures, otherwise None."""
        shape = self._data.get("image_shape")
        return None if shape is None else tuple(shape.tolist())

    def record(
        self,
        answer: Any = None,
        *,
        performance: Mapping[str | Performance, Any] | None = None,
        places: Sequence[Any] | None = None,
    ) -> None:
        """Check what the trained model answers and write the trial. The whole file is on the disk when this returns.

        Parameters
        ----------
        answer : array or sequence of arrays
            Of all training examples, in and out, then of all test examples; tensors of PyTorch are taken, too. Of
            classes (n + n_test, n_classes) float logits; of a number (n + n_test,) predictions in its own unit; of
            texts the log loss of each in nats a token, (n + n_test,), or for each text an array with the loss of
            each of its tokens.
        performance : mapping of arrays, optional
            Further performances on the same examples by kind, as ``{"token_accuracy": ...}``, of texts; of numbers in
            the place of predictions.
        places : sequence of (n_tokens, 2) int arrays, optional
            Where the tokens stand in their texts, in characters, as tokenizers' offsets say; the report marks them.

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
        name = _ANSWERS[self.task]
        if self._recorded:
            raise InputError(name, "be recorded once a trial", Said(f"trial {self.number} again"))
        tokens = self._tokens(answer, places)
        if tokens is not None:
            answer = tokens.means()
        given = given_answer(name, None if answer is None else _as_array(name, answer), self._data, performance)
        if isinstance(given, Predictions):
            self._tell_order(given)
        with self._folder.writing(_PATIENCE):
            self._write(name, given, tokens)
        self._recorded = True

    def _tokens(self, answer: Any, places: Sequence[Any] | None) -> TokenLosses | None:
        """Return the losses of single tokens. None if none were given."""
        several = isinstance(answer, list | tuple) and any(np.ndim(part) for part in answer)
        if self.task == "language" and several:
            return TokenLosses.of(answer, len(self._data["y"]) + len(self._data["y_test"]), places)
        if places is not None:
            raise InputError("places", "come with the loss of each token", Said("other losses"))
        return None

    def _write(self, name: str, answer: Answer, tokens: TokenLosses | None) -> None:
        """Freeze the script with the first trial, and write the trial."""
        require_source(self._folder, self._source)
        study = self._folder.study()
        trial_set = with_source(study.trial_set, self._source)
        record = given_record(self.number, answer, self._design, self._data, study.identity["learner"]["name"])
        store = TrialStore(self._folder.path / "trials" / trial_set.key, trial_set, together=self._data.get("together"))
        held = held_record(store, self.number)
        if held is not None and store.encoded(held) != store.encoded(record):
            remedy = f"Remove {store.file(self.number)} to record it anew."
            said = Said(f"trial {self.number}, recorded meanwhile with other outcomes")
            raise InputError(name, "be recorded once a trial", said, remedy)
        self._require_fit(name, store, record)
        if trial_set != study.trial_set:
            self._folder.freeze(replace(study, identity=trial_set.identity))
        if not self._source:
            notice(
                f"No script is known of the trials in {self._folder.path}: nothing but the name given to longtail "
                "masks tells two versions of the training apart."
            )
        store.prepare()
        store.append(replace(record, tokens=tokens))

    def _tell_order(self, answer: Predictions) -> None:
        """Tell of columns that look like another order of classes. A model that is hardly trained looks so, too."""
        inside, y = self.inclusion, self._data["y"]
        found = order_found(answer.labels[: len(y)][inside], y[inside], len(self.class_names))
        if found is not None:
            ours, theirs = found
            notice(
                f"Trial {self.number}: another order of the logits' columns would be right on {share(theirs)} of the "
                f"training examples that it moves, this one is on {share(ours)}. The order is "
                f"{', '.join(self.class_names)}. A model that is hardly trained can look so; if all trials do, "
                "remove them and give the columns in this order."
            )

    def _require_fit(self, name: str, store: TrialStore, record: TrialRecord) -> None:
        """Judge once whether rows and masks belong together: with the trial that makes enough."""
        numbers = store.numbers()
        if len(numbers) + 1 != _TRIALS_FOR_FIT or record.trial in numbers:
            return
        n_train, together = len(record.inclusion), self._data.get("together")
        records = [record, *store.records()]
        own = [gain_inside(each, each.inclusion) for each in records]
        before = [
            gain_inside(each, self._design.inclusion(n_train, each.trial - 1, together))
            for each in records
            if each.trial > 0
        ]
        fit = MaskFit(own=np.array(own), previous=np.array(before), kind=record.kinds[0] if record.kinds else ACCURACY)
        fit.require(name)
        if fit.warning:
            notice(fit.warning)


def _as_array(name: str, given: Any) -> NDArray[Any]:
    if hasattr(given, "detach"):  # The value is a tensor, on any device.
        given = given.detach().float().cpu()
    require_unmasked(name, given)
    try:
        return np.asarray(given)
    except Exception as error:  # Another library's object may raise any error.
        raise InputError(name, "be an array of numbers", Said(type(given).__name__)) from error
