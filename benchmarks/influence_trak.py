"""Attributions beside TRAK's own package, on the same networks and after the same CPU seconds: one table.

    python benchmarks/influence_trak.py digits
    python benchmarks/influence_trak.py fashion-mnist

The package is ``traker`` 0.3.2 (``pip install traker==0.3.2``, with PyTorch); where it is absent, its column is. It is
given the networks that ``trak`` trains, on the same halves, and float32. Its dimension and its ``lambda_reg`` are those
that serve the truth best with three networks, which no user could know; the choice is not charged. The training of the
networks is charged to both. ``with trials`` is what a person gets of longtail for the budget: networks, and trials for
the rest of the seconds.

Data, networks and truth are those of ``influence_lds.py``. CPU seconds are those of this process, on one thread.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import logging
import sys
import tempfile
from contextlib import redirect_stderr
from functools import cache
from importlib.util import find_spec
from io import StringIO
from time import process_time

import numpy as np

from influence_lds import TRUTH, study, trained
from longtail.attribution import trak
from longtail.attribution.trak import _half
from longtail.randomness import integer_seed
from longtail.scores import linear_datamodeling_score, margin_influence

BUDGETS = (2, 5, 10, 20, 60)
DIMENSIONS = (256, 512, 1024, 2048)
PENALTIES = (0.0, 1.0, 10.0, 100.0, 1000.0)
MOST_TRIALS_S = 20  # CPU seconds of trials, which are enough to see where it ends


@cache
def network(name, model):
    """A network of ``trak``, and the CPU seconds of its training."""
    data, learner = study_once(name)
    start = process_time()
    rows, seed = _half(data, model, 0), integer_seed(0, "attribution model", model)
    trained_network = learner.fit(data.X[rows], data.y[rows], n_classes=data.n_classes, seed=seed)
    return trained_network, process_time() - start


study_once = cache(study)


class Peer:
    """TRAK's package, network after network; ``seconds`` are the CPU seconds after each."""

    def __init__(self, name, folder, **settings):
        import torch
        from trak import TRAKer

        torch.set_num_threads(1)
        self.name, self.seconds, self.states = name, [0.0], []
        data, _ = study_once(name)
        self.train = (torch.tensor(data.X), torch.tensor(data.y))
        self.test = (torch.tensor(data.X_test), torch.tensor(data.y_test))
        first, _ = network(name, 0)
        self.package = TRAKer(
            model=_module(first.widths.tolist()),
            task="image_classification",
            train_set_size=data.n_train,
            save_dir=folder,
            device="cpu",
            use_half_precision=False,
            logging_level=logging.ERROR,
            **settings,
        )

    def add(self, del_grads=True):
        """Take one more network in."""
        model = len(self.states)
        one, seconds = network(self.name, model)
        start = process_time()
        self.states.append(_state(one))
        with redirect_stderr(StringIO()):  # its bars of progress
            self.package.load_checkpoint(self.states[model], model_id=model)
            self.package.featurize(self.train, num_samples=len(self.train[1]))
            self.package.finalize_features([model], del_grads=del_grads)
            self.package.start_scoring_checkpoint("test", self.states[model], model, len(self.test[1]))
            self.package.score(self.test, num_samples=len(self.test[1]))
        self.seconds.append(self.seconds[-1] + process_time() - start + seconds)

    def scores(self):
        """The scores of all networks so far, (n, n_test), and all CPU seconds."""
        start = process_time()
        with redirect_stderr(StringIO()):
            table = np.array(self.package.finalize_scores("test"))
        return table, self.seconds[-1] + process_time() - start


