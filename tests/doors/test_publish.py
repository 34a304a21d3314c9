"""The published page: everything of the policy is on it, escaped, linked, readable, and it needs no network."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from xcrules import __version__
from xcrules.base.resources import shipped_policies
from xcrules.meaning.program import Program
from xcrules.store.load import load_policy, load_text
from xcrules.tell.publish import publish_html, publish_markdown, tables
from xcrules.tell.readback import read_back, read_back_policy
from xcrules.use.cli import main

VOID = {"meta", "input", "br", "hr", "link"}


class Page(HTMLParser):
    """Ids, links, texts and tags of a page; faults in its nesting."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.headings: list[int] = []
        self.faults: list[str] = []
        self.words: list[str] = []
        self.json: dict[str, object] = {}
        self._script = ""
        self.feed(text)
        self.close()
        self.text = "".join("".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {k: v or "" for k, v in attrs}
        self.attributes += list(given.items())
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.links.append(given.get("href", ""))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "script":
            self._script = given.get("id", "code")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script" and self._script != "code":
            self.json[self._script] = json.loads(data)
        elif not self.open or self.open[-1] not in ("script", "style"):
            self.words.append(data)


def squeezed(text: str) -> str:
    return "".join(text.split())


def shipped(name: str) -> Program:
    program = load_policy(name).program
    assert program is not None
    return program


@pytest.fixture(scope="module")
def xicheng() -> Program:
    return shipped("xicheng-2021")


@pytest.fixture(scope="module")
def page(xicheng: Program) -> Page:
    return Page(publish_html(xicheng))


# -- the whole page, for every policy that comes with the package -----------------------------------------------


def test_a_bound_of_one_part_names_it() -> None:
    text = ("事实：申报，顶层\n| 名称 | 类型 |\n| 投资 | 元 |\n| 营收 | 元 |\n\n「第一条 投资奖励最高1万元，」\n  分项：投资奖\n  对象：企业\n  标准：投资\n  上限：单项 1万元\n"
            "「营收奖励最高2万元，」\n  分项：营收奖\n  对象：企业\n  标准：营收\n  上限：单项 2万元\n「每年合计不超过2万元。」\n  分项：投资奖、营收奖\n  上限：合计 企业年度 2万元\n")
    program = load_text(text).program
    assert program is not None
    told = tables.limits(program)
    assert told.head[1] == "分项"
    assert [row[1] for row in told.rows] == ["投资奖", "营收奖", ""]


@pytest.mark.parametrize("name", shipped_policies())
def test_page_is_sound(name: str) -> None:
    program = shipped(name)
    made = publish_html(program)
    page = Page(made)
    assert page.faults == []
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert {x[1:] for x in page.links if x.startswith("#")} <= set(page.ids)
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(page.headings, page.headings[1:], strict=False))
    for file in program.document.files:
        for quote in file.quotes:
            assert squeezed(quote.words) in page.text
            for line in quote.lines:
                if line.label == "静默":  # speaks to the checker
                    continue
                assert line.label in page.text
                assert squeezed(line.text) in page.text
    for clause in program.clauses:
        assert squeezed(read_back(program, clause.number)) in page.text


@pytest.mark.parametrize("name", shipped_policies())
def test_page_needs_no_network(name: str) -> None:
    made = publish_html(shipped(name))
    page = Page(made)
    assert all(x.startswith("#") for x in page.links)
    assert not {k for k, _ in page.attributes} & {"src", "srcset", "action", "data", "poster", "background", "onclick", "onload"}
    assert not re.search(r"url\(|@import|https?://|//[a-z]|fetch\(|XMLHttp|import\(", made)
    assert "default-src 'none'" in made


# -- what is on it ------------------------------------------------------------------------------------------


def test_permanent_links(page: Page, xicheng: Program) -> None:
    wanted = {k.number.replace("(", "-").replace(")", "") for k in xicheng.clauses}
    assert wanted <= set(page.ids)
    assert "2-1" in page.ids
    assert {r.number for r in xicheng.readings} <= set(page.ids)
    assert "#2-1" in page.links


