"""One class with nearly all examples, classes with hardly any, and many classes.

A model that always says the largest class is right on its share of the examples; an accuracy near that share is no
skill. A class of one training example cannot be learned from another one: that example is memorized or wrong.
"""

import numpy as np

from longtail.findings.sanity import Remark
from longtail.percent import share
from longtail.sanity.subject import Subject
from longtail.sanity.words import counted, listed, quoted

__all__ = ["sizes_of_classes"]

_NEARLY_ALL = 0.8
_HARDLY_ANY = 5
_MANY = 100


def sizes_of_classes(subject: Subject) -> list[Remark]:
    """Remark on how the training examples are spread over the classes."""
    data = subject.dataset
    sizes = np.bincount(data.y, minlength=data.n_classes)
    largest, found = int(sizes.argmax()), []
    if sizes[largest] >= _NEARLY_ALL * data.n_train:
        name = data.class_names[largest]
        finding = f"{share(int(sizes[largest]), data.n_train)} of the training rows are of class '{name}'."
        found.append(
            Remark(
                name="one class with nearly all rows",
                finding=finding,
                meaning=f"A model that always says '{name}' is right about as often, so accuracy says little here.",
                remedy="Read the recall of each class, and what limits cost each class.",
                voids=["accuracy", "limits"],
            )
        )
    few = [data.class_names[code] for code in np.flatnonzero(sizes < _HARDLY_ANY)]
    if few:
        ones = int((sizes == 1).sum())
        single = f", {ones} of them one alone" if ones else ""
        found.append(
            Remark(
                name="classes with hardly any rows",
                finding=f"{counted(len(few), 'class', 'classes')} ({listed(quoted(few))}) of {data.n_classes} "
                f"{'has' if len(few) == 1 else 'have'} fewer than {_HARDLY_ANY} training rows{single}.",
                meaning="Their rows are memorized or wrong: no other row teaches their label.",
                remedy="Collect more of them, or join classes that need not be told apart.",
            )
        )
    if data.n_classes >= _MANY:
        found.append(
            Remark(
                name="many classes",
                finding=f"There are {data.n_classes:,} classes, with {int(np.median(sizes)):,} training rows in the "
                "middle one.",
                meaning="What is said by class rests on few rows each; read the interval of each.",
                remedy="Join classes that need not be told apart.",
            )
        )
    return found
