"""``longtail mislabeled``: which memorized examples look mislabeled, and which look rare."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from longtail.cli.options import Json, Run
from longtail.cli.printing import print_json, print_table, remark

__all__ = ["mislabeled_command"]


def mislabeled_command(
    run: Run,
    threshold: Annotated[float, typer.Option("--threshold", help="Memorization from which examples are asked.")] = 0.25,
    top: Annotated[int, typer.Option("--top", help="Examples to print from either end.")] = 10,
    out: Annotated[Path | None, typer.Option("--out", help="Write all of them (.csv or .parquet).")] = None,
    json: Json = False,
) -> None:
    """Tell memorized examples that look mislabeled from rare ones.

    Orders the memorized examples by three kinds of evidence: near neighbors with another label, models without the
    example that are sure of another label, and harm to the held-out examples nearest to it. Look at both ends: fix
    labels that are wrong, keep what is rare. Writes nothing but the table that --out names, with each example's
    row in the data as given, counted from 0.

    Example: longtail mislabeled runs/digits --out look-at-these.csv
    """
    from longtail.analysis.analysis import Analysis
    from longtail.analysis.mislabeled import evidence_of
    from longtail.errors import InputError
    from longtail.findings.example_name import COUNTED, named_rows
    from longtail.runs.reload import reload_dataset
    from longtail.runs.run_folder import RunFolder
    from longtail.scores.tables import require_table, write_evidence

    if top < 1:
        raise InputError("--top", "be at least 1", top)
    if not 0 < threshold <= 1:
        raise InputError("--threshold", "lie in (0, 1]", threshold)
    if out is not None:
        require_table(out, "--out")
    folder = RunFolder(run)
    data = reload_dataset(folder.study())
    analysis = Analysis(data, folder.trials().outcomes())
    value = analysis.scores.value
    found = evidence_of(data, analysis.outcomes, value, threshold)
    asked = found.train
    if out is not None:
        known = {name: column[found.train] for name, column in data.particulars.items()}
        write_evidence(found, value[found.train], out, known)
    if json:
        print_json({"threshold": threshold, "n_asked": len(asked), **asdict(found)})
        return
    places = list(range(len(asked)))
    shown = places if len(places) <= 2 * top else [*places[:top], *places[-top:]]
    names = named_rows([int(found.train[place]) for place in shown], data.position)
    rows = [
        (
            name,
            data.class_names[data.y[found.train[place]]],
            f"{value[found.train[place]]:.3f}",
            f"{found.score[place]:.2f}",
            *(f"{part[place]:.2f}" for part in (found.contradiction, found.assurance, found.harm)),
        )
        for name, place in zip(names, shown, strict=True)
    ]
    columns = ("example", "label", "memorization", "score", "contradiction", "assurance", "harm")
    print_table(
        f"{len(asked):,} examples memorized by {threshold:g} or more, the likely mislabeled first", columns, rows
    )
    remark(
        "\nThe score is a mean rank among these examples, 1 for mislabeled and 0 for rare; it orders, and is no "
        f"probability. nan: no evidence of that kind. {COUNTED}"
    )
