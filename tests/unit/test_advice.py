"""Advice turns no condition round and brings no number from elsewhere."""

from __future__ import annotations

import re

import pytest

from xcrules.base.nearest import nearest
from xcrules.base.source import canonical
from xcrules.draft.parse.grammar import awaited
from xcrules.meaning.advice.keeps import keeps
from xcrules.meaning.advice.spelling import spelled
from xcrules.store.load import load_text

HEAD = """\
事实：申报，顶层
| 名称 | 类型 | 角色 |
| 年份 | 年度 | 基准年度 |
| 申报日 | 日期 | 申报日期 |
| 注册日期 | 日期 | |
| 注册地在南沙 | 是否 | |
| 甲 | 是否 | |
| 成交价格 | 元 | |
| 面积 | ㎡ | |
| 人次 | 次 | |

「第一条 成交价格5万元以上的，每人次补贴1000元，最高5万元。」
  对象：企业
"""


def advice(line: str) -> str:
    """Everything that is told about the line."""
    rest = "" if line.startswith("标准") else "  标准：成交价格\n"
    found = [d for d in load_text(f"{HEAD}  {line}\n{rest}").diagnostics if d.is_error]
    assert found, line
    return canonical("\n".join(f"{d.help}\n" + "\n".join(f.text for f in d.fixes) for d in found))


@pytest.mark.parametrize(("line", "right"), [
    ("标准：成交价格 的 （90 － 5） 每满 1 2%", "成交价格 的 ((90 - 5) 每满 1 2%)"), ("标准：成交价格 ÷ 面积，除数为零 按 0元/㎡", "(成交价格 ÷ 面积,除数为零 按 0元/㎡)"),
    ("条件：面积 不低于 90分", "面积 不低于 90㎡"), ("标准：成交价格 × 面积 占 100㎡", "成交价格 × (面积 占 100㎡)"),
])
def test_where_brackets_are_wanted(line: str, right: str) -> None:
    assert re.sub(r"\s+", "", right) in re.sub(r"\s+", "", advice(line))


@pytest.mark.parametrize(("conditions", "codes"), [("人次 不低于 2次", []), ("甲，人次 高于 0次", []), ("人次 不超过 2次", ["E311"]), ("甲 或 人次 不低于 2次", ["E311"])])
def test_a_divisor_that_a_condition_wants_above_nothing_may_divide(conditions: str, codes: list[str]) -> None:
    assert [d.code for d in load_text(f"{HEAD}  条件：{conditions}\n  标准：成交价格 ÷ 人次 × 1次\n").diagnostics if d.is_error] == codes


@pytest.mark.parametrize(("line", "right", "wrong"), [
    ("条件：注册地不在南沙", "非 注册地在南沙", r"(?<!非 )注册地在南沙"),
    ("例外：注册地不在南沙 的，5万元", "非 注册地在南沙 的", r"(?<!非 )注册地在南沙"),
    ("条件：注册地并非在南沙", "非 注册地在南沙", r"(?<!非 )注册地在南沙"),
    ("标准：￥50,000", "50,000元", r"50,?000(?!元)"),
    ("条件：不 甲", "非 甲", r"条件:甲|^甲$"),
    ("条件：没有 甲", "非 甲", r"条件:甲|^甲$"),
    ("条件：注册日期 不满 3年", "未满 3年", r"(?<!未)满 3年"),
    ("条件：注册日期 不到 3年", "未满 3年", r"(?<!未)满 3年"),
    ("条件：成交价格 小于等于 5万元", "不超过 5万元", r"(?<!不)低于|高于"),
    ("标准：成交价格 1‰", "", r"标准:成交价格\s*$|^成交价格$"),
    ("标准：人次 × 1000元/艘", "", "5万元"),
    ("上限：单项 10万元/艘", "", "5万元"),
    ("上限：企业年度 3,000,000", "3,000,000元", "5万元|3元"),
    ("条件：面积 超过 1万m2", "㎡", "成交价格|5万元"),
    ("条件：面积 超过 1万", "㎡", "成交价格|5万元"),
    ("条件：面积 超过 0.2万m2", "面积 超过 2000㎡", r"0\.2000|0\.20000"),
    ("上限：企业年度 2.5百万", "企业年度 250万元", r"2\.500"),
    ("条件：甲，注册日期 不满 3年", "甲,注册日期 未满 3年", " 或 "),
    ("条件：注册日期 > 2020年1月1日", "注册日期 晚于 2020年1月1日", "申报日"),
    ("表述：应纳税款 反向 应退", "表述:应纳税款,反向 应退", "给予"),
    ("表述：应补 税款 反向应退", "表述:应补 税款,反向", "给予"),
    ("标准：面积 × 5元/平方米/月 × 人次", "", "成交价格"),
    ("条件：注册日期 不迟于 2020年1月1日", "不晚于 2020年1月1日", "不高于|不等于"),
    ("条件：甲，成交价格 不少于5万元", "甲,成交价格 不少于 5万元", r"条件:甲\?"),
    ("条件：甲 注册地在南沙", "甲,注册地在南沙", r"条件:甲\?"),
    ("条件：甲、注册地在南沙之一", "甲 或 注册地在南沙", "甲,注册地在南沙"),
    ("标准：甲 5万元", "甲 的,5万元", r"标准:5万元\?"),
    ("拨付：分 2年 等额，自 核定年度 起，届满 停发", "届满 停拨", "照拨"),
])
def test_what_is_advised(line: str, right: str, wrong: str) -> None:
    said = advice(line)
    assert right in said
    assert not re.search(wrong, said, re.M), said


