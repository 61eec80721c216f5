"""Findings: every result of a study as plain, versioned, JSON-able data; the report is rendered from these alone.

Dataclasses nest as the report reads: a study, how well its models fitted, what they memorized, how long the tail is,
what limits would cost. Numbers with sampling error are :class:`~longtail.estimate.Estimate`. A section that was not
measured is ``None``. Nothing here depends on when or where the study was run.

=======================  ======================================================================
``findings.py``          all of it: the study, its models, and a section for each question
``summary.py``           the answers in plain words, and what to do next
``memorization.py``      what the models memorized
``learner_tail.py``      the tail as the learner meets it
``tail.py``              how long the tail is, and what leaving it unfitted costs
``membership.py``        what an attacker learns about who was in
``limits.py``            what limits did cost; ``judged.py``: by the worst class and group
``remedies.py``          a remedy beside what it remedies; whose answer a limit changes
``mislabeled.py``        which labels look wrong, and which examples are rare
``results.py``           what commands left in the run, as they told it
``numbers.py``           a study whose outcomes are numbers; ``quality.py``: how well its models do
``omissions.py``         what was left out
``texts.py``             language models: memorized documents and words, near copies
``sanity.py``            what to know of the data before a number is believed
``reference_models.py``  what plain models get on the same test examples; ``number_references.py``: of numbers
``view.py``              how an example looks
``example_name.py``      what an example is called: its row in the data as given
``examples.py``          every example, for those who look one up: a file of its own
``columns.py``           what was measured of every example: columns that describe themselves
``example_looks.py``     how every example looks
``notebook.py``          parts of it as lines and tables, for people in Python
``schema.py``            the JSON Schema of all of it
``plain.py``             dataclasses to JSON-able data and back
=======================  ======================================================================
"""

from longtail.findings.findings import Findings, FitFindings, StudyFindings
from longtail.findings.judged import Always, GroupRates, Judged, Worst
from longtail.findings.learner_tail import LearnerTailFindings, RemovalFindings, RemovedSet
from longtail.findings.limits import (
    CostPart,
    FlippedExample,
    FlippedTraining,
    FrequencyLoss,
    GroupLoss,
    LimitFindings,
    LimitOutcome,
)
from longtail.findings.membership import (
    AttackFindings,
    ExposedExample,
    ExposureScatter,
    MembershipFindings,
    RiskFindings,
    SizeLaw,
    SubgroupExposure,
)
from longtail.findings.memorization import Influence, MemorizationFindings, MemorizedExample
from longtail.findings.omissions import Omission
from longtail.findings.reference_models import ReferenceModels
from longtail.findings.remedies import Exemplar, Exemplars, Remedied
from longtail.findings.sanity import ClassSanity, Remark, SanityFindings
from longtail.findings.summary import Answer, NextStep
from longtail.findings.tail import CostFindings, ForcedCost, Resolution, TailFindings
from longtail.findings.view import View

__all__ = [
    "Always",
    "Answer",
    "AttackFindings",
    "ClassSanity",
    "CostFindings",
    "CostPart",
    "Exemplar",
    "Exemplars",
    "ExposedExample",
    "ExposureScatter",
    "Findings",
    "FitFindings",
    "FlippedExample",
    "FlippedTraining",
    "ForcedCost",
    "FrequencyLoss",
    "GroupLoss",
    "GroupRates",
    "Influence",
    "Judged",
    "LearnerTailFindings",
    "LimitFindings",
    "LimitOutcome",
    "MembershipFindings",
    "MemorizationFindings",
    "MemorizedExample",
    "NextStep",
    "Omission",
    "ReferenceModels",
    "Remark",
    "Remedied",
    "RemovalFindings",
    "RemovedSet",
    "Resolution",
    "RiskFindings",
    "SanityFindings",
    "SizeLaw",
    "StudyFindings",
    "SubgroupExposure",
    "TailFindings",
    "View",
    "Worst",
]
