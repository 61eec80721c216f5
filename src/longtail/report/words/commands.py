"""The commands that findings suggest, with DATA and RUN in the place of names: the place of data is no finding."""

import re
import shlex

from longtail.arguments import checked

__all__ = ["limit_command", "typed", "words"]


def words(*parts: str) -> str:
    """Join the parts that are not empty, in one line. Values of an option that is given again are joined.

    Examples
    --------
    >>> words("longtail limit DATA", "", "--epsilon 8", "--bits 4", "--epsilon 3")
    'longtail limit DATA --epsilon 8,3 --bits 4'
    """
    joined: dict[str, str] = {}
    for part in filter(None, parts):
        option = re.fullmatch(r"(--[a-z-]+) ([0-9.e+-]+)", part)
        if option and option[1] in joined:
            joined[option[1]] += f",{option[2]}"
        else:
            joined[option[1] if option else part] = part
    return " ".join(joined.values())


def typed(command: str, source: str) -> str:
    """Return a command with DATA as the user typed it, for a shell. Where that is not known it is returned as it is.

    Examples
    --------
    >>> typed("longtail audit DATA --out RUN", "my file.csv"), typed("longtail audit DATA --out RUN", "")
    ("longtail audit 'my file.csv' --out RUN", 'longtail audit DATA --out RUN')
    """
    return re.sub(r"\bDATA\b", lambda _: shlex.quote(source), command, count=1) if source else command


@checked
def limit_command(options: str, levels: str, n_trials: int) -> str:
    """``longtail limit`` at some levels.

    Examples
    --------
    >>> limit_command("--target y", "--epsilon 3", 40)
    'longtail limit DATA --target y --epsilon 3 --trials 40 --out RUN'
    """
    return words("longtail limit DATA", options, levels, f"--trials {n_trials}", "--out RUN")
