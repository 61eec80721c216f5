"""Files that are read or written as a whole."""

import os

import pytest

from longtail.whole_files import regular


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.npy")
    with pytest.raises(OSError, match=r"pipe\.npy is a pipe or a device"):
        regular(tmp_path / "pipe.npy")
    assert regular(tmp_path) == tmp_path
    assert regular(tmp_path / "none.npy") == tmp_path / "none.npy"  # Whoever opens it says that it is missing.
