"""Models per CPU-second: the compiled training run against the usual PyTorch loop, same network, same accuracy.

    python benchmarks/trials_mlp.py

Needs PyTorch; for the second network Fashion-MNIST (``apt-get install dataset-fashion-mnist``); for a whole study
beside ours ``pip install --no-deps opendataval==1.3.0``, and pandas, pandera, requests and tqdm. The learners take
turns in one process with one thread each; a row's time is the median CPU time of a training run over the rounds.
"""

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from tempfile import TemporaryDirectory
from unittest.mock import MagicMock

import numpy as np
import torch
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from longtail.cli.printing import out, print_table
from longtail.dataset import Dataset, load_dataset
from longtail.errors import LongtailError
from longtail.learners.mlp.kernels import standardization_of
from longtail.trials import CompiledMLP, SubsetDesign, run_trials

FRACTION = 0.7
MODELS_ON_TWO_CORES = 40
N_THEIRS, N_OURS = 10, 200
THEIR_UNUSED_IMPORTS = (  # of its image sets, BERT and optimal transport; its pins keep them from a current PyTorch
    "geomloss",
    "torchvision",
    "torchvision.datasets",
    "torchvision.models",
    "torchvision.transforms",
    "torchvision.transforms.functional",
    "transformers",
)


@dataclass(frozen=True, kw_only=True)
class Case:
    title: str
    X: NDArray[np.float32]
    y: NDArray[np.int64]
    X_test: NDArray[np.float32]
    y_test: NDArray[np.int64]
    learner: CompiledMLP
    rounds: int

    def subset(self, seed: int) -> NDArray[np.int64]:
        return np.random.default_rng(seed).permutation(len(self.X))[: round(FRACTION * len(self.X))]


def pytorch_loop(case: Case, X: NDArray[np.float32], y: NDArray[np.int64], seed: int) -> Callable[[], list[float]]:
    """The loop of the tutorials: ``DataLoader``, ``nn.Sequential``, ``SGD`` with a falling rate."""
    torch.manual_seed(seed)
    learner, n_features, n_classes = case.learner, X.shape[1], int(case.y.max()) + 1
    center, scale = standardization_of(X)
    examples = torch.utils.data.TensorDataset(torch.tensor((X - center) * scale), torch.tensor(y))
    loader = torch.utils.data.DataLoader(examples, batch_size=learner.batch_size, shuffle=True)
    network = torch.nn.Sequential(
        torch.nn.Linear(n_features, learner.hidden), torch.nn.ReLU(), torch.nn.Linear(learner.hidden, n_classes)
    )
    loss = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(network.parameters(), lr=learner.learning_rate, momentum=learner.momentum)
    n_steps = learner.epochs * len(loader)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / n_steps)
    for _ in range(learner.epochs):
        for inputs, labels in loader:
            optimizer.zero_grad()
            loss(network(inputs), labels).backward()
            optimizer.step()
            schedule.step()

    @torch.no_grad()
    def accuracies() -> list[float]:
        pairs = ((X, y), (case.X_test, case.y_test))
        return [(network(torch.tensor((X - center) * scale)).argmax(1).numpy() == y).mean() for X, y in pairs]

    return accuracies


def compiled_run(case: Case, X: NDArray[np.float32], y: NDArray[np.int64], seed: int) -> Callable[[], list[float]]:
    n_classes = int(case.y.max()) + 1
    case.learner.fit_predict(X, y, X[:1], n_classes=n_classes, seed=seed)

    def accuracies() -> list[float]:  # the run is a pure function, so it may be run again to be looked at
        both = np.concatenate([X, case.X_test])
        labels = case.learner.fit_predict(X, y, both, n_classes=n_classes, seed=seed).labels
        return [(labels[: len(X)] == y).mean(), (labels[len(X) :] == case.y_test).mean()]

    return accuracies


def measured(case: Case) -> list[tuple[str, ...]]:
    arms = {"PyTorch loop": pytorch_loop, "compiled run": compiled_run}
    seconds: dict[str, list[float]] = {name: [] for name in arms}
    accuracy: dict[str, list[list[float]]] = {name: [] for name in arms}
    for round_ in range(case.rounds + 1):
        chosen = case.subset(round_)
        X, y = case.X[chosen], case.y[chosen]
        for name, train in arms.items():
            start = time.process_time()
            accuracies = train(case, X, y, round_)
            if round_ > 0:  # the first is warm-up: imports, caches, compilation
                seconds[name].append(time.process_time() - start)
                accuracy[name].append(accuracies())
    usual = median(seconds["PyTorch loop"])
    return [
        (
            f"{case.title}: {name}",
            f"{median(times) * 1e3:.4g} ms",
            f"{60 / median(times):.0f}",
            f"{usual / median(times):.3g}x",
            *(f"{100 * mean:.2f} %" for mean in np.mean(accuracy[name], axis=0)),
        )
        for name, times in seconds.items()
    ]


def two_cores(case: Case) -> tuple[str, ...]:
    """Wall-clock: our threads on two cores against the loop as it is usually run, one model after the other."""

    def run(seed: int) -> None:
        chosen = case.subset(seed)
        compiled_run(case, case.X[chosen], case.y[chosen], seed)

    start = time.perf_counter()
    for seed in range(2):
        pytorch_loop(case, case.X[case.subset(seed)], case.y[case.subset(seed)], seed)
    usual = (time.perf_counter() - start) / 2
    with ThreadPoolExecutor(2) as threads:
        start = time.perf_counter()
        list(threads.map(run, range(MODELS_ON_TWO_CORES)))
        ours = (time.perf_counter() - start) / MODELS_ON_TWO_CORES
    title = f"{case.title}: two threads, wall"
    return (title, f"{ours * 1e3:.4g} ms", f"{60 / ours:.0f}", f"{usual / ours:.3g}x", "", "")


