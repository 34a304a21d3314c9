"""Every code of a finding, in one place: its name, and the heading under which docs/diagnostics.md explains it.

E… is an error, W… a warning. The sentence of a finding stands beside the check that makes it. A number, once given, is
never given to another finding: offices quote them. A new one is a line here, a site that names it, and a section with an
example in docs/diagnostics.md, which a test runs.
"""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """错误 stops the policy from being used; 警告 does not."""

    ERROR = "错误"
    WARNING = "警告"


class Code(StrEnum):
    """A kind of finding; as text its number."""

    heading: str

    def __new__(cls, number: str, heading: str) -> Code:
        made = str.__new__(cls, number)
        made._value_ = number
        made.heading = heading
        return made

    @property
    def severity(self) -> Severity:
        return Severity.ERROR if self.startswith("E") else Severity.WARNING

    # -- the shape of a rule file

    UNCLOSED_QUOTE = "E101", "引文没有收尾的 」"
    TEXT_AFTER_QUOTE = "E102", "引文之后同一行还有文字"
    STRAY_TABLE = "E103", "这里不该有表，或这一行表漏了竖线"
    UNKNOWN_LABEL = "E104", "没有叫这个名字的栏目"
    NO_READING_TAG = "E105", "这不像读法"
    MISPLACED_TAG = "E106", "读法写在〔 〕之内、冒号之前"
    UNREADABLE_LINE = "E107", "看不出这一行是什么"
    INVISIBLE_CHARACTER = "E108", "有看不见的字符"
    INCOMPLETE_LABEL = "E109", "栏目不完整"
    UNQUOTED_LAW = "E110", "原文要写在「 」之内"

    # -- the content of a line

    EMPTY_CONTENT = "E201", "栏目后面没有内容"
    GLUED_WORDS = "E202", "几个词连在了一起"
    SYNTAX = "E203", "写在这里读不懂"
    NEEDLESS_IF = "E204", "例外、加给不用 若……则"
    UNFINISHED_LINE = "E205", "这一行没有写完"
    UNPAIRED_BRACKET = "E206", "括号不成对"
    LOOKALIKE_CHARACTER = "E207", "一个看上去像、其实不是的字"

    # -- names, types and numbers in a line

    UNKNOWN_NAME = "E301", "没有叫这个名字的事实、设定或参数"
    TYPE_MISMATCH = "E302", "两边不是一类东西"
    MISSING_UNIT = "E303", "没有写单位"
    MISSING_PERCENT = "E304", "比率没有写 %"
    UNKNOWN_NUMBER = "E305", "不是认得的数"
    MIXED_JOINS = "E306", "或 与 且 写在一起，没有括号"
    NOT_A_CONDITION = "E307", "这不是成立与否的条件"
    NOT_MONEY = "E308", "这里要的是金额（元）"
    AMBIGUOUS_NAME = "E310", "同一个名称有几个"
    BAD_DIVISOR = "E311", "除数可能是 0，没有说按多少"
    LEDGER_AS_NUMBER = "E312", "各款的台账不能当作一个数"
    LIST_AS_VALUE = "E313", "这是一张名单，不是一个值"
    UNCOVERED_CASE = "E314", "有的情形没有写怎么办"
    UNKNOWN_MEMBER = "E315", "不是这一栏的一种"
    NOT_A_SERIES = "E316", "不是逐年的事实"
    NOT_YEARS = "E317", "不是几年"
    REPEATED_ARM = "E318", "同一种情形写了两次"
    UNKNOWN_LIST = "E319", "没有叫这个名字的名单"
    MISPLACED_COLUMN = "E320", "名单的一栏不在这里定义"
    UNCLEAR_ZERO = "E321", "除数为零 不知道管哪一步"
    NO_TERM = "E322", "没有施行，说不出施行之日、期满之日"

    # -- what the lines of a clause mean together

    CAP_IN_STANDARD = "E401", "标准里写了不超过"
    MISSING_REACH = "E402", "上限、限次没有写范围"
    UNKNOWN_NATURE = "E404", "没有叫这个名字的性质"
    UNKNOWN_FACT_TABLE = "E405", "没有叫这个名字的事实表"
    LIST_OR_SINGLE = "E406", "该逐项的没有逐项，或相反"
    SEVERAL_AMOUNTS = "E407", "标准只写一个金额"
    NO_PARTS = "E408", "本款没有分项，不能写各分项"
    UNKNOWN_PART = "E409", "本款没有叫这个名字的分项"
    BAD_GROUP_KEY = "E410", "同一 后面要写名单的一栏"
    FLOOR_OF_A_GROUP = "E411", "下限只管单项"
    UNCLEAR_PARTS = "E412", "有分项时要写明是合计还是各分项"
    NOT_A_COUNT = "E413", "不是次数"
    COUNT_WITHOUT_RECORD = "E414", "限次没有说从哪里看用过没有"
    NOT_OUTSIDE_SUPPORT = "E415", "不是标明 外部支持 的名单"
    SHARES_NOT_WHOLE = "E416", "各年的比例合起来不是 100%"
    BAD_ROUNDING_UNIT = "E417", "不能取整到这个单位"
    TABLE_HEADER_MISMATCH = "E418", "对照的列名与写的不一样"
    UNREADABLE_CELL = "E419", "读不懂对照的一格"
    TYPE_VARIES_BY_READING = "E420", "同一名称在不同读法下类型不同"
    CIRCULAR_LET = "E421", "设定绕成了圈"
    BEFORE_FIRST_ARTICLE = "E422", "写在第一条之前，不属于任何一款"
    REPEATED_PART = "E423", "两个分项同名"
    NAME_IS_A_FACT = "E424", "设定的名称已经是一个事实"
    MISSING_SUBJECT = "E425", "没有写对象"
    MISSING_GRANT = "E426", "没有写给多少"
    CONFLICTING_LINES = "E427", "同一处有两行会同时成立"
    OVERLAPPING_EXCEPTIONS = "E428", "两个例外可能同时成立，结果却不同"
    UNUSED_LET = "E429", "设定了，却没有一行用它"
    ORDER_OF_ONE = "E430", "只写了一种，排不出先后"
    REDEFINED_NAME = "E431", "同一个名称定义了两次"
    OVERLAPPING_ROWS = "E432", "对照的两行重叠"
    NATURE_WITH_GRANT = "E433", "又说没有效果，又写了对象、标准"
    BAD_SHARED_CAP = "E434", "几款合计的上限写得不对"
    TAG_NOT_ALLOWED = "E435", "这个栏目不能按读法取舍"
    READING_WITHOUT_GRANT = "E436", "有的读法之下没有标准或者对象"
    READING_WITHOUT_LET = "E437", "有的读法之下没有这个设定"
    REPEATED_LINE = "E438", "一行加给写了两遍"
    ADJUSTED_DISCRETION = "E439", "裁量之下的例外、加给、减半没有作用"
    YEARS_WITHOUT_TERM = "E440", "没有施行，时效不起作用"
    ITEM_VALUE_IN_TOTAL = "E441", "管合计的上限用了一项的数"
    TWO_LIMITS_IN_LINE = "E442", "一行上限写了两个数"
    IDLE_WORDS = "E443", "行末的话在这里不起作用"
    EXACT_OR_REACHED = "E444", "一个金额是正好等于，还是达到"
    RANGE_AS_DIFFERENCE = "E445", "幅度写成了相减"
    NEVER_TRUE = "E446", "条件永远不会成立"
    FLOOR_ABOVE_CAP = "E447", "下限比上限高"
    REPEATED_NUMBER = "E448", "一个编号写了两次"
    OPENS_OR_CITES = "E449", "看不出是起一条，还是引用前面的一条"
    UNKNOWN_UNIT = "E465", "没有这个单位"
    UNFIT_UNIT = "E466", "不能这样声明单位"
    TWO_WAYS_OF_MANY = "E467", "这一款分不出两个方向"
    UNFIT_SAYING = "E468", "不能这样表述"
    TWO_MOSTS_IN_LINE = "E460", "一行里写了两个至多"

    UNCLEAR_CLAUSES = "E470", "导言下要写明是各款还是合计"
    PART_UNDER_LEAD = "E471", "分项写在导言下"
    NO_SUCH_LEAD = "E472", "没有这样的导言可以不适用"
    EACH_OUTSIDE_LEAD = "E473", "各款写在导言之外"
    NUMBERED_PART = "E474", "分项的名称像编号"
    NOTHING_TO_ASK = "E475", "这一款没有可引用的"
    CIRCULAR_RESULT = "E476", "款与款的金额绕成了圈"
    RESULT_IN_GATE = "E477", "适用、施行不能看款的金额"
    NO_LEDGER = "E478", "已得多少没有地方看"

    BAD_SEGMENTS = "E480", "分段的表写得不对"
    UNCLEAR_STEPS = "E481", "台阶分不出高低"
    EXCEPTION_TO_PARTS = "E482", "例外代替哪一行标准说不清"
    MISPLACED_YEARS = "E483", "享受年次没有地方看"

    STAGES_AND_EVENTS = "E485", "各期与所随的事对不上"
    NOT_AN_EVENT = "E486", "拨付随的不是一件事的日子"

    BAD_FUND = "E487", "总额写得不对"
    NOT_AN_ORDER = "E488", "排不出先后的一栏"
    BAD_LASTING = "E489", "届满 照行 写得不是地方"

    # -- tables, readings and cases

    MISSING_TABLE = "E501", "栏目下面没有表"
    UNKNOWN_COLUMN = "E502", "表里没有这样一列"
    MISSING_COLUMN = "E503", "表缺一列"
    RAGGED_ROW = "E504", "这一行的格数与表头不同"
    REPEATED_NAME = "E505", "同一个名称写了两次"
    UNKNOWN_TABLE_WORD = "E506", "事实表后面有不认得的词"
    MISSING_ROLE = "E507", "台账的表缺一栏角色"
    RESERVED_NAME = "E508", "不能做事实的名称"
    UNKNOWN_ROLE = "E509", "没有叫这个名字的角色"
    UNREADABLE_TYPE = "E510", "读不懂类型"
    REPEATED_MEMBER = "E511", "同一种情形列了两次"
    UNKNOWN_REQUIREMENT = "E512", "要求一栏不认得"
    VALUE_TYPE_MISMATCH = "E513", "值与类型不合"
    PARAMETER_WITHOUT_TYPE = "E514", "参数没有写类型"
    NOT_A_YEAR = "E515", "不是年度"
    REPEATED_YEAR = "E516", "同一年写了两次"
    MISSING_YEAR = "E517", "参数中间缺年度"
    REPEATED_READING = "E518", "同一个读法登记了两次"
    BAD_READING_NUMBER = "E519", "不像读法的号"
    UNKNOWN_RISK = "E520", "风险只有高、中、低"
    UNREADABLE_CHOICES = "E521", "读不懂选项"
    MANUAL_NOT_A_CHOICE = "E522", "另需人工里写的不是选项"
    MANUAL_DEFAULT = "E523", "默认的选项不能另需人工"
    INCOMPLETE_INTERPRETATION = "E524", "解释写不全"
    INTERPRETS_UNREGISTERED = "E525", "解释选定的读法没有登记"
    UNREGISTERED_READING = "E526", "读法没有登记"
    MANUAL_CHOICE_MODELLED = "E527", "登记为另需人工的选项又写成了规则"
    UNKNOWN_CHOICE = "E528", "读法没有这个选项"
    UNUSED_READING = "E529", "读法登记了，却没有一行提到它"
    UNUSED_CHOICE = "E530", "读法的选项没有一行写出"
    REGISTER_QUOTE_MISMATCH = "E531", "读法引的文字不在原文里"
    BAD_READING_ARGUMENT = "E532", "命令里的读法写得不对"
    EQUAL_CHOICES = "E533", "两个选项算起来完全一样"
    BAD_READING_CLAUSE = "E534", "读法写的条款不对"
    CASE_LINE_WITHOUT_CASE = "E540", "上面没有案例"
    UNKNOWN_SAMPLE = "E541", "没有叫这个名字的样本"
    SKIPPED_INDEX = "E542", "名单的序号跳了"
    UNKNOWN_CLAUSE = "E543", "没有这个编号的款"
    UNKNOWN_STATUS = "E544", "没有这个状态"
    UNKNOWN_EXPECTATION = "E545", "应得里有不认得的项"
    EXPECTED_NOT_MONEY = "E546", "应得的不是金额"
    UNREADABLE_EXPECTATION = "E547", "读不懂案例表里的应得"
    UNNAMED_COLUMN = "E548", "案例表有一列没有列名"
    UNREADABLE_CASE_READING = "E549", "读不懂案例的读法"
    NEVER_READ = "E561", "写在不会读到的地方"
    LIFETIME_WITHOUT_LEDGER = "E562", "终身的上限没有地方看以前得过多少"
    CONDITION_UNDER_LEAD = "E563", "导言下面没有一款可管"
    NESTED_SERIES = "E566", "逐年、逐款不在顶层"
    SEVERAL_TOTALS = "E569", "几种表述的金额不能相加"
    ORDER_WITHOUT_AGAINST = "E564", "没有竞合可排先后"

    BAD_NUMBERING = "E570", "读不懂编号"
    IDLE_NUMBERING = "E571", "没有一段原文这样编号"

    # -- quotes and the official text

    QUOTE_MISMATCH = "E601", "引文与原文不同"
    LAW_WITHOUT_NOTES = "E602", "原文下面没有注"

    # -- days and years

    NOT_A_DAY = "E701", "不是一个日子"
    YEARS_REVERSED = "E702", "时效要从一个年度到后面的年度"

    # -- facts, files and workbooks

    UNKNOWN_FACT = "E801", "没有这一项"
    WRONG_KIND = "E802", "类型不对"
    REPEATED_KEY = "E803", "同一个键写了两次"
    NOT_A_NUMBER = "E804", "不是数"
    NUMBER_TOO_LARGE = "E805", "数太大或太长"
    TOO_DEEP = "E806", "嵌套太深"
    NOT_A_DATE = "E807", "不是日期"
    NOT_A_MEMBER = "E808", "不是这一栏的一种"
    NEGATIVE = "E809", "不能是负数"
    MALFORMED_TEXT = "E810", "JSON 或 YAML 写得不对"
    NOT_FOUND = "E811", "找不到"
    NOT_UTF8 = "E812", "不是 UTF-8 的文字"
    NOT_WHOLE = "E814", "要是整数"
    LIST_TOO_LONG = "E815", "名单太长"
    FILE_OUTSIDE_FOLDER = "E816", "文件不在政策的文件夹里"
    LISTS_CROSSED = "E817", "两张名单相乘太多"
    UNSURE_LIST_TOO_LONG = "E818", "事实没有填全，名单又太长"
    REASONS_LEFT_BEHIND = "E830", "这份决定没有带上理由"
    EXCEL_EXTRA_MISSING = "E850", "读写 Excel 要先安装附加组件"
    CELL_TOO_LONG = "E851", "一格的字太多"
    CHARACTER_NOT_IN_EXCEL = "E852", "Excel 存不了这个字符"
    SHEET_TOO_LARGE = "E853", "超过 Excel 一页的行数或列数"
    NOT_A_WORKBOOK = "E854", "不是 Excel 工作簿，或太大"
    NO_POLICY_TABLE = "E855", "工作簿里没有五栏表，或是空的"
    UNKNOWN_LABEL_IN_BOOK = "E856", "五栏表里没有叫这个名字的栏目"
    BAD_READING_IN_BOOK = "E857", "五栏表的读法写得不对"
    CELL_OF_SEVERAL_LINES = "E858", "这一格会变成不止一行"
    QUOTE_MARK_IN_LAW = "E859", "这段原文放不进一对「」"
    ROW_WITHOUT_LABEL = "E860", "这一行有内容，栏目却空着"
    TABLE_WITHOUT_LABEL = "E861", "有表，没有这张表的栏目"
    ROW_OF_NO_TABLE = "E862", "这一行不知属于哪张表"
    NOT_WRITABLE = "E863", "写不了这个文件，或名字不对"
    ALREADY_THERE = "E864", "已经有了，内容会被换掉"
    CELL_NOT_TEXT = "E865", "这一格不是文字"
    EXCEL_ERROR_VALUE = "E866", "填报表里有 Excel 的错误值"
    FORM_CHANGED = "E867", "填报表的样子变了"
    PRESENCE_CONTRADICTED = "E868", "有没有，与填的内容不一致"
    BAD_POLICY_NAME = "E869", "不能做政策的名称"
    INVISIBLE_IN_NAME = "E870", "名称、编号里有看不见的字符"
    WORD_FOR_NOTHING = "E871", "不是名称，是“没有”"
    LEDGER_UNKNOWN_CLAUSE = "E872", "台账里写的不是这个政策的款"
    PARTS_EXCEED_WHOLE = "E873", "一款的数比它各分项的合计还少"
    UNCLEAR_UNIT = "E886", "单位看不准"
    MERGED_CELLS = "E887", "合并的单元格里填了内容"
    TOTALS_AMONG_ROWS = "E888", "合计、说明混在填报的行里"
    FORMULA_WITHOUT_VALUE = "E889", "公式没有存下结果"
    CHANGED_BY_EXCEL = "E890", "Excel 改过的数"
    FORM_OF_OTHER_POLICY = "E891", "是别的政策的填报表"
    NOT_XLSX = "E892", "不是 .xlsx"

    # -- limits

    FILE_TOO_LARGE = "E901", "文件太大"
    TOO_LONG_OR_DEEP = "E902", "一行太长、太深"

    # -- what a person should look at

    UNUSED_FACT = "W301", "事实没有一款用到"
    SIMILAR_LETS = "W302", "两个名称看上去几乎一样"
    NUMBER_NOT_IN_LAW = "W303", "规则里的数不在原文里"
    LAW_NUMBER_UNUSED = "W304", "原文里的数没有一行写到"
    READING_WITHOUT_WORDS = "W305", "读法没有写原文"
    LAW_CAP_MISSING = "W306", "原文说不超过，没有上限"
    LAW_ONCE_MISSING = "W307", "原文说一次性，没有限次"
    LAW_INSTALMENTS_MISSING = "W308", "原文说分几年，没有拨付"
    LAW_APPROVAL_MISSING = "W309", "原文说经认定，没有条件或裁量"
    CASE_WITHOUT_EXPECTATION = "W310", "案例没有写应得什么"
    IDLE_CAP = "W311", "上限永远用不着"
    PARAMETER_WITHOUT_SOURCE = "W312", "参数没有写来源"
    NOT_IN_FORCE = "W313", "截至某日，规定还没有施行或已经届满"
    PARAMETERS_RUNNING_OUT = "W314", "截至某日，参数快用完了"
    PAST_YEAR_UNPUBLISHED = "W315", "截至某日，过去的年度还写着未公布"
    NAME_OF_SEVERAL_WORDS = "W316", "一个名称也可以读成几个词"
    CONTINUES_ANY_YEAR = "W317", "有拨付和施行，没有时效"
    UNUSED_UNIT = "W318", "单位没有一处用到"
    LACKS_A_CONDITION = "W319", "旁边各款都有的条件，这一款没有"
    IDLE_LEAD_LINE = "W320", "导言下的一行没有管到一款"
    UNEVEN_DEDUCTION = "W324", "速算扣除数在分界处接不上"
    FUND_LEAVES_OPEN = "W325", "总额没有写超出、同分怎么办"
    NOT_WEIGHED = "W326", "竞合管不到的款"
    TWO_SPELLINGS = "W330", "一个名称写成了两样"
    RATE_ABOVE_ONE = "W331", "比率超过 1"
    READ_AS_NOTHING = "W332", "写了“没有”，按没有填计算"
    SIMILAR_NAMES = "W333", "两个名称很像"
    COUNTED_TWICE = "W334", "同一事项在几款都计入"
    FORM_INCOMPLETE = "W340", "填报表里少了一页、一行或一列"
    FORM_OUTDATED = "W341", "填报表是按较早的版本做的"
    HIDDEN_CONTENT = "W342", "有隐藏的内容，照样读了"
    TEXT_OUTSIDE_TABLES = "W343", "表外的文字没有读"
    FINDINGS_LEFT_OUT = "W350", "另有几处没有列出"
    BAD_SILENCE = "W390", "静默没有写理由，或读不懂"
    IDLE_SILENCE = "W391", "这里没有可静默的警告"
