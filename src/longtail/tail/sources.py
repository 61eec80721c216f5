"""The tail of DATA, whatever the user typed: a table with a column of groups, counts, or examples with features."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.dataset.column_choice import TABLES, require_column
from longtail.errors import InputError, Said, parameter
from longtail.tail.clustered import ClusteredTail, clustered_tail
from longtail.tail.equal_coverage import CoverageComparison, compare_at_coverage
from longtail.tail.frequency_counts import FrequencyCounts, Missing, check_missing
from longtail.tail.overview import TailOverview, overview
from longtail.tail.resolutions import ResolutionRange, resolution_range
from longtail.tail.tail_fit import Shape
from longtail.tail.trimming import require_draws
from longtail.tail.unit_rows import UnitRows, unit_rows

if TYPE_CHECKING:
    from longtail.dataset.dataset import Dataset

__all__ = ["compared_tails", "tail_of_data"]

_COUNTS = {".txt", ".counts", ".dat"}
_PAPERS_CLASSES = 10


@checked
def tail_of_data(
    data: str,
    *,
    group: str | None = None,
    target: str | None = None,
    by: str | None = None,
    count: str | None = None,
    together: str | None = None,
    embedding: Path | None = None,
    text: str | None = None,
    guess_probability: float | None = None,
    n_classes: int | None = None,
    missing: Missing = "drop",
    shape: Shape | None = None,
    level: float = 0.95,
) -> TailOverview | ResolutionRange | ClusteredTail:
    """Gather what DATA says at the groups it names. Where it names none, use a range of radii.

    Parameters
    ----------
    data : str
        A table, a file with one count a line, or anything that :func:`~longtail.dataset.load_dataset` loads.
    group, target, by : str, optional
        Columns of a table: of subpopulations, of classes, and of subgroups whose costs are compared.
    count : str, optional
        Of a table with groups: the column that says how many examples a row stands for, or ``"rows"``.
    together : str, optional
        Of a table with groups: the column whose equal rows are one unit, a customer or a patient.
    embedding : Path, optional
        An ``.npy`` array with one row for each example, test examples last, instead of its features.
    text : str, optional
        Of a table or a folder of Hugging Face: the column whose words are the features.
    guess_probability, n_classes
        How well a label is guessed without its examples. Where neither is given the costs are hypothetical, with the
        classes of the data, or the paper's ten.
    missing : {"drop", "group"}
        What becomes of rows without a group.
    shape : {"zipf", "lognormal", "pitman-yor"}, optional
        A parametric tail to fit and test besides.
    level : float
        Of every interval.

    Raises
    ------
    InputError
        If the counts cannot be of independent draws, or what was asked for does not go together.
    """
    check_missing(missing)
    if together is not None:
        others: dict[str, object] = {
            "target": target,
            "by": by,
            "embedding": embedding,
            "text": text,
            "fit": shape,
        }
        _refuse(others, "rows that belong together")
        return clustered_tail(**_columns_of_units(Path(data), group, together, count), level=level)
    suffix = Path(data).suffix.lower()
    if suffix in _COUNTS | {*TABLES} and not Path(data).is_file():
        raise InputError("data", "be a file that exists", data)
    if suffix in _COUNTS:
        columns = {"group": group, "target": target, "by": by, "count": count, "text": text}
        _refuse({**columns, "embedding": embedding}, "a file of counts")
        counts, subgroups = FrequencyCounts.from_counts(_lines_of_counts(Path(data))), None
    elif suffix in TABLES and group is not None:
        _refuse({"embedding": embedding, "text": text}, "a table with groups")
        counts = FrequencyCounts.from_table(data, group, target, count=count, missing=missing)
        subgroups = None if by is None else FrequencyCounts.from_table(data, group, by, count=count, missing=missing)
    elif suffix in TABLES and target is None:
        law = f"name the column of subpopulations (or {parameter('target')} the column of classes)"
        raise InputError("group", law, Said("none"))
    else:
        _refuse({"by": by, "count": count}, "data without a column of groups")
        from longtail.dataset.loading import load_dataset  # Imported here, because counts and tables need none of it.

        dataset = load_dataset(data, target, group, text=text, embedding=embedding)
        known = _known(guess_probability, n_classes, len(dataset.class_names))
        if dataset.group is None or embedding is not None:
            _refuse({"fit": shape}, "subpopulations that have to be found")
            features = _comparable(dataset) if embedding is None else dataset.X
            return replace(resolution_range(features, dataset.y, level=level, **known), notes=dataset.notes)
        counts, subgroups = FrequencyCounts.from_labels(dataset.group, dataset.labels), None
    require_draws("data", counts.fingerprint)
    in_data = 0 if counts.classes is None else len(counts.by_class())
    known = _known(guess_probability, n_classes, in_data)
    return overview(counts, subgroups=subgroups, shape=shape, level=level, **known)


@checked
def compared_tails(
    data: str,
    against: str,
    *,
    group: str | None = None,
    count: str | None = None,
    together: str | None = None,
    missing: Missing = "drop",
    coverage: float | None = None,
    level: float = 0.95,
) -> CoverageComparison:
    """Compare the subpopulations of two tables, or files of counts, at equal coverage.

    Parameters
    ----------
    data, against : str
        Tables with the same columns, or files with one count a line.
    group, count, together, missing
        As for :func:`tail_of_data`.
    coverage, level : float
        As for :func:`~longtail.tail.compare_at_coverage`.

    Raises
    ------
    InputError
        If a file is no such table, its counts cannot be of independent draws, or it does not reach the coverage.
    """
    check_missing(missing)
    draws: list[FrequencyCounts | UnitRows] = []
    for argument, each in (("data", data), ("against", against)):
        path = Path(each)
        if path.suffix.lower() not in _COUNTS | {*TABLES} or not path.is_file():
            raise InputError(argument, "be a table, or a file of counts, that exists", each)
        if together is not None:
            draws.append(unit_rows(**_columns_of_units(path, group, together, count)))
            continue
        if path.suffix.lower() in _COUNTS:
            _refuse({"group": group, "count": count}, "a file of counts")
            counts = FrequencyCounts.from_counts(_lines_of_counts(path))
        elif group is None:
            raise InputError("group", "name the column of subpopulations", Said("none"))
        else:
            counts = FrequencyCounts.from_table(path, group, count=count, missing=missing)
        require_draws(argument, counts.fingerprint)
        draws.append(counts)
    return compare_at_coverage(draws[0], draws[1], coverage=coverage, level=level)


def _columns_of_units(path: Path, group: str | None, together: str, count: str | None) -> dict[str, Any]:
    """Read kind, unit and count of each row of a table, as :func:`~longtail.tail.clustered_tail` takes them."""
    if path.suffix.lower() not in TABLES or not path.is_file():
        raise InputError("data", "be a table that exists, for rows that belong together", str(path))
    if group is None or group == together:
        law = f"name the column of subpopulations, beside {parameter('together')}"
        raise InputError("group", law, Said("none") if group is None else group)
    import pyarrow as pa  # here, with what needs it, because a file of counts is read without

    from longtail.dataset.tables import column_names
    from longtail.tail.table_columns import ColumnBatches

    require_column("together", column_names(path), together)
    batches = list(ColumnBatches(path=path, group=group, target=together, count=count))
    columns: list[tuple[Any, Any]] = [(kinds, units) for kinds, units, _ in batches]
    labels, units = (pa.concat_arrays([part for pair in columns for part in pair[place].chunks]) for place in (0, 1))
    counts = [batch[2] for batch in batches if batch[2] is not None]
    return {"labels": labels, "together": units, "counts": np.concatenate(counts) if counts else None}


def _lines_of_counts(path: Path) -> list[str]:
    """Read a text file that holds one count a line. Empty lines and ``#`` remarks are left out."""
    if not path.is_file():
        raise InputError("data", "be a file that exists", str(path))
    with path.open(encoding="utf-8", errors="replace") as lines:
        stripped = (line.split("#", 1)[0].strip() for line in lines)
        return [line for line in stripped if line]


def _comparable(dataset: "Dataset") -> NDArray[np.float32]:
    """Return pixels as they are, and columns in unlike units scaled, so that no column decides by its unit."""
    if dataset.image_shape is not None:
        return dataset.X
    varies = np.ptp(dataset.X, axis=0) > 0
    # A constant column tells no examples apart, so its spread does not matter.
    spread = np.where(varies, dataset.X.std(axis=0, dtype=np.float64), 1.0)
    return (dataset.X / spread).astype(np.float32)


def _known(guess_probability: float | None, n_classes: int | None, classes_in_data: int) -> dict[str, Any]:
    if guess_probability is None and n_classes is None:
        n_classes = classes_in_data if classes_in_data >= 2 else _PAPERS_CLASSES
    return {"guess_probability": guess_probability, "n_classes": n_classes}


def _refuse(options: dict[str, object], what: str) -> None:
    for option, value in options.items():
        if value is not None:
            raise InputError(option, f"be left out for {what}", str(value))
