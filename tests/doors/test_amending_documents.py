"""修正案 as a document: each form of the amending text, what does not fit, what goes with it."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import xcrules
from tests.support.commands import command
from tests.support.policies import ROOT
from xcrules.store.load import load_policy
from xcrules.use.python.live import LivePolicy
from xcrules.use.spark import decided, plain

RULES = """规定：《甲县书店扶持办法》
原文：原文.txt

事实：申报，顶层
| 名称       | 类型 | 要求   | 角色     |
| 兑现年度   | 年度 |        | 基准年度 |
| 申报日期   | 日期 |        | 申报日期 |
| 租金       | 元   |        |          |
| 场次       | 场   |        |          |
| 本年已得   | 逐款 元 | 闭世界 | 本年台账 |

读法：登记
| 号  | 条款   | 风险 | 原文          | 问题           | 选项       | 另需人工 | 理由     |
| A01 | 1(2)   | 低   | 每场补贴500元 | 按场还是按次？ | 按场、按次 |          | 写了每场 |

「第一条 扶持」
「（一）书店的租金，按10%给予补贴，」
  对象：企业
  标准：租金 的 10%
「每年不超过3万元。」
  上限：企业年度 3万元
「（二）举办阅读活动的，每场补贴500元。」
  对象：企业
  标准〔A01 按场〕：500元/场 × 场次
  标准〔A01 按次〕：500元
「（三）改造门店的，给予1万元。」
  对象：企业
  标准：1万元

「第二条 县图书馆对书店免费开放，依照第一条第（三）项确定。」
  性质：服务

「第三条 本办法由县文旅局负责解释，自2024年1月1日起施行。」
  施行：自 2024年1月1日 起，凭 申报日期
「抄送：县文旅局」
  性质：抄送

样本：书店
  给定：兑现年度 为 2024年，申报日期 为 2024-05-01，租金 为 10万元，场次 为 4场

案例：各款，以 书店
  应得：1(1) 应予支持 1万元
  应得：1(2) 应予支持 2000元
  应得：1(3) 应予支持 1万元

案例：只看改造，以 书店
  给定：本年已得 含（1(3) 为 1元）
  应得：1(3) 应予支持 1万元

保证：1(3) 不超过 1万元
保证：读法 A01 只动 1(2)、1(1)
"""
OFFICIAL = ("第一条 扶持\n（一）书店的租金，按10%给予补贴，每年不超过3万元。\n（二）举办阅读活动的，每场补贴500元。\n（三）改造门店的，给予1万元。\n\n"
            "第二条 县图书馆对书店免费开放，依照第一条第（三）项确定。\n\n第三条 本办法由县文旅局负责解释，自2024年1月1日起施行。\n抄送：县文旅局\n")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "书店").mkdir()
    (tmp_path / "书店" / "条文.规则").write_text(RULES, encoding="utf-8")
    (tmp_path / "书店" / "原文.txt").write_text(OFFICIAL, encoding="utf-8")
    return tmp_path


def put(folder: Path, amendment: str, to: str = "新") -> tuple[str, str, list[str]]:
    """Rules and official text afterwards, and what is left to a person."""
    (folder / "修正案.规则").write_text(amendment, encoding="utf-8")
    code, out, err = command("amend", "书店", "修正案.规则", "-o", to, "--json")
    assert code == 0, out + err
    assert "错误" not in command("check", to).out
    return *((folder / to / n).read_text(encoding="utf-8") for n in ("条文.规则", "原文.txt")), [x["说明"] for x in json.loads(out)["待人工"]]


FORMS = {  # amending text and lines → what stands in the rules afterwards, and in the official text
    "「一、将第一条第（一）项中的“不超过3万元”修改为“不超过4万元”。」": ("「每年不超过4万元。」\n  上限：企业年度 4万元", "不超过4万元"),
    "「将第一条第（一）项“每年不超过3万元”修改为“每次不超过1万元”。」\n  上限：单项 1万元": ("「每次不超过1万元。」\n  上限：单项 1万元\n「（二）", "每次不超过1万元"),
    "「将第一条第（一）项修改为：“（一）书店的租金，按20%给予补贴，」\n  对象：企业\n  标准：租金 的 20%\n「每年不超过5万元。”」\n  上限：企业年度 5万元":
        ("「（一）书店的租金，按20%给予补贴，」\n  对象：企业\n  标准：租金 的 20%\n「每年不超过5万元。」\n  上限：企业年度 5万元\n「（二）", "按20%给予补贴，每年不超过5万元。\n（二）"),
    "「第一条增加一项，作为第（四）项：“（四）新设门店的，给予2万元。”」\n  对象：企业\n  标准：2万元":
        ("  标准：1万元\n「（四）新设门店的，给予2万元。」\n  对象：企业\n  标准：2万元\n\n「第二条", "（四）新设门店的，给予2万元。\n\n第二条"),
    "「增加一条，作为第四条：“第四条 书店应当‘明码标价’。”」\n  性质：职责":
        ("  施行：自 2024年1月1日 起，凭 申报日期\n\n「第四条 书店应当“明码标价”。」\n  性质：职责\n「抄送", "第四条 书店应当“明码标价”。\n抄送"),
    "「在第一条第（一）项“书店的租金”之后增加“和水电费”。」": ("「（一）书店的租金和水电费，按10%", "租金和水电费，"),
    "「在第一条第（一）项“书店”前增加“实体”。」": ("「（一）实体书店的租金", "（一）实体书店的"),
    "「删去第二条中的“免费”。」": ("对书店开放", "对书店开放"),
    "「将第一条第（一）项中的“，每年不超过3万元”删去。」\n  对象：企业\n  标准：租金 的 10%": ("「（一）书店的租金，按10%给予补贴。」\n  对象：企业\n  标准：租金 的 10%\n「（二）", "给予补贴。\n（二）"),
    "「将全文中的“县”统一修改为“区”。」": ("「第二条 区图书馆", "区文旅局负责解释"),
}


@pytest.mark.parametrize("amendment", [x for x, want in FORMS.items() if want])
def test_each_form(folder: Path, amendment: str) -> None:
    rules, official, _ = put(folder, amendment)
    want = FORMS[amendment]
    assert want is not None
    assert want[0] in rules
    assert want[1] in official


def test_lines_of_law_that_stays(folder: Path) -> None:
    rules, official, _ = put(folder, "「将第一条第（一）项“10%”修改为“20%”。」\n「每年不超过3万元。」\n  上限：企业年度 3万元\n  注释：与财政商定\n")
    assert "「每年不超过3万元。」\n  上限：企业年度 3万元\n  注释：与财政商定\n「（二）" in rules
    assert "每年不超过3万元。\n（二）" in official


def test_a_reading_goes_with_the_words_that_left_it_open(folder: Path) -> None:
    rules, _, _ = put(folder, "「将第一条第（二）项修改为：“（二）举办阅读活动的，按次给予500元补贴。”」\n  对象：企业\n  标准：500元")
    assert "A01" not in rules


def test_several_in_one_sentence(folder: Path) -> None:
    rules, official, _ = put(folder, "「将第一条第（一）项中的“10%”修改为“15%”，“3万元”修改为“4万元”；第（三）项中的“1万元”改为“2万元”，并删去第二条。」")
    assert "租金 的 15%" in rules
    assert "企业年度 4万元" in rules
    assert "标准：2万元" in rules
    assert "图书馆" not in official


def test_what_is_struck_out_takes_its_cases_along(folder: Path) -> None:
    rules, official, left = put(folder, "「删去第一条第（三）项。」")
    assert "改造门店" not in rules + official
    assert "1(3)" not in rules
    assert "案例：各款" in rules
    assert "只看改造" not in rules  # it asked for nothing else
    assert any("1(3)" in x for x in left)


def test_what_is_struck_out_takes_its_columns_and_readings_along(folder: Path) -> None:
    tables = """
