"""A gather computes each thing once: every estimator's calls are counted, each with the fingerprint of its input."""

import hashlib
import sys
from collections import Counter
from dataclasses import fields, is_dataclass

import numpy as np
import pytest

from longtail.cli import main
from longtail.findings import Findings
from longtail.membership import lira, rmia, vulnerability
from longtail.neighbours import nearest_neighbours
from longtail.outcomes import Outcomes
from longtail.scores import influence, memorization
from longtail.scores.carry_over import carry_over
from longtail.scores.ranking import ranked_examples
from longtail.tail import estimate_tail, found_subpopulations

ESTIMATORS = (
    memorization,
    influence,
    vulnerability,
    lira,
    rmia,
    estimate_tail,
    found_subpopulations,
    nearest_neighbours,
    ranked_examples,
    carry_over,
)


def fingerprint(value):
    """Of the content of an input, whichever object holds it."""
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype.str, hashlib.sha256(np.ascontiguousarray(value).tobytes()).hexdigest()
    if is_dataclass(value):
        return tuple(fingerprint(getattr(value, field.name)) for field in fields(value))
    if isinstance(value, list | tuple):
        return tuple(fingerprint(part) for part in value)
    return repr(value)


@pytest.fixture
def calls(monkeypatch):
    """How often each estimator was called with each input, wherever its name is known."""
    counted = Counter()

    def watched(estimator):
        def call(*args, **options):
            given = {name: options[name] for name in sorted(options)}
            counted[estimator.__name__, fingerprint(args), fingerprint(tuple(given.items()))] += 1
            return estimator(*args, **options)

        return call

    watching = {id(estimator): watched(estimator) for estimator in ESTIMATORS}
    for module in [module for name, module in sys.modules.items() if name.startswith("longtail")]:
        for name, value in list(vars(module).items()):
            if id(value) in watching:
                monkeypatch.setattr(module, name, watching[id(value)])
    return counted


def test_one_gather_calls_no_estimator_twice_with_the_same_input(tmp_path, calls):
    """Six limits and no test of equal models apart: iris, in seconds."""
    levels = ("--label-epsilon", "1,3", "--prune", "0.5,0.9", "--bits", "2,4")
    learner = ("--learner-settings", "hidden=8,epochs=4")
    assert main(["limit", "iris", "--trials", "60", *learner, *levels, "--out", str(tmp_path), "--quiet"]) == 0
    found = Findings.read(tmp_path / "findings.json")
    assert len(found.limits.limits) == 6
    assert {name for name, *_ in calls} == {estimator.__name__ for estimator in ESTIMATORS}
    twice = {key: times for key, times in calls.items() if times > 1}
    assert not twice, Counter(name for name, *_ in twice)


def test_the_count_sees_the_same_input_in_another_object(calls):
    """The test of the test: equal arrays are one input, a changed one is another."""
    from longtail.scores import memorization as watched

    inside = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], bool)
    for table in (inside, inside.copy(), ~inside):
        watched(Outcomes.from_arrays(inside, table))
    assert sorted(calls.values()) == [1, 2]
