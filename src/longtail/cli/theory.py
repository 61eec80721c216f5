"""``longtail theory``: what must be memorized under a prior, and what it costs not to."""

import math
from collections.abc import Callable
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from longtail.cli.options import Json
from longtail.cli.printing import out, print_json, print_table, remark
from longtail.errors import AccuracyError, InputError, Said

if TYPE_CHECKING:
    from longtail.frequencies.priors import Prior
    from longtail.theory import LongTailModel

__all__ = ["theory_command"]

_GAMMAS = (0.0, 0.1, 0.25, 0.5, 0.75)
_EPSILONS = (0.1, 0.5, 1.0, 2.0, 4.0, 8.0)
_MOST_COUNTS = 5
_PRIORS = "zipf, geometric, uniform, two-point, lognormal, pareto, dirichlet, pitman-yor"
_PARAMETERS: dict[str, tuple[float, tuple[str, ...]]] = {
    "subpopulations": (
        math.nan,
        ("zipf", "geometric", "uniform", "two-point", "lognormal", "pareto", "dirichlet"),
    ),
    "exponent": (1.0, ("zipf",)),
    "ratio": (0.99, ("geometric",)),
    "outliers": (0.9, ("two-point",)),
    "outlier_frequency": (0.01, ("two-point",)),
    "sigma": (1.0, ("lognormal",)),
    "shape": (1.5, ("pareto",)),
    "concentration": (1.0, ("dirichlet", "pitman-yor")),
    "discount": (0.0, ("pitman-yor",)),
}
"""Defaults, and the priors that each parameter is of. There are as many subpopulations as examples by default."""


def theory_command(
    samples: Annotated[float, typer.Option("--samples", help="n, how many examples are drawn; 1e12 is fine.")],
    prior: Annotated[str | None, typer.Option("--prior", help=f"One of {_PRIORS}; zipf if left out.")] = None,
    subpopulations: Annotated[
        float | None, typer.Option("--subpopulations", help="N; the number of examples if left out.")
    ] = None,
    classes: Annotated[int | None, typer.Option("--classes", help="How many labels, equally likely.")] = None,
    guess_probability: Annotated[
        float | None, typer.Option("--guess-probability", help="How likely a label is guessed without its example.")
    ] = None,
    exponent: Annotated[float | None, typer.Option("--exponent", help="Of zipf; 1 if left out.")] = None,
    ratio: Annotated[float | None, typer.Option("--ratio", help="Of geometric; 0.99 if left out.")] = None,
    outliers: Annotated[
        float | None, typer.Option("--outliers", help="Of two-point: the share of rare ones; 0.9 if left out.")
    ] = None,
    outlier_frequency: Annotated[
        float | None,
        typer.Option("--outlier-frequency", help="Of two-point: theirs, relative to a head's; 0.01 if left out."),
    ] = None,
    sigma: Annotated[float | None, typer.Option("--sigma", help="Of lognormal; 1 if left out.")] = None,
    shape: Annotated[float | None, typer.Option("--shape", help="Of pareto; 1.5 if left out.")] = None,
    concentration: Annotated[
        float | None, typer.Option("--concentration", help="Of dirichlet and pitman-yor; 1 if left out.")
    ] = None,
    discount: Annotated[float | None, typer.Option("--discount", help="Of pitman-yor; 0 if left out.")] = None,
    list_file: Annotated[
        Path | None, typer.Option("--list", help="A text file of frequencies, instead of a named prior.")
    ] = None,
    convention: Annotated[
        str, typer.Option("--convention", help="normalized (drawn independently) or fixed (the list itself).")
    ] = "normalized",
    delta: Annotated[float, typer.Option("--delta", help="Of differential privacy.")] = 1e-5,
    json: Json = False,
    plot: Annotated[Path | None, typer.Option("--plot", help="Write the curves to this .svg or .png.")] = None,
) -> None:
    """Compute what must be memorized under a prior, at any scale.

    Prints tau, the unseen mass, singletons, the optimum and what limits on memorization cost. Writes nothing but the
    picture that --plot names.

    Example: longtail theory --prior zipf --subpopulations 50000 --samples 50000 --classes 10
    """
    from longtail.frequencies.checks import probability_law, whole_law
    from longtail.theory import LongTailModel

    n_samples = whole_law("samples", samples)
    probability_law("delta", delta)  # This is checked even if no label costs anything.
    model = LongTailModel(
        prior=_prior(
            _kind(prior, list_file),
            n_samples,
            {
                "subpopulations": subpopulations,
                "exponent": exponent,
                "ratio": ratio,
                "outliers": outliers,
                "outlier_frequency": outlier_frequency,
                "sigma": sigma,
                "shape": shape,
                "concentration": concentration,
                "discount": discount,
            },
        ),
        n_samples=n_samples,
        n_classes=classes,
        guess_probability=guess_probability,
        convention=convention,  # type: ignore[arg-type]
    )
    _answer(model, delta, json=json, plot=plot)