案例表：书店
| 案例   | 本年已得 | 应得 1(2)       |
| 四场   |          | 应予支持 2000元 |

案例表：书店
| 案例   | 应得 1(1)      | 应得 1(2)       |
| 租金   | 应予支持 1万元 |                 |
| 场次   |                | 应予支持 2000元 |
| 都有   | 应予支持 1万元 | 应予支持 2000元 |

案例：按次，以 书店，读法 A01 按次
  给定：场次 为 2场
  应得：1(1) 应予支持 1万元
"""
    (folder / "书店/条文.规则").write_text(RULES + tables, encoding="utf-8")
    rules, _, _ = put(folder, "「删去第一条第（二）项。」")
    assert rules.count("案例表") == 1
    assert "| 案例   | 应得 1(1)      |\n| 租金   | 应予支持 1万元 |\n| 都有   | 应予支持 1万元 |\n" in rules
    assert "按次" not in rules


def test_articles_move_up_in_tables_and_ledgers_of_cases(folder: Path) -> None:
    (folder / "书店/条文.规则").write_text(RULES.partition("「第一条")[0].replace("| A01 |", "# | A01 |") + """「第一条 书店的租金，按10%给予补贴。」
  对象：企业
  标准：租金 的 10%
「第二条 另按租金的5%补贴。」
  对象：企业
  标准：租金 的 5%

样本：书店
  给定：兑现年度 为 2024年，申报日期 为 2024-05-01，租金 为 10万元

案例表：书店
| 案例 | 已获 1 | 已获 2 | 应得 1         | 应得 2          |
| 甲   | 1元    | 2元    | 应予支持 1万元 | 应予支持 5000元 |

案例：乙，以 书店
  给定：本年已得 含（1 为 3元）
  应得：2 应予支持 5000元

