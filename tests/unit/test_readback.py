"""The read-back says what the rules say: sentences written from the law, and nothing left out or added."""

from __future__ import annotations

import re

import attrs
import pytest

import xcrules
from xcrules.base.resources import shipped_policies
from xcrules.facts.types import SeriesType
from xcrules.meaning import rules, values
from xcrules.meaning.program import Clause, Program
from xcrules.store.load import load_policy, load_text
from xcrules.tell.readback import read_back, read_back_beside, read_back_policy


@pytest.fixture(scope="module")
def xicheng() -> Program:
    program = load_policy("xicheng-2021").program
    assert program is not None
    return program


FACTS = """规定：试行办法
事实：申报，顶层
| 名称 | 类型 | 要求 | 角色 |
| 兑现年度 | 年度 | | 基准年度 |
| 申报日期 | 日期 | | 申报日期 |
| 登记日期 | 日期 | | |
| 注册资本 | 元 | | |
| 内资 | 是否 | | |
| 行业 | 制造、零售、农业 | | |
| 营业收入 | 逐年 元 | | |
| 享受年度 | 年度 | | |
| 申请件数 | 件 | | |
| 首次申请 | 是否 | | |
| 人数 | 人 | | |
| 已获支持 | 逐款 元 | 闭世界 | 本年台账 |

事实：租房，逐套
| 名称 | 类型 |
| 面积 | ㎡ |
| 限面积 | ㎡ |
| 起租日期 | 日期 |
| 附属用房 | 是否 |
| 智能制造 | 是否 |
| 月数 | 月 |
| 租金 | 元 |

事实：专利奖，逐项
| 名称 | 类型 |
| 级别 | 国家级、省级、市级 |
| 奖种 | 金奖、优秀奖 |
| 项目 | 文字 |
| 已奖 | 元 |
| 领军 | 是否 |

「第一条 支持企业」
「（一）本款企业」
"""


def said(rule_lines: str, number: str = "1(1)") -> str:
    """The read-back of one clause written over the small vocabulary above."""
    loaded = load_text(FACTS + rule_lines)
    assert loaded.program is not None
    assert not [d for d in loaded.diagnostics if d.is_error], loaded.diagnostics
    return read_back(loaded.program, number)


# -- the regulation, written from the law -------------------------------------------------------------

LAW = {
    "2(1)": "每笔上级资金，类别为科技重大专项、级别为国家级或北京市级、到账年度为政策兑现年度的，"
    "按金额的1:1（国家级）、1:0.5（北京市级）给予；企业年度总额不超过150万元。",
    "2(3)": "企业科技活动经费支出连续2年增加、科技活动经费支出强度高于西城园平均强度、增加额高于0元的，"
    "按增加额的5%给予，不少于10万元，且不超过50万元；每家企业每年度只给予一次，本年度已获支持的不再给予；"
    "是否同一事项以研发补贴事项标识识别。所称增加额，是指本年研发经费减去上年研发经费。",
    "3(1)": "新入驻企业，新入驻，符合产业定位，且重大影响力或突出贡献的，"
    "按西城区注册日期当年起3年内区综合贡献最高一年（限已报年度）的50%给予；"
    "每家企业终身只给予一次；企业终身总额不超过1000万元。",
    "3(2)": "首次：高新技术企业，新入驻且持有国家高新技术企业证书、或者本年度取得证书次序为1的，给予30万元；"
    "每家企业终身只给予一次；自核定年度起分3年等额拨付，政策届满后继续拨付。"
    "二次：高新技术企业，本年度取得证书次序为2的，给予5万元；每家企业终身只给予一次。",
    "3(3)": "国内：每项专利，类型为国内发明专利、已授权、授权年度为政策兑现年度的，每件给予4000元。"
    "国外：每项专利，类型为国外专利、途径为PCT或巴黎公约、已授权、授权年度为政策兑现年度的，"
    "每件按可补国家数乘以每国1万元给予。"
    "所称可补国家数，是指本年度授权国家数，但连同以前年度已补贴国家数不超过6国。"
    "国内与国外合计，企业年度总额不超过50万元。",
    "4": "每个应用场景项目，国际领先或填补国内行业空白，全球首发或全国首发，西城区落地应用，形成示范推广效应，"
    "取得一定效益，且经认定的，支持金额由西城园管委会核定（记入“核定金额”），"
    "每个不超过实际投资总额的30%，且不超过300万元。",
    "5(1)": "每个孵化和加速基地，经认定的，支持金额由西城园管委会核定（记入“核定金额”）；"
    "同一名称的年度总额不超过1000万元（含本年度已获金额）。",
    "7(1)": "每笔贷款，用于创业创新的，按本年度缴纳利息的30%给予；"
    "其中类型为信用贷款或知识产权质押贷款、或者首次贷款的，改按本年度缴纳利息的50%给予；"
    "企业年度总额不超过100万元。",
    "7(2)": "本款不是资金支持：股权投资由基金按市场化方式决定。",
    "9(2)": "本款是导向性规定，不产生给付。",
}


