"""What a run's trial sets say of its limits, against the limits that were trained into it."""

import shutil
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest

from longtail.dataset import Dataset
from longtail.errors import DamagedRunError
from longtail.limits import DPSGD, NO_GUARANTEE, Guarantee, LabelPrivate
from longtail.limits.limit import identity_of
from longtail.runs.measure import measure
from longtail.study import DataSource, Levels, Limit, RunFolder, planned_limits
from longtail.study.limits_of_run import limits_in, train_limits
from longtail.trials import CompiledMLP, SubsetDesign

MLP = CompiledMLP(hidden=4, epochs=3)
DESIGN = SubsetDesign(n_trials=5)
LEVELS = Levels(epsilons=[3.0, 8.0], controls=True, label_epsilons=[1.0], sparsities=[0.5, 0.9], bits=[2, 4])


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """An intervention that is none of ours, and limits nothing."""

    name: ClassVar[str] = "renamed"
    version: ClassVar[str] = "1"
    executor: ClassVar[str] = "threads"
    guarantee: ClassVar[Guarantee] = NO_GUARANTEE

    inner: CompiledMLP

    def describe(self):
        return {"inner": identity_of(self.inner)}

    def fit_predict(self, X, y, X_eval, *, n_classes, seed):
        return self.inner.fit_predict(X, y, X_eval, n_classes=n_classes, seed=seed)


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    y = np.arange(60) % 3
    return Dataset.from_arrays(np.eye(3)[y] * 3 + rng.normal(size=(60, 3)), y)


@pytest.fixture(scope="module")
def run(data, tmp_path_factory):
    out = tmp_path_factory.mktemp("limits") / "run"
    measure(DataSource(data="x"), data, MLP, DESIGN, out, jobs=1)
    train_limits(data, replace(DESIGN, n_trials=4), planned_limits(data, MLP, LEVELS), RunFolder(out), jobs=1)
    return RunFolder(out)


def test_every_limit_is_read_back_as_it_was_trained_from_weak_to_strong(run, data):
    found = limits_in(run, data, MLP, DESIGN)
    assert [each.limit.name for each in found] == [
        "differential privacy, ε = 8",
        "differential privacy, ε = 3",
        "sampling-only control of ε = 8",
        "clip-only control of ε = 8",
        "sampling-only control of ε = 3",
        "clip-only control of ε = 3",
        "label privacy, ε = 1",
        "0.5 of weights pruned",
        "0.9 of weights pruned",
        "weights of 4 bits",
        "weights of 2 bits",
    ]
    planned = {limit.name: limit for limit in planned_limits(data, MLP, LEVELS)}
    assert {each.limit.name: each.limit for each in found} == planned
    assert {each.outcomes.n_trials for each in found} == {4}
    assert all((run.path / each.folder).is_dir() for each in found)


def test_limits_of_another_learner_or_design_are_none_of_this_study(run, data):
    assert limits_in(run, data, replace(MLP, epochs=4), DESIGN) == []
    assert limits_in(run, data, MLP, SubsetDesign(n_trials=5, seed=1)) == []


@pytest.fixture
def copy(run, tmp_path):
    """The same run, to be damaged."""
    shutil.copytree(run.path, tmp_path / "copy")
    return RunFolder(tmp_path / "copy")


def _same(found, before):
    return all(
        one.limit == other.limit and np.array_equal(one.outcomes.correct, other.outcomes.correct)
        for one, other in zip(found, before, strict=True)
    )


def test_what_was_cut_before_its_first_trial_is_passed_over(copy, data):
    first, *others = limits_in(copy, data, MLP, DESIGN)
    for file in (copy.path / first.folder).glob("*.npz"):
        file.unlink()
    assert [each.limit.name for each in limits_in(copy, data, MLP, DESIGN)] == [each.limit.name for each in others]


def test_damaged_trials_of_a_limit_that_nobody_asked_for_are_trained_again_and_named(copy, data, caplog):
    before = limits_in(copy, data, MLP, DESIGN)
    first, second = (copy.path / each.folder for each in before[:2])
    (first / "000001.npz").write_bytes((first / "000001.npz").read_bytes()[:-30])
    (second / "000002.npz").unlink()
    assert _same(limits_in(copy, data, MLP, DESIGN), before)
    assert [str(folder) in caplog.text for folder in (first, second)] == [True, True]
    assert (first / "000001.npz").read_bytes() == (copy.path / before[0].folder / "000001.npz").read_bytes()


def test_trials_that_no_longer_say_their_limit_are_refused_and_asking_for_it_mends_them(copy, data):
    """The limit must not be missing in silence; its name as it is asked for says as much as the file did."""
    before = limits_in(copy, data, MLP, DESIGN)
    identity = copy.path / before[1].folder / "identity.json"
    whole = identity.read_text()
    for broken in (whole.replace('"seed": 0', '"seed": 1'), whole[:-40], ""):
        identity.write_text(broken)
        with pytest.raises(DamagedRunError, match="which limit its trials were trained under. Run longtail limit"):
            limits_in(copy, data, MLP, DESIGN)
    asked = [before[1].limit]
    assert _same(limits_in(copy, data, MLP, DESIGN, asked), before)
    train_limits(data, replace(DESIGN, n_trials=4), asked, copy, jobs=1)
    assert identity.read_text() == whole
    assert _same(limits_in(copy, data, MLP, DESIGN), before)


def test_a_limit_of_the_users_own_is_known_by_what_was_asked_for(run, data, tmp_path):
    copy = RunFolder(tmp_path / "copy")
    shutil.copytree(run.path, copy.path)
    own = Limit(name="after a walk", learner=Renamed(inner=MLP))
    train_limits(data, replace(DESIGN, n_trials=4), [own], copy, jobs=1)
    assert own not in [each.limit for each in limits_in(copy, data, MLP, DESIGN)]
    assert limits_in(copy, data, MLP, DESIGN, [own])[-1].limit == own


def test_limits_of_one_name_are_told_apart_by_their_settings(run, data, tmp_path):
    copy = RunFolder(tmp_path / "copy")
    shutil.copytree(run.path, copy.path)
    (private,) = planned_limits(data, MLP, Levels(epsilons=[3.0], private_settings={"epochs": 7}))
    assert isinstance(private.learner, DPSGD)
    train_limits(data, replace(DESIGN, n_trials=4), [private], copy, jobs=1)
    names = [each.limit.name for each in limits_in(copy, data, MLP, DESIGN)]
    assert {"differential privacy, ε = 3 (epochs = 7)", "differential privacy, ε = 3 (epochs = 40)"} < set(names)
    assert len(set(names)) == len(names) == 12


def test_settings_of_a_version_that_we_do_not_know_are_passed_over(run, data, monkeypatch):
    monkeypatch.setattr(LabelPrivate, "__init__", lambda *_, **__: (_ for _ in ()).throw(TypeError("no such setting")))
    assert len(limits_in(run, data, MLP, DESIGN)) == 10
