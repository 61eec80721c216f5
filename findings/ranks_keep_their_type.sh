#!/usr/bin/env bash
# scipy.stats.rankdata in SciPy 1.18.1: ranks come in the floating type of what is ranked; until 1.17 they were float64.
#
# We ranked confidences that are stored as float16, over a thousand models: ranks beyond 2,048 were rounded, their sum over
# models was infinite, and an area under the curve became infinite with a RuntimeWarning alone. Integers still give float64.
# Needs Python 3.12 or later: PYTHON=python3.13 findings/ranks_keep_their_type.sh. Exits with 1 if a release does otherwise.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q numpy==2.5.5 scipy==1.18.1
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
import scipy
from scipy.stats import rankdata

print("scipy", scipy.__version__, "numpy", np.__version__)
values = np.random.default_rng(0).normal(size=5_000).astype(np.float16)
kept, exact = rankdata(values), rankdata(values.astype(np.float64))
print("ranks of float16 are", kept.dtype, "and wrong by up to", np.abs(kept.astype(float) - exact).max())
with np.errstate(over="ignore"):
    print("their sum", kept.sum(), "in place of", exact.sum())
    assert kept.dtype == np.float16
    assert np.isinf(kept.sum())
assert rankdata(values.astype(np.float32)).dtype == np.float32
assert rankdata(np.arange(9)).dtype == np.float64
print("as stated")
PYTHON