@pytest.mark.parametrize("number", LAW)
def test_clause_reads_as_the_law_means(xicheng: Program, number: str) -> None:
    assert read_back(xicheng, number) == LAW[number]


@pytest.mark.parametrize(
    ("number", "reading", "choice", "there", "gone"),
    [
        ("2(3)", "A09", "含", "强度不低于西城园平均强度", "强度高于"),
        ("2(3)", "A08", "门槛", "增加额的5%不低于10万元的，按", "不少于10万元"),
        ("2(3)", "A07", "两年平均", "是指（本年研发经费减去前年研发经费）除以2", "上年"),
        ("2(3)", "A10", "同一口径", "是指本年科技活动经费支出减去上年科技活动经费支出", "研发经费减"),
        ("2(3)", "A60", "可补差", "本年度已获支持的只补足差额", "不再给予"),
        ("2(1)", "A03", "只配高级", "同一事项标识的从高不重复，只取级别最高的一笔（依次为国家级、北京市级）", "金额最高"),
        ("3(1)", "A12", "次年起", "按西城区注册日期次年起3年内", "当年起"),
        ("3(1)", "A13", "须齐全", "最高一年的50%", "已报"),
        ("3(2)", "A17", "只给首次", "次序为2的（但新入驻且持有国家高新技术企业证书的除外），给予5万元", "次序为2的，"),
        ("3(2)", "A16", "两份", "；其中新入驻、持有国家高新技术企业证书、本年度取得证书次序为1的，另给予30万元；", "改为"),
        ("3(2)", "A18", "停拨", "政策届满后停止拨付", "继续拨付"),
        ("3(3)", "A22", "各自", "国内与国外各自的企业年度总额不超过50万元", "合计"),
        ("3(3)", "A23", "每年", "是指本年度授权国家数，但不超过6国", "连同"),
        ("3(3)", "A21", "择一", "国内与国外合在一起，同一事项标识的从高不重复，只取金额最高的一项", "级别最高"),
        ("6(3)", "A32", "只管出版", "出版的企业年度总额不超过100万元", "合计"),
        ("7(1)", "A26", "叠加", "的，另按本年度缴纳利息的50%给予", "改按"),
        ("8(1)", "A06", "每称号", "核定（记入“核定金额”），每项不超过100万元。", "同一姓名"),
        ("2(2)", "A05", "按上限", "且经认定的，给予100万元；", "核定"),
        ("2(2)", "A61", "每家", "每家企业终身只给予一次；", "以前已奖励"),
    ],
)
def test_a_reading_changes_its_words(xicheng: Program, number: str, reading: str, choice: str, there: str, gone: str) -> None:
    text = read_back(xicheng, number, {reading: choice})
    assert there in text
    assert gone not in text
    assert there not in read_back(xicheng, number)


def test_policy_rules(xicheng: Program) -> None:
    said_of = read_back_policy(xicheng)
    assert said_of["适用"] == "适用对象：在区，且第一类主体、第二类主体或第三类主体的。"
    assert said_of["定义"].startswith("所称在区，是指西城区注册且西城区纳税；所称第一类主体，是指中关村高新技术企业认定；")
    assert said_of["施行"] == "自2021年11月1日起施行，至2026年10月31日止（含当日），以申报日期为准。"
    assert said_of["时效"] == "政策兑现年度限于2021年至2026年。"
    assert said_of["取整"] == "每款的合计金额四舍五入到分。"
    assert said_of["竞合"] == (
        "与其他区级政策支持事项标识相同的，从高不重复：他项支持为“已获得”的，只补足差额；"
        "为“符合未获得”的，他项金额较高时不再给予；先与他项支持从高，再按上限封顶；"
        "管的是第二条（一）、第二条（三）、第三条（三）、第六条（一）、第七条（一）、第九条（一）；"
        "不管第三条（一）、（二）、（四）、第六条（三）（没有写是哪件事），"
        "第二条（二）、第四条、第五条（一）、第五条（二）、第六条（二）、第六条（四）、第八条（一）、第八条（二）（金额由机关核定）。"
    )
    changed = read_back_policy(xicheng, {"A37": "择一", "A38": "先封顶", "A42": "对应日", "A46": "截尾", "A43": "含2020年"})
    assert "他项支持为“已获得”的，不再给予" in changed["竞合"]
    assert "先按上限封顶，再与他项支持从高" in changed["竞合"]
    assert "至2026年11月1日止" in changed["施行"]
    assert changed["取整"] == "每款的合计金额舍去尾数，取到分。"
    assert changed["时效"] == "政策兑现年度限于2020年至2026年。"


