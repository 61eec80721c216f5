"""A limit in a file of its own and a line in ``LIMITS``: it is in help, menu, table, levels, report and next steps.

Likewise a limit of the user's own, in a module of the current folder, without that line.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

import longtail.limits as package
from forked import typed
from longtail.cli import main
from longtail.dataset import load_dataset
from longtail.experiments.equal_levels import equal_levels
from longtail.findings import Findings
from longtail.learners import CompiledMLP
from longtail.limits.asked_for import asked_for
from longtail.runs.run_folder import RunFolder

SOURCE = '''
"""Data pruning: a share of the training examples is left out."""

from dataclasses import dataclass
from typing import ClassVar

from longtail.errors import InputError
from longtail.limits import NO_GUARANTEE, Guarantee, Limit
from longtail.randomness import generator


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPruned(Limit):
    """A learner that sees fewer examples."""

    name: ClassVar[str] = "data-pruned"
    version: ClassVar[str] = "1"
    kind: ClassVar[str] = "pruning of data"
    levels: ClassVar[tuple[str, ...]] = ("removed=0.1", "removed=0.9")
    audited: ClassVar[tuple[str, ...]] = ("removed=0.9",)
    guarantee: ClassVar[Guarantee] = NO_GUARANTEE

    removed: float

    def __post_init__(self):
        if not 0 < self.removed < 1:
            raise InputError("removed", "lie strictly between 0 and 1", self.removed)

    @property
    def title(self):
        return f"{self.removed:g} of examples removed"

    @property
    def strength(self):
        return self.removed

    def fit_predict(self, X, y, X_eval, *, n_classes, seed):
        kept = generator(seed, "data pruning").random(len(X)) >= self.removed
        return self.inner.fit_predict(X[kept], y[kept], X_eval, n_classes=n_classes, seed=seed)


def half(inner, removed=0.5):
    return DataPruned(inner=inner, removed=removed)


ready = None
unready = type("Lonely", (), {})
def broken(inner): raise RuntimeError("no luck\\ntoday")
'''
SMALL = ["--learner-settings", "hidden=16,epochs=5,max_epochs=5", "--trials", "10", "--jobs", "1"]
LEVELS = ["removed=0.9", "removed=0.1", "removed=0.6"]


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module of the user's own, in the current folder, imported anew."""
    (tmp_path / "their_limits.py").write_text(SOURCE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "their_limits", raising=False)
    import their_limits

    yield their_limits
    sys.modules.pop("their_limits", None)


@pytest.fixture
def data(tmp_path):
    rng = np.random.default_rng(0)
    y, rare = rng.integers(3, size=240), rng.random(240) < 0.25
    X = np.eye(3)[y] * np.where(rare, 1.0, 4.0)[:, None] + rng.normal(size=(240, 3))
    test = np.arange(240) >= 180
    np.savez(tmp_path / "data.npz", X=X[~test], y=y[~test], X_test=X[test], y_test=y[test])
    return str(tmp_path / "data.npz")


def run_of(data, spelled, out="run"):
    options = [word for text in spelled for word in ("--limit", text)]
    assert main(["limit", data, *options, *SMALL, "--out", out]) == 0
    return RunFolder(Path(out))


def names(run):
    return [limit.name for limit in Findings.read(run.findings).limits.limits]