保证：2 随 租金 不减
保证：未经竞合 的 2 不超过 2万元
保证：若 2 高于 2元 则 2 在 2元 至 2万元
""", encoding="utf-8")
    (folder / "书店/原文.txt").write_text("第一条 书店的租金，按10%给予补贴。\n第二条 另按租金的5%补贴。", encoding="utf-8")
    rules, _, left = put(folder, "「删去第一条，其后各条序号相应调整。」")
    assert "| 案例 | 已获 1 | 应得 1          |\n| 甲   | 2元    | 应予支持 5000元 |" in rules
    assert "应得：1 应予支持 5000元" in rules
    assert "保证：1 随 租金 不减\n保证：未经竞合 的 1 不超过 2万元\n保证：若 1 高于 2元 则 1 在 2元 至 2万元\n" in rules
    assert any("给定还写着删去的 1" in x for x in left)  # it would be taken for what was 2


def test_a_reading_whose_words_stay_is_told(folder: Path) -> None:
    rules, _, left = put(folder, "「将第一条第（二）项修改为：“（二）举办阅读活动的，每场补贴500元，不满一场的不算。”」\n  对象：企业\n  标准：500元/场 × 场次\n  静默：W303、W304，按场")
    assert "A01" not in rules
    assert any("A01 的原文「每场补贴500元」还在" in x for x in left)


def test_words_that_are_all_of_a_quote_take_its_lines_along(folder: Path) -> None:
    rules, official, _ = put(folder, "「删去第一条第（一）项中的“每年不超过3万元。”。」")
    assert "  标准：租金 的 10%\n「（二）" in rules
    assert "给予补贴，（二）" in "".join(official.split())


def test_of_two_in_one_sentence_the_lines_are_of_the_last(folder: Path) -> None:
    rules, _, _ = put(folder, "「将第一条第（二）项中的“500元”修改为“600元”，第（三）项中的“1万元”修改为“租金的两成”。」\n  对象：企业\n  标准：租金 的 20%")
    assert "  标准〔A01 按场〕：600元/场 × 场次\n  标准〔A01 按次〕：600元\n" in rules
    assert "「（三）改造门店的，给予租金的两成。」\n  对象：企业\n  标准：租金 的 20%\n" in rules


def test_numbers_move_up_and_every_line_that_names_one_goes_along(folder: Path) -> None:
    rules, official, left = put(folder, "「删去第一条第（二）项，其后各项序号相应调整。」\n  注释：读法 A01 随款删去")
    assert "「（二）改造门店的" in rules
    assert "（二）改造门店的" in official
    assert "应得：1(2) 应予支持 1万元" in rules
    assert "含（1(2) 为 1元）" in rules
    assert "保证：1(2) 不超过 1万元" in rules
    assert "A01" not in rules
    assert any("第一条第（三）项" in x for x in left)  # the law's own words are only told
    assert any("以前记在 1(3) 下的，现在是 1(2)" in x for x in left)


@pytest.mark.parametrize("words", [
    "删去第一条第（一）项，原第（二）项、第（三）项依次顺延。", "删去第一条第（一）项；原第（二）项、第（三）项依次顺延。", "删去第一条第（一）项，后面的项依次顺延。",
    "删去第一条第（一）项，第（二）项、第（三）项依次改为第（一）项、第（二）项。", "删去第一条第（一）项，原第（二）项至第（三）项依次顺延为第（一）项至第（二）项。",
    "删去第一条第（一）项，原第（二）项和原第（三）项分别改为第（一）项和第（二）项。", "删去第一条第（一）项。第（二）项、第（三）项依次顺延。",
])
def test_what_stands_behind_moves_up(folder: Path, words: str) -> None:
    rules, official, _ = put(folder, f"「{words}」")
    assert official.startswith("第一条 扶持\n（一）举办阅读活动的，每场补贴500元。\n（二）改造门店的，给予1万元。\n\n第二条")
    assert "应得：1(1) 应予支持 2000元\n  应得：1(2) 应予支持 1万元" in rules


def test_several_places_in_one_sentence(folder: Path) -> None:
    rules, official, _ = put(folder, "「将第一条第（二）项、第（三）项和第三条中的“，”修改为“、”。」")
    assert [x for x in ("举办阅读活动的、每场", "改造门店的、给予", "负责解释、自2024年") if x not in rules or x not in official] == []
    assert "书店的租金，按" in rules
    assert "应得：1(3)" not in put(folder, "「删去第一条第（二）项和第（三）项。」", "再")[0]


@pytest.mark.parametrize(("words", "said"), [
    ("将第一条第（一）项、第（三）项中的“给予”修改为“奖励”。」\n  对象：企业\n  标准：1万元", "一处写一句"),
    ("将第一条第（一）项、第（三）项修改为：“（一）书店。”。」", "一条一项写一句"),
    ("删去第一条第（二）项至第（三）项。」", "一条一项写一句"),
    ("删去第一条第（一）项，第（二）项、第（三）项依次改为第（一）项。」", "号要一个对一个"),
    ("删去第一条第（一）项，第（二）项、第（三）项依次改为第（一）项、第（三）项。」", "第一条（三）排下来是 第一条（二），不是 第（三）项"),
    ("删去第一条第二款。」", "款没有编号，数不出第二款"),  # not the whole article
    ("将第一条第二款修改为：“书店。”。」", "款没有编号，数不出第二款"),
    ("将附表中的“甲”修改为“乙”。」", "不写附表：将“甲”修改为“乙”"),
])
def test_what_to_write_instead_is_said(folder: Path, words: str, said: str) -> None:
    (folder / "修正案.规则").write_text(f"「{words}", encoding="utf-8")
    assert said in command("amend", "书店", "修正案.规则").err


def test_an_item_in_the_middle(folder: Path) -> None:
    text = "「第一条增加一项，作为第（二）项：“（二）新设门店的，给予2万元。”原第（二）项、第（三）项序号依次顺延。」\n  对象：企业\n  标准：2万元\n"
    rules, official, _ = put(folder, text + "案例：新设，以 书店\n  应得：1(2) 应予支持 2万元\n")
    assert [x for x in ("（一）", "（二）新设", "（三）举办", "（四）改造") if x not in official] == []
    assert "| A01 | 1(3)" in rules
    assert "应得：1(4) 应予支持 1万元" in rules
    code, out, _ = command("test", "新")
    assert code == 0, out
    assert out == "3 个案例，3 个相符，0 个不符\n"


@pytest.mark.parametrize(("words", "told"), [
    ("第一条增加一项，作为第（六）项：“（六）新设门店。”", ["增加的是第一条（六），它的前一个号空着，核对编号"]),
    ("第一条增加一项，作为第（四）项：“（四）新设门店。”", []),
    ("第一条增加两项，作为第（四）项、第（五）项：“（四）新设门店。（五）扩建门店。”", []),
    ("增加一条，作为第六条：“第六条 书店。”", ["增加的是第六条，它的前一个号空着，核对编号"]),
    ("在第一条后增加一条，作为第一条之二：“第一条之二 书店。”", ["增加的是第一条之二，它的前一个号空着，核对编号"]),
    ("第一条增加一项，作为第（三）项：“（三）新设门店。”原第（三）项改为第（四）项。", []),
])
def test_a_number_that_none_stands_before_is_told(folder: Path, words: str, told: list[str]) -> None:
    text = f"「{words}」\n  性质：职责\n".replace("。（五）", "。」\n  性质：职责\n「（五）")
    assert [x for x in put(folder, text)[2] if "核对编号" in x] == told


def test_articles_between_move_no_others(folder: Path) -> None:
    """第二条之一 comes and goes without 第三条 moving; where its own number would have to change it is refused."""
    added = put(folder, "「增加一条，作为第二条之一：“第二条之一 书店应当守法。”」\n  性质：职责\n「此后各条序号相应调整。」")[1]
    assert "第二条之一 书店应当守法。\n\n第三条 本办法" in added
    (folder / "书店").rename(folder / "旧")
    (folder / "新").rename(folder / "书店")
    assert "第三条 本办法" in put(folder, "「删去第二条之一，其后各条序号相应调整。」", "三")[1]
    (folder / "修正案.规则").write_text("「删去第一条，其后各条序号相应调整。」", encoding="utf-8")
    err = command("amend", "书店", "修正案.规则").err
    assert "第二条之一的号要跟着变" in err
    assert "修正案.规则:1:1" in err


def test_an_article_in_the_middle(folder: Path) -> None:
    rules, official, _ = put(folder, "「在第一条后增加一条，作为第二条：“第二条 书店应当守法。”」\n  性质：职责\n「此后条文序号相应调整。」")
    assert "「第二条 书店应当守法。」\n  性质：职责\n\n「第三条 县图书馆" in rules
    assert "第四条 本办法" in official


def test_what_is_numbered_afresh_keeps_its_numbers(folder: Path) -> None:
    added = "「附则」\n「1. 由县文旅局解释。」\n  性质：解释权\n「2. 另给1000元。」\n  对象：企业\n  标准：1000元\n"
    cases = "\n案例：另给，以 书店\n  应得：附则2 应予支持 1000元\n"
    (folder / "书店/条文.规则").write_text(RULES.replace("「抄送", f"{added}「抄送") + cases, encoding="utf-8")
    (folder / "书店/原文.txt").write_text(OFFICIAL.replace("抄送", "附则\n1. 由县文旅局解释。\n2. 另给1000元。\n抄送"), encoding="utf-8")
    text, _, left = put(folder, "「在第一条后增加一条，作为第二条：“第二条 书店应当守法。”」\n  性质：职责\n「此后条文序号相应调整。」")
    assert "「2. 另给1000元。」" in text
    assert "应得：附则2 应予支持 1000元" in text
    assert not any("附则" in x for x in left)


def test_renamed_by_name(folder: Path) -> None:
    text = "「第一条增加一项，作为第（三）项：“（三）新设门店的，给予2万元。”」\n  对象：企业\n  标准：2万元\n「原第（三）项改为第（{}）项。」"
    rules, _, _ = put(folder, text.format("四"))
    assert "「（四）改造" in rules
    (folder / "错.规则").write_text(text.format("五"), encoding="utf-8")
    code, _, err = command("amend", "书店", "错.规则")
    assert code == 3
    assert "排下来是 第一条（四），不是 第（五）项" in err


def test_facts_readings_and_cases_come_along(folder: Path) -> None:
    rules, _, _ = put(folder, """「第一条增加一项，作为第（四）项：“（四）新设门店的，每平方米给予100元。”」
  对象：企业
  标准〔A02 建筑〕：100元/㎡ × 面积
  标准〔A02 使用〕：100元/㎡ × 使用面积