def test_every_clause_and_every_rule_of_the_whole_policy_is_told(xicheng: Program) -> None:
    assert all(read_back(xicheng, k.number).endswith("。") for k in xicheng.clauses)
    assert set(read_back_policy(xicheng)) == {"适用", "定义", "施行", "时效", "竞合", "取整", "废止"}


def test_unknown_clause(xicheng: Program) -> None:
    with pytest.raises(KeyError):
        read_back(xicheng, "11(1)")


# -- every phrase and label, over a small vocabulary ----------------------------------------------------

PHRASES = [
    ("对象：企业\n标准：5万元", "企业，给予5万元。"),
    ("对象：企业，内资\n标准：人数 × 1万元/人 － 5000元", "企业属于内资的，按人数乘以每人1万元减去5000元给予。"),
    ("对象：企业\n标准：（人数 × 1万元/人 － 5000元） 的 50%", "企业，按（人数乘以每人1万元减去5000元）的50%给予。"),
    ("对象：企业\n条件：人数 在 10人 至 50人\n标准：5万元", "企业人数在10人至50人之间（含两端）的，给予5万元。"),
    ("对象：企业\n设定：年次 ＝ 自 享受年度 起 第几年\n条件：年次 在 第一年 至 第五年\n标准：5万元",
     "企业年次为第一年至第五年的，给予5万元。所称年次，是指自享受年度起第几年。"),
    ("对象：企业\n标准：注册资本 的 5‰\n上限：企业年度 按 内资（是 30万元；否 10万元）",
     "企业，按注册资本的5‰给予；企业年度总额，内资的不超过30万元，非内资的不超过10万元。"),
    ("对象：企业\n标准：注册资本 的 5%\n上限：单项 按 人数（不超过 9人 1万元；其他 2万元）",
     "企业，按注册资本的5%给予，人数不超过9人的不超过1万元，其他的不超过2万元。"),
    ("对象：企业\n条件：人数 达到 10人，内资\n标准：5万元", "企业人数达到10人、属于内资的，给予5万元。"),
    ("对象：企业\n条件：营业收入 连续 3年 减少\n标准：5万元", "企业营业收入连续3年减少的，给予5万元。"),
    ("对象：企业\n条件：本年 营业收入 － 上年 营业收入 超过 100万元\n标准：5万元",
     "企业本年营业收入减去上年营业收入超过100万元的，给予5万元。"),
    ("对象：企业\n条件：兑现年度 不超过 享受年度 ＋ 4年\n标准：5万元", "企业兑现年度不超过享受年度后第4年的，给予5万元。"),
    ("对象：企业\n条件：兑现年度 在 享受年度 至 享受年度 ＋ 4年\n标准：5万元", "企业兑现年度在享受年度起5年内的，给予5万元。"),
    ("对象：企业\n条件：兑现年度 不低于 享受年度，享受年度 未满 5年\n标准：5万元", "企业兑现年度在享受年度起5年内的，给予5万元。"),
    ("对象：企业\n条件：兑现年度 不超过 享受年度 ＋ 1年\n标准：5万元", "企业兑现年度不超过享受年度的次年的，给予5万元。"),
    ("性质：另行规定，没有条件，个案研究", "本款另行规定，不按本规定计算：没有条件，个案研究。"),
    ("对象：企业\n条件：申报日期 超过 登记日期 ＋ 3年\n标准：5万元", "企业申报日期晚于登记日期满3年之日的，给予5万元。"),
    ("对象：企业\n条件：登记日期 满 3年\n标准：5万元", "企业自登记日期起已满3年的，给予5万元。"),
    ("对象：每套 租房\n设定：补面积 ＝ 面积，至多 限面积，至少 3㎡\n标准：补面积 × 20元/㎡",
     "每套租房，按补面积乘以每平方米20元给予。所称补面积，是指面积，但不超过限面积，且不低于3平方米。"),
    ("对象：每套 租房，月数 达到 6月\n标准：租金", "每套租房，月数达到6个月的，按租金给予。"),
    ("对象：企业\n条件：行业 不为 农业\n标准：5万元", "企业行业不为农业的，给予5万元。"),
    ("对象：企业\n条件：行业 不为 农业、零售\n标准：5万元", "企业行业不属于农业、零售的，给予5万元。"),
    ("对象：企业\n条件：（内资，人数 高于 9人） 或 行业 为 农业\n标准：5万元", "企业属于内资且人数高于9人、或者行业为农业的，给予5万元。"),
    ("对象：企业\n条件：（内资 或 首次申请） 且 人数 高于 9人\n标准：5万元", "企业属于内资或首次申请，且人数高于9人的，给予5万元。"),
    ("对象：企业\n标准：人数 × 按 行业（制造 10元/人；零售、农业 5元/人） ＋ 按 内资（是 10万元；否 5万元）",
     "企业，按人数乘以每人10元（制造）、每人5元（零售、农业），加上10万元（内资）、5万元（非内资）给予。"),
    ("对象：企业\n标准：按 内资（是 10万元；否 5万元） ＋ 申请件数 × 2000元/件", "企业，按（10万元（内资）、5万元（非内资））加上申请件数乘以每件2000元给予。"),
    ("对象：企业\n标准：人数 × 按 内资（是 10元/人；否 5元/人） － 1万元", "企业，按（人数乘以每人10元（内资）、每人5元（非内资））减去1万元给予。"),
    ("对象：企业\n标准：5万元\n上限：单项 注册资本 × 10", "企业，给予5万元，不超过注册资本的10倍。"),
    ("对象：企业\n标准：10万元\n上限：内资 的，单项 8万元\n上限：非 内资 的，单项 6万元", "企业，给予10万元，内资的，不超过8万元；非内资的，不超过6万元。"),
    ("对象：企业\n标准：10万元\n上限：单项 8万元\n上限：非 内资 的，单项 6万元", "企业，给予10万元，不超过8万元，且非内资的，不超过6万元。"),
    ("对象：企业\n对照：按 内资、首次申请 定 奖金\n| 内资 | 首次申请 | 奖金 |\n| 是 | | 3万元 |\n| 否 | 是 | 2万元 |\n| 否 | 否 | 1万元 |\n标准：奖金",
     "企业，按奖金给予。奖金按内资、首次申请确定：内资的为3万元；非内资且首次申请的为2万元；非内资且非首次申请的为1万元。"),
    ("对象：企业\n标准：申请件数 每满 30件 3万元", "企业，按申请件数每满30件3万元给予。"),
    ("对象：企业\n标准：5万元\n加给：首次申请 的，申请件数 × 2000元/件",
     "企业，给予5万元；其中首次申请的，另按申请件数乘以每件2000元给予。"),
    ("对象：企业\n标准：5万元\n例外：内资 的，8万元\n上限：单项 6万元",
     "企业，给予5万元；其中内资的，改为给予8万元；不超过6万元。"),
    ("对象：企业\n标准：按 行业（制造 10万元；零售、农业 5万元）", "企业，分别给予10万元（制造）、5万元（零售、农业）。"),
    ("对象：企业\n标准：按 内资（是 10万元；否 注册资本 的 1%）", "企业，内资的给予10万元、非内资的按注册资本的1%给予。"),
    ("对象：每套 租房，非 附属用房\n条件：内资，行业 为 制造\n条件：月数 达到 6月\n除外：首次申请\n除外：智能制造\n标准：租金",
     "企业属于内资、行业为制造的（但首次申请的除外），每套租房，非附属用房、月数达到6个月的（但智能制造的除外），按租金给予。"),
    ("对象：每项 专利奖\n设定：大 ＝ 人数 高于 9人\n设定：高 ＝ 级别 为 国家级\n条件：大\n条件：高 或 领军\n标准：5万元",
     "企业大的，每项专利奖，高或领军的，给予5万元。所称大，是指人数高于9人；所称高，是指级别为国家级。"),
    ("对象：每项 专利奖\n条件：（级别 为 省级，领军） 或 （内资，级别 为 市级）\n条件：奖种 为 金奖\n标准：5万元",
     "每项专利奖，（级别为省级且领军、或者企业属于内资且级别为市级），且奖种为金奖的，给予5万元。"),
    ("对象：企业\n条件：行业 不为 零售 或 首次申请\n标准：5万元", "企业首次申请或者行业不为零售的，给予5万元。"),
    ("对象：企业\n条件：内资，（人数 高于 9人，首次申请） 或 （人数 高于 5人，行业 为 农业）\n标准：5万元",
     "企业属于内资，且（人数高于9人且首次申请、或者人数高于5人且行业为农业）的，给予5万元。"),
    ("对象：企业\n条件：上年 营业收入 较 前年 增长 高于 5%\n标准：5万元", "企业上年营业收入较前年营业收入增长的比率高于5%的，给予5万元。"),
    ("对象：每套 租房，非 附属用房，起租日期 未满 3年\n标准：面积 × 50元/㎡·月 × 月数\n上限：单项 租金",
     "每套租房，非附属用房、自起租日期起未满3年的，按面积乘以每平方米每月50元乘以月数给予，每套不超过租金。"),
    ("对象：每套 租房\n除外：面积 低于 10㎡ 或 附属用房\n标准：租金 的 10‰\n上限：企业年度 合计（租房 的 租金）",
     "每套租房（但面积低于10平方米或者附属用房的除外），按租金的10‰给予；企业年度总额不超过各套租房的租金之和。"),
    ("对象：每套 租房\n设定：补面积 ＝ 面积，至多 500㎡\n标准：补面积 × 20元/㎡",
     "每套租房，按补面积乘以每平方米20元给予。所称补面积，是指面积，但不超过500平方米。"),
    ("对象：企业\n条件：计数（专利奖，级别 为 国家级） 不低于 2\n标准：5万元",
     "企业，级别为国家级的专利奖的项数不低于2项的，给予5万元。"),
    ("对象：企业\n标准：5万元\n拨付：分 3年 按 50%、30%、20%，自 核定年度 起，届满 停拨",
     "企业，给予5万元；自核定年度起分3年拨付，各年依次为50%、30%、20%，政策届满后停止拨付。"),
    ("对象：企业\n标准：5万元\n拨付：分 2年 等额，自 核定年度 起，续拨 凭 内资",
     "企业，给予5万元；自核定年度起分2年等额拨付，政策届满后继续拨付；核定以后的各年，内资的才拨付当年的一期。"),
    ("对象：企业\n标准：5万元\n总额：每年 900万元，超出按比例",
     "企业，给予5万元；全部企业每年合计不超过900万元，超出的按各自申请额同比例核减；每家企业先列申请额，待统筹后确定。"),
    ("对象：每套 租房\n标准：租金 的 10%\n总额：前 20名，依 面积 从高到低，同分 按 起租日期 先到先得",
     "每套租房，按租金的10%给予；按面积从高到低依次给予，只给前20名，相同的按起租日期从早到晚排列；每家企业先列申请额，待统筹后确定。"),
    ("对象：企业\n标准：5万元\n拨付：分期 30%、70%，随 核定年度、内资",
     "企业，给予5万元；分2期拨付：核定当年30%，「内资」成立的当年70%（早于核定的，在核定当年），政策届满后继续拨付。"),
    ("对象：每项 专利奖\n标准：5万元\n从高：同一 项目", "每项专利奖，给予5万元；同一项目的从高不重复，只取金额最高的一项。"),
    ("对象：每项 专利奖\n标准：5万元\n上限：同一 项目 终身 20万元，已用 已奖", "每项专利奖，给予5万元；同一项目的终身总额不超过20万元（含已奖）。"),
    ("对象：企业\n标准：5万元\n义务：十年内不迁出本区", "企业，给予5万元。受益企业的义务：十年内不迁出本区。"),
    ("对象：企业\n标准：5万元\n注释：给读者看", "企业，给予5万元。"),
    ("对象：个人，内资\n标准：5万元\n上限：企业年度 6万元\n义务：十年内不迁出本区", "个人属于内资的，给予5万元；个人年度总额不超过6万元。受益个人的义务：十年内不迁出本区。"),
    ("对象：职工\n标准：5万元", "职工，给予5万元。"),
    ("对象：企业\n标准：按 注册资本（不满 500万元 1万元；500万元 以上 2万元）", "企业，按注册资本分别给予1万元（不满500万元）、2万元（不低于500万元）。"),
    ("对象：企业\n设定：每月 ＝ 按 注册资本（不满 500万元 1万元；500万元 以上 2万元）\n标准：每月 ＋ 3万元",
     "企业，按每月与3万元之和给予。所称每月，是指1万元（注册资本不满500万元）、2万元（不低于500万元）。"),
    ("对象：企业\n裁量：由 区科技局 核定\n上限：单项 6万元", "企业，支持金额由区科技局核定，不超过6万元。"),
    ("性质：另行规定，由区科技局另定", "本款另行规定，不按本规定计算：由区科技局另定。"),
    ("""对象：企业
对照：按 注册资本 定 落户奖
| 注册资本 | 落户奖 |
| 500万元 以上 不满 5000万元 | 300万元 |
| 5000万元 以上 | 600万元 |
| 其他 | 不予支持 |
标准：落户奖""", "企业，按落户奖给予。落户奖按注册资本确定：500万元以上不满5000万元的为300万元；"
     "5000万元以上的为600万元；其他情形不予支持。"),
    ("""对象：每项 专利奖
对照：按 级别、奖种 定 奖金
| 级别 | 奖种 | 奖金 |
| 国家级 | 金奖 | 15万元 |
| 省级、市级 | | 8万元 |
| 其他 | | 1万元 |
标准：奖金""", "每项专利奖，按奖金给予。奖金按级别、奖种确定：国家级、金奖的为15万元；省级、市级的为8万元；其他情形为1万元。"),
    ("""对象：企业
对照：按 行业 定 收入线、奖额
| 行业 | 收入线 | 奖额 |
| 制造 | 5000万元 | 10万元 |
| 零售 | 2亿元 | 5万元 |
| 农业 | 不予支持 | 不予支持 |
条件：上年 营业收入 不低于 收入线
标准：奖额""", "企业上年营业收入不低于收入线的，按奖额给予。收入线、奖额按行业确定：制造的分别为5000万元、10万元；"
     "零售的分别为2亿元、5万元；农业的不予支持。"),
]


