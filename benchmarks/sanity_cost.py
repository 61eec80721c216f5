"""What the checks before training cost: CPU seconds and memory for 30,000 rows of 50 columns.

    OMP_NUM_THREADS=1 python benchmarks/sanity_cost.py [ROWS]

Thirty columns of numbers, ten of twenty levels, eight of counts, an identifier and a time; the last 2,000 rows are the
first once more. Reading the file is told beside the checks, and the memory is that of both.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from longtail.dataset import load_dataset
from longtail.sanity import look_over

COPIED = 2_000


def table(n_rows: int) -> pa.Table:
    draws = np.random.default_rng(0)
    columns = {f"number {i}": np.round(draws.normal(size=n_rows), 3) for i in range(30)}
    columns |= {f"level {i}": np.char.mod("level %d", draws.integers(0, 20, n_rows)) for i in range(10)}
    columns |= {f"count {i}": draws.integers(0, 50, n_rows) for i in range(8)}
    columns["id"] = np.char.mod("p%06d", draws.permutation(n_rows))
    columns["when"] = 1_577_836_800 + 7 * np.arange(n_rows)
    columns["y"] = np.where(columns["number 0"] + columns["number 1"] + draws.normal(size=n_rows) > 0, "yes", "no")
    copied = np.r_[np.arange(n_rows - COPIED), np.arange(COPIED)]
    return pa.table({name: column[copied] for name, column in columns.items()})


def main(n_rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "table.csv"
        pyarrow.csv.write_csv(table(n_rows), file)
        times = [time.process_time()]
        dataset = load_dataset(str(file), target="y")
        times.append(time.process_time())
        remarks = look_over(dataset).remarks
        times.append(time.process_time())
    read, looked = np.diff(times)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # of kilobytes
    print(f"{n_rows:,} rows: read in {read:.1f} CPU s, looked over in {looked:.1f} CPU s, {most:.2f} GB at most")
    for remark in remarks:
        print(f"  {remark.finding}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30_000)
