"""The table of everything that is known of each record: what few trials cannot say is left out of it."""

import numpy as np
import pytest

from longtail.analysis.analysis import Analysis
from longtail.analysis.whole_table import unit_table, whole_table
from longtail.dataset import Dataset
from longtail.outcomes import Outcomes
from longtail.scores import influence
from longtail.scores.test_functionals import TestFunctional


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


def test_a_unit_has_the_influence_of_its_rows_its_group_and_its_wrong_labels():
    """Influence of units by rows of their own: a study of the units alone, one row each, has the same."""
    rng = np.random.default_rng(1)
    size = np.array([1, 3, 2, 5, 1, 4, 2, 2, 3, 1] * 2)
    unit = np.repeat(np.arange(20), size)
    group = unit % 2
    names = [f"person {u:02d}" for u in unit]
    test = {"X_test": rng.normal(size=(12, 2)), "y_test": np.arange(12) % 2, "group_test": np.arange(12) // 6}
    data = Dataset.from_arrays(
        rng.normal(size=(len(unit), 2)), np.arange(len(unit)) % 2, group=group, together=names, **test
    )
    apart = rng.random((60, 20)) < 0.5
    right, new = rng.random((60, len(unit))) < 0.7, rng.random((60, 12)) < 0.7
    table = Outcomes.from_arrays(apart[:, unit], right, test_correct=new)
    first = np.unique(unit, return_index=True)[1]
    alone = Outcomes.from_arrays(apart, right[:, first], test_correct=new)
    found = unit_table(Analysis(data, table), {"one": unit.astype(float)})
    each = influence(
        alone, on=[TestFunctional.mean(data.group_test == g, str(g)) for g in (0, 1)], estimand="correctness"
    )
    mine = each.test == group[first][each.train]
    order = np.argsort(each.train[mine])
    assert found.column("influence_on_group") == pytest.approx(each.value[mine][order])
    assert found.column("influence_on_group_low") == pytest.approx(each.low[mine][order])
    assert found.column("influence_on_group_q") == pytest.approx(each.q_value[mine][order])
    assert found.column("group").tolist() == ["0", "1"] * 10
    assert found.column("proxy_one").tolist() == list(range(20))
    assert "mislabeled" in found.names
