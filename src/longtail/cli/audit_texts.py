"""``longtail audit --language-model``: texts that are themselves what is learned."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from longtail.cli.printing import errors, print_json, print_table, remark
from longtail.cli.printing import out as console
from longtail.cli.progress import trial_progress
from longtail.percent import percent, with_decimals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from longtail.dataset import Dataset
    from longtail.findings.texts import TextFindings
    from longtail.learners.learner import Learner
    from longtail.limits import Limit
    from longtail.runs.measure import DataSource
    from longtail.trials import SubsetDesign

__all__ = ["audit_texts_command", "limit_texts"]

_USUAL_MINUTES = 3.0
_PLACEHOLDER = 20
"""The number of trials until a plan decides it."""


def audit_texts_command(
    data: str,
    out: Path,
    *,
    text: str | None,
    test: Path | None,
    together: str | None,
    trials: int | None,
    learner: str | None,
    fraction: float,
    seed: int,
    jobs: int | None,
    minutes: float,
    limit_trials: int | None,
    json: bool,
    others: dict[str, Any],
) -> None:
    """Audit texts. ``others`` are options that do not apply to them, by name."""
    from longtail.errors import InputError
    from longtail.learners.any_learner import usual_learner
    from longtail.learners.names import named_learner
    from longtail.runs.measure import DataSource
    from longtail.study.text_plan import plan_texts, require_language_model
    from longtail.study.texts import audit_texts
    from longtail.trials import SubsetDesign

    of_ngrams = learner in (None, usual_learner("language"))
    if of_ngrams and minutes != _USUAL_MINUTES:
        law = "be left out where the models are n-gram models"
        raise InputError("--minutes", law, minutes, "--trials says how many models.")
    for option, value in others.items():
        if value not in (None, [], "refuse"):
            raise InputError(option, "be left out with --language-model", value)
    model = named_learner(learner or usual_learner("language"), "language")
    require_language_model(model)
    source = DataSource(
        data=data, text=text, test=None if test is None else str(test), together=together, task="language"
    )
    dataset = source.load()
    for note in dataset.notes:
        errors.print(note)
    plan = plan_texts(
        dataset,
        model,
        SubsetDesign(n_trials=trials or _PLACEHOLDER, fraction=fraction, seed=seed),
        out,
        minutes=minutes,
        trials=trials,
        limit_trials=limit_trials,
        jobs=jobs,
        say=errors.print,
    )
    with trial_progress("Training") as progress:
        found = audit_texts(
            source,
            dataset,
            model,
            plan.design,
            out,
            limits=plan.limits,
            limit_trials=plan.limit_trials,
            jobs=jobs,
            progress=progress,
        )
    _tell(found, out, json=json)


def limit_texts(
    source: "DataSource",
    dataset: "Dataset",
    learner: "Learner",
    design: "SubsetDesign",
    out: Path,
    limits: "Sequence[Limit]",
    *,
    jobs: int | None,
    json: bool,
) -> None:
    """Train language models under limits and without, and print what they cost in log loss."""
    from longtail.study.texts import audit_texts

    for note in dataset.notes:
        errors.print(note)
    with trial_progress("Training") as progress:
        found = audit_texts(source, dataset, learner, design, out, limits=limits, jobs=jobs, progress=progress)
    _tell(found, out, json=json)


def _tell(found: "TextFindings", out: Path, *, json: bool) -> None:
    from longtail.findings.plain import to_plain
    from longtail.runs.run_folder import RunFolder

    if json:
        print_json(to_plain(found))
        return
    _print(found)
    console.print(f"\nThe report: {RunFolder(out).report}")
    remark(f"Next: longtail scores {out}")


def _print(found: "TextFindings") -> None:
    from longtail.report.figures.copies_figure import named_copies

    sides = [
        ("in the training set", found.loss_in, found.accuracy_in),
        ("left out", found.loss_out, found.accuracy_out),
    ]
    if found.loss_test is not None:
        sides.append((f"{found.n_test:,} test documents", found.loss_test, found.accuracy_test))
    rows = [(name, with_decimals(loss), "–" if hits is None else percent(hits)) for name, loss, hits in sides]
    title = f"{found.n_trials:,} models ({found.learner}) of {found.n_documents:,} documents"
    print_table(title, ("documents", f"loss, nats a {found.unit}", f"{found.unit}s predicted"), rows)
    console.print(
        f"\n{found.n_memorized:,} of {found.n_documents:,} documents are significantly memorized (q <= 0.05); "
        f"{found.n_copied:,} have a near copy."
    )
    copies = [
        (
            named_copies(row),
            f"{row.n_documents:,}",
            with_decimals(row.memorization),
            "–" if row.tau is None else f"{row.tau.value:.2g}",
        )
        for row in found.copies
    ]
    print_table("", ("near copies", "documents", f"memorized, nats a {found.unit}", "tau"), copies)
    most = [
        (
            f"document {each.row}",
            with_decimals(each.memorization),
            f"{each.near_copies}",
            f"{sum(each.marked)} of {each.n_tokens}",
        )
        for each in found.documents[:10]
    ]
    console.print()
    print_table("The most memorized", ("", f"nats a {found.unit}", "near copies", f"{found.unit}s marked"), most)
    if found.limits:
        rows = [(limit.name, with_decimals(limit.cost), with_decimals(limit.memorization)) for limit in found.limits]
        print_table("What limits cost", ("limit", f"loss added, nats a {found.unit}", "memorization left"), rows)
        for said in (limit.about_trials for limit in found.limits if limit.about_trials):
            remark(said)
    if found.left:
        bins = found.left[0].by_copies
        rows_left = [(each.name, *(with_decimals(row.memorization) for row in each.by_copies)) for each in found.left]
        title = f"What limits leave of memorized kinds, nats a {found.unit}, by near copies"
        if all(len(row) == len(bins) + 1 for row in rows_left):
            print_table(title, ("limit", *(named_copies(row) for row in bins)), rows_left)
    if found.attacks:
        strongest = found.attacks[0]
        console.print(
            f"\nThe strongest attack, {strongest.name}, finds {percent(strongest.tpr_at_1_percent)} of "
            "the documents that a model has at 1 % false positives, by their log loss."
        )
    remark(
        "\nMarked words are those that models with the document surely predict more often than models without it, in "
        "documents that are significantly memorized. "
        "The tail of kinds is not measured for texts."
    )
