"""What holds for all tests.

One thread for every matrix product, here and in the processes that tests start: products are small, and a second thread
that waits for the next one takes as much of a processor as one that works. Trials have one thread in any case.

One process for all trials, unless a test asks for more: a worker takes seconds to import what it needs for work of
milliseconds.

What is written is not waited for by the disk: tests kill processes, but none cuts the power, and an audit waits two
hundred times. That the product asks for it, and in which order, is tested in `tests/test_whole_files.py`.

Modules that need a library which is not installed have no doctests; their tests say so when they are skipped.
"""

import gc
import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

for library in ("OPENBLAS", "OMP", "MKL"):  # read when NumPy is imported, which is after this
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")
os.environ.setdefault("LOKY_MAX_CPU_COUNT", "1")  # what joblib counts as cores, where nobody says how many jobs

ABSENT = [package for package in ("torch", "opacus", "transformers", "lightning") if not find_spec(package)]

gc.disable()  # what is imported and collected stays till the end: nothing of it can be garbage
gc.set_threshold(20_000, 20, 20)  # and of what a test leaves there is little: looked for more rarely than by default
os.fsync = os.fstat  # refuses what is no open file, and waits for nothing


def needs_what_is_absent(file: Path) -> bool:
    """Return whether a module imports, at its top, a library that is not installed."""
    wanted = tuple(f"{verb} {package}" for verb in ("import", "from") for package in ABSENT)
    return bool(wanted) and any(line.startswith(wanted) for line in file.read_text(encoding="utf-8").splitlines())


collect_ignore = [str(file) for file in (Path(__file__).parent / "src").rglob("*.py") if needs_what_is_absent(file)]


def pytest_collection_finish() -> None:
    """Let collections of garbage pass over what was imported and collected, which stays till the end."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="module", autouse=True)
def what_a_module_leaves() -> Iterator[None]:
    """Let later collections pass over what a module imported and cached: each would take longer than the one before."""
    yield
    gc.collect()
    gc.freeze()
