"""``longtail membership``: what an attacker learns about each example from the trials of a run."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from longtail.cli.options import Json
from longtail.cli.printing import errors, print_json, print_table, remark
from longtail.cli.printing import out as console
from longtail.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from longtail.analysis.analysis import Analysis
    from longtail.analysis.ceiling import Ceiling
    from longtail.dataset import Dataset
    from longtail.estimate import Estimate
    from longtail.findings import MembershipFindings
    from longtail.membership import ModelAttack
    from longtail.outcomes import Outcomes

__all__ = ["membership_command"]


def membership_command(
    run: Annotated[
        Path,
        typer.Argument(metavar="RUN", help="A run folder; or an .npz of masks and confidences, or LiRA's folders."),
    ],
    level: Annotated[float, typer.Option("--level", help="Nominal coverage of each interval.")] = 0.95,
    top: Annotated[int, typer.Option("--top", help="Exposed examples to print.")] = 10,
    epsilon: Annotated[float | None, typer.Option("--epsilon", help="Guaranteed: its ceiling on the curve.")] = None,
    delta: Annotated[float, typer.Option("--delta", help="Guaranteed with --epsilon.")] = 0.0,
    prior: Annotated[
        float | None,
        typer.Option("--prior", help="How likely it is beforehand that a person was in; 50, 10 and 1 % if not given."),
    ] = None,
    models: Annotated[
        int | None,
        typer.Option("--models", help="Models to attack, each by the others: the first of RUN; 512 as in its report."),
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option("--model", help="An .npy of a model's logits, or confidences, on RUN's training examples."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write each example's exposure (.csv or .parquet).")] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", help="Write the attack curves, and exposure against memorization, as .svg.")
    ] = None,
    json: Json = False,
) -> None:
    """Show what an attacker learns about each example.

    Attacks models of RUN, each with all the others (LiRA, RMIA): curves, the risk at a prior, exposed examples,
    subgroups; with --model, a model of your own. Writes nothing but what --out and --plot name.

    Example: longtail membership runs/digits
    """
    if not run.exists():
        raise InputError(
            "RUN", "be a run folder, an .npz of masks and confidences, or a folder of experiments", str(run)
        )
    from longtail.analysis.analysis import MOST_ATTACKED, Analysis
    from longtail.analysis.exposure import PRIORS, exposure_findings

    if plot is not None and plot.suffix.lower() != ".svg":
        raise InputError("--plot", "end in .svg", plot.name)
    guarantee = _guarantee(run, epsilon, delta)
    outcomes, dataset = _table(run)
    if model is not None:
        _attack_own(outcomes, dataset, model, top, json)
        return
    attacked = MOST_ATTACKED if models is None else models
    analysis = Analysis(dataset, outcomes.of_trials(outcomes.trial_numbers[:attacked]), level)
    found = exposure_findings(analysis, guarantee=guarantee, most=top, priors=PRIORS if prior is None else (prior,))
    if out is not None:
        _write(analysis, out)
    if plot is not None and found.attacks:
        from longtail.report.figures.roc_figure import roc_svg
        from longtail.whole_files import write_atomically

        write_atomically(plot, roc_svg(found).encode())
    if json:
        print_json(found.to_json())
    else:
        _print(found)
        if found.n_targets < outcomes.n_trials:
            command = f"longtail membership {run} --models {outcomes.n_trials}"
            remark(f"\nAttacked are the first {found.n_targets:,} of {outcomes.n_trials:,} models. All: {command}")


def _guarantee(run: Path, epsilon: float | None, delta: float) -> "Ceiling | None":
    """Return the guarantee that was named, or the one of the run's own learner, if it makes one."""
    from longtail.analysis.ceiling import Ceiling
    from longtail.errors import InputError, Said
    from longtail.runs.run_folder import RunFolder

    if epsilon is None and delta:
        raise InputError("--epsilon", "be given with --delta", Said("nothing"))
    folder = RunFolder(run)
    identity = folder.study().identity if folder.is_run else None
    if epsilon is not None:
        design = "independent" if identity is None else str(identity["design"]["kind"])
        return Ceiling.given(epsilon, delta, design)
    return None if identity is None else Ceiling.of_run(identity)


def _table(run: Path) -> "tuple[Outcomes, Dataset | None]":
    """Return the trials of a run with its data, if they are still there, or a published table without data."""
    from longtail.errors import LongtailError
    from longtail.membership import read_published_table
    from longtail.runs.reload import attacked_outcomes, reload_dataset
    from longtail.runs.run_folder import RunFolder

    folder = RunFolder(run)
    if not folder.is_run:
        return read_published_table(run), None
    study, outcomes = folder.study(), attacked_outcomes(folder)
    if outcomes.of_numbers:
        errors.print(f"Attacks read the {outcomes.kind.title} of each example.")
    try:
        return outcomes, reload_dataset(study)
    except LongtailError as error:
        errors.print(f"Without labels and subgroups: {error}")
        return outcomes, None


