"""The command line: parse, call, print; nothing else.

One file a command. ``main`` turns every error that a user can mend into one line on standard error and exit status 2.
"""

from longtail.cli.application import app, main

__all__ = ["app", "main"]