PHRASES += [
    ("对象：企业\n标准：孰高（注册资本 － 上年 营业收入、0元） 的 60%", "企业，按（注册资本超过上年营业收入的部分）的60%给予。"),
    ("对象：企业\n标准：平均（注册资本、上年 营业收入） 的 10%", "企业，按注册资本与上年营业收入的平均数的10%给予。"),
    ("对象：企业\n标准：（注册资本 ＋ 1万元） ÷ 2", "企业，按（注册资本与1万元之和）除以2给予。"),
    ("对象：企业\n对照：按 行业、内资 定 奖\n| 行业 | 内资 | 奖 |\n| 制造、零售 | 是 | 2万元 |\n| 农业 | 是 | 1万元 |\n| 制造、零售 | 否 | 不予支持 |\n| 农业 | 否 | 不予支持 |\n标准：奖",
     "企业，按奖给予。奖按行业、内资确定：制造或零售、内资的为2万元；农业、内资的为1万元；其他情形不予支持。"),
]


@pytest.mark.parametrize(("rule_lines", "sentence"), PHRASES)
def test_phrase(rule_lines: str, sentence: str) -> None:
    assert said(rule_lines) == sentence


def test_a_name_that_only_repeats_what_it_stands_for_is_not_told() -> None:
    head = "事实：申报，顶层\n| 名称 | 类型 | 角色 |\n| 年度 | 年度 | 基准年度 |\n| 纳税额 | 逐年 元 | |\n| 违规执业不良记录 | 是否 | |\n\n事实：人才，逐名\n| 名称 | 类型 |\n| 实到 | 元 |\n\n"
    policy = xcrules.loads(head + "「第一条 给。」\n  对象：个人\n  条件：非 违规执业不良记录\n  设定：上年纳税额 ＝ 上年 纳税额\n  标准：上年纳税额 的 1%\n"
                          "「第二条 给。」\n  对象：每名 人才\n  定义：人才 的 首额 ＝ 按 实到（不满 200万元 0元；200万元 以上 实到 的 2%）\n  标准：首额\n")
    assert read_back(policy.program, "1") == "个人没有违规执业不良记录的，按上年纳税额的1%给予。"
    assert read_back_policy(policy.program)["定义"] == "所称人才的首额，按实到：不满200万元的是指0元，不低于200万元的是指实到的2%。"


