"""The digits network beside the loops that a good engineer would write: PyTorch, torch.func, NumPy, numba.

    python benchmarks/trials_loops.py             # PyTorch's two loops need the extra 'neural'

One network of 64-64-10 a trial on 70 % of 1,437 digits, ten epochs in batches of 32, SGD with momentum 0.9 and a rate
that falls linearly from 0.1; then all 1,797 digits are evaluated. Every loop keeps what it needs for memorization:
who was in, who was right, by what margin. CPU time a model, one thread, the loops by turns; medians over rounds after
one to warm up. ``longtail`` is ``run_trials`` as it comes, with its checks, confidences and records.
"""

import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numba
import numpy as np
from threadpoolctl import threadpool_limits

from longtail.cli.printing import print_table
from longtail.dataset import Dataset, load_dataset
from longtail.trials import CompiledMLP, SubsetDesign, run_trials

EPOCHS, BATCH, RATE, MOMENTUM, ROUNDS = 10, 32, 0.1, 0.9, 7
Loop = Callable[[Any, Any, list[np.ndarray], int], list[np.ndarray]]  # inputs, labels, subsets, seed -> logits


def main() -> None:
    digits = load_dataset("digits")
    X = np.concatenate([digits.X, digits.X_test])
    y, n = np.concatenate([digits.y, digits.y_test]), digits.n_train
    loops: dict[str, tuple[Loop, int]] = {"NumPy": (numpy_loop, 10), "numba": (numba_loop, 20)}
    if find_spec("torch"):
        loops |= {"PyTorch": (torch_loop, 4), "PyTorch, networks stacked": (stacked_loop, 40)}
    seconds: dict[str, list[float]] = {name: [] for name in [*loops, "longtail", "longtail, no waiting"]}
    right: dict[str, list[float]] = {name: [] for name in seconds}
    with threadpool_limits(1):
        for number in range(ROUNDS + 1):
            for name, (loop, n_models) in loops.items():
                subsets = [SubsetDesign(n_trials=n_models, seed=number).inclusion(n, t) for t in range(n_models)]
                start = time.process_time()
                logits = loop(X, y, [np.flatnonzero(subset) for subset in subsets], number)
                margins = [margin(own, y) for own in logits]
                seconds[name].append((time.process_time() - start) / n_models)
                right[name].append(
                    float(np.mean([(m[:n] > 0)[~s].mean() for m, s in zip(margins, subsets, strict=True)]))
                )
            for name, longest_wait in (("longtail", 4), ("longtail, no waiting", 0)):
                took, share = ours(digits, longest_wait, number)
                seconds[name].append(took)
                right[name].append(share)
    ours_took = np.median(seconds["longtail"][1:])
    rows = [
        (
            name,
            f"{np.median(s[1:]) * 1000:.2f} ms",
            f"{np.median(s[1:]) / ours_took:.2f}",
            f"{np.mean(right[name]):.2%}",
        )
        for name, s in sorted(seconds.items(), key=lambda item: -np.median(item[1][1:]))
    ]
    print_table("Digits, 64-64-10", ("loop", "CPU a model", "of longtail's", "right, left out"), rows)


def ours(digits: Dataset, longest_wait: int, seed: int) -> tuple[float, float]:
    learner = CompiledMLP(epochs=EPOCHS, max_epochs=EPOCHS, longest_wait=longest_wait)
    start = time.process_time()
    outcomes = run_trials(learner, digits, SubsetDesign(n_trials=100, seed=seed), jobs=1)
    return (time.process_time() - start) / 100, float(outcomes.correct[~outcomes.inclusion].mean())


def margin(logits: np.ndarray, y: np.ndarray) -> np.ndarray:
    others = logits.copy()
    others[np.arange(len(y)), y] = -np.inf
    result: np.ndarray = logits[np.arange(len(y)), y] - others.max(axis=1)
    return result


def standardized(X: np.ndarray, subset: np.ndarray) -> np.ndarray:
    mean, spread = X[subset].mean(axis=0), X[subset].std(axis=0)
    result: np.ndarray = ((X - mean) / np.where(spread > 0, spread, np.inf)).astype(np.float32)
    return result


def first_weights(draws: np.random.Generator) -> list[np.ndarray]:
    def part(fan_in: int, *shape: int) -> np.ndarray:
        return (draws.uniform(-1, 1, shape) / np.sqrt(fan_in)).astype(np.float32)

    return [part(64, 64, 64), part(64, 64), part(64, 64, 10), part(64, 10)]


