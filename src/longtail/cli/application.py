"""The application: its commands in the order of the flow, and what becomes of an error."""

import sys
from collections.abc import Sequence

import typer

from longtail import __version__
from longtail.cli.audit import audit_command
from longtail.cli.compare import compare_command
from longtail.cli.import_ import import_command
from longtail.cli.limit import limit_command
from longtail.cli.masks import masks_command
from longtail.cli.measure import measure_command
from longtail.cli.membership import membership_command
from longtail.cli.merge import merge_command
from longtail.cli.paper import paper_command
from longtail.cli.plan import plan_command
from longtail.cli.proxies import proxies_command
from longtail.cli.remove import remove_command
from longtail.cli.report import report_command
from longtail.cli.scores import scores_command
from longtail.cli.tail import tail_command
from longtail.cli.theory import theory_command
from longtail.errors import LongtailError

__all__ = ["app", "main"]

app = typer.Typer(
    name="longtail",
    help="How much must a classifier memorize, what does it memorize, and who pays when it may not.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line.

    Returns
    -------
    int
        0 on success, 2 on bad input, 130 when interrupted.
    """
    try:
        status = app(args=None if arguments is None else list(arguments), standalone_mode=False)
        return int(status or 0)
    except (typer.Abort, KeyboardInterrupt):
        return _say("interrupted; run the same command again to go on", 130)
    except typer.Exit as stop:
        return int(stop.exit_code)
    except typer.TyperException as error:
        message = getattr(error, "format_message", error.__str__)()
        return _say(message, 2) if message else 2  # no message: the help was printed instead
    except LongtailError as error:
        return _say(str(error), 2)
    except OSError as error:  # a full disk, a folder that may not be written
        return _say(f"{error.strerror or error}: {error.filename or 'the operating system refused'}", 2)


def _say(message: str, status: int) -> int:
    print("longtail: " + " ".join(message.split()), file=sys.stderr)
    return status


@app.callback(invoke_without_command=True)
def _version(
    version: bool = typer.Option(False, "--version", help="Print the version and exit.", is_eager=True),
) -> None:
    if version:
        print(f"longtail {__version__}")
        raise typer.Exit


app.command("theory")(theory_command)
app.command("paper")(paper_command)
app.command("tail")(tail_command)
app.command("plan")(plan_command)
app.command("measure")(measure_command)
app.command("merge")(merge_command)
app.command("masks")(masks_command)
app.command("import")(import_command)
app.command("scores")(scores_command)
app.command("compare")(compare_command)
app.command("proxies")(proxies_command)
app.command("remove")(remove_command)
app.command("membership")(membership_command)
app.command("limit")(limit_command)
app.command("report")(report_command)
app.command("audit")(audit_command)
