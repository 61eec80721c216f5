"""The data set: features, class codes and names, training and test examples; checked once, immutable, hashed."""

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.dataset.labels import encode_labels
from longtail.dataset.originals import Originals
from longtail.dataset.splitting import stratified_sample, stratified_split
from longtail.errors import InputError, Said

__all__ = ["Dataset"]


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
        Codes, in ``range(n_groups)``, of training examples that must be in or out of a subset together.
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
        """Number of classes."""
        return len(self.class_names)

    @property
    def particulars(self) -> dict[str, NDArray[np.int64] | NDArray[np.str_]]:
        """By what their owner knows training examples: ``row`` in the data as given, ``label``, ``group`` if named."""
        known = {"row": self.position, "label": np.array(self.class_names)[self.y]}
        return known if self.group is None else {**known, "group": np.array(self.group_names)[self.group]}

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over everything that a model could see: features, labels, names of classes; not over ``name``."""
        digest = hashlib.sha256()
        for part in (self.X, self.y, self.X_test, self.y_test):
            digest.update(f"{part.dtype.str}{part.shape}".encode())
            digest.update(np.ascontiguousarray(part).tobytes())
        digest.update("\0".join(self.class_names).encode())
        return digest.hexdigest()

    @cached_property
    def feature_moments(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean and standard deviation of each feature over the training examples."""
        return self.X.mean(axis=0, dtype=np.float64), self.X.std(axis=0, dtype=np.float64)

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
        """An example as a person sees it, of ``picture_shape``; ``held_out``, a test example."""
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
        """A random part of the training examples, stratified by class, and a part of the test examples as large.

        Always the same part for the same number. A data set that is no larger is returned as it is.

        Raises
        ------
        InputError
            If ``n_rows`` is below two examples a class.
        """
        if n_rows < 2 * self.n_classes:
            raise InputError("rows", f"be at least two for each of {self.n_classes} classes", n_rows)
        if n_rows >= self.n_train:
            return self
        rows = stratified_sample(self.y, n_rows)
        held = stratified_sample(self.y_test, n_rows) if self.n_test > n_rows else np.arange(self.n_test)
        return replace(
            self.restricted_to(rows),
            X_test=_frozen(self.X_test[held]),
            y_test=_frozen(self.y_test[held]),
            position_test=_frozen(self.position_test[held]),
            group_test=None if self.group_test is None else _frozen(self.group_test[held]),
            notes=(*self.notes, f"A random {len(rows)} of {self.n_train} training examples are studied, by class."),
        )

    def restricted_to(self, rows: NDArray[np.int64]) -> "Dataset":
        """The same data set with only some of its training examples, in the order given."""
        return replace(
            self,
            X=_frozen(self.X[rows]),
            y=_frozen(self.y[rows]),
            position=_frozen(self.position[rows]),
            group=None if self.group is None else _frozen(self.group[rows]),
            together=None if self.together is None else _frozen(_whole_groups(self.together[rows])),
        )

    @classmethod
    def from_arrays(
        cls,
        X: ArrayLike,
        y: ArrayLike,
        X_test: ArrayLike | None = None,
        y_test: ArrayLike | None = None,
        *,
        group: ArrayLike | None = None,
        group_test: ArrayLike | None = None,
        together: ArrayLike | None = None,
        name: str = "arrays",
        feature_names: Sequence[str] | None = None,
        notes: Sequence[str] = (),
        originals: Originals | None = None,
    ) -> "Dataset":
        """Check arrays and make a data set of them.

        Parameters
        ----------
        X : (n, d), (n, height, width) or (n, height, width, 1 or 3) array of numbers
            Features; three or four dimensions are images. A frame of numbers gives its columns' names besides; one
            with text is for :func:`longtail.dataset.load_dataset`.
        y : (n,) array of whole numbers, strings or booleans
            Labels.
        X_test, y_test : arrays, optional
            Test examples. Where they are missing, a fifth of the examples is set aside, stratified by class.
        group : (n,) array, optional
            The subpopulation of each example of ``X``, as anything that can be compared.
        group_test : (n_test,) array, optional
            That of each example of ``X_test``, by the same names.
        together : (n,) array, optional
            What each example of ``X`` belongs to, as anything that can be compared: examples of one user, of one
            patient, or copies of each other are then in or out of a subset together.
        name, feature_names, notes, originals
            See :class:`Dataset`.

        Raises
        ------
        InputError
            On mismatched lengths, NaN, one class, labels that are not classes, or an empty set.

        Examples
        --------
        >>> data = Dataset.from_arrays([[0.0], [1.0]] * 10, ["no", "yes"] * 10)
        >>> data.n_train, data.n_test, data.class_names
        (16, 4, ('no', 'yes'))
        """
        features, image_shape = _features("X", X)
        names = _column_names(X, feature_names, features.shape[1], image_shape)
        _check_finite("X", features, names)
        codes, class_names = encode_labels("y", y)
        _check_same_length("y", codes, "X", features)
        groups, group_names = (None, ()) if group is None else _group_codes("group", group, len(features))
        units = None if together is None else _group_codes("together", together, len(features))[0]
        said = list(notes)
        groups_held: NDArray[np.int64] | None = None
        keep, aside = np.arange(len(features)), np.arange(0)
        if X_test is None and y_test is None:
            keep, aside = stratified_split(codes)
            X_held, y_held = features[aside], codes[aside]
            features, codes = features[keep], codes[keep]
            groups, groups_held = (None, None) if groups is None else (groups[keep], groups[aside])
            units = None if units is None else units[keep]
            said.append(f"{len(aside)} of {len(keep) + len(aside)} examples were set aside as test examples, by class.")
        elif X_test is None or y_test is None:
            missing = "X_test" if X_test is None else "y_test"
            raise InputError(missing, "be given together with its partner", Said("nothing"))
        else:
            X_held, y_held = _held_out(X_test, y_test, names, class_names)
            aside = len(keep) + np.arange(len(X_held))
            groups_held = None if group_test is None else _codes_of("group_test", group_test, group_names, len(y_held))
        _check_classes(codes, class_names)
        return cls(
            name=name,
            X=_frozen(features),
            y=_frozen(codes),
            class_names=class_names,
            X_test=_frozen(X_held),
            y_test=_frozen(y_held),
            group=None if groups is None else _frozen(groups),
            group_names=group_names,
            feature_names=names,
            image_shape=image_shape,
            notes=tuple(said),
            position=_frozen(keep.astype(np.int64)),
            position_test=_frozen(aside.astype(np.int64)),
            originals=originals,
            group_test=None if groups_held is None else _frozen(groups_held),
            together=None if units is None else _frozen(_whole_groups(units)),
        )


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    array = np.ascontiguousarray(array)
    array = array.copy() if array.base is not None or array.flags.writeable else array
    array.flags.writeable = False
    return array


