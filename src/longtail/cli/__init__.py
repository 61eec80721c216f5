"""The command line: parse, call, print; nothing else.

One file a command; besides them:

==========================  ===============================================================================
``entry_point.py``          run one command line: what stops it is one line, and an exit status
``exit_status.py``          what a command's exit status says
``signals.py``              SIGTERM and a closed terminal: workers end, and nothing is left half done
``streams.py``              standard output and error that are closed or full
``application.py``          the commands, in panels, in the order of the flow
``help.py``                 the help of a command and of all; ``values.py``: what plain words become
``bounds.py``               the bounds of every number on a command line
``option_names.py``         what a command line calls the parameters that an error speaks of
``options.py``              options that several commands share
``completion.py``           what the shell completes: data sets, learners, columns
``studying.py``             what measuring commands do first
``number_study.py``         what an audit and limits do and print where the target is a number
``limit_options.py``        how ``longtail limit`` is asked for limits; ``limit_tables.py``: what it prints
``judged_tables.py``        what it prints of the worst class and group under each limit
``remedy_tables.py``        what it prints of remedies, and of the exemplars of each limit
``dose_tables.py``          what ``longtail dose`` says; ``dose_numbers.py``: of numbers; ``dose_curve.py``: of the fall
``compare_predictions.py``  two models by class and group
``removal_tables.py``       what is printed of the memorized that were left out, beside what they are compared with
``scores_file.py``          the table that ``longtail scores --out`` writes
``paper_after.py``          what came after the paper, beside simulations
``answering.py``            a result left in the run, its report brought up to date, and printed
``printing.py``             tables, JSON, remarks
``progress.py``             bars and spinners, where there is a terminal to draw them on
``audit_progress.py``       bars over the stages of an audit
``audit_texts.py``          an audit of texts themselves
``one_thread.py``           one thread for matrix products, where they are small
``installed.py``            what ``longtail --version`` says
==========================  ===============================================================================
"""

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Run one command line. See :func:`longtail.cli.entry_point.run`.

    Nothing of ours is imported before the ``try``, so that Ctrl-C is one line from the first moment on.
    """
    try:
        from longtail.cli.entry_point import run

        return run(arguments)
    except KeyboardInterrupt:
        import sys

        if sys.stderr is not None:
            sys.stderr.write("longtail: interrupted; run the same command again to go on\n")
        return 130
