"""How much of an audit asks for the tail as the learner meets it: models at two more sizes, and without the memorized.

They may add three tenths to the time of the rest. That is told in models without limits: how many would take as long as
limits, scores and attacks. Where no clock was asked, a model under a limit counts as one. Numbers come from a ladder.
"""

from dataclasses import dataclass

from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.findings import Omission
from longtail.percent import chosen
from longtail.report.words.commands import words
from longtail.study.tail_of_run import MOST_ARMS, curve_designs
from longtail.trials import SubsetDesign

__all__ = ["CURVE", "LEAST_MODELS", "REMOVAL", "TAIL_LADDER", "TailChoice", "chosen_tail"]

TAIL_LADDER = (200, 100, 60, 40, 20)
"""Numbers of models at each other size to choose from; half as many are trained without each set."""

CURVE = "what single examples decide, and what twice the data would leave"
"""How trials at other sizes are called where they are left out."""

REMOVAL = "whether memorization is necessary"
"""How trials without the memorized are called where they are left out."""

LEAST_MODELS = 10
"""The fewest at another size, and without a set."""

_MORE = 0.3  # of the time of everything else


@dataclass(frozen=True, slots=True, kw_only=True)
class TailChoice:
    """The training that is done for the tail.

    Parameters
    ----------
    curve_trials, removal_trials : int
        Models at each other size, and without each set; 0 for none.
    left_out : list of Omission
        What is not trained, and why.
    """

    curve_trials: int
    removal_trials: int
    left_out: list[Omission]


def chosen_tail(
    dataset: Dataset,
    design: SubsetDesign,
    *,
    others: float,
    most: float = float("inf"),
    asked: int | None = None,
    options: str = "",
) -> TailChoice:
    """Choose as much as may be added.

    Parameters
    ----------
    dataset, design
        What is studied; the design with its number of trials.
    others : float
        Everything but the trials, in models without limits that would take as long.
    most : float
        Models that there is time for.
    asked : int, optional
        Set the number of models at each other size instead; 0 is for none.
    options : str
        How a command line names the study after DATA.
    """
    left_out = []
    allowed = min(_MORE * (design.n_trials + others), most)
    curve_why, removal_why = _impossible_curve(dataset, design), _impossible_removal(dataset, design)
    curve, removal = 0, 0
    if asked is None:
        both = (0 if curve_why else 2) + (0 if removal_why else MOST_ARMS / 2)
        number = next((n for n in TAIL_LADDER if both and n * both <= allowed), 0)
        curve, removal = number, number // 2
        if not number and not curve_why:
            curve = next((n for n in TAIL_LADDER if 2 * n <= allowed), 0)
    elif asked:
        curve, removal = asked, max(asked // 2, LEAST_MODELS)
    curve, removal = 0 if curve_why else curve, 0 if removal_why else min(removal, design.n_trials // 2)
    for what, number, why in ((CURVE, curve, curve_why), (REMOVAL, removal, removal_why)):
        if not number:
            left_out.append(_omission(what, why, asked, options))
    return TailChoice(curve_trials=curve, removal_trials=removal, left_out=left_out)


def _omission(what: str, why: str, asked: int | None, options: str) -> Omission:
    command = words("longtail audit DATA", options, f"--tail-trials {TAIL_LADDER[0]} --out RUN")
    if why:
        return Omission(what=what, cause="data", reason=why)
    if asked == 0:
        return Omission(what=what, cause="choice", reason="It was not asked for.", command=command)
    reason = f"It would have added more than {chosen(_MORE)} to the time of the rest, or taken longer than there was."
    return Omission(what=what, cause="time", reason=reason, command=command)


def _impossible_curve(dataset: Dataset, design: SubsetDesign) -> str:
    try:
        for each in curve_designs(design, LEAST_MODELS):
            each.inclusion(dataset.n_train, 0, dataset.together)
    except InputError as error:
        return f"Models cannot be trained at other sizes: {error}"
    return ""


def _impossible_removal(dataset: Dataset, design: SubsetDesign) -> str:
    if not dataset.n_test:
        return "There are no test examples, the only witnesses of what the memorized ones are worth."
    if design.n_trials < 2 * LEAST_MODELS:
        return f"{design.n_trials} trials cannot both choose sets and judge them; {2 * LEAST_MODELS} can."
    return ""
