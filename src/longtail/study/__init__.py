"""Studies: what a person asks for, from data to report: an audit, or the cost of limits.

==========================  =======================================================
``whole_audit.py``          one data set, the whole way
``audit_plan.py``           its sizes, from ladders and a few models that are timed
``audit_clock.py``          how much of its budget all models may take
``audit_learner.py``        which learner is trained when nobody says
``audit_menu.py``           the limits that an audit measures
``audit_tail.py``           how many models ask for the tail as the learner meets it
``audit_scope.py``          what is frozen of an audit
``calls.py``                the same in one call, with data and learner as they are; ``run.py``: the run that comes out
``texts.py``                an audit of texts: language models, memorized words, near copies
``text_plan.py``            its sizes: models, limits, models under each
``texts_of_run.py``         the findings of a run of texts, gathered from its trials
``tail_of_run.py``          the tail as the learner meets it: more sizes, and without the memorized
``worth.py``                what sets of examples are worth; ``removal.py``: the memorized ones
``references_of_run.py``    what plain models got, kept in the run
``mislabeled_of_run.py``    which labels look wrong, from wrong labels that are planted
``exact_knn_of_run.py``     memorization by the nearest neighbor, exactly, beside that of the run's models
``three_tails_of_run.py``   what memorization is due to: wrong labels, small classes, atypical examples
``proxies_of_run.py``       cheap stand-ins for memorization, told as a result of the run
``table_of_run.py``         everything of each record in one table; ``kept_proxies.py``: stand-ins that a run keeps
``kept_arrays.py``          arrays that a run keeps beside its trials
``judge.py``                scores of any tool, held against retrained models
``influence_of_run.py``     influence from the trials of a run, and a few models more
``influence_told.py``       the same as a result of a run: who helps, who harms
``number_influence.py``     the same where outcomes are numbers
``limits.py``               what limits cost, and whom
``limits_of_run.py``        the limits that a run has, read back
``number_study.py``         a study whose outcomes are numbers: trials, limits, findings, page
``gather.py``               all findings of a run, gathered and saved
``findings_again.py``       findings of a run that is there, gathered anew
``numbers_of_run.py``       findings of such a study gathered, and gathered anew from what is in the run
``report_again.py``         the report written again without training, of classes, numbers or texts
``refreshed.py``            the report brought up to date after more was measured
``omissions.py``            what was left out
==========================  =======================================================

The names below are imported when they are first asked for: who writes a report again trains nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from longtail.experiments.equal_levels import EqualLevels, equal_levels
    from longtail.experiments.level_planner import equalizing_levels, refuse_unequal_levels
    from longtail.limits.asked_for import asked_for
    from longtail.limits.limit import Limit
    from longtail.runs.cost import StudyCost, study_cost
    from longtail.runs.imported_logits import import_logits
    from longtail.runs.masks import write_masks
    from longtail.runs.measure import DataSource, measure
    from longtail.runs.merge import MergeReport, merge
    from longtail.runs.published_trials import import_published
    from longtail.runs.run_folder import BusyRunError, RunFolder, Study
    from longtail.study.gather import gather_findings, save_findings
    from longtail.study.limits import limit, measured_limits
    from longtail.study.whole_audit import AuditPlan, audit, plan_audit

__all__ = [
    "AuditPlan",
    "BusyRunError",
    "DataSource",
    "EqualLevels",
    "Limit",
    "MergeReport",
    "RunFolder",
    "Study",
    "StudyCost",
    "asked_for",
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
    "refuse_unequal_levels",
    "save_findings",
    "study_cost",
    "write_masks",
]

_HOMES = {
    "longtail.experiments.equal_levels": ("EqualLevels", "equal_levels"),
    "longtail.experiments.level_planner": ("equalizing_levels", "refuse_unequal_levels"),
    "longtail.limits.asked_for": ("asked_for",),
    "longtail.limits.limit": ("Limit",),
    "longtail.runs.cost": ("StudyCost", "study_cost"),
    "longtail.runs.imported_logits": ("import_logits",),
    "longtail.runs.masks": ("write_masks",),
    "longtail.runs.measure": ("DataSource", "measure"),
    "longtail.runs.merge": ("MergeReport", "merge"),
    "longtail.runs.published_trials": ("import_published",),
    "longtail.runs.run_folder": ("BusyRunError", "RunFolder", "Study"),
    "longtail.study.gather": ("gather_findings", "save_findings"),
    "longtail.study.limits": ("limit", "measured_limits"),
    "longtail.study.whole_audit": ("AuditPlan", "audit", "plan_audit"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a name when it is first asked for."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
