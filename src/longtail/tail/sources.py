"""The tail of DATA, whatever the user typed: a table with a column of groups, counts, or examples with features."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.dataset.column_choice import require_column
from longtail.dataset.dataset import Dataset
from longtail.dataset.tables import clean_batches, column_names
from longtail.errors import InputError, Said, parameter
from longtail.tail.clustered import ClusteredTail, clustered_tail
from longtail.tail.frequency_counts import FrequencyCounts, Missing, check_missing
from longtail.tail.overview import TailOverview, overview
from longtail.tail.resolutions import ResolutionRange, resolution_range
from longtail.tail.table_columns import lines_of_counts
from longtail.tail.tail_fit import Shape

__all__ = ["tail_of_data"]

_TABLES = {".csv", ".tsv", ".parquet"}
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
    """
    check_missing(missing)
    if together is not None:
        others: dict[str, object] = {
            "target": target,
            "by": by,
            "count": count,
            "embedding": embedding,
            "text": text,
            "fit": shape,
        }
        _refuse(others, "rows that belong together")
        return _clustered(Path(data), group, together, level)
    suffix = Path(data).suffix.lower()
    if suffix in _COUNTS | _TABLES and not Path(data).is_file():
        raise InputError("data", "be a file that exists", data)
    if suffix in _COUNTS:
        columns = {"group": group, "target": target, "by": by, "count": count, "text": text}
        _refuse({**columns, "embedding": embedding}, "a file of counts")
        counts, subgroups = FrequencyCounts.from_counts(lines_of_counts(Path(data))), None
    elif suffix in _TABLES and group is not None:
        _refuse({"embedding": embedding, "text": text}, "a table with groups")
        counts = FrequencyCounts.from_table(data, group, target, count=count, missing=missing)
        subgroups = None if by is None else FrequencyCounts.from_table(data, group, by, count=count, missing=missing)
    elif suffix in _TABLES and target is None:
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
    in_data = 0 if counts.classes is None else len(counts.by_class())
    known = _known(guess_probability, n_classes, in_data)
    return overview(counts, subgroups=subgroups, shape=shape, level=level, **known)


def _clustered(path: Path, group: str | None, together: str, level: float) -> ClusteredTail:
    if path.suffix.lower() not in _TABLES or not path.is_file():
        raise InputError("data", "be a table that exists, for rows that belong together", str(path))
    if group is None or group == together:
        law = f"name the column of subpopulations, beside {parameter('together')}"
        raise InputError("group", law, Said("none") if group is None else group)
    for argument, column in {"group": group, "together": together}.items():
        require_column(argument, column_names(path), column)
    batches = [batch for batch, _ in clean_batches(path, [group, together])]
    labels, units = (
        pa.concat_arrays([part for batch in batches for part in batch[name].chunks]) for name in (group, together)
    )
    return clustered_tail(labels, units, level=level)


def _comparable(dataset: Dataset) -> NDArray[np.float32]:
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
