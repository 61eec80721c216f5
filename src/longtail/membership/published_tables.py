"""Tables of shadow models that others made, read as outcomes to be attacked.

``.npz``
    ``inclusion`` (or ``keep``, ``mask``): (models, n) bools; ``confidence`` (or ``scores``): (models, n) floats, the
    logit of the true label's probability; optionally ``correct`` and ``test_confidence``.
A folder
    In the layout of the demo of [Carlini2022]_: anywhere below it, folders ``experiment*``, each with ``keep.npy``, a
    model's mask, and ``scores/<epoch>.npy``, its confidences, of which the last epoch counts, as a number. With several
    augmentations of each example, (n, k), their mean is the example's confidence (the demo averages the k log-ratios
    instead).

Where correctness is not published, an example counts as right when its label has more than half of the probability.
That serves attacks; it is no basis for memorization.
"""

import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.errors import InputError, Said
from longtail.membership.given_numbers import require_confidences
from longtail.outcomes import Outcomes

__all__ = ["read_published_table"]

_INCLUSION, _CONFIDENCE = ("inclusion", "keep", "mask"), ("confidence", "scores")


@checked
def read_published_table(path: Path) -> Outcomes:
    """Read an archive or a folder.

    Raises
    ------
    InputError
        If it is neither, or its arrays do not belong together; the message names the file.

    Examples
    --------
    >>> import tempfile
    >>> archive = Path(tempfile.mkdtemp()) / "shadows.npz"
    >>> np.savez(archive, keep=np.eye(4, dtype=bool), scores=np.zeros((4, 4)))
    >>> read_published_table(archive).n_trials
    4
    """
    if path.is_dir():
        return _from_folder(path)
    if path.suffix == ".npz" and path.is_file():
        return _from_archive(path)
    raise InputError("RUN", "be a run folder, an .npz of masks and confidences, or a folder of experiments", str(path))


def _from_archive(path: Path) -> Outcomes:
    arrays = _loaded(path)
    confidence = _one_of(path, arrays, _CONFIDENCE)
    test = arrays.get("test_confidence")
    inclusion = _one_of(path, arrays, _INCLUSION)
    _require_plausible(path, confidence, inclusion)
    return Outcomes.from_arrays(
        inclusion,
        arrays.get("correct", confidence > 0),
        test_correct=None if test is None else test > 0,
        confidence=confidence,
        test_confidence=test,
    )


def _from_folder(path: Path) -> Outcomes:
    experiments = sorted(each.parent for each in path.rglob("keep.npy") if each.parent.name.startswith("experiment"))
    masks, confidences = [], []
    for experiment in experiments:
        epochs = _epochs(experiment / "scores")
        if epochs:
            confidence = _loaded(epochs[-1])[""]
            masks.append(_loaded(experiment / "keep.npy")[""][: len(confidence)])
            confidences.append(confidence.reshape(len(confidence), -1).mean(axis=1))
    if not masks:
        found = Said(f"{len(experiments)} folders experiment*/ with keep.npy, none with scores, in {path}")
        raise InputError("RUN", "hold experiment*/keep.npy and experiment*/scores/*.npy", found)
    _require_one_length(path, masks + confidences)
    confidence, inclusion = np.stack(confidences), np.stack(masks)
    _require_plausible(path, confidence, inclusion)
    return Outcomes.from_arrays(inclusion, confidence > 0, confidence=confidence)


def _epochs(folder: Path) -> list[Path]:
    """Sort files by the number that ends their name, so that 2 comes before 10.

    A name without a number cannot be placed.
    """
    files = list(folder.glob("*.npy"))
    numbers = {file: re.search(r"(\d+)$", file.stem) for file in files}
    unknown = sorted(file.name for file, number in numbers.items() if number is None)
    if unknown and len(files) > 1:
        law = "be named by their epochs, as in 100.npy, so that the last is known"
        raise InputError(f"{folder}/*.npy", law, Said(", ".join(unknown[:3])))
    epochs = sorted(files, key=lambda file: int(number[1]) if (number := numbers[file]) else 0)
    if len({int(number[1]) for number in numbers.values() if number}) < len(epochs) > 1:
        raise InputError(
            f"{folder}/*.npy", "be of different epochs", Said(", ".join(file.name for file in epochs[-2:]))
        )
    return epochs


def _require_plausible(path: Path, confidence: NDArray[Any], inclusion: NDArray[Any]) -> None:
    """Refuse confidences that are something else. An array of another shape is refused later, with words of its own."""
    if confidence.dtype.kind == "f" and confidence.ndim == 2 and confidence.shape == inclusion.shape:
        require_confidences(path.name, confidence, inclusion=inclusion.astype(bool))


def _loaded(path: Path) -> Mapping[str, NDArray[Any]]:
    """Load the arrays of an ``.npz``, or the one of an ``.npy`` under an empty name, but never a pickle."""
    try:
        with path.open("rb") as file:  # np.load itself would leave a broken archive open.
            loaded = np.load(file, allow_pickle=False)
            if isinstance(loaded, np.ndarray):
                return {"": loaded}
            return {name: loaded[name] for name in loaded.files}
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise InputError(str(path), "hold plain arrays", Said(str(error))) from error


def _one_of(path: Path, arrays: Mapping[str, NDArray[Any]], names: Sequence[str]) -> NDArray[Any]:
    for name in names:
        if name in arrays:
            return arrays[name]
    raise InputError(path.name, f"hold an array named {' or '.join(names)}", Said(", ".join(arrays) or "nothing"))


def _require_one_length(path: Path, arrays: Sequence[NDArray[Any]]) -> None:
    lengths = sorted({len(array) for array in arrays})
    if len(lengths) > 1:
        raise InputError(str(path), "hold masks and scores of the same examples", Said(f"lengths {lengths}"))