def test_order_of_lines_does_not_matter() -> None:
    one = "对象：企业\n条件：内资\n标准：5万元\n上限：单项 4万元\n拨付：分 2年 等额，自 核定年度 起"
    lines = one.split("\n")
    assert said("\n".join([*lines[:1], *reversed(lines[1:])])) == said(one)


# -- nothing left out, nothing added --------------------------------------------------------------------

_FIGURE = re.compile(r"\d[\d.,]*(?:[%‰]|:\d[\d.]*|[万亿]+元|元|国|年|月|件)?")


def test_every_figure_of_a_rule_is_said_and_no_other(xicheng: Program) -> None:
    """Figures of a clause's active lines and of its sentence are the same set."""
    chosen = {r.number: r.default for r in xicheng.readings}
    for clause in xicheng.clauses:
        if clause.nature:
            continue
        rule_lines = [r for r in clause.rules() if r.active(chosen) and r.origin.label not in ("注释", "性质")]
        written = {x for r in rule_lines for x in _FIGURE.findall(r.origin.text.replace("/国", ""))}
        assert set(_FIGURE.findall(read_back(xicheng, clause.number))) == written, clause.number


@pytest.mark.parametrize("name", shipped_policies())
def test_every_rule_has_its_words(name: str) -> None:
    """Leaving out any one rule of a clause, under the readings in which it stands, changes the sentence."""
    tried, program = 0, xcrules.load(name).program
    for clause in program.clauses:
        for rule in clause.rules():
            if rule.origin.label in ("分项", "性质", "注释", "静默") or _is_head(rule) or clause.nature:
                continue
            chosen = dict(rule.choices)
            assert read_back(_without(program, clause, rule), clause.number, chosen) != read_back(program, clause.number, chosen), rule
            tried += 1
    assert tried > (60 if len(program.clauses) > 2 else 1)


