"""The noise of a run's DP-SGD, kept with the run: an accountant takes a second or two for it, each time it is asked.

The noise multiplier of a guarantee and the epsilon that it spends are numbers that follow from the guarantee, the
sampling rate, the steps, and the version of the accountant. They are written when they were computed, and taken back
only where the version is the same and each entry keeps its guarantee; anything else is computed anew.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from longtail.checked_json import checked_text, read_checked
from longtail.errors import DamagedRunError
from longtail.notices import notice
from longtail.privacy_noise import Noise, accountant_version, known_noises, learn_noises
from longtail.whole_files import write_atomically

__all__ = ["FILE_NAME", "accounting_kept"]

FILE_NAME = "accounting.json"
_REMEDY = "It is computed anew."


@contextmanager
def accounting_kept(run: Path) -> Iterator[None]:
    """Know the noises that the run keeps while the block runs, and keep those of this process besides at its end.

    Parameters
    ----------
    run : Path
        The folder, held for writing.
    """
    kept = _kept(run / FILE_NAME)
    learn_noises(kept)
    yield
    if set(known_noises()) - set(kept):
        noises = [each._asdict() for each in known_noises()]
        write_atomically(run / FILE_NAME, checked_text({"accountant": accountant_version(), "noises": noises}))


def _kept(file: Path) -> list[Noise]:
    """Return the noises in a file, or none where it is missing, damaged, or of another accountant."""
    if not file.exists():
        return []
    try:
        document = read_checked(file, _REMEDY, sealed=True)
        noises = [_noise(each) for each in document["noises"]]
        accountant = document["accountant"]
    except DamagedRunError as error:
        notice(str(error))
        return []
    except (KeyError, TypeError, ValueError):
        notice(f"{file} is incomplete. {_REMEDY}")
        return []
    return noises if accountant == accountant_version() else []


def _noise(entry: dict[str, Any]) -> Noise:
    """An entry that keeps its guarantee.

    Raises
    ------
    ValueError
        If it does not.
    """
    noise = Noise(**entry)
    numbers = all(isinstance(each, float) and 0 < each < math.inf for each in (*noise[:2], *noise[3:]))
    if not numbers or type(noise.steps) is not int or not noise.spent <= noise.epsilon:
        raise ValueError(entry)
    return noise
