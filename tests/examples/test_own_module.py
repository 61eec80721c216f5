"""The example that needs PyTorch: run where it is installed, as CI does after the tests that do without."""

import pytest

pytest.importorskip("torch", reason="the extra neural is not installed")

from tests.examples.test_one_sentence import a_sentence, the_figure

import own_module


def test_one_figure_and_one_sentence(tmp_path):
    said = own_module.main(tmp_path, trials=10, epochs=3)
    the_figure(tmp_path, "own_module")
    (most,) = a_sentence(said)
    assert 0 < most[0] <= 1
    assert "of 1,437" in said