def _features(
    argument: str, X: ArrayLike, allow_empty: bool = False
) -> tuple[NDArray[np.float32], tuple[int, int, int] | None]:
    array = np.asarray(X)
    if array.dtype == object or not (np.issubdtype(array.dtype, np.number) or array.dtype == bool):
        remedy = "load_dataset(frame, target=…) encodes text." if hasattr(X, "columns") else ""
        raise InputError(argument, "hold numbers", Said(f"an array of {array.dtype}"), remedy)
    if np.iscomplexobj(array):
        raise InputError(argument, "hold real numbers", Said("complex numbers"))
    if array.ndim not in (2, 3, 4) or (array.ndim == 4 and array.shape[3] not in (1, 3)):
        law = "have shape (n, d), or (n, height, width) or (n, height, width, 1 or 3) for images"
        raise InputError(argument, law, array.shape)
    if (len(array) == 0 and not allow_empty) or 0 in array.shape[1:]:
        raise InputError(argument, "have at least one example and one column", array.shape)
    image_shape = None if array.ndim == 2 else (*array.shape[1:3], array.shape[3] if array.ndim == 4 else 1)
    with np.errstate(over="ignore"):  # an overflow becomes infinite and is refused with its place
        return array.reshape(len(array), math.prod(array.shape[1:])).astype(np.float32), image_shape


