"""What is printed where: styles for terminals alone, animation for those that can move a cursor, remarks for people."""

import ast
import json
import subprocess
import sys
import unicodedata
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
import typer
from rich.console import Console
from rich.table import Table

import longtail
from cli.terminal import environment, in_a_pipe, on_a_terminal
from longtail.cli import main, printing
from longtail.cli.printing import errors, out, print_json, print_table, remark
from longtail.cli.values import read_plainly

ESCAPE, HIDE_CURSOR, BOLD = "\x1b", "\x1b[?25l", "\x1b[1m"
PLAN = ("plan", "iris", "--learner", "knn", "--trials", "20", "--jobs", "1")
DRAWN = (  # what commands draw with, without what they compute
    "-c",
    "from longtail.cli.printing import print_table; from longtail.cli.progress import waiting\n"
    "with waiting('Timing'): print_table('Examples', ('name', 'n'), [('a', '1')])",
)


def test_a_terminal_gets_styles_and_a_spinner():
    status, sent = on_a_terminal(*PLAN)
    assert status == 0
    assert HIDE_CURSOR in sent
    assert BOLD in sent


def test_no_color_takes_the_styles_and_leaves_the_spinner():
    status, sent = on_a_terminal(*DRAWN, NO_COLOR="1", FORCE_COLOR="1")
    assert status == 0
    assert "\x1b[1m" not in sent
    assert "\x1b[3" not in sent
    assert HIDE_CURSOR in sent


@pytest.mark.parametrize("words", [DRAWN, ("--help",)])
def test_a_dumb_terminal_gets_neither(words):
    status, sent = on_a_terminal(*words, TERM="dumb")
    assert status == 0
    assert ESCAPE not in sent


@pytest.mark.parametrize("words", [DRAWN, ("paper",), ("plan", "--help")])
def test_a_pipe_gets_neither(words):
    done = in_a_pipe(*words)
    assert done.returncode == 0
    assert ESCAPE not in done.stdout + done.stderr


def test_forced_color_styles_a_pipe_but_never_animates_it():
    done = in_a_pipe(*DRAWN, FORCE_COLOR="1")
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


HOSTILE = "red\x1b[31m \x9b2J \x07bell \u202etxt"


def _controls(text: str) -> list[str]:
    return [c for c in text if (unicodedata.category(c) == "Cc" and c != "\n") or c == "\u202e"]


def test_no_text_of_data_gives_the_terminal_an_order(capsys):
    """Every way to print: tables, sentences, remarks, notes, JSON, the line of an error."""
    print_table(HOSTILE, (HOSTILE, "n"), [(HOSTILE, "1"), ("two\nlines", "2")])
    out.print(HOSTILE)
    errors.print(HOSTILE)
    remark(HOSTILE)
    print_json({HOSTILE: HOSTILE})
    told = capsys.readouterr()
    assert not _controls(told.out + told.err)
    assert r"red\x1b[31m \x9b2J \x07bell \u202etxt" in told.out
    assert r"two\x0alines" in told.out


def test_json_still_says_what_was_there(capsys):
    print_json({"label": HOSTILE})
    assert json.loads(capsys.readouterr().out) == {"label": HOSTILE}


@pytest.mark.parametrize("rows", [[], [{"value": 0.5, "of": "\x85"}], [{"value": float("nan")}, [1, [2]], "text"]])
def test_an_iterator_is_printed_as_the_list_of_its_items(rows, capsys):
    def document(items):
        return {"n": 2, "deep": {"some": [1, 2]}, "items": items, "last": []}

    print_json(document(rows))
    at_once = capsys.readouterr().out
    print_json(document(iter(rows)))
    assert capsys.readouterr().out == at_once


def test_the_line_of_an_error_is_one_visible_line_of_bounded_length(capsys):
    name = "ab\x1b[2J\n" + "c" * 5000
    assert main(["scores", name]) == 2
    said = capsys.readouterr().err
    assert not _controls(said)
    assert said.count("\n") == 1
    assert len(said) < 1300


def test_only_the_consoles_here_print():
    """One place to print from, so that nothing goes by it: no other file makes a console, a table or prints itself."""
    for path in (Path(longtail.__file__).parent / "cli").glob("*.py"):
        calls = {
            node.func.id
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        allowed = {"print"} if path.name in ("printing.py", "entry_point.py", "application.py") else set()
        if path.name != "printing.py":
            assert not calls & ({"print", "Console", "Table"} - allowed), path.name


@pytest.mark.parametrize("seed", range(8))
def test_a_table_without_rich_is_the_table_that_rich_draws(seed):
    rng = np.random.default_rng(seed)
    text = ["", "a", "[b]", "1.25", "Ulm – Köln", "n × τ ≥ 3", "a longer cell", "…"]
    head = [str(rng.choice(text)) for _ in range(rng.integers(2, 5))]
    rows = [[str(rng.choice(text)) for _ in head] for _ in range(rng.integers(0, 5))]
    title = str(rng.choice(["", "T", "A title – of some length"]))
    console = Console(file=StringIO(), width=80, color_system=None, highlight=False, markup=False, emoji=False)
    console.soft_wrap = True
    table = Table(title=title or None, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for place, column in enumerate(head):
        table.add_column(column, justify="right" if place else "left")
    for row in rows:
        table.add_row(*row)
    console.print(table)
    drawn = console.file.getvalue()
    lines = printing._lines(title, head, rows)
    assert not lines or "\n".join(lines) + "\n" == drawn
    assert lines or len(title) > max(map(len, drawn.splitlines()[1:]), default=0)


@pytest.mark.parametrize("words", [("theory", "--help"), ("paper",)])
def test_neither_rich_nor_pydantic_is_imported_for_a_pipe(words):
    """Plain words are read and plain text is written without them: together they took half of a start."""
    code = (
        "import sys; from longtail.cli import main; "
        f"main({list(words)}); print(sorted({{'rich', 'pydantic'}} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


@pytest.mark.parametrize(
    ("kind", "word", "value"),
    [(int, "12", 12), (int, "+7", 7), (float, "1e-3", 1e-3), (float, "-2", -2.0), (Path, "a/b", Path("a/b"))],
)
def test_plain_words_are_read_as_typer_reads_them(kind, word, value):
    app = typer.Typer(add_completion=False)

    @app.command()
    def command(x: kind) -> None: ...

    (parameter,) = typer.main.get_command(app).params
    with typer.main.get_command(app).make_context("command", ["--", word]) as context:
        usual = parameter.get_runtime_param().coerce(word, param=parameter, ctx=context)
        read = read_plainly(parameter).get_runtime_param().coerce(word, param=parameter, ctx=context)
    assert usual == read == value
    assert type(usual) is type(read)
