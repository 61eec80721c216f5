"""``longtail tail``: what must be memorized here, and what privacy would cost, before training anything."""

import math
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from longtail.cli.completion import column_names, data_names
from longtail.cli.one_thread import one_thread
from longtail.cli.options import Embedding, Json, Text
from longtail.cli.printing import errors, out, print_json, print_table, remark
from longtail.errors import InputError
from longtail.percent import alone, chosen

if TYPE_CHECKING:
    from longtail.estimate import Estimate
    from longtail.frequencies.priors import Prior
    from longtail.tail.clustered import ClusteredTail
    from longtail.tail.equal_coverage import AtCoverage, CoverageComparison
    from longtail.tail.overview import TailOverview
    from longtail.tail.resolutions import ResolutionRange

__all__ = ["tail_command"]

_MOST_GROUPS = 8


def tail_command(
    data: Annotated[
        str,
        typer.Argument(
            metavar="DATA",
            help="A table (.csv, .tsv, .parquet), counts one a line (.txt), an .npz, an image folder, a bundled name.",
            autocompletion=data_names,
        ),
    ],
    group: Annotated[
        str | None, typer.Option("--group", help="Column that names the subpopulation.", autocompletion=column_names)
    ] = None,
    target: Annotated[
        str | None, typer.Option("--target", help="Column that names the class.", autocompletion=column_names)
    ] = None,
    by: Annotated[
        str | None,
        typer.Option("--by", help="Column of subgroups whose costs are compared.", autocompletion=column_names),
    ] = None,
    count: Annotated[
        str | None,
        typer.Option(
            "--count", help="Column of how many a row stands for; or: rows, each for one.", autocompletion=column_names
        ),
    ] = None,
    together: Annotated[
        str | None,
        typer.Option(
            "--together",
            help="Column whose equal rows are one unit, as a customer's: units are counted, not rows.",
            autocompletion=column_names,
        ),
    ] = None,
    embedding: Embedding = None,
    embed: Annotated[Path | None, typer.Option("--embed", hidden=True)] = None,  # The former name of --embedding.
    text: Text = None,
    guess: Annotated[
        float | None,
        typer.Option("--guess-probability", help="How often a label is guessed right without its example."),
    ] = None,
    classes: Annotated[
        int | None, typer.Option("--classes", help="Instead: costs as if labels were uniform over so many classes.")
    ] = None,
    missing: Annotated[str, typer.Option("--missing", help="Rows without a group: drop them, or group them.")] = "drop",
    fit: Annotated[str | None, typer.Option("--fit", help="zipf, lognormal or pitman-yor: fit and test it.")] = None,
    level: Annotated[float, typer.Option("--level", help="Nominal coverage of each interval.")] = 0.95,
    against: Annotated[
        str | None,
        typer.Option("--against", help="A second table or file of counts, compared with DATA at equal coverage."),
    ] = None,
    coverage: Annotated[
        float | None,
        typer.Option("--coverage", help="With --against: the share of what comes that both shall cover."),
    ] = None,
    plot: Annotated[Path | None, typer.Option("--plot", help="Write frequency against rank as .svg.")] = None,
    json: Json = False,
) -> None:
    """Estimate the tail of real data: what must be memorized in it.

    And what privacy would cost, from how often subpopulations occur, named by --group or found within classes; nothing
    is trained. With --against, two data sets are compared at equal coverage. Writes nothing but the picture that
    --plot names.

    Example: longtail tail birds.csv --group species
    """
    if group is not None or data.lower().endswith(".txt"):  # Counts are read, and no distances computed.
        one_thread()
    from longtail.tail.clustered import ClusteredTail
    from longtail.tail.sources import compared_tails, tail_of_data

    if plot is not None and plot.suffix.lower() != ".svg":  # This is refused before the work, not after it.
        raise InputError("--plot", "end in .svg", plot.name)
    if against is not None:
        others = {
            "--target": target,
            "--by": by,
            "--embedding": embedding or embed,
            "--text": text,
            "--guess-probability": guess,
            "--classes": classes,
            "--fit": fit,
            "--plot": plot,
        }
        for option, value in others.items():
            if value is not None:
                raise InputError(option, "be left out where two data sets are compared", str(value))
        compared = compared_tails(
            data,
            against,
            group=group,
            count=count,
            together=together,
            missing=missing,  # type: ignore[arg-type]  # checked where it is used
            coverage=coverage,
            level=level,
        )
        _print_compared(compared, data, against, "rows" if together is None else "units", json)
        return
    if coverage is not None:
        raise InputError("--coverage", "be left out without --against", coverage)
    found = tail_of_data(
        data,
        group=group,
        target=target,
        by=by,
        count=count,
        together=together,
        embedding=embedding or embed,
        text=text,
        guess_probability=guess,
        n_classes=classes,
        missing=missing,  # type: ignore[arg-type]  # checked where it is used
        shape=fit,  # type: ignore[arg-type]
        level=level,
    )
    if plot is not None:
        if isinstance(found, ClusteredTail):
            raise InputError("--plot", "be left out for rows that belong together", plot.name)
        _write_plot(found, plot)
    if json:
        print_json({"data": data, **found.to_json()})
    else:
        _print(found)


