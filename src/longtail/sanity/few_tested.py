r"""Classes and groups with few test examples: what is said of them has the interval that so few allow.

Were all of :math:`n` right, the interval of the accuracy would still begin at :math:`1 - (\alpha/2)^{1/n}` or so: the
best that :math:`n` examples can show, by Wilson's interval [Wilson1927]_.
"""

import numpy as np
from numpy.typing import NDArray

from longtail.findings.sanity import Remark
from longtail.percent import chosen, share
from longtail.sanity.subject import Subject
from longtail.sanity.words import counted, have, listed
from longtail.scores.proportions import wilson_interval

__all__ = ["few_tested"]

_FEW, _LEVEL = 30, 0.95


def few_tested(subject: Subject) -> list[Remark]:
    """Remark on classes and on groups with few test examples, or none."""
    data = subject.dataset
    if not data.n_test:
        return [
            Remark(
                name="no test rows",
                finding="There are no test rows.",
                meaning="No one can see what an example does to others, or what a limit costs.",
                remedy="Give test rows, or more rows of each class, so that a fifth can be set aside.",
                voids=["accuracy", "limits", "learner-tail"],
            )
        ]
    found = _remark("class", "classes", data.class_names, np.bincount(data.y_test, minlength=data.n_classes))
    if data.group_test is not None:
        sizes = np.bincount(data.group_test, minlength=len(data.group_names))
        found += _remark("group", "groups", data.group_names, sizes)
    return found


def _remark(kind: str, kinds: str, names: tuple[str, ...], sizes: NDArray[np.int64]) -> list[Remark]:
    few = np.flatnonzero(sizes < _FEW)
    if not len(few):
        return []
    few = few[np.argsort(sizes[few], kind="stable")]
    fewest, none = int(sizes[few[0]]), int((sizes == 0).sum())
    low = float(wilson_interval(max(fewest, 1), max(fewest, 1), _LEVEL)[0])
    shown = [f"{names[i]} ({sizes[i]:,})" for i in few]
    whole = f"Of {len(names):,} {kinds} {have(len(few))}"
    if len(few) == len(names):
        whole = f"{'Both' if len(few) == 2 else f'All {len(few):,}'} {kinds} have"
    least = share(low).removesuffix(" %")
    limit = (
        f"With {counted(fewest, 'test row')} all right, the {chosen(_LEVEL)} interval is [{least}, 100] %"
        if fewest
        else f"Nothing can be said of {'the one' if none == 1 else f'the {none:,}'} without a test row"
    )
    return [
        Remark(
            name=f"few test rows in a {kind}",
            finding=f"{whole} fewer than {_FEW} test rows: {listed(shown)}.",
            meaning=f"{limit}: what is said by {kind} is no surer.",
            remedy=f"Give more test rows of {'it' if len(few) == 1 else 'them'}.",
        )
    ]
