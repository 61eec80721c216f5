"""The referee: scores of any tool, held against the retrained models of a run that they have not seen.

Attributions are judged by the linear datamodeling score (:mod:`longtail.scores.linear_datamodeling_score`); a score of
each training example by how it orders, and finds the top of, measured memorization and measured exposure
(:mod:`longtail.scores.proxy_quality`). What was measured has noise of its own, which pulls every agreement down.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.errors import LongtailError
from longtail.membership import vulnerability
from longtail.outcomes import Outcomes
from longtail.runs.given_scores import given_scores
from longtail.runs.reload import reload_dataset
from longtail.runs.run_folder import RunFolder, Study
from longtail.scores import memorization
from longtail.scores.linear_datamodeling_score import DatamodelingScore, linear_datamodeling_score
from longtail.scores.proxy_quality import ProxyQuality, proxy_qualities

__all__ = ["Judgement", "judge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Answers of a run about scores.

    Parameters
    ----------
    datamodeling : DatamodelingScore or None
        Of attributions.
    agreement : dict of str to ProxyQuality
        Of a score of each training example, with memorization and exposure.
    said : str
        How the scores were read.
    n_trials : int
        Of the run.
    study : Study
        That the run is about.
    """

    datamodeling: DatamodelingScore | None
    agreement: dict[str, ProxyQuality]
    said: str
    n_trials: int
    study: Study

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        found = self.datamodeling
        return {
            "read_as": self.said,
            "n_trials": self.n_trials,
            "lds": None
            if found is None
            else {
                "score": found.score.to_json(),
                "ceiling": None if found.ceiling is None else found.ceiling.to_json(),
                "n_subsets": found.n_subsets,
                "by_test": found.by_test,
            },
            "agreement": {
                name: {
                    part: getattr(quality, part).to_json()
                    for part in ("rank_correlation", "precision_at_1", "precision_at_5")
                }
                for name, quality in self.agreement.items()
            },
        }


@checked
def judge(run: Path, scores: Path, level: float = 0.95) -> Judgement:
    """Judge the scores in a file by the trials of a run.

    Parameters
    ----------
    run : Path
        A run folder whose trials the scores have not seen.
    scores : Path
        See :mod:`longtail.runs.given_scores`.
    level : float
        Nominal coverage of each interval.

    Raises
    ------
    InputError
        If the scores do not fit the run, or its trials hold no margins that attributions could be judged by.
    """
    folder = RunFolder(run)
    study, outcomes = folder.study(), folder.trials().outcomes()
    given = given_scores(scores, study, _position(study))
    datamodeling = None
    if given.attributions is not None:
        datamodeling = linear_datamodeling_score(outcomes, given.attributions, level)
    agreement = {} if given.of_each is None else _agreement(given.of_each, outcomes, level)
    return Judgement(
        datamodeling=datamodeling,
        agreement=agreement,
        said=given.said,
        n_trials=outcomes.n_trials,
        study=study,
    )


def _agreement(of_each: NDArray[np.float64], outcomes: Outcomes, level: float) -> dict[str, ProxyQuality]:
    measured = {"memorization": memorization(outcomes, level).value}
    if outcomes.confidence is not None:
        measured["exposure"] = vulnerability(outcomes, level).value
    return {
        name: proxy_qualities({"scores": of_each}, truth, level=level)["scores"] for name, truth in measured.items()
    }


def _position(study: Study) -> NDArray[np.int64] | None:
    try:
        return reload_dataset(study).position
    except LongtailError:
        return None