def test_readings_with_risk_choices_and_reason(page: Page, xicheng: Program) -> None:
    for reading in xicheng.readings:
        assert f"风险{reading.risk}" in page.text
        for text in (reading.question, reading.reason, reading.words, *reading.choices):
            assert squeezed(text) in page.text
    assert "没有建模，另需人工：主管部门在10万元至50万元之间核定的金额" in page.text


def test_a_reading_says_where_its_notes_are(xicheng: Program) -> None:
    made = publish_html(xicheng)
    card = made[made.index('id="A46"') : made.index('id="A47"')]
    assert re.findall(r'注在 </b><a href="#([\w-]+)">([^<]+)</a></p>', card) == [("10-1", "第十条（一）")]


def test_sentences_for_every_choice(page: Page, xicheng: Program) -> None:
    said = page.json["sentences"]
    assert isinstance(said, dict)
    assert said["2-3"]["A08=门槛"] == read_back(xicheng, "2(3)", {"A08": "门槛"})
    both = {"A07": "比前年", "A08": "据实"}
    assert said["2-3"]["A07=比前年,A08=据实"] == read_back(xicheng, "2(3)", both)
    assert said["10-3"]["A42=对应日"].startswith(read_back_policy(xicheng, {"A42": "对应日"})["施行"])
    assert page.json["chosen"] == {r.number: r.default for r in xicheng.readings}


def test_a_line_over_several_clauses_is_said_where_it_stands() -> None:
    text = ("事实：甲，顶层\n| 名称 | 类型 |\n| 额 | 元 |\n| 分 | 数 |\n「第一条 甲」\n  对象：企业\n  标准：额\n「第二条 乙」\n  对象：企业\n  标准：额\n"
            "「第三条 丙」\n  总额：1、2 合计 每年 900万元，依 分 从高到低，同分 按比例\n「第四条 丁」\n  上限：1、2 合计 企业年度 9万元\n")
    loaded = load_text(text)
    assert loaded.program is not None
    shown = publish_markdown(loaded.program)
    assert "第一条与第二条，全部企业每年合计不超过900万元，按分从高到低依次给予" in shown
    assert "第一条与第二条合计，企业年度不超过9万元" in shown


def test_a_bound_over_several_is_said_where_it_stands_and_of_those_it_bounds() -> None:
    text = ("事实：甲，顶层\n| 名称 | 类型 |\n| 额 | 元 |\n「第一条 甲」\n  对象：企业\n  标准：额\n「第二条 乙」\n  对象：企业\n  标准：额\n"
            "  上限：1、2 合计 企业年度 8万元\n「第三条 丙」\n  对象：企业\n  标准：额\n  上限：1、3 合计 企业年度 9万元\n")
    program = load_text(text).program
    assert program is not None
    said = Page(publish_html(program)).json["sentences"]
    assert isinstance(said, dict)
    assert [("第一条与第二条合计" in said[n][""], "第一条与第三条合计" in said[n][""]) for n in "123"] == [(True, True), (True, False), (False, True)]


def test_a_fact_says_which_clauses_read_it() -> None:
    """Under the lead that says it once, by the name that 定义 gives, from a list that is summed, in a bound over several."""
    text = ("事实：甲，顶层\n| 名称 | 类型 |\n| 额 | 元 |\n| 停业 | 是否 |\n| 人数 | 人 |\n| 顶 | 元 |\n| 闲 | 元 |\n"
            "事实：发票，逐笔\n| 名称 | 类型 |\n| 金额 | 元 |\n"
            "「总则」\n  定义：小店 ＝ 人数 不满 20人\n  定义：发票 的 净额 ＝ 金额 － 1元\n"
            "「第一条 下列企业：」\n  除外：停业\n「（一）乙」\n  对象：企业，小店\n  标准：额\n「（二）丙」\n  对象：企业\n  标准：合计（发票 的 净额）\n"
            "「第二条 丁」\n  对象：企业\n  标准：额\n  上限：1(2)、2 合计 企业年度 顶\n")
    program = load_text(text).program
    assert program is not None
    shown = publish_markdown(program)
    used = {row.split(" | ")[0].strip("| "): row.split(" | ")[3] for row in shown[shown.index("## 事实") :].splitlines() if row.startswith("| ")}
    one, two, three = "第一条（一）", "第一条（二）", "第二条"
    assert used["额"] == f"{one}、{three}"
    assert used["停业"] == f"{one}、{two}"
    assert (used["人数"], used["金额"], used["顶"]) == (one, two, f"{two}、{three}")
    assert used["闲"].strip() == ""
    caps = shown[shown.index("## 上限") : shown.index("## 数额")]
    assert f"| {two}、{three} | 现行 | 上限 | 1(2)、2 合计 企业年度 顶 |" in caps


