"""The tail of real data: from how often each subpopulation occurs to what must be memorized.

- ``frequency_counts``: how many examples each subpopulation has, counted from labels, tables, batches or counts
- ``fingerprint``: how many subpopulations were seen how often
- ``realized_mass``: what the unseen and the rarely seen weigh, with an interval for this very sample
- ``costs``: that mass times the least probability of misfitting it
- ``good_turing``: all of it for one data set, ``estimate_tail``
- ``label_tally`` and ``table_columns``: counting a batch at a time
"""

from longtail.tail.costs import LabelGuess
from longtail.tail.fingerprint import Fingerprint
from longtail.tail.frequency_counts import FrequencyCounts, Missing
from longtail.tail.good_turing import TailEstimate, estimate_tail
from longtail.tail.realized_mass import predicted_mass

__all__ = [
    "Fingerprint",
    "FrequencyCounts",
    "LabelGuess",
    "Missing",
    "TailEstimate",
    "estimate_tail",
    "predicted_mass",
]
