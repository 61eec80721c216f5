"""What a command line calls the parameters that an error of the library speaks of.

A parameter is known by the option of the same name, where the command has one; by a name that is the library's alone,
the tables here say which option holds it. What no option of the command sets keeps its name.
"""

from collections.abc import Callable, Sequence

__all__ = ["names_for"]

_LIBRARY = {
    "confidence_level": "--level",
    "dropped": "--drop",
    "epsilons": "--epsilon",
    "label_epsilons": "--label-epsilon",
    "limits": "--limit",
    "n_classes": "--classes",
    "n_examples": "--examples",
    "n_models": "--models",
    "n_runs": "--runs",
    "n_samples": "--samples",
    "n_seeds": "--seeds",
    "n_subsets": "--subsets",
    "n_trials": "--trials",
    "guarantee": "--epsilon",
}
"""Parameter of the library -> option, in every command that has it."""
_OF_A_COMMAND = {
    "measure": {"trials": "--range"},
    "worth": {"rows": "--of"},
    # These are also settings in --limit.
    "limit": {name: name for name in ("bits", "delta", "epsilon", "rows", "sparsity")},
}
"""Command -> parameter -> option, where the option of the same name is another thing."""


def names_for(words: Sequence[str]) -> Callable[[str], str]:
    """Make the names that the command of a command line has for parameters.

    Parameters
    ----------
    words : sequence of str
        The command line.

    Returns
    -------
    callable
        From a parameter's name in Python to its option, or the name as it is.

    Examples
    --------
    >>> name = names_for(["measure", "iris", "--trials", "3"])
    >>> name("n_trials"), name("trials"), name("embedding"), name("theta")
    ('--trials', '--range', '--embedding', 'theta')
    """
    from longtail.cli.application import command_line

    commands = command_line(words).commands
    command = next((word for word in words if word in commands), "")
    options: dict[str, str] = {}
    for parameter in commands[command].params if command else ():
        option = max(parameter.opts, key=len)
        if option.startswith("--"):
            options[parameter.name or ""] = options[option[2:].replace("-", "_")] = option
    there = set(options.values())
    options |= {name: option for name, option in _LIBRARY.items() if option in there and name not in options}
    options |= _OF_A_COMMAND.get(command, {})
    return lambda name: options.get(name, name)
