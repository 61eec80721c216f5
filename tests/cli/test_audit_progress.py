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
    see(30, 100)  # 20 models in 4 s: what was there before says nothing of the rate
    assert watch.seconds_left == pytest.approx(70 * 0.2 + 30)


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