def test_markdown_says_how_a_list_is_filled_in_and_the_limits_of_a_figure() -> None:
    text = ("事实：案件，逐件\n| 名称 | 类型 |\n| 标的 | 元 |\n事实：年，顶层\n| 名称 | 类型 | 角色 |\n| 年度 | 年度 | 基准年度 |\n"
            "参数：受理费，元，在 50元 至 300元\n| 年度 | 值 | 来源 |\n| 2024年 | 200元 | 省定 |\n「第一条 每件50元至300元。」\n  对象：每件 案件\n  标准：受理费\n")
    program = load_text(text).program
    assert program is not None
    made = publish_markdown(program)
    assert "### 受理费（元，在 50元 至 300元）" in made
    assert "### 案件（名单，逐件填报）" in made


def test_what_leads_an_article_stands_under_its_number() -> None:
    program = load_text("「第一条 甲」\n  性质：导向\n「第二条 对下列企业给予奖励：」\n「（一）乙」\n  性质：导向，丙\n「丁」\n  性质：程序，戊\n").program
    assert program is not None
    made = publish_markdown(program)
    assert made.index("## 第二条") < made.index("对下列企业给予奖励") < made.index("### 第二条（一）")
    assert "不产生给付：丙。本款规定程序，不产生给付：戊。" in made


def test_too_many_choices_fall_back_to_one_at_a_time() -> None:
    rows = "".join(f"| R{n} | 1(1) | 低 | | 问 | 甲、乙 | | |\n" for n in range(1, 10))
    conditions = "".join(f"  条件〔R{n} 乙〕：数量 高于 {n}件\n" for n in range(1, 10))
    program = load_text(
        "规定：试\n事实：申报，顶层\n| 名称 | 类型 |\n| 数量 | 件 |\n\n读法：登记\n| 号 | 条款 | 风险 | 原文 | 问题 | 选项 | 另需人工 | 理由 |\n"
        + rows + "\n「第一条 试」\n「（一）给予五万元。」\n  对象：企业\n  标准：5万元\n" + conditions
    ).program
    assert program is not None
    said = Page(publish_html(program)).json["sentences"]
    assert isinstance(said, dict)
    assert set(said["1-1"]) == {"", *(f"R{n}=乙" for n in range(1, 10))}


def test_other_readings_are_marked(xicheng: Program) -> None:
    made = publish_html(xicheng)
    row = next(x for x in made.split('<div class="note') if 'data-tags="A08=门槛"' in x)
    assert row.startswith(" alt")
    assert 'class="note" data-tags="A08=保底"' in made


def test_amounts_caps_and_who_certifies(page: Page) -> None:
    for figure in ("150万元", "1:0.5", "4000元", "1万元/国", "6国", "50%"):
        assert figure in page.text
    assert "由西城园管委会认定；必填，缺了是未知" in page.text
    assert "由西城园管委会核定；可以不填" in page.text
    assert "缺省取参数" in page.text
    assert "2021年未公布西城园管委会统计，尚无公开数字" in page.text


def test_every_amount_of_the_rules_is_in_the_table(xicheng: Program) -> None:
    made = publish_html(xicheng)
    table = made[made.index('id="amounts"') : made.index('id="cases"')]
    shown = "、".join(re.findall(r"<td><b>([^<]+)</b></td>", table)).split("、")
    lines = [x for f in xicheng.document.files for q in f.quotes for x in q.lines if x.label in ("标准", "上限", "下限", "例外", "加给")]
    written = [x for line in lines for x in re.findall(r"\d[\d.,]*[万亿]?元(?:/\w)?|\d[\d.]*%|\d+:[\d.]+", line.text)]
    assert written
    assert set(written) <= set(shown)


