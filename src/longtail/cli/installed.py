"""What ``longtail --version`` says: what is installed, what could be, and what there is to compute on."""

import platform
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from longtail.machine import cores
from longtail.package_version import package_version

__all__ = ["installed_lines"]

_FOUNDATIONS = ("numpy", "scipy", "scikit-learn", "numba")
_EXTRAS = {
    "neural": ("torch", "your own PyTorch networks, many at a time on a GPU"),
    "privacy": ("dp-accounting", "the privacy loss of DP-SGD"),
    "dask": ("distributed", "many machines"),
}
"""Extra -> the package that it brings, and what that is for."""


def installed_lines() -> list[str]:
    """Return the version alone on the first line, for scripts.

    The lines after it say what this installation can do, for people.
    """
    rests_on = ", ".join(f"{name} {_version(name)}" for name in _FOUNDATIONS)
    return [
        f"longtail {package_version()}",
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}; {rests_on}",
        *(_extra(extra, package, purpose) for extra, (package, purpose) in _EXTRAS.items()),
        f"devices: {_devices()}",
    ]


def _extra(extra: str, package: str, purpose: str) -> str:
    found = _version(package)
    state = f"{package} {found}" if found else f"not installed; in a clone: pip install -c constraints.txt '.[{extra}]'"
    return f"extra {extra} ({purpose}): {state}"


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _devices() -> str:
    there = cores()
    return ", ".join([f"{there} CPU core{'s' if there > 1 else ''}", *_accelerators()])


def _accelerators() -> list[str]:
    """Return the accelerators that PyTorch sees. Without PyTorch there are none that longtail could use."""
    if find_spec("torch") is None:
        return []
    import torch

    cuda = [f"CUDA {torch.cuda.get_device_name(i)}" for i in range(torch.cuda.device_count())]
    return cuda + (["Apple MPS"] if torch.backends.mps.is_available() else [])