def share_of_peak(case: Case, seconds_per_model: float) -> str:
    """The run's arithmetic per second beside that of the bare matrix product of its first layer."""
    (n, n_features), hidden, n_classes = case.X.shape, case.learner.hidden, int(case.y.max()) + 1
    operations = case.learner.epochs * round(FRACTION * n) * (4 * n_features * hidden + 6 * hidden * n_classes)
    batch, weights = case.X[: case.learner.batch_size], np.ones((n_features, hidden), np.float32)
    product, times = np.empty((len(batch), hidden), np.float32), []
    for _ in range(200):
        start = time.process_time()
        for _ in range(10):
            np.dot(batch, weights, out=product)
        times.append((time.process_time() - start) / 10)
    peak = 2 * product.size * n_features / median(times)
    rate = operations / seconds_per_model
    return (
        f"{case.title}: {rate / 1e9:.0f} of {peak / 1e9:.0f} GFLOP/s, {100 * rate / peak:.0f} % of the matrix product."
    )


def whole_studies(case: Case) -> list[tuple[str, ...]]:
    """Evaluation and recording included: OpenDataVal's estimator of Feldman and Zhang's influence, and ours.

    Its perceptron puts a softmax before the cross-entropy, which keeps it from fitting; here it is corrected to the
    network of the other rows. It keeps one accuracy a model; ours, each example's correctness, margin and confidence.
    """
    for unused in THEIR_UNUSED_IMPORTS:
        sys.modules.setdefault(unused, MagicMock())
    from opendataval.dataval.influence.infsub import InfluenceSubsample
    from opendataval.metrics import accuracy
    from opendataval.model.mlp import ClassifierMLP

    def one_hot(labels: NDArray[np.int64]) -> torch.Tensor:
        return torch.nn.functional.one_hot(torch.tensor(labels), n_classes).float()

    n_features, n_classes, hidden = case.X.shape[1], int(case.y.max()) + 1, case.learner.hidden
    model = ClassifierMLP(n_features, n_classes, layers=3)
    model.mlp = torch.nn.Sequential(
        torch.nn.Linear(n_features, hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, n_classes)
    )
    center, deviation = case.X.mean(axis=0), case.X.std(axis=0) + 1e-6
    X, X_test = (torch.tensor((table - center) / deviation) for table in (case.X, case.X_test))
    study = InfluenceSubsample(N_THEIRS, FRACTION, random_state=0)
    study.input_data(X, one_hot(case.y), X_test, one_hot(case.y_test)).input_model(model).input_metric(accuracy)
    start = time.process_time()
    study.train_data_values(epochs=case.learner.epochs, batch_size=case.learner.batch_size)
    theirs = (time.process_time() - start) / N_THEIRS
    their_accuracy = study.influence_matrix.sum() / study.sample_counts.sum()

    data = Dataset.from_arrays(case.X, case.y, case.X_test, case.y_test, name="digits")
    design = SubsetDesign(n_trials=N_OURS, fraction=FRACTION, seed=0)
    with TemporaryDirectory() as folder:
        start = time.process_time()
        outcomes = run_trials(case.learner, data, design, store=folder, jobs=1)
        ours = (time.process_time() - start) / N_OURS
    titles = f"{case.title}: InfluenceSubsample", f"{case.title}: run_trials, stored"
    return [
        (titles[0], f"{theirs * 1e3:.4g} ms", f"{60 / theirs:.0f}", "1x", "", f"{100 * their_accuracy:.2f} %"),
        (
            titles[1],
            f"{ours * 1e3:.4g} ms",
            f"{60 / ours:.0f}",
            f"{theirs / ours:.3g}x",
            f"{100 * outcomes.correct[outcomes.inclusion].mean():.2f} %",
            f"{100 * outcomes.test_correct.mean():.2f} %",
        ),
    ]


def case_of(name: str, n: int, title: str, learner: CompiledMLP, rounds: int) -> Case:
    data = load_dataset(name)
    return Case(
        title=title,
        X=np.ascontiguousarray(data.X[:n], np.float32),
        y=data.y[:n],
        X_test=np.ascontiguousarray(data.X_test, np.float32),
        y_test=data.y_test,
        learner=learner,
        rounds=rounds,
    )


def main() -> None:
    torch.set_num_threads(1)
    fixed = {"epochs": 10, "max_epochs": 10}
    digits = case_of("digits", 1437, "digits", CompiledMLP(hidden=64, **fixed), rounds=15)
    rows, remarks = [*measured(digits), two_cores(digits)], []
    try:
        rows += whole_studies(digits)
    except ImportError as missing:
        remarks.append(f"OpenDataVal is left out: {missing}.")
    try:
        recipe = CompiledMLP(hidden=256, batch_size=64, epochs=3, max_epochs=3, learning_rate=0.2)
        fashion = case_of("fashion-mnist", 10_000, "Fashion-MNIST", recipe, rounds=5)
        rows += measured(fashion)
        remarks.append(share_of_peak(fashion, float(rows[-1][1].split()[0]) / 1e3))
    except LongtailError as missing:
        remarks.append(str(missing))
    columns = ("training run", "time", "models / min", "ratio", "included", "test")
    print_table(
        "Training on a random 70 %: digits (1,437, 64-64-10), Fashion-MNIST (10,000, 784-256-10)", columns, rows
    )
    for remark in remarks:
        out.print(remark)


if __name__ == "__main__":
    with threadpool_limits(limits=1):
        sys.exit(main())