def test_cases_show_facts_and_results(page: Page, xicheng: Program) -> None:
    assert xicheng.cases
    for case in xicheng.cases:
        assert squeezed(case.name) in page.text


# -- escaping -------------------------------------------------------------------------------------------------

NASTY = """规定：《<b>试</b> & "行"》
事实：申报，顶层
| 名称 | 类型 | 要求 | 角色 | 说明 |
| 数量 | 件 | | | <script>alert(1)</script> |

读法：登记
| 号 | 条款 | 风险 | 原文 | 问题 | 选项 | 另需人工 | 理由 |
| R1 | 1 | 低 | | <img src=x onerror=alert(2)>？ | 甲、乙 | | </script><script>alert(3)</script> |

「第一条 试」
「（一）给予"五"万元</section><script>alert(4)</script>。」
  对象：企业
  条件〔R1 乙〕：数量 高于 3件
  标准：5万元
  注释：</div> '引' & `码` | 竖线 *星* [链](javascript:alert(5))
「（二）甲" onclick="alert(6)。」
  性质：导向，</script><script>alert(7)</script>
"""


@pytest.mark.parametrize(("title", "shown"), [("《条例》第五章", "《条例》第五章"), ("《关于《条例》的办法》", "关于《条例》的办法"), ("《甲》和《乙》", "《甲》和《乙》")])
def test_a_title_loses_only_marks_that_enclose_it(title: str, shown: str) -> None:
    program = load_text(f"规定：{title}\n\n「第一条 试。」\n  性质：导向\n").program
    assert program is not None
    assert publish_markdown(program).startswith(f"# {shown}\n")
    assert f"<h1>{shown}</h1>" in publish_html(program)


def test_everything_is_escaped() -> None:
    program = load_text(NASTY).program
    assert program is not None
    made = publish_html(program)
    page = Page(made)
    assert page.faults == []
    assert page.open == []
    assert made.count("<script") == 3
    assert made.count("</script") == 3
    assert not {k for k, _ in page.attributes} & {"onerror", "onclick", "src"}
    assert "<script>alert(4)</script>" in page.text
    assert "导向，</script><script>alert(7)</script>" in page.text


def test_markdown_is_escaped() -> None:
    program = load_text(NASTY).program
    assert program is not None
    made = publish_markdown(program)
    assert "<script>" not in made.replace("\\<", "")
    assert r"\| 竖线 \*星\* \[链\]" in made


# -- readable ---------------------------------------------------------------------------------------------------


def _themes(css: str) -> list[dict[str, str]]:
    blocks = re.findall(r"(?<!root):root(?:\[data-theme=\"dark\"\]|:not\(\[data-theme=\"light\"\]\))? \{([^}]*)\}", css)
    return [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", b)) for b in blocks]


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.03928 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_in_light_and_dark(xicheng: Program) -> None:
    themes = _themes(publish_html(xicheng))
    assert len(themes) == 3  # light, dark by choice, dark by the system
    assert themes[1] == themes[2]
    for theme in themes:
        for ink in ("ink", "soft", "link", "hit", "who", "give", "bound", "time", "part", "quiet"):
            assert _contrast(theme[ink], theme["paper"]) >= 4.5, (ink, theme[ink])
        for ink, paper in (("ink", "tint"), ("ink", "said"), ("said-line", "said"), ("ink", "mark"), ("link", "mark"), ("soft", "tint")):
            assert _contrast(theme[ink], theme[paper]) >= 4.5, (ink, paper)


# -- Markdown -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", shipped_policies())
def test_markdown_is_whole(name: str) -> None:
    program = shipped(name)
    made = publish_markdown(program)
    plain = squeezed(re.sub(r"\\(.)", r"\1", made)).replace(">", "")
    for file in program.document.files:
        for quote in file.quotes:
            assert squeezed(quote.words) in plain
    for clause in program.clauses:
        assert squeezed(read_back(program, clause.number)) in plain
    columns = 0
    for line in made.split("\n"):  # every row of a table has as many cells as its head
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert cells in (0, columns) or columns == 0, line
        columns = cells


# -- the command ----------------------------------------------------------------------------------------------------


def test_command_writes_one_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "页.html"
    assert main(["publish", "xicheng-2021", "-o", str(out)]) == 0
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert [x.name for x in tmp_path.iterdir()] == ["页.html"]
    assert "已写好" in capsys.readouterr().out


def test_a_file_whose_name_says_markdown_is_markdown(tmp_path: Path) -> None:
    assert main(["publish", "xicheng-2021", "-o", str(tmp_path / "页.md")]) == 0
    assert (tmp_path / "页.md").read_text(encoding="utf-8").startswith("# ")


def test_command_default_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["publish", "xicheng-2021"]) == 0
    assert main(["publish", "xicheng-2021", "--markdown"]) == 0
    assert sorted(x.name for x in tmp_path.iterdir()) == ["xicheng-2021.html", "xicheng-2021.md"]