@pytest.mark.parametrize("name", shipped_policies())
def test_every_part_of_a_condition_has_its_words(name: str) -> None:
    tried, program = 0, xcrules.load(name).program
    for clause in program.clauses:
        for rule in clause.rules():
            if not isinstance(rule.body, rules.Condition) or not isinstance(held := rule.body.condition, values.Logic) or held.op != "且":
                continue
            chosen = dict(rule.choices)
            for part in held.parts:
                less = attrs.evolve(rule, body=attrs.evolve(rule.body, condition=attrs.evolve(held, parts=tuple(p for p in held.parts if p is not part))))
                without = _without(program, clause, rule, less)
                assert read_back(without, clause.number, chosen) != read_back(program, clause.number, chosen), (rule, part)
                tried += 1
    assert tried > 10 or len(program.clauses) < 3


def _is_head(rule: rules.Rule) -> bool:
    return isinstance(rule.body, rules.Subject) or (isinstance(rule.body, rules.Let) and isinstance(rule.body.type, SeriesType))


def _without(program: Program, clause: Clause, rule: rules.Rule, *instead: rules.Rule) -> Program:
    def kept(rule_lines: tuple[rules.Rule, ...]) -> tuple[rules.Rule, ...]:
        return tuple(x for r in rule_lines for x in ((r,) if r is not rule else instead))

    parts = tuple(attrs.evolve(part, rules=kept(part.rules)) for part in clause.parts)
    less = attrs.evolve(clause, shared=kept(clause.shared), parts=parts, totals=kept(clause.totals))
    return attrs.evolve(program, clauses=tuple(less if k is clause else k for k in program.clauses))


