"""Sanity before science: what is to be known of the data before any number of a study is believed; nothing is trained.

Each check is a file with one function: from a :class:`~longtail.sanity.subject.Subject` to remarks, each of which says
what is so, what it means for the rest, and what to do. None stops a study.

=========================  ========================================================================
``looking_over.py``        ``look_over``: all checks, in order
``subject.py``             what the checks look at: the data set, its columns, its copies
``sizes_of_classes.py``    one class with nearly all examples, classes with hardly any, many classes
``quantities.py``          classes that are a quantity, or dates
``few_tested.py``          classes and groups with few test examples
``duplicates.py``          exact and near copies, within training and across
``contradictions.py``      equal examples with different labels
``identifiers.py``         columns that say which row it is
``order_of_rows.py``       columns that order the file
``telltales.py``           columns that tell the target by themselves
``empty_columns.py``       constant columns, empty ones, too few and too many
``shift.py``               training and test examples that a classifier tells apart
``commands.py``            commands that remarks suggest
``words.py``               numbers and names as remarks write them
=========================  ========================================================================
"""

from longtail.sanity.looking_over import look_over

__all__ = ["look_over"]
