"""An estimator of scikit-learn as a learner has it: its name and rows, its identity, where it runs."""

import re
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from longtail.learners.wanted_rows import described_columns, rows_of_estimator

if TYPE_CHECKING:  # importing scikit-learn takes a second
    from sklearn.base import BaseEstimator

__all__ = ["WrappedEstimator"]


class WrappedEstimator:
    """The part that learners of classifiers and learners of regressors share.

    They are frozen dataclasses with fields ``estimator``, ``name`` and ``rows``. Their ``revision`` changes whenever
    the wrapper would give other results.
    """

    __slots__ = ()

    revision: ClassVar[str]

    if TYPE_CHECKING:  # fields of the dataclasses
        estimator: BaseEstimator
        name: str
        rows: Literal["", "features", "frame", "text", "words"]

    def _fill_in(self) -> None:
        """Take name and rows from the estimator, where they are empty."""
        if not self.name:
            object.__setattr__(self, "name", type(self.estimator).__name__)
        if not self.rows:
            object.__setattr__(self, "rows", rows_of_estimator(self.estimator))

    @property
    def version(self) -> str:
        """Version of this wrapper and of the libraries that decide the result."""
        import sklearn

        pandas = f"; pandas {_version_of('pandas')}" if self.rows == "frame" else ""
        return f"{self.revision}; scikit-learn {sklearn.__version__}; numpy {np.__version__}{pandas}"

    @property
    def executor(self) -> Literal["threads", "processes"]:
        """Kind of workers: processes, since scikit-learn holds the interpreter lock."""
        return "processes"

    def describe(self) -> dict[str, Any]:
        """Return class and parameters, nested ones included."""
        kind = type(self.estimator)
        parameters = {name: _stable_text(value) for name, value in sorted(self.estimator.get_params(deep=True).items())}
        described = {"class": f"{kind.__module__}.{kind.__qualname__}", "parameters": parameters}
        if self.rows == "features":
            return described
        return {**described, "rows": self.rows, "columns": described_columns(self.estimator)}


def _version_of(package: str) -> str:
    """Return the version of a package that is installed, or that it is not."""
    try:
        return version(package)
    except PackageNotFoundError:  # refused where a frame is asked for
        return "not installed"


def _stable_text(value: Any) -> str:
    """Return a parameter as text that is the same in every process."""
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))
