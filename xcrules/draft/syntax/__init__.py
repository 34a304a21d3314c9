"""What was written: the tree of a file, as values. What it means is in meaning/; nothing here decides anything."""
# ruff: noqa: F403  # one vocabulary in four files, always written syntax.X

from .document import *
from .expressions import *
from .limits import *
from .lines import *
