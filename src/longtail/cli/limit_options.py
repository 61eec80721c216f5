"""How ``longtail limit`` is asked for limits: ``--limit``, and short forms that are spelled out as it takes them."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from longtail.cli.help import HelpfulCommand

__all__ = [
    "Bits",
    "Controls",
    "Delta",
    "Epsilons",
    "LabelEpsilons",
    "LimitCommand",
    "Named",
    "PrivateSettings",
    "Sparsities",
    "spelled_out",
]

Epsilons = Annotated[str, typer.Option("--epsilon", help="Differential privacy at these levels: 1,3,8.")]
Delta = Annotated[
    float | None, typer.Option("--delta", help="Of differential privacy; 1e-5 unless it is given.", show_default=False)
]
LabelEpsilons = Annotated[str, typer.Option("--label-epsilon", help="Label privacy at these levels: 1,2.")]
Sparsities = Annotated[str, typer.Option("--prune", help="Shares of weights to prune: 0.5,0.9.")]
Bits = Annotated[str, typer.Option("--bits", help="Round weights to so many bits: 8,4.")]
Named = Annotated[
    list[str] | None,
    typer.Option("--limit", metavar="NAME:SETTINGS", help="Any limit, repeatable.", show_default=False),
]
Controls = Annotated[
    bool,
    typer.Option("--controls", help="Also train what splits the cost of a limit, as DP-SGD without noise or clipping."),
]
PrivateSettings = Annotated[
    str,
    typer.Option("--private-settings", help="Of DP-SGD, by name: epochs, sampling_rate, clipping_norm, learning_rate."),
]

_OF_DP_SGD = ("epochs", "sampling_rate", "clipping_norm", "learning_rate", "public_size", "sampler")


class LimitCommand(HelpfulCommand):
    """The command, whose help names every limit that there is.

    The limits are not looked up before the help is asked for.
    """

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help, with an example of each limit."""
        from longtail.limits.spelling import examples

        for option in self.params:
            if option.name == "limit":
                named = ", ".join(examples())
                option.help = (  # type: ignore[attr-defined]  # options have one
                    f"Any limit, repeatable: {named}; or one of your own, module:object or module:object:SETTINGS."
                )
        super().format_help(ctx, formatter)


def spelled_out(
    named: Sequence[str],
    *,
    epsilons: str = "",
    delta: float | None = None,
    label_epsilons: str = "",
    sparsities: str = "",
    bits: str = "",
    private_settings: str = "",
) -> list[str]:
    """Return the limits as ``--limit`` takes them: those of the short forms first, then those that are named.

    Examples
    --------
    >>> spelled_out(["low-rank:rank=4"], epsilons="1,3", sparsities="0.9", private_settings="epochs=7")
    ['dp-sgd:epsilon=1,epochs=7', 'dp-sgd:epsilon=3,epochs=7', 'weight-pruned:sparsity=0.9', 'low-rank:rank=4']
    """
    texts = [
        *(f"dp-sgd:epsilon={each}" for each in _numbers("--epsilon", epsilons, float)),
        *(f"label-private:epsilon={each}" for each in _numbers("--label-epsilon", label_epsilons, float)),
        *(f"weight-pruned:sparsity={each}" for each in _numbers("--prune", sparsities, float)),
        *(f"rounded:bits={each}" for each in _numbers("--bits", bits, int)),
        *named,
    ]
    usual = ({} if delta is None else {"delta": str(delta)}) | _private_settings(private_settings)
    return [_with(text, usual) if text.startswith("dp-sgd:") else text for text in texts]


def _with(text: str, usual: dict[str, str]) -> str:
    """Complete the text with the settings that it does not name."""
    return ",".join([text, *(f"{name}={value}" for name, value in usual.items() if f"{name}=" not in text)])


def _private_settings(text: str) -> dict[str, str]:
    from longtail.errors import InputError
    from longtail.learners.settings import parsed_settings

    settings = parsed_settings("--private-settings", text, "epochs=60,clipping_norm=0.5")
    for name in settings:
        if name not in _OF_DP_SGD:
            raise InputError("--private-settings", f"name one of {', '.join(_OF_DP_SGD)}", name)
    return {name: str(value) for name, value in settings.items()}


def _numbers(option: str, text: str, kind: Callable[[str], float]) -> list[str]:
    """``1,3,8`` as numbers, each as it was typed."""
    from longtail.errors import InputError

    parts = [part.strip() for part in text.split(",") if part.strip()]
    try:
        for part in parts:
            kind(part)
    except ValueError:
        whole = "whole numbers" if kind is int else "numbers"
        raise InputError(option, f"be {whole} separated by commas", text, "For instance 8,4.") from None
    return parts
