"""xcrules facts: what an enterprise fills in, as a list, a JSON Schema, a blank YAML file, a workbook, a module."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from xcrules.base.resources import needed
from xcrules.facts.asking import blank_yaml, json_schema, listing, module_text, rows
from xcrules.facts.workbook import form_book
from xcrules.use.python.policy import Policy, load

from . import common

NOTE = "说明".encode()  # what the metadata of a column is kept under


def arguments(command: argparse.ArgumentParser) -> None:
    common.arguments(command, "policy", "json")
    form = command.add_mutually_exclusive_group()
    form.add_argument("--schema", action="store_true", help="JSON Schema（2020-12）")
    form.add_argument("--yaml", action="store_true", help="空白的 YAML，每项带说明")
    form.add_argument("--python", action="store_true", help="带类型的 Python 模块（attrs 类）")
    form.add_argument("--tables", metavar="文件夹", help="写 batch 用的空表（CSV），和各栏的类型、说明（栏目.json）")
    form.add_argument("--xlsx", metavar="文件.xlsx", help="写一个 Excel 填报表")
    command.add_argument("--facts", metavar="事实", help="与 --xlsx 同用：把已有的事实填进去")
    common.overwrite_argument(command, "填报表已经有了也写")


def run(options: argparse.Namespace) -> int:
    policy = load(options.policy)
    if options.schema:
        common.print_json(json_schema(policy.program.form))
    elif options.yaml:
        print(blank_yaml(policy.program.form), end="")
    elif options.python:
        print(module_text(policy.program.form), end="")
    elif options.tables:
        return _tables(policy, options)
    elif options.xlsx:
        return _workbook(policy, options)
    else:
        common.answer(options, rows(policy.program.form), "\n".join(listing(policy.program.form)).rstrip())
    return common.OK


def _tables(policy: Policy, options: argparse.Namespace) -> int:
    """A CSV file with its heading for each table, as Excel opens it; and what stands in each column."""
    needed("pyarrow", "numpy")
    from xcrules.facts.arrow import table_schemas

    folder, schemas = Path(options.tables), table_schemas(policy.program.form)
    paths = {name: folder / f"{name}.csv" for name in schemas} | {"": folder / "栏目.json"}
    if (there := [path for path in paths.values() if path.exists()]) and not options.overwrite:
        raise common.already_there(*there)
    columns = {name: [{"栏": f.name, "类型": str(f.type), "说明": f.metadata[NOTE].decode()} for f in schema] for name, schema in schemas.items()}
    try:
        folder.mkdir(exist_ok=True)
        for name, schema in schemas.items():
            paths[name].write_text("\ufeff" + ",".join(schema.names) + "\n", encoding="utf-8")
        paths[""].write_text(json.dumps(columns, ensure_ascii=False, indent=1), encoding="utf-8")
    except OSError as error:
        raise common.unwritable(folder, error) from error
    return common.written(options, paths.values(), f"已写 {folder}：填好后运行 xcrules batch {options.policy} {folder} 结果.xlsx")


def _workbook(policy: Policy, options: argparse.Namespace) -> int:
    target = common.workbook_target(options.xlsx, options.overwrite)
    common.write_file(target, form_book(policy.program.form, _given(policy, options.facts)))
    return common.written(options, [target], f"已写 {target}：填好后运行 xcrules decide {options.policy} {target}")


def _given(policy: Policy, path: str | None) -> Mapping[str, object] | None:
    """Facts to stand in the workbook, checked first."""
    if path is None:
        return None
    raw = common.read_facts_argument(path, policy)
    policy.facts(raw)
    return raw  # type: ignore[no-any-return]
