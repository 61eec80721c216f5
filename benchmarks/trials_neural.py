"""Networks on PyTorch: the learners against the usual loop on the same device, same network, same accuracy.

    python benchmarks/trials_neural.py                # CPU: the small CNN, one after the other
    python benchmarks/trials_neural.py --device cuda  # stacks of MLPs and CNNs against the loop on the same GPU

Needs the extra ``neural`` and Fashion-MNIST (``apt-get install dataset-fashion-mnist``). The first 10,000 examples,
subsets of 70 %. The arms take turns; a time is the median over the rounds: CPU seconds of one thread on a CPU, wall
clock on a GPU.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from longtail.cli.printing import out, print_table
from longtail.dataset import Dataset, load_dataset
from longtail.trials import BatchLearner, CompiledMLP, StackedMLP, StackedTorch, SubsetDesign, TorchLearner

N_EXAMPLES, N_EVALUATED = 10_000, 2_000


class SmallCNN(torch.nn.Module):
    """conv16 - pool - conv64 - pool - linear: 40,810 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = torch.nn.Conv2d(1, 16, 3, padding=1), torch.nn.Conv2d(16, 64, 3, padding=1)
        self.last = torch.nn.Linear(64 * 7 * 7, 10)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        pooled = torch.nn.functional.max_pool2d(self.first(pictures).relu(), 2)
        return self.last(torch.nn.functional.max_pool2d(self.second(pooled).relu(), 2).flatten(1))


def mlp() -> torch.nn.Module:
    return torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 256), torch.nn.ReLU(), torch.nn.Linear(256, 10))


@dataclass(frozen=True, kw_only=True)
class Case:
    title: str
    network: Callable[[], torch.nn.Module]
    learners: dict[str, Any]
    epochs: int
    learning_rate: float


def pytorch_loop(case: Case, X: NDArray[np.float32], y: NDArray[np.int64], X_eval: Any, seed: int, device: str) -> Any:
    """The loop of the tutorials: ``DataLoader``, ``SGD`` with a falling rate, batches moved to the device."""
    torch.manual_seed(seed)
    center, scale = X.mean(), X.std()
    pictures = torch.tensor((X - center) / scale).reshape(-1, 1, 28, 28)
    examples = torch.utils.data.TensorDataset(pictures, torch.tensor(y))
    loader = torch.utils.data.DataLoader(examples, batch_size=64, shuffle=True)
    network, loss = case.network().to(device), torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(network.parameters(), lr=case.learning_rate, momentum=0.9)
    n_steps = case.epochs * len(loader)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / n_steps)
    for _ in range(case.epochs):
        for inputs, labels in loader:
            optimizer.zero_grad()
            loss(network(inputs.to(device)), labels.to(device)).backward()
            optimizer.step()
            schedule.step()
    with torch.no_grad():
        there = torch.tensor((X_eval - center) / scale).reshape(-1, 1, 28, 28).to(device)
        return network(there).argmax(dim=1).cpu().numpy()


def measured(case: Case, data: Dataset, device: str, rounds: int) -> list[tuple[str, ...]]:
    clock = time.process_time if device == "cpu" else time.perf_counter
    X, y = data.X[:N_EXAMPLES], data.y[:N_EXAMPLES]
    X_eval, truth = data.X_test[:N_EVALUATED], data.y_test[:N_EVALUATED]
    design = SubsetDesign(n_trials=1000)
    seconds: dict[str, list[float]] = {"PyTorch loop": [], **{name: [] for name in case.learners}}
    accuracies: dict[str, list[float]] = {name: [] for name in seconds}
    for round_ in range(rounds + 1):
        members = np.flatnonzero(design.inclusion(N_EXAMPLES, round_))
        for name in seconds:
            start = clock()
            if name == "PyTorch loop":
                labels = [pytorch_loop(case, X[members], y[members], X_eval, round_, device)]
            else:
                labels = answers(case.learners[name], X, y, X_eval, members, design, round_)
            if round_ > 0:  # the first is warm-up
                seconds[name].append((clock() - start) / len(labels))
                accuracies[name].append(float(np.mean([(found == truth).mean() for found in labels])))
    usual = median(seconds["PyTorch loop"])
    return [
        (
            f"{case.title}: {name}",
            f"{median(times) * 1e3:.4g} ms",
            f"{60 / median(times):.0f}",
            f"{usual / median(times):.3g}x",
            f"{100 * np.mean(accuracies[name]):.2f} %",
        )
        for name, times in seconds.items()
    ]


def answers(
    learner: Any,
    X: NDArray[np.float32],
    y: NDArray[np.int64],
    X_eval: NDArray[np.float32],
    members: NDArray[np.int64],
    design: SubsetDesign,
    seed: int,
) -> Sequence[NDArray[np.int64]]:
    if not isinstance(learner, BatchLearner):
        return [learner.fit_predict(X[members], y[members], X_eval, n_classes=10, seed=seed).labels]
    subsets = [np.flatnonzero(design.inclusion(len(X), trial)) for trial in range(learner.trials_per_batch)]
    seeds = [seed * 1000 + trial for trial in range(len(subsets))]
    return [answer.labels for answer in learner.fit_predict_many(X, y, subsets, X_eval, n_classes=10, seeds=seeds)]


def cases(device: str, stack: int) -> list[Case]:
    fixed = {"epochs": 1, "max_epochs": 1, "batch_size": 64, "learning_rate": 0.05}
    sequential = TorchLearner(module=SmallCNN, input_shape=(1, 28, 28), standardize="all", device=device, **fixed)
    cnn: dict[str, Any] = {"TorchLearner": sequential}
    if device == "cpu":
        return [Case(title="CNN", network=SmallCNN, learners=cnn, epochs=1, learning_rate=0.05)]
    cnn[f"StackedTorch, {stack}"] = StackedTorch(learner=sequential, trials_per_batch=stack)
    stacked = StackedMLP(
        mlp=CompiledMLP(hidden=256, longest_wait=0, **fixed), device=device, trials_per_batch=4 * stack
    )
    return [
        Case(
            title="MLP 784-256-10",
            network=mlp,
            learners={f"StackedMLP, {4 * stack}": stacked},
            epochs=1,
            learning_rate=0.05,
        ),
        Case(title="CNN", network=SmallCNN, learners=cnn, epochs=1, learning_rate=0.05),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--stack", type=int, default=64, help="CNNs in a stack; four times as many MLPs")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    torch.set_num_threads(1)
    data = load_dataset("fashion-mnist")
    rows = [
        row
        for case in cases(options.device, options.stack)
        for row in measured(case, data, options.device, options.rounds)
    ]
    name = torch.cuda.get_device_name() if options.device == "cuda" else "one CPU thread"
    columns = ("training run, with 2,000 predictions", "time a model", "models / min", "ratio", "test")
    print_table(f"One epoch on 70 % of 10,000 Fashion-MNIST examples: {name}", columns, rows)
    out.print(f"torch {torch.__version__}")


if __name__ == "__main__":
    with threadpool_limits(limits=1):
        sys.exit(main())
