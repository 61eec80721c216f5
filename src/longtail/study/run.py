"""A run, as a person holds it in Python: open the folder, ask for what is in it.

    >>> import longtail as lt  # doctest: +SKIP
    >>> run = lt.open_run("runs/digits")  # doctest: +SKIP
    >>> run.memorization()[17]  # doctest: +SKIP

Trials are read once, when something first needs them; what was computed is remembered (:class:`Analysis`).
"""

import html
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from numpy.typing import ArrayLike

from longtail.analysis.analysis import Analysis
from longtail.analysis.exposure import PRIORS, exposure_findings
from longtail.analysis.score_table import ScoreTable
from longtail.analysis.tables import exposure_table, influence_table, memorization_table
from longtail.analysis.tail import tail_findings
from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.errors import InputError, LongtailError, Said
from longtail.estimate import Estimate
from longtail.findings import LimitFindings, MembershipFindings, TailFindings
from longtail.findings.numbers import NumberLimit
from longtail.findings.texts import TextFindings
from longtail.outcomes import Outcomes
from longtail.runs.reload import losses_of_texts, reload_dataset
from longtail.runs.rendered import AnyFindings
from longtail.runs.run_folder import RunFolder, Study
from longtail.runs.saved_findings import saved_findings, saved_number_findings, saved_text_findings
from longtail.scores.three_tails import ThreeTails
from longtail.study.report_again import report_again
from longtail.study.table_of_run import table_of_run
from longtail.study.three_tails_of_run import three_tails_of_run
from longtail.study.worth import counted_examples, memorized_examples, named_examples, worth_of

__all__ = ["Run", "open_run"]


@checked
def open_run(path: str | Path) -> "Run":
    """Open a run folder that an audit, a measurement or a limit made.

    Raises
    ------
    InputError
        If there is no run.
    DamagedRunError
        If its study cannot be read.
    """
    run = Run(Path(path))
    run.folder.tell_gone()  # Refuses a folder that is none.
    return run


