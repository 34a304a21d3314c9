"""What runs a compiled policy: sheets of whole numbers in, records of what each clause came to, reasons out.

The half of the compiled evaluator that is there when a decision is made; compile/ makes what it runs.
Nothing here imports attrs, the calculus or a parser: a process that only decides starts in the time that
these few modules take. Nothing here knows a regulation.
"""
