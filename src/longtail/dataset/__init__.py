"""Data as people have it, made into one checked, hashed, immutable :class:`Dataset`.

====================  =================================================================
``dataset.py``        the data set itself: what it promises, and its content hash
``originals.py``      how examples looked when they were given: rows, texts, pictures
``loading.py``        ``load_dataset``: a name, an archive, a table, a folder, a frame
``bundled.py``        data sets that packages ship, by name
``archives.py``       ``.npz`` files
``tables.py``         CSV and Parquet files, pandas and polars frames, as Arrow tables
``table_dataset.py``  what each column of a table is for
``columns.py``        numbers, dates and categories as features; what is missing
``text_features.py``  a text as the weights of its words
``embedding.py``      features of the user's own in place of all these
``image_folder.py``   pictures in one folder a class
``hugging_face.py``   a folder that Hugging Face ``datasets`` saved
``pictures.py``       pictures brought to one size; broken ones are named and skipped
``labels.py``         labels to class codes; what is not classification is refused
``splitting.py``      the one stratified split into training and test examples
====================  =================================================================
"""

from longtail.dataset.dataset import Dataset
from longtail.dataset.loading import load_dataset
from longtail.dataset.originals import Originals

__all__ = ["Dataset", "Originals", "load_dataset"]
