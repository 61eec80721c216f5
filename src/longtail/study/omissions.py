"""What a study left out: for lack of time or of a package, because the data cannot, or because the user said so."""

from collections.abc import Sequence

from longtail.dataset import Dataset
from longtail.findings import Findings, Omission
from longtail.report.words.commands import words
from longtail.study.audit_scope import Scope
from longtail.study.audit_tail import CURVE, REMOVAL
from longtail.study.influence_told import MOST_AUDITED

__all__ = ["omissions_of"]

_LABELS = Omission(
    what="which labels look wrong",
    cause="time",
    reason="A tenth of the models, or of the examples, is too few to learn it from labels that are flipped.",
    command="longtail mislabeled RUN",
)
_INFLUENCE = Omission(
    what="who helps and who harms each class and group",
    cause="time",
    reason=f"An audit tells it of up to {MOST_AUDITED:,} examples, where it takes seconds.",
    command="longtail influence RUN",
)


def omissions_of(found: Findings, dataset: Dataset, scope: Scope | None, unread: Sequence[str] = ()) -> list[Omission]:
    """List everything that a reader might look for and not find.

    Parameters
    ----------
    found : Findings
        What there is. What was left out at first and measured later is no longer left out.
    dataset : Dataset
        That was studied.
    scope : Scope or None
        Of the audit, where there was one.
    unread : sequence of str
        Why limits of the run are left out.
    """
    measured = {limit.name for limit in found.limits.limits} if found.limits is not None else set()
    measured |= {CURVE} if found.learner_tail is not None else set()
    measured |= {REMOVAL} if found.removal is not None else set()
    lowered = [note.lower() for note in found.study.notes]
    planned = [] if scope is None else [each for each in scope.left_out if each.what not in measured]
    if scope is not None and found.mislabeled is None and not any(_LABELS.what in note for note in lowered):
        planned.append(_LABELS)
    told = any(result.name == "influence" for result in found.results)
    if scope is not None and found.study.n_test and dataset.n_train > MOST_AUDITED and not told:
        planned.append(_INFLUENCE)
    planned += [Omission(what="a part of this run", cause="data", reason=note) for note in unread]
    return planned + _beyond_the_data(found, dataset, "" if scope is None else scope.options)


def _beyond_the_data(found: Findings, dataset: Dataset, options: str) -> list[Omission]:
    """List the results that these data cannot give."""
    of_a_table = "--target" in options
    omissions: list[Omission] = []
    if dataset.group is None:
        omissions.append(
            Omission(
                what="groups with names",
                cause="data",
                reason="None are given, so that costs and exposure are told by class, and subpopulations are found by "
                "distance. A column of a table, or the array group of an .npz, names them.",
                command=words("longtail audit DATA", options, "--group COLUMN --out NEW_RUN") if of_a_table else "",
            )
        )
    if not found.study.n_test:
        reason = "There are no test examples: no one can see what an example does to others, or what a limit costs."
        omissions.append(Omission(what="accuracy and influence on test examples", cause="data", reason=reason))
    if found.tail is None:
        reasons = [note for note in found.study.notes if note.startswith("No subpopulations")]
        omissions.append(Omission(what="the tail and its costs", cause="data", reason=" ".join(reasons)))
    if found.membership is not None and not found.membership.attacks:
        reason = found.membership.refused[0].rstrip(".") if found.membership.refused else "none was tried"
        omissions.append(Omission(what="attacks", cause="data", reason=f"No attack could be made: {reason}."))
    return omissions
