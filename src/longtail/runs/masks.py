"""Bring your own training loop, the way out: the subsets of a study, for models that are trained elsewhere.

The run folder holds a frozen study whose learner is somebody else's, and what that somebody needs: the examples in the
study's order as features (``data.npz``) and, of a table, as they are (``rows.arrow``), who is in which trial
(``masks.npz``), and how to write the answer (``README.md``). The way back is :mod:`longtail.runs.recording`, from a
script, or :mod:`longtail.runs.imported_logits`, from files.
"""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.dataset.raw_rows import has_rows, rows_table
from longtail.errors import InputError
from longtail.learners.learner import Predictions
from longtail.outcomes import Task
from longtail.randomness import integer_seed
from longtail.runs.handed_out import DATA_FILE, MASKS_FILE, ROWS_FILE
from longtail.runs.measure import DataSource
from longtail.runs.run_folder import RunFolder, Study
from longtail.runs.script_source import source_held, with_source
from longtail.trials import SubsetDesign, TrialSet
from longtail.whole_files import write_atomically

__all__ = ["TRAINED_ELSEWHERE", "TrainedElsewhere", "require_masks", "write_masks"]

TRAINED_ELSEWHERE = "trained elsewhere"
"""The version of a learner that is not here."""

_README = "README.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedElsewhere:
    """A learner that is not here: a name, and nothing that can be run.

    Parameters
    ----------
    name : str
        What people call it; change it when its training changes, since nothing else tells two of them apart.
    """

    name: str

    @property
    def version(self) -> str:
        """Version, which is unknown: the models were trained elsewhere."""
        return TRAINED_ELSEWHERE

    @property
    def executor(self) -> Literal["threads", "processes"]:
        """Executor that the protocol asks for. It is never used."""
        return "processes"

    def describe(self) -> dict[str, Any]:
        """Return no settings, since none are known."""
        return {}

    def fit_predict(self, *_: Any, **__: Any) -> Predictions:
        """Refuse: it is trained elsewhere."""
        raise InputError("learner", "be one that can be run here", self.name, "Read its logits with longtail import.")


@checked
def write_masks(source: DataSource, dataset: Dataset, design: SubsetDesign, out: str | Path, name: str) -> None:
    """Freeze a study of a learner that is trained elsewhere, and write what its training needs.

    Parameters
    ----------
    source, dataset, design
        What is studied; more trials than before leave the earlier subsets as they are.
    out : path
        The run folder.
    name : str
        Of the learner, see :class:`TrainedElsewhere`.

    Raises
    ------
    StudyMismatchError
        If the folder holds another study.
    """
    folder = RunFolder(Path(out))
    trial_set = with_source(TrialSet.of(dataset, TrainedElsewhere(name=name), design), source_held(folder))
    folder.check(trial_set, source.group)
    subsets = [design.inclusion(dataset.n_train, trial, dataset.together) for trial in range(design.n_trials)]
    seeds = [integer_seed(design.seed, "learner", trial) for trial in range(design.n_trials)]
    arrays: dict[str, NDArray[Any]] = {
        "X": dataset.X,
        "y": dataset.y if dataset.target is None else dataset.target,
        "X_test": dataset.X_test,
        "y_test": dataset.y_test if dataset.target_test is None else dataset.target_test,
        "position": dataset.position,
        "position_test": dataset.position_test,
        "class_names": np.array(dataset.class_names),
    }
    if dataset.task != "classification":
        arrays["task"] = np.array(dataset.task)
    if dataset.together is not None:
        arrays["together"] = dataset.together
    if dataset.image_shape is not None:
        arrays["image_shape"] = np.array(dataset.image_shape)
    masks: dict[str, NDArray[Any]] = {"inclusion": np.array(subsets), "seed": np.array(seeds)}
    rows = _rows_content(dataset) if has_rows(dataset) else None
    if rows is not None:
        masks["rows_sha256"] = np.array(hashlib.sha256(rows).hexdigest())
    with folder.writing():
        folder.freeze(source.study(trial_set, design.n_trials))
        _write_arrays(folder.path / DATA_FILE, compress=False, **arrays)
        if rows is not None:
            write_atomically(folder.path / ROWS_FILE, rows)
        _write_arrays(folder.path / MASKS_FILE, compress=True, **masks)
        text = _readme(dataset, design, folder.path)
        write_atomically(folder.path / _README, text.encode())


def require_masks(folder: RunFolder, study: Study) -> None:
    """Refuse a run whose models are not trained elsewhere.

    Raises
    ------
    InputError
        If ``longtail masks`` did not make it.
    """
    if study.identity["learner"]["version"] != TRAINED_ELSEWHERE:
        raise InputError("RUN", "be made by longtail masks", str(folder.path))


