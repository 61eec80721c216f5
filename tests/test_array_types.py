"""A type of arrays has one name, in one module."""

import re
from pathlib import Path

import longtail

ALIAS = re.compile(r"^\s*(\w+)(?:: TypeAlias)? = (?:npt\.)?NDArray\[", re.MULTILINE)


def test_no_module_names_a_type_of_arrays_for_itself():
    source = Path(longtail.__file__).parent
    named = {str(file.relative_to(source)): ALIAS.findall(file.read_text("utf-8")) for file in source.rglob("*.py")}
    assert len(named.pop("array_types.py")) >= 8
    assert named.pop("trees/arrays.py") == ["Array"]  # kernels take any kind
    assert {file: names for file, names in named.items() if names} == {}
