"""The scope of an audit: what it takes on beside its trials, and what it leaves out; frozen in ``audit.json``.

The clock is asked once, when the audit is planned. An audit that was cut reads its scope and goes on to the same end;
a larger budget makes it anew, and never smaller.
"""

from dataclasses import asdict, dataclass, field, replace
from typing import Self

from longtail.checked_json import checked_text, read_checked
from longtail.errors import DamagedRunError
from longtail.findings import Omission
from longtail.runs.run_folder import RunFolder
from longtail.whole_files import write_atomically

__all__ = ["Scope"]

FORMAT_VERSION = 2
_REMEDY = "Remove it to plan the audit anew; its trials are kept."


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Scope of an audit: what it takes on.

    Parameters
    ----------
    minutes : float
        The budget that it was made for.
    limits : tuple of str
        The limits that are tried, spelled as ``longtail limit`` takes them.
    limit_trials : int
        Models under each limit; 0 for no limits.
    curve_trials : int
        Models at each of two other training-set sizes; 0 for none.
    removal_trials : int
        Models without each set of examples; 0 for none.
    exact_knn : bool
        Whether memorization by the nearest neighbor is computed beside that of the models.
    left_out : list of Omission
        What was not taken on.
    options : str
        How a command line names the study after DATA, for the commands that are suggested.
    seconds : dict of str to float
        What one more model takes, by the name of its stage, as it was timed.
    """

    minutes: float
    limits: tuple[str, ...]
    limit_trials: int
    left_out: list[Omission]
    options: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    curve_trials: int = 0
    removal_trials: int = 0
    exact_knn: bool = False

    @classmethod
    def read(cls, folder: RunFolder) -> Self | None:
        """Read the scope in a run folder. None if it holds no audit.

        Raises
        ------
        DamagedRunError
            If it is torn, of another run, or of another format version.
        """
        file = folder.path / "audit.json"
        if not file.is_file():
            return None
        data = read_checked(file, _REMEDY, owner=folder.key)
        try:
            version = data.pop("format_version")
            if version != FORMAT_VERSION:
                law = f"{file} must have format version {FORMAT_VERSION}; got {version!r}, of another longtail"
                raise DamagedRunError(f"{law}. {_REMEDY}")
            left_out = [Omission(**omission) for omission in data.pop("left_out")]
            return cls(limits=tuple(data.pop("limits")), left_out=left_out, **data)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DamagedRunError(f"{file} is incomplete ({error!r}). {_REMEDY}") from error

    def joined(self, before: "Scope | None") -> "Scope":
        """Join two scopes. No limit is dropped, and no number shrinks."""
        if before is None:
            return self
        larger = replace(
            self,
            curve_trials=max(self.curve_trials, before.curve_trials),
            removal_trials=max(self.removal_trials, before.removal_trials),
            exact_knn=self.exact_knn or before.exact_knn,
        )
        if not before.limit_trials:
            return larger
        return replace(
            larger,
            minutes=max(self.minutes, before.minutes),
            limits=tuple(dict.fromkeys([*before.limits, *self.limits])),
            limit_trials=max(self.limit_trials, before.limit_trials),
            seconds=before.seconds | self.seconds,
        )

    def without(self, omissions: list[Omission]) -> "Scope":
        """Return the same scope with more left out."""
        return replace(self, left_out=[*omissions, *self.left_out])

    def freeze(self, folder: RunFolder) -> None:
        """Write the scope, whole or not at all."""
        document = {"format_version": FORMAT_VERSION, **asdict(self)}
        write_atomically(folder.path / "audit.json", checked_text(document, owner=folder.key))
        folder.remember("audit.json", folder.command("audit", minutes=f"{self.minutes:g}"))
