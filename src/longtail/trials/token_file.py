"""The file of the losses of single tokens by the model of one trial, beside the trial.

Losses of tokens take much more room than the trial, and few questions ask for them: so they lie in a folder of their
own, ``token-losses``, a compressed file a trial, which is there before the trial is.
"""

import io
from pathlib import Path
from typing import Any

import numpy as np

from longtail.errors import DamagedRunError, InputError, Said
from longtail.learners.token_losses import TokenLosses
from longtail.whole_files import write_atomically

__all__ = ["TOKENS", "read_tokens", "token_file", "write_tokens"]

TOKENS = "token-losses"
"""Name of the folder."""


def token_file(folder: Path, trial: int) -> Path:
    """Return the path of a trial's file, whether it exists or not."""
    return folder / TOKENS / f"{trial:06d}.npz"


def write_tokens(folder: Path, trial: int, tokens: TokenLosses) -> None:
    """Write the losses of a trial.

    Raises
    ------
    InputError
        If texts have other numbers of tokens than in a trial that is there: tokens could not be compared.
    """
    own = token_file(folder, trial)
    first = next(iter(sorted(own.parent.glob("*.npz"))), None)
    if first is not None and first != own and not np.array_equal(read_tokens(first).lengths, tokens.lengths):
        law = "be of the same tokens in every trial"
        raise InputError("losses", law, Said(f"other numbers of tokens than {first.name} of {own.parent} has"))
    own.parent.mkdir(exist_ok=True)
    arrays: dict[str, Any] = {"losses": tokens.losses, "lengths": tokens.lengths}
    if tokens.places is not None:
        arrays["places"] = tokens.places
    if tokens.predicted is not None:
        arrays["predicted"] = np.packbits(tokens.predicted)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    write_atomically(own, buffer.getvalue())


def read_tokens(path: Path) -> TokenLosses:
    """Read a trial's file.

    Raises
    ------
    DamagedRunError
        If it cannot be read.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            losses, lengths = archive["losses"], archive["lengths"]
            places = archive["places"] if "places" in archive.files else None
            bits = archive["predicted"] if "predicted" in archive.files else None
            predicted = None if bits is None else np.unpackbits(bits, count=len(losses)).astype(bool)
            return TokenLosses(losses=losses, lengths=lengths, places=places, predicted=predicted)
    except Exception as error:  # Damaged bytes make zipfile and NumPy raise many kinds of errors.
        raise DamagedRunError(
            f"{path} is not readable ({error}). Remove it and its trial, and record it anew."
        ) from error
