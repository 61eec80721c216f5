"""Stand-ins that a run keeps: read back as they were, refused by name where the file is damaged."""

import numpy as np
import pytest

from longtail.errors import DamagedRunError
from longtail.runs.run_folder import RunFolder
from longtail.study.kept_proxies import keep_proxies, proxies_kept


def test_stand_ins_are_read_back_and_damage_is_told(tmp_path):
    folder = RunFolder(tmp_path)
    assert proxies_kept(folder, 3) is None
    scores = {"EL2N": np.array([0.5, 1.0, 2.0]), "data map: low confidence": np.zeros(3)}
    keep_proxies(folder, scores)
    found = proxies_kept(folder, 3)
    assert list(found) == list(scores)
    assert all((found[name] == scores[name]).all() for name in scores)
    with pytest.raises(DamagedRunError, match="each of 4 training examples"):
        proxies_kept(folder, 4)
    file = tmp_path / "proxies.npz"
    file.write_bytes(file.read_bytes()[:-30])
    with pytest.raises(DamagedRunError, match="longtail proxies RUN makes it anew"):
        proxies_kept(folder, 3)