def test_no_near_word_says_the_contrary() -> None:
    """What is nearest but for a denial is never offered, 年未人数 is only misspelt."""
    assert nearest("未经注册", ["经注册", "未注册"]) == ["未注册"]
    assert nearest("注册在南沙", ["并非注册在南沙", "尚未注册在南沙"]) == []
    assert nearest("年未人数", ["年末人数", "年人数"]) == ["年末人数"]
    assert nearest("不满", ["未满"]) == ["未满"]


@pytest.mark.parametrize(("before", "after"), [
    ("不 甲", "甲"), ("甲 不低于 5元", "甲 低于 5元"), ("注册日期 不满 3年", "注册日期 满 3年"), ("登记日 晚于 申报日", "登记日 低于 申报日"),
    ("非 甲", "甲"), ("单项 10万元", "单项 5万元"), ("单项 10万元", "单项"), ("甲 超过 5元，乙", "乙"), ("未 获批", "获批"),
    ("甲 的 1%", "甲 的 10%"), ("单项 投资，最高 300万元", "单项 投资，已用 300万元"),
    ("上年 产值 较 前年 增长", "产值 较 前年 增长"), ("企业终身 一次，已得补差", "企业终身 一次"), ("产值 同比增长 高于 5%", "产值 增长 高于 5%"),
    ("盈亏 为 —5万元", "盈亏 为 5万元"), ("盈亏 为 （5万元）", "盈亏 为 5万元"), ("单项 1.5万元", "单项 15万元"), ("投资 5万元 每满 2万元", "投资 每满 2万元 5万元"),
])
def test_what_no_edit_may_do(before: str, after: str) -> None:
    assert not keeps(before, after)


@pytest.mark.parametrize(("before", "after"), [
    ("不 甲", "非 甲"), ("甲 大于等于 5元", "甲 不低于 5元"), ("单项 五十万元", "单项 50万元"), ("注册日期 不满 3年", "注册日期 未满 3年"),
    ("国家级，省级", "国家级、省级"), ("甲的5%", "甲 的 5%"), ("500平方米", "500㎡"),
    ("盈亏 为 负5万元", "盈亏 为 －5万元"), ("人次 2万元 每满 1000人次", "人次 每满 1000人次 2万元"), ("1.5万㎡", "15000㎡"),
])
def test_what_an_edit_may_do(before: str, after: str) -> None:
    assert keeps(before, after)


@pytest.mark.parametrize(("typed", "meant"), [
    ("百分之五", "5%"), ("百分之零点五", "0.5%"), ("3‱", "万分之3"), ("三成", "30%"), ("五十万元", "50万元"), ("人民币30万元", "30万元"), ("2000元每件", "2000元/件"), ("1000元/平方米", "1000元/㎡"),
    ("二〇一七年一月一日", "2017年1月1日"), ("5千万元", "5000万元"), ("1:0,5", "1:0.5"), ("3，000，000元", "3000000元"), ("10万元整", "10万元"),
])
def test_spellings(typed: str, meant: str) -> None:
    assert spelled(typed) == meant


