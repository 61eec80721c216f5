"""Whatever a public function is given, it answers, or refuses in one line and in time.

The calls are those of the docstrings' examples, with one argument at a time replaced by a value that no law allows, or
that is at the edge of one. What may come out is an answer, an error of longtail's, a ValueError of NumPy's or a
TypeError; an IndexError, an OverflowError or an AttributeError tells that nobody looked.

Every run tries the same sample (seed 0), two values for each argument of each call, so it cannot fail by chance;
``LONGTAIL_HOSTILE=1.0`` in the environment tries all of them, which takes an hour.
"""

import ast
import contextlib
import copy
import doctest
import importlib
import io
import os
import pkgutil
import random
import signal
import traceback
import warnings
from collections.abc import Iterator
from decimal import Decimal
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

import longtail
from longtail.errors import LongtailError

HOSTILE: dict[str, Any] = {
    "None": None,
    "nan": float("nan"),
    "inf": float("inf"),
    "-inf": -float("inf"),
    "minus one": -1,
    "zero": 0,
    "True": True,
    "beyond 64 bits": 2**70,
    "far below": -(2**70),
    "beyond float32": 1e300,
    "fraction": 1.5,
    "complex": 1j,
    "decimal": Decimal("0.5"),
    "no text": "",
    "text": "x",
    "controls": "\x1b[31m\x00",
    "bytes": b"x",
    "no list": [],
    "empty row": [[]],
    "list of None": [None],
    "list of nan": [float("nan")],
    "list of text": ["x"],
    "list of a huge number": [2**70],
    "ragged": [[1], [1, 2]],
    "no numbers": np.array([]),
    "no rows": np.zeros((0, 3)),
    "three axes": np.zeros((2, 2, 2)),
    "no axis": np.array(3.0),
    "masked": np.ma.masked_array([1.0, 2.0, 3.0], [0, 1, 0]),
    "objects": np.array([None, "a", 1], dtype=object),
    "mask": np.array([True, False, True]),
    "dates": np.array(["2020-01-01"], dtype="datetime64[D]"),
    "mapping": {},
    "anything": object(),
}
ALLOWED = (LongtailError, ValueError, TypeError)
SHARE = float(os.environ.get("LONGTAIL_HOSTILE", "0"))
SECONDS = 60  # of a call, by the processor; the slowest, an account of private training, takes five
SLOW = {"analysis", "cli", "experiments", "report", "runs", "study"}  # their examples load or train for seconds


class TooLong(BaseException):
    """A call did not end in time."""


def modules() -> list[str]:
    """Those whose examples are quick, and that need no PyTorch where there is none."""
    found = [module.name for module in pkgutil.walk_packages(longtail.__path__, "longtail.")]
    torch = ["opacus_training", "torch_rounding", "tangent_of_torch"]
    absent = ["networks", *([] if find_spec("torch") else torch)]
    return [name for name in found if name.split(".")[1] not in SLOW and not any(part in name for part in absent)]


def replaced(tree: ast.Module, place: int, argument: int) -> ast.Module:
    """The same code, with one argument of its call at ``place`` named HOSTILE_VALUE."""
    made = copy.deepcopy(tree)
    call = [node for node in ast.walk(made) if isinstance(node, ast.Call)][place]
    name = ast.Name("HOSTILE_VALUE", ast.Load())
    if argument < len(call.args):
        call.args[argument] = name
    else:
        call.keywords[argument - len(call.args)].value = name
    return ast.fix_missing_locations(made)


def calls(tree: ast.Module, names: dict[str, Any]) -> Iterator[tuple[int, ast.Call]]:
    """The calls of longtail's functions within an example."""
    for place, node in enumerate(node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        with contextlib.suppress(Exception):
            function = eval(compile(ast.Expression(node.func), "called", "eval"), dict(names))
            owner = type(getattr(function, "__self__", None)).__module__
            if f"{getattr(function, '__module__', '')}".startswith("longtail") or owner.startswith("longtail"):
                yield place, node


def attempt(tree: ast.Module, names: dict[str, Any]) -> str:
    """Run a call; what was wrong with how it ended, or nothing."""

    def stop(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(action="ignore"):
            exec(compile(tree, "example", "exec"), names)
    except LongtailError as error:
        said = str(error)
        return "" if said.isprintable() and len(said) < 1200 else f"not one short line: {said!r}"
    except ALLOWED:  # NumPy's AxisError is a ValueError, and an IndexError as well
        return ""
    except (Exception, TooLong) as error:
        own = traceback.extract_tb(error.__traceback__)[-1].filename == "example"  # what it does with an answer
        return "" if own else repr(error)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return ""


def faults(name: str) -> list[str]:
    """Each call of a module's examples that ended as none may, with the value that did it."""
    rng, found = random.Random(f"0 {name}"), []
    for example in doctest.DocTestFinder().find(importlib.import_module(name), name):
        names = dict(example.globs)
        for part in example.examples:
            tree = ast.parse(part.source)
            for place, call in calls(tree, names):
                for argument in range(len(call.args) + len(call.keywords)):
                    for label in rng.sample(sorted(HOSTILE), max(2, round(SHARE * len(HOSTILE)))):
                        changed = replaced(tree, place, argument)
                        if wrong := attempt(changed, {**names, "HOSTILE_VALUE": HOSTILE[label]}):
                            found.append(f"{example.name}: {ast.unparse(changed)} with {label}: {wrong}")
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    exec(compile(tree, "example", "exec"), names)
            except LongtailError:  # an example of what is refused
                break
    return found


@pytest.mark.parametrize("name", modules())
def test_no_value_ends_in_an_error_that_nobody_meant(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert faults(name) == []
