"""What is missing from findings is told, once, and with a command where one helps."""

from dataclasses import replace

import numpy as np
import pytest

from longtail.dataset import Dataset
from longtail.findings import MembershipFindings, Omission
from longtail.findings.results import Result
from longtail.study.audit_scope import Scope
from longtail.study.omissions import omissions_of
from report.example_findings import FINDINGS as UNJUDGED
from report.example_mislabeled import MISLABELED
from report.test_summary import LIMITS

FINDINGS = replace(UNJUDGED, mislabeled=MISLABELED)


@pytest.fixture
def grouped():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, 2)), np.arange(20) % 2
    return Dataset.from_arrays(X, y, X, y, group=y, group_test=y)


def scope(*left_out, options="--target kind"):
    return Scope(minutes=3.0, limits=(), limit_trials=0, left_out=list(left_out), options=options)


def whats(found, dataset, scope=None):
    return [omission.what for omission in omissions_of(found, dataset, scope)]


def test_nothing_is_left_out_of_what_is_whole(grouped):
    assert omissions_of(FINDINGS, grouped, scope()) == []
    assert omissions_of(FINDINGS, grouped, None) == []


def test_what_was_planned_away_stays_told_until_it_is_measured(grouped):
    late = [Omission(what=name, cause="time", reason="late") for name in ("weights of 4 bits", "weights of 2 bits")]
    assert whats(FINDINGS, grouped, scope(*late)) == ["weights of 4 bits", "weights of 2 bits"]
    assert whats(replace(FINDINGS, limits=LIMITS), grouped, scope(*late)) == ["weights of 2 bits"]


def test_a_table_without_groups_is_told_how_to_name_them(grouped):
    alone = replace(grouped, group=None, group_test=None)
    (omission,) = omissions_of(FINDINGS, alone, scope())
    assert omission.command == "longtail audit DATA --target kind --group COLUMN --out NEW_RUN"
    (omission,) = omissions_of(FINDINGS, alone, scope(options=""))
    assert omission.command == ""


def test_what_the_data_cannot_say_is_told_with_the_reason(grouped):
    note = "No subpopulations were found: no class has two examples that differ."
    silent = MembershipFindings(
        level=0.95,
        n_targets=4,
        n_examples=0,
        attacks=[],
        refused=["confidence must be a number.", "confidence must be known."],
        same_models=None,
        across_halves=None,
        exposed=[],
        subgroups=[],
        guarantee="",
        ceiling=[],
    )
    bare = replace(FINDINGS, tail=None, membership=silent, study=replace(FINDINGS.study, n_test=0, notes=[note]))
    told = {omission.what: omission.reason for omission in omissions_of(bare, grouped, None)}
    assert set(told) == {"accuracy and influence on test examples", "the tail and its costs", "attacks"}
    assert told["the tail and its costs"] == note
    assert told["attacks"] == "No attack could be made: confidence must be a number."


def test_labels_that_were_not_judged_are_told_with_the_command(grouped):
    (omission,) = omissions_of(UNJUDGED, grouped, scope())
    assert omission.command == "longtail mislabeled RUN"


def test_influence_in_many_examples_is_told_until_its_command_was_run(grouped):
    many = grouped.restricted_to(np.arange(5_001) % grouped.n_train)
    (omission,) = omissions_of(FINDINGS, many, scope())
    assert (omission.what, omission.command) == (
        "who helps and who harms each class and group",
        "longtail influence RUN",
    )
    told = Result(name="influence", title="", command="", n_trials=1)
    assert omissions_of(replace(FINDINGS, results=[told]), many, scope()) == []
    assert omissions_of(replace(FINDINGS, study=replace(FINDINGS.study, n_test=0)), many, scope())[-1].cause == "data"
