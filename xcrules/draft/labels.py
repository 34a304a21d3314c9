"""The labels of the language, each with one card: all that any part of the engine has to know of it.

A label is a constant (`Label.CAP`), so that a site that means one is found and typed, and is text (`"上限"`), because a line
may bear any word for its label. What holds for several labels is a field of the card and is asked there: no list of labels
stands anywhere else (a test says so). A new label begins with a line here; what it wants besides stands in ARCHITECTURE.md
(How a label is added).
"""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import Literal

from attrs import frozen

# what 〔读法〕 does on a line: 取舍, the line is there under that choice only; 提到, a bare 〔A01〕 mentions it; 不带, refused
Tags = Literal["取舍", "提到", "不带"]


class Where(Enum):
    """Where a label may stand. What stands elsewhere is refused by check, or read as the file's own wherever it is."""

    HEAD = "主文件里，第一段引文之前"
    FILE = "文件的任何地方，说的是整份政策"
    BLOCK = "文件的任何地方，下面是它的表或各行"
    CASE = "样本、案例、案例表之下"
    POLICY = "任何地方，管全规定"
    CLAUSE = "一款的引文之下"


class Group(Enum):
    """What a label speaks of; a page or a workbook has one colour for each."""

    TITLE = "题头"
    TABLE = "表"
    WHO = "谁、什么条件"
    PART = "分项"
    GIVES = "给多少"
    BOUNDS = "至多多少"
    TIME = "怎样付、何时有效"
    NOTE = "没有给付"
    EXAMPLE = "算例"


@frozen
class Card:
    """What a label is. `start` is the grammar's symbol for its content; None is free text."""

    meaning: str
    group: Group
    where: Where
    start: str | None = None
    example: str = ""  # of its content; {…} are filled with names of the policy
    sign: str = ""  # an expression for what its content cannot be without and no other's has
    tags: Tags = "取舍"
    table: bool = False  # a table hangs on it
    once: bool = False  # a second one is refused
    names: bool = False  # other lines may call what it declares by name
    of_item: bool = False  # speaks of an item: a 对象 must stand beside it
    grants: bool = False  # says what is given
    many: bool = False  # several may stand side by side, each about something else
    own_first: bool = False  # that of a 款 stands in place of its lead's

    @property
    def of_file(self) -> bool:
        """Whether it speaks of the file and its examples wherever it stands, and is no note on the quote above it."""
        return self.where in (Where.HEAD, Where.FILE, Where.BLOCK, Where.CASE)

    @property
    def silent(self) -> bool:
        """Whether it is no rule of the quote above it."""
        return self.group in (Group.TITLE, Group.TABLE, Group.NOTE, Group.EXAMPLE)


_CONDITION = "{condition}"
_LET = "{let}"
_EXCEPTION = "{condition} 的，{money} 的 50%"


