"""The data set: features, class codes and names, training and test examples; checked once, immutable, hashed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import GapsAllowed, checked
from longtail.dataset.as_they_are import AsTheyAre
from longtail.dataset.content import content_hash
from longtail.dataset.feature_arrays import (
    check_same_length,
    column_names,
    exact_features,
    require_alike,
    require_finite,
    require_same_rows,
    single_precision,
    together_exactly,
)
from longtail.dataset.groups_and_units import (
    codes_among,
    given_groups,
    given_units,
    names_left,
    said_of_names,
    said_of_spanning,
    said_of_whole,
    whole_groups,
)
from longtail.dataset.labels import encode_labels, label_names
from longtail.dataset.originals import Originals
from longtail.dataset.splitting import tail_keeping_sample, whole_units_split
from longtail.dataset.target import AskedTask, numbers_of, read_target
from longtail.errors import InputError, Said
from longtail.outcomes import Task

Names = Annotated[ArrayLike, GapsAllowed]

__all__ = ["Dataset"]

_COLUMNS_AT_A_TIME = 16


@checked
@dataclass(frozen=True, kw_only=True)
class Dataset:
    """Examples for classification. Make one with :meth:`from_arrays` or :func:`longtail.dataset.load_dataset`.

    Parameters
    ----------
    name : str
        For people.
    X, X_test : (n, d), (n_test, d) float32 arrays
        Features, finite; ``n_test`` may be 0.
    y, y_test : (n,), (n_test,) int64 arrays
        Class codes, positions in ``class_names``.
    class_names : tuple of str
        At least two, each with at least one training example.
    group : (n,) int64 array or None
        Codes of given subpopulations of the training examples, positions in ``group_names``.
    group_names : tuple of str
        Empty when no group is given.
    together : (n,) int64 array or None
        Codes, in ``range(n_groups)``, of training examples that must be in or out of a subset together: of units.
    together_names : tuple of str
        The names of those units, by code; empty where they have none.
    together_test : (n_test,) int64 array or None
        Codes of the units of test examples, where they are known: by themselves, and not those of ``together``. Rows of
        one unit are no independent draws, and intervals on test examples know it.
    feature_names : tuple of str
        One for each of the d columns.
    image_shape : (height, width, channels) or None
        Where the features are the pixels of an image, row by row.
    notes : tuple of str
        Choices made while loading, a sentence each.
    group_test : (n_test,) int64 array or None
        Codes of the groups of test examples, where they are known.
    position, position_test : (n,), (n_test,) int64 arrays
        Where each example stands in the data as given: the row of the table; those given as test examples follow the
        others.
    originals : Originals or None
        How the examples looked when they were given, by position: rows of a table, texts, names of files.
    as_they_are : AsTheyAre or None
        The columns of a table in one number each, by position, for learners that take gaps and unordered levels; None
        where that would be the features.
    task : {"classification", "regression", "language"}
        What is learned of the examples: a class, a number, or the text itself. Where it is no class, ``class_names`` is
        empty and ``y`` is 0 everywhere.
    target, target_test : (n,), (n_test,) float64 arrays or None
        The numbers that a regression predicts.
    """

    name: str
    X: NDArray[np.float32]
    y: NDArray[np.int64]
    class_names: tuple[str, ...]
    X_test: NDArray[np.float32]
    y_test: NDArray[np.int64]
    group: NDArray[np.int64] | None
    group_names: tuple[str, ...]
    feature_names: tuple[str, ...]
    image_shape: tuple[int, int, int] | None
    notes: tuple[str, ...]
    position: NDArray[np.int64]
    position_test: NDArray[np.int64]
    together: NDArray[np.int64] | None = None
    group_test: NDArray[np.int64] | None = None
    originals: Originals | None = None
    as_they_are: AsTheyAre | None = None
    task: Task = "classification"
    target: NDArray[np.float64] | None = None
    target_test: NDArray[np.float64] | None = None
    together_names: tuple[str, ...] = ()
    together_test: NDArray[np.int64] | None = None

    def __repr__(self) -> str:
        return (
            f"Dataset({self.name}: {self.n_train:,} training and {self.n_test:,} test examples, "
            f"{self.X.shape[1]:,} features, {f'{self.n_classes} classes' if self.n_classes else self.task})"
        )

    @property
    def choices(self) -> tuple[str, ...]:
        """Notes on how the user's own columns or files were read. Arrays and bundled data have none."""
        return () if self.originals is None else self.notes

    @property
    def n_train(self) -> int:
        """Number of training examples."""
        return len(self.y)

    @property
    def n_test(self) -> int:
        """Number of test examples."""
        return len(self.y_test)

    @property
    def n_classes(self) -> int:
        """Number of classes. It is 0 where the task is no classification."""
        return len(self.class_names)

    @property
    def labels(self) -> NDArray[Any]:
        """The name of each training example's class: objects, so that one long name costs one long name.

        Of a regression the number itself; of texts nothing.
        """
        if self.target is not None:
            return self.target
        return np.array(self.class_names or ("",), object)[self.y]

    @property
    def labels_test(self) -> NDArray[Any]:
        """The same of each test example."""
        if self.target_test is not None:
            return self.target_test
        return np.array(self.class_names or ("",), object)[self.y_test]

    def label(self, example: int, *, held_out: bool = False) -> str:
        """Return the label of one example as text: the name of its class, or its number."""
        numbers = self.target_test if held_out else self.target
        if numbers is not None:
            return f"{numbers[example]:.6g}"
        return self.class_names[(self.y_test if held_out else self.y)[example]] if self.class_names else ""

    @property
    def particulars(self) -> dict[str, NDArray[Any]]:
        """Columns by which the owner knows training examples.

        ``row`` in the data as given, ``label``, and ``group`` if groups are named.
        """
        known: dict[str, NDArray[Any]] = {"row": self.position, "label": self.labels}
        return known if self.group is None else {**known, "group": np.array(self.group_names, object)[self.group]}

    @cached_property
    def unit_names(self) -> tuple[str, ...]:
        """The name of each unit, by code: as given, or by its first row. Without units each example is one."""
        codes = np.arange(self.n_train) if self.together is None else self.together
        first = self.position[np.unique(codes, return_index=True)[1]]
        names = self.together_names or ("",) * len(first)
        return tuple(name or f"row {row}" for name, row in zip(names, first.tolist(), strict=True))

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over everything that a model could see: features, labels, names of classes.

        The ``name`` of the data set is not part of it.
        """
        if self.target is not None and self.target_test is not None:
            return content_hash((self.X, self.target, self.X_test, self.target_test), (self.task,))
        return content_hash((self.X, self.y, self.X_test, self.y_test), self.class_names)

    @cached_property
    def feature_moments(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean and standard deviation of each feature over the training examples.

        Of some columns at a time, as NumPy makes a copy of them in double precision.
        """
        columns = [
            self.X[:, start : start + _COLUMNS_AT_A_TIME] for start in range(0, self.X.shape[1], _COLUMNS_AT_A_TIME)
        ]
        means = [part.mean(axis=0, dtype=np.float64) for part in columns]
        return np.concatenate(means), np.concatenate([part.std(axis=0, dtype=np.float64) for part in columns])

    @cached_property
    def feature_range(self) -> tuple[float, float]:
        """The least and the largest feature of the training examples: black and white of pictures."""
        return float(self.X.min()), float(self.X.max())

    @property
    def picture_shape(self) -> tuple[int, ...] | None:
        """(height, width, channels) of the examples as people see them, also where an embedding is the features."""
        if self.image_shape is not None or self.originals is None or self.originals.pictures is None:
            return self.image_shape
        return self.originals.pictures.shape[1:]

    def picture(self, example: int, *, held_out: bool = False) -> NDArray[np.uint8]:
        """Return an example as a person sees it, of ``picture_shape``. With ``held_out`` it is a test example."""
        if self.image_shape is None:
            assert self.originals is not None
            assert self.originals.pictures is not None
            seen: NDArray[np.uint8] = self.originals.pictures[
                (self.position_test if held_out else self.position)[example]
            ]
            return seen
        low, high = self.feature_range
        pixels = (self.X_test if held_out else self.X)[example].reshape(self.image_shape)
        bright: NDArray[np.uint8] = np.rint(255 * np.clip((pixels - low) / max(high - low, 1e-30), 0, 1)).astype(
            np.uint8
        )
        return bright

    def sample(self, n_rows: int) -> "Dataset":
        """Draw some of the training examples at random. All test examples stay.

        Always the same part for the same number. A data set that is no larger is returned as it is. What is rare is
        kept: each class, and each given group of a class, keeps its examples up to a number that is said, and beyond it
        a share of the others (:func:`longtail.dataset.splitting.tail_keeping_sample`).

        Raises
        ------
        InputError
            If ``n_rows`` is below two examples a class.
        """
        if n_rows < 2 * max(self.n_classes, 1):
            each = f" for each of {self.n_classes} classes" if self.n_classes else ""
            raise InputError("rows", f"be at least two{each}", n_rows)
        if n_rows >= self.n_train:
            return self
        kinds = self.y if self.group is None else self.y * (self.group.max() + 1) + self.group
        rows, whole = tail_keeping_sample(kinds, n_rows)
        each = "class" if self.group is None else "group of a class" if self.n_classes else "group"
        said = f"A random {len(rows):,} of {self.n_train:,} training examples are studied"
        if self.n_classes or self.group is not None:
            said += f": of each {each} all up to {whole:,}, and the same share of the others"
        said += "."
        return replace(self.restricted_to(rows), notes=(*self.notes, said))

    def restricted_to(self, rows: NDArray[np.int64]) -> "Dataset":
        """Return the same data set with only some of its training examples, in the order given."""
        return replace(
            self,
            X=_taken(self.X, rows),
            y=_frozen(self.y[rows]),
            target=None if self.target is None else _frozen(self.target[rows]),
            position=_frozen(self.position[rows]),
            group=None if self.group is None else _frozen(self.group[rows]),
            together=None if self.together is None else _frozen(whole_groups(self.together[rows])),
            together_names=() if self.together is None else names_left(self.together_names, self.together[rows]),
        )

    @classmethod
    def from_arrays(
        cls,
        X: ArrayLike,
        y: ArrayLike,
        X_test: ArrayLike | None = None,
        y_test: ArrayLike | None = None,
        *,
        group: Names | None = None,
        group_test: Names | None = None,
        together: Names | None = None,
        together_test: Names | None = None,
        name: str = "arrays",
        feature_names: Sequence[str] | None = None,
        notes: Sequence[str] = (),
        originals: Originals | None = None,
        task: AskedTask | None = None,
        column: str | None = None,
    ) -> "Dataset":
        """Check arrays and make a data set of them.

        Parameters
        ----------
        X : (n, d), (n, height, width) or (n, height, width, 1 or 3) array of numbers
            Features; three or four dimensions are images. A frame of numbers gives its columns' names besides; one
            with text is for :func:`longtail.dataset.load_dataset`.
        y : (n,) array of whole numbers, strings or booleans, or of real numbers
            Labels, or what a regression predicts.
        X_test, y_test : arrays, optional
            Test examples. Where they are missing, a fifth of the examples is set aside, stratified by class.
        group : (n,) array, optional
            The subpopulation of each example of ``X``, as anything that can be compared.
        group_test : (n_test,) array, optional
            That of each example of ``X_test``, by the same names.
        together : (n,) array, optional
            What each example of ``X`` belongs to, as anything that can be compared: examples of one user, of one
            patient, or copies of each other are then in or out of a subset together.
        together_test : (n_test,) array, optional
            What each example of ``X_test`` belongs to. Where it is not given, each counts as independent.
        name, feature_names, notes, originals
            See :class:`Dataset`.
        task : {"classification", "regression"}, optional
            What the labels are; without it their values say so (:mod:`longtail.dataset.target`).
        column : str, optional
            The column of a table that holds them.

        Raises
        ------
        InputError
            On mismatched lengths, NaN, one class, labels that are neither classes nor numbers, or an empty set.

        Examples
        --------
        >>> data = Dataset.from_arrays([[0.0], [1.0]] * 10, ["no", "yes"] * 10)
        >>> data.n_train, data.n_test, data.class_names
        (16, 4, ('no', 'yes'))
        """
        for argument, values in (("y", y), ("group", group), ("together", together)):
            require_same_rows(X, argument, values)
        exact, image_shape = exact_features("X", X)
        names = column_names(X, feature_names, exact.shape[1], image_shape)
        require_finite("X", exact, names)
        wanted = read_target("y", y, task, column)
        codes, class_names = wanted.codes, wanted.class_names
        check_same_length("y", codes, "X", exact)
        groups = None if group is None else given_groups("group", group, len(exact))
        units, alone, unit_names = (None, 0, ()) if together is None else given_units(together, len(exact))
        said = [
            *notes,
            *wanted.said,
            *([] if wanted.numbers is not None else said_of_names("Labels", label_names("y", y))),
            *([] if groups is None else said_of_names("Groups", groups)),
        ]
        if alone:
            said.append(f"Rows that name nothing to stay together with stand each on its own: {alone:,}.")
        if X_test is None and y_test is None:
            keep, aside = whole_units_split(codes, units)
            by_class = ", by class" if class_names else ""
            whole = "" if units is None else said_of_whole(units[aside], units[keep])
            said.append(
                f"{len(aside)} of {len(keep) + len(aside)} examples were set aside as test examples{by_class}{whole}."
            )
            numbers_held = None if wanted.numbers is None else wanted.numbers[aside]
            y_held, rows, rows_held = codes[aside], keep, aside
            said += [] if units is None else said_of_spanning(units[aside], units[keep])
            group_held = None if groups is None else groups.codes[aside]
            units_held = None if units is None else units[aside]
        elif X_test is None or y_test is None:
            missing = "X_test" if X_test is None else "y_test"
            raise InputError(missing, "be given together with its partner", Said("nothing"))
        else:
            keep, aside = np.arange(len(exact)), np.arange(0)
            require_alike(X, X_test)
            numbers_held = None if wanted.numbers is None else numbers_of("y_test", y_test)
            codes_held = (
                _test_codes(y_test, class_names) if numbers_held is None else np.zeros_like(numbers_held, np.int64)
            )
            X_held, y_held = _held_out(X_test, names, image_shape), codes_held
            check_same_length("y_test", y_held, "X_test", X_held)
            rows, rows_held = keep, len(keep) + np.arange(len(X_held))
            exact = together_exactly(exact, X_held)
            units_held = None
            if together_test is not None:
                units_held = given_units(together_test, len(y_held), "together_test")[0]
            elif units is not None and len(y_held):
                said.append("Units of test examples are not given: intervals take each test example as one draw.")
            group_held = None
            if groups is not None and group_test is not None:
                group_held = codes_among("group_test", group_test, groups.names, len(y_held))
        features, lost = single_precision(exact, rows, names)
        said += lost
        _check_classes(codes[keep], class_names)
        return cls(
            name=name,
            X=_taken(features, rows),
            y=_frozen(codes[keep]),
            class_names=class_names,
            X_test=_taken(features, rows_held),
            y_test=_frozen(y_held),
            group=None if groups is None else _frozen(groups.codes[keep]),
            group_names=() if groups is None else groups.names,
            feature_names=names,
            image_shape=image_shape,
            notes=tuple(said),
            position=_frozen(rows.astype(np.int64)),
            position_test=_frozen(rows_held.astype(np.int64)),
            originals=originals,
            group_test=None if group_held is None else _frozen(group_held),
            together=None if units is None else _frozen(whole_groups(units[keep])),
            together_names=() if units is None else names_left(unit_names, units[keep]),
            together_test=None if units_held is None else _frozen(np.unique(units_held, return_inverse=True)[1]),
            task=wanted.task,
            target=None if wanted.numbers is None else _frozen(wanted.numbers[keep]),
            target_test=None if numbers_held is None else _frozen(numbers_held),
        )


