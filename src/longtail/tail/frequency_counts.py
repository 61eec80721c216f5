"""How often each subpopulation occurs: species, words, customers, cell types, clusters of images.

A subpopulation is a label, or a pair (class, label) when classes are given, since a subpopulation's examples share one
class [Feldman2020]_. Labels are counted a batch at a time: the memory that is needed grows with the number of distinct
subpopulations, not with the number of rows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.errors import InputError, Said
from longtail.tail.fingerprint import Fingerprint

if TYPE_CHECKING:
    from longtail.tail.label_tally import LabelTally

__all__ = ["FrequencyCounts", "Missing", "check_missing"]

Missing = Literal["drop", "group"]
"""What becomes of an example without a label: left out, or all such examples are one subpopulation."""


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class FrequencyCounts:
    """Number of examples of each subpopulation.

    Parameters
    ----------
    counts : array of int, shape (n_distinct,)
        Each at least 1; the most frequent first.
    labels : array, shape (n_distinct,), optional
        What the subpopulations are called.
    classes : array, shape (n_distinct,), optional
        The class that each belongs to.
    n_missing : int
        How many examples had no label, or no class where classes are given; ``missing`` says what became of them.
    missing : {"drop", "group"}
        Whether those were left out or made a subpopulation of their own.
    notes : tuple of str
        What was chosen where a file was read.

    Examples
    --------
    >>> birds = FrequencyCounts.from_labels(["wren", "wren", "robin", "owl", None])
    >>> birds.n_samples, birds.n_distinct, birds.fingerprint(1), birds.n_missing
    (4, 3, 2, 1)
    """

    counts: NDArray[np.int64]
    labels: NDArray[Any] | None = None
    classes: NDArray[Any] | None = None
    n_missing: int = 0
    missing: Missing = "drop"
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for array in (self.counts, self.labels, self.classes):
            if array is not None:
                array.setflags(write=False)

    @classmethod
    def from_labels(
        cls, labels: ArrayLike, classes: ArrayLike | None = None, *, missing: Missing = "drop"
    ) -> "FrequencyCounts":
        """Count labels, one an example.

        Parameters
        ----------
        labels : array, shape (n,)
            Numbers or text; ``None`` and NaN are missing.
        classes : array, shape (n,), optional
            The class of each example; subpopulations are then pairs (class, label).
        missing : {"drop", "group"}
            Leave examples without a label (or class) out, or make them a subpopulation.

        Raises
        ------
        InputError
            If there is nothing to count or the lengths differ.
        """
        return cls.from_batches([labels if classes is None else (labels, classes)], missing=missing)

    @classmethod
    def from_batches(
        cls, batches: Iterable[ArrayLike | tuple[ArrayLike, ArrayLike]], *, missing: Missing = "drop"
    ) -> "FrequencyCounts":
        """Count labels that arrive in batches, so that they need never be in memory together.

        Parameters
        ----------
        batches : iterable
            Arrays (NumPy or Arrow) of labels, or pairs of arrays (labels, classes) as tuples.
        missing : {"drop", "group"}
            As for :meth:`from_labels`.
        """
        check_missing(missing)
        from longtail.tail.label_tally import LabelTally  # here, with Arrow, as counts are taken without it

        tally = LabelTally()
        for batch in batches:
            labels, classes = batch if isinstance(batch, tuple) else (batch, None)
            tally.add(labels, classes)
        return cls._from_tally(tally, missing)

    @classmethod
    def from_counts(
        cls, counts: ArrayLike | Mapping[Any, int], labels: ArrayLike | None = None, classes: ArrayLike | None = None
    ) -> "FrequencyCounts":
        """Take counts that were made elsewhere, without zeros.

        Parameters
        ----------
        counts : array or mapping
            Whole numbers of at least 0, or label -> such a number.
        labels : array, optional
            The name of each subpopulation.
        classes : array, optional
            The class of each subpopulation.

        Raises
        ------
        InputError
            If a count is negative, fractional or not a number, or none is positive.
        """
        if isinstance(counts, Mapping):
            from longtail.dataset.gaps import is_missing

            if missing := sum(is_missing(name) for name in counts):
                raise InputError("counts", "name every subpopulation", Said(f"{missing} missing names"), "Drop those.")
            labels, counts = np.asarray(list(counts.keys())), np.asarray(list(counts.values()))
        whole = _whole_counts(counts)
        return cls._sorted(whole, _beside(whole, labels, "labels"), _beside(whole, classes, "classes"))

    @classmethod
    def from_table(
        cls,
        path: str | Path,
        group: str,
        target: str | None = None,
        *,
        count: str | None = None,
        missing: Missing = "drop",
    ) -> "FrequencyCounts":
        """Count a column of a CSV or Parquet file, reading it a batch at a time.

        Parameters
        ----------
        path : path
            Ends in ``.csv``, ``.tsv`` or ``.parquet``. Names are text as it is written; gaps are those of
            :mod:`longtail.dataset.gaps`.
        group : str
            The column that names the subpopulation.
        target : str, optional
            The column that names the class; subpopulations are then pairs (class, label).
        count : str, optional
            The column that says how many examples a row stands for, or ``"rows"``: each for one. By default a column
            called ``count`` or ``abundance`` beside columns of text is summed, and beside others asked about.
        missing : {"drop", "group"}
            As for :meth:`from_labels`.

        Raises
        ------
        InputError
            If a column is not there, counts are no whole numbers, or it is not clear whether there are any.
        """
        check_missing(missing)
        from longtail.tail.label_tally import LabelTally
        from longtail.tail.table_columns import ColumnBatches

        tally = LabelTally()
        batches = ColumnBatches(path=Path(path), group=group, target=target, count=count)
        for labels, classes, counts in batches:
            if counts is None:
                tally.add(labels, classes)
            else:
                tally.add_counted(labels, classes, counts)
        return replace(cls._from_tally(tally, missing), notes=batches.notes)

    def merged(self, *others: "FrequencyCounts") -> "FrequencyCounts":
        """Merge the counts of several sources. The same label is the same subpopulation.

        Raises
        ------
        InputError
            If a source has no labels, since it cannot be told which of its subpopulations are the same.
        """
        sources = (self, *others)
        if any(source.labels is None for source in sources):
            raise InputError("others", "have labels to be merged", Said("counts without labels"))
        if len({source.classes is None for source in sources}) > 1:
            raise InputError("others", "all have classes or none", Said("some with, some without"))
        if len({source.missing for source in sources if source.n_missing}) > 1:
            raise InputError("others", "all drop missing labels or all group them", Said("some of each"))
        from longtail.tail.label_tally import LabelTally

        tally = LabelTally()
        for source in sources:
            assert source.labels is not None
            tally.add_counted(source.labels, source.classes, source.counts)
        together = FrequencyCounts._from_tally(tally, "group")  # what was dropped is no longer among them
        n_missing = sum(source.n_missing for source in sources)
        return FrequencyCounts(
            counts=together.counts,
            labels=together.labels,
            classes=together.classes,
            n_missing=n_missing,
            missing=next((source.missing for source in sources if source.n_missing), self.missing),
        )

    @property
    def n_samples(self) -> int:
        """The number of examples counted."""
        return int(self.counts.sum())

    @property
    def n_distinct(self) -> int:
        """The number of subpopulations seen."""
        return len(self.counts)

    @property
    def fingerprint(self) -> Fingerprint:
        """Numbers of subpopulations, by how often they were seen."""
        return Fingerprint.of(self.counts)

    def by_class(self) -> dict[Any, "FrequencyCounts"]:
        """Return each class on its own, as a population with its own n.

        Raises
        ------
        InputError
            If no classes were given.
        """
        if self.classes is None:
            raise InputError("classes", "be given to split by class", Said("none"))
        names, codes = np.unique(_comparable(self.classes), return_inverse=True)
        order = np.argsort(codes, kind="stable")
        members = np.split(order, np.searchsorted(codes[order], np.arange(1, len(names))))
        return {
            name: FrequencyCounts(counts=self.counts[mine], labels=None if self.labels is None else self.labels[mine])
            for name, mine in zip(names.tolist(), members, strict=True)
        }

    @property
    def warning(self) -> str:
        """Reason why these counts are unfit for estimation, empty if there is none."""
        if self.n_distinct == self.n_samples:
            return (
                f"all {self.n_samples:,} counts are 1: the column may be an identifier; if it is not, nearly all mass "
                "is unseen and nothing repeated, so only bounds can be given"
            )
        if self.n_distinct == 1:
            return "there is one subpopulation only: no tail can be seen"
        return ""

    @classmethod
    def _from_tally(cls, tally: "LabelTally", missing: Missing) -> "FrequencyCounts":
        labels, classes, counts, n_missing = tally.total(group_missing=missing == "group")
        if not len(counts):
            raise InputError(
                "labels",
                "hold at least one value that is not missing",
                Said("an empty column" if not n_missing else f"{n_missing:,} missing values"),
            )
        made = cls._sorted(counts, labels, classes)
        return cls(counts=made.counts, labels=made.labels, classes=made.classes, n_missing=n_missing, missing=missing)

    @classmethod
    def _sorted(
        cls, counts: NDArray[np.int64], labels: NDArray[Any] | None, classes: NDArray[Any] | None
    ) -> "FrequencyCounts":
        order = np.argsort(-counts, kind="stable")
        order = order[counts[order] > 0]
        return cls(
            counts=counts[order],
            labels=None if labels is None else labels[order],
            classes=None if classes is None else classes[order],
        )


def _comparable(classes: NDArray[Any]) -> NDArray[Any]:
    """Return labels that can be compared. Arrow hands text over as objects, among which ``None`` cannot be compared."""
    if classes.dtype != object:
        return classes
    from longtail.dataset.originals import MISSING

    return np.array([MISSING if name is None else name for name in classes], object)


def check_missing(missing: str) -> None:
    """Refuse a choice that is neither."""
    if missing not in ("drop", "group"):
        raise InputError("missing", 'be "drop" or "group"', missing)


def _whole_counts(counts: ArrayLike) -> NDArray[np.int64]:
    given = np.asarray(counts)
    if given.ndim != 1 or given.size == 0:
        held = "none" if given.size == 0 else f"shape {given.shape}"
        raise InputError("counts", "be a list of at least one number", Said(held))
    if given.dtype.kind == "b":
        law = "be how often each was seen"
        raise InputError("counts", law, Said("true and false"), "Labels themselves are counted by from_labels.")
    try:
        numbers = given.astype(np.float64)
    except (TypeError, ValueError):
        bad = next((x for x in given.tolist() if not _is_number(x)), given.tolist()[0])
        raise InputError("counts", "be numbers", bad, "Text is counted by from_labels.") from None
    wrong = ~((numbers >= 0) & (numbers == np.floor(numbers)) & (numbers < 2.0**53))
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        law = "be whole numbers of at least 0 (and below 2**53)"
        raise InputError("counts", law, Said(f"{given[first]} at position {first}"))
    if numbers.sum() >= 2.0**63:
        raise InputError("counts", "add up to less than 2**63", Said(f"{numbers.sum():.3g}"))
    if not numbers.any():
        raise InputError("counts", "hold at least one positive number", Said("zeros only"))
    return numbers.astype(np.int64)


def _is_number(value: object) -> bool:
    try:
        float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
    return True


def _beside(counts: NDArray[np.int64], names: ArrayLike | None, argument: str) -> NDArray[Any] | None:
    if names is None:
        return None
    array = np.array(names)
    if array.shape != counts.shape:
        raise InputError(argument, f"have one entry a count ({len(counts)})", Said(f"shape {array.shape}"))
    return array