事实：申报，顶层
| 名称     | 类型 | 要求   | 角色     |
| 面积     | ㎡   |        |          |
| 使用面积 | ㎡   |        |          |
读法：登记
| 号  | 条款   | 风险 | 原文          | 问题           | 选项       | 另需人工 | 理由     |
| A01 | 1(2)   | 中   | 每场补贴500元 | 按场还是按次？ | 按场、按次 |          | 写了每场 |
| A02 | 1(4)   | 低   | 每平方米      | 哪种面积？     | 建筑、使用 |          | 没有写   |
案例：只看改造，以 书店
  给定：面积 为 10㎡
  应得：1(4) 应予支持 1000元
""")
    assert rules.count("事实：申报") == 1
    assert rules.count("| A01 |") == 1
    assert "| A01 | 1(2)   | 中" in rules
    assert rules.count("案例：只看改造") == 1
    assert command("test", "新").code == 0


WRONG = {
    "「将第一条第（一）项中的“不超过5万元”修改为“不超过4万元”。」": ("修正案.规则:1", "第一条（一）里没有「不超过5万元」"),
    "「将第九条中的“甲”修改为“乙”。」": ("修正案.规则:1", "原文里没有「第九条」"),
    "「将“第一条”修改为“第五条”。」": ("修正案.规则:1", "有 2 处「第一条」"),
    "「第一条适当提高标准。」": ("修正案.规则:1", "读不懂这一项修正"),
    "「将第一条第（一）项修改为：“（一）书店。」\n  对象：企业": ("修正案.规则:1", "没有收尾的 ”"),
    "「第一条增加一款，作为第二款：“书店要守法。”」\n  性质：职责": ("修正案.规则:1", "看不出增加的放在哪里"),
    "「第一条增加一项，作为第（二）项：“（二）新设门店的，给予2万元。”」\n  对象：企业\n  标准：2万元": ("", "编号 1(2) 写了两次"),
    "「将第一条第（一）项“每年不超过3万元”修改为“每次不超过1万元”。」\n  上限：单次 1万元": ("修正案.规则:2", ""),
    "「将第一条第（一）项修改为：“（一）书店的租金，按20%给予补贴，每年不超过5万元。”」": ("修正案.规则:1", ""),
    "「为了书店。」\n  性质：目的": ("修正案.规则:1", "没有一句修正的话"),
}


@pytest.mark.parametrize("amendment", WRONG)
def test_what_does_not_fit_is_said_at_its_place(folder: Path, amendment: str) -> None:
    (folder / "修正案.规则").write_text(amendment, encoding="utf-8")
    code, _, err = command("amend", "书店", "修正案.规则", "-o", "新")
    assert code == 3, err
    place, message = WRONG[amendment]
    assert place in err
    assert message in err
    assert "条文.规则" not in err or not place
    assert not (folder / "新").exists()


@pytest.mark.parametrize(("first", "second", "said"), [
    ("将第一条第（一）项“3万元”修改为“4万元”。", "将第一条第（一）项“不超过3万元”修改为“不超过5万元”。", "第一条第（一）项的「不超过3万元」，前面的一项（修正案.规则:1）已经改了"),
    ("删去第一条第（一）项中的“不超过3万元”。", "将第一条第（一）项“3万元”修改为“5万元”。", "已经删去了"),
    ("删去第一条第（三）项。", "将第一条第（三）项“1万元”修改为“2万元”。", "「1万元」，前面的一项（修正案.规则:1）已经删去了"),
    ("删去第一条第（三）项。", "删去第一条第（三）项。", "第一条第（三）项，前面的一项（修正案.规则:1）已经删去了"),
    ("将第一条第（三）项“1万元”修改为“2万元”。", "将第一条第（三）项“9万元”修改为“5万元”。", "第一条（三）里没有「9万元」"),  # it never was there
])
def test_the_same_place_twice(folder: Path, first: str, second: str, said: str) -> None:
    (folder / "修正案.规则").write_text(f"「一、{first}」\n「二、将第二条“免费”修改为“全部”。」\n「三、{second}」\n", encoding="utf-8")
    err = command("amend", "书店", "修正案.规则").err
    assert said in err
    assert "修正案.规则:3" in err


def test_several_mistakes_are_told_at_once(folder: Path) -> None:
    (folder / "修正案.规则").write_text("「一、删去第八条。」\n「二、将第一条第（一）项“九”修改为“十”。」\n「三、删去第九条。」\n", encoding="utf-8")
    err = command("amend", "书店", "修正案.规则").err
    assert [x for x in ("修正案.规则:1", "修正案.规则:2", "修正案.规则:3") if x not in err] == []


def test_without_a_folder_it_is_only_shown(folder: Path) -> None:
    (folder / "修正案.规则").write_text("「删去第二条。」", encoding="utf-8")
    code, out, _ = command("amend", "书店", "修正案.规则")
    assert code == 0
    assert "没有改文件" in out
    assert (folder / "书店" / "条文.规则").read_text(encoding="utf-8") == RULES
    (folder / "新").mkdir()
    (folder / "新" / "甲").write_text("", encoding="utf-8")
    assert command("amend", "书店", "修正案.规则", "-o", "新").code == 3


DECISION = """规定：《关于修改〈若干规定〉的决定》

