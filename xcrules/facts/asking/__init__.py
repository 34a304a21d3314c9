"""What an enterprise is asked, told in other forms than a workbook: a list to read, a blank YAML file, a JSON Schema, a Python module.

Made from a Form alone; nothing here reads facts.
"""

from __future__ import annotations

from .jsonschema import json_schema
from .typed import module_text
from .words import blank_yaml, listing, rows

__all__ = ["blank_yaml", "json_schema", "listing", "module_text", "rows"]
