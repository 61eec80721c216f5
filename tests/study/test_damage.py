"""Damage to the files of a run: found and named, mended where it can be, and never another number in silence.

One small audited run with limits; every kind of file in it is flipped, cut, emptied and removed. Whatever is read
afterwards is what was there, or an error of one line, or a notice; the commands end with the bytes of the whole run.
"""

import json
import re
import shutil

import numpy as np
import pytest

from longtail.cli import main
from longtail.errors import LongtailError
from longtail.notices import forget_notices
from longtail.runs.run_folder import RunFolder
from longtail.runs.saved_findings import saved_findings
from longtail.study.audit_scope import Scope
from longtail.trials.store import TrialStore, read_trial_set

AUDIT = ["audit", "iris", "--trials", "20", "--limit-trials", "4", "--jobs", "1", "--quiet"]
FLIPS = 25


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    run = tmp_path_factory.mktemp("damage") / "whole"
    assert main([*AUDIT, "--out", str(run)]) == 0
    return run


@pytest.fixture
def run(whole, tmp_path):
    shutil.copytree(whole, tmp_path / "run")
    forget_notices()
    return tmp_path / "run"


def _file(run, name):
    """By a name that says what it is: the study's own trials, and those of one limit, are named after hashes."""
    own = json.loads((run / "study.json").read_text())["identity"]
    key = next(place.name for place in (run / "trials").iterdir() if read_trial_set(place).identity == own)
    limit = min(place.name for place in (run / "trials").iterdir() if place.name != key)
    return run / name.replace("OWN", f"trials/{key}").replace("LIMIT", f"trials/{limit}")


def _read(run, damaged):
    """Everything that commands read, as plain data: None where it must be made anew.

    A folder of trials is read by itself, so of all of them only the one that holds the damaged file can differ.
    """
    folder = RunFolder(run)
    saved = saved_findings(folder)
    return {
        "study": folder.study(),
        "scope": Scope.read(run),
        "findings": None if saved is None else (saved[0].to_json(), saved[1] and len(saved[1])),
        "trials": {
            place.name: [
                (record.trial, record.inclusion.tolist(), record.correct.tolist(), record.margin.tolist())
                for record in TrialStore(place, read_trial_set(place)).records()
            ]
            for place in sorted((run / "trials").iterdir())
            if place in damaged.parents
        },
    }


FILES = [
    "study.json",
    "audit.json",
    "findings.json",
    "examples.json.gz",
    "OWN/identity.json",
    "OWN/000003.npz",
    "LIMIT/identity.json",
    "LIMIT/000001.npz",
]


@pytest.mark.parametrize("name", FILES)
def test_a_flipped_bit_is_found_or_changes_nothing(run, name):
    """25 places of each file, at random (seed 0), one bit each: read as before, or refused, or to be made anew."""
    rng, file = np.random.default_rng(0), _file(run, name)
    right = _read(run, file)
    content, found = file.read_bytes(), 0
    for place in rng.integers(0, len(content), FLIPS):
        file.write_bytes(content[:place] + bytes([content[place] ^ (1 << int(rng.integers(8)))]) + content[place + 1 :])
        try:
            said = _read(run, file)
        except LongtailError:
            found += 1
            continue
        if said["findings"] is None:
            found += 1
            said["findings"] = right["findings"]
        assert said == right
    assert found > FLIPS / 2


