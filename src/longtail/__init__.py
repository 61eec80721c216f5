"""longtail: how much must a classifier memorize, what does it memorize, and who pays when it may not.

The layers, from the mathematics to the page, are ``theory``, ``tail``, ``trials``, ``outcomes``, ``scores``,
``limits``, ``membership`` and ``report``; import what you need from the layer that holds it. Importing this
package imports none of them.
"""

TYPE_CHECKING = False  # typing takes a third of the time of all that is imported here

if TYPE_CHECKING:
    __version__: str

__all__ = ["__version__"]


def __getattr__(name: str) -> str:
    """``__version__``, looked up when it is asked for: that takes longer than all else that is imported here."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("longtail")
    except PackageNotFoundError:  # a source tree that was never installed
        return "0+unknown"