def _attack_own(outcomes: "Outcomes", dataset: "Dataset | None", model: Path, top: int, json: bool) -> None:
    import numpy as np

    from longtail.errors import InputError, Said
    from longtail.findings.example_name import COUNTED, named_rows
    from longtail.membership import attack_model, attack_model_by_unit, confidence_from_logits
    from longtail.membership.given_numbers import require_finite, require_logits, require_order
    from longtail.whole_files import regular

    try:
        with regular(model).open("rb") as file:
            given = np.lib.format.read_array(file, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise InputError("--model", "be an .npy of plain numbers", Said(str(error))) from error
    if given.ndim == 2 and dataset is None:
        raise InputError("--model", "hold confidences, one an example, where RUN's data are not here", given.shape)
    if given.ndim == 2 and dataset is not None:
        if given.shape != (dataset.n_train, dataset.n_classes):
            law = f"hold logits of shape ({dataset.n_train}, {dataset.n_classes}), or one confidence an example"
            raise InputError("--model", law, given.shape)
        require_finite("--model", given)
        require_logits("--model", given)
        require_order("--model", given.argmax(axis=1), dataset.y, list(dataset.class_names))
        _compare_accuracy(outcomes, float((given.argmax(axis=1) == dataset.y).mean()))
        given = confidence_from_logits(given, dataset.y)
    found = attack_model(outcomes, given)
    together = None if dataset is None else dataset.together
    of_units = None if together is None else attack_model_by_unit(outcomes, given, together)
    if json:
        told = _own_columns(found)
        print_json(told if of_units is None else {**told, "by_unit": _own_columns(of_units)})
        return
    rows_given = None if dataset is None else dataset.position
    _print_own(found, top, lambda rows: named_rows(rows, rows_given))
    remark(COUNTED)
    if of_units is not None and dataset is not None:
        console.print("\nRows that stay together are one unit: these are the numbers of a person who has several rows.")
        _print_own(of_units, top, lambda units: [dataset.unit_names[unit] for unit in units], "unit")


def _own_columns(found: "ModelAttack") -> dict[str, object]:
    columns = {"score": found.score, "false_positive_rate": found.false_positive_rate}
    return {"attack": found.attack, "refused": found.refused, **columns}


def _compare_accuracy(outcomes: "Outcomes", accuracy: float) -> None:
    """Say it where the model is less often right than any shadow model is: then it was trained in another way."""
    from longtail.percent import share

    shadows = outcomes.correct.mean(axis=1)
    if accuracy < shadows.min() - 0.1:
        errors.print(
            f"Note: --model is right on {share(accuracy)} of the training examples, the run's models on "
            f"{share(shadows.min())} to {share(shadows.max())}: its rows are in another order, or it was trained in "
            "another way, and then the attack says nothing of it."
        )


def _print_own(
    found: "ModelAttack", top: int, names: "Callable[[list[int]], list[str]]", what: str = "example"
) -> None:
    from longtail.percent import chosen, share

    order = found.false_positive_rate.argsort(kind="stable")[:top].tolist()
    rows = [
        (name, f"{found.score[i]:.2f}", share(found.false_positive_rate[i]))
        for name, i in zip(names(order), order, strict=True)
    ]
    print_table(f"{found.attack}: likeliest members", (what, "log ratio", "false-positive rate"), rows)
    shares = [
        f"{share((found.false_positive_rate <= rate).mean())} of the {what}s are called members at {chosen(rate)}"
        for rate in (0.001, 0.01)
    ]
    console.print(f"\n{'; '.join(shares)} false positives.")


def _write(analysis: "Analysis", out: Path) -> None:
    from longtail.membership import vulnerability
    from longtail.scores.tables import write_columns

    # If there is none, this raises the reason.
    exposed = analysis.vulnerability or vulnerability(analysis.outcomes, analysis.level)
    write_columns({name: getattr(exposed, name) for name in ("value", "low", "high", "n_in", "n_out", "q_value")}, out)


def _print(found: "MembershipFindings") -> None:
    for reason in found.refused:
        errors.print(f"Refused: {reason}")
    if not found.attacks:
        return
    _print_attacks(found, "examples")
    if found.strongest is not None:
        _print_risks(found)
    if found.ceiling:
        _print_ceiling(found)
    if found.exposed:
        _print_exposed(found)
    if found.subgroups:
        _print_subgroups(found)
    if found.by_unit is not None:
        _print_units(found.by_unit)
    if found.same_models is not None and found.across_halves is not None:
        console.print(f"\n{_along_memorization(found.same_models, found.across_halves)}")


def _along_memorization(same_models: "Estimate", across_halves: "Estimate") -> str:
    """Say how exposure goes with memorization, or why that is not told."""
    if math.isnan(same_models.value) or math.isnan(across_halves.value):
        return "Rank correlation with memorization: none, as all examples are exposed, or memorized, alike."
    return (
        f"Rank correlation with memorization: {_share(same_models)} in the same models, {_share(across_halves)} "
        "across halves of them."
    )


def _print_attacks(found: "MembershipFindings", what: str) -> None:
    columns = ("attack", "TPR at 0.1 %", "TPR at 1 %", "AUC", "balanced accuracy")
    rows = [
        (
            attack.name,
            _percent(attack.tpr_at_0_1_percent),
            _percent(attack.tpr_at_1_percent),
            _share(attack.auc),
            _share(attack.balanced_accuracy),
        )
        for attack in found.attacks
    ]
    title = f"{found.n_examples:,} {what} in {found.n_targets:,} models, each attacked by all others"
    print_table(title, columns, rows)


def _print_units(units: "MembershipFindings") -> None:
    """Print the same of units, which are what a person is where rows belong to persons."""
    for reason in units.refused:
        errors.print(f"Refused by unit: {reason}")
    if not units.attacks:
        return
    console.print("\nRows that stay together are one unit: these are the numbers of a person who has several rows.")
    _print_attacks(units, "units")
    _print_risks(units, "units")
    if units.ceiling:
        _print_ceiling(units)
    rows = [(e.label, f"{e.n_rows:,}", _share(e.vulnerability), _share(e.memorization)) for e in units.exposed]
    console.print()
    print_table("The most exposed units", ("unit", "rows", "in told from out", "memorization"), rows)


def _print_risks(found: "MembershipFindings", what: str = "examples") -> None:
    from longtail.percent import percent, with_decimals
    from longtail.report.words.risk import at_rate, in_number

    assert found.strongest is not None
    console.print(
        f"\nThe strongest is {found.attacks[0].name}: {percent(found.strongest)} at 1 % false positives, an interval "
        f"for all {len(found.attacks)} attacks at once."
    )
    rows = [
        (
            at_rate(risk.prior),
            at_rate(risk.false_positive_rate),
            percent(risk.precision),
            with_decimals(risk.lift),
            f"{in_number(risk.found)} of {risk.n_members:,.0f}",
        )
        for risk in found.risks
    ]
    console.print()
    columns = ("prior", "false positives", "a name is right", "times the prior", "members named")
    print_table("What it says of a person who was in the data with this probability beforehand", columns, rows)
    if found.n_surely is not None:
        console.print(f"Exposed surely (q-values of at most 5 %): {found.n_surely:,} of {found.n_examples:,} {what}.")


def _print_ceiling(found: "MembershipFindings") -> None:
    import numpy as np

    from longtail.percent import chosen, share

    rates = found.attacks[0].false_positive_rates
    allowed = ", ".join(f"{share(np.interp(rate, rates, found.ceiling))} at {chosen(rate)}" for rate in (0.001, 0.01))
    console.print(f"\n{found.guarantee} allows no attack more true positives than {allowed} false positives.")


def _print_exposed(found: "MembershipFindings") -> None:
    from longtail.findings.example_name import COUNTED, training_name

    rows = [
        (f"{training_name(e.train, e.row)} {e.label}".strip(), _share(e.vulnerability), _share(e.memorization))
        for e in found.exposed
    ]
    console.print()
    print_table("The most exposed examples", ("example", "in told from out", "memorization"), rows)
    remark(COUNTED)


def _print_subgroups(found: "MembershipFindings") -> None:
    columns = ("subgroup", "examples", "TPR at 1 %", "AUC", "right when left out", "memorization")
    rows = [
        (
            group.name,
            f"{group.n_examples:,}",
            _percent(group.tpr_at_1_percent),
            _share(group.auc),
            _percent(group.left_out_accuracy),
            _share(group.memorization),
        )
        for group in found.subgroups
    ]
    console.print()
    print_table("Subgroups, the most exposed first", columns, rows)
    if found.size_law is not None:
        from longtail.report.words.risk import size_law_line

        console.print(size_law_line(found.size_law))


def _percent(estimate: "Estimate") -> str:
    from longtail.percent import percent

    return f"{percent(estimate)}{_mark(estimate)}"


def _share(estimate: "Estimate") -> str:
    from longtail.percent import with_decimals

    return f"{with_decimals(estimate)}{_mark(estimate)}"


def _mark(estimate: "Estimate") -> str:
    return "*" if estimate.warning else ""
