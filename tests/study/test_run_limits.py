"""What a run's trial sets say of its limits, against the limits that were trained into it."""

import json
import re
import shutil
import sys
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest

from longtail.dataset import Dataset
from longtail.errors import DamagedRunError
from longtail.limits import NO_GUARANTEE, Guarantee, Limit, read_back
from longtail.limits.asked_for import asked_for, with_parts
from longtail.runs.measure import measure
from longtail.study import DataSource, RunFolder
from longtail.study.limits_of_run import limits_in, train_limits
from longtail.trials import CompiledMLP, SubsetDesign, TrialSet

MLP = CompiledMLP(hidden=4, epochs=3)
DESIGN = SubsetDesign(n_trials=5)
ASKED = [
    "dp-sgd:epsilon=3",
    "dp-sgd:epsilon=8",
    "label-private:epsilon=1",
    "weight-pruned:sparsity=0.5",
    "weight-pruned:sparsity=0.9",
    "rounded:bits=2",
    "rounded:bits=4",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed(Limit):
    """A limit that is none of ours, and limits nothing."""

    name: ClassVar[str] = "renamed"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "after a walk"
    kind: ClassVar[str] = "walking"
    strength: ClassVar[float] = 1.0
    guarantee: ClassVar[Guarantee] = NO_GUARANTEE

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
    train_limits(data, replace(DESIGN, n_trials=4), with_parts(asked_for(ASKED, data, MLP)), RunFolder(out), jobs=1)
    return RunFolder(out)


def titles(held):
    return [each.name for each in held.trials]


@pytest.fixture
def copy(run, tmp_path):
    """The same run, to be damaged."""
    shutil.copytree(run.path, tmp_path / "copy")
    return RunFolder(tmp_path / "copy")


def test_every_limit_is_read_back_as_it_was_trained_from_weak_to_strong(run, data):
    held = limits_in(run, data, MLP, DESIGN)
    assert titles(held) == [
        "differential privacy, ε = 8",
        "differential privacy, ε = 3",
        "clip-only control of ε = 8",
        "sampling-only control of ε = 8",
        "clip-only control of ε = 3",
        "sampling-only control of ε = 3",
        "label privacy, ε = 1",
        "0.5 of weights pruned",
        "0.9 of weights pruned",
        "weights of 4 bits",
        "weights of 2 bits",
    ]
    planned = {limit.title: limit for limit in with_parts(asked_for(ASKED, data, MLP))}
    assert {each.limit.title: each.limit for each in held.trials} == planned
    assert {each.outcomes.n_trials for each in held.trials} == {4}
    assert all((run.path / each.folder).is_dir() for each in held.trials)
    assert held.unread == []


def test_limits_of_another_learner_or_design_are_none_of_this_study_and_are_named(run, data):
    for held in (
        limits_in(run, data, replace(MLP, epochs=4), DESIGN),
        limits_in(run, data, MLP, SubsetDesign(n_trials=5, seed=1)),
    ):
        assert held.trials == []
        assert len(held.unread) == 11
        assert all("Left out are" in note for note in held.unread)


def _same(held, before):
    return all(
        one.limit == other.limit and np.array_equal(one.outcomes.correct, other.outcomes.correct)
        for one, other in zip(held.trials, before, strict=True)
    )


def test_what_was_cut_before_its_first_trial_is_passed_over(copy, data):
    first, *others = limits_in(copy, data, MLP, DESIGN).trials
    for file in (copy.path / first.folder).glob("*.npz"):
        file.unlink()
    assert titles(limits_in(copy, data, MLP, DESIGN)) == [each.name for each in others]


def test_damaged_trials_of_a_limit_that_nobody_asked_for_are_trained_again_and_named(copy, data, caplog):
    before = limits_in(copy, data, MLP, DESIGN).trials
    first, second = (copy.path / each.folder for each in before[:2])
    (first / "000001.npz").write_bytes((first / "000001.npz").read_bytes()[:-30])
    (second / "000002.npz").unlink()
    assert _same(limits_in(copy, data, MLP, DESIGN), before)
    assert [str(folder) in caplog.text for folder in (first, second)] == [True, True]
    assert (first / "000001.npz").read_bytes() == (copy.path / before[0].folder / "000001.npz").read_bytes()


def test_trials_that_no_longer_say_their_limit_are_refused_and_asking_for_it_repairs_them(copy, data):
    """The limit must not be missing in silence; its name as it is asked for says as much as the file did."""
    before = limits_in(copy, data, MLP, DESIGN).trials
    identity = copy.path / before[1].folder / "identity.json"
    whole = identity.read_text()
    for broken in (whole.replace('"seed": 0', '"seed": 1'), whole[:-40], ""):
        identity.write_text(broken)
        with pytest.raises(DamagedRunError, match="longtail limit .* makes it anew. Or remove"):
            limits_in(copy, data, MLP, DESIGN)
    asked = [before[1].limit]
    assert _same(limits_in(copy, data, MLP, DESIGN, asked), before)
    train_limits(data, replace(DESIGN, n_trials=4), asked, copy, jobs=1)
    assert identity.read_text() == whole
    assert _same(limits_in(copy, data, MLP, DESIGN), before)


def test_a_limit_of_the_users_own_is_read_back_from_its_module(copy, data):
    own = Renamed(inner=MLP)
    train_limits(data, replace(DESIGN, n_trials=4), [own], copy, jobs=1)
    last = limits_in(copy, data, MLP, DESIGN).trials[-1]
    assert last.limit == own
    assert last.option == f"--limit {__name__}:Renamed"


def test_a_limit_whose_module_is_not_here_is_named_and_known_by_what_was_asked_for(copy, data, monkeypatch):
    own = Renamed(inner=MLP)
    train_limits(data, replace(DESIGN, n_trials=4), [own], copy, jobs=1)
    monkeypatch.setattr(sys.modules[__name__], "Renamed", None)
    held = limits_in(copy, data, MLP, DESIGN)
    assert len(held.trials) == 11
    (note,) = held.unread
    assert f"limit must be a class of {__name__}, to be read again; got 'renamed'." in note
    assert limits_in(copy, data, MLP, DESIGN, [own]).trials[-1].limit == own


def test_a_limit_whose_source_has_changed_is_named(copy, data, monkeypatch):
    own = Renamed(inner=MLP)
    train_limits(data, replace(DESIGN, n_trials=4), [own], copy, jobs=1)
    monkeypatch.setattr(read_back, "own_code", lambda _: {__name__: "another"})
    (note,) = [note for note in limits_in(copy, data, MLP, DESIGN).unread if "renamed" in note]
    assert note.endswith("limit must be as it was trained; got renamed, whose source has changed.")


def test_limits_of_one_title_are_told_apart_by_their_settings(copy, data):
    train_limits(data, replace(DESIGN, n_trials=4), asked_for(["dp-sgd:epsilon=3,epochs=7"], data, MLP), copy, jobs=1)
    names = titles(limits_in(copy, data, MLP, DESIGN))
    assert {"differential privacy, ε = 3 (epochs = 7)", "differential privacy, ε = 3 (epochs = 40)"} < set(names)
    assert len(set(names)) == len(names) == 12


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "quantized"}, "limit must be one of .*; got 'quantized'. Train it anew under its new name."),
        ({"version": "0"}, "limit must be of version 1, as it is here; got rounded, trained by version 0."),
        (
            {"settings": {"bits": 2, "scale": 1.0}},
            r"limit must have the settings .*; got rounded with bits, scale \(Ty",
        ),
        ({"settings": {"bits": 1}}, "limit must have settings that hold; got rounded: bits must be a whole number"),
    ],
)
def test_a_limit_of_another_longtail_is_named(copy, data, change, said):
    place = copy.path / limits_in(copy, data, MLP, DESIGN).trials[-1].folder / "identity.json"
    identity = json.loads(place.read_text())
    learner = identity["learner"]
    learner |= {name: value for name, value in change.items() if name != "settings"}
    learner["settings"] = {**change.get("settings", learner["settings"]), "inner": learner["settings"]["inner"]}
    place.write_text(json.dumps(identity))
    place.parent.rename(place.parent.with_name(TrialSet(identity=identity).key))
    held = limits_in(copy, data, MLP, DESIGN)
    assert len(held.trials) == 10
    (note,) = held.unread
    assert re.search(said, note), note
