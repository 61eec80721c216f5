"""What a study remembers of the parts of its run: told when they are gone, with a command that a shell takes."""

import shlex

from longtail.runs.data_options import data_options
from longtail.runs.measure import DataSource
from longtail.runs.run_folder import RunFolder
from longtail.trials.trial_set import TrialSet

IDENTITY = {"data": {"n_train": 3}, "learner": {}, "design": {"fraction": 0.5, "seed": 2}}


def _frozen(path, **named):
    folder = RunFolder(path)
    source = DataSource(data="a table.csv", target="kind of RUN", drop=("x", "the DATA"), **named)
    with folder.writing():
        folder.freeze(source.study(TrialSet(identity=IDENTITY), 4))
        folder.remember("audit.json", folder.command("audit", minutes=3))
        folder.remember("removal.json", "longtail worth RUN")
    return folder


def test_the_command_has_every_option_of_the_data_and_of_the_design(tmp_path):
    """Split as a shell does, it is what the user typed; names that look like places stay as they are."""
    run = tmp_path / "my run"
    audited, removed = _frozen(run).gone()[-2:]
    assert audited.startswith(f"{run / 'audit.json'} is gone. longtail audit ")
    command = audited.partition("is gone. ")[2].removesuffix(" makes it anew.")
    typed = ["--target", "kind of RUN", "--fraction", "0.5", "--seed", "2", "--drop", "x", "--drop", "the DATA"]
    assert shlex.split(command) == ["longtail", "audit", "a table.csv", *typed, "--minutes", "3", "--out", str(run)]
    assert removed.endswith(f"longtail worth {shlex.quote(str(run))} makes it anew.")


def test_nothing_is_said_of_parts_that_are_there_and_one_sentence_of_all_trials(tmp_path):
    folder = _frozen(tmp_path)
    folder.remember("trials/one", "")
    (tmp_path / "audit.json").touch()
    (tmp_path / "removal.json").touch()
    own = tmp_path / "trials" / folder.key
    left = "is gone, with the trials of the study: what was computed from them is left."
    assert folder.gone() == [f"{tmp_path / 'trials'} {left}"]
    (tmp_path / "trials").mkdir()
    assert folder.gone()[0] == f"{own} {left}"
    own.mkdir()
    assert folder.gone() == [f"{tmp_path / 'trials/one'} is gone. The call that made it makes it anew."]
    (tmp_path / "trials" / "one").mkdir()
    assert folder.gone() == []


def test_freezing_again_forgets_nothing_and_kept_data_move_with_the_run(tmp_path):
    """Data that the run keeps are named relative to it, also after a part was remembered."""
    folder = _frozen(tmp_path / "here", kept="kept-data.npz")
    before = folder.study()
    assert before.made["audit.json"] == ""  # No command takes data from memory.
    folder.freeze(DataSource(data="a table.csv", kept="kept-data.npz").study(before.trial_set, 9))
    assert folder.study().made == before.made
    there = (tmp_path / "here").rename(tmp_path / "there")
    assert RunFolder(there).study().places == {"data": str(there / "kept-data.npz")}


def test_texts_are_named_by_their_flag():
    assert data_options(DataSource(data="t.txt", text="body", task="language")) == "--language-model --text body"