def _module(widths):
    """The built-in network as a module; how features enter it are buffers."""
    import torch

    class Network(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("center", torch.zeros(widths[0]))
            self.register_buffer("scale", torch.ones(widths[0]))
            self.layers = torch.nn.ModuleList(map(torch.nn.Linear, widths[:-1], widths[1:]))

        def forward(self, X):
            X = (X - self.center) * self.scale
            for layer in self.layers[:-1]:
                X = torch.relu(layer(X))
            return self.layers[-1](X)

    return Network()


def _state(one):
    import torch

    shape = one.standardization.center.shape
    arrays = {
        "center": one.standardization.center,
        "scale": np.broadcast_to(one.standardization.scale, shape),
        **{f"layers.{place}.weight": weights.T for place, (weights, _) in enumerate(one.layers)},
        **{f"layers.{place}.bias": biases for place, (_, biases) in enumerate(one.layers)},
    }
    return {name: torch.tensor(np.array(array, np.float32)) for name, array in arrays.items()}


def best_settings(name, score):
    """The dimension and the penalty that serve the truth best with three networks."""
    found = {(size, each): told for size in DIMENSIONS for each, told in _of_three(name, score, size).items()}
    best = max(found, key=lambda key: np.nan_to_num(found[key], nan=-1.0))
    print("three networks, by dimension and lambda_reg (2048 and 0 are what comes by default):")
    for dimension in DIMENSIONS:
        print(f"  {dimension}: " + ", ".join(f"{penalty:g} {found[dimension, penalty]:.3f}" for penalty in PENALTIES))
    return {"proj_dim": best[0], "lambda_reg": best[1]}


def _of_three(name, score, dimension):
    """Score each penalty on the features of three networks, which are computed once."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        peer = Peer(name, folder, proj_dim=dimension)
        for _ in range(3):
            peer.add(del_grads=False)
        peer.package.projector.free_memory = lambda: None  # which fails when it is called twice
        for penalty in PENALTIES:
            peer.package.score_computer.lambda_reg = penalty
            for known in peer.package.saver.model_ids.values():
                known["is_finalized"] = 0
            with redirect_stderr(StringIO()):
                peer.package.finalize_features()
            table, _ = peer.scores()
            found[penalty] = score(table).score.value if np.isfinite(table).all() else float("nan")
    return found


def peer_by_budget(name, score):
    """Of each budget: networks, CPU seconds and score of TRAK's package."""
    rows = {}
    with tempfile.TemporaryDirectory() as folder:
        peer = Peer(name, folder, **best_settings(name, score))
        while len(rows) < len(BUDGETS):
            before = peer.seconds[-1]
            peer.add()
            step = peer.seconds[-1] - before
            for budget in BUDGETS:
                if budget not in rows and peer.seconds[-1] + step > budget:
                    table, seconds = peer.scores()
                    rows[budget] = (len(peer.states), seconds, score(table))
    return rows


def main(name):
    """Print the table."""
    data, learner = study_once(name)
    learner.fit(data.X, data.y, n_classes=data.n_classes, seed=0)  # compiles
    n_subsets, n_seeds = TRUTH[name]
    truth, each = trained(name, n_subsets * n_seeds, 101, n_subsets)
    trials, _ = trained(name, int(MOST_TRIALS_S / each), 202)

    def score(table):
        return linear_datamodeling_score(truth, table)

    has_peer = find_spec("trak") is not None
    print(f"{name}: {each * 1e3:.1f} ms a trial" + ("" if has_peer else "; traker is not installed"))
    peer = peer_by_budget(name, score) if has_peer else dict.fromkeys(BUDGETS, (20, None, None))
    print("| budget | networks | TRAK's package | trak, the same networks | with trials | over TRAK's package |")
    for budget in BUDGETS:
        n_models, seconds, theirs = peer[budget]
        start = process_time()
        same = score(trak(learner, data, max(n_models, 2)))
        cost = process_time() - start
        n_few = 5 if budget < 5 else 20
        start = process_time()
        few = trak(learner, data, n_few)
        spent = process_time() - start
        n_trials = min(int(0.7 * (budget - spent) / each), trials.n_trials)
        start = process_time()
        ours = score(margin_influence(trials.of_trials(np.arange(n_trials)), few, keep_all=True).predicted)
        spent += n_trials * each + process_time() - start
        told = f"{seconds:.1f} s {theirs.score}" if theirs else "-"
        gain = " and ".join(_gain(found, theirs) for found in (same, ours)) if theirs else "-"
        both = f"{spent:.1f} s {n_trials} + {n_few}: {ours.score}"
        print(f"| {budget} | {n_models} | {told} | {cost:.1f} s {same.score} | {both} | {gain} |", flush=True)


def _gain(ours, theirs):
    paired = ours.by_test - theirs.by_test
    return f"{paired.mean():+.3f} ± {1.96 * paired.std() / len(paired) ** 0.5:.3f}"


if __name__ == "__main__":
    main(sys.argv[1])