「区政府决定对《若干规定》作如下修改：」
  性质：目的
「一、将第二条第（一）项中的“不超过150万元”修改为“不超过200万元”。」
「二、将第二条第（三）项中的“10-50万元”修改为“20-60万元”。」
「三、第三条增加一项，作为第（四）项：“（四）对新认定的企业研发机构，」
  对象：每项 创新平台与奖项，类型 为 创新平台
  条件：经认定，获得年度 为 政策兑现年度
「给予一次性20万元奖励。”」
  标准：20万元
  限次：单项 一次，已用 以前已奖励
「原第（四）项改为第（五）项。」
「四、删去第六条第（五）项。」
「五、在第七条第（一）项“创业、创新活动”之后增加“和数字化改造”。」
「六、将全文中的“西城园管委会”统一修改为“园区管委会”。」
「本决定自2024年1月1日起施行。」
  施行：自 2024年1月1日 起，凭 申报日期

案例：新认定的研发机构
  给定：政策兑现年度 为 2024年，申报日期 为 2024-09-01，主体.西城区注册，主体.西城区纳税，主体.中关村高新技术企业认定
  给定：创新平台与奖项 含（类型 为 创新平台，级别 为 国家级，经认定，获得年度 为 2024年）
  应得：3(4) 应予支持 20万元
"""


def test_the_comparison_table(folder: Path) -> None:
    put(folder, "「一、将第一条第（一）项“3万元”修改为“4万元”。」\n「二、删去第一条第（二）项，其后各项序号相应调整。」\n「三、增加一条，作为第四条：“第四条 书店应当守法。”」\n  性质：职责")
    code, text, _ = command("publish", "新", "--对照", "书店", "--markdown", "-o", "-")
    assert code == 0
    table = text[text.index("## 修改对照") :]
    assert "| 条款 | 修改前 | 修改后 |" in table
    assert "不超过3万元。 | （一）书店的租金，按10%给予补贴，每年不超过4万元。 |" in table
    assert "| 原第一条（二） | （二）举办阅读活动的，每场补贴500元。 | — |" in table
    assert "| 第一条（二） | （三）改造门店的，给予1万元。 | （二）改造门店的，给予1万元。 |" in table
    assert "| 第四条 | — | 第四条 书店应当守法。 |" in table
    assert "| 各款 | 第一条（二） | 应予支持 2,000元 | 没有这一款 |" in table
    assert "只看改造" not in table  # its clause has another number now, and its ledger too
    code, text, _ = command("publish", "新", "--对照", "书店", "-o", "-")
    assert "不超过<strong>3万元</strong>" in text
    code, text, _ = command("diff", "书店", "新")
    assert "  · 各款：第一条（二） 应予支持 2,000元 → 没有这一款" in text


@pytest.mark.parametrize(("years", "old", "new", "listed"), [
    ("2024年 至 2025年", "有效期2年", "有效期3年", ["2024年 至 2025年", "2024年 至 2026年"]),
    ("2024年 至 2025年", "2024年1月1日", "2025年1月1日", ["2024年 至 2025年", "2025年 至 2026年"]),
    ("2024年 至 2025年", "2024年1月1日", "2024年1月2日", ["2024年 至 2025年", "2024年 至 2026年"]),  # two years from the 2nd end on a 1 January
    ("施行之日 当年 至 期满之日 当年", "2024年1月1日", "2025年1月1日", []),
    ("2024年 至 期满之日 当年", "2024年1月1日", "2025年1月1日", ["2024年 至 2026年", "2025年 至 2026年"]),
    ("2024年 至 2025年", "县文旅局负责", "县财政局负责", []),
])
def test_years_that_do_not_go_with_a_new_term_are_told(folder: Path, years: str, old: str, new: str, listed: list[str]) -> None:
    for name in ("条文.规则", "原文.txt"):
        text = (folder / "书店" / name).read_text(encoding="utf-8").replace("日起施行", "日起施行，有效期2年")
        (folder / "书店" / name).write_text(text.replace("日 起，凭 申报日期", f"日 起 2年，止于 前一日，凭 申报日期\n  时效：兑现年度 在 {years}"), encoding="utf-8")
    told = [x["说明"] for x in json.loads(command("amend", "书店", old, new, "--款", "第三条", "--dry-run", "--json").out)["待人工"]]
    said = [x for x in told if x.startswith("时效")]
    assert len(said) == bool(listed)
    assert [x for x in listed if x not in "".join(said)] == []
    left = put(folder, f"「将第三条“{old}”修改为“{new}”。」")[2]
    assert [x for x in left if x.startswith("时效")] == said


def test_a_file_that_is_not_there_is_said_to_be_missing(folder: Path) -> None:
    for name in ("没有.规则", "没有/修正案"):
        assert f"读不到文件「{name}」" in command("amend", "书店", name).err
    assert "写出旧的字和新的字" in command("amend", "书店", "不超过3万元").err


# -- several texts by date ------------------------------------------------------------------------------------

FIRST = """「将第一条第（三）项“1万元”修改为“2万元”。」
「本决定自2025年1月1日起施行。」
  施行：自 2025年1月1日 起，凭 申报日期
