"""What holds for all tests.

One thread for every matrix product, here and in the processes that tests start: products are small, and a second thread
that waits for the next one takes as much of a processor as one that works. Trials have one thread in any case.

Modules that need a library which is not installed have no doctests; their tests say so when they are skipped.
"""

import os
from importlib.util import find_spec
from pathlib import Path

for library in ("OPENBLAS", "OMP", "MKL"):  # read when NumPy is imported, which is after this
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

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

NEED_TRAINERS = {"runs/hugging_face.py": "transformers", "runs/lightning.py": "lightning"}

collect_ignore = [
    *(
        str(Path("src", "longtail", layer, f"{name}.py"))
        for layer, names in NEED_TORCH.items()
        for name in names
        if not find_spec("torch")
    ),
    *(str(Path("src", "longtail", file)) for file, package in NEED_TRAINERS.items() if not find_spec(package)),
]
