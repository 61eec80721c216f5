"""The tail as the learner meets it, held against worlds in which it is planted; parts are named on the command line.

    python benchmarks/learner_tail.py mixtures 60
    python benchmarks/learner_tail.py gaussians 40
    python benchmarks/learner_tail.py many 6
    python benchmarks/learner_tail.py tails 10
    python benchmarks/learner_tail.py flips 40
    python benchmarks/learner_tail.py splits 20
    python benchmarks/learner_tail.py removal
    python benchmarks/learner_tail.py added

The number is that of worlds, whose seeds are 0, 1, 2, ...; numbers after it are first seeds to begin with.
"""

import sys
from dataclasses import replace
from time import process_time

import numpy as np
from scipy.special import digamma
from scipy.stats import hypergeom
from sklearn.datasets import make_blobs
from sklearn.metrics import pairwise_distances

from longtail.dataset import Dataset, load_dataset
from longtail.experiments.memorized_sets import MEMORIZED, MISLABELED, RARE, memorized_positions, memorized_sets
from longtail.experiments.necessity import necessity
from longtail.experiments.paired_removal import paired_removal
from longtail.learners.mlp.compiled_mlp import CompiledMLP
from longtail.outcomes import Outcomes
from longtail.scores import learner_tail
from longtail.scores.witnesses import left_out_pool, pool_of_test_examples
from longtail.trials import SubsetDesign, run_trials

POOL, TEST, DIMENSION, CLASSES, TRIALS, NEAR = 1200, 400, 60, 10, 50, 60
FRACTIONS = (0.5, 0.7, 0.9)
MIXTURES = {
    "Zipf 1": {},
    "Zipf 0.6": {"power": 0.6, "kinds": 3000},
    "Zipf 1.5": {"power": 1.5},
    "covered": {"kinds": 200},
    "Zipf 1, 5 % label noise": {"noise": 0.05},
}


def nearest_right(nearest, y, included):
    """Say who is right, if everyone says what the nearest of the included examples is labeled."""
    first = included[nearest].argmax(axis=1)
    return y[nearest[np.arange(len(nearest)), first]] == y


def nearest_trials(nearest, y, n_train, fraction, n_trials, rng):
    """Outcomes of nearest neighbors on random subsets."""
    inclusion = np.zeros((n_trials, n_train), bool)
    for row in inclusion:
        row[rng.permutation(n_train)[: round(fraction * n_train)]] = True
    right = np.array([nearest_right(nearest, y, row) for row in inclusion])
    return Outcomes.from_arrays(inclusion, right[:, :n_train], test_correct=right[:, n_train:])


def neighbors(X, n_train, number):
    """Positions of the nearest training examples of each example, the nearest first; itself is one."""
    distance = pairwise_distances(X, X[:n_train])
    near = np.argpartition(distance, number, axis=1)[:, :number]
    order = np.argsort(np.take_along_axis(distance, near, axis=1), axis=1)
    return np.take_along_axis(near, order, axis=1)


class Mixture:
    """Kinds on a sphere, each with one label, and a pool and a test set drawn from them."""

    def __init__(self, seed, *, power=1.0, kinds=1500, noise=0.0):
        rng = np.random.default_rng(seed)
        weights = rng.choice(np.arange(1, kinds + 1.0) ** -power, kinds)
        self.D, label = weights / weights.sum(), rng.integers(CLASSES, size=kinds)
        centers = rng.normal(size=(kinds, DIMENSION))
        centers /= np.linalg.norm(centers, axis=1, keepdims=True)
        self.kind = rng.choice(kinds, POOL + TEST, p=self.D)
        X = centers[self.kind] + 0.4 * rng.normal(size=(POOL + TEST, DIMENSION)) / DIMENSION**0.5
        y = label[self.kind]
        flipped = rng.random(POOL + TEST) < noise  # new data are labeled as carelessly as these
        self.y = np.where(flipped, (y + rng.integers(1, CLASSES, len(y))) % CLASSES, y)
        self.known = (1 - noise) ** 2 + noise**2 / (CLASSES - 1)  # right on a kind that was seen
        scaled = (8 * X).astype(np.float32)
        self.data = Dataset.from_arrays(scaled[:POOL], self.y[:POOL], scaled[POOL:], self.y[POOL:])
        self.nearest = neighbors(X, POOL, NEAR)  # one of so many is in every subset
        self.rng = rng

    def trials(self, fraction):
        """Outcomes of nearest neighbors on random subsets."""
        return nearest_trials(self.nearest, self.y, POOL, fraction, TRIALS, self.rng)

    def truth(self, low, high):
        """What theory says of a learner that fits its data: M_1 averaged with weights 1/m, the exponent of its error,
        and m tau_1 of the kinds.
        """
        count = np.bincount(self.kind[:POOL], minlength=len(self.D))
        unseen = [(self.D * hypergeom(POOL, count, round(f * POOL)).pmf(0)).sum() for f in (low, high)]
        m = [round(f * POOL) for f in (low, high)]
        step = digamma(m[1] + 1) - digamma(m[0] + 1)
        worth = (self.known - 1 / CLASSES) * (unseen[0] - unseen[1]) / step
        missed = 1 - self.known  # of kinds that were seen
        error = [missed + (1 - 1 / CLASSES - missed) * each for each in unseen]
        exponents = [np.log(each[0] / each[1]) / np.log(m[1] / m[0]) for each in (error, unseen)]
        return worth, *exponents


