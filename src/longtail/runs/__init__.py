"""Runs: folders that hold a frozen study and its trials, and how trials come into them.

=======================  =============================================================
``run_folder.py``        RUN: the frozen study, its trials, findings and report
``frozen_study.py``      the study, as it is frozen
``run_there.py``         whether there is a run at all
``made_parts.py``        what else was made in a run, so that what is gone is missed
``data_options.py``      how a command line names the data of a study
``measure.py``           run the trials of a study
``merge.py``             join the runs of several machines
``masks.py``             the subsets of a study, for models that are trained elsewhere
``handed_out.py``        what was handed out for that, compared with the study
``recording.py``         a script of the user's own: the trials that are missing, and one of them
``own_trial.py``         that trial: who is in, and its answer recorded
``hugging_face.py``      it, recorded by a callback of transformers' trainer; ``lightning.py``: of Lightning's
``script_source.py``     the script, as part of the run's identity
``imported_logits.py``   logits that lie in files, read back
``given_answer.py``      what logits, numbers or losses that are given must be
``token_losses.py``      what losses of single tokens, kept beside the trials, say of a document
``mask_fit.py``          whether masks and outcomes belong together
``published_trials.py``  trials that others published
``given_scores.py``      scores of any tool, in the order of a run's examples
``timing.py``            how many trials fit into the time there is
``training_memory.py``   what training takes of the memory that there is
``cost.py``              what so many trials take, and what they can see
``kept_data.py``         data from memory, kept in the run so that it can be opened again
``kept_accounting.py``   the noise of a run's DP-SGD, which takes an accountant seconds
``saved_findings.py``    the findings that a run has saved, checked; ``rendered.py``: the report of them
``results.py``           what commands measured on the run, for its report
``learner_of_run.py``    the learner of a run, made again from the identity of its trials
``reload.py``            the data of a run, loaded again and checked to be the same
=======================  =============================================================
"""

__all__: list[str] = []
