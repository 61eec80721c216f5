"""Sizes of an audit: stated before, frozen in the run, larger with a larger budget and never smaller."""

import numpy as np
import pytest

from longtail.cli import main
from longtail.dataset import Dataset
from longtail.errors import DamagedRunError, InputError
from longtail.findings import Findings
from longtail.runs.run_folder import RunFolder
from longtail.study import DataSource, audit, audit_plan, plan_audit
from longtail.study import audit_menu as audit_limits
from longtail.study.audit_scope import Scope
from longtail.study.audit_tail import CURVE, REMOVAL
from longtail.trials import CompiledMLP, SubsetDesign

MLP = CompiledMLP(hidden=4, epochs=3)
DESIGN = SubsetDesign(n_trials=20)
SOURCE = DataSource(data="x")


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    y = np.arange(80) % 2
    return Dataset.from_arrays(np.eye(2)[y] * 3 + rng.normal(size=(80, 2)), y)


@pytest.fixture
def clock(monkeypatch):
    """Seconds of a model, set by hand: of the learner, and under any limit."""
    costs = {"plain": 0.5, "limited": 0.09}
    monkeypatch.setattr(audit_plan, "seconds_per_trial", lambda *_: costs["plain"])
    monkeypatch.setattr(audit_limits, "_seconds_per_model", lambda *_: costs["limited"])
    return costs


def plan(data, out, minutes, **options):
    said = []
    made = plan_audit(data, MLP, DESIGN, out, minutes=minutes, jobs=1, say=said.append, **options)
    return made, "\n".join(said)


def test_half_goes_to_trials_and_a_fifth_to_limits(data, tmp_path, clock):
    """At 0.45 s a trial, 30 s hold 60 of the ladder; at 6 x 0.09 s for one under each, 12 s hold 20.

    Of 54 s, 54 - 27 - 10.8 are left: 36 models, not the 40 that two other sizes want. Three tenths are fewer still.
    """
    clock["plain"] = 0.45
    made, said = plan(data, tmp_path / "r", 1.0)
    assert (made.design.n_trials, made.scope.limit_trials, len(made.limits)) == (60, 20, 6)
    assert "The plan for 1 minute:" in said
    assert "60 models on random subsets of 64 examples, about 27 s" in said
    assert "20 models under each of 6 limits, about 11 s: differential privacy, ε = 8;" in said
    assert "note: of 64 training examples little can be said" in said
    assert [omission.what for omission in made.scope.left_out] == ["trials beyond 60", CURVE, REMOVAL]
    assert not (tmp_path / "r").exists()


def test_a_budget_that_holds_no_models_says_which_one_would(data, tmp_path, clock):
    """Twenty models of 0.5 s are the fewest: 10 s, which are five ninths of 18, so that one minute holds them."""
    _, said = plan(data, tmp_path / "r", 0.1)
    assert "20 models on random subsets of 64 examples, about 10 s" in said
    assert "models alone take longer than 0.1 minutes, and fewer than 20 would say little; --minutes 1 holds" in said
    assert "alone take longer" not in plan(data, tmp_path / "r", 1.0)[1]


@pytest.mark.parametrize(
    ("limited", "jobs", "models", "expected"),
    [
        (2.0, 1, 20, (200, 100)),  # 0.3 x (2000 + (240 + 5) / 0.3) = 845 hold 2 x 200 + 4 x 100; counted, 636 would not
        (0.1, 1, 200, (100, 50)),  # 0.3 x (2000 + (120 + 5) / 0.3) = 725 do not; counted, 960 would
        (0.1634, 1, 200, (200, 100)),  # 801
        (0.1634, 50, 200, (100, 50)),  # 796: the 5 s after the training keep one core of 50 busy
    ],
)
def test_sizes_and_removal_are_weighed_by_seconds(data, tmp_path, clock, limited, jobs, models, expected):
    clock["plain"], clock["limited"] = 0.3, limited
    made = plan_audit(data, MLP, DESIGN, tmp_path / "r", minutes=21.0, jobs=jobs, say=lambda _: None)
    assert (made.design.n_trials, made.scope.limit_trials, len(made.limits)) == (2000, models, 6)
    assert (made.scope.curve_trials, made.scope.removal_trials) == expected


def run(data, out, made):
    return audit(SOURCE, data, MLP, made.design, out, limits=made.limits, scope=made.scope, jobs=1)


def test_a_plan_holds_until_there_is_a_larger_budget_and_never_shrinks(data, tmp_path, clock):
    out = tmp_path / "r"
    clock["limited"] = 0.55  # 11 of 12 s for 20 models under one
    made, _ = plan(data, out, 1.0, trials=20)
    assert (made.scope.limit_trials, len(made.limits)) == (20, 1)
    found = run(data, out, made)
    assert [limit.name for limit in found.limits.limits] == ["differential privacy, ε = 8"]
    assert "label privacy, ε = 1" in [omission.what for omission in found.omissions]
    clock["plain"] = clock["limited"] = 1e-9  # a faster machine changes nothing
    again, said = plan(data, out, 1.0)
    assert (again.design.n_trials, again.scope) == (20, made.scope)
    assert "Going on with the plan of this run:\n  20 models on random subsets of 64 examples, all there" in said
    assert plan(data, out, 0.2)[0].scope == made.scope
    clock["plain"], clock["limited"] = 0.9, 0.29
    larger, said = plan(data, out, 2.0)
    assert (larger.design.n_trials, larger.scope.limit_trials, len(larger.limits)) == (60, 20, 4)
    assert "60 models on random subsets of 64 examples, 20 there" in said
    clock["limited"] = 1e9
    assert plan(data, out, 3.0)[0].limits == made.limits  # what is there stays


