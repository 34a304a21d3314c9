"""The known words nearest to a misspelt one."""

from __future__ import annotations

import re
from collections.abc import Iterable

# 栏目、常用名称和姓名、字号里的繁体字
SIMPLE = str.maketrans(
    "標準條對設義適時間額從競撥務釋樣應給證實規號參數讀廢質項額據認總聯盤機構級類單資產業業獎補貼獲專學術術團隊環"
    "別內區縣鎮鄉國際無關於與為屬滿歲筆個種價稅費經濟貢獻發開辦園電腦網軟體備裝萬億過達進處幣併兩雙戶輛張噸畝"
    "凱東華龍陳劉吳趙孫馬羅鄭謝許鄧馮葉蘇盧蔣賈韓鍾鐘譚陸楊雲麗紅鳳蘭貴強偉軍傑豔靜寶慶銀鐵鋼鋒鵬飛劍聖勝順興榮遠長廣島灣門陽寧濱賓館飯車藥醫書畫圖漢語戲劇樂藝臺錢財豐運輸紀線紡織絲綢製藍綠黃點連選傳曉嶺礦",
    "标准条对设义适时间额从竞拨务释样应给证实规号参数读废质项额据认总联盘机构级类单资产业业奖补贴获专学术术团队环"
    "别内区县镇乡国际无关于与为属满岁笔个种价税费经济贡献发开办园电脑网软体备装万亿过达进处币并两双户辆张吨亩"
    "凯东华龙陈刘吴赵孙马罗郑谢许邓冯叶苏卢蒋贾韩钟钟谭陆杨云丽红凤兰贵强伟军杰艳静宝庆银铁钢锋鹏飞剑圣胜顺兴荣远长广岛湾门阳宁滨宾馆饭车药医书画图汉语戏剧乐艺台钱财丰运输纪线纺织丝绸制蓝绿黄点连选传晓岭矿",
)
# 字形、读音相近而常被写错的字，比较时当作同一个
_ALIKE = {**SIMPLE, **str.maketrans("像象帐账只支己已份分做作须需限线", "像像账账支支已已分分作作需需线线")}
# 读音相同或相近、输入时常选错的字，一行一组；只用来在同样接近的几个里排先后
_HOMOPHONES = ("已以意一义议易宜益 记计既技际机基级 定订 期其起企气 事是市式试视实施时十使 例利列力立历 位未为维 型形行兴 向项象像 受授收手首售 业页叶 在再载 全权 效校"
               " 元员园圆源原 只支值至止指制治质致 孰熟属数 藉籍集及 费非废 发法罚 额恶 年念 人仁任认 县限现线线显 单但担 项向 成程城承乘 度渡 低底抵地的得 总种中重终众 副付负富福 报保宝补布步部不"
               " 连联廉 金今进近经京津 交缴教较 标表 准转 条调 件建健间 助住主注 条调 增曾 减检简 半办般办 免面 高告 除出处初 外万 给几 档挡 区取去 审省生身申伸 核合和河何")
_SOUND = str.maketrans({char: group[0] for group in reversed(_HOMOPHONES.split()) for char in group})


def simplified(word: str) -> str:
    """The word in simplified characters: 標準 → 标准."""
    return word.translate(SIMPLE)


_DENIAL = re.compile("(?:并|尚|从|均|都)?(?:不是|没有|不|未|没|非|无)")


def _denies(word: str, other: str) -> bool:
    """Whether one of two words says that the other is not so: 注册地并非在南沙 and 注册地在南沙."""
    (one, ones), (two, twos) = _DENIAL.subn("", word), _DENIAL.subn("", other)
    return one == two and (ones - twos) % 2 == 1


def nearest(word: str, known: Iterable[str], most: int = 3, least: float = 0.5) -> list[str]:
    """Known words that look like `word`, closest first; none that says the contrary."""
    from difflib import SequenceMatcher  # most commands find no word misspelt

    left, found = word.translate(_ALIKE), list[tuple[float, float, int, str]]()
    for each in known:
        pair = SequenceMatcher(None, left, each.translate(_ALIKE), autojunk=False)
        if pair.real_quick_ratio() >= least and pair.quick_ratio() >= least and (closeness := pair.ratio()) >= least:
            found.append(
                (
                    -closeness, -SequenceMatcher(None, word.translate(_SOUND), each.translate(_SOUND), autojunk=False).ratio(),
                    -sum(map(str.__eq__, word, each)), each,
                )
            )
    return [each for *_, each in sorted(found)[:most] if each != word and not _denies(word, each)]


def sounds_like(word: str, other: str) -> bool:
    """Whether an input method could give the one for the other: 得 and 的."""
    return word != other and word.translate(_SOUND) == other.translate(_SOUND)


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "", least: float = 0.5) -> str:
    """是不是「…」？ of the nearest known word, else what is said otherwise."""
    close = nearest(word, known, least=least)
    return f"是不是「{close[0]}」？" if close else otherwise
