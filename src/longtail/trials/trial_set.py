"""The identity of a set of trials: what must be equal for two trials to belong together.

In it: the data, the learner with its settings, its version and the source of a user's own code, the fraction, the
design, the groups that stay together and the seed. Not in it: how many trials, how many jobs, which machine. So 500
trials grow to 2,000, and a changed learner makes another set.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.handed_rows import raw_rows_hash, told_hash
from longtail.learners.learner import Learner
from longtail.learners.own_code import own_code
from longtail.trials.design import SubsetDesign

__all__ = ["TrialSet"]

RECORD_VERSION = 1


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class TrialSet:
    """A frozen identity.

    Parameters
    ----------
    identity : dict
        JSON-able; equal identities are the same trial set.
    """

    identity: dict[str, Any]

    @classmethod
    def of(cls, dataset: Dataset, learner: Learner, design: SubsetDesign, *, margins: bool = True) -> "TrialSet":
        """Return the trial set of a study of ``dataset`` with ``learner`` under ``design``, margins kept or not."""
        identity = {
            "record_version": RECORD_VERSION,
            "data": {
                "hash": dataset.content_hash,
                "n_train": dataset.n_train,
                "n_test": dataset.n_test,
                **({} if dataset.task == "classification" else {"task": dataset.task}),
                **raw_rows_hash(learner, dataset),
                **told_hash(learner, dataset),
            },
            "learner": {
                "name": learner.name,
                "version": learner.version,
                "settings": learner.describe(),
                **_named("source", own_code(learner)),
            },
            "design": {**design.describe(), **_named("together", _groups(dataset))},
            **_named("record", {} if margins else {"margins": False}),
        }
        return cls(identity=json.loads(json.dumps(identity)))  # The identity is stored as it will be read back.

    @property
    def key(self) -> str:
        """The name of its folder: the first 16 hexadecimal digits of the SHA-256 of its canonical JSON."""
        canonical = json.dumps(self.identity, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]

    def differences(self, other: "TrialSet") -> list[str]:
        """List the differences between two identities, one line each: ``path: this, not that``.

        Of two learners of different names, the names say it all; of other data, how many examples there are.
        """
        found = _walk("", self.identity, other.identity)
        if any(path == "learner.name" for path, _, _ in found):
            found = [part for part in found if part[0] == "learner.name" or not part[0].startswith("learner.")]
        others = [f"{path}: {mine!r}, not {theirs!r}" for path, mine, theirs in found if not path.startswith("data.")]
        return others if len(others) == len(found) else [self._other_data(other), *others]

    def _other_data(self, other: "TrialSet") -> str:
        """Describe how the data differ, which a hash cannot say."""
        mine, theirs = self.identity["data"], other.identity["data"]
        sizes = [f"{data['n_train']:,} training and {data['n_test']:,} test examples" for data in (mine, theirs)]
        if sizes[0] != sizes[1]:
            return f"other data ({sizes[0]}, not {sizes[1]})"
        return f"other data (as many examples, {sizes[0]}, with other values or labels)"


def _groups(dataset: Dataset) -> dict[str, Any]:
    """Return the number and the hash of groups that stay together. Empty if each example is on its own."""
    if dataset.together is None:
        return {}
    content = hashlib.sha256(dataset.together.tobytes()).hexdigest()[:16]
    return {"n_groups": int(dataset.together.max()) + 1, "hash": content}


def _named(name: str, content: dict[str, Any]) -> dict[str, Any]:
    return {name: content} if content else {}


def _walk(path: str, mine: Any, theirs: Any) -> list[tuple[str, Any, Any]]:
    if isinstance(mine, dict) and isinstance(theirs, dict):
        keys = [*mine, *(key for key in theirs if key not in mine)]
        return [
            found for key in keys for found in _walk(f"{path}.{key}" if path else key, mine.get(key), theirs.get(key))
        ]
    return [] if mine == theirs else [(path, mine, theirs)]