def _answer(model: "LongTailModel", delta: float, *, json: bool, plot: Path | None) -> None:
    answers = _answers(model, delta)
    if plot is not None:
        _plot(model, plot, delta)
    if json:
        print_json(answers)
        return
    _print(answers)
    if plot is not None:
        out.print(f"\n{plot}")


def _kind(prior: str | None, list_file: Path | None) -> str | Path:
    """Return the named prior, or the file of frequencies in its place."""
    if list_file is None:
        return "zipf" if prior is None else prior
    if prior is not None:
        raise InputError("list", "stand in the place of a named prior", Said(f"it beside the prior {prior}"))
    return list_file


def _parameters(kind: str | Path, given: dict[str, float | None]) -> dict[str, float]:
    """Return the parameters of a prior, those left out by their defaults. What is of another prior is refused."""
    of = "list" if isinstance(kind, Path) else kind
    for name, value in given.items():
        if value is not None and of not in _PARAMETERS[name][1] and (of == "list" or of in _PRIORS.split(", ")):
            law = f"go with a prior that it is of, {' or '.join(_PARAMETERS[name][1])}"
            raise InputError(name, law, Said("it with a list" if of == "list" else f"it with {of}"), "Leave it out.")
    return {name: default if given[name] is None else given[name] for name, (default, _) in _PARAMETERS.items()}  # type: ignore[misc]


def _prior(kind: str | Path, n_samples: int, given: dict[str, float | None]) -> "Prior":
    from longtail import theory
    from longtail.frequencies.checks import probability_law, whole_law

    parameters = _parameters(kind, given)
    subpopulations = n_samples if given["subpopulations"] is None else given["subpopulations"]
    if isinstance(kind, Path):
        return theory.FrequencyList(_numbers(kind))
    if kind == "pitman-yor":
        return theory.PitmanYor(parameters["concentration"], parameters["discount"])
    n = whole_law("subpopulations", subpopulations)
    match kind:
        case "zipf":
            return theory.Zipf(n, parameters["exponent"])
        case "geometric":
            return theory.Geometric(n, parameters["ratio"])
        case "uniform":
            return theory.Uniform(n)
        case "two-point":
            if n < 2:
                raise InputError("subpopulations", "be at least 2, a head and an outlier", n)
            rare = min(max(round(probability_law("outliers", parameters["outliers"]) * n), 1), n - 1)
            return theory.TwoPoint(n - rare, rare, parameters["outlier_frequency"])
        case "lognormal":
            return theory.Lognormal(n, parameters["sigma"])
        case "pareto":
            return theory.Pareto(n, parameters["shape"])
        case "dirichlet":
            return theory.Dirichlet(n, parameters["concentration"])
    near = get_close_matches(kind, _PRIORS.split(", "), n=1)
    raise InputError("prior", f"be one of {_PRIORS}", kind, f"Did you mean {near[0]!r}?" if near else "")


def _numbers(path: Path) -> list[float]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise InputError("list", "be a readable text file", str(path)) from None
    words = text.replace(",", " ").split()
    try:
        return [float(word) for word in words]
    except ValueError:
        wrong = next(word for word in words if not _is_number(word))
        raise InputError("list", "hold numbers only", Said(f"{wrong!r} in {path}")) from None


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _answers(model: "LongTailModel", delta: float) -> dict[str, Any]:
    """Return every number of the command under its Python name.

    A number is null where it is undefined or not accurate enough.
    """
    n = model.n_samples
    counts = range(1, min(_MOST_COUNTS, n) + 1)
    ends = sorted({0.0, 0.01 / n, 1 / (3 * n), 2 / n, 100 / n, 1.0})
    ends = [end for end in ends if end <= 1]
    labeled = model.n_classes is not None or model.guess_probability is not None
    return {
        "prior": type(model.prior).__name__,
        "n_subpopulations": model.n_subpopulations,
        "n_samples": n,
        "n_classes": model.n_classes,
        "guess_probability": model.guess if labeled else None,
        "convention": model.convention,
        "tau": {str(count): _or_none(model.tau, count) for count in counts},
        "expected_number_seen": {str(count): _or_none(model.expected_number_seen, count) for count in counts},
        "mass_seen": {str(count): _or_none(model.mass_seen, count) for count in counts},
        "unseen_mass": _or_none(lambda: model.unseen_mass),
        "singleton_fraction": _or_none(lambda: model.singleton_fraction),
        "singleton_mass": _or_none(lambda: model.singleton_mass),
        "optimal_error": _or_none(lambda: model.optimal_error) if labeled else None,
        "weight": [
            {"low": low, "high": high, "value": _or_none(model.weight, low, high)} for low, high in pairwise(ends)
        ],
        **(_costs(model, delta) if labeled else {}),
        "explanation": _explanation(model),
    }


def _explanation(model: "LongTailModel") -> dict[str, Any] | None:
    """Explain whether the tail is long, in words and numbers. Null where a number of it is not accurate enough."""
    from longtail.theory import explain_tail

    try:
        tail = explain_tail(model)
    except AccuracyError:
        return None
    except InputError as error:
        if error.argument != "l":  # Nothing can be seen exactly once.
            raise
        return None
    return {
        "text": tail.text,
        "verdict": tail.verdict,
        "weight_below": tail.weight_below,
        "weight_near": tail.weight_near,
        "weight_above": tail.weight_above,
        "lower": None if tail.lower is None else tail.lower.value,
        "upper": None if tail.upper is None else tail.upper.value,
        "theta": tail.theta,
    }


