"""``longtail tail``: what must be memorized here, and what privacy would cost, before training anything."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from longtail.cli.options import Json
from longtail.cli.printing import errors, out, print_json, print_table

if TYPE_CHECKING:
    from longtail.estimate import Estimate
    from longtail.tail.overview import TailOverview
    from longtail.tail.resolutions import ResolutionRange

__all__ = ["tail_command"]

_TABLES = {".csv", ".tsv", ".parquet"}
_COUNT_FILES = {".txt", ".counts", ".dat"}
_DEFAULT_CLASSES = 10
_MOST_GROUPS = 8


def tail_command(
    data: Annotated[
        str,
        typer.Argument(
            metavar="DATA",
            help="A table (.csv, .tsv, .parquet), counts one a line (.txt), an .npz, an image folder, a bundled name.",
        ),
    ],
    group: Annotated[str | None, typer.Option("--group", help="Column that names the subpopulation.")] = None,
    target: Annotated[str | None, typer.Option("--target", help="Column that names the class.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="Column of subgroups whose costs are compared.")] = None,
    embed: Annotated[
        Path | None, typer.Option("--embed", help="An .npy with one row of features for each training example.")
    ] = None,
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
    plot: Annotated[Path | None, typer.Option("--plot", help="Write frequency against rank as .svg.")] = None,
    json: Json = False,
) -> None:
    """What must be memorized in real data, and what privacy would cost, from how often subpopulations occur."""
    found = _gathered(data, group, target, by, embed, guess, classes, missing, fit, level)
    if plot is not None:
        _write_plot(found, plot)
    if json:
        print_json({"data": data, **found.to_json()})
    else:
        _print(found)


def _gathered(
    data: str,
    group: str | None,
    target: str | None,
    by: str | None,
    embed: Path | None,
    guess: float | None,
    classes: int | None,
    missing: str,
    fit: str | None,
    level: float,
) -> "TailOverview | ResolutionRange":
    from longtail.errors import InputError, Said
    from longtail.tail import FrequencyCounts
    from longtail.tail.overview import overview
    from longtail.tail.table_columns import lines_of_counts

    suffix = Path(data).suffix.lower()
    subgroups = None
    if suffix in _TABLES and group is not None:
        counts = FrequencyCounts.from_table(data, group, target, missing=missing)  # type: ignore[arg-type]
        if by is not None:
            subgroups = FrequencyCounts.from_table(data, group, by, missing=missing)  # type: ignore[arg-type]
    elif suffix in _COUNT_FILES:
        counts = FrequencyCounts.from_counts(lines_of_counts(Path(data)))
    elif suffix in _TABLES and target is None:
        raise InputError(
            "--group", "name the column of subpopulations (or --target the column of classes)", Said("none")
        )
    else:
        return _of_examples(data, target, embed, guess, classes, level)
    known = _guess(guess, classes, None if counts.classes is None else len(set(counts.classes.tolist())))
    return overview(counts, subgroups=subgroups, shape=fit, level=level, **known)  # type: ignore[arg-type]


def _of_examples(
    data: str, target: str | None, embed: Path | None, guess: float | None, classes: int | None, level: float
) -> "TailOverview | ResolutionRange":
    import numpy as np

    from longtail.dataset import load_dataset
    from longtail.errors import InputError, Said
    from longtail.tail import FrequencyCounts
    from longtail.tail.overview import overview
    from longtail.tail.resolutions import resolution_range

    dataset = load_dataset(data, target)
    known = _guess(guess, classes, len(dataset.class_names))
    if dataset.group is not None and embed is None:
        names = np.asarray(dataset.class_names)[dataset.y]
        return overview(FrequencyCounts.from_labels(dataset.group, names), level=level, **known)
    if embed is None:
        features = dataset.X
        if dataset.image_shape is None:  # columns in unlike units: none may decide by its unit
            features = features / np.maximum(features.std(axis=0), np.finfo(np.float32).tiny)
    else:
        try:
            features = np.load(embed)
        except (OSError, ValueError) as error:
            raise InputError("--embed", "be an .npy array of numbers", Said(f"{embed.name}: {error}")) from None
        if features.ndim < 2 or len(features) != dataset.n_train:
            law = f"have one row for each of {dataset.n_train} training examples"
            raise InputError("--embed", law, Said(f"shape {features.shape}"))
    return resolution_range(features, dataset.y, level=level, **known)


def _guess(guess: float | None, classes: int | None, classes_in_data: int | None) -> dict[str, Any]:
    """What is known about guessing a label; without anything, the paper's ten classes, called hypothetical."""
    if guess is not None:
        return {"guess_probability": guess, "n_classes": classes}
    in_data = classes_in_data if classes_in_data is not None and classes_in_data >= 2 else _DEFAULT_CLASSES
    return {"n_classes": classes if classes is not None else in_data}


