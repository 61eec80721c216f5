"""Numbers beyond any machine are refused in one line, before data are loaded; and no option is without bounds."""

import pytest

from longtail.arguments.bounds import MODELS
from longtail.cli import main
from longtail.cli.application import command_line
from longtail.cli.bounds import BOUNDS
from longtail.cli.option_names import names_for

HUGE = str(10**23)
COMMANDS = command_line().commands
WHOLE = sorted(
    (name, option)
    for name, command in COMMANDS.items()
    for parameter in command.params
    for option in parameter.opts
    if option in ("--trials", "--jobs", "--repeats", "--models", "--subsets", "--seeds", "--runs", "--top", "--seed")
    or option in ("--rows", "--limit-trials", "--neighbors", "--strongest", "--classes")
)
ARGUMENTS = {"compare": ["a", "b"], "merge": ["a"], "theory": [], "import": ["a"]}


def typed(command: str, *words: str) -> list[str]:
    out = ["--out", "r"] if command in ("audit", "measure", "masks", "limit") else []
    return [command, *ARGUMENTS.get(command, ["no-such-data"]), *out, *words]


@pytest.mark.parametrize(("command", "option"), WHOLE)
def test_a_number_beyond_any_machine_is_refused(command, option, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for number in (HUGE, "-" + HUGE):
        assert main(typed(command, option, number)) == 2
        said = capsys.readouterr().err
        assert said.startswith(f"longtail: {option} must be at "), said
        assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
@pytest.mark.parametrize(
    ("command", "option"),
    [("audit", "--minutes"), ("plan", "--memory"), ("scores", "--level"), ("measure", "--fraction")],
)
def test_what_is_no_number_is_refused(command, option, number, capsys):
    assert main(typed(command, option, number)) == 2
    assert f"longtail: {option} must " in capsys.readouterr().err


def test_the_largest_numbers_that_are_taken_are_those_of_the_library():
    assert MODELS.most == 1_000_000
    assert BOUNDS["--trials"] is MODELS
    for option in BOUNDS:
        assert any(option in parameter.opts for command in COMMANDS.values() for parameter in command.params), option


def test_the_number_by_which_a_help_says_that_nothing_is_trained_is_taken(capsys):
    for command, option in (("mislabeled", "--models"), ("influence", "--models"), ("proxies", "--trials")):
        assert main(typed(command, option, "0")) == 2
        assert f"{option} must" not in capsys.readouterr().err


@pytest.mark.parametrize("share", ["0:" + "9" * 30, "0:" + "9" * 6000, "5:5", "-1:5", "0:x"])
def test_a_share_beyond_any_study_is_refused(share, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["measure", "iris", "--range", share, "--out", "r"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("longtail: --range must be A:B with 0 <= A < B <= 1,000,000; got ")
    assert len(said) < 400
    assert list(tmp_path.iterdir()) == []


def test_a_library_s_parameter_is_called_by_the_command_s_option():
    """The option of the same name; the one that a table gives; its own name where the command has none."""
    assert names_for(["confirm", "run"])("n_subsets") == "--subsets"
    assert names_for(["import", "run"])("layout") == "--format"
    assert names_for(["measure", "iris"])("trials") == "--range"
    assert names_for(["theory"])("n_subsets") == "n_subsets"
    assert names_for([])("trials") == "trials"
