"""What the tests of the command line share."""

import pytest

from longtail.cli import main


@pytest.fixture
def type_(capsys):
    """Type a command line; the answer is its exit status, standard output and standard error."""

    def run(*words):
        status = main([str(word) for word in words])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run
