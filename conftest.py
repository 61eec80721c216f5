"""Modules that need an extra have no doctests where it is not installed; their tests say so when they are skipped."""

from importlib.util import find_spec

NEED_TORCH = ("torch_learner", "torch_inputs", "torch_session", "stacked_training", "stacked_mlp", "stacked_torch")

collect_ignore = [] if find_spec("torch") else [f"src/longtail/trials/{name}.py" for name in NEED_TORCH]