def test_a_run_that_was_only_measured_keeps_its_trials(data, tmp_path, clock):
    audit(SOURCE, data, MLP, DESIGN, tmp_path / "r", jobs=1)
    made, said = plan(data, tmp_path / "r", 10.0)
    assert made.design.n_trials == 20
    assert "20 models on random subsets of 64 examples, all there" in said


def test_a_finished_audit_trains_nothing_and_says_the_same(data, tmp_path, clock, monkeypatch):
    made, _ = plan(data, tmp_path / "r", 1.0, trials=20, limit_trials=5)
    first = run(data, tmp_path / "r", made)
    written = {file: file.stat().st_mtime_ns for file in tmp_path.glob("r/trials/*/*.npz")}
    assert len(written) == 20 + 6 * 5
    assert repr(run(data, tmp_path / "r", plan(data, tmp_path / "r", 1.0)[0])) == repr(first)
    assert {file: file.stat().st_mtime_ns for file in tmp_path.glob("r/trials/*/*.npz")} == written


def test_a_limit_that_is_measured_later_is_no_longer_left_out(tmp_path, monkeypatch):
    rng, kinds = np.random.default_rng(0), np.array(["a", "b"])
    y = np.arange(60) % 2
    sizes = zip(y * 3 + rng.normal(size=60), y, strict=True)
    rows = "".join(f"{x:.3f},{kinds[k]},home {i // 2}\n" for i, (x, k) in enumerate(sizes))
    (tmp_path / "t.csv").write_text("size,kind,home\n" + rows)
    monkeypatch.chdir(tmp_path)
    learner = ["--learner", "mlp"]  # prunes weights, as trees cannot
    common = ["t.csv", "--target", "kind", "--together", "home", *learner, "--seed", "5", "--jobs", "1", "--out", "r"]
    assert main(["audit", *common, "--trials", "20", "--limit-trials", "0"]) == 0
    before = Findings.read(tmp_path / "r" / "findings.json").omissions
    (pruned,) = [omission for omission in before if omission.what == "0.9 of weights pruned"]
    options = "--target kind --together home --learner mlp --seed 5"
    assert pruned.command == f"longtail limit DATA {options} --limit weight-pruned:sparsity=0.9 --trials 20 --out RUN"
    words = pruned.command.replace("DATA", "t.csv").replace("RUN", "r").split()[1:]
    assert main(words) == 0  # the command that is told is one that works
    after = Findings.read(tmp_path / "r" / "findings.json")
    assert [limit.name for limit in after.limits.limits] == ["0.9 of weights pruned"]
    assert [omission.what for omission in before if omission not in after.omissions] == ["0.9 of weights pruned"]
    assert "What limits cost, and whom" in [answer.topic for answer in after.summary]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"minutes": 0.0}, "minutes must be positive"),
        ({"minutes": float("nan")}, "minutes must be a number"),
        ({"minutes": float("inf")}, "minutes must be positive"),
        ({"minutes": 1.0, "limit_trials": -1}, "limit_trials must be at least 0"),
    ],
)
def test_what_cannot_be_planned_is_refused(data, tmp_path, words, message):
    with pytest.raises(InputError, match=message):
        plan_audit(data, MLP, DESIGN, tmp_path / "r", **words)


def test_a_scope_comes_back_from_its_file_and_a_torn_one_is_named(tmp_path):
    scope = Scope(
        minutes=2.0, limits=("dp-sgd:epsilon=8", "rounded:bits=4"), limit_trials=20, left_out=[], options="--x"
    )
    scope.freeze(RunFolder(tmp_path))
    assert Scope.read(RunFolder(tmp_path)) == scope
    assert Scope.read(RunFolder(tmp_path / "nowhere")) is None
    for text in ('{"format_version": 1}', "{", '{"format_version": 2, "left_out": [{}]}'):
        (tmp_path / "audit.json").write_text(text)
        with pytest.raises(DamagedRunError, match="audit.json .*Remove it to plan the audit anew"):
            Scope.read(RunFolder(tmp_path))


def test_limits_of_two_scopes_are_joined_in_order():
    first = Scope(minutes=2.0, limits=("dp-sgd:epsilon=8", "rounded:bits=4"), limit_trials=20, left_out=[])
    second = Scope(minutes=5.0, limits=("dp-sgd:epsilon=3", "dp-sgd:epsilon=8"), limit_trials=40, left_out=[])
    joined = second.joined(first)
    assert joined.limits == ("dp-sgd:epsilon=8", "rounded:bits=4", "dp-sgd:epsilon=3")
    assert (joined.limit_trials, joined.minutes) == (40, 5.0)
