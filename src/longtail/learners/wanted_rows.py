"""Rows that a learner wants: the encoded features, or the rows of the table as they are.

These come as a frame, as texts, as the weights of all their words, or as columns of numbers: with NaN for gaps and a
number for each unordered level.

A scikit-learn pipeline that names columns (``ColumnTransformer`` by name, ``make_column_selector``) can do nothing with
an encoded matrix, nor can CatBoost with ``cat_features`` by name, and one that begins with a vectorizer wants texts.
What a pipeline wants is seen from its first step; ``rows = "frame"``, ``"text"`` or ``"words"`` on an estimator or a
learner says it where that does not show.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked

__all__ = ["Rows", "asked_columns", "described_columns", "innermost", "rows_of_estimator", "taken", "wanted_rows"]

Rows = Literal["features", "columns", "frame", "text", "words"]

_OF_FEATURES = ("cat_features", "text_features", "embedding_features")
"""CatBoost's parameters that name columns."""


@checked
def wanted_rows(learner: Any) -> Rows:
    """Return the kind of rows that a learner is handed as ``X`` and ``X_eval``, by its ``rows``.

    A limit is handed what its learner wants, unless it says otherwise.

    Examples
    --------
    >>> from longtail.learners import SklearnLearner
    >>> from sklearn.feature_extraction.text import TfidfVectorizer
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> wanted_rows(SklearnLearner(estimator=make_pipeline(TfidfVectorizer(), LogisticRegression())))
    'text'
    """
    while hasattr(learner, "inner") and _said(learner) is None:
        learner = learner.inner
    return _said(learner) or "features"


def innermost(learner: Any) -> Any:
    """The learner that a limit, or a limit of a limit, trains."""
    while hasattr(learner, "inner"):
        learner = learner.inner
    return learner


def rows_of_estimator(estimator: Any) -> Rows:
    """Return the kind of rows that an estimator wants, by its ``rows`` or by its first steps.

    If one of them wants a frame, it is a frame.
    """
    wanted = {_of_first_step(part) for part in _first_steps(estimator)}
    found: tuple[Rows, ...] = ("frame", "text")
    shown = [kind for kind in found if kind in wanted]
    return _said(estimator) or (shown[0] if shown else "features")


def asked_columns(estimator: Any) -> list[str]:
    """Names of the columns that the first steps of an estimator ask for by name."""
    names = [name for columns in _columns(estimator) for name in _names(columns)]
    names += [name for part in _first_steps(estimator) for name in _named_features(part)]
    return list(dict.fromkeys(names))


def described_columns(estimator: Any) -> list[str]:
    """Describe what each column transformer asks for, as text that tells two selectors apart."""
    return [_described(columns) for columns in _columns(estimator)]


def taken(X: Any, places: NDArray[np.integer[Any]]) -> Any:
    """Some rows of features, texts or a frame, in the order given."""
    return X.iloc[places] if hasattr(X, "iloc") else X[places]


def _said(value: Any) -> Rows | None:
    """Return the kind that a learner or an estimator names itself, if it does."""
    rows: Any = getattr(value, "rows", None)
    said: Rows | None = rows if isinstance(rows, str) and rows in get_args(Rows) else None  # type: ignore[assignment]
    return said


def _first_steps(estimator: Any) -> Iterator[Any]:
    """Every part of an estimator that sees the rows as they are given."""
    from sklearn.compose import ColumnTransformer  # Imported in functions, because the import takes most of a second.
    from sklearn.pipeline import FeatureUnion, Pipeline

    if isinstance(estimator, Pipeline):
        steps = [step for _, step in estimator.steps if step is not None and step != "passthrough"]
        yield from _first_steps(steps[0]) if steps else ()
    elif isinstance(estimator, FeatureUnion):
        for _, part in estimator.transformer_list:
            yield from _first_steps(part)
    else:
        yield estimator
        if not isinstance(estimator, ColumnTransformer):  # a search, a vote, a calibration: they hand the rows on
            for part in _parts(estimator):
                yield from _first_steps(part)


def _parts(estimator: Any) -> Iterator[Any]:
    if not hasattr(estimator, "get_params") or isinstance(estimator, type):
        return
    for value in estimator.get_params(deep=False).values():
        pairs = value if isinstance(value, list | tuple) else [value]
        for part in (pair[1] if isinstance(pair, tuple) and len(pair) == 2 else pair for pair in pairs):
            if hasattr(part, "get_params") and not isinstance(part, type):
                yield part


def _of_first_step(step: Any) -> Rows:
    from sklearn.compose import ColumnTransformer, make_column_selector
    from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer

    if isinstance(step, ColumnTransformer):
        asked = [columns for _, _, columns in step.transformers]
        by_name = any(isinstance(columns, make_column_selector) or _names(columns) for columns in asked)
        return "frame" if by_name else "features"
    if _named_features(step):
        return "frame"
    return "text" if isinstance(step, CountVectorizer | HashingVectorizer) else "features"


def _columns(estimator: Any) -> Iterator[Any]:
    from sklearn.compose import ColumnTransformer

    for step in _first_steps(estimator):
        if isinstance(step, ColumnTransformer):
            yield from (columns for _, _, columns in step.transformers)


def _named_features(step: Any) -> list[str]:
    """Names of the columns that an estimator reads in a way of its own, as CatBoost does."""
    given = step.get_params(deep=False) if hasattr(step, "get_params") and not isinstance(step, type) else {}
    return [name for kind in _OF_FEATURES if given.get(kind) is not None for name in _names(given[kind])]


def _names(columns: Any) -> list[str]:
    if isinstance(columns, slice):
        columns = [columns.start, columns.stop]
    several: Sequence[Any] = [columns] if isinstance(columns, str) or not np.iterable(columns) else list(columns)
    return [str(name) for name in several if isinstance(name, str)]


def _described(columns: Any) -> str:
    from sklearn.compose import make_column_selector

    if isinstance(columns, make_column_selector):
        return f"selector {columns.pattern!r} {columns.dtype_include!r} {columns.dtype_exclude!r}"
    name = getattr(columns, "__qualname__", "")
    return f"function {name}" if name else repr(columns)
