"""The version of longtail that is installed, as its metadata states it."""

from importlib.metadata import PackageNotFoundError, version

__all__ = ["package_version"]


def package_version() -> str:
    """Look up the version, such as ``0.1.0``. A source tree that was never installed has ``0+unknown``."""
    try:
        return version("longtail")
    except PackageNotFoundError:
        return "0+unknown"
