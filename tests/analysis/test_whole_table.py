"""The table of everything that is known of each record: what few trials cannot say is left out of it."""

import numpy as np
import pytest

from longtail.analysis.analysis import Analysis
from longtail.analysis.whole_table import whole_table
from longtail.dataset import Dataset
from longtail.outcomes import Outcomes


@pytest.mark.parametrize(("n_trials", "there"), [(10, False), (19, False), (20, True)])
def test_few_trials_have_a_table_without_influence_on_the_group(n_trials, there):
    rng = np.random.default_rng(0)
    data = Dataset.from_arrays(rng.normal(size=(40, 2)), np.arange(40) % 2)
    inclusion = rng.random((n_trials, data.n_train)) < 0.5
    right, new = rng.random(inclusion.shape) < 0.7, rng.random((n_trials, data.n_test)) < 0.7
    table = whole_table(Analysis(data, Outcomes.from_arrays(inclusion, right, test_correct=new)))
    names = {column.name for column in table.columns}
    assert "memorization" in names
    assert ("influence_on_group" in names) == there
