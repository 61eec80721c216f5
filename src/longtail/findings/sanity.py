"""The sanity of the data and of the models, as plain data: what to know before a number of a study is believed."""

from dataclasses import dataclass, field

from longtail.estimate import Estimate

__all__ = ["ClassSanity", "Remark", "SanityFindings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing that is true of the data, and what follows from it.

    Parameters
    ----------
    name : str
        The check that found it.
    finding : str
        What is so, in one sentence with its numbers.
    meaning : str
        What it means for the rest of the study, in one sentence.
    remedy : str
        What to do, in one sentence; empty where nothing needs doing.
    command : str
        The command that does it, with DATA in the place of a name; empty where there is none.
    voids : list of str
        Sections of the report whose claims cannot be made, or must be read with it in mind.
    rows : list of int
        Rows of the data as given to look at first.
    """

    name: str
    finding: str
    meaning: str
    remedy: str = ""
    command: str = ""
    voids: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSanity:
    """One class: its training and test examples, and how often models are right on the latter.

    ``recall`` is None where no model was trained, or no test example is of the class.
    """

    name: str
    n_train: int
    n_test: int
    recall: Estimate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SanityFindings:
    """The first section of a report.

    Parameters
    ----------
    classes : list of ClassSanity
        In the order of the data.
    majority : str
        The class with the most training examples.
    majority_accuracy : Estimate or None
        Accuracy on test examples of always saying that; None without test examples.
    remarks : list of Remark
        What the checks found, those that void a claim first.
    accuracy_on_new : Estimate or None
        Accuracy of the models on test examples without an exact copy in training; None where all are such, or none is
        left, or nothing was trained.
    """

    classes: list[ClassSanity]
    majority: str
    majority_accuracy: Estimate | None
    remarks: list[Remark]
    accuracy_on_new: Estimate | None = None

    def about(self, section: str) -> list[Remark]:
        """Return the remarks that void a claim of one section of the report."""
        return [remark for remark in self.remarks if section in remark.voids]