def mixtures(seeds):
    print(f"1-nearest-neighbor, {POOL} examples, {TEST} tests, {TRIALS} models a fraction, {len(seeds)} worlds")
    print(
        f"{'world':26}{'M_1':>8}{'planted':>9}{'bias':>7}{'cover':>7}"
        f"{'exponent':>10}{'planted':>9}{'cover':>7}{'check':>7}{'m tau_1':>9}"
    )
    for name, options in MIXTURES.items():
        rows = []
        for seed in seeds:
            world = Mixture(seed, **options)
            found = learner_tail({fraction: world.trials(fraction) for fraction in FRACTIONS})
            worth, exponent, tail = world.truth(*FRACTIONS[:2])
            rows.append(
                [
                    found.singleton_worth.value,
                    worth,
                    found.singleton_worth.low <= worth <= found.singleton_worth.high,
                    found.exponent.value,
                    exponent,
                    found.exponent.low <= exponent <= found.exponent.high,
                    np.nan if found.check is None else found.check.holds,
                    tail,
                ]
            )
        m, planted, cover, alpha, planted_alpha, cover_alpha, check, tail = np.array(rows, float).mean(axis=0)
        print(
            f"{name:26}{m:8.4f}{planted:9.4f}{m / planted - 1:+7.1%}{cover:7.2f}"
            f"{alpha:10.3f}{planted_alpha:9.3f}{cover_alpha:7.2f}{check:7.2f}{tail:9.3f}",
            flush=True,
        )


def judged(data, *, n_trials=300, n_judged=100, seed=0, names=None):
    """Choose sets on the later trials, judge them (or those of ``names``) on the first ones."""
    design = SubsetDesign(n_trials=n_trials, fraction=0.7, seed=seed)
    outcomes = run_trials(CompiledMLP(), data, design, jobs=1)
    sets = memorized_sets(data, outcomes.restricted_to(slice(n_judged, None)), seed)
    sets = {name: rows for name, rows in sets.items() if names is None or name in names}
    removal = paired_removal(CompiledMLP(), data, outcomes, design, sets, n_trials=n_judged, jobs=1)
    return outcomes, removal


def told(name, worlds):
    """Count verdicts, and print what all memorized examples and those that look rare are worth beyond matched ones."""
    verdicts, worth, surely = [], [], 0
    for seed, data in worlds:
        _, removal = judged(data, seed=seed)
        said = necessity(removal)
        verdicts.append("nothing memorized" if said is None else said.verdict)
        if said is not None and said.beyond is not None:
            worth.append([said.memorized.value, said.beyond.value, said.rare.value])
            surely += said.rare.low > 0
    counts = {verdict: verdicts.count(verdict) for verdict in sorted(set(verdicts))}
    memorized, beyond, rare = 100 * np.mean(worth or [[np.nan] * 3], axis=0)
    print(f"{name:18}{memorized:+8.2f}{beyond:+8.2f}{rare:+8.2f}{surely:8}  {counts}", flush=True)


HEADING = f"{'mean, in points':18}{'lost':>8}{'beyond':>8}{'rare':>8}{'surely':>8}  verdicts"


def blobs(n_classes, seed, n_test=300):
    """Overlapping Gaussians, of which none is rare."""
    rng = np.random.default_rng(seed)
    centers = rng.normal(size=(n_classes, 10)) * 3.0
    X, y = make_blobs(300 + n_test, centers=centers, cluster_std=3.0, random_state=seed)
    return Dataset.from_arrays(X[:300], y[:300], X[300:], y[300:])


def gaussians(seeds):
    print(f"built-in network, 300 examples in 10 dimensions, 300 tests, 200 + 100 models, {len(seeds)} worlds")
    print(HEADING)
    for n_classes in (2, 10):
        told(f"{n_classes} Gaussians", ((seed, blobs(n_classes, seed)) for seed in seeds))


def many(seeds):
    print(f"the same with 4,000 tests, {len(seeds)} worlds: what is worth something without a tail is then seen surely")
    print(HEADING)
    for n_classes in (2, 10):
        told(f"{n_classes} Gaussians", ((seed, blobs(n_classes, seed, 4000)) for seed in seeds))


