"""Attributions with their provenance: of which data and learner, from which models, by which penalty."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.whole_files import whole_file

__all__ = ["Attributions"]


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Attributions:
    """The worth of each training example to the margin of each test example, up to a scale.

    NumPy takes it as its values: ``inclusion @ attributions`` predicts how subsets order a margin.

    Parameters
    ----------
    value : (n, n_test) float32 array
        Larger where the example helps more. The scale is free: margins are not predicted, their order over subsets is.
    data_hash : str
        Content hash of the data set, :attr:`longtail.dataset.Dataset.content_hash`.
    learner : dict
        Name, version and settings of what was trained.
    n_models, seed : int
        How many models, and the address of all their randomness.
    fraction : float
        Share of the training examples that each model was trained on.
    penalty : float
        Of the linear system, in units of the kernel's median diagonal.
    agreement : float
        Mean correlation over test examples of predicted with actual margins of the models themselves: what the penalty
        was chosen by. It is no linear datamodeling score: the models are few, and their seeds differ.
    method : str
        In words.
    """

    value: NDArray[np.float32]
    data_hash: str
    learner: dict[str, Any]
    n_models: int
    seed: int
    fraction: float
    penalty: float
    agreement: float
    method: str

    def __post_init__(self) -> None:
        self.value.flags.writeable = False

    def __repr__(self) -> str:
        n, n_test = self.value.shape
        return f"Attributions({n:,} training and {n_test:,} test examples, {self.n_models} models, {self.method})"

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Return the values, so that NumPy reads the object as an array."""
        return np.array(self.value, dtype=dtype, copy=copy)

    def save(self, path: Path) -> None:
        """Write values and provenance to an ``.npz`` file, which ``longtail judge`` reads."""
        with whole_file(path) as partial, Path(partial).open("wb") as file:
            np.savez(
                file,
                influence=self.value,
                data_hash=self.data_hash,
                provenance=json.dumps(self.provenance, sort_keys=True),
            )

    @property
    def provenance(self) -> dict[str, Any]:
        """Everything but the values, as plain data."""
        names = ("data_hash", "learner", "n_models", "seed", "fraction", "penalty", "agreement", "method")
        return {name: getattr(self, name) for name in names}
