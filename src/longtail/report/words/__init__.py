"""Words of the report and the terminal, from findings alone.

=====================  ===========================================================
``summary.py``         the answers in plain words
``number_summary.py``  the answers of a study of numbers
``limits.py``          what limits cost, and who is given up
``remedies.py``        a remedy beside what it remedies
``sanity.py``          what checks of the data found
``next_steps.py``      what to do next
``verdicts.py``        whether a limit is affordable, and whom it hits
``risk.py``            what an attack comes to for a person, at a prior
``surely.py``          whether the first of many is surely above the others
``mislabeled.py``      labels that look wrong
``worth.py``           what memorized examples are worth
``references.py``      the learner beside the majority class and a reference model
``commands.py``        the commands that answers suggest
=====================  ===========================================================
"""

__all__: list[str] = []
