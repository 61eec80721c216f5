"""Simulations beside what the statements after 2020 compute: each at three sizes, from a seed.

======================  ==============================================================================
``comparison.py``       a computed number beside a simulated one, with its standard error
``counts.py``           counts of Zipf samples, which the three below share
``capacity.py``         learners that keep few labels
``fairness.py``         private learners that are accurate, and such that are fairer
``composition.py``      test examples of two parts
``clusters.py``         noisy means of Gaussian clusters and noisy copies of Boolean examples
``interpolation.py``    linear regressions that fit their noise less closely
``embeddings.py``       members of a class that are looked for in its mean
``clustered_rows.py``   customers with several rows
======================  ==============================================================================
"""

from longtail.experiments.after_2020.comparison import Comparison, simulated_beside

__all__ = ["Comparison", "simulated_beside"]
