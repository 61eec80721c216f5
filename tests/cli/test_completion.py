"""What the shell is offered, asked as bash asks."""

import pyarrow as pa
import pytest
from pyarrow import parquet

from cli.terminal import in_a_pipe
from longtail.cli import main
from longtail.cli.application import command_line
from longtail.cli.completion import BUNDLED_NAMES, LEARNER_NAMES
from longtail.dataset.bundled import BUNDLED
from longtail.learners.names import NAMED_LEARNERS


def asked(*words: object) -> dict[str, str]:
    """The variables by which bash asks what could follow."""
    typed = ["longtail", *map(str, words)]
    return {
        "_LONGTAIL_COMPLETE": "complete_bash",
        "COMP_WORDS": "\n".join(typed),
        "COMP_CWORD": str(len(typed) - 1),
    }


@pytest.fixture
def offered(monkeypatch, capsys):
    """Ask as bash does, in this process."""

    def run(*words: object) -> set[str]:
        with monkeypatch.context() as patched:
            for name, value in asked(*words).items():
                patched.setenv(name, value)
            assert main([]) == 0
        told = capsys.readouterr()
        assert told.err == ""
        return set(told.out.split())

    return run


def test_a_shell_is_answered_by_a_process_of_its_own():
    done = in_a_pipe(**asked("me"))
    assert (done.returncode, done.stderr) == (0, "")
    assert set(done.stdout.split()) == {"measure", "merge", "membership"}


def test_the_names_are_those_of_the_originals():
    assert list(BUNDLED_NAMES) == list(BUNDLED)
    assert list(LEARNER_NAMES) == list(NAMED_LEARNERS)


def test_commands_and_options(offered):
    assert offered("") == set(command_line().commands)
    assert offered("me") == {"measure", "merge", "membership"}
    assert {"--trials", "--target", "--together"} <= offered("measure", "--t")
    assert "--quiet" in offered("paper", "--q")


def test_data_sets_and_learners(offered):
    assert offered("audit", "") == set(BUNDLED)
    assert offered("tail", "di") == {"digits"}
    assert offered("audit", "digits", "--learner", "") == set(NAMED_LEARNERS)
    assert offered("audit", "my") == set(), "then the shell offers files"


@pytest.mark.parametrize("kind", ["csv", "tsv", "parquet"])
def test_columns(offered, tmp_path, kind):
    table = tmp_path / f"birds.{kind}"
    if kind == "parquet":
        parquet.write_table(pa.table({"species": ["owl"], "size": [3], "name": ["Tu"]}), table)
    else:
        table.write_text({"csv": ",", "tsv": "\t"}[kind].join(["species", "size", "name"]) + "\n")
    assert offered("audit", table, "--target", "s") == {"species", "size"}
    assert offered("tail", table, "--group", "n") == {"name"}
    assert offered("audit", table, "--drop", "n") == {"name"} == offered("audit", table, "--text", "n")
    assert offered("audit", tmp_path / f"none.{kind}", "--target", "") == set()
