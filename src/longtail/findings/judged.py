"""A learner judged by its worst class and group as well as by the whole, as plain data: a part of the findings."""

from dataclasses import dataclass, field

from longtail.estimate import Estimate

__all__ = ["Always", "GroupRates", "Judged", "Worst"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worst:
    """Least accuracy of any class, or of any group.

    Parameters
    ----------
    name : str
        The one on which models were seen to be right least often.
    right : Estimate
        Share of right answers there. Its interval holds the least share of any of them, at the joint level: it goes
        from the least low end to the least high end.
    compared : int
        How many it is the least of.
    """

    name: str
    right: Estimate
    compared: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Always:
    """Models that answer one class whatever they are asked, and how many they are.

    Of more than two classes it is seen that they are right on all of one class, and on nothing else.
    """

    label: str
    n_models: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRates:
    """False answers in one group, where there are two classes.

    Parameters
    ----------
    name : str
        The group; "all" where none is given.
    n_positive, n_negative : int
        New examples of the two classes.
    false_negative, false_positive : Estimate or None
        Share of positive examples that are taken for negative, and the other way round. Their intervals hold together
        over all groups. None where the group has no new example of that class.
    """

    name: str
    n_positive: int
    n_negative: int
    false_negative: Estimate | None
    false_positive: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One learner, on new examples.

    Parameters
    ----------
    accuracy : Estimate
        Over all new examples.
    recall : Estimate
        Mean over classes, each counting alike.
    worst_class : Worst
        Among the classes that have a test example.
    worst_group : Worst or None
        Among given groups; None without any.
    n_models : int
        How many were trained.
    always : list of Always
        Those of them that became constant.
    recall_lost : Estimate or None
        Mean recall lost against the learner without limits, on paired models; None for that one.
    positive : str
        The class that ``rates`` call positive, the rarer one in training; empty without rates.
    rates : list of GroupRates
        Empty unless there are two classes.
    advantage : Estimate or None
        True-positive less false-positive rate of the best attack that finds who was in; None where none can be made.
    attack : str
        The attack that was seen to be best.
    """

    accuracy: Estimate
    recall: Estimate
    worst_class: Worst
    worst_group: Worst | None
    n_models: int
    always: list[Always] = field(default_factory=list)
    recall_lost: Estimate | None = None
    positive: str = ""
    rates: list[GroupRates] = field(default_factory=list)
    advantage: Estimate | None = None
    attack: str = ""

    @property
    def constant(self) -> str:
        """The class that at least half of the models always answer. Empty if there is none."""
        most = max(self.always, key=lambda each: each.n_models, default=None)
        return "" if most is None or 2 * most.n_models < self.n_models else most.label
