"""HTML made of small pieces: every text is escaped once, where it enters an element.

Html is text that is markup already; anything else is escaped. Only string building, no policy here.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable

VOID = ("br", "meta", "input", "hr", "link")


class Html(str):
    """Markup, made by the functions here."""

    __slots__ = ()


def text(value: object) -> Html:
    """Markup as it is, anything else escaped."""
    return value if isinstance(value, Html) else Html(html.escape(str(value)))


def join(parts: Iterable[object], between: object = "") -> Html:
    return Html(text(between).join(text(x) for x in parts))


def el(tag: str, *children: object, **attributes: object) -> Html:
    """<tag …>children</tag>; class_ and for_ stand for class and for, data_x for data-x; None and False are left out."""
    given = "".join(_attribute(name, value) for name, value in attributes.items() if value is not None and value is not False)
    if tag in VOID:
        return Html(f"<{tag}{given}>")
    return Html(f"<{tag}{given}>{join(children)}</{tag}>")


def _attribute(name: str, value: object) -> str:
    written = name.rstrip("_").replace("_", "-")
    return f" {written}" if value is True else f' {written}="{html.escape(str(value))}"'


def table(head: Iterable[object], rows: Iterable[Iterable[object]], caption: str = "", class_: str | None = None) -> Html:
    """A table in a box that scrolls sideways on a narrow screen; each row can be searched."""
    top = el("thead", el("tr", *(el("th", x, scope="col") for x in head)))
    body = el("tbody", *(el("tr", *(el("td", x) for x in row), class_="s") for row in rows))
    title = (el("caption", caption),) if caption else ()
    return el("div", el("table", *title, top, body, class_=class_), class_="wide", tabindex="0", role="region", aria_label=caption or "表")


def script_json(value: object) -> Html:
    """A value inside a <script type="application/json">: no < can end the element."""
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Html(written.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))
