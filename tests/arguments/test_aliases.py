"""Aliases that a ``type`` statement makes, plain and generic, and NumPy's own, of whatever version."""

import sys
from typing import Any, TypeVar, get_args, get_origin

import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.arguments.aliases import resolved

Item = TypeVar("Item")


def test_arrays_are_recognized_whatever_their_alias_is_made_of() -> None:
    found = resolved(NDArray[np.int64])
    assert get_origin(found) is np.ndarray
    assert get_args(get_args(found)[1]) == (np.int64,)


@pytest.mark.parametrize("annotation", [int, list[int], int | None, Any, "text", np.ndarray, np.int64])
def test_what_is_no_alias_stays(annotation: Any) -> None:
    assert resolved(annotation) is annotation


@pytest.mark.skipif(sys.version_info < (3, 12), reason="aliases of their own came with Python 3.12")
def test_an_alias_of_an_alias_is_followed() -> None:
    from typing import TypeAliasType  # type: ignore[attr-defined, unused-ignore]

    listed = TypeAliasType("listed", list[Item], type_params=(Item,))
    assert resolved(TypeAliasType("whole", int)) is int
    assert resolved(TypeAliasType("wholes", listed[int])) == list[int]
