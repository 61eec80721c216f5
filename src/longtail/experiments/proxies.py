"""Which cheap stand-in for memorization can be believed on these data: each beside what was measured.

A network is trained a few times on all training examples, watched: the built-in one as
``learners/mlp/training_traces.py`` says, one of the user's own after each epoch, without what needs its gradients. Each
single-run proxy is the mean over those runs: of EL2N and GraNd because they are defined so, of the others because a
single run of a small network is noisy; ``n_runs=1`` gives what one run alone gives. The C-score comes from trials of
its own, at several fractions: those of the run would share their noise with the memorization it is compared with.
Self-influence [ParkEtAl2023]_ comes from networks of the study's own learner where that has gradients, on random
halves, and needs test examples.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from longtail.analysis.partitions import comparable_features
from longtail.array_types import Reals, Singles
from longtail.attribution import has_attributions, self_influence
from longtail.attribution.trak import MOST_EXAMPLES
from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.learners.learner import Learner
from longtail.learners.mlp.compiled_mlp import CompiledMLP
from longtail.learners.mlp.training_traces import TrainingTraces, training_traces
from longtail.limits.limit import as_torch_learner
from longtail.outcomes import Outcomes
from longtail.randomness import integer_seed
from longtail.scores import memorization
from longtail.scores.data_maps import data_map
from longtail.scores.proxies import (
    area_under_margin,
    cumulative_loss,
    el2n,
    forgetting_events,
    grand,
    inconsistency,
    input_loss_curvature,
    learning_speed,
    neighbor_disagreement,
)
from longtail.scores.proxy_quality import ProxyQuality, proxy_qualities
from longtail.trials import SubsetDesign, run_trials

if TYPE_CHECKING:
    from longtail.learners.networks.torch_learner import TorchLearner

__all__ = ["ProxyStudy", "proxy_study"]


_REFERENCES = {
    "EL2N": "PaulGanguliDziugaite2021",
    "GraNd": "PaulGanguliDziugaite2021",
    "forgetting events": "TonevaEtAl2019",
    "area under the margin": "PleissEtAl2020",
    "cumulative loss": "RavikumarEtAl2025",
    "learning speed": "JiangEtAl2021",
    "input-loss curvature": "GargRavikumarRoy2024",
    "data map: low confidence": "SwayamdiptaEtAl2020",
    "neighbor disagreement": "SmithMartinezGiraudCarrier2014",
    "C-score": "JiangEtAl2021",
    "self-influence": "ParkEtAl2023",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyStudy:
    """Every proxy of every training example, and how far each can be believed.

    Parameters
    ----------
    scores : dict of name to (n,) float array
        Larger where more is memorized.
    quality : dict of name to ProxyQuality
        Against the measured memorization.
    models : dict of name to int
        How many models each took.
    memorization : (n,) float array
        As measured, by ``estimator``.
    estimator, learner : str
        Of the memorization, and what was trained for the proxies.
    n_trials : int
        Behind the memorization.
    early_epoch : int
        After which EL2N and GraNd were read.
    """

    scores: dict[str, Reals]
    quality: dict[str, ProxyQuality]
    models: dict[str, int]
    memorization: Reals
    estimator: str
    learner: str
    n_trials: int
    early_epoch: int

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        rows = [
            {"proxy": name, "reference": _REFERENCES[name], "models": self.models[name], **_plain(quality)}
            for name, quality in self.quality.items()
        ]
        settings = ("estimator", "learner", "n_trials", "early_epoch")
        return {
            **{key: getattr(self, key) for key in settings},
            "proxies": rows,
            "scores": self.scores,
            "memorization": self.memorization,
        }


def proxy_study(
    dataset: Dataset,
    outcomes: Outcomes,
    *,
    n_runs: int = 5,
    early_epoch: int = 2,
    n_neighbors: int = 5,
    fractions: Sequence[float] = (0.3, 0.5, 0.7),
    n_trials: int = 40,
    learner: Learner | None = None,
    most_epochs: int | None = None,
    level: float = 0.95,
    seed: int = 0,
    jobs: int | None = None,
) -> ProxyStudy:
    """Train the watched runs and the C-score's trials, and compare.

    Parameters
    ----------
    dataset, outcomes
        What was studied, and what came of it: the memorization that the proxies are held against.
    n_runs : int
        Watched runs on all training examples.
    early_epoch : int
        After which EL2N and GraNd are read, within the first round of 10 epochs.
    n_neighbors : int
        Of the neighbor disagreement.
    fractions, n_trials
        Of the C-score: the fractions, and the trials at each. No fractions, no C-score.
    learner : Learner, optional
        That of the study. A network, built-in or of PyTorch, is watched with its settings; self-influence is that of
        any learner with attributions. Without it, and for others, both are those of the built-in network as it comes.
    most_epochs : int, optional
        After which a network that is not the study's own is watched no longer, fitted or not; by default as it comes.
    level : float
        Of each interval.
    seed, jobs : int
        Of everything that is trained, and how much at a time.

    Raises
    ------
    InputError
        If a number is out of its range, or the outcomes are not of these data.
    """
    network = _network(learner, most_epochs)
    _check(dataset, outcomes, network, n_runs, early_epoch)
    watched = [_watched_scores(network, dataset, early_epoch, integer_seed(seed, "run", run)) for run in range(n_runs)]
    scores = {name: np.mean([one[name] for one in watched], axis=0) for name in watched[0]}
    models = dict.fromkeys(scores, n_runs)
    scores["neighbor disagreement"] = neighbor_disagreement(
        comparable_features(dataset, dataset.X), dataset.y, n_neighbors
    )
    models["neighbor disagreement"] = 0
    if n_runs > 1 and dataset.n_test and dataset.n_train <= MOST_EXAMPLES:
        own = learner if learner is not None and has_attributions(learner) else network
        scores["self-influence"] = self_influence(own, dataset, n_runs, integer_seed(seed, "self-influence"))
        models["self-influence"] = n_runs
    if fractions:
        designs = [
            SubsetDesign(n_trials=n_trials, fraction=p, seed=integer_seed(seed, "consistency")) for p in fractions
        ]
        scores["C-score"] = inconsistency([run_trials(network, dataset, design, jobs=jobs) for design in designs])
        models["C-score"] = n_trials * len(designs)
    measured = memorization(outcomes, level).value
    return ProxyStudy(
        scores=scores,
        quality=proxy_qualities(scores, measured, level=level, seed=seed),
        models=models,
        memorization=measured,
        estimator="difference",
        learner=network.name,
        n_trials=outcomes.n_trials,
        early_epoch=early_epoch,
    )


def _network(learner: Learner | None, most_epochs: int | None) -> "CompiledMLP | TorchLearner":
    """Return the network that is watched: the learner, where it is one."""
    if isinstance(learner, CompiledMLP):
        return learner
    own = None if learner is None else as_torch_learner(learner)
    return own or (CompiledMLP() if most_epochs is None else CompiledMLP(max_epochs=most_epochs))


def _watched_scores(
    learner: "CompiledMLP | TorchLearner", dataset: Dataset, early_epoch: int, seed: int
) -> dict[str, Reals]:
    if not isinstance(learner, CompiledMLP):
        logits = learner.watched_logits(dataset.X, dataset.y, n_classes=dataset.n_classes, seed=seed)
        return _scores_of_logits(logits, dataset.y, early_epoch)
    traces: TrainingTraces = training_traces(
        learner, dataset.X, dataset.y, n_classes=dataset.n_classes, seed=seed, gradient_epochs=(early_epoch,)
    )
    return {
        **_scores_of_logits(traces.logits, dataset.y, early_epoch),
        "GraNd": grand(traces.gradient_norm),
        "input-loss curvature": input_loss_curvature(traces.curvature),
    }


def _scores_of_logits(logits: Singles, y: NDArray[np.int64], early_epoch: int) -> dict[str, Reals]:
    """Return the stand-ins that need no gradient, from the logits after each epoch."""
    return {
        "EL2N": el2n(logits[early_epoch - 1 : early_epoch], y),
        "forgetting events": forgetting_events(logits, y),
        "area under the margin": area_under_margin(logits, y),
        "cumulative loss": cumulative_loss(logits, y),
        "learning speed": learning_speed(logits, y),
        "data map: low confidence": 1 - data_map(logits, y).confidence,
    }


def _plain(quality: ProxyQuality) -> dict[str, Any]:
    return {key: getattr(quality, key).to_json() for key in asdict(quality)}


def _check(
    dataset: Dataset, outcomes: Outcomes, learner: "CompiledMLP | TorchLearner", n_runs: int, early_epoch: int
) -> None:
    if outcomes.n_train != dataset.n_train:
        raise InputError("outcomes", f"be of the {dataset.n_train} training examples of the data", outcomes.n_train)
    if n_runs < 1:
        raise InputError("n_runs", "be at least 1", n_runs)
    if not 1 <= early_epoch <= learner.epochs:
        raise InputError("early_epoch", f"lie in 1..{learner.epochs}, the first round", early_epoch)
