"""The application: its commands in panels, in the order of the flow.

What a command is for, what it writes and an example stand in its docstring, which is its help. The command ``name`` is
the function ``name_command`` of the module ``name``, imported where that command is wanted: all of them take longer.
"""

from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword
from typing import Annotated

import typer
from typer.main import get_command

from longtail.cli.bounds import within_bounds
from longtail.cli.exit_status import ExitStatus
from longtail.cli.help import HelpfulCommand, HelpfulGroup
from longtail.cli.printing import be_quiet
from longtail.cli.values import read_plainly

__all__ = ["COMMANDS", "WITHIN", "command_line"]

COMMANDS = {
    "Start here": ("audit", "report"),
    "Before any training: what must be memorized": ("theory", "paper", "tail"),
    "Train many models, each on a random subset": ("plan", "measure", "merge", "masks", "import"),
    "What was memorized": (
        "scores",
        "influence",
        "compare",
        "mislabeled",
        "causes",
        "confirm",
        "coupling",
        "dose",
        "proxies",
        "profile",
        "judge",
        "worth",
    ),
    "Who is exposed, and who pays for limits": ("membership", "limit", "equalize"),
}
"""The panels of the help, and their commands."""

WITHIN = {"table": "scores RUN --out table.csv", "remove": "worth RUN"}
"""What one may look for as a command of its own, and the command that does it."""

_FIRST_STEPS = f"""First steps

\b
  longtail audit digits --out runs/digits    then open runs/digits/report.html
  longtail audit my.csv --target label --out runs/my
  longtail scores runs/digits                the numbers behind the report
  longtail audit --help                      what it takes and what it writes

DATA is a bundled name, an .npz, a table or a folder of images. RUN is a
folder that holds all that a study writes. Every command takes --quiet, and
--json for machines.

Exit status: {", ".join(f"{status.value} {status.meaning}" for status in ExitStatus)}."""


def command_line(words: Sequence[str] = ()) -> HelpfulGroup:
    """Build the command group and reset ``--quiet``.

    The option is accepted before and after the command's name. Where ``words``, a command line, name a command first,
    the group has that one alone.
    """
    group = get_command(_application(_wanted(words)))
    assert isinstance(group, HelpfulGroup)
    group.panels = COMMANDS
    be_quiet(False)
    quiet = next(option for option in group.params if option.name == "quiet")
    for parameter in group.params:
        read_plainly(parameter)
    for command in group.commands.values():
        for parameter in command.params:
            read_plainly(parameter)
            option = max(parameter.opts, key=len)
            parameter.callback = within_bounds(option, parameter.callback)
        command.params.append(quiet)
        command.help = _reflowed(command.help or "")
    return group


def _wanted(words: Sequence[str]) -> str | None:
    """Return the command that the words name. Without one, all are to be shown, or the nearest is."""
    first = next((word for word in words if not word.startswith("-")), None)
    return first if any(first in names for names in COMMANDS.values()) else None


def _application(wanted: str | None) -> typer.Typer:
    app = typer.Typer(
        name="longtail",
        help="How much must a classifier memorize, what does it memorize, and who pays when it may not.",
        epilog=_FIRST_STEPS,
        no_args_is_help=True,
        add_completion=True,
        cls=HelpfulGroup,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(_root)
    for names in COMMANDS.values():
        for name in names if wanted is None else {wanted}.intersection(names):
            module = import_module(f"longtail.cli.{f'{name}_' if iskeyword(name) else name}")
            kind = getattr(module, "COMMAND_CLASS", HelpfulCommand)
            app.command(name, cls=kind)(getattr(module, f"{name}_command"))
    return app


def _reflowed(text: str) -> str:
    """Paragraphs as one line each, for the terminal to break."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def _say_what_is_installed(asked: bool) -> None:
    if asked:
        from longtail.cli.installed import installed_lines

        print("\n".join(installed_lines()))
        raise typer.Exit


def _hush(quiet: bool) -> None:
    if quiet:
        be_quiet(True)


def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Say what is installed, and what there is to compute on.",
            is_eager=True,
            callback=_say_what_is_installed,
        ),
    ] = False,
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet", "-q", help="Answers and errors alone.", is_eager=True, callback=_hush, expose_value=False
        ),
    ] = False,
) -> None:
    """Answered by the callbacks of the options."""
