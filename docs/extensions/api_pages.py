"""The API: a page a layer, with its map and its public names, and a page a module, from the docstrings."""

import inspect
import pkgutil
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

SOURCE = Path(__file__).parents[2] / "src" / "longtail"

LAYERS = (
    "theory",
    "frequencies",
    "tail",
    "learners",
    "trials",
    "outcomes",
    "scores",
    "limits",
    "membership",
    "runs",
    "analysis",
    "experiments",
    "study",
    "report",
    "findings",
    "sanity",
    "simulators",
    "attribution",
    "trees",
    "profiles",
    "texts",
    "dataset",
    "handed_rows",
    "near_copies",
    "neighbours",
    "privacy_accounting",
    "privacy_noise",
    "estimate",
    "failed_trials",
    "randomness",
    "references",
    "sampling_laws",
    "compilation",
    "whole_files",
    "checked_json",
    "machine",
    "machine_faults",
    "memory_at_hand",
    "parent_watch",
    "notices",
    "array_types",
    "package_version",
    "arguments",
    "errors",
    "neutral_text",
    "percent",
)
"""In the order of the flow; a test knows that none is missing. Commands have a page of their own."""


def api_pages() -> dict[str, str]:
    """Path and text of every page of the API."""
    pages = {"generated/api/index.rst": _index()}
    for layer in LAYERS:
        module = import_module(f"longtail.{layer}")
        pages[_path(module.__name__)] = _layer_page(module)
        pages |= {_path(name): _module_page(name) for name in submodules(module)}
    return pages


def home(name: str) -> str | None:
    """Where a name that a layer lends is defined; None if it is no such name.

    Examples
    --------
    >>> home("longtail.theory.Zipf")
    'longtail.frequencies.priors.Zipf'
    """
    layer, _, public = name.rpartition(".")
    try:
        module = import_module(layer)
    except (ImportError, ValueError):
        return None
    if public not in [*getattr(module, "__all__", ()), *_needing_torch(module)]:
        return None
    where = _needing_torch(module).get(public) or _defining_module(module, public)
    return None if where == layer else f"{where}.{public}"


def _needing_torch(layer: ModuleType) -> dict[str, str]:
    """What a layer lends only where PyTorch is installed, and the module of each."""
    return dict(getattr(layer, "NEED_TORCH", {}))


def _defining_module(layer: ModuleType, public: str) -> str:
    """The object says it; of a constant, which does not, the submodule that lists it."""
    where = str(getattr(getattr(layer, public), "__module__", ""))
    if where.startswith("longtail."):
        return where
    lists = (name for name in submodules(layer) if _is_light(name) and public in import_module(name).__all__)
    lent = (
        name
        for name, module in sorted(sys.modules.items())  # of another layer, which this one has imported
        if name.startswith("longtail.") and not hasattr(module, "__path__") and public in getattr(module, "__all__", ())
    )
    return next(lists, None) or next(lent, layer.__name__)


def submodules(layer: ModuleType) -> list[str]:
    """Modules of a layer with a page: those that say what they offer."""
    if not hasattr(layer, "__path__"):
        return []
    names = sorted(found.name for found in pkgutil.walk_packages(layer.__path__, f"{layer.__name__}."))
    return [name for name in names if not name.rpartition(".")[2].startswith("_")]


def public_names(layer: ModuleType) -> Iterator[tuple[str, str, str]]:
    """Name, where it is documented, and its first sentence."""
    for name in [*layer.__all__, *sorted(_needing_torch(layer))]:
        where = home(f"{layer.__name__}.{name}") or f"{layer.__name__}.{name}"
        if name in _needing_torch(layer):
            yield name, where, "*With the extra* ``neural``."
            continue
        found = getattr(layer, name)
        documented = inspect.isclass(found) or inspect.isroutine(found) or hasattr(found, "py_func")
        yield name, where, _first_sentence(found) if documented else ""


def _is_light(module: str) -> bool:
    path = SOURCE.parent.joinpath(*module.split(".")).with_suffix(".py")
    return not path.exists() or "import torch" not in path.read_text(encoding="utf-8")


def _first_sentence(found: object) -> str:
    text = inspect.getdoc(found) or ""
    return " ".join(text.split("\n\n")[0].split())


def _index() -> str:
    entries = "\n".join(f"   longtail.{layer}" for layer in LAYERS)
    return f"""API
===

What each layer offers, in the order of the flow, from its docstrings. A layer imports only from those below it; see
:doc:`the architecture </generated/architecture>`.

.. toctree::
   :maxdepth: 1

{entries}
"""


def _layer_page(layer: ModuleType) -> str:
    name = layer.__name__
    if not hasattr(layer, "__path__"):
        return _module_page(name)
    lines = [name, "=" * len(name), "", f".. automodule:: {name}"]
    own = [public for public, where, _ in public_names(layer) if where == f"{name}.{public}"]
    if own:
        lines += ["   :members: " + ", ".join(own)]
    lent = list(public_names(layer))
    if lent:
        lines += ["", "Public names", "------------", ""]
        lines += [".. list-table::", "   :widths: 30 70", "   :class: names", ""]
    for public, where, sentence in lent:
        lines += [f"   * - :py:obj:`{public} <{where}>`", f"     - {sentence}"]
    if modules := submodules(layer):
        lines += ["", "Modules", "-------", "", ".. toctree::", "   :maxdepth: 1", ""]
        lines += [f"   {module.rpartition('.')[2]} <{module}>" for module in modules]
    return "\n".join([*lines, ""])


def _module_page(name: str) -> str:
    return f"{name}\n{'=' * len(name)}\n\n.. automodule:: {name}\n   :members:\n"


def _path(module: str) -> str:
    return f"generated/api/{module}.rst"
