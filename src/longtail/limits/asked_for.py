"""The limits that a study tries, from what was asked for: spelled as a command line does, or made in Python."""

from collections.abc import Sequence

from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.errors import InputError, Said
from longtail.learners.learner import Learner
from longtail.limits.limit import Limit, identity_of
from longtail.limits.spelling import named_limit
from longtail.outcomes import Task

__all__ = ["asked_for", "with_parts"]

_HOLD: dict[Task, str] = {
    "classification": "for classes",
    "regression": "without classes, in a study of numbers",
    "language": "without classes, in a study of texts",
}


@checked
def asked_for(limits: Sequence[str | Limit], dataset: Dataset, inner: Learner) -> list[Limit]:
    """Make the limits, in the order in which they were asked for, and before a remedy what it remedies.

    Parameters
    ----------
    limits : sequence of str or Limit
        Each spelled, as ``"dp-sgd:epsilon=3"``, or a limit of this learner; see
        :func:`longtail.limits.spelling.named_limit`.
    dataset : Dataset
        The data that is studied.
    inner : Learner
        The learner that is limited.

    Raises
    ------
    InputError
        If there is none, one is named twice, one limits another learner, needs classes or is not installed,
        or the data cannot be limited so.
    """
    made: list[Limit] = []
    for each in limits:
        limit = named_limit(each, dataset, inner) if isinstance(each, str) else _taken(each, dataset, inner)
        if identity_of(limit) in map(identity_of, made):
            raise InputError("limits", "be named once each", limit.title)
        if dataset.task not in limit.tasks:
            raise InputError("limits", f"hold {_HOLD[dataset.task]}", limit.title)
        if limit.needs is not None and limit.needs.missing:
            raise InputError("limits", "be installed", limit.title, limit.needs.remedy)
        made.append(limit)
    for limit in list(made):  # A remedy is shown beside what it remedies.
        remedied = limit.remedied()
        if remedied is not None and identity_of(remedied) not in map(identity_of, made):
            made.insert(made.index(limit), remedied)
    if not made:
        raise InputError("limits", "be named, one at least", 0, "For instance dp-sgd:epsilon=3.")
    return made


def with_parts(limits: Sequence[Limit]) -> list[Limit]:
    """Return the limits, followed by the weaker trainings that split the cost of each.

    See :meth:`Limit.parts`.
    """
    found = list(limits)
    for limit in limits:
        found += [part for _, part in limit.parts() if part not in found]
    return found


def _taken(limit: Limit, dataset: Dataset, inner: Learner) -> Limit:
    if not isinstance(limit, Limit):
        raise InputError("limits", "be spelled, or limits", Said(type(limit).__name__))
    if identity_of(limit.inner) != identity_of(inner):
        raise InputError("limits", f"limit the learner of the study, {inner.name}", Said(limit.title))
    limit.refuse(dataset)
    return limit