def test_command_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["publish", "xicheng-2021", "--markdown", "-o", "-"]) == 0
    assert capsys.readouterr().out.startswith("# 北京市西城区支持中关村科技园区西城园自主创新若干规定\n")


def test_command_with_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["publish", "没有这个政策"]) == 3
    assert main(["publish", "xicheng-2021", "-o", str(tmp_path / "没有" / "页.html")]) == 3
    assert "写不了「" in capsys.readouterr().err


def test_same_policy_same_page(xicheng: Program) -> None:
    assert publish_html(xicheng) == publish_html(shipped("xicheng-2021"))


@pytest.mark.parametrize("name", shipped_policies())
def test_every_cap_and_figure_says_whether_it_is_in_force(name: str) -> None:
    """The tables of 上限 and 数额 name the line that stands under the defaults and the choice under which another would."""
    policy = load_policy(name).program
    assert policy is not None
    text = publish_markdown(policy)
    rows = [row for part in ("## 上限", "## 数额") for row in text.partition(part)[2].partition("\n## ")[0].splitlines()[4:] if row.startswith("| ")]
    assert rows
    assert all(re.search(r"\| (现行|备选，取 .+ 时) \|", row) for row in rows)
    defaults = {(r.number, r.default) for r in policy.readings}
    for row in rows:
        readings = re.findall(r"([A-Z]\d+) (?![A-Z]\d)([^ |]+)", row.rsplit("|", 2)[1])
        others = [x for x in readings if x not in defaults]
        assert ("现行" in row) == (not others), row
    assert "**静默**" not in text


def test_what_speaks_to_the_checker_is_no_note_of_the_law() -> None:
    rules = "规定：《试》\n\n事实：直接填报\n| 名称 | 类型 | 说明 |\n| 费用 | 元 | |\n\n「第一条 给予费用的一半。」\n  对象：企业\n  标准：费用 的 50%\n  静默：没有上限，本来如此\n"
    loaded = load_text(rules)
    assert loaded.program is not None
    for page in (publish_html(loaded.program), publish_markdown(loaded.program)):
        assert "本来如此" not in page


def test_what_stands_after_the_numbered_text_is_headed_by_its_own_words() -> None:
    program = load_text("「试行意见」\n  注释：题目\n「第一条 给予奖励。」\n  对象：企业\n  标准：1万元\n「附则」\n「本意见自发布之日起施行。」\n  注释：略\n").program
    assert program is not None
    assert re.findall("^#+ .*$", publish_markdown(program), re.MULTILINE)[1:4] == ["## 题头", "## 第一条", "## 附则"]
    page = Page(publish_html(program))
    assert not page.faults
    assert len(page.ids) == len({*page.ids})


# -- what is known beside the words -----------------------------------------------------------------------------------

