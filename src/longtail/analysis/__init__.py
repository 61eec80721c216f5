"""Analysis: outcomes in, findings out; nothing here trains.

=======================  =====================================================================================
``analysis.py``          what is computed from the trials of a study, each part once; everything below takes it
``sanity.py``            what checks of the data found, and what models add to it
``accuracy.py``          how often models are right, on which examples
``memorization.py``      what models memorized, with a gallery
``mislabeled.py``        whether memorized examples look mislabeled or rare
``partitions.py``        the training examples in subpopulations, given or found
``tail.py``              the tail of the data, for given groups and found kinds
``learner_tail.py``      the tail as the learner meets it
``exposure.py``          every attack on the trials of a study
``attacks.py``            all attacks, the strongest first, and the risk that it means
``unit_exposure.py``      the same of units, whose rows are in or out together
``whole_table.py``        everything of each record, or of each unit, in one table
``unit_columns.py``       what the rows of a unit say together; ``own_group.py``: influence on the own group
``attack_columns.py``     how often each attack names each example
``ceiling.py``           the guarantee of a private run, and its ceiling on attacks
``columns.py``           which scores there are: the columns of every example
``score_table.py``       a table of scores as a person holds it: sorts, slices, becomes a frame
``tables.py``            the tables that a person asks for: examples, memorization, exposure, influence
``examples.py``          every example, for those who look one up; ``looks.py`` how they look
``views.py``             how one example is shown
``groups.py``            the groups and classes by which costs are told
``limits.py``            what limits did cost, and whom; ``predicted_cost.py`` beside what the theory predicts
``quality.py``           how well models do where performance is a number
``number_findings.py``   findings of a study of numbers; ``number_limits.py``: costs; ``number_groups.py``: of whom
``judged.py``            a learner by its worst class and group, and whether it became constant
``advantage.py``         the best attack's advantage, for learners to be compared by
``remedies.py``          a remedy beside what it remedies
``least_cost.py``        the least that as many misfits could cost
``exemplars.py``         test examples whose majority answer a limit changes
``paired_trials.py``     trials of two learners on the same subsets, and what the limit of one cost
``trial_tails.py``       the tail of the subset that a model was trained on, and its misfits there
``flipped_training.py``  the training examples that a limit gives up; ``flipped_tests.py``: test examples, lost and kept
=======================  =====================================================================================
"""

__all__: list[str] = []