def tails(seeds):
    print(f"built-in network, {POOL} examples of planted kinds, {TEST} tests, 200 + 100 models, {len(seeds)} worlds")
    print(HEADING)
    for name, options in MIXTURES.items():
        told(name, ((seed, Mixture(seed, **options).data) for seed in seeds))


def flips(seeds):
    digits = load_dataset("digits")
    print(f"digits, built-in network, 100 + 60 models, {len(seeds)} worlds a share")
    for share in (0.05, 0.2):
        rows = []
        for seed in seeds:
            rng = np.random.default_rng(seed)
            y = digits.y.copy()
            wrong = rng.permutation(len(y))[: round(share * len(y))]
            y[wrong] = (y[wrong] + rng.integers(1, 10, len(wrong))) % 10
            data = Dataset.from_arrays(digits.X, y, digits.X_test, digits.y_test)
            _, removal = judged(data, n_trials=160, n_judged=60, seed=seed, names=(MISLABELED, RARE))
            losses = [removal.arms[name].loss for name in (MISLABELED, RARE)]
            flipped = [np.isin(removal.arms[name].removed, wrong).mean() for name in (MISLABELED, RARE)]
            rows.append([*(loss.value for loss in losses), losses[0].high < 0, losses[1].low > 0, *flipped])
            a, b, *_ = rows[-1]
            print(f"  {share:.0%} seed {seed}: {100 * a:+.1f} {100 * b:+.1f}", flush=True)
        rows = np.array(rows, float)
        signs = ((rows[:, 0] < 0) & (rows[:, 1] > 0)).mean()
        mean = rows.mean(axis=0)
        print(
            f"{share:.0%} flipped: both signs right {signs:.2f}; gained without mislabeled {-100 * mean[0]:.1f}, lost "
            f"without rare {100 * mean[1]:.1f} points; surely {mean[2]:.2f} and {mean[3]:.2f}; of those that look "
            f"mislabeled {mean[4]:.0%} are flipped, of those that look rare {mean[5]:.0%}",
            flush=True,
        )


def added(_):
    """Whether single worths, added up, agree with removal at once, for nearest neighbors, whose trials cost nothing."""
    for name, data, n_trials in (
        ("digits", load_dataset("digits"), 20000),
        ("fashion-mnist", fashion(5000, 1000), 20000),
    ):
        y, n_train, rng = np.r_[data.y, data.y_test], data.n_train, np.random.default_rng(0)
        nearest = neighbors(np.concatenate([data.X, data.X_test]), n_train, 100)
        outcomes = nearest_trials(nearest, y, n_train, 0.7, n_trials, rng)
        tables = {f: nearest_trials(nearest, y, n_train, f, 400, rng) for f in (0.5, 0.9)} | {0.7: outcomes}
        removed = memorized_positions(outcomes.restricted_to(slice(400, None)))
        lost = []
        for row, right in zip(outcomes.inclusion[:400], outcomes.test_correct[:400], strict=True):
            left = row.copy()
            left[removed] = False
            lost.append(right.mean() - nearest_right(nearest, y, left)[n_train:].mean())
        paired = np.std(lost, ddof=1) / len(lost) ** 0.5
        print(f"{name}, nearest neighbor, {n_train} examples, {data.n_test} tests: {len(removed)} memorized")
        print(f"paired removal, {len(lost)} models: {100 * np.mean(lost):.2f} +- {100 * paired:.3f}")
        worth, error = regression(outcomes, removed)
        add_up(worth, error, np.mean(lost), paired, len(removed) / n_train, learner_tail(tables))


def regression(outcomes, removed):
    """Worth of a set by a regression of test accuracy on how many of it are in the subset, and its standard error."""
    there = outcomes.inclusion[:, removed].sum(axis=1).astype(float)
    accuracy = outcomes.test_correct.mean(axis=1)
    centered = there - there.mean()
    slope = centered @ accuracy / (centered @ centered)
    residual = accuracy - accuracy.mean() - slope * centered
    error = (residual @ residual / (len(there) - 2) / (centered @ centered)) ** 0.5 * there.mean()
    print(f"regression on {outcomes.n_trials} trials: {100 * slope * there.mean():.2f} +- {100 * error:.3f}")
    return slope * there.mean(), error


def add_up(worth, error, removed_at_once, paired, share, tail):
    """Compare single worths, relative ones by (1 - K/N) and M_1 by K/N, with removal at once."""
    added = (1 - share) * worth + share * tail.singleton_worth.value
    apart = np.hypot(paired, (1 - share) * error)
    print(
        f"added up, relative worth by (1 - K/N) and M_1 by K/N: {100 * added:.2f}, which is "
        f"{abs(added - removed_at_once) / apart:.1f} standard errors from paired removal",
        flush=True,
    )


