"""The command line, from the application itself: every command, argument and option, with what it says of them."""

import re
from collections.abc import Iterator
from typing import Any

from longtail.cli.application import command_line


def commands() -> dict[str, Any]:
    """Every command by name, in the order of the flow."""
    group: Any = command_line()
    return dict(group.commands)


def command_page() -> str:
    """The page of all commands."""
    group: Any = command_line()
    lines = [
        "# Commands",
        "",
        _prose(group.help),
        "",
        "This page is made from the application: it says what `longtail COMMAND --help` says. What all commands share,",
        "exit statuses and completion among it, is on [another page](../guide-command-line.md).",
        "",
        "| command | |",
        "| --- | --- |",
        *(f"| [`longtail {name}`](#longtail-{name}) | {_cell(_brief(c.help))} |" for name, c in commands().items()),
        "",
        "## Before any command",
        "",
        *_table(option for option in group.params),
    ]
    for name, command in commands().items():
        lines += ["", f"## `longtail {name}`", "", _prose(command.help), "", *_usage(name, command)]
        lines += ["", *_table(command.params)]
    return "\n".join([*lines, ""])


def _usage(name: str, command: Any) -> list[str]:
    arguments = [_metavar(p) for p in command.params if p.param_type_name == "argument"]
    required = [f"{p.opts[0]} {_metavar(p)}" for p in command.params if p.param_type_name == "option" and p.required]
    return ["```text", " ".join(["longtail", name, *arguments, *required, "[OPTIONS]"]), "```"]


def _table(parameters: Any) -> list[str]:
    rows = [_row(parameter) for parameter in parameters if not getattr(parameter, "hidden", False)]
    return ["| | | |", "| --- | --- | --- |", *rows]


def _row(parameter: Any) -> str:
    names = ", ".join(f"`{name}`" for name in _names(parameter))
    notes = "required" if parameter.required else _default(parameter)
    return f"| {names} | {_cell(parameter.help or '')} | {notes} |"


def _names(parameter: Any) -> Iterator[str]:
    if parameter.param_type_name == "argument":
        yield _metavar(parameter)
        return
    value = "" if parameter.is_flag else f" {_metavar(parameter)}"
    for name in [*parameter.opts, *parameter.secondary_opts]:
        yield name + (value if name.startswith("--") else "")


def _metavar(parameter: Any) -> str:
    if parameter.metavar:
        return str(parameter.metavar)
    kind = parameter.type_descriptor.annotation
    word = parameter.name if parameter.param_type_name == "argument" else _WORDS.get(kind, kind.__name__)
    many = "…" if parameter.nargs == -1 or parameter.multiple else ""
    return word.upper().replace("_", "-") + many


_WORDS: dict[Any, str] = {int: "number", float: "number", str: "text"}


def _default(parameter: Any) -> str:
    default = parameter.default
    if getattr(parameter, "is_flag", False) or default in (None, (), [], ""):
        return ""
    return "" if callable(default) or "Sentinel" in type(default).__name__ else f"default `{default}`"


def _brief(text: str | None) -> str:
    return _prose(text).split("\n\n")[0]


def _prose(text: str | None) -> str:
    paragraphs = re.split(r"\n\s*\n", (text or "").replace("\b", "").strip())
    return _plain("\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs))


def _cell(text: str) -> str:
    return _plain(" ".join(text.split())).replace("|", "\\|")


def _plain(text: str) -> str:
    """Help is plain text: what Markdown would take for markup is escaped, and rich's markup is taken off."""
    bare = re.sub(r"\[/?(?:bold|dim|italic|cyan|green|yellow|red)\]", "", text)
    escaped = re.sub(r"(?<!\\)([<>*_\[\]$])", r"\\\1", bare).replace("``", "`")
    return re.sub(r"(?<![`\w-])(--[a-z][a-z-]*)(?![`\w])", r"`\1`", escaped)
