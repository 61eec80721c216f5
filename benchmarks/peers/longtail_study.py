"""longtail: ``run_trials``, stored trial by trial with margins and confidences, on one thread."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from share import Share, Tally, run

from longtail.dataset import Dataset
from longtail.trials import CompiledMLP, SubsetDesign, run_trials


def study(share: Share) -> Tally:
    with np.load(share.work / "study.npz") as given:
        data = Dataset.from_arrays(given["X"], given["y"], given["X_test"], given["y_test"], name="digits")
        design = SubsetDesign(n_trials=len(given["inclusion"]), fraction=0.7, seed=0)
    learner = CompiledMLP(hidden=64, epochs=10, max_epochs=10)
    with TemporaryDirectory() as folder:
        trials = range(share.first, share.last)
        outcomes = run_trials(learner, data, design, store=Path(folder), trials=trials, jobs=1)
    assert (outcomes.inclusion == share.inclusion).all(), "all arms train on the same subsets"
    return Tally.of(outcomes.inclusion, outcomes.correct)


run("longtail_study", ("numba", "numpy"), study)
