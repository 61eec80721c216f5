"""What --version says, beside what this process can see for itself."""

import platform
from importlib.metadata import version
from importlib.util import find_spec

from longtail import __version__
from longtail.cli import installed, main


def test_the_first_line_is_for_scripts(capsys):
    assert main(["--version"]) == 0
    first, python, *rest = capsys.readouterr().out.splitlines()
    assert first == f"longtail {__version__}"
    assert platform.python_version() in python
    assert f"numpy {version('numpy')}" in python
    assert rest[-1].startswith("devices: ")
    assert "CPU core" in rest[-1]


def test_every_extra_that_a_user_may_want_is_there_or_says_how(monkeypatch, capsys):
    main(["--version"])
    shown = capsys.readouterr().out
    assert (f"torch {version('torch')}" if find_spec("torch") else ".[neural]") in shown
    monkeypatch.setattr(installed, "_version", lambda name: None)
    main(["--version"])
    shown = capsys.readouterr().out
    assert all(f"pip install -c constraints.txt '.[{extra}]'" in shown for extra in ("neural", "privacy", "dask"))


def test_a_graphics_card_is_named(monkeypatch):
    class Card:
        cuda = type("cuda", (), {"device_count": lambda: 1, "get_device_name": lambda i: f"H{i}"})
        backends = type("backends", (), {"mps": type("mps", (), {"is_available": lambda: True})})

    monkeypatch.setitem(__import__("sys").modules, "torch", Card)
    monkeypatch.setattr(installed, "find_spec", lambda name: True)
    assert installed._accelerators() == ["CUDA H0", "Apple MPS"]
