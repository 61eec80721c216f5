"""How long counting and estimating take: 10^8 rows of labels, 10^6 of them distinct.

python benchmarks/tail_speed.py
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from longtail.randomness import generator
from longtail.tail import FrequencyCounts, estimate_prior, estimate_tail

ROWS, DISTINCT, BATCH = 10**8, 10**6, 10**6


def batches() -> Iterator[np.ndarray]:
    """Zipf labels of a million kinds, nothing of which is kept."""
    weights = np.cumsum(1 / np.arange(1, DISTINCT + 1))
    for k in range(ROWS // BATCH):
        yield np.searchsorted(weights, generator(0, "rows", k).random(BATCH) * weights[-1])


def timed(name: str, counts_of: object) -> None:
    """Seconds of the processor, of all threads together: the same on a busy machine."""
    start = time.process_time()
    counts = counts_of()  # type: ignore[operator]
    counted = time.process_time()
    tail, prior = estimate_tail(counts), estimate_prior(counts)
    said = f"tau_1 {tail.tau(1)}, {len(prior.rates):,} atoms"
    print(
        f"{name}: counted {counts.n_samples:,} rows of {counts.n_distinct:,} kinds in {counted - start:.1f} s,", end=" "
    )
    print(f"estimated in {time.process_time() - counted:.2f} s ({said})")


if __name__ == "__main__":
    labels = np.concatenate(list(batches()))
    timed("whole numbers in memory", lambda: FrequencyCounts.from_labels(labels))
    large = labels * 1_000_003 + 7
    timed("large whole numbers in memory", lambda: FrequencyCounts.from_labels(large))
    del large
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "labels.parquet")
        pa.parquet.write_table(pa.table({"customer": pa.array(labels).cast(pa.string())}), path)
        del labels
        timed("text in a Parquet file, in batches", lambda: FrequencyCounts.from_table(path, "customer"))
