"""A training function of the user's own as a learner: ``train(rows, labels, seed) -> predict``.

``train`` is given the rows of a trial's subset, their labels as the user's data name them, and the trial's seed, and
returns a function that predicts rows: (n, n_classes) logits, a column a class in the order of the class names, or the
(n,) labels. With a parameter ``class_names`` it is told the labels of all classes, in that order; a subset may lack
some. Nothing else may pass from one call to the next.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from longtail.errors import InputError, Said
from longtail.learners.class_names import labels_of
from longtail.learners.learner import Predictions
from longtail.learners.own_code import described
from longtail.learners.seeding import global_generators_seeded

__all__ = ["FunctionLearner", "is_training_function"]

_ASKED = ("rows", "labels", "seed")
Rows = Literal["features", "frame", "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionLearner:
    """A learner that calls ``train(rows, labels, seed)``.

    The generators of Python, NumPy and PyTorch are seeded for each trial, too.

    Parameters
    ----------
    train : callable
        A function of a module or a script, whose source is part of the study's identity.
    name : str
        What people call it; the function's name where it is empty.
    class_names : tuple of str
        What codes stand for; a run says so.
    rows : {"", "features", "frame", "text"}
        What it is handed: encoded features, the rows of the table as a frame of pandas, or texts. If it is empty, the
        function's own attribute ``rows`` says so.

    Raises
    ------
    InputError
        If ``train`` is no function of ``rows``, ``labels`` and ``seed``.
    """

    train: Callable[..., Any]
    name: str = ""
    class_names: tuple[str, ...] = ()
    rows: Literal["", "features", "frame", "text"] = ""

    def __post_init__(self) -> None:
        if not is_training_function(self.train):
            law = "be a function train(rows, labels, seed), other parameters with a default"
            raise InputError("train", law, Said(getattr(self.train, "__name__", repr(self.train))))
        own = getattr(self.train, "rows", None)
        if own is not None and own not in get_args(Rows):
            raise InputError("rows", "be features, frame or text", own)
        object.__setattr__(self, "name", self.name or self.train.__name__)
        object.__setattr__(self, "rows", self.rows or own or "features")

    @property
    def version(self) -> str:
        """Version of this wrapper and of NumPy. The function itself has its source in the identity."""
        return f"1; numpy {np.__version__}"

    @property
    def executor(self) -> Literal["threads", "processes"]:
        """Kind of workers: processes, since any Python may hold the interpreter lock."""
        return "processes"

    def describe(self) -> dict[str, Any]:
        """Return the function's module and name, its defaults, and the rows that it wants."""
        return {**described(self.train), "rows": self.rows}

    def fit_predict(
        self,
        X: Any,
        y: NDArray[np.int64],
        X_eval: Any,
        *,
        n_classes: int,
        seed: int,
    ) -> Predictions:
        """See :class:`~longtail.learners.learner.Learner`."""
        labels = labels_of(self.class_names, n_classes)
        told = {"class_names": labels} if "class_names" in inspect.signature(self.train).parameters else {}
        with global_generators_seeded(seed):
            predict = self.train(X, labels[y], seed, **told)
            if not callable(predict):
                raise InputError(f"learner {self.name}", "return a function that predicts rows", predict)
            answers = _as_array(predict(X_eval))
        if answers.ndim == 2 and answers.dtype.kind == "f":
            if answers.shape != (len(X_eval), n_classes):
                law = f"predict logits of shape {(len(X_eval), n_classes)}, or {len(X_eval)} labels"
                raise InputError(f"learner {self.name}", law, Said(f"shape {answers.shape}"))
            return Predictions(labels=answers.argmax(axis=1), logits=answers)
        return Predictions(labels=self._codes(answers, labels, len(X_eval)), logits=None)

    def _codes(self, answers: NDArray[Any], labels: NDArray[Any], n: int) -> NDArray[np.int64]:
        """Return the codes of labels that were predicted."""
        if answers.shape != (n,):
            law = f"predict logits of shape {(n, len(labels))}, or {n} labels"
            raise InputError(f"learner {self.name}", law, Said(f"{answers.dtype} of shape {answers.shape}"))
        code_of = {label: code for code, label in enumerate(labels.tolist())}
        codes = [code_of.get(answer, -1) for answer in answers.tolist()]
        if -1 in codes:
            law = f"predict one of the labels {', '.join(map(str, labels[:6].tolist()))}"
            raise InputError(f"learner {self.name}", law, answers.tolist()[codes.index(-1)])
        return np.array(codes, np.int64)


def is_training_function(value: Any) -> bool:
    """Return whether a value is a function whose parameters are ``rows``, ``labels`` and ``seed``, and others with a
    default.

    Examples
    --------
    >>> is_training_function(lambda rows, labels, seed: None), is_training_function(print)
    (True, False)
    """
    if not inspect.isfunction(value):
        return False
    parameters = inspect.signature(value).parameters
    free = [name for name, each in parameters.items() if each.default is inspect.Parameter.empty]
    return tuple(parameters)[:3] == _ASKED and set(free) <= {*_ASKED, "class_names"}


def _as_array(answers: Any) -> NDArray[Any]:
    if hasattr(answers, "detach"):  # a tensor of PyTorch, wherever it is
        answers = answers.detach().cpu().numpy()
    return np.asarray(answers)
