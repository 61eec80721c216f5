"""Modules that need an extra have no doctests where it is not installed; their tests say so when they are skipped."""

from importlib.util import find_spec
from pathlib import Path

NEED_TORCH = {
    "limits": ("opacus_training", "torch_rounding"),
    "learners/networks": (
        "torch_learner",
        "torch_inputs",
        "torch_session",
        "stacked_training",
        "stacked_mlp",
        "stacked_torch",
    ),
}

collect_ignore = (
    []
    if find_spec("torch")
    else [str(Path("src", "longtail", layer, f"{name}.py")) for layer, names in NEED_TORCH.items() for name in names]
)
