"""python -m xcrules"""

import sys

from .cli import main

sys.exit(main())
