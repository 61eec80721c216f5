"""What the checks look at: a data set, the columns of its table, and which examples are copies of which."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from longtail.dataset import Dataset
from longtail.dataset.copies import Copies, copies_among
from longtail.dataset.example_codes import example_codes
from longtail.dataset.gaps import Column
from longtail.dataset.tied_copies import set_aside_here

__all__ = ["Subject"]


@dataclass(frozen=True)
class Subject:
    """Data under inspection.

    Parameters
    ----------
    dataset : Dataset
        All of it, or the part that is studied.
    options : str
        How a command line names it after DATA, for the commands that are suggested.
    """

    dataset: Dataset
    options: str = ""

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """Rows in the data as given, of the training and then the test examples."""
        return np.concatenate([self.dataset.position, self.dataset.position_test])

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        """Class codes of the training and then the test examples."""
        return np.concatenate([self.dataset.y, self.dataset.y_test])

    @cached_property
    def training(self) -> NDArray[np.intp]:
        """Positions of the training examples among all."""
        return np.arange(self.dataset.n_train)

    @property
    def set_aside_here(self) -> bool:
        """True if the test examples are a random part of the rows that training examples are from."""
        return set_aside_here(self.dataset)

    @cached_property
    def copies(self) -> Copies:
        """Copies among the training and then the test examples."""
        data = self.dataset
        found = copies_among(data.X, data.X_test, one_unit=data.image_shape is not None)
        has_text = data.originals is not None and data.originals.text is not None
        return replace(found, exact=example_codes(data)) if has_text else found

    @cached_property
    def columns(self) -> dict[str, Column]:
        """Columns that models learn from, as they were given, of the training and then the test examples.

        Those of the table, without the one that is a text; of arrays, the features. Pixels are none.
        """
        given, dataset = self.dataset.originals, self.dataset
        if dataset.image_shape is not None:
            return {}
        if given is not None and given.column_of_feature:
            table = given.table.select(list(given.for_models)).take(pa.array(self.places, pa.int64()))
            return {name: table.column(name) for name in table.column_names if name != given.text}
        if given is not None:
            return {}
        values = np.concatenate([dataset.X, dataset.X_test])
        return {
            name: pa.chunked_array([pa.array(values[:, place])]) for place, name in enumerate(dataset.feature_names)
        }

    def row_of(self, example: int) -> int:
        """Return the row in the data as given of an example, of the training examples and then the test examples."""
        return int(self.places[example])
