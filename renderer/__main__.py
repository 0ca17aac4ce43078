"""`python -m renderer` is `backplan`."""

import sys

from renderer.cli import main

sys.exit(main())