BACKED = """规定：《试》
事实：申报，顶层
| 名称 | 类型 | 要求 | 角色 |
| 年度 | 年度 | | 基准年度 |
| 合格 | 是否 | | |
| 费用 | 元 | | |
| 已得 | 逐款 元 | 闭世界 | 本年台账 |

「第一条 合格的，按费用的一半给予补贴，」
  对象：企业
  条件：合格
  标准：费用 的 50%
「每年不超过5万元。」
  上限：单项 5万元

案例：合格的
  给定：年度 为 2024年，合格，费用 为 2万元
  应得：1 应予支持 1万元
案例：手误 <b>
  给定：年度 为 2024年，非 合格，费用 为 2万元
  应得：1 应予支持 1万元
"""


def test_cases_stand_under_their_clause_and_notes_lead_to_facts() -> None:
    program = load_text(BACKED).program
    assert program is not None
    page = Page(made := publish_html(program))
    clause = made[made.index('id="1"') : made.index('id="readings"')]
    assert re.findall(r'<a href="#案例-(\d)">([^<]+)</a>：([^<]+)', clause) == [("1", "合格的", "应予支持，金额 1万元"), ("2", "手误 &lt;b&gt;", "应予支持，金额 1万元")]
    assert re.findall(r'class="text">(.*?)</span>', clause) == [
        "企业", '<a href="#事实--合格" class="fact">合格</a>', '<a href="#事实--费用" class="fact">费用</a> 的 50%', "单项 5万元"]
    assert {"案例-1", "案例-2", "事实--费用"} <= set(page.ids)
    assert "- 合格的：应予支持，金额 1万元" in publish_markdown(program)


def test_the_head_says_edition_engine_day_and_cases(tmp_path: Path) -> None:
    (tmp_path / "试.规则").write_text(BACKED, encoding="utf-8")
    assert main(["publish", str(tmp_path / "试.规则"), "-o", str(tmp_path / "页.html")]) == 0
    made = (tmp_path / "页.html").read_text(encoding="utf-8")
    head = made[made.index('class="summary"') : made.index("左边是条文原文")]
    assert re.search(rf"<dt>版本</dt><dd>[0-9a-f]{{16}}</dd><dt>引擎</dt><dd>xcrules {re.escape(__version__)}，\d{{4}}-\d\d-\d\d 排印</dd><dt>案例</dt><dd>2 个，1 个不符</dd>", head)
    assert "第一条 状态：应得 应予支持，算得 不符合" in made
    assert "1 个不符" in made[made.index('id="1"') : made.index('id="readings"')]


def test_proofs_slips_and_what_cases_saw_stand_at_their_lines(tmp_path: Path) -> None:
    (tmp_path / "试.规则").write_text(BACKED, encoding="utf-8")
    for name in ("页.html", "页.md"):
        assert main(["publish", str(tmp_path / "试.规则"), "--proofs", "-o", str(tmp_path / name)]) == 0
    made = (tmp_path / "页.html").read_text(encoding="utf-8")
    page = Page(made)
    assert (page.faults, page.open) == ([], [])
    assert {x[1:] for x in page.links if x.startswith("#")} <= set(page.ids)
    quote = made[made.index("每年不超过5万元。") : made.index('class="note"', made.index("每年不超过5万元。"))]
    assert "✗ 证明 0/1" in quote  # the cap says nothing of what was had this year
    assert "连同本年已得不超过 5万元" in quote
    assert re.search(r"<li>已得 含（1 为 [^<]+</li>", quote)
    assert re.search(r"<li>→ 第一条 应予支持 [\d.,]+万?元</li>", quote)
    condition = made[made.index('#事实--合格" class="fact"') :]
    condition = condition[: condition.index('class="note"')]
    assert "✓ 看到 2/2" in condition
    assert "去掉这一行" in condition
    assert "其余条件成立时，这一条也会不成立，已证" in condition
    for word in ("覆盖", "改动", "证明", "范围"):
        assert f"<dt>{word}</dt>" in made
    assert 'id="backed"' in made
    told = (tmp_path / "页.md").read_text(encoding="utf-8")
    assert "- ✗ 证明 0/1" in told
    assert "## 证据" in told
