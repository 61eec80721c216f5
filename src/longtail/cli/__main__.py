"""``python -m longtail.cli`` is ``longtail``."""

import sys

from longtail.cli import main

sys.exit(main())
