"""The known words nearest to a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable

# 栏目和常用名称里的繁体字
_SIMPLE = str.maketrans(
    "標準條對設義適時間額從競撥務釋樣應給證實規號參數讀廢質項額據認總聯盤機構級類單資產業業獎補貼獲專學術術團隊環"
    "別內區縣鎮鄉國際無關於與為屬滿歲筆個種價稅費經濟貢獻發開辦園電腦網軟體備裝萬億過達進處幣併兩雙戶輛張噸畝",
    "标准条对设义适时间额从竞拨务释样应给证实规号参数读废质项额据认总联盘机构级类单资产业业奖补贴获专学术术团队环"
    "别内区县镇乡国际无关于与为属满岁笔个种价税费经济贡献发开办园电脑网软体备装万亿过达进处币并两双户辆张吨亩",
)
# 字形、读音相近而常被写错的字，比较时当作同一个
_ALIKE = {**_SIMPLE, **str.maketrans("像象帐账只支己已份分做作须需限线", "像像账账支支已已分分作作需需线线")}


def simplified(word: str) -> str:
    """The word in simplified characters: 標準 → 标准."""
    return word.translate(_SIMPLE)


def _closeness(left: str, right: str) -> float:
    from difflib import SequenceMatcher

    return SequenceMatcher(None, left, right, autojunk=False).ratio()


def _may_reach(least: float, left: str, right: str) -> bool:
    """Whether two words have enough characters in common to be that close: quick to see for most that are not."""
    size = len(left) + len(right)
    if not size or 2.0 * min(len(left), len(right)) / size < least:
        return not size
    common = sum(min(left.count(char), right.count(char)) for char in set(left))
    return 2.0 * common / size >= least


def nearest(word: str, known: Iterable[str], most: int = 3, least: float = 0.5) -> list[str]:
    """Known words that look like `word`, closest first."""
    left = word.translate(_ALIKE)
    pairs = ((k, k.translate(_ALIKE)) for k in known)
    scored = sorted(((_closeness(left, r), k) for k, r in pairs if _may_reach(least, left, r)), key=lambda p: (-p[0], p[1]))
    return [k for score, k in scored[:most] if score >= least and k != word]
