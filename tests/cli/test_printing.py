"""What is printed where: styles for terminals alone, animation for those that can move a cursor, remarks for people."""

import json

import pytest

from cli.terminal import in_a_pipe, on_a_terminal
from longtail.cli import main
from longtail.cli.printing import print_table

ESCAPE, HIDE_CURSOR, BOLD = "\x1b", "\x1b[?25l", "\x1b[1m"
PLAN = ("plan", "iris", "--learner", "mlp", "--trials", "20", "--jobs", "1")
THEORY = ("theory", "--samples", "1e4")


def test_a_terminal_gets_styles_and_a_spinner():
    status, sent = on_a_terminal(*PLAN)
    assert status == 0
    assert HIDE_CURSOR in sent
    assert BOLD in sent


def test_no_color_takes_the_styles_and_leaves_the_spinner():
    _, sent = on_a_terminal(*PLAN, NO_COLOR="1", FORCE_COLOR="1")
    assert "\x1b[1m" not in sent
    assert "\x1b[3" not in sent
    assert HIDE_CURSOR in sent


@pytest.mark.parametrize("words", [PLAN, ("--help",), ("plan", "--help")])
def test_a_dumb_terminal_gets_neither(words):
    status, sent = on_a_terminal(*words, TERM="dumb")
    assert status == 0
    assert ESCAPE not in sent


@pytest.mark.parametrize("words", [THEORY, ("--help",), ("plan", "--help")])
def test_a_pipe_gets_neither(words):
    done = in_a_pipe(*words)
    assert done.returncode == 0
    assert ESCAPE not in done.stdout + done.stderr


def test_forced_color_styles_a_pipe_but_never_animates_it():
    done = in_a_pipe(*PLAN, FORCE_COLOR="1")
    assert BOLD in done.stdout
    assert done.stderr == ""
    assert HIDE_CURSOR not in done.stdout


def test_no_color_in_the_help():
    assert ESCAPE not in on_a_terminal("--help", NO_COLOR="1")[1]
    assert ESCAPE in on_a_terminal("--help")[1]


def test_what_looks_like_markup_is_printed_as_it_stands(capsys):
    print_table("[bold]groups[/bold]", ("name", "n"), [("[/red] :smile:", "[0, 1]"), ("<script>", "[a]")])
    shown = capsys.readouterr().out
    for text in ("[bold]groups[/bold]", "[/red] :smile:", "[0, 1]", "<script>", "[a]"):
        assert text in shown


@pytest.mark.parametrize("words", [("-q", *PLAN), (*PLAN, "--quiet")])
def test_quiet_leaves_answers_alone(capsys, words):
    assert main(list(PLAN)) == 0
    told = capsys.readouterr()
    assert main(list(words)) == 0
    quiet = capsys.readouterr()
    assert "Next: " in told.out
    assert "Next: " not in quiet.out
    assert "smallest memorization visible" in quiet.out
    assert quiet.err == ""
    assert main(list(PLAN)) == 0
    assert "Next: " in capsys.readouterr().out, "silence lasts for one command"


def test_quiet_silences_progress_but_no_error(tmp_path, capsys):
    measure = ("measure", "iris", "--learner", "knn", "--jobs", "1", "--trials", "20", "--out", str(tmp_path / "run"))
    assert main([*measure, "--quiet"]) == 0
    assert capsys.readouterr().err == ""
    assert main(["report", str(tmp_path / "none"), "--quiet"]) == 2
    assert capsys.readouterr().err.startswith("longtail: ")


def test_a_log_gets_lines(tmp_path, capsys):
    measure = ("measure", "iris", "--learner", "knn", "--jobs", "1", "--trials", "20", "--out", str(tmp_path / "run"))
    assert main(list(measure)) == 0
    assert capsys.readouterr().err == "Training: 20 of 20 models\n"


def test_masks_and_report_speak_json(tmp_path, capsys):
    run, own = tmp_path / "run", tmp_path / "own"
    assert main(["masks", "iris", "--trials", "20", "--out", str(own), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "run": str(own),
        "n_trials": 20,
        "instructions": str(own / "README.md"),
    }
    assert main(["measure", "iris", "--learner", "knn", "--jobs", "1", "--trials", "20", "--out", str(run), "-q"]) == 0
    capsys.readouterr()
    assert main(["report", str(run), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"run": str(run), "report": str(run / "report.html")}
