"""The command line: parse, call, print; nothing else.

One file a command; besides them:

=====================  ===================================================================================
``entry_point.py``     run one command line: what stops it is one line, and an exit status
``exit_status.py``     what a command's exit status says
``application.py``     the commands, in panels, in the order of the flow
``options.py``         options that several commands share
``completion.py``      what the shell completes: data sets, learners, columns
``studying.py``        what measuring commands do first
``limit_options.py``   how ``longtail limit`` is asked for limits; ``limit_tables.py``: what it prints
``printing.py``        tables, JSON, remarks
``progress.py``        bars and spinners, where there is a terminal to draw them on
``audit_progress.py``  bars over the stages of an audit
``installed.py``       what ``longtail --version`` says
=====================  ===================================================================================
"""

from longtail.cli.entry_point import main

__all__ = ["main"]
