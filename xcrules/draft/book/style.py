"""How the workbook looks: widths, fonts, and the colour of each kind of label. No cell is decided here."""

from __future__ import annotations

from typing import Any

from xcrules.base.grids.workbook import printed
from xcrules.draft.labels import Group

FONT = "微软雅黑"
WIDTHS = (9, 46, 9, 17, 64)  # 条款 原文 栏目 读法 内容
NARROWEST, WIDEST = 8, 42
INK, LINE = "#1F2933", "#C9D1D9"

COLOURS = {
    Group.WHO: "#DCE9F7", Group.PART: "#DCE9F7", Group.GIVES: "#DDF1E1", Group.BOUNDS: "#FBE3D6", Group.TIME: "#FFF3CC",
    Group.NOTE: "#ECEEF0", Group.TITLE: "#ECEEF0", Group.TABLE: "#E6E0F3", Group.EXAMPLE: "#D9F0F0",
}

_BASE = {"font_name": FONT, "font_size": 10, "font_color": INK, "num_format": "@", "valign": "top", "text_wrap": True}
_BOXED = _BASE | {"border": 1, "border_color": LINE}
_STYLES: dict[str, dict[str, object]] = {
    "column": _BASE,
    "cell": _BOXED,
    "number": _BOXED | {"font_color": "#6B7785", "text_wrap": False},
    "quote": _BOXED | {"font_color": "#7A2E1D", "bg_color": "#FFFCF5"},
    "under": _BASE | {"left": 1, "right": 1, "left_color": LINE, "right_color": LINE, "bg_color": "#FFFCF5"},
    "label": _BOXED | {"bold": True, "align": "center"},
    "comment": _BOXED | {"font_color": "#5E7A4C", "italic": True},
    "header": _BOXED | {"bold": True, "font_color": "#FFFFFF", "bg_color": "#34495E", "valign": "vcenter"},
    "columns": _BOXED | {"bold": True, "bg_color": "#DDE3EA", "top": 2},
    "band": _BASE | {"bold": True, "bg_color": "#52667A", "font_color": "#FFFFFF", "text_wrap": False},
    "key": _BOXED | {"bold": True, "font_color": "#4A3F73"},
    "error": _BOXED | {"bg_color": "#F8C9C4"},
    "warning": _BOXED | {"bg_color": "#FFE8A3"},
    "error label": _BOXED | {"bg_color": "#F8C9C4", "bold": True, "align": "center"},
    "warning label": _BOXED | {"bg_color": "#FFE8A3", "bold": True, "align": "center"},
    "title": _BASE | {"bold": True, "font_size": 14, "text_wrap": False},
    "plain": _BASE,
}


class Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self._book.add_format(_STYLES[name])
        return self._made[name]

    def filled(self, colour: str) -> Any:
        """A format that only fills, for conditional formatting."""
        return self._book.add_format({"bg_color": colour})


def formula_for(labels: tuple[str, ...], cell: str) -> str:
    """A condition that holds when `cell` has one of these labels."""
    return "=OR(" + ",".join(f'{cell}="{label}"' for label in labels) + ")"


def page(sheet: Any, title: str, wide: bool = False) -> None:
    """As it is printed: the header on every page."""
    printed(sheet, title, wide)
    sheet.set_margins(0.4, 0.4, 0.6, 0.6)
    sheet.repeat_rows(0)