def test_a_limit_that_is_listed_is_everywhere(module, data, monkeypatch, capsys):
    monkeypatch.setattr(package, "LIMITS", (*package.LIMITS, module.DataPruned))
    assert main(["limit", "--help"]) == 0
    assert "data-pruned:removed=0.1" in " ".join(capsys.readouterr().out.replace("│", " ").split())

    run = run_of(data, [f"data-pruned:{level}" for level in LEVELS])
    table = capsys.readouterr().out.partition("Accuracy lost, over")[2]
    assert table.index("0.1 of ") < table.index("0.6 of ") < table.index("0.9 of ")
    found = Findings.read(run.findings)
    assert names(run) == [f"{level} of examples removed" for level in (0.1, 0.6, 0.9)]
    assert found.limits.limits[0].option == "--limit data-pruned:removed=0.1"
    told = " ".join(step.text + step.command for step in found.next_steps)
    assert all(limit.name in told for limit in found.limits.limits)
    assert all(limit.name in run.report.read_text() for limit in found.limits.limits)

    strongest = equal_levels(run, 1.0).trained["pruning of data"]
    assert {level.limit for level in strongest.values()} == {"0.9 of examples removed"}

    assert main(["audit", data, "--trials", "20", "--limit-trials", "4", "--jobs", "1", "--out", "audited"]) == 0
    assert "data-pruned:removed=0.9" in json.loads(Path("audited/audit.json").read_text())["limits"]
    assert "0.9 of examples removed" in names(RunFolder(Path("audited")))


def test_a_limit_of_the_users_own_needs_no_line(module, data, capsys):
    """As a class, and as a function that makes one; its source is in the identity; another process reads it back."""
    run = run_of(data, ["their_limits:DataPruned:removed=0.9", "their_limits:half", "their_limits:half:removed=0.2"])
    found = Findings.read(run.findings)
    own = [f"{level} of examples removed" for level in (0.2, 0.5, 0.9)]
    assert names(run) == own
    assert found.limits.limits[0].option == "--limit their_limits:DataPruned:removed=0.2"
    identities = [json.loads((run.path / limit.trials / "identity.json").read_text()) for limit in found.limits.limits]
    assert all(len(identity["learner"]["source"]["their_limits"]) == 16 for identity in identities)
    assert {level.limit for level in equal_levels(run, 1.0).trained["pruning of data"].values()} == {
        "0.9 of examples removed"
    }
    again = typed(("limit", data, "--bits", "8", *SMALL, "--out", str(run.path)), Path.cwd(), Path("said"))
    again.join()
    assert again.exitcode == 0, Path("said").read_text()
    assert names(run) == ["weights of 8 bits", *own]


def test_an_instance_limits_the_learner_of_the_study(module):
    iris, inner = load_dataset("iris"), CompiledMLP(hidden=4)
    module.ready = module.DataPruned(inner=inner, removed=0.25)
    (limit,) = asked_for(["their_limits:ready"], iris, inner)
    assert limit is module.ready


@pytest.mark.parametrize(
    ("spelled", "said"),
    [
        (
            "their_limits:DataPruned",
            "--limit must say removed; got 'data-pruned'. For instance data-pruned:removed=0.1.",
        ),
        ("their_limits:DataPruned:removed=2", "removed must lie strictly between 0 and 1; got 2.0."),
        ("their_limits:DataPruned:removed=x", "removed must be a number; got 'x'."),
        ("their_limits:DataPruned:remove=0.5", "--limit must have settings of data-pruned; got 'remove'. Did you mean"),
        (
            "their_limits:half:removd=0.5",
            "--limit must be made by their_limits:half; got TypeError: half() got an unexp",
        ),
        ("their_limits:broken", "--limit must be made by their_limits:broken; got RuntimeError: no luck today."),
        ("their_limits:unready", "--limit must be made by their_limits:unready; got TypeError: Lonely() takes no argu"),
        ("their_limits:ready", "--limit must be a limit, or make one; got NoneType from their_limits:ready. Make it a"),
        ("their_limits:absent", "--limit must name an object of module 'their_limits'; got 'absent'."),
        ("no_limits:half", "--limit must name an importable module 'no_limits'; got ModuleNotFoundError: No module"),
        ("their_limits:half:0.5", "--limit must be name=value, separated by commas; got '0.5'."),
    ],
)
def test_what_is_no_limit_is_one_line(module, data, spelled, said, capsys, tmp_path):
    assert main(["limit", data, "--limit", spelled, *SMALL, "--out", "refused"]) == 2
    error = capsys.readouterr().err.strip()
    assert error.startswith(f"longtail: {said}"), error
    assert "\n" not in error
    assert not (tmp_path / "refused").exists()
