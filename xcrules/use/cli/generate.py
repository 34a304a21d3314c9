"""xcrules generate: a made-up population that exercises a policy, in the tables that `batch` reads."""

from __future__ import annotations

import argparse
from pathlib import Path

from xcrules.base.diagnostic import XcrulesError
from xcrules.base.files import decode, read_file
from xcrules.base.resources import needed
from xcrules.facts.files import MAX_FACT_BYTES, read_yaml
from xcrules.facts.types import COUNT, own_literal
from xcrules.use.population.distributions import Distributions, read_distributions
from xcrules.use.python.policy import Policy, load

from . import common

MOST = 10**9


def arguments(command: argparse.ArgumentParser) -> None:
    common.arguments(command, "policy")
    command.add_argument("count", type=_count, metavar="几家", help="造多少家企业，如 10000、100万")
    command.add_argument("data", metavar="数据", help="写到哪个文件夹（每张表一个 Parquet）；名字以 .parquet 结尾的，写成一个嵌套的文件，以 .jsonl 结尾的，一行一家")
    common.arguments(command, "json")
    command.add_argument("--seed", "--种子", type=_seed, default=0, metavar="数", help="政策、家数、分布和种子相同，数据就相同；不写是 0")
    command.add_argument("--分布", "--laws", dest="laws", metavar="文件.yaml", help="各项事实怎样分布；没有写到的，围着政策自己的门槛和上限")
    common.overwrite_argument(command, "已经有了也写")


def run(options: argparse.Namespace) -> int:
    policy = load(options.policy)
    needed("pyarrow", "numpy")
    from xcrules.use.population.tables import population, write_block, write_lines, write_tables

    people = population(policy, options.count, options.seed, _laws(options.laws, policy))
    target = Path(options.data)
    write = {".parquet": write_block, ".jsonl": write_lines}.get(target.suffix.lower(), write_tables)
    nested = write is not write_tables
    if (target.exists() if nested else target.is_dir() and any(target.iterdir())) and not options.overwrite:
        raise common.already_there(target)
    try:
        if not nested:
            target.mkdir(parents=True, exist_ok=True)
        rows = write(people, target)
    except OSError as error:
        raise common.unwritable(target, error) from error
    lists = "" if nested else f"，另 {len(rows) - 1} 张名单 {sum(rows.values()) - people.count} 行"
    return common.answer(options, {"已写": str(target), "企业": people.count, "种子": people.seed, "行数": rows}, f"已写 {target}：{people.count} 家企业{lists}，种子 {people.seed}")


def _laws(path: str | None, policy: Policy) -> Distributions | None:
    if path is None:
        return None
    file = Path(path)
    raw, found = read_yaml(common.right(decode(common.right(read_file(file, MAX_FACT_BYTES, "分布文件")), file.name, {"path": path})))
    if found:
        raise XcrulesError(found)
    return read_distributions(raw, policy.program.schema)


def _count(text: str) -> int:
    literal = own_literal(text.removesuffix("家"), COUNT)
    if literal is None or literal.value.denominator != 1 or not 1 <= literal.value <= MOST:
        raise argparse.ArgumentTypeError(f"「{text[:40]}」不是家数，写 1 至 10亿 的整数，如 10000、100万")
    return int(literal.value)


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise argparse.ArgumentTypeError(f"「{text[:40]}」不是种子，写 0 或正整数")
    return int(text)
