"""The tail of real data: from how often each subpopulation occurs to what must be memorized.

- ``frequency_counts``: how many examples each subpopulation has, counted from labels, tables, batches or counts
- ``fingerprint``: how many subpopulations were seen how often
- ``realized_mass``: what the unseen and the rarely seen weigh, with an interval for this very sample
- ``clustered``: the same mass where rows come in units, a customer's visits, and are no independent draws
- ``unit_rows``: the rows of each unit and kind
- ``equal_coverage``: how many subpopulations two data sets have at the same coverage
- ``trimming``: whether counts can be of independent draws at all, or rare ones were removed before
- ``costs``: that mass times the least probability of misfitting it
- ``cost_curves``: costs along epsilon, gamma and the number of copies; by class; what would halve them
- ``good_turing``: all of it for one data set, ``estimate_tail``
- ``extrapolation``: what a larger sample would show, at most twice this one
- ``prior_estimation`` and ``poisson_mixture``: the most likely frequency prior, certified, for ``LongTailModel``
- ``rank_frequency``: the numbers of the paper's first figure
- ``tail_fit``: Zipf, lognormal and Pitman–Yor tails, on request, each with a test of its fit
- ``subpopulations``: found in features within classes, over a range of radii, where none were named
- ``near_lists``: the nearest examples of the same class, searched for once
- ``single_linkage``: the components they are, at several radii at once; ``linkage_kernels``: its compiled part
- ``held_out``: whether the predicted tail comes true on held-out examples
- ``overview`` and ``resolutions``: all of it gathered, for given and for found subpopulations
- ``sources``: the same for whatever the user typed as DATA
- ``label_tally`` and ``table_columns``: counting a batch at a time
"""

from longtail.tail.clustered import ClusteredTail, clustered_tail
from longtail.tail.cost_curves import CostCurve, cost_curves, costs_by_class, samples_to_halve
from longtail.tail.costs import LabelGuess
from longtail.tail.equal_coverage import AtCoverage, CoverageComparison, compare_at_coverage
from longtail.tail.extrapolation import LargerSample, larger_sample
from longtail.tail.fingerprint import Fingerprint
from longtail.tail.frequency_counts import FrequencyCounts, Missing
from longtail.tail.good_turing import TailEstimate, estimate_tail
from longtail.tail.held_out import HeldOutCheck, check_on_held_out
from longtail.tail.overview import TailOverview, overview
from longtail.tail.prior_estimation import PriorEstimate, estimate_prior
from longtail.tail.rank_frequency import RankFrequency, rank_frequency
from longtail.tail.realized_mass import predicted_mass
from longtail.tail.resolutions import ResolutionRange, resolution_range
from longtail.tail.sources import compared_tails, tail_of_data
from longtail.tail.subpopulations import FoundSubpopulations, choose_radii, found_subpopulations, near_duplicates
from longtail.tail.tail_fit import TailFit, fit_tail
from longtail.tail.unit_rows import UnitRows, unit_rows

__all__ = [
    "AtCoverage",
    "ClusteredTail",
    "CostCurve",
    "CoverageComparison",
    "Fingerprint",
    "FoundSubpopulations",
    "FrequencyCounts",
    "HeldOutCheck",
    "LabelGuess",
    "LargerSample",
    "Missing",
    "PriorEstimate",
    "RankFrequency",
    "ResolutionRange",
    "TailEstimate",
    "TailFit",
    "TailOverview",
    "UnitRows",
    "check_on_held_out",
    "choose_radii",
    "clustered_tail",
    "compare_at_coverage",
    "compared_tails",
    "cost_curves",
    "costs_by_class",
    "estimate_prior",
    "estimate_tail",
    "fit_tail",
    "found_subpopulations",
    "larger_sample",
    "near_duplicates",
    "overview",
    "predicted_mass",
    "rank_frequency",
    "resolution_range",
    "samples_to_halve",
    "tail_of_data",
    "unit_rows",
]
