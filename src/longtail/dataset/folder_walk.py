"""Pictures in folders within folders; and what is passed over on the way, and why."""

import os
import stat
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from longtail.dataset.picture_pixels import SUFFIXES

__all__ = ["PassedOver", "is_inside", "pictures_below", "readable_name", "subfolders"]

_NAMED = 5
_LITTER = frozenset({"thumbs.db", "desktop.ini"})
"""What systems leave in folders of pictures."""


@dataclass(slots=True, kw_only=True)
class PassedOver:
    """Files and folders that are no picture, or were not read.

    Parameters
    ----------
    root : Path
        The folder that nothing leads out of.
    """

    root: Path
    others: Counter[str] = field(default_factory=Counter)
    links: list[str] = field(default_factory=list)
    special: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    alike: list[str] = field(default_factory=list)
    n_loose: int = 0
    n_deep: int = 0

    def loose(self, folder: Path) -> None:
        """Count pictures that lie beside the folders of classes."""
        self.n_loose += sum(_is_picture(path) for path in folder.iterdir() if path.is_file())

    @property
    def notes(self) -> list[str]:
        """A sentence each."""
        said = []
        if self.n_deep:
            said.append(f"Pictures in folders below a class belong to it: {self.n_deep:,}.")
        if self.n_deep and self.alike:
            said.append(
                f"Each class holds the same folders, {_listed(self.alike)}: if these are the classes, and the outer "
                "folders splits, call the outer ones train and test."
            )
        if self.n_loose:
            said.append(f"Pictures that lie in no class's folder are passed over: {self.n_loose:,}.")
        if self.empty:
            said.append(f"Folders without a picture are no class: {_listed(self.empty)}.")
        if self.others:
            kinds = _listed([kind or "no ending" for kind, _ in self.others.most_common()])
            said.append(
                f"Files that are no pictures by their names are passed over: {self.others.total():,} ({kinds})."
            )
        if self.links:
            links = list(dict.fromkeys(self.links))
            said.append(f"Links that lead out of the folder, or back, are not followed: {_listed(links)}.")
        if self.special:
            said.append(f"Pipes, sockets and devices are passed over: {_listed(self.special)}.")
        return said


def readable_name(name: str) -> str:
    """Return a file's name as text. Bytes that are no UTF-8, and control characters, become escapes.

    Examples
    --------
    >>> readable_name("caf\\udce9"), readable_name("a\\x1b[31mb"), readable_name("été")
    ('caf\\\\xe9', 'a\\\\x1b[31mb', 'été')
    """
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


def is_inside(path: Path, root: Path) -> bool:
    """Return whether a path, with its links followed, lies in a folder."""
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # The path may be a link to itself.
        return False


def subfolders(folder: Path, passed: PassedOver) -> list[Path]:
    """List the folders in a folder, by name. Hidden ones, and links that lead out, do not count."""
    found = []
    for part in sorted(folder.iterdir()):
        if part.name.startswith(".") or not part.is_dir():
            continue
        back = part.is_symlink() and folder.resolve().is_relative_to(part.resolve())
        if part.is_symlink() and (back or not is_inside(part, passed.root)):
            passed.links.append(_shown(part, passed.root))
            continue
        found.append(part)
    return found


def pictures_below(folder: Path, passed: PassedOver, above: tuple[Path, ...] = ()) -> list[Path]:
    """List all pictures in a folder and the folders in it, by path."""
    real = folder.resolve()
    if real in above:  # The link leads to a folder that contains it.
        return []
    found = [path for path in sorted(folder.iterdir()) if not path.is_dir() and _is_wanted(path, passed)]
    passed.n_deep += len(found) if above else 0
    for part in subfolders(folder, passed):
        found += pictures_below(part, passed, (*above, real))
    return found


def _is_wanted(path: Path, passed: PassedOver) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:  # The link leads nowhere.
        passed.links.append(_shown(path, passed.root))
        return False
    if not _is_picture(path):
        if not path.name.startswith(".") and path.name.casefold() not in _LITTER:
            passed.others[readable_name(path.suffix.lower())] += 1
        return False
    if not stat.S_ISREG(mode):
        passed.special.append(_shown(path, passed.root))
        return False
    if path.is_symlink() and not is_inside(path, passed.root):
        passed.links.append(_shown(path, passed.root))
        return False
    return True


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES


def _shown(path: Path, root: Path) -> str:
    return readable_name(path.relative_to(root).as_posix())


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown} and {len(names) - _NAMED:,} more"