def _taken(array: NDArray[Any], rows: NDArray[np.integer[Any]]) -> NDArray[Any]:
    """Return the rows of these numbers, read-only: they are a copy already, and not copied again."""
    taken = np.ascontiguousarray(array[np.asarray(rows, np.intp)])
    taken.flags.writeable = False
    return taken


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    array = np.ascontiguousarray(array)
    array = array.copy() if array.base is not None or array.flags.writeable else array
    array.flags.writeable = False
    return array


def _held_out(X_test: ArrayLike, names: tuple[str, ...], image_shape: tuple[int, int, int] | None) -> NDArray[Any]:
    """Test examples that were given, by the columns and the shape of the training examples."""
    exact, shape = exact_features("X_test", X_test, allow_empty=True)
    if shape != image_shape and image_shape is not None:
        law = f"have the shape of X's examples, {image_shape} (height, width, channels)"
        raise InputError("X_test", law, exact.shape[1:] if shape is None else shape)
    if exact.shape[1] != len(names):
        raise InputError("X_test", f"have {len(names)} columns as X has", exact.shape[1])
    require_finite("X_test", exact, names)
    return exact


def _test_codes(y_test: ArrayLike, class_names: tuple[str, ...]) -> NDArray[np.int64]:
    if label_names("y_test", y_test).codes.size == 0:
        return np.zeros(0, np.int64)
    codes, names = encode_labels("y_test", y_test, least_classes=1)
    position = {name: code for code, name in enumerate(class_names)}
    strange = [name for name in names if name not in position]
    if strange:
        raise InputError("y_test", "hold only classes of y", strange[0])
    return np.array([position[name] for name in names], np.int64)[codes]


def _check_classes(codes: NDArray[np.int64], class_names: tuple[str, ...]) -> None:
    counts = np.bincount(codes, minlength=len(class_names))
    if len(class_names) and (counts == 0).any():
        raise InputError("y", "leave every class a training example", Said(f"none of {class_names[counts.argmin()]!r}"))
