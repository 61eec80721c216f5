"""Studies: what a person asks for, from data to report: an audit, or the cost of limits.

=========================  ================================================"""

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
from longtail.study.audit import AuditPlan, audit, plan_audit
from longtail.study.gather import gather_findings, save_findings
from longtail.study.limits import limit, measured_limits

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
