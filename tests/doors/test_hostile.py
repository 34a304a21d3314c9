"""Broken and hostile input through the command line: a coded Chinese answer with its place, in time.

Every input is a file as a user would hand it over. An exception of any kind fails the test, since `main` runs
in this process; what must not even end the process (deep nesting) is also run in one of its own.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from tests.support.commands import command, process

OK, FINDINGS, BAD_INPUT = 0, 1, 3
SECONDS = 30  # far above what any of these takes; a quadratic one would not end within it

RULES = (
    "事实：申报，顶层\n| 名称 | 类型 | 角色 |\n| 年度 | 年度 | 基准年度 |\n| 甲 | 元 | |\n| 乙 | 是否 | |\n"
    "「第一条 企业」\n「（一）给钱」\n  对象：企业\n  条件：乙\n  标准：甲\n"
)


def ruled(old: str = "", new: str = "") -> bytes:
    return RULES.replace(old, new).encode() if old else (RULES + new).encode()


def chained(count: int) -> str:
    return "".join(f"  设定：变{i} ＝ 变{i + 1}\n" for i in range(count)) + f"  设定：变{count} ＝ 甲\n  条件：变0 高于 0元\n"


# name → (bytes, exit code, codes that are said, words that are said)
RULE_FILES: dict[str, tuple[bytes, int, set[str], tuple[str, ...]]] = {
    "empty": (b"", OK, set(), ("没有问题",)),
    "blank": (b" \n\t\n", OK, set(), ("没有问题",)),
    "binary": (bytes(range(256)) * 10, BAD_INPUT, {"E812"}, ("UTF-8",)),
    "NUL inside": (ruled() + b"\0", BAD_INPUT, {"E812"}, ("不是文本",)),
    "GBK": (RULES.encode("gbk"), BAD_INPUT, {"E812"}, ("GBK", "另存为", "iconv")),
    "a workbook": (b"PK\x03\x04\x14\0\xff", BAD_INPUT, {"E812"}, ("工作簿", "sheet import")),
    "UTF-16": (RULES.encode("utf-16"), BAD_INPUT, {"E812"}, ("UTF-16", "另存为")),
    "UTF-16 without mark": (RULES.encode("utf-16-le"), BAD_INPUT, {"E812"}, ("UTF-8",)),
    "a lone surrogate": (ruled() + b"\xed\xa0\x80", BAD_INPUT, {"E812"}, ("第 11 行",)),
    "BOM": (b"\xef\xbb\xbf" + ruled(), OK, set(), ("1 款",)),
    "CRLF": (RULES.replace("\n", "\r\n").encode(), OK, set(), ("1 款",)),
    "CR": (RULES.replace("\n", "\r").encode(), OK, set(), ("1 款",)),
    "10 MiB of lines": (("# " + "注" * 1000 + "\n").encode() * 3490, OK, set(), ("没有问题",)),
    "10 MiB in one line": (b"a" * (10 << 20), BAD_INPUT, {"E901"}, ("4000000 字",)),
    "20 MiB": (b"a" * (20 << 20), BAD_INPUT, {"E901"}, ("16 MB",)),
    "100,000 brackets": (ruled("", "  条件：" + "(" * 90_000 + "乙" + ")" * 90_000 + "\n"), FINDINGS, {"E902"}, ("括号", "11:")),
    "100,000 open brackets": (ruled("", "  条件：" + "（" * 100_000 + "\n"), FINDINGS, {"E902"}, ("括号",)),
    "100,000 nested 非": (ruled("", "  条件：" + "非 " * 60_000 + "乙\n"), FINDINGS, {"E902"}, ("运算",)),
    "a very long sum": (ruled("标准：甲", "标准：" + " ＋ ".join(["甲"] * 20_000)), FINDINGS, {"E902"}, ("运算",)),
    "unterminated quote": ("「第一条 abc\n  性质：标题\n".encode(), FINDINGS, {"E101"}, ("」", "1:1")),
    "20,000 unterminated quotes": ("「第一条 abc\n".encode() * 20_000, FINDINGS, {"E101", "E448"}, ("」",)),
    "quotes in quotes": (("「" * 100_000).encode(), FINDINGS, {"E101", "E602"}, ("」",)),
    "circle for 0": (ruled("标准：甲", "标准：1○万元"), FINDINGS, {"E207"}, ("「○」是圆圈", "10万元")),
    "汉字〇 for 0": (ruled("标准：甲", "标准：1〇万元"), FINDINGS, {"E207"}, ("汉字〇", "10万元")),
    "letter O for 0": (ruled("标准：甲", "标准：1O万元"), FINDINGS, {"E207"}, ("字母 O", "10万元")),
    "long vowel for minus": (ruled("标准：甲", "标准：甲 ー 1元"), FINDINGS, {"E207"}, ("日文长音符", "－")),
    "dash for minus": (ruled("标准：甲", "标准：甲 — 1元"), FINDINGS, {"E207"}, ("破折号",)),
    "汉字一 for minus": (ruled("标准：甲", "标准：甲 一 1元"), FINDINGS, {"E207"}, ("汉字一",)),
    "ratio sign for colon": (ruled("标准：甲", "标准：甲 的 1∶0.5"), FINDINGS, {"E207"}, ("比号", "1:0.5")),
    "zero width space": (ruled("标准：甲", "标准：甲\u200b"), BAD_INPUT, {"E108"}, ("零宽空格", "U+200B", "10:7")),
    "zero width in a label": (ruled("标准：", "标\u200b准："), BAD_INPUT, {"E108"}, ("零宽空格", "10:4")),
    "NBSP": (ruled("标准：甲", "标准：\u00a0甲"), BAD_INPUT, {"E108"}, ("不换行空格", "换成普通空格")),
    "right-to-left mark": (ruled("标准：甲", "标准：\u202e甲"), BAD_INPUT, {"E108"}, ("从右到左", "U+202E")),
    "control character": (ruled("标准：甲", "标准：\x1b[31m甲"), BAD_INPUT, {"E108"}, ("U+001B",)),
    "a note of a million characters": (ruled("", "  注释：" + "长" * 1_000_000 + "\n"), OK, set(), ("1 款",)),
    "a condition of 200,000 characters": (ruled("", "  条件：" + "乙，" * 100_000 + "乙\n"), FINDINGS, {"E902"}, ("200000 字",)),
    "100,000 lines": (ruled("", "  注释：无\n" * 100_000), OK, set(), ("1 款",)),
    "或 20,000 times": (ruled("", "  条件：" + " 或 ".join(["乙"] * 20_000) + "\n"), OK, set(), ("1 款",)),
    "a chain of 2,000 设定": (ruled("  标准：甲\n", chained(2000) + "  标准：甲\n"), FINDINGS, {"E902"}, ("设定一个套一个",)),
    "a chain of 2,000, the last first": (
        ruled("  标准：甲\n", "\n".join(chained(2000).splitlines()[::-1]) + "\n  标准：甲\n"), FINDINGS, {"E902"}, ("设定一个套一个",)),
    "25 means in one another": (
        ruled("", "事实：单，逐项\n| 名称 | 类型 |\n| 额 | 元 |\n  条件：" + "平均（单 的 额，" * 25 + "额 高于 1元" + "） 高于 1元" * 25 + "\n"), FINDINGS, {"E902"}, ("展开来",)),
    "a table of 20,000 rows": (
        ruled("", "事实：大\n| 名称 | 类型 |\n" + "".join(f"| 名{i} | 元 |\n" for i in range(20_000))), FINDINGS, {"E902"}, ("500 栏",)),
    "20,000 members": (
        ruled("", "事实：大\n| 名称 | 类型 |\n| 种 | " + "、".join(f"甲{i}" for i in range(20_000)) + " |\n"), FINDINGS, {"E902"}, ("1000 种",)),
    "100,000 cells": (ruled("", "事实：大\n| 名称 | 类型 |\n|" + "x|" * 100_000 + "\n"), FINDINGS, {"E504"}, ("100000 格",)),
    "20,000 readings on a line": (ruled("标准：", "标准〔" + "A1 b，" * 20_000 + "〕："), FINDINGS, {"E902"}, ("60 个",)),
    "a number of 100,000 digits": (ruled("标准：甲", "标准：" + "9" * 100_000 + "元"), FINDINGS, {"E305"}, ("不是认得的数",)),
    "5,000 words run together": (ruled("条件：乙", "条件：" + "乙或" * 5000 + "乙"), FINDINGS, {"E301"}, ("没有叫",)),
    "a division by nothing": (ruled("标准：甲", "标准：甲 × 1/0"), FINDINGS, {"E305"}, ("不是认得的数",)),
    "a file outside the folder": (b"\xef\xbb\xbf" + "文件：../../../../etc/hostname\n".encode(), FINDINGS, {"E816"}, ("文件夹",)),
}


def run(*words: str) -> tuple[int, str, float]:
    """Exit code, all that is said, seconds of the processor."""
    began = time.process_time()
    code, out, err = command(*words)
    return code, out + err, time.process_time() - began


def codes(text: str) -> set[str]:
    return set(re.findall(r"(?m)^错误 (E\d{3})：", text))


SECONDS_LONG = ("100,000 lines", "10 MiB in one line", "或 20,000 times", "20,000 unterminated quotes")  # those that take seconds each


@pytest.mark.parametrize("name", [pytest.param(x, marks=pytest.mark.slow if x in SECONDS_LONG else ()) for x in RULE_FILES])
def test_rule_files(name: str, tmp_path: Path) -> None:
    data, wanted, errors, words = RULE_FILES[name]
    path = tmp_path / "条文.规则"
    path.write_bytes(data)
    code, said, seconds = run("check", str(path))
    assert (code, codes(said)) == (wanted, errors), said[:600]
    assert [w for w in words if w not in said] == []
    assert "Traceback" not in said
    assert seconds < SECONDS


@pytest.fixture
def policy(tmp_path: Path) -> str:
    folder = tmp_path / "样例"
    folder.mkdir()
    (folder / "条文.规则").write_text(
        "事实：申报，顶层\n| 名称 | 类型 | 要求 | 角色 |\n| 年度 | 年度 | | 基准年度 |\n| 申报日 | 日期 | | 申报日期 |\n| 甲 | 元 | | |\n"
        "| 某事 | 文字 | 可缺 | |\n| 乙 | 是否 | | |\n事实：贷款，逐笔\n| 名称 | 类型 |\n| 类型 | 信用贷款、抵押贷款 |\n| 利息 | 元 |\n"
        "「第一条 企业」\n「（一）给钱」\n  对象：企业\n  标准：甲\n「（二）贴息」\n  对象：每笔 贷款，类型 为 信用贷款\n  标准：利息 的 50%\n",
        encoding="utf-8",
    )
    return str(folder)


WIDE = "长" * 5_000_000
FACTS: dict[str, tuple[bytes | str, int, set[str], tuple[str, ...]]] = {
    "1e400": ('{"甲": 1e400}', BAD_INPUT, {"E805"}, ("--> 甲",)),
    "exponent of twenty digits": ('{"甲": 1e99999999999999999999}', BAD_INPUT, {"E805"}, ("--> 甲",)),
    "negative exponent of twenty digits": ('{"甲": 1e-99999999999999999999}', BAD_INPUT, {"E805"}, ("--> 甲",)),
    "NaN": ('{"甲": NaN}', BAD_INPUT, {"E804"}, ("NaN",)),
    "Infinity": ('{"甲": Infinity}', BAD_INPUT, {"E804"}, ("Infinity",)),
    "minus Infinity": ('{"甲": -Infinity}', BAD_INPUT, {"E804"}, ("Infinity",)),
    "2^53+1 is kept": ('{"甲": 9007199254740993}', OK, set(), ("9007199254740993.00",)),
    "a tenth is a tenth": ('{"甲": 0.1}', OK, set(), ('"0.10"',)),
    "5,000 digits": ('{"甲": ' + "9" * 5000 + "}", BAD_INPUT, {"E805"}, ("18 位",)),
    "5,000 decimals": ('{"甲": 0.' + "9" * 5000 + "}", BAD_INPUT, {"E805"}, ("60 位",)),
    "5,000 digits as text": ('{"甲": "' + "9" * 5000 + '"}', BAD_INPUT, {"E805"}, ()),
    "100,000 items": ('{"贷款": [' + '{"类型":"抵押贷款"},' * 99_999 + '{"类型":"信用贷款","利息":2}]}', OK, set(), ('"1.00"',)),
    "200,000 items": ('{"贷款": [' + "{}," * 199_999 + "{}]}", BAD_INPUT, {"E815"}, ("100000 项",)),
    "100,000 nested arrays": ('{"贷款": ' + "[" * 100_000 + "]" * 100_000 + "}", BAD_INPUT, {"E806"}, ("64 层", "第 1 行")),
    "100,000 open arrays": ("[" * 100_000, BAD_INPUT, {"E806"}, ("64 层",)),
    "100,000 nested objects": ('{"甲":' * 100_000, BAD_INPUT, {"E806"}, ("64 层",)),
    "a key twice": ('{"甲": 1, "甲": 2}', BAD_INPUT, {"E803"}, ("--> 甲",)),
    "a key twice in a list": ('{"贷款": [{"利息": 1, "利息": 2}]}', BAD_INPUT, {"E803"}, ("贷款[0].利息",)),
    "a key 30,000 times": ("{" + ",".join(['"甲": 1'] * 30_000) + "}", BAD_INPUT, {"E803"}, ()),
    "empty": ("", BAD_INPUT, {"E810"}, ("第 1 行第 1 列",)),
    "a list": ("[]", BAD_INPUT, {"E802"}, ("对象",)),
    "a number": ("1", BAD_INPUT, {"E802"}, ("对象",)),
    "null": ("null", BAD_INPUT, {"E802"}, ("对象",)),
    "two values": ("{}{}", BAD_INPUT, {"E810"}, ("第 1 行第 3 列",)),
    "comma at the end": ('{"甲": 1,}', BAD_INPUT, {"E810"}, ("第 1 行",)),
    "a surrogate as key": ('{"\\ud800": 1}', BAD_INPUT, {"E801"}, ()),
    "surrogate bytes": (b'{"\xed\xa0\x80": 1}', BAD_INPUT, {"E812"}, ()),
    "a text of five million characters": (f'{{"某事": "{WIDE}"}}', BAD_INPUT, {"E802"}, ("字数限制",)),
    "a text that never ends": ('{"某事": "' + WIDE, BAD_INPUT, {"E810"}, ("双引号",)),
    "a million backslashes": ('"' + "\\" * 1_000_001, BAD_INPUT, {"E810"}, ()),
    "GBK facts": ('{"甲": 1}'.encode("gbk"), BAD_INPUT, {"E812"}, ("GBK",)),
    "UTF-16 facts": ('{"甲": 1}'.encode("utf-16"), BAD_INPUT, {"E812"}, ("UTF-16",)),
    "BOM facts": (b"\xef\xbb\xbf" + '{"甲": 1}'.encode(), OK, set(), ()),
    "zero width in a key": ('{"甲\u200b": 1}', BAD_INPUT, {"E801"}, ()),
    "zero width in a member": ('{"贷款": [{"类型": "信用贷款\u200b"}]}', BAD_INPUT, {"E808"}, ("贷款[0].类型",)),
    "a day that is none": ('{"申报日": "2023-02-30"}', BAD_INPUT, {"E807"}, ("申报日",)),
    "a year of eight digits": ('{"年度": 99999999}', BAD_INPUT, {"E802"}, ("四位",)),
    "true for a number": ('{"甲": true}', BAD_INPUT, {"E802"}, ("true",)),
    "minus": ('{"贷款": [{"利息": -1}]}', BAD_INPUT, {"E809"}, ("贷款[0].利息",)),
    "YAML anchor": ("a: &x 1\nb: *x", BAD_INPUT, {"E810"}, ("锚点", "第 1 行")),
    "YAML bomb": ("a: &a [1,1]\nb: &b [*a,*a]\nc: &c [*b,*b]", BAD_INPUT, {"E810"}, ("锚点",)),
    "YAML tab": ("甲:\n\t乙: 1", BAD_INPUT, {"E810"}, ("制表符", "第 2 行")),
    "YAML tag": ("!!python/object/apply:os.system ['ls']", BAD_INPUT, {"E802"}, ("对象",)),
    "YAML of two documents": ("甲: 1\n---\n甲: 2", BAD_INPUT, {"E810"}, ("一份",)),
    "YAML nested": ("[" * 20_000, BAD_INPUT, {"E806"}, ("64 层",)),
    "YAML nested by lines": ("\n".join(" " * i + "甲:" for i in range(2000)), BAD_INPUT, {"E806"}, ("64 层",)),
    "YAML key twice": ("甲: 1\n甲: 2", BAD_INPUT, {"E803"}, ("--> 甲",)),
    "YAML colons": ("甲: b: c", BAD_INPUT, {"E810"}, ("冒号",)),
    "YAML not a number": ("甲: .nan", BAD_INPUT, {"E802"}, (".nan",)),
    "YAML empty": ("", BAD_INPUT, {"E802"}, ()),
    "YAML control character": (b"a: \x01", BAD_INPUT, {"E810"}, ()),
}


@pytest.mark.parametrize("name", FACTS)
def test_facts(name: str, policy: str, tmp_path: Path) -> None:
    data, wanted, errors, words = FACTS[name]
    path = tmp_path / ("事实.yaml" if name.startswith("YAML") else "事实.json")
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"))
    code, said, seconds = run("decide", policy, str(path), *(["--json"] if wanted == OK else []))
    assert (code, codes(said)) == (wanted, errors), said[:600]
    assert [w for w in words if w not in said] == []
    assert seconds < SECONDS


@pytest.mark.slow
def test_time_is_in_proportion_to_size(tmp_path: Path) -> None:
    """Eight times the text takes at most about eight times as long (twice that is allowed for noise)."""
    def measured(count: int) -> float:
        path = tmp_path / f"{count}.规则"
        path.write_bytes(ruled("", "".join(f"「（{'一' * (i % 3 + 1)}）丙{i}」\n  注释：{i}\n  条件：乙\n" for i in range(count))))
        return min(run("check", str(path))[2] for _ in range(2))

    measured(50)
    small, large = measured(500), measured(4000)
    assert large < 16 * small + 1


@pytest.mark.parametrize("name", ["100,000 brackets", *(pytest.param(x, marks=pytest.mark.slow) for x in ("100,000 nested 非", "a chain of 2,000 设定"))])
def test_a_process_of_its_own_lives_on(name: str, tmp_path: Path) -> None:
    data, wanted, errors, _ = RULE_FILES[name]
    path = tmp_path / "条文.规则"
    path.write_bytes(data)
    done = process("check", str(path))
    assert (done.code, codes(done.out + done.err)) == (wanted, errors)