def test_a_declared_name_has_one_form() -> None:
    """A full-width digit in a fact table is the digit that lines name the fact by."""
    loaded = load_text("事实：申报，顶层\n| 名称 | 类型 |\n| 第２类 | 元 |\n\n「第一条 补贴。」\n  对象：企业\n  标准：第２类\n")
    assert [d.code for d in loaded.diagnostics] == []


LAW = "第一条 适用于企业。\n第二条 办理要求提前三日。\n第三条 每家10万元。\n"


def test_a_dropped_sentence_is_not_put_into_another_article() -> None:
    """It wants a quote of its own; putting it into the next would take that article's number away."""
    from xcrules.base.source import Source
    from xcrules.draft.outline import outline
    from xcrules.draft.parse import parse_file
    from xcrules.meaning.tables.official import check_quotes

    text = "「第一条 适用于企业。」\n  性质：目的\n「第三条 每家10万元。」\n  对象：企业\n  标准：10万元\n"
    (found,) = check_quotes(outline((parse_file(Source("条文.规则", text))[0],)), Source("原文.txt", LAW))
    assert found.fixes == ()
    assert "加一段引文「第二条办理要求提前三日。」" in found.help
    assert found.span is not None
    assert found.span.line == 1


def test_an_amendment_is_not_undone_unasked() -> None:
    """A number that differs from the official text: which of the two is newer only a person knows."""
    from xcrules.base.source import Source
    from xcrules.draft.outline import outline
    from xcrules.draft.parse import parse_file
    from xcrules.meaning.tables.official import check_quotes

    text = "「第一条 适用于企业。第二条 办理要求提前三日。第三条 每家20万元。」\n  性质：目的\n"
    (found,) = check_quotes(outline((parse_file(Source("条文.规则", text))[0],)), Source("原文.txt", LAW))
    assert not any(f.sure for f in found.fixes)
    assert "政策改了的，先改公布的原文" in found.help


@pytest.mark.parametrize(("typed", "said"), [
    ("标准5万元", "标准：5万元"), ("- 标准：5万元", "标准：5万元"), ("**标准**：5万元", "标准：5万元"), ("【标准】5万元", "标准：5万元"),
    ("封顶：企业年度 5万元", "上限"), ("最高：企业年度 5万元", "上限"), ("补贴：5万元", "标准"), ("上限企业年度 5万元", "上限：企业年度 5万元"),
])
def test_a_label_as_people_write_it(typed: str, said: str) -> None:
    found = load_text(f"{HEAD}  标准：成交价格\n  {typed}\n").diagnostics
    first = next(d for d in found if d.is_error)
    assert first.span is not None
    assert first.span.source.line_text(first.span.line).strip() == typed
    assert said in canonical(f"{first.help}").replace(":", "：")


MEMBERS = "事实：甲，逐项\n| 名称 | 类型 |\n| 级别 | 国家级、省级、市级、其他 |\n\n「第一条 国家级、省级和市级的，每项补贴1万元。」\n"


@pytest.mark.parametrize("word", ["和", "及", "以及", "与"])
def test_no_member_is_lost_in_advice(word: str) -> None:
    found = load_text(f"{MEMBERS}  对象：每项 甲，级别 为 国家级、省级{word}市级\n  标准：1万元\n").diagnostics
    assert [d.code for d in found] == ["E315"]
    assert [f.text for f in found[0].fixes] == ["每项 甲，级别 为 国家级、省级、市级"]


def test_the_words_of_a_tier_written_together() -> None:
    text = ("事实：申报，顶层\n| 名称 | 类型 |\n| 产值 | 元 |\n\n「第一条 产值1亿元以上不满5亿元的，奖励1万元。」\n  对象：企业\n"
            "  对照：按 产值 定 奖\n  | 产值 | 奖 |\n  | 1亿元以上不满5亿元 | 1万元 |\n  | 其他 | 不予支持 |\n  标准：奖\n")
    found = load_text(text).diagnostics
    assert not found  # as the law has them


