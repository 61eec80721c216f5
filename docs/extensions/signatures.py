"""Signatures as they were written: ``ArrayLike``, not the dozen types that it stands for."""

import re
from typing import Any

from numpy.typing import ArrayLike
from sphinx.util.typing import stringify_annotation

from longtail.theory import Prior

_ALIASES = {stringify_annotation(alias, "smart"): name for alias, name in ((Prior, "Prior"), (ArrayLike, "ArrayLike"))}
_ARRAY = re.compile(r"~numpy\.ndarray\[tuple\[~typing\.Any, \.\.\.\], ~numpy\.dtype\[(~?[\w.]+)\]\]")


def as_written(signature: str) -> str:
    """A signature, or a return annotation, with its aliases put back."""
    for expanded, name in _ALIASES.items():
        signature = signature.replace(expanded, name)
    return _ARRAY.sub(lambda array: f"NDArray[{array[1]}]", signature)


def _process(_: Any, *described: Any) -> tuple[str, str | None] | None:
    *_, signature, returned = described
    return (as_written(signature), returned and as_written(returned)) if signature else None


def setup(app: Any) -> dict[str, Any]:
    """Rewrite each signature."""
    app.connect("autodoc-process-signature", _process)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
