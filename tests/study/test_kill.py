"""Killed at any moment with SIGKILL and started again, a study ends with the same bytes as one that was left alone."""

import json
import os
import signal
import time

import numpy as np

from forked import typed
from longtail.cli import main

LEARNER = """
import time
from sklearn.tree import DecisionTreeClassifier

class SlowTree(DecisionTreeClassifier):
    def fit(self, X, y):
        time.sleep(0.02)
        return super().fit(X, y)

model = SlowTree(max_features=2)
"""
STAGES = {  # and how many processes train there; each is started anew, which takes longer than its trials
    "trials": 2,
    "sizes": 1,
    "removal": 1,
    "limits": 1,
    "Computing scores": 1,
    "Writing the report": 1,
}


def _finished_trials(folder):
    return set(folder.glob("trials/*/[0-9]*.npz"))


def _designs_and_learners(trials):
    for place in {path.parent for path in trials}:
        identity = json.loads((place / "identity.json").read_text())
        yield identity["design"], identity["learner"]


_REACHED = {
    "trials": lambda new: True,
    "sizes": lambda new: any(design["fraction"] != 0.7 for design, _ in new),
    "removal": lambda new: any("without" in design for design, _ in new),
    "limits": lambda new: any("inner" in learner["settings"] for _, learner in new),
}


def _wait_for(stage, process, folder, before, said):
    """Until a new trial is there, or a limit's, or the audit says what it is doing."""
    deadline = time.monotonic() + 120
    while process.is_alive() and time.monotonic() < deadline:
        if stage in _REACHED:
            finished = _finished_trials(folder)
            if finished > before and _REACHED[stage](_designs_and_learners(finished - before)):
                return
        elif said.exists() and any(line.startswith(stage) for line in said.read_text().splitlines()):
            return
        time.sleep(0.01)
    raise AssertionError(f"it never came to: {stage}")


def test_audit_killed_in_every_stage_ends_with_the_same_bytes(tmp_path, capsys, monkeypatch):
    """Moments: 0 to 0.2 s after a stage is seen at work, seed 0; each kill must find the run at work."""
    (tmp_path / "slow_tree.py").write_text(LEARNER)
    rng = np.random.default_rng(0)
    audit = ("audit", "iris", "--learner", "slow_tree:model", "--trials", "100", "--limit-trials", "10")
    audit += ("--tail-trials", "20")
    killed = tmp_path / "killed"
    for stage, jobs in STAGES.items():
        before = _finished_trials(killed)
        said = tmp_path / f"said in {stage}"
        process = typed((*audit, "--jobs", str(jobs), "--out", "killed"), tmp_path, said)
        _wait_for(stage, process, killed, before, said)
        time.sleep(rng.uniform(0, 0.2) if stage in _REACHED else 0)
        assert process.is_alive(), "the run was over before it was killed"
        os.killpg(process.pid, signal.SIGKILL)
        process.join()
        assert before <= _finished_trials(killed), "a finished trial was lost"
    assert (killed / "findings.json").exists()
    arms = len(json.loads((killed / "removal.json").read_text())["sets"])
    limits = len({trial.parent for trial in _finished_trials(killed)}) - 3 - arms
    assert arms >= 2
    assert limits >= 2
    assert len(_finished_trials(killed)) == 100 + 2 * 20 + (arms + limits) * 10
    survivors = {path: path.stat().st_mtime_ns for path in _finished_trials(killed)}
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    assert main([*audit, "--jobs", "1", "--out", "killed"]) == 0
    assert {path: path.stat().st_mtime_ns for path in survivors} == survivors, "a finished trial was run again"
    assert main([*audit, "--jobs", "1", "--out", "whole"]) == 0
    capsys.readouterr()
    scores = []
    for run in ("killed", "whole"):
        assert main(["scores", str(tmp_path / run), "--json"]) == 0
        scores.append(capsys.readouterr().out)
    assert scores[0] == scores[1]
    for name in ("findings.json", "report.html", "audit.json", "removal.json"):
        assert (killed / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert not list(killed.rglob(".partial-*"))