def _write_plot(found: "TailOverview | ResolutionRange", path: Path) -> None:
    from longtail.errors import InputError
    from longtail.report.tail_figure import rank_frequency_svg

    if path.suffix.lower() != ".svg":
        raise InputError("--plot", "end in .svg", path.name)
    path.write_text(rank_frequency_svg([curve.to_json() for curve in found.figure]), encoding="utf-8")


def _print(found: "TailOverview | ResolutionRange") -> None:
    from longtail.tail.overview import TailOverview

    out.print(found.verdict)
    if isinstance(found, TailOverview):
        _print_overview(found)
    else:
        _print_resolutions(found)


def _print_overview(found: "TailOverview") -> None:
    from longtail.tail.realized_mass import times

    tail = found.tail
    n, missing = tail.n_samples, found.counts.n_missing
    for warning in found.warnings:
        errors.print(f"Note: {warning}.")
    if missing:
        became = "left out" if found.counts.missing == "drop" else "made one subpopulation"
        errors.print(f"Note: {missing:,} rows name no subpopulation; they were {became}.")
    twice = found.prior.at_sample_size(2.0)
    rows = [("unseen mass", *_cells(tail.unseen_mass)), ("mass of what was seen once", *_cells(tail.singleton_mass))]
    for count in (1, 2, 3):
        if number := tail.fingerprint(count):
            chosen = tail.tau(count) if count == 1 else found.prior.tau(count)
            rows.append((f"n × mean frequency of the {number:,} seen {times(count)}", *_cells(chosen.scaled(n))))
    out.print()
    print_table(f"{tail.n_distinct:,} subpopulations in {n:,} examples", ("", "estimate", f"{tail.level:.0%}"), rows)
    out.print(
        f"\nWith as many examples again: about {twice['new_subpopulations']:,.0f} new subpopulations, unseen mass "
        f"{twice['unseen_mass']:.3g}, mass seen once {twice['singleton_mass']:.3g}."
    )
    halving = "more than as many again" if found.halving is None else f"{found.halving:,.0f} more examples"
    out.print(f"To halve the cost of what was seen once: {halving}.\n")
    if found.fit is not None:
        out.print(f"{found.fit.prior}: {found.fit.verdict}.\n")
    _print_costs(found)
    if found.groups:
        shown = found.groups[:_MOST_GROUPS]
        left = f"; the {_MOST_GROUPS} costliest of {len(found.groups)}" if len(found.groups) > _MOST_GROUPS else ""
        out.print()
        print_table(
            f"Not fitting what was seen once, on each group's own examples{left}",
            ("group", "examples", "seen once", "unseen mass", "cost", f"{tail.level:.0%}"),
            [
                (
                    g.name,
                    f"{g.n_samples:,}",
                    f"{g.n_singletons:,}",
                    f"{g.unseen_mass.value:.3g}",
                    *_cells(g.cost_of_not_fitting),
                )
                for g in shown
            ],
        )


def _print_costs(found: "TailOverview") -> None:
    shown = {"copies": (1, 2), "gamma": (0.25, 0.5), "epsilon": (1.0, 4.0)}
    rows = [
        (curve.promise, f"{curve.parameter} {at:g}", *_cells(cost))
        for curve in found.curves
        for at, cost in zip(curve.at, curve.costs, strict=True)
        if at in shown[curve.parameter]
    ]
    hypothetical = "hypothetical" in found.curves[0].costs[0].method
    title = "Least error added, if labels were unguessable" if hypothetical else "Least error added"
    print_table(title, ("a learner that …", "at", "cost", f"{found.tail.level:.0%}"), rows)


def _print_resolutions(found: "ResolutionRange") -> None:
    rows = [
        (
            f"{each.radius:.3g}",
            f"{each.tail.n_distinct:,}",
            f"{each.tail.fingerprint(1):,}",
            f"{each.stability:.2f}",
            _came_true(each.check.unseen_predicted, each.check.unseen_measured, each.check.unseen_agrees),
            _came_true(each.check.singleton_predicted, each.check.singleton_measured, each.check.singleton_agrees),
            *_cells(each.cost_of_not_fitting.scaled(100)),
        )
        for each in found.resolutions
    ]
    out.print()
    columns = ("radius", "found", "alone", "stability", "unseen %*", "once %*", "cost %", "interval")
    print_table(f"{found.n_samples:,} examples at {len(rows)} radii", columns, rows)
    out.print(
        "\n*: mass predicted from half of the data → measured on the other half; ≠ where they disagree.\n"
        "stability: adjusted Rand index with the next radius. cost: error added by not fitting what is alone.\n"
        f"{found.n_near_duplicates:,} examples have a near duplicate."
    )


def _came_true(predicted: "Estimate", measured: "Estimate", agrees: bool) -> str:
    return f"{100 * predicted.value:.1f}{'→' if agrees else '≠'}{100 * measured.value:.1f}"


def _cells(estimate: "Estimate") -> tuple[str, str]:
    return f"{estimate.value:.3g}", f"[{estimate.low:.3g}, {estimate.high:.3g}]"
