"""`python -m melian` is the command `melian`."""

import sys

from melian.cli.main import main

sys.exit(main())