SHIPS = """规定：《试》

事实：直接填报
| 名称 | 类型 | 说明 |
| 年 | 年度 | 角色：基准年度 |
| 船公司 | 是否 | |
| 新落户 | 是否 | |
| 注册地在南沙 | 是否 | |
| 已享受扶持 | 是否 | |
| 失信 | 是否 | |
| 停业 | 是否 | |
| 上年度裁员 | 是否 | |
| 签约 | 日期 | |
| 申报 | 日期 | 角色：申报日期 |

「第一条 给予一万元。」
  对象：企业
  {lines}
  标准：1万元
"""


@pytest.mark.parametrize(("lines", "said"), [
    ("条件：船公司，新落户", "企业属于船公司、新落户的，给予1万元。"),
    ("条件：新落户，失信", "企业同时满足新落户、失信的，给予1万元。"),
    ("条件：非 注册地在南沙", "企业注册地不在南沙的，给予1万元。"),
    ("条件：非 已享受扶持", "企业未享受扶持的，给予1万元。"),
    ("条件：非 上年度裁员", "企业上年度未裁员的，给予1万元。"),
    ("条件：非 （失信 或 （停业，非 已享受扶持））", "企业未失信且（未停业或者已享受扶持）的，给予1万元。"),
    ("条件：非 （非 失信）", "企业失信的，给予1万元。"),
    ("条件：签约 不超过 申报", "企业签约不晚于申报的，给予1万元。"),
    ("除外：已享受扶持", "企业（但已享受扶持的除外），给予1万元。"),
])
def test_conditions_of_an_enterprise_are_chinese(lines: str, said: str) -> None:
    text = read_back(xcrules.loads(SHIPS.replace("{lines}", lines)).program, "1")
    assert text == said
    assert "非非" not in text


