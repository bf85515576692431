"""`python -m sith.numerics.cli` is the command `sith`."""

import sys

from sith.numerics.cli.app import main

sys.exit(main())