class Label(StrEnum):
    """A label; as text its name."""

    card: Card

    def __new__(cls, name: str, card: Card) -> Label:
        made = str.__new__(cls, name)
        made._value_ = name
        made.card = card
        return made

    TITLE = "规定", Card("规定的名称", Group.TITLE, Where.FILE, tags="不带", once=True)
    NUMBER = "文号", Card("发文字号", Group.TITLE, Where.FILE, tags="不带", once=True)
    UNITS = "单位", Card("本规定另用的单位", Group.TITLE, Where.FILE, "units", "艘、班次", tags="不带", many=True)
    OFFICIAL = "原文", Card("存放官方文本的文件，引文逐字与它核对", Group.TITLE, Where.HEAD, tags="不带", once=True)
    FILES = "文件", Card("本规定的其他规则文件，按次序读入", Group.TITLE, Where.HEAD, tags="不带")

    AMENDED = "修正", Card("修正案的文件，按施行的先后；按日期用那一天的文字", Group.TITLE, Where.HEAD, tags="不带", once=True)
    NUMBERING = "编号", Card("原文怎样编号，到哪一级是单独的款", Group.TITLE, Where.HEAD, tags="不带")

    FACTS = "事实", Card("一张事实表：企业要填报什么", Group.TABLE, Where.BLOCK, "heading", "{list}，逐{each}", tags="不带", table=True, names=True)
    PARAMETER = "参数", Card("一张逐年参数表，写明来源", Group.TABLE, Where.BLOCK, "heading", "平均工资，元", tags="不带", table=True, names=True)
    READINGS = "读法", Card("读法登记表：文字留下的疑义与各种选项", Group.TABLE, Where.BLOCK, tags="不带", table=True)
    INTERPRETATION = "解释", Card("解释文件：选定某一读法", Group.TABLE, Where.POLICY, tags="不带")

    DEFINITION = "定义", Card("全规定通用的名称", Group.WHO, Where.POLICY, "definition", _LET, names=True, many=True)
    SCOPE = "适用", Card("适用主体：总闸门", Group.WHO, Where.POLICY, "covered", _CONDITION, sign="不符 照行", many=True)
    TERM = "施行", Card("自何日起施行、几年、凭哪个日期", Group.TIME, Where.POLICY, "term", "自 2024年3月1日 起 3年，止于 前一日，凭 {day}", sign="凭|届满 照行")
    YEARS = "时效", Card("可以兑现的年度", Group.TIME, Where.POLICY, "years", "{year} 在 2024年 至 2026年")
    ROUNDING = "取整", Card("款的合计取整到哪一位", Group.TIME, Where.POLICY, "rounding", "到 分 四舍五入", sign="到")
    SAYING = "表述", Card("说给人看时用的动词、名词：给予补贴、应纳税款", Group.TITLE, Where.POLICY, "saying", "给予 补贴", sign=r"^(?:应[纳缴补退交]|给予|免征|免除|减免|征收|退还|发给)\s*[^\s\d，,]+(?:$|[，,])", tags="不带", many=True)
    REPEAL = "废止", Card("同时废止的文件", Group.NOTE, Where.POLICY, tags="提到", many=True)

    NATURE = "性质", Card("没有给付效果的文字属于哪一类", Group.NOTE, Where.CLAUSE, tags="提到")
    LEAD = "导言", Card("导言的哪些行不管这一款", Group.NOTE, Where.CLAUSE, tags="不带", many=True)
    USED_IN = "用于", Card("下面的行管的是别的哪几款", Group.PART, Where.CLAUSE, tags="不带", many=True)
    PART = "分项", Card("开始本款的一个分项", Group.PART, Where.CLAUSE, tags="不带")
    SUBJECT = "对象", Card("对谁、对什么逐项判断", Group.WHO, Where.CLAUSE, "subject", "每{each} {list}，{choice}", sign=r"^每\S{1,6}\s", names=True, own_first=True)
    CONDITION = "条件", Card("要成立的条件", Group.WHO, Where.CLAUSE, "conditions", _CONDITION, of_item=True, many=True)
    EXCLUSION = "除外", Card("成立就排除的情形", Group.WHO, Where.CLAUSE, "conditions", _CONDITION, of_item=True, many=True)
    LET = "设定", Card("本款内给一个数起名", Group.WHO, Where.CLAUSE, "definition", _LET, sign="=", names=True, many=True)
    LOOKUP = "对照", Card("按一张表定出结果", Group.GIVES, Where.CLAUSE, "lookup", "按 {kind} 定 奖金", sign="定",
                        table=True, names=True, of_item=True, many=True)
    STANDARD = "标准", Card("给多少", Group.GIVES, Where.CLAUSE, "standard", "{money} 的 50%", of_item=True, grants=True)
    EXCEPTION = "例外", Card("某种情形下代替标准的金额", Group.GIVES, Where.CLAUSE, "exception", _EXCEPTION, sign="的", of_item=True, many=True)
    ADDITION = "加给", Card("某种情形下在标准之外另加的金额", Group.GIVES, Where.CLAUSE, "exception", _EXCEPTION, of_item=True, many=True)
    HALVING = "减半", Card("某种情形下给一半", Group.GIVES, Where.CLAUSE, "conditions", _CONDITION, of_item=True)
    RELIEF = "减征", Card("某种情形下少给、少收几成", Group.GIVES, Where.CLAUSE, "relief", _EXCEPTION.rpartition("，")[0] + "，30%", sign="的\\s*,\\s*(?:减按\\s*)?\\d[\\d.]*%$", of_item=True, many=True)
    DISCRETION = "裁量", Card("由谁核定金额，核定结果记在哪里", Group.GIVES, Where.CLAUSE, "discretion", "由 主管部门 核定，记入 {award}",
                            sign="核定", of_item=True, grants=True)
    FLOOR = "下限", Card("至少给多少", Group.BOUNDS, Where.CLAUSE, "limit", "单项 1万元", of_item=True)
    CAP = "上限", Card("至多给多少", Group.BOUNDS, Where.CLAUSE, "limit", "企业年度 10万元", sign="单项|同一|企业年度|企业终身", of_item=True)
    FUND = "总额", Card("一共安排多少，超出怎样分：各家先列申请额，待统筹", Group.BOUNDS, Where.CLAUSE, "fund", "每年 800万元，超出按比例",
                      sign="超出按比例|先到先得|前\\s*\\d+名", of_item=True)
    COUNT_CAP = "限次", Card("至多给几次", Group.BOUNDS, Where.CLAUSE, "count_limit", "企业终身 一次", sign="单项|同一|企业年度|企业终身", of_item=True)
    HIGHEST = "从高", Card("同一事项只取最高", Group.BOUNDS, Where.CLAUSE, "highest", "同一 {key}", sign="同一")
    AGAINST = "竞合", Card("与其他政策同一事项从高不重复", Group.BOUNDS, Where.POLICY, "against",
                         "同一 {matter} 与 {outside}，{received} 补差，{rival} 择高", sign="同一|先")
    PAYMENT = "拨付", Card("分几年、随哪件事拨付", Group.TIME, Where.CLAUSE, "payment", "分 3年 等额，自 核定年度 起", sign="核定年度|分期.*随", of_item=True,
                       own_first=True)
    DUTY = "义务", Card("受益者的承诺与违反的后果", Group.NOTE, Where.CLAUSE, many=True)
    NOTE = "注释", Card("给读者的说明，没有效果", Group.NOTE, Where.CLAUSE, many=True)
    QUIET = "静默", Card("不再提示某种警告，写明理由", Group.NOTE, Where.CLAUSE, tags="不带", many=True)

    SAMPLE = "样本", Card("几个案例共用的事实", Group.EXAMPLE, Where.BLOCK, tags="不带")
    CASE = "案例", Card("一个算例", Group.EXAMPLE, Where.BLOCK, tags="不带")
    CASE_TABLE = "案例表", Card("一张表的算例，每行一例", Group.EXAMPLE, Where.BLOCK, tags="不带", table=True)
    GIVEN = "给定", Card("算例的事实", Group.EXAMPLE, Where.CASE, "given", "{list} 含（{own}）", tags="不带")
    EXPECTED = "应得", Card("算例应有的结果", Group.EXAMPLE, Where.CASE, "expected", "1(1) 应予支持 10万元", tags="不带")
    PROMISE = "保证", Card("对任何企业都应成立的承诺", Group.EXAMPLE, Where.FILE, "promise", "1(1) 不超过 10万元", tags="不带")


