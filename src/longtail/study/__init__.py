"""Studies: experiments with a frozen description, resumable runs and findings.

=================  ==================================================================
``run_folder.py``  RUN: the frozen study, its trials, findings and report
``measure.py``     run the trials of a study
``plan.py``        how many trials fit into the time there is
``audit.py``       one data set, the whole way
``gather.py``      outcomes to findings, with ``accuracy.py``, ``memorized.py``,
                   ``tails.py``, ``views.py`` and ``summary.py`` for its parts
``compare.py``     what two runs on the same data memorize
``removal.py``     what memorized examples are worth, by training without
``leave_one_out.py``  memorization by leaving out one; ``retraining.py`` does both
=================  ==================================================================
"""

from longtail.study.audit import audit, planned_design
from longtail.study.gather import gather_findings, save_findings
from longtail.study.measure import DataSource, measure
from longtail.study.run_folder import BusyRunError, RunFolder, Study

__all__ = [
    "BusyRunError",
    "DataSource",
    "RunFolder",
    "Study",
    "audit",
    "gather_findings",
    "measure",
    "planned_design",
    "save_findings",
]
