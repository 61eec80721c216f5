"""Each layer's docstring is a map of it: every file stands there once, and nothing that is gone."""

import importlib
import re
from pathlib import Path

import pytest

import longtail
from longtail.cli.application import command_line

SOURCE = Path(longtail.__file__).parent
FOLDERS = ("scripts", "templates", "vendor")
LAYERS = [
    "analysis",
    "arguments",
    "attribution",
    "cli",
    "dataset",
    "experiments",
    "experiments.after_2020",
    "findings",
    "frequencies",
    "frequencies.normalizer",
    "learners",
    "learners.linear",
    "learners.mlp",
    "learners.networks",
    "learners.ngrams",
    "learners.trees",
    "limits",
    "membership",
    "neighbours",
    "outcomes",
    "profiles",
    "report",
    "report.charts",
    "report.figures",
    "report.words",
    "runs",
    "sanity",
    "scores",
    "simulators",
    "study",
    "tail",
    "texts",
    "theory",
    "theory.statements",
    "trees",
    "trials",
]


@pytest.mark.parametrize("layer", LAYERS)
def test_the_map_of_a_layer_is_true(layer):
    folder = SOURCE.joinpath(*layer.split("."))
    there = {path.stem for path in folder.glob("*.py")} - {"__init__", "__main__"}
    there |= {path.name for path in folder.iterdir() if path.name in FOLDERS or (path / "__init__.py").is_file()}
    if layer == "cli":  # its map leaves out what the help lists: one file a command
        there -= {f"{name}_" if name == "import" else name for name in command_line().commands}
    named = re.findall(r"``(\w+)(?:\.py|/|)``", importlib.import_module(f"longtail.{layer}").__doc__ or "")
    assert sorted(name for name in named if name in there) == sorted(there)
    said_to_be_there = re.findall(r"``(\w+)\.py``", importlib.import_module(f"longtail.{layer}").__doc__ or "")
    assert set(said_to_be_there) <= there


def test_all_layers_have_one():
    packages = {path.parent.relative_to(SOURCE).as_posix().replace("/", ".") for path in SOURCE.rglob("*/__init__.py")}
    assert packages == set(LAYERS)


@pytest.mark.parametrize("layer", LAYERS)
def test_the_map_of_a_layer_is_a_table(layer):
    """As the site reads it: no first column is wider than its rule."""
    lines = (importlib.import_module(f"longtail.{layer}").__doc__ or "").splitlines()
    rules = [number for number, line in enumerate(lines) if line.startswith("===")]
    for line in lines[rules[0] + 1 : rules[-1]] if rules else []:
        width = lines[rules[0]].index(" ")
        assert line[width : width + 1] in ("", " "), line