"""
SECOND = """「删去第一条第（二）项，其后各项序号相应调整。」
「第一条第（一）项“不超过3万元”修改为“不超过4万元”。」
「本决定自2026年7月1日起施行。」
  施行：自 2026年7月1日 起，凭 申报日期
案例：改号以后，以 书店
  给定：申报日期 为 2026-07-01
  应得：1(2) 应予支持 2万元
"""


@pytest.fixture
def dated(folder: Path) -> Path:
    (folder / "书店" / "条文.规则").write_text(RULES.replace("原文：原文.txt\n", "原文：原文.txt\n修正：一.规则、二.规则\n"), encoding="utf-8")
    (folder / "书店" / "一.规则").write_text(FIRST, encoding="utf-8")
    (folder / "书店" / "二.规则").write_text(SECOND, encoding="utf-8")
    return folder


FACTS = {"兑现年度": 2026, "租金": 500000, "场次": 4}


@pytest.mark.parametrize(("day", "amounts"), [
    ("2024-12-31", {"1(1)": 30000, "1(2)": 2000, "1(3)": 10000}), ("2025-01-01", {"1(1)": 30000, "1(2)": 2000, "1(3)": 20000}),
    ("2026-06-30", {"1(1)": 30000, "1(2)": 2000, "1(3)": 20000}), ("2026-07-01", {"1(1)": 40000, "1(2)": 20000}),
])
def test_a_decision_takes_the_text_of_its_day(dated: Path, day: str, amounts: dict[str, int]) -> None:
    policy = xcrules.load("书店")
    facts = {**FACTS, "申报日期": day}
    for where in (policy, pickle.loads(pickle.dumps(policy)), LivePolicy("书店").current()):
        for given in (facts, where.facts(facts)):
            decision = where.decide(given)
            assert {k.number: k.amount for k in decision.clauses if k.amount} == amounts
            assert {n: v for n, v in where.amounts(given).items() if v} == {n: v * 100 for n, v in amounts.items()}
            assert where.decide_clauses(given, ["1(1)"])[0].amount == amounts["1(1)"]
    (dated / "企业.json").write_text(json.dumps(facts), encoding="utf-8")
    code, out, _ = command("decide", "书店", "企业.json")
    assert code == 0
    assert "修正以" in out
    assert command("explain", "书店", "企业.json", "1(1)").out.splitlines()[0] == out.splitlines()[0]
    text = "2025-01-01以前" if day < "2025" else "2026-07-01以前" if day < "2026-07" else "2026-07-01以后"
    assert policy.decide(facts).to_json()["文字"] == json.loads(command("decide", "书店", "企业.json", "--json").out)["文字"] == text


def test_cases_are_judged_by_their_day(dated: Path) -> None:
    assert command("check", "书店").code != 3
    code, out, _ = command("test", "书店")
    assert (code, out) == (0, "3 个案例，3 个相符，0 个不符\n")


def test_without_the_day_no_text_is_guessed(dated: Path) -> None:
    policy = xcrules.load("书店")
    for facts in (FACTS, {**FACTS, "申报日期": None}):
        with pytest.raises(xcrules.XcrulesError, match="E875"):
            policy.decide(facts)
    with pytest.raises(xcrules.XcrulesError, match="E807"):
        policy.decide({**FACTS, "申报日期": "去年"})


DAYS = ("2024-12-31", "2025-01-01", None, "2026-07-01", "2026-06-30", "去年")


def test_many_at_once_take_each_the_text_of_their_day(dated: Path) -> None:
    """A table, a frame, lines, a folder of tables, a worker of Spark: every row as `decide` says it, with the clauses of all texts."""
    policy = xcrules.load("书店")
    table = pa.table({"编号": [f"第{i}家" for i in range(len(DAYS))], "申报日期": list(DAYS), **{name: [value] * len(DAYS) for name, value in FACTS.items()}})
    answers = policy.decide_table(table)
    numbers = [n.removesuffix(".状态") for n in answers.column_names if n.endswith(".状态")]
    assert numbers[:3] == ["1(1)", "1(2)", "1(3)"]
    for day, row in zip(DAYS, answers.to_pylist(), strict=True):
        if day in (None, "去年"):
            assert ("E875" if day is None else "E807") in row["退回"]
            assert {row[f"{n}.状态"] for n in numbers} == {row["文字"], None}
            continue
        decision = policy.decide({**FACTS, "申报日期": day})
        assert row["退回"] is None
        for number in numbers:
            clause = next((k for k in decision if k.number == number), None)
            assert (row[f"{number}.状态"], row.get(f"{number}.金额") or 0) == (("无此款", 0) if clause is None else (clause.status, clause.amount or 0))
    assert answers["文字"].to_pylist() == ["2025-01-01以前", "2026-07-01以前", None, "2026-07-01以后", "2026-07-01以前", None]
    assert next(x.to_pylist() for x in decided(policy, None, table.column_names)(table.to_batches())) == plain(answers).to_pylist()
    assert policy.decide_table(table.slice(0, 0)).schema.names == answers.schema.names
    frame = policy.amounts_frame(table.to_pandas())
    assert frame["1(3)"].tolist()[:2] == [1000000, 2000000]
    assert frame["1(3)"].tolist()[3] == 0
    (dated / "数据").mkdir()
    pq.write_table(table, dated / "数据" / "企业.parquet")
    (dated / "行.jsonl").write_text("\n".join(json.dumps(x, ensure_ascii=False) for x in table.to_pylist()), encoding="utf-8")
    for data in ("数据", "行.jsonl"):
        out = dated / f"结果{data[0]}"
        code, _, err = command("batch", "书店", data, out.name)
        assert code == 1, err  # two rows without a day
        assert pq.read_table(next((out / "名单").glob("*"))).to_pylist() == answers.to_pylist()
        assert len(pq.read_table(out / "退回.parquet")) == 2
        told = {x["项"]: x["内容"] for x in json.loads((out / "说明.json").read_text(encoding="utf-8"))}
        assert told["文字"].startswith("2025-01-01以前的 1 家，2026-07-01以前的 2 家，2026-07-01以后的 1 家")


ADDING = """「增加一条，作为第四条：“第四条 书店新设门店的，」
  对象：每个 新设门店
  条件：开业年度 为 兑现年度
