#!/usr/bin/env bash
# Tied neighbors in scikit-learn 1.9.1: which of several points at the k-th distance are kept, and in which order.
#
# We guessed that algorithm="brute" keeps the first of tied points, since it does for k = 1, and that only the trees differ.
# Seen, on a grid of 4 x 4 points: for k = 6 around the center, where eight points tie for the last two places, brute keeps
# points 1 and 4 and passes over point 2; for k = 3 it returns tied points as 6, 9, 5. Brute and kd_tree keep the same set
# in another order. A vote of k neighbors on tied data is therefore no function of "distance, then row".
# Exits with 1 if a release does otherwise.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q scikit-learn==1.9.1 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
import sklearn
from sklearn.neighbors import NearestNeighbors

print("scikit-learn", sklearn.__version__, "numpy", np.__version__)
points = np.array([[row, column] for row in range(4) for column in range(4)], float)
center = np.array([[1.5, 1.5]])
by_row = np.argsort(((center - points) ** 2).sum(axis=1), kind="stable")


def kept(algorithm, k):
    return NearestNeighbors(n_neighbors=k, algorithm=algorithm).fit(points).kneighbors(center)[1][0].tolist()


seen = {(algorithm, k): kept(algorithm, k) for algorithm in ("brute", "kd_tree") for k in (1, 3, 6)}
for (algorithm, k), rows in seen.items():
    print(f"{algorithm:8} k={k}: {rows}; by distance, then row: {by_row[:k].tolist()}")
assert seen["brute", 1] == [5]
assert seen["brute", 3] == [6, 9, 5]
assert sorted(seen["brute", 6]) == [1, 4, 5, 6, 9, 10] != sorted(by_row[:6].tolist())
assert sorted(seen["kd_tree", 6]) == sorted(seen["brute", 6])
print("as stated")
PYTHON