def _write_arrays(path: Path, compress: bool, **arrays: NDArray[Any]) -> None:
    buffer = io.BytesIO()
    (np.savez_compressed if compress else np.savez)(buffer, **arrays)  # type: ignore[arg-type]
    write_atomically(path, buffer.getvalue())


def _rows_content(dataset: Dataset) -> bytes:
    """Arrow's file format (also known as Feather): it keeps every type, and the levels of categories in their order."""
    table, sink = rows_table(dataset), pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def _readme(dataset: Dataset, design: SubsetDesign, run: Path) -> str:
    words = _WORDS[dataset.task]
    n_all = dataset.n_train + dataset.n_test
    shape = (n_all, dataset.n_classes) if dataset.task == "classification" else (n_all,)
    rows = (
        f"| rows.arrow | | {n_all} rows | training, then test rows as they are in your table: Arrow's file format, "
        "`pandas.read_feather` |\n"
        if has_rows(dataset)
        else ""
    )
    what = words.y.format(last=dataset.n_classes - 1)
    if dataset.image_shape is not None:
        what += f"; a picture is {dataset.image_shape} (`image_shape`)"
    classes = (
        f"| data.npz | `class_names` | {(dataset.n_classes,)} | the name of class 0, 1, ...; column k of the logits is "
        "class k |\n"
        if dataset.task == "classification"
        else ""
    )
    return f"""# The subsets of a study: train the models anywhere, then read their {words.answers} back

{design.n_trials} trials on {dataset.name}: {dataset.n_train} training and {dataset.n_test} test examples\
{f", {dataset.n_classes} classes" if dataset.task == "classification" else ""}.

| file | array | shape | |
|---|---|---|---|
| data.npz | `X`, `y` | {dataset.X.shape}, {dataset.y.shape} | training examples, {what} |
| data.npz | `X_test`, `y_test` | {dataset.X_test.shape}, {dataset.y_test.shape} | test examples |
| data.npz | `position`, `position_test` | {dataset.position.shape}, {dataset.position_test.shape} | their rows in \
the data as given, from 0 |
{classes}{rows}| masks.npz | `inclusion` | {design.n_trials, dataset.n_train} | true where the trial trains on the \
example |
| masks.npz | `seed` | {(design.n_trials,)} | of the trial's initialization and order |

For each trial, train on its examples alone, with a random state of its own, and record one float array of shape \
{shape}: {words.recorded} of all training examples, in and out, then of all test examples. Nothing else \
may differ from trial to trial.{words.more}

## In Python, where longtail is installed

```python
import longtail

for number in longtail.missing_trials("{run}"):
    with longtail.trial("{run}", number) as trial:
        model = train({words.train}, seed=trial.seed)  # or your own data, at trial.members
        trial.record(model({words.asked}))
```

## Anywhere else

```python
import numpy as np

data, masks = np.load("data.npz"), np.load("masks.npz")
for t, inside in enumerate(masks["inclusion"]):
    {words.elsewhere}
    np.save(f"{words.answers}/trial-{{t}}.npy", answer.astype("float32"))
```

Then, as often as there are new ones:

    longtail import {run} {words.answers}
    longtail scores {run}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """Words of a README, by what is learned."""

    answers: str
    y: str
    recorded: str
    more: str
    train: str
    asked: str
    elsewhere: str


_OF_FEATURES = (
    'model = train(data["X"][inside], data["y"][inside], seed=int(masks["seed"][t]))\n'
    '    answer = model(np.concatenate([data["X"], data["X_test"]]))'
)
_WORDS: dict[Task, _Words] = {
    "classification": _Words(
        answers="logits",
        y="classes 0 to {last}",
        recorded="the logits",
        more="",
        train="trial.X, trial.y",
        asked="trial.X_eval",
        elsewhere=_OF_FEATURES,
    ),
    "regression": _Words(
        answers="predictions",
        y="numbers in the target's own unit",
        recorded="the predictions, in the target's own unit,",
        more="",
        train="trial.X, trial.y",
        asked="trial.X_eval",
        elsewhere=_OF_FEATURES,
    ),
    "language": _Words(
        answers="losses",
        y="weights of hashed words, and zeros: the texts are in rows.arrow",
        recorded="the log loss in nats a token",
        more=(
            " In Python the loss of each token is taken as well: for each text an array of them; the report then "
            "shows which are memorized."
        ),
        train="trial.texts",
        asked="trial.texts_eval",
        elsewhere=(
            'texts = np.array(pandas.read_feather("rows.arrow").iloc[:, 0])\n'
            '    model = train(texts[: len(inside)][inside], seed=int(masks["seed"][t]))\n'
            "    answer = model(texts)"
        ),
    ),
}
