"""The circles of dependencies, proven with the outer ones blocked; and an import that costs nothing."""

import ast
import importlib
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import longtail
from parsed import parsed

SOURCE = Path(__file__).parents[1] / "src"
BLOCKED = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {blocked}:
            raise ImportError(f"{{name}} is blocked")

sys.meta_path.insert(0, Blocked())
import {module}
"""

MAKE_ONE = " Make one: longtail audit DATA."


def _python(code):
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=120)


def test_layers_import_without_torch_and_matplotlib():
    layers = ["theory", "tail", "scores", "membership", "outcomes", "simulators", "trials", "findings"]
    modules = ", ".join(f"longtail.{layer}" for layer in layers) + "; from longtail.theory import *"
    result = _python(BLOCKED.format(blocked={"torch", "matplotlib"}, module=modules))
    assert result.returncode == 0, result.stderr


def test_the_mathematics_needs_numpy_and_scipy_alone():
    outer = {"torch", "matplotlib", "sklearn", "joblib", "numba", "pyarrow", "pandas", "typer", "rich", "jinja2", "PIL"}
    modules = "longtail.theory.published; from longtail.theory import *"  # the former is `longtail paper`
    result = _python(BLOCKED.format(blocked=outer, module=modules))
    assert result.returncode == 0, result.stderr


def test_the_report_renders_without_what_trains():
    result = _python(BLOCKED.format(blocked={"torch", "sklearn", "numba", "joblib"}, module="longtail.report"))
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("package", ["longtail", "longtail.theory", "longtail.study"])
def test_what_is_imported_late_has_the_name_of_no_module(package):
    """Importing the module binds its name in the package, and the function of that name is not to be had any more."""
    room = importlib.import_module(package)
    modules = {f"{package}.{module.name}" for module in pkgutil.iter_modules(room.__path__)}
    assert not modules & {f"{package}.{name}" for name in room._HOME}


def test_a_block_that_is_hit_is_seen():
    assert _python(BLOCKED.format(blocked={"numpy"}, module="longtail.theory.model")).returncode != 0


def test_importing_longtail_is_quick_and_brings_nothing_heavy():
    """At most 0.3 s over an empty interpreter, the best of five (a busy machine can only be slower)."""
    code = (
        "import sys, time; start = time.perf_counter(); import longtail; print(time.perf_counter() - start);"
        "print(*sorted({'torch', 'numba', 'matplotlib', 'numpy', 'sklearn'} & set(sys.modules)))"
    )
    runs = [_python(code).stdout.split("\n") for _ in range(5)]
    assert min(float(run[0]) for run in runs) < 0.3
    assert runs[0][1] == ""


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("longtail.cli.application; longtail.cli.application.command_line()", {"numpy", "scipy"}),  # `longtail --help`
        ("longtail.tail.sources, longtail.tail.overview", {"pyarrow"}),  # `longtail tail counts.txt`
        # `longtail tail`; and `longtail report`, page alone
        ("longtail.tail.sources, longtail.runs.rendered", {"sklearn", "numba", "joblib", "pandas", "matplotlib"}),
        # `longtail report`, gathered anew, and its page
        ("longtail.study.findings_again, longtail.study.report_again", {"sklearn", "pandas", "matplotlib"}),
    ],
)
def test_a_command_imports_what_it_needs(module, unwanted):
    result = _python(BLOCKED.format(blocked=unwanted, module=module))
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("words", "law", "remedy"),
    [
        (["scores", "nofolder"], "a folder made by longtail measure or audit", MAKE_ONE),
        (["merge", "nofolder", "--out", "both"], "a folder made by longtail measure or audit", MAKE_ONE),
        (["membership", "nofolder"], "a run folder, an .npz of masks and confidences, or a folder of experiments", ""),
    ],
)
def test_a_folder_that_is_no_run_is_refused_before_anything_heavy_is_imported(words, law, remedy):
    code = f"longtail.cli; sys.exit(longtail.cli.main({words}))"
    result = _python(BLOCKED.format(blocked={"numpy", "scipy", "numba", "pyarrow"}, module=code))
    assert result.returncode == 2
    assert result.stderr == f"longtail: RUN must be {law}; got 'nofolder'.{remedy}\n"


def test_a_command_is_parsed_without_the_others():
    code = "longtail.cli; longtail.cli.main(['theory', '--help']); assert 'longtail.cli.audit' not in sys.modules"
    result = _python(BLOCKED.format(blocked={"numpy"}, module=code))
    assert result.returncode == 0, result.stderr
    assert "--subpopulations" in result.stdout


def test_no_layer_looks_up_to_the_face_of_the_package():
    """The law of imports does not see the top of the package, which hands on the names of all layers."""
    names = set(longtail.__all__)
    looking_up = [
        f"{file.relative_to(SOURCE)}: {name.name}"
        for file in (SOURCE / "longtail").rglob("*.py")
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.ImportFrom) and node.module == "longtail"
        for name in node.names
        if name.name in names
    ]
    assert looking_up == []