def numpy_loop(X: np.ndarray, y: np.ndarray, subsets: list[np.ndarray], seed: int) -> list[np.ndarray]:
    answers = []
    for number, subset in enumerate(subsets):
        draws, inputs = np.random.default_rng((seed, number)), standardized(X, subset)
        weights = first_weights(draws)
        velocity = [np.zeros_like(part) for part in weights]
        step, n_steps = 0, EPOCHS * -(-len(subset) // BATCH)
        for _ in range(EPOCHS):
            order = draws.permutation(subset)
            for start in range(0, len(order), BATCH):
                rows = order[start : start + BATCH]
                below = inputs[rows]
                hidden = np.maximum(below @ weights[0] + weights[1], 0)
                logits = hidden @ weights[2] + weights[3]
                slope = np.exp(logits - logits.max(axis=1, keepdims=True))
                slope /= slope.sum(axis=1, keepdims=True)
                slope[np.arange(len(rows)), y[rows]] -= 1
                slope /= len(rows)
                back = (slope @ weights[2].T) * (hidden > 0)
                gradient = [below.T @ back, back.sum(axis=0), hidden.T @ slope, slope.sum(axis=0)]
                rate = np.float32(RATE * (1 - step / n_steps))
                for part, speed, pull in zip(weights, velocity, gradient, strict=True):
                    speed *= np.float32(MOMENTUM)
                    speed += pull
                    part -= rate * speed
                step += 1
        answers.append(np.maximum(inputs @ weights[0] + weights[1], 0) @ weights[2] + weights[3])
    return answers


@numba.njit(cache=True, fastmath=True)
def numba_run(inputs, y, order, w1, b1, w2, b2):  # type: ignore[no-untyped-def]
    v1, c1, v2, c2 = np.zeros_like(w1), np.zeros_like(b1), np.zeros_like(w2), np.zeros_like(b2)
    step, n_steps = 0, EPOCHS * ((len(order) + BATCH - 1) // BATCH)
    for _ in range(EPOCHS):
        np.random.shuffle(order)  # noqa: NPY002 - what numba has
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            below = inputs[rows]
            hidden = np.maximum(np.dot(below, w1) + b1, np.float32(0))
            slope = np.dot(hidden, w2) + b2
            for row in range(len(rows)):
                slope[row] = np.exp(slope[row] - slope[row].max())
                slope[row] /= slope[row].sum()
                slope[row, y[rows[row]]] -= np.float32(1)
            slope /= np.float32(len(rows))
            back = np.dot(slope, w2.T)
            for row in range(len(rows)):
                for unit in range(back.shape[1]):
                    if hidden[row, unit] <= 0:
                        back[row, unit] = np.float32(0)
            rate, momentum = np.float32(RATE * (1 - step / n_steps)), np.float32(MOMENTUM)
            v1[:] = momentum * v1 + np.dot(below.T, back)
            c1[:] = momentum * c1 + back.sum(axis=0)
            v2[:] = momentum * v2 + np.dot(hidden.T, slope)
            c2[:] = momentum * c2 + slope.sum(axis=0)
            w1 -= rate * v1
            b1 -= rate * c1
            w2 -= rate * v2
            b2 -= rate * c2
            step += 1
    return np.dot(np.maximum(np.dot(inputs, w1) + b1, np.float32(0)), w2) + b2


def numba_loop(X: np.ndarray, y: np.ndarray, subsets: list[np.ndarray], seed: int) -> list[np.ndarray]:
    return [
        numba_run(standardized(X, subset), y, subset.copy(), *first_weights(np.random.default_rng((seed, number))))
        for number, subset in enumerate(subsets)
    ]


def torch_loop(X: np.ndarray, y: np.ndarray, subsets: list[np.ndarray], seed: int) -> list[np.ndarray]:
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    answers = []
    for subset in subsets:
        inputs = torch.tensor(standardized(X, subset))
        network = torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10))
        optimizer = torch.optim.SGD(network.parameters(), lr=RATE, momentum=MOMENTUM)
        loader = DataLoader(TensorDataset(inputs[subset], torch.tensor(y[subset])), batch_size=BATCH, shuffle=True)
        falling = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, EPOCHS * len(loader))
        for _ in range(EPOCHS):
            for features, labels in loader:
                optimizer.zero_grad()
                torch.nn.functional.cross_entropy(network(features), labels).backward()
                optimizer.step()
                falling.step()
        with torch.no_grad():
            answers.append(network(inputs).numpy())
    return answers


def stacked_loop(X: np.ndarray, y: np.ndarray, subsets: list[np.ndarray], seed: int) -> list[np.ndarray]:
    import torch

    torch.set_num_threads(1)
    draws, n_models = np.random.default_rng(seed), len(subsets)
    inputs = torch.tensor(np.stack([standardized(X, subset) for subset in subsets]))
    stacked = zip(*(first_weights(draws) for _ in subsets), strict=True)
    weights = [torch.tensor(np.stack(parts)) for parts in stacked]
    velocity = [torch.zeros_like(part) for part in weights]
    labels, models = torch.tensor(y), torch.arange(n_models)[:, None]

    def loss(w1: Any, b1: Any, w2: Any, b2: Any, features: Any, target: Any) -> Any:
        return torch.nn.functional.cross_entropy((features @ w1 + b1).relu() @ w2 + b2, target)

    slopes = torch.func.vmap(torch.func.grad(loss, argnums=(0, 1, 2, 3)))
    length = min(len(subset) for subset in subsets)
    step, n_steps = 0, EPOCHS * -(-length // BATCH)
    for _ in range(EPOCHS):
        order = torch.tensor(np.stack([draws.permutation(subset)[:length] for subset in subsets]))
        for start in range(0, length, BATCH):
            rows = order[:, start : start + BATCH]
            gradient = slopes(*weights, inputs[models, rows], labels[rows])
            for part, speed, pull in zip(weights, velocity, gradient, strict=True):
                speed.mul_(MOMENTUM).add_(pull)
                part.sub_(speed, alpha=RATE * (1 - step / n_steps))
            step += 1
    hidden = (inputs @ weights[0] + weights[1][:, None]).relu()
    return list((hidden @ weights[2] + weights[3][:, None]).numpy())


if __name__ == "__main__":
    main()
