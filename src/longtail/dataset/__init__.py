"""Data as people have it, made into one checked, hashed, immutable :class:`Dataset`.

=======================  =============================================================================
``dataset.py``           the data set itself: what it guarantees
``kind_of_data.py``      whether it holds rows of a table, texts, pictures or an embedding
``content.py``           its content in one hash
``originals.py``         how examples looked when they were given: rows, texts, pictures
``loading.py``           ``load_dataset``: a name, an archive, a table, a folder, a frame
``bundled.py``           data sets that packages ship, by name
``archives.py``          ``.npz`` files
``arrow_columns.py``     values of any container as one Arrow column of a plain type
``gaps.py``              the one list and the one predicate of what is missing
``names.py``             what is called by a name: classes, groups, units, as written
``target.py``            the target: classes, or a quantity that a regression predicts
``labels.py``            labels to class codes
``groups_and_units.py``  names of groups and units as codes
``tables.py``            CSV, Parquet, frames: one table, its gaps, its index told apart
``text_files.py``        CSV as text: separators, encodings, headers
``headless.py``          files without a line of names, whose first row was read as one
``column_choice.py``     names of columns: not too many, no two alike, one of them there
``table_dataset.py``     a table as a data set: its roles, its rows
``test_rows.py``         test rows in a file of their own, below the data or refused
``roles.py``             target, group, together, text, drop, and rows without a name
``table_features.py``    the columns that are features, encoded one by one
``as_they_are.py``       its columns in one number each, gaps and unordered levels left to the learner
``raw_rows.py``          rows as they are, for learners that encode them themselves
``word_rows.py``         the weights of all words of texts, sparse, for learners that take those
``typed_columns.py``     a column of text as the numbers, dates or times that it says
``identifiers.py``       row numbers and identifiers, which are no features
``telltale.py``          columns that tell the target by themselves
``copies.py``            exact and near copies among examples
``example_codes.py``     examples that are the same in features and in text
``tied_copies.py``       copies that stay together in or out of a subset
``columns.py``           numbers, dates and categories as features; what is missing
``numeric_columns.py``   numbers, dates and times in single precision, with their gaps
``written_numbers.py``   ``1,234``, ``$3`` and ``12 %`` as numbers
``broken_columns.py``    columns of numbers that text has broken, refused
``feature_arrays.py``    features that come as arrays
``narrowing.py``         single precision in which what differs stays different
``text_features.py``     a text as the weights of its words
``documents.py``         texts that are themselves what is learned
``embedding.py``         features of the user's own in place of all these
``image_folder.py``      pictures in one folder a class
``folder_walk.py``       pictures in folders within folders, and what is passed over
``hugging_face.py``      a folder that Hugging Face ``datasets`` saved
``pictures.py``          pictures brought to one size; broken ones are named and skipped
``picture_pixels.py``    one picture as it is seen: upright, over a background, deep
``deep_colors.py``       colors of 16 bits, of which Pillow reads the upper 8
``answer_rows.py``       rows that models were asked about, and what they are called
``predictions.py``       predictions from anywhere, in the order of those rows
``splitting.py``         the one stratified split into training and test examples
=======================  =============================================================================
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from longtail.dataset.dataset import Dataset
    from longtail.dataset.loading import load_dataset
    from longtail.dataset.originals import Originals

__all__ = ["Dataset", "Originals", "load_dataset"]

_HOMES = {"Dataset": "dataset", "Originals": "originals", "load_dataset": "loading"}
"""Name -> the module here that defines it."""


def __getattr__(name: str) -> Any:
    """Import what is asked for, when it is: whoever reads names or counts needs no reader of pictures."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
