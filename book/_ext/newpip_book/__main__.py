"""``python -m newpip_book VERB``: the same as ``newpip VERB``."""

import sys

from newpip_book.cli import main

sys.exit(main())
