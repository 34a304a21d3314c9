"""Exit codes of every command: done, findings or failed cases, wrong usage, bad input."""

OK, FINDINGS, USAGE, BAD_INPUT = 0, 1, 2, 3
