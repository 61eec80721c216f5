"""``longtail paper --after``: the statements after 2020, each beside a simulation at three sizes."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from longtail.cli.printing import errors, out, print_json, print_table

if TYPE_CHECKING:
    from longtail.experiments.after_2020 import Comparison
    from longtail.theory.statement import Statement

__all__ = ["print_after"]


def print_after(json: bool) -> None:
    """Print conditions, equation, status and what was read of each source, and the simulated numbers."""
    from longtail.experiments.after_2020 import simulated_beside
    from longtail.sampling_laws import normal_sf
    from longtail.theory.statements import AFTER_2020

    errors.print("Simulating each statement at three sizes, from seed 0; se: the standard error of a simulated number.")
    found = [(statement, simulated_beside(statement)) for statement in AFTER_2020]
    if json:
        print_json(
            {"statements": [asdict(s) | {"simulated": [each.to_json() for each in beside]} for s, beside in found]}
        )
        return
    for statement, beside in found:
        _print_statement(statement, beside)
    compared = [each for _, beside in found for each in beside]
    far = max(abs(each.distance) for each in compared)
    chance = 1 - (1 - 2 * normal_sf(far)) ** len(compared)
    out.print(
        f"\n{len(compared)} simulated numbers, the furthest {far:.1f} standard errors from the computed one. "
        f"By chance, one of so many independent numbers is as far in {100 * chance:.0f} of 100 such tables."
    )


def _print_statement(s: "Statement", beside: "list[Comparison]") -> None:
    from longtail.references import cite

    out.print(f"\n{s.label}: {s.says}.", style="bold")
    if s.equation:
        out.print(f"  {s.equation}")
    if not s.function:
        out.print(f"  Stated there, {s.condition}.")
    else:
        out.print(f"  Status: {s.status}, proved here (docs/derivations/{s.page}), checked by simulation (below).")
    if s.function and s.condition:
        out.print(f"  Condition: {s.condition}.")
    if s.source:
        out.print(f"  Source: {cite(s.source)}. Read: {s.read}.")
    if s.function:
        out.print(f"  Computed by longtail.{s.function}, tested by tests/{s.test}.")
        rows = [
            (
                each.size,
                f"{each.computed:.5g}",
                f"{each.simulated:.5g}",
                f"{each.standard_error:.2g}",
                f"{each.distance:+.1f}",
            )
            for each in beside
        ]
        print_table("", ["", "computed", "simulated", "± se", "off by, se"], rows)
