"""Studies: experiments with a frozen description, resumable runs and findings.

=======================  ==================================================================
``run_folder.py``        RUN: the frozen study, its trials, findings and report
``measure.py``           run the trials of a study
``merge.py``             join the runs of several machines
``masks.py``             the subsets of a study, for models that are trained elsewhere
``imported_logits.py``   their logits, read back
``published_trials.py``  trials that others published
``plan.py``              how many trials fit into the time there is
``cost.py``              what so many trials take, and what they can see
``audit.py``             one data set, the whole way, with ``audit_plan.py``, ``audit_limits.py`` for its sizes and
                         ``audit_scope.py`` for what is frozen of them
``limits.py``            what limits cost, and whom, with ``limit_plan.py``, ``limit_groups.py``, ``predicted_cost.py``
                         and ``limit_findings.py`` for its parts; ``named_limits.py`` a limit as a command line says
                         it; ``run_limits.py`` reads back what a run has
``level_planner.py``     which levels of privacy cost all groups the same; ``equal_levels.py`` plans it for a run
``paired_trials.py``     trials of two learners on the same subsets, and what the limit of one cost
``exposure.py``          every attack on the trials of a study
``promises.py``          the promise of a private run, and its ceiling on attacks
``canaries.py``          planted examples that bound epsilon from below
``onion.py``             what removing the most memorized, or privatizing their labels, exposes
``gather.py``            outcomes to findings, with ``accuracy.py``, ``memorized.py``,
                         ``tails.py`` and ``views.py`` for its parts
``examples.py``          every example, for those who look one up; ``looks.py`` how they look
``summary.py``           the answers in plain words; ``next_steps.py``, ``omissions.py`` and ``commands.py``: what to
                         do next, and what was left out
``reload.py``            the data of a run, loaded again and checked to be the same
``compare.py``           what two runs on the same data memorize
``proxies.py``           which cheap stand-in for memorization can be believed on these data
``removal.py``           what memorized examples are worth, by training without
``leave_one_out.py``     memorization by leaving out one; ``retraining.py`` does both
``variance_split.py``    how much of an outcome is the subset, how much the seed
``confirmation.py``      the three of them, for the most memorized examples of a run
``mixture_bound.py``     what misfits imply for their subpopulations, coupling as measured
=======================  ==================================================================
"""

from longtail.study.audit import AuditPlan, audit, plan_audit
from longtail.study.cost import StudyCost, study_cost
from longtail.study.equal_levels import EqualLevels, equal_levels
from longtail.study.gather import gather_findings, save_findings
from longtail.study.imported_logits import import_logits
from longtail.study.level_planner import equalizing_levels, refuse_unequal_levels
from longtail.study.limit_plan import Levels, Limit, planned_limits
from longtail.study.limits import limit, measured_limits
from longtail.study.masks import write_masks
from longtail.study.measure import DataSource, measure
from longtail.study.merge import MergeReport, merge
from longtail.study.published_trials import import_published
from longtail.study.run_folder import BusyRunError, RunFolder, Study

__all__ = [
    "AuditPlan",
    "BusyRunError",
    "DataSource",
    "EqualLevels",
    "Levels",
    "Limit",
    "MergeReport",
    "RunFolder",
    "Study",
    "StudyCost",
    "audit",
    "equal_levels",
    "equalizing_levels",
    "gather_findings",
    "import_logits",
    "import_published",
    "limit",
    "measure",
    "measured_limits",
    "merge",
    "plan_audit",
    "planned_limits",
    "refuse_unequal_levels",
    "save_findings",
    "study_cost",
    "write_masks",
]