LABELS: dict[str, Card] = {label: label.card for label in Label}


_NO_LABEL = Card("不是栏目", Group.WHO, Where.CLAUSE)


def card_of(label: str) -> Card:
    """The card of a label; of a word that is none, one that says nothing particular."""
    return LABELS.get(label, _NO_LABEL)


def labels(group: Group | None = None, where: Where | None = None) -> tuple[Label, ...]:
    """The labels of a group, of a place, or of both, in the order of the cards."""
    return tuple(x for x in Label if group in (None, x.card.group) and where in (None, x.card.where))


TAIL = ("抄送", "落款", "主送", "附件")  # with which 性质 begins beneath what stands behind the last article

# -- the words of columns of tables: roles of fields, roles of whole tables with the fields they need, risks of readings

ROLES = ("基准年度", "申报日期", "本年台账", "事项标识", "件数", "台账条款", "台账年度", "台账金额", "台账已拨", "外部事项", "外部金额", "外部状态")
TABLE_ROLES = {"历史台账": ("台账条款", "台账年度", "台账金额"), "外部支持": ("外部事项", "外部金额", "外部状态")}
APPLICANTS = ("企业", "个人", "单位", "职工", "居民", "申请人", "参保人", "纳税人", "机构", "学校", "家庭", "农户")  # who may be judged as a whole: 对象：个人
RISKS = ("高", "中", "低")
