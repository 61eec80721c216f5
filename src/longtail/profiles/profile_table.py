"""A memorization profile as a table in a file: a row for each cohort and checkpoint."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.profiles.profile import MemorizationProfile
from longtail.whole_files import whole_file

__all__ = ["require_profile_file", "write_profile"]


@checked
def require_profile_file(path: Path) -> None:
    """Refuse a file that could not be written, before anything is computed."""
    if path.suffix not in (".csv", ".parquet"):
        raise InputError("out", "end in .csv or .parquet", str(path))
    if not path.parent.is_dir():
        raise InputError("out", "lie in a folder that exists", str(path))


@checked
def write_profile(profile: MemorizationProfile, path: Path) -> None:
    """Write ``cohort, checkpoint, lag, n, value, low, high``.

    Cohort and checkpoint are steps, a lag is in checkpoints.
    """
    require_profile_file(path)
    g, c = np.divmod(np.arange(profile.value.size), len(profile.checkpoints))
    table = pa.table(
        {
            "cohort": profile.checkpoints[profile.cohorts[g]],
            "checkpoint": profile.checkpoints[c],
            "lag": c - profile.cohorts[g],
            "n": profile.sizes[g],
            "value": profile.value.ravel(),
            "low": profile.low.ravel(),
            "high": profile.high.ravel(),
        }
    )
    with whole_file(path) as partial:
        if path.suffix == ".csv":
            pa.csv.write_csv(table, partial)
        else:
            pa.parquet.write_table(table, partial)
