"""JSON Schema of ``findings.json``, made from the annotations of the findings, so that it cannot be out of date.

    python -m longtail.findings.schema > findings.schema.json
    python -m longtail.findings.schema numbers > numbers.schema.json
    python -m longtail.findings.schema texts > texts.schema.json

The second and the third are of ``numbers.json`` and ``texts.json``, which studies of numbers and of texts write
instead. Keys are those of the dataclasses; a number that is undetermined is ``null``. Files also have
``trial_set``, the key of the trials that they are about, and ``checksum``, of their other content.
"""

import json
import sys
from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import numpy as np

from longtail.arguments.aliases import resolved
from longtail.checked_json import CHECKSUM, OWNER
from longtail.errors import InputError
from longtail.findings.findings import FORMAT_VERSION, Findings
from longtail.findings.numbers import NumberFindings
from longtail.findings.texts import TextFindings

__all__ = ["findings_schema"]

_KINDS: dict[str, type[Any]] = {"findings": Findings, "numbers": NumberFindings, "texts": TextFindings}

_PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": ["number", "null"]},
    NoneType: {"type": "null"},
    Any: {},
}


def findings_schema(of: str = "findings") -> dict[str, Any]:
    """Return the schema, of JSON Schema's draft 2020-12.

    Parameters
    ----------
    of : str
        ``findings``, ``numbers`` or ``texts``: the file without ``.json``.

    Raises
    ------
    InputError
        If there is no such file.

    Examples
    --------
    >>> schema = findings_schema()
    >>> schema["properties"]["format_version"], schema["$defs"]["FitFindings"]["properties"]["test_accuracy"]
    ({'const': 2}, {'anyOf': [{'$ref': '#/$defs/Estimate'}, {'type': 'null'}]})
    """
    if of not in _KINDS:
        raise InputError("of", f"be one of {', '.join(_KINDS)}", of)
    found: dict[str, Any] = {}
    whole = _object(_KINDS[of], found)
    versioned = of == "findings"
    own = {"format_version": {"const": FORMAT_VERSION}} if versioned else {}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{of.capitalize()} of longtail",
        **whole,
        "properties": {**own, CHECKSUM: {"type": "string"}, OWNER: {"type": "string"}, **whole["properties"]},
        "required": [*own, *whole["required"]],
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
    json.dump(findings_schema(*sys.argv[1:2]), sys.stdout, indent=1)
    sys.stdout.write("\n")
