"""Boosted trees in plain Python and double precision: no bins, no histograms, every cut of every feature tried.

The rule is that of ``longtail.learners.trees``, written again from its description: a tree grows best leaf first, cuts
lie halfway between neighboring values of the training rows, missing values are tried on both sides, levels are cut in
the order of their smoothed gradients (those with few rows stay together), and of gains that are equal to nine digits
the first counts.
"""

import math

import numpy as np


class PlainBooster:
    def __init__(
        self,
        *,
        n_trees,
        n_leaves,
        learning_rate,
        min_rows,
        l2=0.0,
        smoothing=10.0,
        penalty=10.0,
        levels=(),
        max_depth=99,
    ):
        self.n_trees, self.n_leaves, self.learning_rate, self.min_rows = n_trees, n_leaves, learning_rate, min_rows
        self.l2, self.smoothing, self.penalty, self.levels, self.max_depth = l2, smoothing, penalty, levels, max_depth

    def scores(self, X, y, X_eval, n_classes, weight=None):
        """(n_scores, n_eval) scores: log-odds of class 1 of two, one score a class otherwise."""
        X, X_eval = np.asarray(X, float), np.asarray(X_eval, float)
        weight = np.ones(len(y)) if weight is None else np.asarray(weight, float)
        share = np.bincount(y, weight, minlength=n_classes) / weight.sum()
        start = [math.log(share[1] / share[0])] if n_classes == 2 else [math.log(part) for part in share]
        inside = np.repeat(np.array(start)[:, None], len(X), axis=1)
        outside = np.repeat(np.array(start)[:, None], len(X_eval), axis=1)
        for _ in range(self.n_trees):
            if n_classes == 2:
                probability, factor = 1 / (1 + np.exp(-inside)), 1.0
            else:
                mass = np.exp(inside - inside.max(axis=0))
                probability, factor = mass / mass.sum(axis=0), n_classes / (n_classes - 1)
            for k, p in enumerate(probability):
                truth = y == (1 if n_classes == 2 else k)
                tree = self._tree(X, (p - truth) * weight, factor * p * (1 - p) * weight)
                inside[k] += [tree(row) for row in X]
                outside[k] += [tree(row) for row in X_eval]
        return outside

    def numbers(self, X, y, X_eval):
        """(n_eval,) numbers: the mean, and trees on what squared error leaves."""
        X, X_eval, y = (np.asarray(each, float) for each in (X, X_eval, y))
        inside, outside = np.full(len(X), y.mean()), np.full(len(X_eval), y.mean())
        for _ in range(self.n_trees):
            tree = self._tree(X, inside - y, np.ones(len(y)), longest_step=math.inf)
            inside += [tree(row) for row in X]
            outside += [tree(row) for row in X_eval]
        return outside

    def _tree(self, X, g, h, longest_step=10.0):
        root = {}
        leaves = [[np.arange(len(X)), 0, root]]
        leaves[0].append(self._best(X, g, h, leaves[0][0], 0))
        while len(leaves) < self.n_leaves:
            place = max(range(len(leaves)), key=lambda i: (leaves[i][3][0], -i))
            rows, depth, node, (gain, goes_left) = leaves[place]
            if gain <= 0:
                break
            left = np.array([goes_left(row) for row in X[rows]])
            node.update(goes_left=goes_left, left={}, right={})
            for target, side, part in ((place, "left", rows[left]), (len(leaves), "right", rows[~left])):
                leaf = [part, depth + 1, node[side], self._best(X, g, h, part, depth + 1)]
                leaves[target : target + 1] = [leaf]
        for rows, _, node, _ in leaves:
            step = math.fsum(g[rows]) / (math.fsum(h[rows]) + self.l2)
            node["value"] = -self.learning_rate * math.copysign(min(abs(step), longest_step), step)

        def predict(row):
            node = root
            while "goes_left" in node:
                node = node["left" if node["goes_left"](row) else "right"]
            return node["value"] if len(leaves) > 1 else 0.0

        return predict

    def _best(self, X, g, h, rows, depth):
        """The gain of the best cut, and its rule; features of two values come first."""
        best = (0.0, None)
        if depth >= self.max_depth:
            return best
        whole = math.fsum(g[rows]) ** 2 / (math.fsum(h[rows]) + self.l2)
        order = sorted(range(X.shape[1]), key=lambda f: len({repr(value) for value in X[:, f]}) > 2)
        for f in order:
            for is_left, penalty in self._cuts(X, g, h, rows, f):
                left = np.array([is_left(value) for value in X[rows, f]])
                gain = self._gain(g, h, rows[left], rows[~left], penalty) - whole
                if gain > max(best[0] * (1 + 1e-9), 1e-9 * whole + 1e-12):
                    best = (gain, lambda row, f=f, is_left=is_left: is_left(row[f]))
        return best

    def _gain(self, g, h, left, right, penalty):
        if min(len(left), len(right)) < max(self.min_rows, 1):
            return -1.0
        parts = [(math.fsum(g[rows]), math.fsum(h[rows])) for rows in (left, right)]
        if min(part[1] for part in parts) < 1e-3:
            return -1.0
        return sum(a * a / (b + penalty) for a, b in parts)

    def _cuts(self, X, g, h, rows, f):
        here = X[rows, f]
        if f in self.levels and len({repr(value) for value in X[:, f]}) > 2:
            yield from self._level_cuts(X, g, h, rows, f)
            return
        seen = np.unique(X[~np.isnan(X[:, f]), f])
        present = np.unique(here[~np.isnan(here)])
        missing = np.isnan(here)
        for missing_left in (False, True) if missing.any() else (None,):
            for low in present[:-1] if missing_left or not missing.any() else present:
                above = seen[seen > low]
                cut = (low + above[0]) / 2 if len(above) else np.inf
                side = 2 * (here <= cut).sum() > len(rows) if missing_left is None else missing_left
                yield (lambda value, cut=cut, side=side: side if math.isnan(value) else value <= cut), self.l2

    def _level_cuts(self, X, g, h, rows, f):
        here = np.array([repr(value) for value in X[rows, f]])
        levels = list(dict.fromkeys(repr(value) for value in [*np.unique(X[~np.isnan(X[:, f]), f]), np.float64("nan")]))
        ratio = {
            level: math.fsum(g[rows[here == level]]) / (math.fsum(h[rows[here == level]]) + self.smoothing)
            for level in levels
            if (here == level).sum() >= min(10, self.min_rows)
        }
        order, known = sorted(ratio, key=lambda level: ratio[level]), set(here.tolist())
        for cut in range(len(order) - (len(order) == len(known))):
            left = set(order[: cut + 1])
            most_left = 2 * np.isin(here, list(left)).sum() > len(rows)
            yield (
                (
                    lambda value, left=left, known=known, most_left=most_left: (
                        repr(value) in left if repr(value) in known else most_left
                    )
                ),
                self.l2 + self.penalty,
            )
