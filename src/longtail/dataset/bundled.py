"""Real data sets that packages ship, by the names that ``longtail`` commands accept. Nothing is downloaded."""

import gzip
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from longtail.dataset.dataset import Dataset
from longtail.errors import InputError, Said

__all__ = ["BUNDLED"]

_FASHION_FOLDER = Path("/usr/share/datasets/fashion-mnist")
_FASHION_CLASSES = (
    "T-shirt/top Trouser Pullover Dress Coat Sandal Shirt Sneaker Bag Ankle_boot".replace("_", "\N{NO-BREAK SPACE}")
).split(" ")


def _digits() -> Dataset:
    table = _digits_file()
    if table is None:
        from sklearn import datasets

        X, y = datasets.load_digits(return_X_y=True)
    else:
        X, y = table[:, :-1], table[:, -1].astype(int)
    return Dataset.from_arrays(X.reshape(-1, 8, 8), y, name="digits")


def _digits_file() -> NDArray[np.float64] | None:
    """Read scikit-learn's own file without the second that its import takes, or return None where it is not there."""
    try:
        place = distribution("scikit-learn").locate_file("sklearn/datasets/data/digits.csv.gz")
        return np.loadtxt(gzip.decompress(Path(str(place)).read_bytes()).decode().splitlines(), delimiter=",")
    except (PackageNotFoundError, OSError, ValueError):
        return None


def _table(name: str, load: str) -> Dataset:
    from sklearn import datasets  # Imported here, because the import takes a second.

    bunch = getattr(datasets, load)()
    names = np.asarray(bunch.target_names)
    return Dataset.from_arrays(
        bunch.data,
        names[bunch.target],
        name=name,
        feature_names=tuple(bunch.feature_names),
    )


def _fashion_mnist() -> Dataset:
    names = np.array(_FASHION_CLASSES)
    parts = {
        part: (_idx(f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28), _idx(f"{part}-labels-idx1-ubyte.gz", 8))
        for part in ("train", "t10k")
    }
    (X, y), (X_test, y_test) = parts["train"], parts["t10k"]
    return Dataset.from_arrays(X, names[y], X_test, names[y_test], name="fashion-mnist")


def _idx(file: str, header: int) -> NDArray[np.uint8]:
    path = _FASHION_FOLDER / file
    if not path.exists():
        remedy = "On Debian: apt-get install dataset-fashion-mnist."
        raise InputError("data", f"be installed in {_FASHION_FOLDER}", Said(f"no {file} there"), remedy)
    return np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8, offset=header)


BUNDLED: dict[str, Callable[[], Dataset]] = {
    "digits": _digits,
    "iris": lambda: _table("iris", "load_iris"),
    "wine": lambda: _table("wine", "load_wine"),
    "breast-cancer": lambda: _table("breast-cancer", "load_breast_cancer"),
    "fashion-mnist": _fashion_mnist,
}
"""Name -> loader."""
