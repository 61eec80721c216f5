"""DP-SGD on a CPU: our ghost norms against Opacus, and what Fashion-MNIST comes to at epsilon = 3.

    python benchmarks/limits_dp_sgd.py            # needs torch, opacus and the data set fashion-mnist
    python benchmarks/limits_dp_sgd.py --speed    # the first table alone

Both train the same network from the same law of initial weights, on the same features, with the same sampling rate,
number of steps, clipping norm, noise multiplier and learning rate; CPU seconds of one thread, the least of three runs.
"""

import sys
import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from longtail.dataset import Dataset, load_dataset
from longtail.limits import DPSGD
from longtail.trials import CompiledMLP

RUNS = 3


def opacus_run(learner: DPSGD, X, y, X_test, n_classes: int, seed: int):
    """The same training by Opacus; its test predictions."""
    import torch
    from opacus import PrivacyEngine

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    inputs, targets = torch.from_numpy(learner.entering(X)), torch.from_numpy(np.asarray(y))
    widths = [X.shape[1], *learner.inner.widths, n_classes]
    layers: list[torch.nn.Module] = []
    for fan_in, fan_out in pairwise(widths):
        layers += [torch.nn.Linear(fan_in, fan_out), torch.nn.ReLU()]
    model: torch.nn.Module = torch.nn.Sequential(*layers[:-1])
    rate = learner._learning_rate(learner.sampling_rate * len(X))
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    data = torch.utils.data.TensorDataset(inputs, targets)
    loader = torch.utils.data.DataLoader(data, batch_size=round(learner.sampling_rate * len(X)))
    engine = PrivacyEngine()
    model, optimizer, loader = engine.make_private(
        module=model,
        optimizer=optimizer,
        data_loader=loader,
        noise_multiplier=learner.noise_multiplier,
        max_grad_norm=learner.clipping_norm,
    )
    loss = torch.nn.CrossEntropyLoss()
    for _ in range(learner.epochs):
        for batch, labels in loader:
            optimizer.zero_grad()
            loss(model(batch), labels).backward()
            optimizer.step()
    with torch.no_grad():
        return model(torch.from_numpy(learner.entering(X_test))).argmax(1).numpy()


def timed(run: Callable[[int], NDArray[np.integer]]) -> tuple[float, NDArray[np.integer]]:
    """CPU seconds, the least of several runs, and the last result."""
    least = np.inf
    for seed in range(RUNS):
        start = time.process_time()
        result = run(seed)
        least = min(least, time.process_time() - start)
    return least, result


def compare(name: str, learner: DPSGD, data: Dataset) -> None:
    """One row of the first table."""
    _ = learner.noise_multiplier  # accounted for once, for both
    n_classes = data.n_classes
    ours, said = timed(
        lambda seed: learner.fit_predict(data.X, data.y, data.X_test, n_classes=n_classes, seed=seed).labels
    )
    theirs, other = timed(lambda seed: opacus_run(learner, data.X, data.y, data.X_test, n_classes, seed))
    mine, others = (float((labels == data.y_test).mean()) for labels in (said, other))
    ratio = theirs / ours
    print(f"{name:14s} {learner.steps:6d} {ours:7.2f} s {theirs:7.2f} s {ratio:5.1f}x {mine:7.2%} {others:7.2%}")


def speed() -> None:
    print(f"{'data':14s} {'steps':>6s} {'ours':>9s} {'Opacus':>9s} {'ratio':>6s} {'ours':>7s} {'Opacus':>7s}")
    small = DPSGD(inner=CompiledMLP(), epsilon=3.0, high=16.0, sampling_rate=0.25, epochs=40)
    compare("digits", small, load_dataset("digits"))
    large = DPSGD(inner=CompiledMLP(), epsilon=3.0, high=255.0, sampling_rate=0.05, epochs=2)
    compare("fashion-mnist", large, load_dataset("fashion-mnist").sample(10_000))


def fashion_mnist() -> None:
    data = load_dataset("fashion-mnist")
    print(f"{'epsilon':>7s} {'accuracy, by seed':>32s} {'CPU s a model':>14s}")
    for epsilon, n_seeds in ((3.0, 3), (1.0, 1), (8.0, 1)):
        learner = DPSGD(
            inner=CompiledMLP(hidden=128), epsilon=epsilon, delta=1e-5, high=255.0, sampling_rate=0.1, epochs=60
        )
        right, start = [], time.process_time()
        for seed in range(n_seeds):
            said = learner.fit_predict(data.X, data.y, data.X_test, n_classes=10, seed=seed).labels
            right.append(float((said == data.y_test).mean()))
        each = (time.process_time() - start) / n_seeds
        print(f"{epsilon:7g} {', '.join(f'{share:.2%}' for share in right):>32s} {each:14.1f}", flush=True)


if __name__ == "__main__":
    with threadpool_limits(1):
        speed()
        if "--speed" not in sys.argv:
            fashion_mnist()