def _write_plot(found: "TailOverview | ResolutionRange", path: Path) -> None:
    from longtail.report.figures.tail_figure import rank_frequency_svg
    from longtail.whole_files import write_atomically

    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, rank_frequency_svg([curve.to_json() for curve in found.figure]).encode())


def _print(found: "TailOverview | ResolutionRange | ClusteredTail") -> None:
    from longtail.tail.clustered import ClusteredTail
    from longtail.tail.overview import TailOverview

    out.print(found.verdict)
    if isinstance(found, ClusteredTail):
        _print_clustered(found)
    elif isinstance(found, TailOverview):
        _print_overview(found)
    else:
        _print_resolutions(found)


def _print_compared(found: "CoverageComparison", data: str, against: str, draws: str, json: bool) -> None:
    if json:
        print_json({"data": data, "against": against, **found.to_json()})
        return
    level = chosen(found.difference.level)
    surely = "" if found.difference.low > 0 or found.difference.high < 0 else ", which is not sure"
    more = "more" if found.difference.value >= 0 else "fewer"
    out.print(
        f"At equal coverage, {chosen(found.coverage)} of what comes next, {data} shows "
        f"{abs(found.difference.value):,.0f} subpopulations {more} than {against}{surely}.\n"
    )
    rows = [
        (
            name,
            *(f"{number:,}" for number in (each.n_distinct, each.n_draws)),
            f"{each.draws:,.0f}",
            *_whole_cells(each),
        )
        for name, each in ((data, found.first), (against, found.second))
    ]
    low, high = (f"{end:,.0f}" for end in (found.difference.low, found.difference.high))
    rows.append(("difference", "", "", "", f"{found.difference.value:,.0f}", f"[{low}, {high}]"))
    columns = ("", "seen", draws, f"{draws} that cover it", "subpopulations there", level)
    print_table(f"Subpopulations at {chosen(found.coverage)} coverage", columns, rows)
    remark("\nRarefied, not extrapolated: coverage is as high as both data sets reach.")


def _whole_cells(each: "AtCoverage") -> tuple[str, str]:
    found = each.subpopulations
    return f"{found.value:,.0f}", f"[{found.low:,.0f}, {found.high:,.0f}]"


def _print_clustered(found: "ClusteredTail") -> None:
    if found.n_missing:
        errors.print(f"Note: {found.n_missing:,} rows name no subpopulation; they were left out.")
    for estimate in (found.unseen_mass, found.one_unit_mass):
        if estimate.warning:
            errors.print(f"Note: {estimate.warning}.")
    rows = [
        ("mass of what no unit has", *_cells(found.unseen_mass)),
        ("mass of what one unit has", *_cells(found.one_unit_mass)),
    ]
    title = f"{found.n_distinct:,} subpopulations in {found.n_rows:,} rows of {found.n_units:,} units"
    out.print()
    print_table(title, ("", "estimate", chosen(found.unseen_mass.level)), rows)
    remark("\nUnits are the independent draws here; the costs of limits on memorization are for rows, and left out.")


