"""The application: its commands in panels, in the order of the flow.

What a command is for, what it writes and an example stand in its docstring, which is its help.
"""

from typing import Annotated

import typer
from typer.core import TyperGroup
from typer.main import get_command

from longtail.cli.audit import audit_command
from longtail.cli.bounds import within_bounds
from longtail.cli.compare import compare_command
from longtail.cli.confirm import confirm_command
from longtail.cli.coupling import coupling_command
from longtail.cli.dose import dose_command
from longtail.cli.equalize import equalize_command
from longtail.cli.exit_status import ExitStatus
from longtail.cli.import_ import import_command
from longtail.cli.influence import influence_command
from longtail.cli.judge import judge_command
from longtail.cli.limit import limit_command
from longtail.cli.limit_options import LimitCommand
from longtail.cli.masks import masks_command
from longtail.cli.measure import measure_command
from longtail.cli.membership import membership_command
from longtail.cli.merge import merge_command
from longtail.cli.mislabeled import mislabeled_command
from longtail.cli.paper import paper_command
from longtail.cli.plan import plan_command
from longtail.cli.printing import be_quiet
from longtail.cli.profile import profile_command
from longtail.cli.proxies import proxies_command
from longtail.cli.remove import remove_command
from longtail.cli.report import report_command
from longtail.cli.scores import scores_command
from longtail.cli.table import table_command
from longtail.cli.tail import tail_command
from longtail.cli.theory import theory_command
from longtail.cli.worth import worth_command

__all__ = ["app", "command_line"]

_START = "Start here"
_BEFORE = "Before any training: what must be memorized"
_TRIALS = "Train many models, each on a random subset"
_SCORES = "What was memorized"
_EXPOSED = "Who is exposed, and who pays for limits"

_FIRST_STEPS = f"""First steps

  longtail audit digits --out runs/digits    then open runs/digits/report.html
  longtail audit my.csv --target label --out runs/my
  longtail scores runs/digits                the numbers behind the report
  longtail audit --help                      what it takes and what it writes

DATA is a bundled name, an .npz, a table or a folder of images. RUN is a
folder that holds all that a study writes. Every command takes --quiet, and
--json for machines.

Exit status: {", ".join(f"{status.value} {status.meaning}" for status in ExitStatus)}."""

app = typer.Typer(
    name="longtail",
    help="How much must a classifier memorize, what does it memorize, and who pays when it may not.",
    epilog=_FIRST_STEPS,
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def command_line() -> TyperGroup:
    """Build the command group and reset ``--quiet``.

    The option is accepted before and after the command's name.
    """
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    be_quiet(False)
    quiet = next(option for option in group.params if option.name == "quiet")
    for command in group.commands.values():
        for parameter in command.params:
            option = max(parameter.opts, key=len)
            parameter.callback = within_bounds(option, parameter.callback)
        command.params.append(quiet)
        command.help = _reflowed(command.help or "")
    return group


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


@app.callback(invoke_without_command=True)
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


app.command("audit", rich_help_panel=_START)(audit_command)
app.command("report", rich_help_panel=_START)(report_command)
app.command("theory", rich_help_panel=_BEFORE)(theory_command)
app.command("paper", rich_help_panel=_BEFORE)(paper_command)
app.command("tail", rich_help_panel=_BEFORE)(tail_command)
app.command("plan", rich_help_panel=_TRIALS)(plan_command)
app.command("measure", rich_help_panel=_TRIALS)(measure_command)
app.command("merge", rich_help_panel=_TRIALS)(merge_command)
app.command("masks", rich_help_panel=_TRIALS)(masks_command)
app.command("import", rich_help_panel=_TRIALS)(import_command)
app.command("scores", rich_help_panel=_SCORES)(scores_command)
app.command("influence", rich_help_panel=_SCORES)(influence_command)
app.command("compare", rich_help_panel=_SCORES)(compare_command)
app.command("mislabeled", rich_help_panel=_SCORES)(mislabeled_command)
app.command("confirm", rich_help_panel=_SCORES)(confirm_command)
app.command("coupling", rich_help_panel=_SCORES)(coupling_command)
app.command("dose", rich_help_panel=_SCORES)(dose_command)
app.command("proxies", rich_help_panel=_SCORES)(proxies_command)
app.command("profile", rich_help_panel=_SCORES)(profile_command)
app.command("table", rich_help_panel=_SCORES)(table_command)
app.command("judge", rich_help_panel=_SCORES)(judge_command)
app.command("remove", rich_help_panel=_SCORES)(remove_command)
app.command("worth", rich_help_panel=_SCORES)(worth_command)
app.command("membership", rich_help_panel=_EXPOSED)(membership_command)
app.command("limit", cls=LimitCommand, rich_help_panel=_EXPOSED)(limit_command)
app.command("equalize", rich_help_panel=_EXPOSED)(equalize_command)
