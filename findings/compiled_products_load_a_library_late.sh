#!/usr/bin/env bash
# numba 0.68.1, SciPy 1.17.1, threadpoolctl 3.8.0: a product of matrices in compiled code escapes a limit that was set before.
#
# We set one thread around the training of networks whose steps are compiled, and the limit held for NumPy's products. Those
# of compiled code are made by SciPy's own copy of OpenBLAS, which numba imports when it first compiles one: inside the
# block, after threadpoolctl has looked. It starts with its own number of threads and keeps it till the block is entered again.
# On pictures the products of small batches then took 2.8 times the processor time. Importing scipy.linalg.cython_blas before
# the block is enough. Python 3.11 to 3.14. Exits with 1 if a release does otherwise.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q numpy==2.4.6 scipy==1.17.1 numba==0.68.1 threadpoolctl==3.8.0
cat >"$folder/late.py" <<'PYTHON'
import sys

import numba
import numpy as np
import scipy
import threadpoolctl

if sys.argv[1] == "early":
    import scipy.linalg.cython_blas

product = numba.njit(lambda a, b: np.dot(a, b))
square = np.ones((8, 8))


def threads():
    return sorted(library["num_threads"] for library in threadpoolctl.threadpool_info() if library["user_api"] == "blas")


with threadpoolctl.threadpool_limits(1):
    before = threads()
    product(square, square)
    first = threads()
with threadpoolctl.threadpool_limits(1):
    again = threads()
print(sys.argv[1], "before a product:", before, "after it:", first, "in the next block:", again)
assert again == [1, 1]
assert (before, first) == (([1], [1, 2]) if sys.argv[1] == "late" else ([1, 1], [1, 1]))
PYTHON
export OPENBLAS_NUM_THREADS=2  # whatever the machine has
unset OMP_NUM_THREADS NUMBA_NUM_THREADS
for when in late early; do "$folder/venv/bin/python" "$folder/late.py" "$when"; done
echo "as stated"