def _held_out(
    X_test: ArrayLike, y_test: ArrayLike, names: tuple[str, ...], class_names: tuple[str, ...]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Test examples that were given, by the columns and classes of the training examples."""
    features, _ = _features("X_test", X_test, allow_empty=True)
    if features.shape[1] != len(names):
        raise InputError("X_test", f"have {len(names)} columns as X has", features.shape[1])
    _check_finite("X_test", features, names)
    codes = _test_codes(y_test, class_names)
    _check_same_length("y_test", codes, "X_test", features)
    return features, codes


def _column_names(
    X: ArrayLike, given: Sequence[str] | None, n_columns: int, image_shape: tuple[int, int, int] | None
) -> tuple[str, ...]:
    given = given if given is not None else _names_of_columns(X)
    names = tuple(given) if given is not None else _default_names(n_columns, image_shape)
    if len(names) != n_columns:
        raise InputError("feature_names", f"have one name for each of {n_columns} columns", len(names))
    return names


def _names_of_columns(X: ArrayLike) -> tuple[str, ...] | None:
    """Those of a frame of pandas or polars."""
    columns = getattr(X, "columns", None)
    return None if columns is None else tuple(str(column) for column in columns)


def _default_names(n_columns: int, image_shape: tuple[int, int, int] | None) -> tuple[str, ...]:
    return tuple(_iterate_names(n_columns, image_shape))


def _iterate_names(n_columns: int, image_shape: tuple[int, int, int] | None) -> Iterator[str]:
    for column in range(n_columns):
        if image_shape is None:
            yield f"x{column}"
        else:
            row, rest = divmod(column, image_shape[1] * image_shape[2])
            yield f"pixel {row},{rest // image_shape[2]}"


def _check_finite(argument: str, features: NDArray[np.float32], names: Sequence[str]) -> None:
    bad = ~np.isfinite(features)
    if bad.any():
        row, column = (int(i) for i in np.argwhere(bad)[0])
        what = f"{int(bad.sum())} NaN or infinite values, the first in row {row}, column {names[column]!r}"
        raise InputError(argument, "be finite", Said(what), "Fill or drop them first.")


def _check_same_length(argument: str, values: NDArray[Any], other: str, others: NDArray[Any]) -> None:
    if len(values) != len(others):
        raise InputError(argument, f"have as many rows as {other}, {len(others)}", len(values))


def _whole_groups(units: NDArray[np.int64]) -> NDArray[np.int64]:
    """Codes without gaps, of at least two groups: with one, nobody could be left out."""
    groups, codes = np.unique(units, return_inverse=True)
    if len(groups) < 2:
        raise InputError("together", "tell at least two groups of training examples apart", Said("one"))
    return codes.astype(np.int64)


def _group_codes(argument: str, group: ArrayLike, n: int) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    array = np.asarray(group)
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise InputError(argument, "name a group for every example", Said("NaN or infinity"))
    if array.shape != (n,):
        raise InputError(argument, f"have shape ({n},), one entry an example", array.shape)
    names, codes = np.unique(array.astype(str) if array.dtype == object else array, return_inverse=True)
    return codes.astype(np.int64), tuple(str(name) for name in names.tolist())


def _codes_of(argument: str, values: ArrayLike, names: tuple[str, ...], n: int) -> NDArray[np.int64]:
    """Positions of test examples' groups among those of the training examples."""
    array = np.asarray(values).astype(str)
    if array.shape != (n,):
        raise InputError(argument, f"have shape ({n},), one entry an example", array.shape)
    strange = np.setdiff1d(array, names)
    if len(strange):
        raise InputError(argument, "hold only groups of training examples", str(strange[0]))
    order = np.argsort(names)
    codes: NDArray[np.int64] = order[np.searchsorted(np.array(names)[order], array)].astype(np.int64)
    return codes


def _test_codes(y_test: ArrayLike, class_names: tuple[str, ...]) -> NDArray[np.int64]:
    array = np.asarray(y_test)
    if array.size == 0:
        return np.zeros(0, np.int64)
    codes, names = encode_labels("y_test", array, least_classes=1)
    position = {name: code for code, name in enumerate(class_names)}
    strange = [name for name in names if name not in position]
    if strange:
        raise InputError("y_test", "hold only classes of y", strange[0])
    return np.array([position[name] for name in names], np.int64)[codes]


def _check_classes(codes: NDArray[np.int64], class_names: tuple[str, ...]) -> None:
    counts = np.bincount(codes, minlength=len(class_names))
    if (counts == 0).any():
        raise InputError("y", "leave every class a training example", Said(f"none of {class_names[counts.argmin()]!r}"))
