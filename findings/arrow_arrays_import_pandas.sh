#!/usr/bin/env bash
# PyArrow 26.0.1, pandas 3.1.1: an Arrow array of NumPy's numbers imports pandas wherever pandas happens to be installed.
#
# We write tables with PyArrow and use pandas nowhere on that way, so we took an array of numbers for free of it. But
# pyarrow.array(), compute.fill_null() and to_numpy() of a chunked array each ask whether they were handed an object of
# pandas, and import it to ask: a third of a second and 25 MB of a command that prints twenty rows, or nothing where pandas is
# not installed. Array.from_buffers() on the array's own memory does not ask. Python 3.11. Exits with 1 if a release does
# otherwise.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q numpy==2.4.6 pyarrow==26.0.1 pandas==3.1.1
cat >"$folder/asks.py" <<'PYTHON'
import sys

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

numbers = np.arange(3.0)
ready = pa.Array.from_buffers(pa.float64(), 3, [None, pa.py_buffer(numbers)])
ways = {
    "from_buffers": lambda: pa.Array.from_buffers(pa.float64(), 3, [None, pa.py_buffer(numbers)]),
    "array": lambda: pa.array(numbers),
    "fill_null": lambda: pc.fill_null(ready, 0.0),
    "to_numpy of chunks": lambda: pa.chunked_array([ready]).to_numpy(),
}
way = sys.argv[1]
assert "pandas" not in sys.modules
ways[way]()
imported = "pandas" in sys.modules
print(way, "imports pandas:", imported)
assert imported == (way != "from_buffers")
PYTHON
for way in from_buffers array fill_null "to_numpy of chunks"; do "$folder/venv/bin/python" "$folder/asks.py" "$way"; done
echo "as stated"
