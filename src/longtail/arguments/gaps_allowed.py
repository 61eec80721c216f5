"""That a function itself answers what is missing or masked in an array, as a mark for ``Annotated``."""

__all__ = ["GapsAllowed"]


class GapsAllowed:
    """A mark for use in ``Annotated``: the array is handed on as it is, masks and all."""
