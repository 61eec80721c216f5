"""Runs: folders that hold a frozen study and its trials, and how trials come into them.

=======================  =============================================================
``run_folder.py``        RUN: the frozen study, its trials, findings and report
``measure.py``           run the trials of a study
``merge.py``             join the runs of several machines
``masks.py``             the subsets of a study, for models that are trained elsewhere
``handed_out.py``        what was handed out for that, compared with the study
``imported_logits.py``   their logits, read back
``mask_fit.py``          whether masks and outcomes belong together
``published_trials.py``  trials that others published
``timing.py``            how many trials fit into the time there is
``cost.py``              what so many trials take, and what they can see
``kept_data.py``         data from memory, kept in the run so that it can be opened again
``kept_accounting.py``   the noise of a run's DP-SGD, which takes an accountant seconds
``saved_findings.py``    the findings that a run has saved, checked
``learner_of_run.py``    the learner of a run, made again from the identity of its trials
``reload.py``            the data of a run, loaded again and checked to be the same
=======================  =============================================================
"""

__all__: list[str] = []
