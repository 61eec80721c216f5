"""The normalizer: the sum of all weights, by which one weight is divided to become a frequency.

A map, one line a file:

- ``quadrature``: its moments by integrals along lines; ``enumerated``: by enumeration where few subpopulations are.
- ``density``, ``lattice``, ``common_step``: its law where bands end, smooth or on the lattice of whole numbers.
- ``hankel_contour``: its moments where it is small.
- ``lines``, ``tall_line``, ``pareto_transform``: the moments that its integrals run over.
"""

__all__: list[str] = []
