"""Kernels compile with and without a place to keep them."""

import errno
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest

from longtail.compilation import compiled, read_only


def successor(x):
    return x + 1


def test_keeps_machine_code_where_it_can():
    kernel = compiled(successor)
    assert kernel(1) == 2
    assert kernel.stats.cache_path


def test_compiles_where_nothing_can_be_kept():
    """A function without a source file stands for a package and a home that cannot be written to: same refusal."""
    namespace = {}
    exec("def successor(x):\n    return x + 1", namespace)
    assert compiled(namespace["successor"])(1) == 2


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A kernel in a cache of its own, compiled once; makes it anew, as the next process would."""
    monkeypatch.setattr("numba.core.config.CACHE_DIR", str(tmp_path))
    assert compiled(successor)(1) == 2
    return lambda: compiled(successor)


def _files(tmp_path, ending):
    found = list(Path(tmp_path).rglob(f"*.{ending}"))
    assert found
    return found


@pytest.mark.parametrize("ending", ["nbi", "nbc"])  # the index, the code
@pytest.mark.parametrize("left", [0, 1, 20])
def test_a_torn_cache_is_made_anew_with_a_notice(kept, tmp_path, caplog, ending, left):
    for file in _files(tmp_path, ending):
        file.write_bytes(file.read_bytes()[:left])
    assert kept()(2) == 3
    assert "is damaged" in caplog.text
    caplog.clear()
    again = kept()
    assert again(3) == 4
    assert caplog.text == ""
    assert sum(again.stats.cache_hits.values()) == 1, "it was not kept"


def test_a_full_disk_costs_a_compilation_and_a_notice(kept, tmp_path, caplog, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    shutil.rmtree(tmp_path)
    tmp_path.mkdir()
    kernel = kept()
    monkeypatch.setattr(pickle, "dump", full)
    assert kernel(4) == 5
    assert "could not be kept" in caplog.text
    assert "No space left on device" in caplog.text


def test_a_kernel_called_with_a_constant_is_compiled_once(tmp_path, monkeypatch):
    """Left alone, numba makes one for the constant and one for every number of its type."""
    monkeypatch.setattr("numba.core.config.CACHE_DIR", str(tmp_path))

    @compiled
    def multiplied(x, times):
        return x * times

    @compiled
    def doubled_and_more(x):
        times = 2
        return multiplied(x, 2) + multiplied(x, times) + multiplied(x, x)

    assert doubled_and_more(5) == 45
    assert len(multiplied.overloads) == 1


def test_what_is_only_read_is_compiled_once_whether_it_may_be_written_or_not(tmp_path, monkeypatch):
    monkeypatch.setattr("numba.core.config.CACHE_DIR", str(tmp_path))

    @compiled
    def last(values):
        return values[len(values) - 1]

    values = np.arange(3)
    view = read_only(values)
    assert last(view) == last(read_only(view)) == 2
    assert len(last.overloads) == 1
    values[2] = 7  # the array itself may be written as before, and the view shows it
    assert view[2] == 7
    with pytest.raises(ValueError, match="read-only"):
        view[2] = 8