def removal(_):
    """What the memorized are worth by paired removal, beside a regression on trials: worth, width, CPU time."""
    removal_of_memorized("digits", load_dataset("digits"), 2000)


def fashion(n_train, n_test, seed=0):
    data = load_dataset("fashion-mnist")
    order = np.random.default_rng(seed).permutation(data.n_train)[:n_train]
    return Dataset.from_arrays(data.X[order], data.y[order], data.X_test[:n_test], data.y_test[:n_test])


def removal_of_memorized(name, data, n_trials, store=None):
    """Print it for one data set; trials are kept and found again in ``store``, where seconds then tell nothing."""
    design, learner = SubsetDesign(n_trials=n_trials, fraction=0.7), CompiledMLP()
    started = process_time()
    outcomes = run_trials(learner, data, design, store, jobs=1)
    seconds = [process_time() - started]
    sets = memorized_sets(data, outcomes.restricted_to(slice(100, None)))
    started = process_time()
    arm = paired_removal(
        learner, data, outcomes, design, {MEMORIZED: sets[MEMORIZED]}, n_trials=100, store=store, jobs=1
    ).arms[MEMORIZED]
    seconds.append(process_time() - started)
    paired = arm.lost.mean(axis=1).std(ddof=1) / arm.lost.shape[0] ** 0.5
    print(f"{name}, without the {len(arm.removed)} memorized, standard error over models, in points")
    print(f"paired removal, {len(arm.lost)} models: {100 * arm.loss.value:.2f} +- {100 * paired:.3f}")
    worth, error = regression(outcomes, arm.removed)
    models = outcomes.n_trials * (error / paired) ** 2 / len(arm.lost)
    cpu = seconds[0] * (error / paired) ** 2 / seconds[1]
    print(f"for equal width the regression needs {models:.0f} times as many models, {cpu:.0f} times the CPU seconds")
    tables = {
        fraction: run_trials(
            learner, data, replace(design, n_trials=200, fraction=fraction), store, jobs=1, margins=False
        )
        for fraction in (0.5, 0.9)
    } | {0.7: outcomes}
    tail = learner_tail(tables)
    add_up(worth, error, arm.loss.value, paired, len(arm.removed) / data.n_train, tail)
    step = digamma(tail.sizes[1] + 1) - digamma(tail.sizes[0] + 1)
    coefficients = np.array([1, -1, 0]) / step
    ordered = dict(sorted(tables.items()))
    pools = [pool_of_test_examples(ordered), left_out_pool(ordered)]
    total = sum(pool.size for pool in pools)
    least = sum((pool.size / total) ** 2 * pool.variance(coefficients) for pool in pools) ** 0.5
    half = (tail.singleton_worth.high - tail.singleton_worth.low) / 2 / 1.959964
    print(f"M_1: {tail.singleton_worth}, {half / least:.2f} times as wide as witnesses alone make it")


def splits(seeds):
    """How often the error at the third fraction lies in its predicted interval, on real data split anew."""
    for name, n_train, n_test, n_trials in (
        ("digits", 1437, 360, 60),
        ("breast-cancer", 455, 114, 60),
        ("fashion-mnist", 5000, 1000, 20),
    ):
        data = load_dataset(name)
        X, y = np.concatenate([data.X, data.X_test]), np.concatenate([data.y, data.y_test])
        held, predicted, found, exponents = [], [], [], []
        for seed in seeds:
            order = np.random.default_rng(seed).permutation(len(y))[: n_train + n_test]
            train, test = np.split(order, [n_train])
            split = Dataset.from_arrays(X[train], y[train], X[test], y[test])
            tables = {
                fraction: run_trials(
                    CompiledMLP(),
                    split,
                    SubsetDesign(n_trials=n_trials, fraction=fraction, seed=seed),
                    jobs=1,
                    margins=False,
                )
                for fraction in FRACTIONS
            }
            tail = learner_tail(tables)
            exponents.append(tail.exponent.value)
            if tail.check is not None:
                held.append(tail.check.holds)
                predicted.append(tail.check.predicted.value)
                found.append(tail.check.found)
        print(
            f"{name}, {n_train} + {n_test}, {n_trials} models a fraction: held in {sum(held)} of {len(held)} splits "
            f"({len(seeds) - len(held)} refused); predicted {np.mean(predicted):.4f}, found {np.mean(found):.4f}, "
            f"exponent {np.nanmean(exponents):.2f}",
            flush=True,
        )


PARTS = {
    "splits": splits,
    "mixtures": mixtures,
    "gaussians": gaussians,
    "many": many,
    "tails": tails,
    "flips": flips,
    "removal": removal,
    "added": added,
}

if __name__ == "__main__":
    part, *numbers = sys.argv[1:]
    count, first = [*map(int, numbers), *[60, 0][len(numbers) :]]
    PARTS[part](range(first, first + count))