def _print_overview(found: "TailOverview") -> None:
    from longtail.tail.fingerprint import times

    tail = found.tail
    n = tail.n_samples
    for warning in found.warnings:
        errors.print(f"Note: {warning}.")
    rows = [("unseen mass", *_cells(tail.unseen_mass)), ("mass of what was seen once", *_cells(tail.singleton_mass))]
    for count in (1, 2, 3):
        if number := tail.fingerprint(count):
            tau = tail.tau(count) if count == 1 else found.prior.tau(count)
            rows.append((f"n × mean frequency of the {number:,} seen {times(count)}", *_cells(tau.scaled(n))))
    out.print()
    print_table(f"{tail.n_distinct:,} subpopulations in {n:,} examples", ("", "estimate", chosen(tail.level)), rows)
    new = found.twice.new_subpopulations
    out.print(
        f"\nWith as many examples again: {new.value:,.0f} [{new.low:,.0f}, {new.high:,.0f}] new subpopulations; unseen "
        f"mass {found.twice.unseen_mass}, mass seen once {found.twice.singleton_mass}."
    )
    halving = "more than as many again" if found.halving is None else f"{found.halving:,.0f} more examples"
    out.print(f"To halve the cost of what was seen once: {halving}.\n" if tail.fingerprint(1) else "")
    if found.fit is not None:
        out.print(f"{_rounded(found.fit.prior)}: {found.fit.verdict}.\n")
    _print_costs(found)
    if found.groups:
        out.print()
        _print_groups(found)


def _rounded(prior: "Prior") -> str:
    """Write the prior as Python does, with digits that the data support."""
    parameters = (f"{field.name}={getattr(prior, field.name):.4g}" for field in fields(prior))
    return f"{type(prior).__name__}({', '.join(parameters)})"


def _print_costs(found: "TailOverview") -> None:
    shown = {"copies": (1, 2), "gamma": (0.25, 0.5), "epsilon": (1.0, 4.0)}
    rows = [
        (curve.guarantee, f"{curve.parameter} {at:g}", *_cells(cost))
        for curve in found.curves
        for at, cost in zip(curve.at, curve.costs, strict=True)
        if at in shown[curve.parameter]
    ]
    hypothetical = "hypothetical" in found.curves[0].costs[0].method
    title = "Least error added, if labels were unguessable" if hypothetical else "Least error added"
    print_table(title, ("a learner that …", "at", "cost", chosen(found.tail.level)), rows)


def _print_groups(found: "TailOverview") -> None:
    left = f"; the {_MOST_GROUPS} costliest of {len(found.groups)}" if len(found.groups) > _MOST_GROUPS else ""
    rows = [
        (
            group.name,
            f"{group.tail.n_samples:,}",
            f"{group.tail.fingerprint(1):,}",
            f"{group.tail.unseen_mass.value:.3g}",
            *_cells(group.cost_of_not_fitting),
        )
        for group in found.groups[:_MOST_GROUPS]
    ]
    columns = ("group", "examples", "seen once", "unseen mass", "cost", chosen(found.tail.level))
    print_table(f"Not fitting what was seen once, on each group's own examples{left}", columns, rows)


def _print_resolutions(found: "ResolutionRange") -> None:
    for note in found.notes:
        errors.print(f"Note: {note}")
    rows = [
        (
            f"{each.radius:.4g}",
            f"{each.tail.n_distinct:,}",
            f"{each.tail.fingerprint(1):,}",
            "–" if math.isnan(each.stability) else f"{each.stability:.2f}",
            _came_true(each.check.unseen_predicted, each.check.unseen_measured, each.check.unseen_agrees),
            _came_true(each.check.singleton_predicted, each.check.singleton_measured, each.check.singleton_agrees),
            *_short_cells(each.cost_of_not_fitting.scaled(100)),
        )
        for each in found.resolutions
    ]
    out.print()
    level = chosen(found.resolutions[0].tail.level)
    columns = ("radius", "found", "alone", "stable", "unseen %*", "once %*", "cost %", level)
    print_table(f"{found.n_samples:,} examples at {len(rows)} radii", columns, rows)
    remark(
        "\n*: mass predicted from half of the data → measured on the other half; ≠ where they disagree.\n"
        "stable: adjusted Rand index with the next radius. cost: error added by not fitting what is alone.\n"
        f"{found.n_near_duplicates:,} examples have a near duplicate."
    )


def _came_true(predicted: "Estimate", measured: "Estimate", agrees: bool) -> str:
    return f"{alone(predicted)}{'→' if agrees else '≠'}{alone(measured)}"


def _cells(estimate: "Estimate") -> tuple[str, str]:
    return f"{estimate.value:.3g}", f"[{estimate.low:.3g}, {estimate.high:.3g}]"


def _short_cells(percent: "Estimate") -> tuple[str, str]:
    value, low, high = (f"{x:.2g}" if x < 10 else f"{x:.0f}" for x in (percent.value, percent.low, percent.high))
    return value, f"[{low}, {high}]"
