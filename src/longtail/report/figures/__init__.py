"""Drawings of ``--plot``: numbers and an axis in, a file out.

========================  ==========================================================================
``exposure_figure.py``    exposure against memorization, beside the attack curves in their file
``tail_figure.py``        frequency against rank
``theory_figure.py``      the curves of a prior
``roc_figure.py``         attack curves
``coupling_figure.py``    where the coupling of a learner holds, over a grid of mixtures
``comparison_figure.py``  the memorization of two runs
``copies_figure.py``      memorization of texts against near copies, on their page
``svg.py``                drawings of matplotlib as an SVG file
``drawing_file.py``       the two of them as a file of any format
========================  ==========================================================================
"""

__all__: list[str] = []
