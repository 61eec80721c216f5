"""The report: findings in, one self-contained HTML file out; it never trains and never needs what did.

======================  ====================================================================================
``html.py``             the page: :func:`render` findings to HTML, :func:`write_report` it to a file
``figures.py``          numbers and an ``Axes`` in, a drawing on that ``Axes``
``exposure_figure.py``  vulnerability against memorization, a dot an example
``tail_figure.py``      frequency against rank as an SVG file of its own
``theory_figure.py``    the curves of a prior, for ``longtail theory --plot``
``svg.py``              a drawing as inline SVG whose colors and fonts are those of the page
``pictures.py``         raw pixels of an example as a PNG that the page carries within
``rows.py``             rows of a table beside each other
``numbers.py``          how a number is written: digits, percent signs, what is undetermined
``citations.py``        which references a page used, in the order in which it used them
``script.py``           the page's one script and the policy that lets it run; its files are in ``scripts/``, those of
                        others in ``vendor/``
``templates/``          the words, section by section, and the style sheet
======================  ====================================================================================
"""

from longtail.report.html import render, write_report

__all__ = ["render", "write_report"]
