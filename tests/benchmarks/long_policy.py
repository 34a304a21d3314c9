"""Long policies for measuring: the shipped regulation's articles many times over, each time as another district's.

Every copy has its own article numbers, place names, fact names, readings and amounts (in the quotes as in the
lines beneath, so that the whole checks with no error), its own fact tables, register rows and worked cases. What
a policy has once (scope, period, ledgers) stands once. Few lines are the same in two copies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from xcrules.base.resources import policies_folder

PLACES = ("海淀", "朝阳", "丰台", "昌平", "大兴", "通州", "顺义", "房山", "怀柔", "平谷", "密云", "延庆", "亦庄", "宣武", "崇文",
          "良乡", "沙河", "望京", "上地", "酒仙")
FIRST, LAST = 2, 9  # the articles of the regulation that are taken again
_SHARED_TABLES = ("申报", "主体", "历史已获支持", "其他区级政策支持")
_SHARED_NAMES = {"政策兑现年度", "申报日期", "本年度已获支持", "事项标识", "金额", "条款", "核定年度", "状态", "名称", "全国首发", "全球首发"}
_DIGITS = "零一二三四五六七八九"
Texts = dict[str, str]


def chinese(n: int) -> str:
    """26 → 二十六, 107 → 一百零七."""
    hundreds, tens, ones = n // 100, n // 10 % 10, n % 10
    head = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if not tens:
        return head + (("零" if head else "") + _DIGITS[ones] if ones else "")
    return head + ("" if tens == 1 and not head else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


class Regulation:
    """The pieces of the shipped regulation that a copy is made of."""

    def __init__(self) -> None:
        folder = policies_folder() / "xicheng-2021"
        law, facts, readings, cases = ((folder / f"{n}.规则").read_text("utf-8") for n in ("条文", "事实", "读法", "案例"))
        starts = {"〇一二三四五六七八九十".find(m[1]): m.start() for m in re.finditer("(?m)^「第(.+?)条 ", law)}
        self.head, self.body, self.tail = law[: starts[FIRST]], law[starts[FIRST] : starts[LAST + 1]], law[starts[LAST + 1] :]
        self.tables = [t for t in re.split(r"\n(?=事实：|参数：)", facts) if t.startswith(("事实", "参数"))]
        rows = [x for x in readings.splitlines() if x.startswith("|")]
        self.columns, self.rows = rows[0], rows[1:]
        self.cases = cases
        self.samples = re.findall(r"(?m)^样本：([^，\n]+)", self.cases)
        self.tagged, self.shared_tags = _tags(self.body), _tags(self.head + self.tail)
        about_all = {n for t in self.tables if _head(t) == "主体" for n in _declared(t)}
        self.names = {n for t in self.tables for n in _declared(t)} - _SHARED_NAMES - about_all

    def copied_rows(self) -> list[str]:
        """Rows of the register for readings that only the copied articles have."""
        return [r for r in self.rows if r[2:5] in self.tagged - self.shared_tags]


def _tags(text: str) -> set[str]:
    return set(re.findall(r"A\d\d", "".join(re.findall("〔.*?〕", text))))


def _declared(table: str) -> Iterator[str]:
    """The names that a table of facts declares: its own and its fields'."""
    heading = re.match(r"(?:事实|参数)：([^，\n]+)", table)
    assert heading is not None
    name = heading[1].strip()
    if name in _SHARED_TABLES[2:]:
        return
    if name not in _SHARED_TABLES:
        yield name
    if table.startswith("事实"):
        yield from (m[1] for m in re.finditer(r"(?m)^\| (\S+)", table) if m[1] != "名称")


