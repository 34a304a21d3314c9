"""The labels of the language: one meaning each, one entry here, one section in the reference."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

# what 〔读法〕 does on a line: 取舍, the line is there under that choice only; 提到, a bare 〔A01〕 mentions it; 不带, refused
Variants = Literal["取舍", "提到", "不带"]


@frozen
class Label:
    """A label: its name, the grammar's start symbol for its content (None: free text) and its meaning."""

    name: str
    start: str | None
    meaning: str
    table: bool = False
    variants: Variants = "取舍"


LABELS = {
    label.name: label
    for label in (
        Label("规定", None, "规定的名称", variants="不带"),
        Label("文号", None, "发文字号", variants="不带"),
        Label("原文", None, "存放官方文本的文件，引文逐字与它核对", variants="不带"),
        Label("文件", None, "本规定的其他规则文件，按次序读入", variants="不带"),
        Label("事实", "heading", "一张事实表：企业要填报什么", table=True, variants="不带"),
        Label("参数", "heading", "一张逐年参数表，写明来源", table=True, variants="不带"),
        Label("读法", None, "读法登记表：文字留下的疑义与各种选项", table=True, variants="不带"),
        Label("解释", None, "解释文件：选定某一读法", variants="不带"),
        Label("定义", "definition", "全规定通用的名称"),
        Label("适用", "conditions", "适用主体：总闸门"),
        Label("施行", "term", "自何日起施行、几年、凭哪个日期"),
        Label("时效", "years", "可以兑现的年度"),
        Label("取整", "rounding", "款的合计取整到哪一位"),
        Label("废止", None, "同时废止的文件", variants="提到"),
        Label("性质", None, "没有给付效果的文字属于哪一类", variants="提到"),
        Label("分项", None, "开始本款的一个分项", variants="不带"),
        Label("对象", "subject", "对谁、对什么逐项判断"),
        Label("条件", "conditions", "要成立的条件"),
        Label("除外", "conditions", "成立就排除的情形"),
        Label("设定", "definition", "本款内给一个数起名"),
        Label("对照", "lookup", "按一张表定出结果", table=True),
        Label("标准", "conditions", "给多少"),
        Label("例外", "exception", "某种情形下代替标准的金额"),
        Label("加给", "exception", "某种情形下在标准之外另加的金额"),
        Label("裁量", "discretion", "由谁核定金额，核定结果记在哪里"),
        Label("下限", "limit", "至少给多少"),
        Label("上限", "limit", "至多给多少"),
        Label("限次", "count_limit", "至多给几次"),
        Label("从高", "highest", "同一事项只取最高"),
        Label("竞合", "against", "与其他政策同一事项从高不重复"),
        Label("拨付", "payment", "分几年、怎样拨付"),
        Label("义务", None, "受益者的承诺与违反的后果"),
        Label("注释", None, "给读者的说明，没有效果"),
        Label("静默", None, "不再提示某种警告，写明理由", variants="不带"),
        Label("样本", None, "几个案例共用的事实", variants="不带"),
        Label("案例", None, "一个算例", variants="不带"),
        Label("案例表", None, "一张表的算例，每行一例", table=True, variants="不带"),
        Label("给定", "given", "算例的事实", variants="不带"),
        Label("应得", "expected", "算例应有的结果", variants="不带"),
        Label("保证", "promise", "对任何企业都应成立的承诺", variants="不带"),
    )
}

# what speaks of the file and its examples wherever it stands, and is no note on the quote above it
FILE_LABELS = ("规定", "文号", "原文", "文件", "事实", "参数", "读法", "样本", "案例", "案例表", "给定", "应得", "保证")

# -- the words of columns of tables: roles of fields, roles of whole tables with the fields they need, risks of readings

ROLES = ("基准年度", "申报日期", "本年台账", "事项标识", "件数", "台账条款", "台账年度", "台账金额",
         "外部事项", "外部金额", "外部状态")
TABLE_ROLES = {"历史台账": ("台账条款", "台账年度", "台账金额"), "外部支持": ("外部事项", "外部金额", "外部状态")}
RISKS = ("高", "中", "低")
