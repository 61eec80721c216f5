"""Kernels compile with and without a place to keep them."""

from longtail.compilation import compiled


def successor(x):
    return x + 1


def test_keeps_machine_code_where_it_can():
    kernel = compiled(successor)
    assert kernel(1) == 2
    assert kernel.stats.cache_path


def test_compiles_where_nothing_can_be_kept():
    """A function without a source file stands for a package and a home that cannot be written to: same refusal."""
    namespace = {}
    exec("def successor(x):\n    return x + 1", namespace)
    assert compiled(namespace["successor"])(1) == 2