@pytest.mark.parametrize(("reach", "said"), [("合计", "甲与乙的每一项不少于10万元"), ("甲", "甲：每个项目，按额的50%给予，每个不少于10万元。")])
def test_a_floor_over_parts_is_no_cap(reach: str, said: str) -> None:
    text = f"""事实：申报，顶层
| 名称 | 类型 | 角色 |
| 年度 | 年度 | 基准年度 |
事实：项目，逐项
| 名称 | 类型 |
| 额 | 元 |

「第一条 每项不少于10万元。」
  分项：甲
  对象：每项 项目
  标准：额 的 50%
  分项：乙
  对象：每项 项目
  标准：额 的 10%
  下限：{reach} 单项 10万元
"""
    program = load_text(text).program
    assert program is not None
    assert said in read_back(program, "1")


@pytest.mark.parametrize(("reach", "said"), [("合计", "甲与乙的每一项不超过实付。"), ("乙", "乙：每个项目，按额的10%给予，每个不超过实付。")])
def test_a_cap_on_each_item_is_no_cap_on_the_enterprise(reach: str, said: str) -> None:
    text = f"""事实：项目，逐项
| 名称 | 类型 |
| 额 | 元 |
| 实付 | 元 |

「第一条 每项不超过实付。」
  上限：{reach} 单项 实付
  分项：甲
  对象：每项 项目
  标准：额 的 50%
  分项：乙
  对象：每项 项目
  标准：额 的 10%
"""
    program = load_text(text).program
    assert program is not None
    found = read_back(program, "1")
    assert said in found
    assert "企业" not in found


def test_choices_of_the_same_words_and_runs_of_clauses() -> None:
    """Whose 高 it is, where two facts have one; 第一条至第三条 as they were written."""
    made = load_text("""规定：试行办法
事实：申报，顶层
| 名称 | 类型 |
| 投资 | 元 |
| 甲级别 | 高、低 |
| 乙级别 | 高、低 |

「第一条 补贴1万元。」
  对象：企业
  标准：1万元
「第二条 补贴2万元。」
  对象：企业
  标准：2万元
「第三条 补贴3万元。」
  对象：企业
  标准：3万元
「第四条 补贴。」
  对象：企业
  标准：按 甲级别（高 2万元；低 1万元） － 按 乙级别（高 2万元；低 1万元）
  加给：投资 高于 第一条 至 第三条 的 金额 的，1元
""").program
    assert made is not None
    assert read_back(made, "4") == ("企业，按（2万元（甲级别为高）、1万元（低））减去（2万元（乙级别为高）、1万元（低））给予；"
                                    "其中投资高于第一条至第三条合计的金额的，另给予1元。")


def test_a_definition_is_told_with_its_own_words() -> None:
    """What stands under another article is quoted beside the clause that reads it; under its own it is quoted there already."""
    made = load_text("""规定：试行办法
事实：申报，顶层
| 名称 | 类型 |
| 投资 | 元 |

「第一条 提高点是投资的2%。」
  定义：提高点 ＝ 投资 的 2%
「第二条 给提高点的一半，基数是投资的5%。」
  定义：基数 ＝ 投资 的 5%
  对象：企业
  标准：提高点 的 50% ＋ 基数
""").program
    assert made is not None
    assert read_back_beside(made, "2") == ["所称提高点，是指投资的2%。「第一条 提高点是投资的2%。」", "所称基数，是指投资的5%。"]


def test_a_bound_over_all_clauses_does_not_name_each() -> None:
    clauses = "".join(f"「第{n}条 给{k}万元。」\n  对象：企业\n  标准：{k}万元\n" for k, n in enumerate("一二三四", 1))
    facts = "事实：申报，顶层\n| 名称 | 类型 | 要求 | 角色 |\n| 年度 | 年度 | | 基准年度 |\n| 已得 | 逐款 元 | 闭世界 | 本年台账 |\n"
    every = load_text(facts + clauses + "「第五条 合计不超过5万元。」\n  上限：第一条 至 第四条 合计 企业年度 5万元\n").program
    some = load_text(facts + clauses + "「第五条 合计不超过5万元。」\n  上限：第一条 至 第三条 合计 企业年度 5万元\n").program
    assert every is not None
    assert some is not None
    assert read_back_policy(every)["上限"].startswith("各款合计，")
    assert read_back_policy(some)["上限"].startswith("第一条、第二条与第三条合计，")
