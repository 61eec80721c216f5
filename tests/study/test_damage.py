"""Damage to the files of a run: found and named, mended where it can be, and never another number in silence.

One small audited run with limits; every kind of file in it is flipped, cut, emptied and removed. Whatever is read
afterwards is what was there, or an error of one line, or a notice; the commands end with the bytes of the whole run.
"""

import json
import re
import shutil
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from longtail.checked_json import checked_text, read_checked
from longtail.cli import main
from longtail.cli.limit_tables import print_limits
from longtail.errors import DamagedRunError, LongtailError
from longtail.findings import Findings, ReferenceModels
from longtail.findings.examples import Examples
from longtail.findings.results import Result
from longtail.notices import forget_notices
from longtail.runs.results import leave_result, results_of
from longtail.runs.run_folder import RunFolder
from longtail.runs.saved_findings import known_results, saved_findings
from longtail.study.audit_scope import Scope
from longtail.study.references_of_run import references_found
from longtail.study.refreshed import refreshed_results
from longtail.study.report_again import report_again
from longtail.study.run import open_run
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
        "scope": Scope.read(folder),
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
    ("OWN/planned.json", "cut"),
    ("LIMIT/planned.json", "gone"),
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
    if (name, fault) not in (("findings.json", "flipped"), ("LIMIT/planned.json", "gone")):  # written anew in any case
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


@pytest.mark.parametrize(
    ("name", "again"),
    [
        ("audit.json", "longtail audit iris --minutes 3 --out RUN makes it anew."),
        ("LIMIT", "longtail limit iris --limit [a-z-]+:[a-z=0-9]+ --trials 4 --out RUN makes it anew."),
        ("reference_models.json", "longtail audit iris --out RUN makes it anew."),
        ("results/influence.json", "longtail influence RUN makes it anew."),
    ],
)
def test_a_part_that_is_gone_is_missed_by_every_command_and_page(whole, run, name, again, caplog):
    """It is named with the command that makes it anew, whether or not findings that hold what it said are left."""
    part = _file(run, name)
    shutil.rmtree(part) if part.is_dir() else part.unlink()
    said = f"{re.escape(str(part))} is gone. {again}".replace("RUN", re.escape(str(run)))
    for ask in ("report", "scores", "open", "gathered"):
        if ask == "gathered":
            (run / "findings.json").unlink()
        forget_notices()
        caplog.clear()
        if ask == "open":
            open_run(run)
        else:
            assert main(["scores" if ask == "scores" else "report", str(run)]) == 0
        assert [bool(re.fullmatch(said, line)) for line in caplog.messages] == [True]
    assert any(re.fullmatch(said, each.reason) for each in Findings.read(run / "findings.json").omissions)
    assert not any("is gone" in each.reason for each in Findings.read(whole / "findings.json").omissions)


RESULT = Result(name="coupling", title="Coupling", command="longtail coupling RUN", n_trials=20, said=["0.9 carry."])


def _of_another_run(file):
    file.write_bytes(checked_text(read_checked(file, ""), owner="of_another"))


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("flipped", "coupling.json .* longtail coupling makes it anew."),
        ("cut", "coupling.json is not readable .* longtail coupling makes it anew."),
        ("emptied", "coupling.json is not readable .* longtail coupling makes it anew."),
        ("gone", "coupling.json is gone. longtail coupling .*run makes it anew."),
        ("another", "coupling.json is of another run. longtail coupling makes it anew."),
        ("renamed", "coupling.json holds what longtail worth said. longtail coupling makes it anew."),
        ("copied", r"coupling \(copy\).json has a name that no command gives."),
        ("backed up", "coupling.json~ has a name that no command gives."),
    ],
)
@pytest.mark.parametrize("anew", [False, True])
def test_a_result_that_is_not_sound_is_named_and_left_out_of_every_report(run, fault, said, anew, caplog):
    """Two are there, and shown; one is damaged: the other stays, and what is said tells what makes it anew."""
    folder = RunFolder(run)
    for result in (RESULT, replace(RESULT, name="worth", said=["Worth 0.3."])):
        leave_result(result, folder)
    refreshed_results(folder)
    before = {each.stem for each in (run / "results").iterdir()}
    file = run / "results" / "coupling.json"
    match fault:
        case "another":
            _of_another_run(file)
        case "renamed":
            shutil.copy(run / "results" / "worth.json", file)
        case "copied":
            shutil.copy(file, file.with_name("coupling (copy).json"))
        case "backed up":
            shutil.copy(file, file.with_name("coupling.json~"))
        case _:
            _damage(file, fault)
    forget_notices()
    caplog.clear()
    found = gather_again(folder) if anew else report_again(folder)
    (line,) = [line for line in caplog.messages if "A result is left out" in line or "is gone" in line]
    assert re.search(said, line)
    lost = set() if fault in ("copied", "backed up") else {"coupling"}
    assert {each.name for each in found.results} == before - lost


def gather_again(folder):
    """As after a command that gathers everything anew, without the costly rest of it."""
    folder.tell_gone()
    results, left_out = results_of(folder, known_results(folder))
    assert len(left_out) + len(folder.gone()) == 1
    return SimpleNamespace(results=results)


@pytest.mark.parametrize("name", ["audit.json", "findings.json", "reference_models.json"])
def test_a_file_of_another_run_is_not_taken_for_its_own(run, name, caplog):
    file = run / name
    _of_another_run(file)
    before = file.read_bytes()
    if name == "audit.json":
        with pytest.raises(DamagedRunError, match="audit.json is of another run. Remove it to plan the audit anew"):
            Scope.read(RunFolder(run))
    elif name == "findings.json":
        assert saved_findings(RunFolder(run)) is None
        assert "findings.json is of another run" in caplog.text
    else:
        found, (said,) = references_found(RunFolder(run), ReferenceModels)
        assert (found, "is of another run" in said) == (None, True)
    assert file.read_bytes() == before


def test_examples_of_another_run_of_the_same_size_are_gathered_anew(run, caplog):
    folder = RunFolder(run)
    foreign = replace(Examples.unpacked(folder.examples.read_bytes()), trial_set="of_another")
    folder.examples.write_bytes(foreign.packed())
    assert saved_findings(folder) is None
    assert "examples.json.gz is of another run" in caplog.text


def test_the_last_trials_of_a_limit_are_missed_wherever_its_numbers_are_shown(run, whole, capsys):
    """Of four models under each limit one loses its last, one all; the others say nothing."""
    one, other, *_ = sorted(
        place for place in (run / "trials").iterdir() if place != _file(run, "OWN/identity.json").parent
    )
    (one / "000003.npz").unlink()
    for file in other.glob("0*.npz"):
        file.unlink()
    (run / "findings.json").unlink()
    capsys.readouterr()
    assert main(["report", str(run)]) == 0
    told = capsys.readouterr().err
    assert "3 of 4 planned trials are in" in told
    assert f"trials/{other.name}: none of its 4 planned models is in the run." in told
    found = Findings.read(run / "findings.json")
    before = Findings.read(whole / "findings.json")
    said = {each.name: each.about_trials for each in found.limits.limits if each.about_trials}
    (name,) = said
    assert said[name] == f"{name}: 3 of 4 planned models are in the run; its numbers rest on these."
    assert said[name] in (run / "report.html").read_text(encoding="utf-8")
    assert len(found.limits.limits) == len(before.limits.limits) - 1
    assert any(other.name in each.reason for each in found.omissions)
    print_limits(found.limits)
    assert "3 of 4 planned models" in " ".join(capsys.readouterr().out.split())
