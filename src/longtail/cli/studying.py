"""What measuring commands do first: load the data, make the learner and the design, and refuse what is impossible."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from longtail.dataset import Dataset
    from longtail.findings import FitFindings
    from longtail.learners.learner import Learner
    from longtail.outcomes import Outcomes, Task
    from longtail.runs.measure import DataSource
    from longtail.trials import SubsetDesign

__all__ = [
    "bytes_of_memory",
    "chosen_data",
    "chosen_study",
    "fit_in_words",
    "parsed_range",
    "require_jobs",
    "say_choices",
    "say_quality",
    "source_of",
]


def source_of(
    data: str,
    *,
    target: str | None,
    group: str | None,
    together: str | None,
    text: str | None,
    embedding: Path | None,
    test: Path | None = None,
    drop: Sequence[str] | None,
    missing: str = "refuse",
    task: str | None = None,
    language_model: bool = False,
) -> "DataSource":
    """Return the data as the options of a command name them."""
    from longtail.errors import InputError
    from longtail.runs.measure import DataSource

    if language_model and task is not None:
        raise InputError("--task", "be left out with --language-model", task)
    if not language_model:
        _refuse_documents(data)
    return DataSource(
        data=data,
        target=target,
        group=group,
        together=together,
        text=text,
        embedding=None if embedding is None else str(embedding),
        test=None if test is None else str(test),
        drop=tuple(drop or ()),
        missing=missing,  # type: ignore[arg-type]  # checked with the other roles
        task="language" if language_model else _known_task(task),
    )


def _refuse_documents(data: str) -> None:
    """Refuse a file of documents where labels or numbers are learned."""
    from longtail.errors import InputError

    if Path(data).suffix.lower() == ".txt":
        law = "be a table, an archive or a folder, for learners of labels or numbers"
        raise InputError("data", law, data, "Documents, one a line, are learned with --language-model.")


def _known_task(task: str | None) -> "Task | None":
    """Refuse a task that is none."""
    from longtail.errors import InputError

    if task not in (None, "classification", "regression"):
        raise InputError("--task", "be classification or regression", task)
    return task  # type: ignore[return-value]


def chosen_study(
    source: "DataSource",
    learner: str | None,
    trials: int | None,
    fraction: float,
    seed: int,
    settings: str = "",
    out: Path | None = None,
) -> "tuple[Dataset, Learner, SubsetDesign]":
    """Read data set, learner and design as the options say, before anything is written.

    ``trials`` is None where the number is planned later; the design then holds a placeholder. ``settings`` are those of
    the learner, as ``hidden=128,batch_size=64``. Without a learner it is that of the run ``out``, if there is one, and
    the built-in network otherwise.
    """
    from longtail.learners.any_learner import usual_learner
    from longtail.learners.names import NAMED_LEARNERS, NAMED_REGRESSORS, named_learner
    from longtail.learners.settings import parsed_settings, with_settings

    _require_fraction(fraction)
    of_run = _learner_of(out) if learner is None and not settings else None
    given = parsed_settings("--learner-settings", settings)
    made = None if learner in (None, *NAMED_LEARNERS, *NAMED_REGRESSORS) else named_learner(str(learner))
    dataset, design = chosen_data(source, trials, fraction, seed)
    made = made or of_run or named_learner(learner or usual_learner(dataset.task), dataset.task)
    return dataset, with_settings(made, given), design


def _learner_of(out: Path | None) -> "Learner | None":
    """Return the learner of a run that is there already, as far as it can be made again."""
    from longtail.runs.learner_of_run import built_in_learner
    from longtail.runs.run_folder import RunFolder

    described = None if out is None else RunFolder(out).learner_begun()
    return None if described is None else built_in_learner(described)


def chosen_data(source: "DataSource", trials: int | None, fraction: float, seed: int) -> "tuple[Dataset, SubsetDesign]":
    """Read data set and design of a study whose learner is not here."""
    from longtail.trials import SubsetDesign

    _require_fraction(fraction)
    placeholder = round(2 / min(fraction, 1 - fraction)) + 1
    design = SubsetDesign(n_trials=placeholder if trials is None else trials, fraction=fraction, seed=seed)
    dataset = source.load()
    # This refuses a fraction that leaves no example in or none out.
    design.inclusion(dataset.n_train, 0, dataset.together)
    return dataset, design


def fit_in_words(fit: "FitFindings") -> str:
    """Say how often models are right, with intervals over models and examples."""
    from longtail.percent import chosen, percent

    test = "" if fit.test_accuracy is None else f", on {percent(fit.test_accuracy)} of test examples"
    return (
        f"right on {percent(fit.included_accuracy)} of included examples, on "
        f"{percent(fit.left_out_accuracy)} of those left out{test}; intervals, at "
        f"{chosen(fit.left_out_accuracy.level)}, over models and examples"
    )


def say_choices(dataset: "Dataset") -> None:
    """Tell how the user's own columns or files were read, one sentence for each choice, beside the answer.

    Nothing is said of arrays.
    """
    from longtail.cli.printing import errors

    for note in dataset.choices:
        errors.print(note)


def say_quality(outcomes: "Outcomes", out: Path, *, as_json: bool) -> None:
    """Print how well models do where performance is a number."""
    from longtail.analysis.quality import quality_of
    from longtail.cli.printing import out as console
    from longtail.cli.printing import print_json, remark
    from longtail.percent import chosen, with_decimals

    found = quality_of(outcomes, 0.95)
    if as_json:
        parts = {"included": found.included, "left_out": found.left_out, "test": found.test}
        said = {name: None if part is None else part.to_json() for name, part in parts.items()}
        document = {"run": str(out), "n_trials": outcomes.n_trials, "quality": found.name, "unit": found.unit, **said}
        print_json({**document, "failed": outcomes.about_failed})
        return
    test = "" if found.test is None else f", {with_decimals(found.test)} on test examples"
    console.print(
        f"{outcomes.n_trials} models in {out}: {found.name} {with_decimals(found.included)} on included "
        f"examples, {with_decimals(found.left_out)} on those left out{test}; intervals, at "
        f"{chosen(found.left_out.level)}, over models and examples."
    )
    remark(f"Next: longtail scores {out}")


def require_jobs(jobs: int | None) -> None:
    """Refuse a number of jobs that is none."""
    from longtail.errors import InputError

    if jobs is not None and jobs < 1:
        raise InputError("--jobs", "be at least 1", jobs)


def bytes_of_memory(gigabytes: float) -> int:
    """``--memory`` in bytes."""
    from longtail.errors import InputError

    if not 0 <= gigabytes < float("inf"):
        raise InputError("--memory", "be a number of GB of at least 0", gigabytes)
    return round(gigabytes * 1e9)


def parsed_range(text: str) -> range:
    """``A:B`` as a range."""
    from longtail.arguments.bounds import MODELS
    from longtail.errors import InputError

    first, colon, last = text.partition(":")
    digits = len(str(round(MODELS.most)))
    long = max(len(first), len(last)) > digits  # Python refuses to read numbers with so many digits.
    if long or not (colon and first.isdecimal() and last.isdecimal() and int(first) < int(last) <= MODELS.most):
        law = f"be A:B with 0 <= A < B <= {MODELS.most:,}"
        raise InputError("--range", law, text, "Use 0:500 for the first 500 trials.")
    return range(int(first), int(last))


def _require_fraction(fraction: float) -> None:
    """Refuse a wrong fraction before the design is made.

    The design needs the fraction to say how few trials are too few.
    """
    from longtail.errors import InputError

    if not 0 < fraction < 1:
        raise InputError("--fraction", "lie strictly between 0 and 1", fraction)