「给予2万元。”」
  标准：2万元
「本决定自2025年1月1日起施行。」
  施行：自 2025年1月1日 起，凭 申报日期

事实：新设门店，逐个
| 名称     | 类型 |
| 开业年度 | 年度 |
"""


@pytest.mark.parametrize(("day", "more", "code"), [
    ("2024-12-31", {"新设门店": [{"开业年度": 2026}]}, ""), ("2025-01-01", {"新设门店": [{"开业年度": 2026}]}, ""),
    ("2024-12-31", {"新设门店": [{"开业年": 2026}]}, "E801"), *((day, {"新设门店": [{"开业年度": "去年"}]}, "E802") for day in ("2024-12-31", "2025-01-01")), ("2024-12-31", {"新设门点": []}, "E801")])
def test_what_only_the_amendment_asks_for_is_left_aside_before_its_day(dated: Path, day: str, more: dict[str, object], code: str) -> None:
    """At every door alike, as the form of the text as amended asks for it; what no text knows, or none could read, is refused."""
    (dated / "书店" / "一.规则").write_text(ADDING, encoding="utf-8")
    (dated / "书店" / "条文.规则").write_text(RULES.replace("原文：原文.txt\n", "原文：原文.txt\n修正：一.规则\n"), encoding="utf-8")
    policy = xcrules.load("书店")
    facts = {**FACTS, "编号": "甲", "申报日期": day, **more}
    (dated / "企业.json").write_text(json.dumps(facts), encoding="utf-8")
    (dated / "行.jsonl").write_text(json.dumps(facts) + "\n", encoding="utf-8")
    told = json.loads(command("decide", "书店", "企业.json", "--json").out or "{}"), json.loads(command("decide", "书店", "行.jsonl", "--stream").out)
    command("batch", "书店", "行.jsonl", "结果")
    row = pq.read_table(next((dated / "结果" / "名单").glob("*"))).to_pylist()[0]
    if code:
        assert [x["代码"] for x in told[1]["错误"]] == [code]
        assert code in command("decide", "书店", "企业.json").err
        assert code in row["退回"]
        return
    new = {} if day < "2025" else {"4": 20_000}
    for given in (facts, policy.facts(facts), policy.facts(json.dumps(facts))):
        assert {k.number: k.amount for k in policy.decide(given) if k.number == "4"} == new
    assert policy.in_force(facts).decide(facts).clauses == pickle.loads(pickle.dumps(policy.in_force(facts))).decide(facts).clauses
    assert [x["条款"].get("4", {}).get("金额") for x in told] == ["20000.00" if new else None] * 2
    assert row["退回"] is None
    assert (row["4.状态"], row["4.金额"] or 0) == (("应予支持", 20_000) if new else ("无此款", 0))


@pytest.mark.parametrize(("row", "code"), [({"面积": 5}, ""), ({"面积": "大"}, "E802"), ({"大小": 5}, "E801")])
def test_so_is_a_column_that_only_the_amendment_has(tmp_path: Path, row: dict[str, object], code: str) -> None:
    """1万元 for each shop before; 5㎡ × 1元/㎡ ＋ 3人 × 1元/人 = 8元 after."""
    top = "\n事实：申报，顶层\n| 名称 | 类型 | 角色 |\n| 年度 | 年度 | 基准年度 |\n| 日期 | 日期 | 申报日期 |\n"
    shops = "\n事实：门店，逐个\n| 名称 | 类型 |\n| 年 | 年度 |\n"
    day = "  施行：自 {} 起，凭 日期\n"
    rules = "规定：《办法》\n修正：一.规则\n" + top + shops + "\n「第一条 每个门店1万元。」\n  对象：每个 门店\n  标准：1万元\n「第二条 自2024年1月1日起施行。」\n" + day.format("2024年1月1日")
    change = "「将第一条修改为：“第一条 每个门店每平方米1元，每人1元。”」\n  对象：每个 门店\n  标准：面积 × 1元/㎡ ＋ 人数 × 1元/人\n「自2025年1月1日起施行。」\n" + day.format("2025年1月1日")
    (tmp_path / "条文.规则").write_text(rules, encoding="utf-8")
    (tmp_path / "一.规则").write_text(change + top + "| 人数 | 人 | |\n" + shops + "| 面积 | ㎡ |\n", encoding="utf-8")
    policy = xcrules.load(str(tmp_path))
    for date, amount in (("2024-12-31", 10_000), ("2025-01-01", 8)):
        facts = {"年度": 2024, "日期": date, "人数": 3, "门店": [{"年": 2024, **row}]}
        if code:
            with pytest.raises(xcrules.XcrulesError, match=code):
                policy.decide(facts)
        else:
            assert policy.decide(facts)["1"].amount == amount


def test_lines_that_are_no_facts_are_refused_where_a_day_is_asked_for(dated: Path) -> None:
    (dated / "行.jsonl").write_text("[1]\n3\n", encoding="utf-8")
    assert [json.loads(x)["错误"][0]["代码"] for x in command("decide", "书店", "行.jsonl", "--stream").out.splitlines()] == ["E802", "E802"]


def test_what_a_text_costs_is_asked_of_the_text_as_amended(dated: Path) -> None:
    """The data are of before the amendment, the question is of after it: 4万 and 2万, whatever the day says."""
    (dated / "行.jsonl").write_text("\n".join(json.dumps({**FACTS, "编号": day, "申报日期": day}) for day in DAYS[:2]), encoding="utf-8")
    code, out, err = command("impact", "书店", "书店", "行.jsonl", "--json")
    assert code == 0, err
    assert (json.loads(out)["合计"]["旧"], json.loads(out)["合计"]["新"]) == ("120000.00", "120000.00")


def test_what_was_granted_before_an_amendment_is_told_of(tmp_path: Path) -> None:
    """Three years become two: what was granted the year before last has no third instalment any more. A clause that keeps its 拨付 says nothing."""
    head = "规定：《奖励办法》\n修正：一.规则\n事实：申报，顶层\n| 名称 | 类型 | 角色 |\n| 年度 | 年度 | 基准年度 |\n| 日期 | 日期 | 申报日期 |\n\n"
    own = "  对象：企业\n  标准：9万元\n  拨付：分 {}年 等额，自 核定年度 起\n"
    (tmp_path / "条文.规则").write_text(head + "「第一条 企业奖励9万元，分三年拨付。」\n" + own.format(3), encoding="utf-8")
    for years, said in (("两", ["W353"]), ("三", [])):
        text = f"规定：《决定》\n「一、将第一条修改为：“第一条 企业一次奖励9万元，分{years}年拨付。”」\n{own.format('两三'.index(years) + 2)}「本决定自2025年1月1日起施行。」\n  施行：自 2025年1月1日 起，凭 日期\n"
        (tmp_path / "一.规则").write_text(text, encoding="utf-8")
        assert [d.code for d in load_policy(str(tmp_path)).diagnostics if d.code == "W353"] == said


def test_files_are_written_as_they_stand(dated: Path) -> None:
    before = (dated / "书店" / "条文.规则").read_text(encoding="utf-8")
    for words in (("fmt", "书店"), ("check", "书店", "--fix")):
        command(*words)
        assert "每年不超过3万元" in (dated / "书店" / "条文.规则").read_text(encoding="utf-8")
    assert "修正：一.规则、二.规则" in before
    (dated / "三.规则").write_text("「删去第二条。」", encoding="utf-8")
    assert command("amend", "书店", "三.规则", "-o", "新").code == 0
    text = (dated / "新" / "条文.规则").read_text(encoding="utf-8")
    assert "修正：" not in text
    assert "不超过4万元" in text
    page = command("publish", "书店", "--markdown", "-o", "-").out
    assert page.count("| 条款 | 修改前 | 修改后 |") == 2


WRONG_DAYS = {
    FIRST.split("「本决定")[0]: "没有写从哪一天起", FIRST.replace("凭 申报日期", "凭 批准日期"): "「批准日期」不是申报的日期", FIRST.replace("2025年", "2027年"): "要在上一次",
    FIRST.replace("1万元", "9万元"): "没有「9万元」",
}


@pytest.mark.parametrize("first", WRONG_DAYS)
def test_an_amendment_that_cannot_be_dated_or_does_not_fit(dated: Path, first: str) -> None:
    (dated / "书店" / "一.规则").write_text(first, encoding="utf-8")
    code, out, _ = command("check", "书店")
    assert code == 1
    assert WRONG_DAYS[first] in out
    assert "一.规则" in out or "二.规则" in out
    (dated / "书店" / "一.规则").unlink()
    assert "E811" in command("check", "书店").out


def test_a_decision_on_the_whole_regulation(tmp_path: Path) -> None:
    (tmp_path / "修正案.规则").write_text(DECISION, encoding="utf-8")
    code, out, err = command("amend", str(ROOT / "policies" / "xicheng-2021"), str(tmp_path / "修正案.规则"), "-o", str(tmp_path / "新"))
    assert code == 0, err
    assert command("check", str(tmp_path / "新")).code == 0
    failing = command("test", str(tmp_path / "新")).out
    assert all(f"✗ {name}" in failing for name in ("两级合计超过年度总额", "增量很小仍给十万", "刚到门槛"))
    assert "研发机构" not in failing
    assert all(f"案例「{name}」" in out for name in ("两级合计超过年度总额", "增量很小仍给十万"))
    rules = (tmp_path / "新" / "条文.规则").read_text(encoding="utf-8")
    assert "「（五）对主导和参与制定" in rules
    register = (tmp_path / "新" / "读法.规则").read_text(encoding="utf-8")
    assert "2(1)(2)/3(3)(5)/6/9(1)" in register
    assert "| A35 | 7(3)" in register


def test_what_is_proved_and_got_wrong_is_the_text_of_now(dated: Path) -> None:
    """Whatever the day of a sheet that shows it: the text before an amendment is proved on its own, against it."""
    from xcrules.use.proof.mutation import mutate
    from xcrules.use.proof.proving import LAW, PROVED, WRONG, prove

    policy = xcrules.load("书店")
    found = list(prove(policy))
    assert [(x.text, x.why) for x in found if x.state == WRONG] == []
    assert next((x.clause, x.text, x.state) for x in found if x.kind == LAW) == ("1(1)", "连同本年已得不超过 4万元", PROVED)
    alone = xcrules.Policy(policy.program, policy.diagnostics)
    assert [x.state for x in mutate(policy)] == [x.state for x in mutate(alone)]
