"""The one table of a run: what trials say of each record or unit, and what commands have left in the run.

That is the judgement on labels (``longtail mislabeled``), the cheap stand-ins (``longtail proxies``), and the exact
memorization by the nearest neighbor of an audit.
"""

from longtail.analysis.analysis import Analysis
from longtail.analysis.score_table import ScoreTable
from longtail.analysis.whole_table import unit_table, whole_table
from longtail.errors import DamagedRunError
from longtail.notices import notice
from longtail.runs.run_folder import RunFolder
from longtail.study.exact_knn_of_run import exact_knn_found
from longtail.study.kept_proxies import proxies_kept
from longtail.study.mislabeled_of_run import mislabeled_found

__all__ = ["table_of_run"]


def table_of_run(analysis: Analysis, folder: RunFolder, *, by_unit: bool = False) -> ScoreTable:
    """Return a row for each training example, or for each unit. Tells of what cannot be read.

    Parameters
    ----------
    analysis : Analysis
        Of the run's trials, and of its data where they are here.
    folder : RunFolder
    by_unit : bool
        A row for each unit whose rows are in or out together.

    Raises
    ------
    InputError
        If ``by_unit`` is asked where rows belong to no units.
    """
    if analysis.has_data and analysis.judged is None and not analysis.outcomes.of_numbers:
        analysis.judged, untold = mislabeled_found(folder, analysis.outcomes.n_trials)
        for sentence in untold:
            notice(sentence)
    if analysis.has_data and analysis.exact_knn is None:
        analysis.exact_knn, untold = exact_knn_found(analysis.dataset, folder, folder.study().identity)
        for sentence in untold:
            notice(sentence)
    try:
        proxies = proxies_kept(folder, analysis.outcomes.n_train)
    except DamagedRunError as error:
        notice(f"Stand-ins for memorization are left out of the table: {error}")
        proxies = None
    return unit_table(analysis, proxies) if by_unit else whole_table(analysis, proxies)
