"""The report: findings in, one self-contained HTML file out; it never trains and never needs what did.

========================  ====================================================================================
``html.py``               the page: :func:`render` findings to HTML, :func:`write_report` it to a file
``texts_page.py``         the page of an audit of texts
``cards.py``              a section for a model card, and the fields of a Croissant file
``number_page.py``        the page of a study whose outcomes are numbers
``charts/``               findings in, each chart as plain data out
``figures/``              drawings for ``--plot``, a file each
``words/``                the answers and next steps in plain words
``pictures.py``           raw pixels of an example as a PNG that the page carries within
``rows.py``               rows of a table beside each other
``numbers.py``            how a number is written: digits, percent signs, what is undetermined
``citations.py``          which references a page used, in the order in which it used them
``templates/``            the words, section by section, and the style sheets
``script.py``             the page's one script, and the policy that lets it run and nothing else
``scripts/``              what it is made of, a concept a file: charts to see, examples to explore
``vendor/``               what others wrote of it, with its license
========================  ====================================================================================
"""

from longtail.report.html import render, write_report

__all__ = ["render", "write_report"]
