"""Where a line stops being readable: the keyword that the grammar awaits there, if it is what people say for it.

期满 照行 → 届满 照行, 事项 为 标识 → 事项 见 标识: what may stand at a place is known from the parser, so the words of everyday
documents can be told generously.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xcrules.base.nearest import nearest, sounds_like
from xcrules.base.source import canonical
from xcrules.draft.parse.grammar import awaited, parse_line
from xcrules.meaning.expressions.words import is_word

from .around import Around

_MARKS = ("，", ",")
_FEW = 4  # keywords of which each may be meant
_SAID = {  # what people write for a keyword
    "的": "按照?|乘以?|[得地之]", "至多": "(?:[最至]多|[最]高|不[超多高大][过于])+|上限|封顶", "至少": "(?:[最至]少|最低|不[少低小]于)+|下限|保底",
    "由": "经过?|报请?|交", "核定": "审[批定核查]|[评确认]定|批准|研究\\S*", "根据": "依[据照]?|按照?|参照", "记入": "[计录填写列]入|记[到在录]|登记\\S*",
    "按": "根据|依[据照]?|按照|参照", "依": "按照?|根据|依[据照]", "定": "[确决核]定|[得给算]出|给予?|计算|得到", "分段": "(?:超额)?累进\\S*|分[级档]\\S*|逐[级段]\\S*",
    "等额": "平均\\S*|均[分等]\\S*|平分\\S*|各半|每年相[同等]\\S*", "届满": "期满|到期|满期|有效期满|期限届?满", "照拨": "继续\\S*|照[发付给常]\\S*|接着\\S*|续[拨发]|仍\\S*", "停拨": "停\\S*|终止\\S*|中止\\S*",
    "照行": "照[样常旧]\\S*|继续\\S*|仍\\S*|执行|适用|有效", "不符": "不[合属]\\S*|不适用", "止于": "[到至]|截[至止]\\S*|终于", "前一日": "前[一]?[天日]|上一[日天]", "对应日": "[当同][日天]\\S*|对日",
    "凭": "[以按看据用]|依[据照]?|根据", "起": "开始|之?日?起算?|以来", "自": "从|由|在", "在": "介于|[处位]于|落在", "至": "[到~～—–止]|直?到|截至|-+",
    "反向": "反之|相反|反过来|[否反]则|负数?[时的]?", "补差": "补[足齐发给]\\S*|补差\\S+|差额|补", "即止": "停\\S*|终止|中止|截止|止", "择高": "[从就取择较最]高\\S*|高者",
    "先从高后封顶": "先[就取择]高\\S*", "先封顶后从高": "先(?:限额|封顶|上限)\\S*", "已得补差": "[补][足差齐]\\S*|差额", "已得即止": "不再\\S*|停\\S*", "已用": "扣除|减[去除]|[已以己][得领享给补获]\\S*|其中",
    "第几年": "的|第\\S年|年[次序]|几年", "见": "[为是看即指]|对应|填", "与": "[和同跟及]|对", "孰低": "[取就较从择最]低\\S*|[较最]小\\S*", "孰高": "[取就较从择最]高\\S*|[较最]大\\S*",
    "孰晚": "[取就较从择最]晚\\S*|[较最]迟|[较最]后", "孰早": "[取就较从择最]早\\S*|[较最]先", "最高一年": "最[高大多]\\S*", "最低一年": "最[低小少]\\S*",
    "前一年": "[上去前]年度?|上一年度|头年", "次年": "[来翌后明]年|第二年|下年度?|次年度|后一年", "当年": "[本该]年度?|当年度|那年", "本年": "今年|当年度?|本年度|该年度?", "上年": "去年|上一?年度|上一年|前一年度?",
    "前年": "前年度|前两年", "增加": "[递上]增|增长|上[升涨]|提高|递增", "减少": "[递]减|下[降滑]|降低", "高于": "高[出过]|[大多]过|超出", "低于": "[低小]过|不及|未达", "不晚于": "不迟于", "晚于": "迟于|后于", "早于": "先于", "不早于": "不先于",
    "达到": "[达满够]", "等于": "[为是]|相等于?", "为": "[是属系即]|属于|等于|包[括含]|[仅只]?限于?", "四舍五入": "[四4]舍[五5]\\S|舍入", "截尾": "舍\\S*|去尾|抹零|[直]?截\\S*", "进位": "进一\\S*|向上\\S*|进\\S*",
    "到": "精?确?[到至]|保留\\S*?|取[到至]", "企业终身": "终[身生]|累计|历年", "企业年度": "每年度?|年度|全年|每?家?企业每?\\S?年度?", "终身": "累计|历年|终生|总共|一生", "年度": "[每全按]年\\S*|一年|年内|当年", "合计": "[共总]计|一共|合并\\S*|累计|总共",
    "每年": "年度|每年度|全年|一年|当年", "超出按比例": "超[出过]?\\S*比例\\S*|按比例\\S*|同比例\\S*", "从高到低": "[由从][高大多优]\\S*", "从低到高": "[由从][低小少]\\S*", "先到先得": "先[申报来]\\S*|[申报]\\S*先后", "同分": "[分同]\\S*相同|一样|同等",
    "之间": "[当之]?中|里|中间", "全部": "[所一]有|各项|全体|合计", "同一": "[相同]同|同个|同样|[每各]个?", "随": "[跟按依]|根据|在", "除外": "不含|不包括|排除", "续拨": "以后|后续", "分期": "分[批次两二三四]\\S*",
    "较": "比|相比", "同比增长": "增长|增[加幅]\\S*|同比", "同比下降": "下降|降[低幅]\\S*", "占": "占\\S+|除以", "连续": "连|接连|持续", "含": "包括|包含|有", "已报": "已[填申]\\S*", "且": "并且?|同时|和|与|又", "或": "或者|和|或是|要么",
    "＋": "[起后]|[之以]后|[加满]", "－": "扣[除减去]|减[去除]?|抵扣",
}


def awaited_words(text: str, around: Around) -> Iterator[str]:
    """The text with a keyword in place of the run at which it stops being readable, or of the one before."""
    stop = parse_line(around.label, text)[1]
    if stop is None or not text.strip():
        return
    runs = list(re.finditer(r"[^\s，,；;、（）()＝=＋+×÷－]+|$", text))
    at = [i for i, run in enumerate(runs) if run.start() <= (stop.at[1] if text[stop.at[0] : stop.at[0] + 1] in _MARKS else stop.at[0])]
    unknown = [
        i for i, run in enumerate(runs) if i not in at[-2:] and run[0] and not is_word(run[0], around.known, around.scope.schema.units)
    ]
    for i in (*reversed(at[-2:]), *unknown[:2]):
        before, run, behind = text[: runs[i].start()], runs[i][0], text[runs[i].end() :]
        bare = before.rstrip("，, ")
        unmarked = set(awaited(around.start, canonical(bare))) if bare != before.rstrip() else set()
        words = dict.fromkeys((*awaited(around.start, canonical(before)), *sorted(unmarked)))  # ，已用 is one
        few = around.first and len(words) <= _FEW and not any(True for w in words for _ in _rests(run, w))  # of what is meant by it the other is the opposite
        said = [w for w in words if w in around.words]  # 减少 is not meant where the law says 增加
        for word in sorted({**words, "＋": None, "－": None}, key=lambda w: (not re.match(_SAID.get(w, "(?!)"), run), not sounds_like(run, w))):
            beyond = behind[len(runs[i + 1][0]) + 1 :] if i + 1 < len(runs) else behind
            ends = [end for rest in _rests(run, word) for end in (rest + behind, beyond)] + (
                [behind, beyond, run + behind] if few and (word in said or not said) else []
            )
            if word in unmarked and len(unmarked) <= _FEW:
                yield f"{bare} {word} {run}{behind}"  # 合计（甲，乙） for 甲 的 乙
            yield from (" ".join(f"{before} {word}{'' if end.startswith('（') else ' '}{end}".split()).replace(" ，", "，").replace("， ", "，").replace("（ ", "（") for end in ends)


def _rests(run: str, word: str) -> Iterator[str]:
    """What is left of a run that says or resembles the keyword, behind it."""
    if match := re.match(_SAID.get(word, "(?!)"), run):
        yield run[match.end() :]
    if sounds_like(run, word) or nearest(run, [word], 1, 0.45):
        yield ""
