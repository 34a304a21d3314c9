"""What an enterprise fills in, in four forms made from the fact tables: a list to read, a JSON Schema, a
blank YAML file, an Excel workbook; and a filled workbook read back. Not here: what the facts mean (facts).
"""

from .answers import read_workbook
from .blank import blank_yaml
from .describe import listing, rows
from .form import form_book
from .jsonschema import json_schema

__all__ = ["blank_yaml", "form_book", "json_schema", "listing", "read_workbook", "rows"]
