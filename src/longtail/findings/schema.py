"""JSON Schema of ``findings.json``, made from the annotations of the findings, so that it cannot be out of date.

    python -m longtail.findings.schema > findings.schema.json

Keys are those of the dataclasses; a number that is undetermined is ``null``. The file also has ``sha256``, of its other
content.
"""

import json
import sys
from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import numpy as np

from longtail.arguments.aliases import resolved
from longtail.findings.findings import FORMAT_VERSION, Findings

__all__ = ["findings_schema"]

_PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": ["number", "null"]},
    NoneType: {"type": "null"},
    Any: {},
}


def findings_schema() -> dict[str, Any]:
    """Return the schema, of JSON Schema's draft 2020-12.

    Examples
    --------
    >>> schema = findings_schema()
    >>> schema["properties"]["format_version"], schema["$defs"]["FitFindings"]["properties"]["test_accuracy"]
    ({'const': 2}, {'anyOf': [{'$ref': '#/$defs/Estimate'}, {'type': 'null'}]})
    """
    found: dict[str, Any] = {}
    whole = _object(Findings, found)
    own = {"format_version": {"const": FORMAT_VERSION}, "sha256": {"type": "string"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Findings of longtail",
        **whole,
        "properties": {**own, **whole["properties"]},
        "required": ["format_version", *whole["required"]],
        "$defs": dict(sorted(found.items())),
    }


def _object(kind: type[Any], found: dict[str, Any]) -> dict[str, Any]:
    """Describe a dataclass. What has a default may be absent, as findings of an earlier run lack it."""
    hints = get_type_hints(kind)
    known = [field for field in fields(kind) if field.init]
    optional = {field.name for field in known if field.default is not MISSING or field.default_factory is not MISSING}
    return {
        "type": "object",
        "properties": {field.name: _of(hints[field.name], found) for field in known},
        "required": [field.name for field in known if field.name not in optional],
        "additionalProperties": False,
    }


def _of(kind: Any, found: dict[str, Any]) -> dict[str, Any]:
    """Describe what an annotation stands for. Dataclasses are described once, in ``found``."""
    kind = resolved(kind)
    origin = get_origin(kind)
    if kind in _PLAIN:
        return _PLAIN[kind]
    if origin is Literal:
        return {"enum": list(get_args(kind))}
    if origin is UnionType:
        return {"anyOf": [_of(part, found) for part in get_args(kind)]}
    if origin is list or origin is tuple:
        return {"type": "array", "items": _of(get_args(kind)[0], found)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _of(get_args(kind)[1], found)}
    if origin is np.ndarray:
        return {"type": "array", "items": {"type": ["number", "null"]}}
    assert is_dataclass(kind), kind
    assert isinstance(kind, type)
    if kind.__name__ not in found:
        found[kind.__name__] = {}  # Named before its parts, which may hold it again.
        found[kind.__name__] = _object(kind, found)
    return {"$ref": f"#/$defs/{kind.__name__}"}


if __name__ == "__main__":
    json.dump(findings_schema(), sys.stdout, indent=1)
    sys.stdout.write("\n")