@checked
class Run:
    """A run folder and what its trials say. Make one with :func:`open_run`.

    Parameters
    ----------
    path : Path
        The folder.
    """

    def __init__(self, path: Path) -> None:
        self.folder = RunFolder(path)

    def __repr__(self) -> str:
        identity = self.study.identity
        planned = self.study.n_trials
        n = len(self.folder.trials().numbers())
        of = "" if planned in (None, n) else f" of {planned:,}"
        return (
            f"Run({str(self.path)!r}: {self.study.source}, {identity['data']['n_train']:,} training examples, "
            f"{identity['learner']['name']}, {n:,}{of} trials)"
        )

    def _repr_html_(self) -> str:
        """Show the run in a notebook: what it is about, and where its report is."""
        report = "report.html" if self.folder.report.exists() else "no report yet: run.report()"
        return f"<p>{html.escape(repr(self))}<br>{html.escape(str(self.path / report))}</p>"

    @property
    def path(self) -> Path:
        """The folder."""
        return self.folder.path

    @cached_property
    def study(self) -> Study:
        """Study that the run is about, as it was frozen."""
        return self.folder.study()

    @cached_property
    def outcomes(self) -> Outcomes:
        """The table of all finished trials."""
        return self.folder.trials().outcomes()

    @cached_property
    def dataset(self) -> Dataset:
        """The data set that was studied, loaded again and checked to be the same.

        Raises
        ------
        InputError
            If the data are not where they were.
        StudyMismatchError
            If their content has changed since.
        """
        return reload_dataset(self.study)

    @cached_property
    def analysis(self) -> Analysis:
        """Everything that is computed from the outcomes, each part once, at level 0.95."""
        return self._analysis(0.95)

    @property
    def findings(self) -> AnyFindings:
        """Findings that an audit or a report wrote. They are gathered anew where they are missing or damaged."""
        other = saved_number_findings(self.folder) or saved_text_findings(self.folder)
        if other is not None:
            return other
        found = saved_findings(self.folder)
        return self._reported() if found is None else found[0]

    def memorization(self, level: float = 0.95) -> ScoreTable:
        """Return the memorization of every training example as a table, the most memorized first.

        ``run.memorization()[17]`` is the estimate for example 17. Beside it stand its row, label and group in the data
        as given, and every other score.
        """
        return memorization_table(self._analysis(level))

    def influence(self, level: float = 0.95, *, most_q: float = 0.05) -> ScoreTable:
        """Return the significant influences of training examples on test examples as a table of pairs.

        Parameters
        ----------
        level : float
            Of each interval.
        most_q : float
            The largest q-value of a pair that is listed. The table is empty where no pair is significant: more trials
            would tell. 1 lists the strongest pairs, known or not.

        Raises
        ------
        InputError
            If ``most_q`` is outside [0, 1].
        """
        return influence_table(self._analysis(level), most_q)

    def tail(self, level: float = 0.95) -> TailFindings:
        """Return the tail of the training examples, for given groups, or for kinds found over a range of radii.

        Raises
        ------
        InputError
            If no subpopulations are given and none can be found.
        """
        analysis = self._analysis(level)
        if not analysis.partitions:
            raise InputError("data", "have subpopulations, given or found", Said(analysis.why_none_found))
        return tail_findings(analysis)

    def exposure(self, level: float = 0.95) -> ScoreTable:
        """Return how exposed every training example is to an attacker as a table, the most exposed first.

        Raises
        ------
        InputError
            If no example can be attacked.
        """
        return exposure_table(self._analysis(level))

    def table(
        self,
        level: float = 0.95,
        *,
        by_unit: bool = False,
        estimator: Literal["difference", "efficient"] = "difference",
    ) -> ScoreTable:
        """Return one table of all that is known: a row a record, by its names in the data, every score, intervals.

        Parameters
        ----------
        level : float
            Of every interval.
        by_unit : bool
            A row for each unit whose rows are in or out together instead.
        estimator : {"difference", "efficient"}
            Of memorization; of units it is the difference.

        Raises
        ------
        InputError
            If ``by_unit`` is asked where rows belong to no units.
        """
        analysis = self._analysis(level)
        if estimator != analysis.estimator:
            attacked = losses_of_texts(self.folder)
            analysis = Analysis(self._data_if_here(), self.outcomes, level, estimator=estimator, attacked=attacked)
        return table_of_run(analysis, self.folder, by_unit=by_unit)

    def attacks(self, level: float = 0.95, *, prior: float | None = None) -> MembershipFindings:
        """Return what an attacker learns about who was trained on: all attacks, the risk, exposed examples, subgroups.

        Of language models, attacks read the log loss of each text.

        Parameters
        ----------
        level : float
            Of every interval.
        prior : float, optional
            How likely it was beforehand that a person was in the data; the risk is stated at it, or at 50 %, 10 % and
            1 %.

        Raises
        ------
        InputError
            If ``prior`` is outside (0, 1).
        """
        return exposure_findings(self._analysis(level).attacked, priors=PRIORS if prior is None else (prior,))

    def limits(self) -> LimitFindings | list[NumberLimit]:
        """Return what the limits that were tried in this run cost, and whom: a list where outcomes are numbers.

        Raises
        ------
        InputError
            If none was tried.
        """
        findings = self.findings
        found = None if isinstance(findings, TextFindings) else findings.limits
        if not found:
            remedy = "Try some: longtail limit, or an audit with time for them."
            raise InputError("run", "have trials under limits", Said(f"none in {self.path}"), remedy)
        return found

    def worth(
        self,
        rows: ArrayLike | str = "memorized",
        learner: Any = None,
        *,
        on: ArrayLike | str | None = None,
        trials: int | None = None,
        level: float = 0.95,
        jobs: int | None = None,
    ) -> Estimate:
        """Measure what some training examples are worth: test accuracy lost by the same trials without them.

        Where outcomes are numbers, the performance lost: R² of a regression.

        Parameters
        ----------
        rows : (k,) int array, (n,) bool array or str
            Positions of training examples; or ``memorized``, ``group:NAME``, ``class:NAME``, a file of row numbers.
        learner : str, scikit-learn classifier or Learner, optional
            That of the run, which is made again where it is not given.
        on : (n_test,) bool array or str, optional
            The test examples that count; or ``class:NAME``, ``group:NAME``, a file of row numbers.
        trials : int, optional
            Models; at most 100 where it is not given.
        level, jobs
            Of the interval; models at a time.
        """
        if isinstance(rows, str) and rows == "memorized":
            rows, trials = memorized_examples(self.outcomes, trials)
        elif isinstance(rows, str):
            rows = named_examples(self.dataset, rows)
        return worth_of(
            self.folder,
            self.dataset,
            self.outcomes,
            learner,
            rows,
            on=counted_examples(self.dataset, on),
            n_trials=trials,
            level=level,
            jobs=jobs,
        ).loss

    def three_tails(
        self, learner: Any = None, *, n_models: int = 60, level: float = 0.95, jobs: int | None = None
    ) -> ThreeTails:
        """Divide memorization among wrong labels, small classes and atypical examples.

        Parameters
        ----------
        learner : str, scikit-learn classifier or Learner, optional
            That of the run, which is made again where it is not given.
        n_models : int
            To train for each of six choices of flipped labels.
        level, jobs
            Of the intervals; models at a time.
        """
        return three_tails_of_run(self._analysis(level), self.folder, learner, n_models=n_models, jobs=jobs)

    def report(self) -> Path:
        """Write the report again, without training, and return where it is.

        Where findings are missing or damaged, they are gathered first, limits included.
        """
        self._reported()
        return self.folder.report

    def _reported(self) -> AnyFindings:
        """Write the report, and return the findings that it shows."""
        with self.folder.writing():
            return report_again(self.folder)

    def _analysis(self, level: float) -> Analysis:
        if level == 0.95 and "analysis" in self.__dict__:
            return self.analysis
        return Analysis(self._data_if_here(), self.outcomes, level, attacked=losses_of_texts(self.folder))

    def _data_if_here(self) -> Dataset | None:
        """Return the data set of the run. None if it cannot be read, so that whatever needs it can say so."""
        try:
            return self.dataset
        except LongtailError:
            return None
