"""A plan over a block of enterprises at once: the nodes of run/lowered as numpy over whole columns. It settles what it can, clause by clause; the
rows (run/python) say the rest, and nothing here is a meaning of its own.

- A value is a `Vector`: int64 (a number ÷ the scale of its node, a day's ordinal, the code of a word) or bool, one for each row of the `RowFrame` that
  it was asked for, or one for all. `ask` marks rows where something unknown enters, or a value that is no whole number; what stands there means nothing.
  `none` marks 不适用, where the number is 0. Either is None where it marks no row. `low` and `high` bound the numbers.
- No number wraps around: each operation works out the bounds of what it makes, from those of the columns of this block. What might pass `MOST`
  raises NoKernel, and the clause of this block goes to the rows. So does every node that has no kernel here. `ENDLESS` stands above `MOST`.
- All is strict in `ask` but 且 and 或, which are settled as soon as one part settles them, a choice, which reads only the arm it takes, and the guards of a
  claim: a row that one of them leaves out is out whatever the others are. So a clause is known here only where generated code or its ranges know it.
- A `RowFrame` says which rows of which tables a value is asked about: the enterprises, the rows of a list, pairs of them in a fold. What rests on the
  enterprise alone is worked out once for each enterprise and taken from there.
- Claims stand sorted by enterprise, part and place (their rank); every step is a pass over segments of them: sums, running sums, firsts.
- A clause of an enterprise is settled if its status, amount, bound and this year's payment are all known; else it is open, and the rows decide it.
"""