@pytest.mark.parametrize(("typed", "value"), [
    ("1.5千元", "1500元"), ("1千元", "1000元"), ("2.5百万", "250万元"), ("3百万元", "300万元"), ("1.5千万", "1500万元"), ("0.2万平方米", "2000㎡"),
    ("1.25万m2", "12500㎡"), ("5元/平方米/月", "5元/㎡·月"), ("5元每平方米每年", "5元/㎡·年"),
])
def test_a_number_in_other_words_keeps_its_value(typed: str, value: str) -> None:
    assert spelled(typed) == value


@pytest.mark.parametrize(("line", "right"), [
    ("条件：甲，标准：5万元", "另起一行写 标准：5万元"), ("条件：甲  上限：企业年度 5万元", "另起一行写 上限：企业年度 5万元"),
    ("上限：单项 成交价格 的 20%，企业年度 5万元", "另起一行 上限：企业年度 5万元"), ("上限：单项 成交价格 20%", "上限：单项 成交价格 的 20%"),
    ("条件：注册日期 2020年1月1日 以后", "不早于 2020年1月1日（含那一天），或 晚于 2020年1月1日（不含）"),
    ("条件：注册日期 2020年1月1日 以前", "不晚于 2020年1月1日（含那一天），或 早于 2020年1月1日（不含）"),
    ("条件：成交价格 未达到 5万元", "成交价格 低于 5万元"), ("条件：年份 不在 2020年 至 2022年", "非 （年份 在 2020年 至 2022年）"),
    ("设定：可补面积 为 面积，至多 500㎡", "设定：可补面积 ＝ 面积，至多 500㎡"),
])
def test_two_things_in_one_line_and_other_wordings(line: str, right: str) -> None:
    assert canonical(right) in advice(line)


def case_findings(given: str, count: int = 3, sample: str = "甲企业") -> list[tuple[str, int]]:
    cases = "".join(f"\n案例：第{n}，以 甲企业\n  应得：1 应予支持 1万元\n" for n in range(count))
    text = HEAD + f"  标准：1万元\n\n样本：{sample}\n  给定：{given}\n" + cases
    head = HEAD.count("\n")
    return [(d.code, d.span.line - head) for d in load_text(text).diagnostics if d.is_error and d.span]


def test_a_fault_of_a_sample_is_said_once_and_there() -> None:
    assert case_findings("年份 为 2024年，申报日 为 2024-11-20") == []
    assert case_findings("年份 为 2024年，申报日 为 2024年") == [("E807", 4)]
    assert case_findings("年份 为 2024年，丙 为 3") == [("E801", 4)]
    assert case_findings("年份 为 2024年", sample="乙企业") == [("E541", 6)]


@pytest.mark.parametrize("word", ["不", "没有", "无", "未", "不是"])
def test_a_fact_denied_in_a_case(word: str) -> None:
    text = HEAD + f"  标准：1万元\n案例：乙\n  给定：年份 为 2024年，{word} 甲\n  应得：1 应予支持 1万元\n"
    found = [d for d in load_text(text).diagnostics if d.is_error]
    assert [[f.text for f in d.fixes] for d in found] == [["年份 为 2024年，非 甲"]]


def test_what_may_stand_next_is_known_from_the_grammar() -> None:
    assert awaited("payment", "分 3年 等额,自 核定年度 起,届满 ") == ("照拨", "停拨")
    assert awaited("subject", "企业,事项 ") == ("见",)
    assert awaited("subject", "企业,,") == awaited("", "企业") == ()


@pytest.mark.parametrize(("heading", "code"), [("乙（以 甲馆）", "E541"), ("乙，以 甲馆，按 A01 从宽", "E549")])
def test_a_sample_and_a_reading_of_a_case_are_used_or_refused(heading: str, code: str) -> None:
    text = HEAD + f"  标准：1万元\n样本：甲馆\n  给定：年份 为 2024年，甲\n案例：{heading}\n  应得：1 应予支持 1万元\n"
    assert [d.code for d in load_text(text).diagnostics if d.is_error] == [code]


def test_an_article_without_its_marks_is_one_finding() -> None:
    text = HEAD + "  标准：1万元\n第二条 成交价格5万元以上的，补贴1万元。\n  对象：企业\n  标准：1万元\n案例：乙\n  给定：甲\n  应得：2 应予支持 1万元\n"
    assert [d.code for d in load_text(text).diagnostics if d.is_error] == ["E110"]


