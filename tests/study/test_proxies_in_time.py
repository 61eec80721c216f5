"""An audit compares cheap stand-ins only where that takes a small part of its time."""

from types import SimpleNamespace

import numpy as np
import pytest

from longtail.study import whole_audit
from longtail.study.proxies_of_run import most_watched


@pytest.mark.parametrize(("features", "minutes", "compared"), [(64, 0.1, True), (300, 0.5, True), (1_000, 0.5, False)])
def test_what_would_take_longer_is_left_out_and_named(features, minutes, compared, monkeypatch, tmp_path):
    """A thousand examples: of 1,000 words each, networks that never fit them take four minutes."""
    asked, said = [], []
    monkeypatch.setattr(whole_audit, "_leave", lambda name, *_: asked.append(name))
    dataset = SimpleNamespace(n_train=1_000, X=np.broadcast_to(np.float32(0), (1_000, features)))
    outcomes = SimpleNamespace(of_numbers=False, n_trials=200)
    scope, folder = SimpleNamespace(minutes=minutes), SimpleNamespace(path=tmp_path)
    whole_audit._compare_proxies(dataset, outcomes, folder, None, scope, said.append)
    assert (asked == ["proxies"]) == compared == (said == [])
    assert compared or f"1,000 examples of {features:,} features" in said[0]


def test_more_time_watches_more():
    assert most_watched(0.01) == 100_000
    assert most_watched(3) == 3 * most_watched(1)
