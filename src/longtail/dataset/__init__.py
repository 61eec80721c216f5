"""Data as people have it, made into one checked, hashed, immutable :class:`Dataset`.

=================  ====================================================================
``examples.py``    the data set itself: what it promises, and its content hash
``originals.py``   how examples looked when they were given: rows, texts, names of files
``loading.py``     ``load_dataset``: a name, an ``.npz``, a table, an image folder
``bundled.py``     data sets that packages ship, by name
``archives.py``    ``.npz`` files
``tables.py``      CSV and Parquet: a target column, encoded categories
``image_folder.py``  pictures in one folder a class
``labels.py``      labels to class codes; what is not classification is refused by name
``splitting.py``   the one stratified split into training and test examples
=================  ====================================================================
"""

from longtail.dataset.examples import Dataset
from longtail.dataset.loading import load_dataset
from longtail.dataset.originals import Originals

__all__ = ["Dataset", "Originals", "load_dataset"]
