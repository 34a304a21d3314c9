"""python -m xcrules"""

import sys

from xcrules.use.cli import main

sys.exit(main())