def _damage(file, fault):
    content = file.read_bytes()
    third = len(content) // 3
    match fault:
        case "flipped":
            file.write_bytes(content[:third] + bytes([content[third] ^ 1]) + content[third + 1 :])
        case "cut":
            file.write_bytes(content[: len(content) // 2])
        case "emptied":
            file.write_bytes(b"")
        case "gone":
            file.unlink()


MENDED = [
    ("study.json", "flipped"),
    ("study.json", "gone"),
    ("OWN/identity.json", "cut"),
    ("OWN/000003.npz", "flipped"),
    ("LIMIT/000001.npz", "cut"),
    ("LIMIT/identity.json", "emptied"),
    ("findings.json", "flipped"),
]


@pytest.mark.parametrize(("name", "fault"), MENDED)
def test_the_same_audit_mends_what_is_damaged_and_names_it(whole, run, name, fault, capsys):
    _damage(_file(run, name), fault)
    capsys.readouterr()
    assert main([*AUDIT, "--out", str(run)]) == 0
    said = capsys.readouterr().err
    if name != "findings.json":  # which is computed anew in any case
        assert name.rpartition("/")[2] in said or "are run again" in said
    for file in ("findings.json", "study.json", "audit.json"):
        assert (run / file).read_bytes() == (whole / file).read_bytes()
    for place in (whole / "trials").iterdir():
        for file in place.iterdir():
            assert (run / "trials" / place.name / file.name).read_bytes() == file.read_bytes()


def test_a_measurement_that_names_no_learner_mends_the_study_too(tmp_path, capsys):
    """Without its study, a run does not say of which learner it is: the trials of the default one are here."""
    measure = ["measure", "iris", "--trials", "4", "--jobs", "1", "--out", str(tmp_path)]
    assert main(measure) == 0
    right = (tmp_path / "study.json").read_bytes()
    _damage(tmp_path / "study.json", "flipped")
    capsys.readouterr()
    assert main(measure) == 0
    assert "study.json" in capsys.readouterr().err
    assert (tmp_path / "study.json").read_bytes() == right


REFUSED = [  # file, fault, command, what the one line says
    ("study.json", "flipped", "scores", "study.json .* Run the command that made the run again"),
    ("study.json", "emptied", "report", "study.json is not readable .* Run the command that made the run again"),
    ("OWN/000003.npz", "cut", "scores", "trial 3 in .* is damaged .* Run the same measurement again"),
    ("OWN/000003.npz", "flipped", "membership", "trial 3 in .* is damaged"),
    ("audit.json", "cut", "audit", "audit.json is not readable .* Remove it to plan the audit anew"),
]


@pytest.mark.parametrize(("name", "fault", "command", "law"), REFUSED)
def test_what_cannot_be_mended_by_a_command_that_only_reads_is_refused_in_one_line(
    run, name, fault, command, law, capsys
):
    _damage(_file(run, name), fault)
    words = [*AUDIT, "--out", str(run)] if command == "audit" else [command, str(run)]
    capsys.readouterr()
    assert main(words) == 2
    said = capsys.readouterr()
    assert re.fullmatch(f"longtail: .*{law}.*\n", said.err)
    assert said.out == ""


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("findings.json", "flipped"),
        ("findings.json", "gone"),
        ("examples.json.gz", "cut"),
        ("OWN/identity.json", "cut"),
    ],
)
def test_a_report_of_damaged_findings_is_that_of_whole_ones_limits_and_all(whole, run, name, fault, capsys):
    _damage(_file(run, name), fault)
    capsys.readouterr()
    assert main(["report", str(run)]) == 0
    said = capsys.readouterr().err
    assert fault == "gone" or name.rpartition("/")[2] in said or name.startswith("OWN")  # rendering asks no trial
    for file in ("findings.json", "examples.json.gz", "report.html"):
        assert (run / file).read_bytes() == (whole / file).read_bytes()


def test_a_page_without_the_examples_of_the_run_says_so_and_how_to_have_them_again(whole, run, capsys):
    (run / "examples.json.gz").unlink()
    assert main(["report", str(run)]) == 0
    assert "examples.json.gz is missing: examples are not shown." in capsys.readouterr().err
    (run / "findings.json").unlink()
    assert main(["report", str(run)]) == 0
    assert (run / "examples.json.gz").read_bytes() == (whole / "examples.json.gz").read_bytes()


def test_missing_trials_and_copies_of_a_sync_program_are_told_by_every_command(run, capsys):
    trial = _file(run, "OWN/000007.npz")
    trial.rename(trial.with_name("000007 (copy).npz"))
    for command in ("scores", "membership", "mislabeled"):
        capsys.readouterr()
        assert main([command, str(run), "--json"]) == 0
        said = capsys.readouterr().err
        assert "19 of 20 planned trials are in" in said
        assert "'000007 (copy).npz'" in said
