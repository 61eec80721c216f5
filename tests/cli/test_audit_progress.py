"""Bars and lines of a whole audit, with a clock that is set by hand."""

import pytest

from longtail.cli import audit_progress
from longtail.cli.audit_progress import AuditWatch
from longtail.study.audit_plan import Stage

STAGES = [
    Stage(name="plain", models=100, seconds=0.5),
    Stage(name="private", models=20, seconds=2.0, finished=5),
]


@pytest.fixture
def lines(monkeypatch):
    told = []
    monkeypatch.setattr(audit_progress.errors, "print", lambda text, **_: told.append(text))
    return told


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_what_remains_is_models_at_the_rate_of_their_stage(lines):
    clock = Clock()
    watch = AuditWatch(STAGES, clock=clock)
    assert watch.seconds_left == 100 * 0.5 + 15 * 2.0  # as planned, less what is there
    see = watch("plain")
    see(10, 100)
    assert watch.seconds_left == 90 * 0.5 + 30
    clock.now = 0.9
    see(11, 100)  # too early to judge by
    assert watch.seconds_left == 89 * 0.5 + 30
    clock.now = 4.0
    see(29, 100)  # the first of a batch: how many there are at this time is not known yet
    assert watch.seconds_left == 71 * 0.5 + 30
    see(30, 100)  # 20 models in 4 s: what was there before says nothing of the rate
    assert watch.seconds_left == pytest.approx(70 * 0.2 + 30)


def test_models_that_come_a_batch_at_a_time_are_never_told_as_if_one_had_taken_so_long(lines):
    """Eight every 40 s: 5 s a model, not 40, and not 80 / 9 s when the second batch begins to come."""
    clock, left = Clock(), []
    watch = AuditWatch([Stage(name="plain", models=40, seconds=4.0)], clock=clock)
    see = watch("plain")
    see(0, 40)
    for batch in range(5):
        clock.now = 40.0 * (batch + 1)
        for number in range(8):
            see(8 * batch + number + 1, 40)
            left.append(watch.seconds_left)
    assert left[0] == 39 * 4.0
    assert left[7:9] == [32 * 5.0, 31 * 5.0]
    assert lines[:2] == [
        "plain: 1 of 40 models, about 2:36 of training left",
        "plain: 9 of 40 models, 0.2 models/s, about 2:35 of training left",
    ]


def test_nothing_is_said_of_what_remains_while_a_rate_is_unknown(lines):
    watch = AuditWatch([Stage(name="plain", models=10, seconds=0.0), STAGES[1]], clock=Clock())
    watch("plain")(0, 10)
    assert watch.seconds_left is None


def test_lines_are_sparse_and_a_stage_that_is_there_says_nothing(lines):
    clock = Clock()
    watch = AuditWatch(STAGES, clock=clock)
    watch.say("The plan")
    see = watch("plain")
    for model in range(101):
        clock.now = model / 2
        see(model, 100)
    assert lines == [
        "The plan",
        "plain: 41 of 100 models, 2 models/s, about 1:00 of training left",
        "plain: 82 of 100 models, 2 models/s, about 0:39 of training left",
        "plain: 100 of 100 models, 2 models/s, about 0:30 of training left",
    ]
    watch("private")(20, 20)
    assert len(lines) == 4
