"""Arguments are refused by the law of their annotation, or taken as the value that they stand for."""

import doctest
import inspect
import pickle
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import GapsAllowed, Within, checked
from longtail.errors import InputError

NAN = float("nan")


@checked
def taken(
    whole: int = 0,
    number: float = 0.0,
    yes: bool = False,
    word: str = "",
    kind: Literal["a", "b"] = "a",
    few: Annotated[int, Within(1, 10)] = 1,
    maybe: int | None = None,
    text_or_whole: str | int = 0,
    place: Path = Path(),
    bits: "NDArray[np.bool_] | None" = None,
    codes: "NDArray[np.int64] | None" = None,
    numbers: "NDArray[np.float64] | None" = None,
    anything: ArrayLike = 0,
    array_if_any: ArrayLike | None = None,
    array_or_path: ArrayLike | Path = 0,
    gaps: Annotated[ArrayLike, GapsAllowed] | None = None,
    several: Sequence[float] = (),
    pair: tuple[int, str] = (0, ""),
    counts: "Mapping[int, float] | None" = None,
    rule: Callable[[int], int] = abs,
    unknown: "Nowhere | None" = None,  # type: ignore[name-defined]  # noqa: F821
) -> dict[str, Any]:
    """Hand back the arguments.

    >>> taken(whole=2.0)["whole"]
    2
    """
    return dict(locals())


@pytest.mark.parametrize(
    ("name", "given", "law"),
    [
        ("whole", 1.5, "be a whole number"),
        ("whole", NAN, "be a whole number"),
        ("whole", float("inf"), "be a whole number"),
        ("whole", True, "be a whole number"),
        ("whole", "3", "be a whole number"),
        ("whole", [3], "be a whole number"),
        ("whole", 2**63, "be a whole number of at most 64 bits"),
        ("whole", 1e300, "be a whole number of at most 64 bits"),
        ("number", NAN, "be a number"),
        ("number", np.float32("nan"), "be a number"),
        ("number", "1", "be a number"),
        ("number", None, "be a number"),
        ("number", 1j, "be a number"),
        ("number", np.array([1.0]), "be a number"),
        ("number", np.datetime64("2020-01-01"), "be a number"),
        ("number", 10**400, "be a number below 1.8e308"),
        ("yes", 1, "be True or False"),
        ("word", b"x", "be text"),
        ("kind", "c", 'be "a" or "b"'),
        ("kind", [], 'be "a" or "b"'),
        ("few", 0, "be at least 1"),
        ("few", 11, "be at most 10"),
        ("maybe", "x", "be a whole number"),
        ("text_or_whole", 1.5, "be text or a whole number"),
        ("place", 5, "be a path"),
        ("bits", [0, 2], "be an array of True and False"),
        ("codes", [True, False], "be an array of whole numbers"),
        ("codes", [0.5], "be an array of whole numbers of at most 64 bits"),
        ("codes", [2**70], "be an array of whole numbers of at most 64 bits"),
        ("codes", [NAN], "be an array of whole numbers of at most 64 bits"),
        ("numbers", ["x"], "be an array of numbers"),
        ("numbers", [1.0, None], "be an array of numbers"),
        ("numbers", [[1], [1, 2]], "be an array, with rows of equal length"),
        ("numbers", np.ma.masked_array([1.0, 2.0], [0, 1]), "hold no masked value"),
        ("anything", np.ma.masked_array([1.0, 2.0], [0, 1]), "hold no masked value"),
        ("anything", object(), "be an array or a list"),
        ("array_if_any", np.ma.masked_array([1.0, 2.0], [0, 1]), "hold no masked value"),
        ("array_if_any", object(), "be an array or a list"),
        ("array_or_path", object(), "be an array or a list or a path"),
        ("several", 3.0, "be a list"),
        ("several", "123", "be a list"),
        ("several", [1.0, "x"], "hold items that each are a number"),
        ("several", range(10**12), "hold at most 100,000,000 items"),
        ("pair", (1, 2, 3), "hold 2 items"),
        ("counts", [1], "be a mapping, such as a dict"),
        ("counts", {1: "x"}, "hold items that each are a number"),
        ("rule", 3, "be a function"),
        ("unknown", 3, "be a Nowhere"),
    ],
)
def test_what_breaks_a_law_is_refused_by_name(name: str, given: Any, law: str) -> None:
    with pytest.raises(InputError) as refused:
        taken(**{name: given})
    assert (refused.value.argument, refused.value.law) == (name, law)


def test_values_become_what_they_stand_for() -> None:
    found = taken(
        np.int32(3), Fraction(1, 2), np.bool_(True), place="x", bits=[0, 1], codes=[1.0, 2.0], several=np.arange(2.0)
    )
    assert (found["whole"], type(found["whole"]), found["number"]) == (3, int, Fraction(1, 2))
    assert found["yes"] is True
    assert found["place"] == Path("x")
    assert (found["bits"].dtype, found["codes"].dtype) == (np.dtype(bool), np.dtype(np.int64))
    assert found["several"] == [0.0, 1.0]
    assert taken(numbers=None)["numbers"] is None


def test_what_obeys_is_handed_on_itself() -> None:
    items, values, mask = [1.0, 2.0], np.arange(3.0), np.ma.masked_array([1.0], [0])
    found = taken(several=items, numbers=values, anything=mask)
    assert found["several"] is items
    assert found["numbers"] is values
    assert found["anything"] is mask
    masked = np.ma.masked_array([1.0, 2.0], [0, 1])
    assert taken(gaps=masked)["gaps"] is masked


def test_a_class_checks_its_constructor_and_its_public_methods() -> None:
    """The two ways in; what the class calls for itself is its own affair."""
    part = Half(total=3)
    assert part.share(2) == 1.5
    for call in (lambda: Half(total="x"), lambda: part.share("x"), lambda: Half.made("x")):
        with pytest.raises(InputError):
            call()
    assert pickle.loads(pickle.dumps(part)) == part


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """A total to be shared."""

    total: int

    def share(self, among: int) -> float:
        """One part."""
        return self.total / among

    @classmethod
    def made(cls, total: int) -> "Half":
        """Another way."""
        return cls(total=total)


def test_a_checked_function_stays_the_module_s_own() -> None:
    """Its examples still run, its signature is still read, and it still travels between processes."""
    found = doctest.DocTestFinder().find(sys.modules[__name__], "here")
    assert any(test.name == "here.taken" and test.examples for test in found)
    assert list(inspect.signature(taken).parameters)[:2] == ["whole", "number"]
    assert pickle.loads(pickle.dumps(taken)) is taken
    with pytest.raises(TypeError, match="unexpected keyword"):
        taken(nothing=1)


def test_each_of_the_rest_is_checked():
    """What is given beyond the named places has the law of its annotation, each by itself."""

    @checked
    def total(first: int, *rest: int, scale: int = 1) -> int:
        return (first + sum(rest)) * scale

    assert total(1, 2, 3, scale=2) == 12
    for given in ((1, 2, 2.5), (1, "2"), (0.5, 1)):
        with pytest.raises(InputError, match="whole number"):
            total(*given)
