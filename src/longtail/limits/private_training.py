"""Settings that all training by DP-SGD shares, whatever is trained and wherever gradients are clipped."""

from dataclasses import dataclass, fields
from typing import Any, ClassVar

from longtail.arguments import checked
from longtail.limits.limit import Extra, Limit

__all__ = ["USUAL_DELTA", "PrivateTraining", "shared_settings"]

USUAL_DELTA = 1e-5


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateTraining(Limit):
    """A limit that trains by DP-SGD. :class:`longtail.limits.DPSGD` is the plain one, and checks these settings.

    Parameters
    ----------
    inner : Learner
        See the limit.
    epsilon, delta : float
        The guarantee.
    low, high : float or tuple of float
        The range of features, of all or of each; taken as public, and features are cut to it.
    sampling_rate : float
        The probability q that an example takes part in a step, in (0, 1].
    epochs : int
        Expected passes over the examples: T is epochs / q, rounded.
    learning_rate : float, optional
        eta, of gradients measured in units of C, for a step of q n examples. Where it is not given, 8, or less where
        noise would move a weight by more than 0.14 (a standard deviation) over the whole run.
    public_size : int, optional
        The n that a step divides by, a number that everybody may know. Where it is not given, that of the training
        examples, which the trained weights then give away; the guarantee says so.
    """

    levels: ClassVar[tuple[str, ...]] = ("epsilon=8", "epsilon=3", "epsilon=1")
    needs: ClassVar[Extra | None] = Extra("privacy", "dp_accounting")

    epsilon: float
    delta: float = USUAL_DELTA
    low: float | tuple[float, ...] = 0.0
    high: float | tuple[float, ...] = 1.0
    sampling_rate: float = 0.1
    epochs: int = 40
    learning_rate: float | None = None
    public_size: int | None = None

    @property
    def strength(self) -> float:
        """The smaller epsilon, the stronger."""
        return -self.epsilon


def shared_settings(limit: PrivateTraining) -> dict[str, Any]:
    """Return the settings of a limit that all training by DP-SGD has, by name."""
    return {each.name: getattr(limit, each.name) for each in fields(PrivateTraining) if each.name != "inner"}
