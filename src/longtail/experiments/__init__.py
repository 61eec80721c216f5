"""Experiments that train more models for one question.

=======================  ======================================================================
``paired_removal.py``    what any set is worth, by the same trials without it; ``memorized_sets.py`` for the memorized
``matching.py``          as many others of the same classes
``necessity.py``         whether this learning requires memorization
``planted_labels.py``    models of data in which a few labels were flipped: ground truth for who judges labels
``leave_one_out.py``     memorization by leaving out one; ``retraining.py`` trains
``variance_split.py``    how much of an outcome is the subset, how much the seed
``confirmation.py``      the three of them, for the most memorized examples of a run
``canaries.py``          planted examples that bound epsilon from below
``onion.py``             what removing the most memorized, or privatizing their labels, exposes
``dose.py``              what one copy is memorized when there are more of them; ``planted_doses.py`` plants them
``proxies.py``           which cheap stand-in for memorization can be believed on these data
``compare.py``           what two runs on the same data memorize; ``compare_predictions.py``: two models by group
``mixture_bound.py``     what misfits imply for their subpopulations, coupling as measured
``level_planner.py``     which levels of privacy cost all groups the same
``equal_levels.py``      such levels planned for a run
``after_2020``           simulations beside what the statements after 2020 compute
``reference_models.py``  what the majority class and a plain model get, beside the learner;
                         ``number_references.py``: the same where the target is a number
=======================  ======================================================================
"""

__all__: list[str] = []
