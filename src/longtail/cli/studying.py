"""What measuring commands do first: load the data, make the learner and the design, and refuse what is impossible."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from longtail.dataset import Dataset
    from longtail.study import DataSource
    from longtail.trials import Learner, SubsetDesign

__all__ = ["chosen_study", "parsed_range", "require_jobs"]


def chosen_study(
    source: "DataSource", learner: str, trials: int | None, fraction: float, seed: int
) -> "tuple[Dataset, Learner, SubsetDesign]":
    """Data set, learner and design as the options say, before anything is written.

    ``trials`` is None where the number is planned later; the design then holds a placeholder.
    """
    from longtail.dataset import load_dataset
    from longtail.errors import InputError
    from longtail.trials import SubsetDesign
    from longtail.trials.named_learners import named_learner

    if not 0 < fraction < 1:  # before the design, which needs it to say how few trials are too few
        raise InputError("--fraction", "lie strictly between 0 and 1", fraction)
    placeholder = round(2 / min(fraction, 1 - fraction)) + 1
    design = SubsetDesign(n_trials=placeholder if trials is None else trials, fraction=fraction, seed=seed)
    chosen = named_learner(learner)
    dataset = load_dataset(source.data, source.target, source.group, source.together)
    design.inclusion(dataset.n_train, 0, dataset.together)  # refuses a fraction that leaves nobody in or out
    return dataset, chosen, design


def require_jobs(jobs: int | None) -> None:
    """Refuse a number of jobs that is none."""
    from longtail.errors import InputError

    if jobs is not None and jobs < 1:
        raise InputError("--jobs", "be at least 1", jobs)


def parsed_range(text: str) -> range:
    """``A:B`` as a range."""
    from longtail.errors import InputError

    first, colon, last = text.partition(":")
    if not (colon and first.isdecimal() and last.isdecimal() and int(first) < int(last)):
        raise InputError("--range", "be A:B with 0 <= A < B", text, "Use 0:500 for the first 500 trials.")
    return range(int(first), int(last))