class Copy:
    """One copy of articles 2 to 9: `turn` 0 is the regulation's own."""

    def __init__(self, base: Regulation, turn: int) -> None:
        self.base, self.turn = base, turn
        self.place = PLACES[turn - 1] if turn else "西城"
        self.shift = turn * (LAST - FIRST + 1)
        known = "|".join(sorted(map(re.escape, base.names), key=len, reverse=True))
        self._names = re.compile(rf"(?<![\w·])({known})(?![\w·])")

    def renamed(self, text: str) -> str:
        """Names of facts as this copy's own."""
        return self._names.sub(lambda m: self.place + m[0], text) if self.turn else text

    def plain(self, text: str) -> str:
        """Place names, amounts and readings as this copy's own."""
        if not self.turn:
            return text
        text = re.sub(r"\d+(?=(?:-\d+)?万元)", lambda m: str(int(m[0]) * (self.turn + 1)), text)
        text = re.sub(r"A(\d\d)", lambda m: self.reading(m[0]), text)
        return text.replace("西城", self.place)

    def reading(self, number: str) -> str:
        return f"A{int(number[1:]) + 100 * self.turn}" if self.turn and number in self.base.tagged else number

    def clause(self, number: str) -> str:
        return str(int(number) + self.shift) if FIRST <= int(number) <= LAST else number

    def line(self, text: str) -> str:
        """A labelled line: the label and its readings stay where they are."""
        label, colon, content = text.partition("：")
        return self.plain(label + colon + self.renamed(content)) if colon else self.plain(text)

    def law(self) -> str:
        made = (self._law_line(x) for x in self.base.body.splitlines())
        return "\n".join(made) + "\n"

    def _law_line(self, text: str) -> str:
        if not text.startswith("「"):
            return self.line(text)
        return re.sub("^「第(.)条", lambda m: f"「第{chinese(_DIGITS.find(m[1]) + self.shift)}条", self.plain(text))

    def facts(self) -> str:
        tables = self.base.tables if not self.turn else [t for t in self.base.tables if _head(t) not in _SHARED_TABLES[1:]]
        return "\n\n".join(self._table(t.strip()) for t in tables) + "\n\n"

    def _table(self, table: str) -> str:
        if not self.turn:
            return table
        lines = table.splitlines()
        if _head(table) == "申报":
            lines = ["事实：申报" + self.place + "，顶层", *(x for x in lines[1:] if not re.match(rf"\| ({'|'.join(_SHARED_NAMES - {'名称'})}) ", x))]
            return "\n".join([*lines[:2], *(self._row(x) for x in lines[2:])])
        return "\n".join([self.line(lines[0]), lines[1], *(self._row(x) for x in lines[2:])])

    def _row(self, row: str) -> str:
        first, bar, rest = row[1:].partition("|")
        name = first.strip()
        if name in ("名称", "金额", "事项标识") or (name.endswith("年") and name[:4].isdigit()):
            return self.plain(row)
        return self.plain(f"| {self.renamed(name)} |{rest}") if bar else row

    def register(self) -> str:
        rows = self.base.copied_rows() if self.turn else self.base.rows
        return "".join(self._register_row(r) + "\n" for r in rows)

    def _register_row(self, row: str) -> str:
        cells = row.split("|")
        cells[2] = re.sub(r"(?<![(\d])\d+(?=\(|/|等|–|\s)", lambda m: self.clause(m[0]), cells[2])
        return self.plain("|".join(cells))

    def cases(self) -> str:
        return "\n".join(self._case_line(x) for x in self.base.cases.splitlines()) + "\n"

    def _case_line(self, text: str) -> str:
        if not self.turn or not text or text[0] == "#":
            return text
        text = re.sub(r"(?<![\d(])([2-9])(?=\(\d\))", lambda m: self.clause(m[1]), text)
        text = re.sub(r"(?<=应得：)([2-9])(?= )", lambda m: self.clause(m[1]), text)
        if text.startswith(("案例", "样本")):
            return self.plain(re.sub(rf"(?<=[：以 ])(?={'|'.join(self.base.samples)})", self.place, text))
        made = self.renamed(text) if text[0] == "|" else self.line(text)
        return re.sub(rf"主体\.{self.place}", "主体.西城", self.plain(made) if text[0] == "|" else made)


def _head(table: str) -> str:
    return next(iter(re.findall(r"：([^，\n]+)", table)), "")


def long_policy(copies: int) -> Texts:
    """The files of a policy with `copies` times the articles: name to text."""
    base = Regulation()
    turns = [Copy(base, n) for n in range(copies)]
    end = LAST + 1 + turns[-1].shift
    law = base.head + "".join(x.law() for x in turns) + base.tail.replace("「第十条", f"「第{chinese(end)}条")
    register = turns[0].register().replace("| 10(", f"| {end}(") + "".join(x.register() for x in turns[1:])
    return {
        "条文.规则": law, "事实.规则": "".join(x.facts() for x in turns),
        "读法.规则": f"读法：登记\n{base.columns}\n{register}", "案例.规则": "".join(x.cases() for x in turns),
        "原文.txt": "\n".join(re.findall(r"(?ms)^「(.*?)」\s*$", law)) + "\n",
    }


def write(texts: Texts, folder: Path) -> Path:
    """The policy as files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def rules_text(texts: Texts) -> str:
    """What is parsed: all rule files one after another."""
    return "\n".join(text for name, text in texts.items() if name.endswith(".规则"))


def lines_in(texts: Iterable[str]) -> int:
    return sum(text.count("\n") for text in texts)
