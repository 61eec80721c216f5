"""Comparisons of computed and simulated numbers. That they agree is tested with the command that prints them."""

import math

import pytest

from longtail.errors import InputError
from longtail.experiments.after_2020 import Comparison, simulated_beside
from longtail.experiments.after_2020.comparison import compared
from longtail.theory.statements import AFTER_2020, STATEMENTS


def test_a_distance_is_in_standard_errors_of_the_mean():
    row = compared("four draws", 1.0, [1.0, 2.0, 3.0, 4.0])
    assert row.simulated == 2.5
    assert row.standard_error == pytest.approx(math.sqrt(5 / 3) / 2)
    assert row.distance == pytest.approx(1.5 / (math.sqrt(5 / 3) / 2))
    assert row.to_json()["distance"] == row.distance
    certain = Comparison(size="", computed=1.0, simulated=0.5, standard_error=0.0, n_draws=9)
    assert certain.distance == -math.inf


def test_a_simulation_is_a_pure_function_of_the_seed():
    statement = next(s for s in AFTER_2020 if s.simulation == "embeddings.mean_of_a_class")
    assert simulated_beside(statement, 5) == simulated_beside(statement, 5) != simulated_beside(statement, 6)


def test_a_statement_without_a_simulation_has_no_rows():
    assert simulated_beside(STATEMENTS[0]) == []
    with pytest.raises(InputError, match="seed must be at least 0; got -1"):
        simulated_beside(STATEMENTS[0], -1)