def _costs(model: "LongTailModel", delta: float) -> dict[str, Any]:
    return {
        "cost_of_memorization_limit": [
            {"gamma": gamma, "value": _or_none(model.cost_of_memorization_limit, gamma)} for gamma in _GAMMAS
        ],
        "cost_of_label_privacy": [
            {"epsilon": epsilon, "value": _or_none(model.cost_of_label_privacy, epsilon)} for epsilon in _EPSILONS
        ],
        "cost_of_privacy": [
            {
                "epsilon": epsilon,
                "delta": delta,
                "value": _or_none(model.cost_of_privacy, epsilon, delta),
            }
            for epsilon in _EPSILONS
        ],
    }


def _or_none(quantity: Callable[..., float], *arguments: Any) -> float | None:
    try:
        return quantity(*arguments)
    except AccuracyError:
        return None
    except InputError as error:
        if error.argument != "l":  # A count that cannot occur has no tau.
            raise
        return None


def _print(answers: dict[str, Any]) -> None:
    n, many = answers["n_samples"], answers["n_subpopulations"]
    how_many = f"{many:,}" if math.isfinite(many) else "infinitely many"
    title = f"{answers['prior']}, {how_many} subpopulations, {n:,} examples, convention {answers['convention']}"
    print_table(
        title,
        ["seen", "n tau", "subpopulations", "mass"],
        [
            (
                f"{count} times" if count != "1" else "once",
                _text(None if tau is None else n * tau),
                _text(answers["expected_number_seen"][count]),
                _percent(answers["mass_seen"][count]),
            )
            for count, tau in answers["tau"].items()
        ],
    )
    rows = [
        ("unseen mass", _percent(answers["unseen_mass"])),
        ("examples that are singletons", _percent(answers["singleton_fraction"])),
        ("mass of singletons: the cost of fitting none", _percent(answers["singleton_mass"])),
    ]
    if answers["guess_probability"] is not None:
        rows.append(("optimal error", _percent(answers["optimal_error"])))
    out.print()
    print_table("", ["", ""], rows)
    if answers["guess_probability"] is not None:
        _print_costs(answers)
    out.print()
    print_table(
        "Where the mass sits",
        ["frequency times n", "mass"],
        [(f"{n * band['low']:.3g} to {n * band['high']:.3g}", _percent(band["value"])) for band in answers["weight"]],
    )
    if answers["explanation"] is not None:
        remark(f"\n{answers['explanation']['text']}")


def _print_costs(answers: dict[str, Any]) -> None:
    out.print()
    print_table(
        "What a limit adds to the error, by its effect on singletons",
        ["gamma", "memorization limited"],
        [(f"{row['gamma']:g}", _percent(row["value"])) for row in answers["cost_of_memorization_limit"]],
    )
    out.print()
    rows = zip(answers["cost_of_label_privacy"], answers["cost_of_privacy"], strict=True)
    print_table(
        "",
        ["epsilon", "label privacy", f"privacy, delta {answers['cost_of_privacy'][0]['delta']:g}"],
        [(f"{label['epsilon']:g}", _percent(label["value"]), _percent(full["value"])) for label, full in rows],
    )


def _text(value: float | None) -> str:
    return "–" if value is None else f"{value:.6g}"


def _percent(value: float | None) -> str:
    if value is None:
        return "–"
    return "0 %" if value == 0 else f"{100 * value:.3f} %" if value >= 1e-5 else f"{100 * value:.2e} %"


def _curve(cost: Callable[[float], float], at: list[float]) -> list[float]:
    """Return the cost at each point. It is NaN, a gap in the curve, where it is not accurate enough."""
    return [math.nan if (value := _or_none(cost, x)) is None else value for x in at]


def _plot(model: "LongTailModel", path: Path, delta: float) -> None:
    if path.suffix not in (".svg", ".png"):
        raise InputError("plot", "end in .svg or .png", str(path))
    from longtail.frequencies.rank_curve import rank_curve
    from longtail.report.figures.theory_figure import save_theory_figure

    ranks, frequencies = rank_curve(model.prior)
    costs = {}
    if model.n_classes is not None or model.guess_probability is not None:
        gammas, epsilons = [i / 100 for i in range(101)], [i / 20 for i in range(161)]
        costs = {
            "gamma": {"memorization limited": (gammas, _curve(model.cost_of_memorization_limit, gammas))},
            "epsilon": {
                "label privacy": (epsilons, _curve(model.cost_of_label_privacy, epsilons)),
                f"privacy, delta {delta:g}": (epsilons, _curve(lambda e: model.cost_of_privacy(e, delta), epsilons)),
            },
        }
    path.parent.mkdir(parents=True, exist_ok=True)
    save_theory_figure(
        path, ranks=ranks.tolist(), frequencies=frequencies.tolist(), n_samples=model.n_samples, costs=costs
    )
