"""从高：1、3 之间，同一 项目编号: the clauses name what is alike, and have amounts that can be weighed; 各款 are all that do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import evolve

from xcrules.base.diagnostic import Code, Diagnostic, Related
from xcrules.base.identity import short_name
from xcrules.base.nearest import nearest
from xcrules.facts.tables import Schema
from xcrules.facts.types import EnumType, TextType
from xcrules.meaning import governing, rules, values
from xcrules.meaning.grants import filled_in
from xcrules.meaning.inlining import column_of, columns_read, item_facts, lets_of
from xcrules.meaning.links import lets_read, reads_of
from xcrules.meaning.matters import key_of
from xcrules.meaning.program import Clause, Program

from .leads import EVERY

_READS = "的金额要看别的款给多少"
_FEW = 5  # clauses worth listing


def over_all(all_rules: Iterable[rules.Rule], made: Iterable[Clause], schema: Schema) -> tuple[rules.Rule, ...]:
    """The rules, with the clauses of which those over 各款 are: those that give, and under a key those that can be weighed by it."""
    all_rules = tuple(all_rules)
    made = [k for k in made if k.parts and not k.nature and any(isinstance(r.body, rules.Subject) for r in k.rules())]
    giving = [k for k in made if without_amount(k, all_rules, pooled=True) is None and not governing.gives_back(all_rules, k.number)]  # what is owed back is no support among others
    pooled = governing.in_one_fund(all_rules, [k.number for k in giving])
    fit = [k for k in giving if pooled or without_amount(k, all_rules) is None]
    return tuple(_spread(r, r.body, fit, all_rules, schema) if isinstance(r.body, rules.OnlyOne) else r for r in all_rules)


def _spread(rule: rules.Rule, body: rules.OnlyOne, fit: list[Clause], all_rules: tuple[rules.Rule, ...], schema: Schema) -> rules.Rule:
    """各款 as the clauses, 各分项 as the parts of these: under 附则 those that can be weighed."""
    every = body.clauses == (EVERY,)
    if not (every or body.split):
        return rule
    among = [k for k in fit if every or k.number in body.clauses]
    sides = [(k.number, p.name) for k in among for p in k.parts] if body.split else [(k.number, "") for k in among]
    if every and (body.key or body.split):
        sides = [x for x in sides if unfit(_side(x, among, rule), body.key, all_rules, schema) is None]
    numbers = tuple(dict.fromkeys(n for n, _ in sides))
    return evolve(rule, body=evolve(body, clauses=numbers, sides=tuple(sides) if body.split else (), split=body.split and every))


def _side(side: tuple[str, str], among: Iterable[Clause], rule: rules.Rule) -> Clause:
    """What is weighed of a clause: all of it, or one 分项, as readings go."""
    clause = _beside(next(k for k in among if k.number == side[0]), rule)
    return evolve(clause, parts=tuple(p for p in clause.parts if not side[1] or p.name == side[1]))


def check_between(program: Program) -> Iterator[Diagnostic]:
    """What keeps clauses from being weighed against each other by what is alike; and which clauses 各款 leave out."""
    yield from check_counted(program)
    yield from _check_among(program)
    for rule in (r for r in program.policy_rules if isinstance(r.body, rules.OnlyOne) and r.body.by_item):
        assert isinstance(rule.body, rules.OnlyOne)
        key, span = rule.body.key, rule.origin.span
        if any(program.clause(n) is None for n in rule.body.clauses):
            continue  # E543 says so
        if rule.origin.text.strip().startswith(EVERY) or rule.body.split:
            yield from _left_out(rule, program)
        yield from _unseen(rule, program)
        for side in (x for x in (_side(s, program.clauses, rule) for s in rule.body.weighed) if x.parts):
            wrong = unfit(side, key, program.policy_rules, program.schema)
            if wrong is not None and wrong[0] == Code.BAD_GROUP_KEY:
                names = dict.fromkeys(f.name for t in program.schema.tables for f in t.fields if isinstance(f.type, TextType | EnumType))
                close = nearest(key, names)
                yield Diagnostic(Code.BAD_GROUP_KEY, wrong[1], span, (f"是不是 同一 {close[0]}？" if close else "")
                                 + "各款的名单、企业的事实里都要有这一栏（文字），或者在对象后面写 ，事项 见 某栏；整款地比的，去掉 ，同一 ……")
                break
            elif wrong is not None:
                named = "看的是别的款够不够格（已享受 某款）的，把那一款的条件写成 定义：某称呼 ＝ ……，两处都写这个名字；" if _READS in wrong[1] else ""
                yield Diagnostic(wrong[0], wrong[1], span, named + ("整款地比的，去掉 ，同一 ……" if key and not rule.body.sides else "整款地比的，写款号，不写分项，也不写 同一"))


def _check_among(program: Program) -> Iterator[Diagnostic]:
    """从高：合计 同一 某栏, 上限：合计 同一 某栏 年度: the items of every 分项 that it is over have that column."""
    for clause in program.clauses:
        for rule in (r for r in clause.totals if isinstance(r.body, rules.Highest | rules.Cap)):
            assert isinstance(rule.body, rules.Highest | rules.Cap)
            read = [column_of(x) for x in item_facts((rule.body.key, rule.body.rank if isinstance(rule.body, rules.Highest) else None), {})]
            for part in (p for p in clause.parts if p.name in (rule.body.parts or ()) or not rule.body.parts):
                subject = next((r.body for r in part.rules if isinstance(r.body, rules.Subject) and r.beside(rule)), None)
                held = program.schema.table(subject.table) if subject is not None and subject.table else None
                wanting = [n for t, n in read if subject is not None and (held is None or (held.name != t and held.field_named(n) is None))]
                if wanting:
                    yield Diagnostic(Code.BAD_GROUP_KEY, f"分项「{part.name}」的对象没有「{wanting[0]}」一栏可以相同", rule.origin.span,
                                     f"只管有这一栏的几个分项的，写在 分项：甲、乙 之下（列出这几个）；{part.name} 也管的，它的名单里加上这一栏")
                    break


def check_counted(program: Program) -> Iterator[Diagnostic]:
    """限次：同一 项目编号 终身 一次: the items say what they are alike by, in all parts alike where these are counted together."""
    left_out: dict[rules.Rule, list[str]] = {}
    for clause in program.clauses:
        for rule, parts in (
            (r, ps)
            for r, ps in [*((r, (p,)) for p in clause.parts for r in p.rules), *((r, clause.parts) for r in clause.totals)]
            if isinstance(r.body, rules.CountCap) and r.body.key
        ):
            assert isinstance(rule.body, rules.CountCap)
            subjects = [r.body for p in parts for r in p.rules if isinstance(r.body, rules.Subject)]
            marks = {key_of(x.table, x.is_list, rule.body.key, x.matter, program.schema) for x in subjects}
            if None in marks and rule.origin.text.strip().startswith((EVERY, "合计")):
                left_out.setdefault(rule, []).append(short_name(clause.number))
            elif None in marks or (rule.body.top_up and len(marks) > 1):
                wrong = f"{short_name(clause.number)} 的对象没有「{rule.body.key}」一栏可以相同" if None in marks else f"{short_name(clause.number)} 的各分项不在一张名单里，合起来补不了差额"
                yield Diagnostic(Code.BAD_GROUP_KEY, wrong, rule.origin.span, "名单、企业的事实里都要有这一栏（文字），或者在对象后面写 ，事项 见 某栏；各分项各算的，写 各分项 同一 …… 终身 一次")
    for rule, numbers in left_out.items():
        yield Diagnostic(Code.NOT_WEIGHED, f"限次管不到 {'、'.join(dict.fromkeys(numbers))}：对象没有「{rule.body.key}」一栏", rule.origin.span,  # type: ignore[union-attr]
                         "加上这一栏，或者在对象后面写 ，事项 见 某栏；不是的，列出管的各款，或写 静默：W326，理由")


def _left_out(rule: rules.Rule, program: Program) -> Iterator[Diagnostic]:
    """Clauses that are not among 各款, which the law means too."""
    assert isinstance(rule.body, rules.OnlyOne)
    giving = [k for k in program.clauses if k.parts and not k.nature and not governing.gives_back(program.policy_rules, k.number)]
    every = [(k.number, p.name) for k in giving for p in k.parts] if rule.body.split else [(k.number, "") for k in giving]
    pooled, whys = governing.in_one_fund(program.policy_rules, rule.body.clauses), dict[str, str]()
    for n, part in (x for x in every if x not in rule.body.weighed):
        wrong = unfit(_side((n, part), giving, rule), rule.body.key, program.policy_rules, program.schema)
        why = without_amount(next(k for k in giving if k.number == n), program.policy_rules, pooled=pooled) or (wrong and wrong[1])
        if why:
            whys[n + part] = why
    if len(rule.body.weighed) < 2:
        yield Diagnostic(Code.BAD_GROUP_KEY, f"没有两{'个分项' if rule.body.split else '款'}能{_how(rule.body.key)}比", rule.origin.span, _together(whys.values()) or "各款的名单、企业的事实里都要有这一栏（文字）")
    elif whys:
        yield Diagnostic(Code.NOT_WEIGHED, f"从高管不到 {'、'.join(map(short_name, whys))}：" + _together(whys.values()), rule.origin.span,
                         "这几款也是同一项目的，加上这一栏，或者在对象后面写 ，事项 见 某栏；不是的，列出管的各款，或写 静默：W326，理由")


def _together(whys: Iterable[str]) -> str:
    """Reasons that begin with a clause, those of several clauses once: 1、2(1) 等 14 款 的对象没有「项目」一栏可以相同."""
    alike: dict[str, list[str]] = {}
    for clause, _, why in dict.fromkeys(x.partition(" ") for x in whys):
        alike.setdefault(why, []).append(clause)
    return "；".join(f"{'、'.join(x[:_FEW])}{f' 等 {len(x)} 款' if len(x) > _FEW else ''} {why}" for why, x in alike.items())


def _unseen(rule: rules.Rule, program: Program) -> Iterator[Diagnostic]:
    """Bounds on items alike in something else than what clauses are weighed by: more may be weighed than is given."""
    assert isinstance(rule.body, rules.OnlyOne)
    for clause in (_side(s, program.clauses, rule) for s in rule.body.weighed):
        bounds = [(r, (p,)) for p in clause.parts for r in p.rules] + [(r, clause.parts) for r in clause.totals]
        for cap, body, parts in ((r, r.body, ps) for r, ps in bounds if isinstance(r.body, rules.Cap) and r.body.reach == "同一"):
            over = [p for p in parts if not body.parts or p.name in body.parts]
            subjects = [r.body for p in over for r in p.rules if isinstance(r.body, rules.Subject)]
            marks = [key_of(x.table, x.is_list, rule.body.key, x.matter, program.schema) for x in subjects]
            keys = {columns_read(x) for x in (*marks, body.key)} - {""}
            apart = len(over) > 1 and any(item_facts((body.amount, body.used), lets_of(over[0].rules)))
            names = {p.name for p in over}
            tangled = any(
                isinstance(r.body, rules.Highest) and names & {*r.body.parts} and not names >= {*r.body.parts} for r in clause.totals
            )  # what is left of these is of no part
            if over and (len(keys) > 1 or not rule.body.key or apart or tangled):
                yield Diagnostic(Code.NOT_WEIGHED, f"从高比的时候看不到 {short_name(clause.number)} 的「上限：{cap.origin.text.strip()}」，比的可能比给的多", rule.origin.span,
                                 ("管这个分项全部各项的上限（企业年度 ……）看得到" if not rule.body.key else f"上限按「{rule.body.key}」合起来的（同一 {rule.body.key} ……）看得到" if len(keys) > 1 else "管的分项与本款自己的从高一样、不看各项的上限看得到")
                                 + "；就这样的，写 静默：W326，理由", related=(Related(cap.origin.span, "这个上限"),) if cap.origin.span else ())


def _beside(clause: Clause, rule: rules.Rule) -> Clause:
    """What of a clause is there where this rule is, as readings go."""
    parts = tuple(evolve(p, rules=tuple(r for r in p.rules if r.beside(rule))) for p in clause.parts)
    return evolve(clause, parts=parts, totals=tuple(r for r in clause.totals if r.beside(rule)))


def unfit(clause: Clause, key: str, policy: tuple[rules.Rule, ...], schema: Schema) -> tuple[Code, str] | None:
    """Why a clause cannot be weighed by this key."""
    bodies, name = [r.body for r in clause.rules()], short_name(clause.number)
    subjects = [(p.name, r.body) for p in clause.parts for r in p.rules if isinstance(r.body, rules.Subject)] if key else []
    without = [part for part, b in subjects if key_of(b.table, b.is_list, key, b.matter, schema) is None]
    if without:
        some = {*without} != {p.name for p in clause.parts}
        parts = f"的分项 {'、'.join(dict.fromkeys(without))} " if some else ""
        return Code.BAD_GROUP_KEY, f"{name} {parts}的对象没有「{key}」一栏可以相同{'，整款都不能比' if some else ''}"
    if any(isinstance(r.body, rules.Discretion) and not _is_recorded(r.body, part.rules) for part in clause.parts for r in part.rules):
        return Code.NOTHING_TO_ASK, f"{name} 的金额由人核定，没有记下核定了多少，不能{_how(key)}比"
    if reads_of(clause.rules(), lets_read(policy)):
        return Code.NOTHING_TO_ASK, f"{name} {_READS}，不能{_how(key)}比"
    if any(_asks_of_own_list(part.rules) for part in clause.parts):
        return Code.NOTHING_TO_ASK, f"{name} 在自己的名单里看 设定 的数，不能{_how(key)}比"
    if counted := next((b for b in bodies if isinstance(b, rules.CountCap) and b.pieces), None):
        return Code.NOTHING_TO_ASK, f"{name} 的限次数这一次的各项（{counted.times}{counted.pieces}），取了哪几项要到后面才知道，不能{_how(key)}比"
    alone, own = [b for b in bodies if isinstance(b, rules.Highest)], {p.name for p in clause.parts}
    if any(
        b.rank is not None or b.of_several or not (columns_read(b.key) == key if key else isinstance(b.key, values.Literal)) for b in alone
    ):
        return Code.NOTHING_TO_ASK, f"{name} 自己按别的栏从高，不能{_how(key)}比"
    if any(own & {*b.parts} and not own >= {*b.parts} for b in alone):
        return Code.NOTHING_TO_ASK, f"{name}{clause.parts[0].name} 与别的分项从高，不能再{_how(key)}比"
    return None


def _how(key: str) -> str:
    return f"按「{key}」" if key else "按分项"


def without_amount(clause: Clause, policy: tuple[rules.Rule, ...], of_a_month: bool = False, pooled: bool = False) -> str | None:
    """What check says of a clause that is named (results): of 各款 it is no part. `of_a_month`: an amount of one month will do; `pooled`: what is applied for."""
    if (said := governing.saying_of(policy, clause.number)) is not None and said.reverse:
        return f"{short_name(clause.number)} 可能反向"
    if not of_a_month and governing.by_month(policy, clause.number):
        return f"{short_name(clause.number)} 按月支付"
    funded = not pooled and any(isinstance(r.body, rules.Fund) and clause.number in r.body.clauses for r in (*policy, *clause.rules()))
    return f"{short_name(clause.number)} 要统筹以后才知道给多少" if funded else None


def _is_recorded(body: rules.Discretion, part: Iterable[rules.Rule]) -> bool:
    """Whether what an authority settles is kept in facts that it fills in."""
    return body.record is not None and bool(filled_in(body.record, {name: let.value for name, let in lets_of(part).items()}))


def _asks_of_own_list(part: Iterable[rules.Rule]) -> bool:
    """Whether rows of the list that items stand in are held against a 设定 of the item: when weighed, both are rows of that list."""
    part = tuple(part)
    own, lets = {r.body.table for r in part if isinstance(r.body, rules.Subject) and r.body.is_list}, lets_of(part)
    folds = (v for r in part for v in values.nodes_of(r.body) if isinstance(v, values.FoldItems) and v.table in own)
    nodes = (x for fold in folds for x in values.nodes_of((fold.guard, fold.body)))
    return any(isinstance(x, values.Var) and x.name in lets and any(item_facts(x, lets)) for x in nodes)
