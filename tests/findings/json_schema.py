"""A validator for the words of JSON Schema that ours uses."""

__all__ = ["faults"]

KINDS = {"string": str, "object": dict, "array": list, "null": type(None), "boolean": bool}


def faults(value, schema, at="findings", parts=None):
    """Say where a value breaks a schema, for the words of JSON Schema that ours uses."""
    parts = schema.get("$defs", {}) if parts is None else parts
    known = {"type", "properties", "required", "additionalProperties", "items", "anyOf", "$ref", "enum", "const"}
    assert set(schema) <= known | {"$schema", "title", "$defs"}
    if "$ref" in schema:
        return faults(value, parts[schema["$ref"].rpartition("/")[2]], at, parts)
    if "anyOf" in schema:
        tried = [faults(value, each, at, parts) for each in schema["anyOf"]]
        return [] if [] in tried else tried[0]
    if "const" in schema or "enum" in schema:
        return [] if value in schema.get("enum", [schema.get("const")]) else [f"{at}: {value!r}"]
    kinds = schema.get("type", [])
    if kinds and not any(is_a(value, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)):
        return [f"{at}: {value!r} is no {kinds}"]
    found = []
    if isinstance(value, list):
        items = schema.get("items", {})
        found = [each for i, item in enumerate(value) for each in faults(item, items, f"{at}[{i}]", parts)]
    if isinstance(value, dict):
        own, more = schema.get("properties", {}), schema.get("additionalProperties", {})
        found += [f"{at} lacks {name}" for name in schema.get("required", []) if name not in value]
        for name, part in value.items():
            if name not in own and more is False:
                found.append(f"{at} has {name}")
            else:
                found += faults(part, own.get(name, more), f"{at}.{name}", parts)
    return found


def is_a(value, kind):
    if kind in ("number", "integer"):
        return isinstance(value, int | float if kind == "number" else int) and not isinstance(value, bool)
    return isinstance(value, KINDS[kind])