def test_rows_without_a_table_are_one_finding() -> None:
    text = "规定：甲\n| 名称 | 类型 |\n| 乙 | 元 |\n| 丙 | 元 |\n\n「第一条 补贴1万元。」\n  对象：企业\n  标准：1万元\n"
    assert [(d.code, d.span and d.span.line) for d in load_text(text).diagnostics if d.is_error] == [("E103", 2)]


def test_two_articles_of_one_number_are_one_finding() -> None:
    text = HEAD + ("  标准：1万元\n事实：奖项，逐项\n| 名称 | 类型 |\n| 级别 | 省级、其他 |\n「第一条 获奖的，每项补贴1万元。」\n"
                   "  对象：每项 奖项，级别 为 省级\n  标准：1万元\n案例：乙\n  给定：甲\n  应得：2 应予支持 1万元\n")
    assert [d.code for d in load_text(text).diagnostics if d.is_error] == ["E448"]


@pytest.mark.parametrize(("line", "help"), [
    ("条件：产值 首次突破 5亿元", "写成 某数 首次达到 5亿元（不含的写 首次超过）；某数是逐年的事实"),
    ("标准：（本年 产值 － 上年 产值） 每增加 1亿元 10万元", "写成 某个数 每满 1亿元；增加的数是 （本年的数 － 上年的数）"),
    ("标准：本年 产值 每实现 2000万元 2万元", "写成 某个数 每满 2000万元；增加的数是 （本年的数 － 上年的数）"),
    ("加给：（本年 产值 － 1亿元） 每满 1亿元 10万元", "写成 某个条件 的，（本年 产值 － 1亿元） 每满 1亿元 10万元；不论情形都加的，写在 标准 里：…… ＋ （本年 产值 － 1亿元） 每满 1亿元 10万元"),
    ("标准：产值 比上年增长 10% 以上 的部分 的 50%", "先另写一行 设定：增加额 ＝ 本年 产值 － 上年 产值，这里写 （增加额 － 上年 产值 的 10%） 的 某个比率"),
    ("标准：面积 × 20元/平方米•月 × 月数", "写成 标准：面积 × 20元/平方米·月 × 月数"),
])
def test_what_the_law_says_is_told_in_the_form_that_exists(line: str, help: str) -> None:
    facts = "事实：申报，顶层\n| 名称 | 类型 | 角色 |\n| 年度 | 年度 | 基准年度 |\n| 产值 | 逐年 元 | |\n| 面积 | ㎡ | |\n| 月数 | 月 | |\n"
    found = load_text(f"{facts}「第一条 给予奖励。」\n  对象：企业\n  {line}\n").diagnostics
    assert help in [d.help for d in found]


def test_one_line_of_what_is_due_says_one_clause() -> None:
    found = load_text("「第一条 给予奖励。」\n  对象：企业\n  标准：1万元\n案例：一\n  应得：1 10万元，2 20万元\n").diagnostics
    assert "写成两行：应得：1 10万元 另起一行 应得：2 20万元" in [d.help for d in found]


@pytest.mark.parametrize(("line", "right"), [
    ("条件：面积 100㎡ 超过", "条件：面积 超过 100㎡"), ("标准：成交价格 5% 的", "标准：成交价格 的 5%"),  # neighbours in the other order
    ("条件：注册地在南沙甲", "条件：注册地在南沙，甲"), ("条件：甲，为 面积 超过 100㎡", "条件：甲，面积 超过 100㎡"),  # run together, one too many
    ("上限：企业年度", "上限：企业年度 5万元"), ("标准：人次 1000元/次", "标准：人次 × 1000元/次"), ("限次：企业终身", "限次：企业终身 一次"),  # left out
])
def test_slips_that_do_not_depend_on_the_words(line: str, right: str) -> None:
    assert canonical(right) in advice(line)


@pytest.mark.parametrize("line", ["条件：甲，", "条件：甲、", "除外：甲；"])
def test_a_line_that_breaks_off_is_not_mended_unasked(line: str) -> None:
    """The rest may be lost: to take the comma away drops a condition."""
    found = [d for d in load_text(f"{HEAD}  {line}\n  标准：成交价格\n").diagnostics if d.is_error]
    assert found
    assert not any(fix.sure for d in found for fix in d.fixes)
