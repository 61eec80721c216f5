"""The same work through OpenDataVal, pyDVL, a bare PyTorch loop and longtail, each in an environment of its own.

    python benchmarks/peers/run.py [--rounds 4] [--models 50] [--environments .venv-peers]

All train the same network (64-64-10, ten epochs in batches of 32) on the same random 70 % of the digits, one thread
each. They take turns, a round of models at a time, in an order that turns about, so that whatever else the machine does
falls on all. What each found is compared with memorization from 2,000 other subsets. Writes ``results.json`` and the
table in ``docs/measured.md``; a test holds the two together. Needs 3 GB for the environments, and longtail in this one.
"""

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from table import write_into_page

from longtail.dataset import Dataset, load_dataset
from longtail.scores import memorization
from longtail.trials import CompiledMLP, SubsetDesign, run_trials

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
FRACTION = 0.7
REFERENCE_TRIALS = 2000


@dataclass(frozen=True, kw_only=True)
class Arm:
    """One way to do the work: a script, and what has to be installed for it (None: this environment)."""

    script: str
    requirements: str | None
    without_dependencies: tuple[str, ...] = ()

    def python(self, environments: Path) -> Path:
        """The interpreter of its environment, which is made if it is not there."""
        if self.requirements is None:
            return Path(sys.executable)
        folder = environments / self.script
        python = folder / "bin" / "python"
        if not (folder / "complete").exists():
            subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
            install = [python, "-m", "pip", "install", "--quiet"]
            subprocess.run([*install, "-r", HERE / self.requirements], check=True)
            for package in self.without_dependencies:
                subprocess.run([*install, "--no-deps", package], check=True)
            (folder / "complete").touch()
        return python


ARMS = {
    "bare_loop": Arm(script="bare_loop", requirements="requirements-loop.txt"),
    "opendataval": Arm(
        script="opendataval_study",
        requirements="requirements-opendataval.txt",
        without_dependencies=("opendataval==1.3.0",),
    ),
    "pydvl": Arm(script="pydvl_study", requirements="requirements-pydvl.txt"),
    "longtail": Arm(script="longtail_study", requirements=None),
}


def main(rounds: int, models: int, environments: Path) -> None:
    pythons = {name: arm.python(environments) for name, arm in ARMS.items()}
    digits = load_dataset("digits")
    data = Dataset.from_arrays(
        digits.X.reshape(digits.n_train, -1), digits.y, digits.X_test.reshape(digits.n_test, -1), digits.y_test
    )
    reports: dict[str, list[dict]] = {name: [] for name in ARMS}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        _write_study(work, data, rounds * models)
        for turn in range(rounds):
            for name in list(ARMS) if turn % 2 == 0 else reversed(ARMS):
                print(f"round {turn + 1} of {rounds}: {name}", file=sys.stderr)
                reports[name].append(_run(pythons[name], ARMS[name].script, work, turn * models, (turn + 1) * models))
        tallies = {name: _tally(work, ARMS[name].script) for name in ARMS}
    truth = _reference(data)
    results = {
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        "machine": _machine(),
        "python": platform.python_version(),
        "longtail": tomllib.loads((HERE.parents[1] / "pyproject.toml").read_text())["project"]["version"],
        "models": rounds * models,
        "rounds": rounds,
        "examples": data.n_train,
        "fraction": FRACTION,
        "reference_trials": REFERENCE_TRIALS,
        "arms": {name: _summary(reports[name], models, tallies[name], truth) for name in ARMS},
    }
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    write_into_page(results)


def _write_study(work: Path, data: Dataset, n_trials: int) -> None:
    design = SubsetDesign(n_trials=n_trials, fraction=FRACTION, seed=0)
    inclusion = np.stack([design.inclusion(data.n_train, trial) for trial in range(n_trials)])
    tables = {"X": data.X, "y": data.y, "X_test": data.X_test, "y_test": data.y_test}
    np.savez(work / "study.npz", inclusion=inclusion, **tables)


def _run(python: Path, script: str, work: Path, first: int, last: int) -> dict:
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH" or python == Path(sys.executable)}
    command = [python, HERE / f"{script}.py", work, str(first), str(last)]
    done = subprocess.run(command, env={**kept, **one_thread}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{script} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def _tally(work: Path, script: str) -> dict[str, np.ndarray]:
    """All rounds together."""
    shares = [dict(np.load(path)) for path in sorted(work.glob(f"{script}-*.npz"))]
    return {column: np.sum([share[column] for share in shares], axis=0) for column in shares[0]}


def _reference(data: Dataset) -> np.ndarray:
    """Memorization from subsets and seeds that no arm has seen."""
    design = SubsetDesign(n_trials=REFERENCE_TRIALS, fraction=FRACTION, seed=1)
    return memorization(run_trials(CompiledMLP(hidden=64, epochs=10, max_epochs=10), data, design)).value


def _summary(reports: list[dict], models: int, tally: dict[str, np.ndarray], truth: np.ndarray) -> dict:
    """What an arm took and found; memorization of an arm that saw left-out models only takes the others to be right."""
    with np.errstate(invalid="ignore"):  # of an example that no model left out nothing is known
        right_in, right_out = tally["right_in"] / tally["n_in"], tally["right_out"] / tally["n_out"]
    sees_both = bool(np.isfinite(tally["n_in"]).all())
    memorized = right_in - right_out if sees_both else 1 - right_out
    known = np.isfinite(memorized)
    return {
        "versions": reports[0]["versions"],
        "cpu_seconds_per_model": [report["seconds"]["cpu"] / models for report in reports],
        "wall_seconds_per_model": [report["seconds"]["wall"] / models for report in reports],
        "included_accuracy": float(tally["right_in"].sum() / tally["n_in"].sum()) if sees_both else None,
        "left_out_accuracy": float(tally["right_out"].sum() / tally["n_out"].sum()),
        "agreement": float(np.corrcoef(memorized[known], truth[known])[0, 1]),
    }


def _machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    names = [line.partition(":")[2].strip() for line in _cpu_lines() if line.startswith("model name")]
    return f"{cores} cores of {names[0] if names else platform.processor() or platform.machine()}"


def _cpu_lines() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--models", type=int, default=50, help="of each arm in each round")
    parser.add_argument("--environments", type=Path, default=Path(".venv-peers"))
    arguments = parser.parse_args()
    main(arguments.rounds, arguments.models, arguments.environments.resolve())
