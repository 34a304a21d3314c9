"""What a policy asks, as Arrow: of many enterprises at once. Needs pyarrow and numpy (the extra [batch]): doors ask for them before they import any of this.

Two shapes of the same facts, both made from a Form:

*Tables* (`table_schemas(form)` → name: pyarrow.Schema), as files have them. 「企业」 has a row for each enterprise, each 名单 a table of
its own with a row for each record; `key_name(form)` (编号, text) joins them. 一份 stand in 「企业」 as `主体.字段`, 逐年 as `字段.2023`, 逐款 as
`字段.款号`, in a list alike. 「企业」 has a column beside for each 名单 and 逐款, of words: 没有, 未知, 不适用, 有; where it is empty, an enterprise
without rows in a table that is there has none, and of a table that is not there nothing is known.

*A block* (`block_schema(form)`), as what decides has it: one row for each enterprise, 一份 as struct, 名单 as list<struct>, 逐年 as
list<struct<年度, 数>>, 逐款 as list<struct<款号, 数>>. null is unknown, [] is none.

In both: 元 decimal128(20, 2), 比率 decimal128(20, 8), other measures decimal128(24, 6), whole numbers int64, 年度 int32, 日期 date32, 是否 bool,
words of a closed list dictionary<string>, 文字 string. A record's column 不适用 (list<string>, `mark_name`) names what does not apply in it:
a field, `研发.2022`, in 「企业」 also an object, one of its fields, a list. `block_facts(form)(row)` turns one row of a block (as `to_pylist` has it)
into the plain facts that `decide` takes; a column may also hold anything else that `decide` reads, such as text.
"""

from __future__ import annotations

from .block import Block, ListRows, block_facts, block_of, block_rows, each_once, named
from .schema import block_schema, enterprises_name, key_name, mark_name, table_schemas

__all__ = ["Block", "ListRows", "block_facts", "block_of", "block_rows", "block_schema", "each_once", "enterprises_name", "key_name", "mark_name", "named", "table_schemas"]
