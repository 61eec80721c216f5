"""N-gram language models on many subsets of documents at once: counted once, trained by adding up.

- ``index.py``: every n-gram of the documents and its shorter ones, once for all subsets.
- ``kernels.py``: a model of one subset, compiled: counts, probabilities, predictions, losses.
- ``models.py``: performance of the models of many subsets, of whole documents and of single tokens.
- ``ngram_learner.py``: the same as a learner, for trials.
"""

from longtail.learners.ngrams.index import NgramIndex
from longtail.learners.ngrams.models import SubsetPerformance, TokenTallies, models_of_subsets
from longtail.learners.ngrams.ngram_learner import NgramModel
from longtail.learners.words import Documents

__all__ = ["Documents", "NgramIndex", "NgramModel", "SubsetPerformance", "TokenTallies", "models_of_subsets"]
