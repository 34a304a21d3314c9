"""A text numbered 一、（一）1.: its clauses are headed by what they say themselves."""

from __future__ import annotations

import xcrules
from xcrules.store.load import load_text
from xcrules.tell.explain import heading
from xcrules.tell.publish import publish_html

TEXT = """
编号：一、（一）1.
「一、财政支持
设立引导资金。」
  性质：职责
「二、支持范围」
「（一）固定资产投资支持。」
  对象：企业
「1. 新上项目补贴1万元。」
  标准：1万元
「（二）新产品研发支持。补贴2万元。」
  对象：企业
  标准：2万元
"""


def test_a_clause_is_headed_by_its_own_words() -> None:
    policy = xcrules.loads(TEXT)
    assert [heading(c) for c in policy.decide({}).clauses] == ["二（一）1 新上项目补贴1万元", "二（二） 新产品研发支持，补贴2万元"]


def test_the_contents_name_articles_by_their_titles() -> None:
    program = load_text(TEXT).program
    assert program is not None
    page = publish_html(program)
    assert '<a href="#一">一、财政支持</a>' in page
    assert ">（一）1</a>" in page


def test_a_title_that_ends_in_a_full_stop_needs_no_note() -> None:
    titled = "「二、支持范围。」\n「（一）固定资产投资支持。」\n「1. 补贴1万元。」\n  对象：企业\n  标准：1万元\n"
    assert [d.code for d in load_text("编号：一、（一）1.\n" + titled).diagnostics] == []
    article = "「第四条 支持循环经济应用。」\n「（一）补贴1万元。」\n  对象：企业\n  标准：1万元\n"
    assert [d.code for d in load_text(article).diagnostics] == []
    by_itself = "「（一）租金补贴」\n「补贴1万元。」\n  对象：企业\n  标准：1万元\n"
    assert [d.code for d in load_text("「第四条 支持企业」\n" + by_itself).diagnostics] == []
    assert [d.code for d in load_text("「惠安县商贸业发展若干措施（试行）」\n" + article).diagnostics] == []
    for said in ("对象为本区企业", "应当在本区注册", "对企业给予补贴"):
        assert "E602" in [d.code for d in load_text(article.replace("支持循环经济应用", said)).diagnostics]
        assert "E602" in [d.code for d in load_text("「第四条 支持企业」\n" + by_itself.replace("租金补贴", said)).diagnostics]
    promised = titled.replace("固定资产投资支持", "每个项目支持三年")
    assert "E602" in [d.code for d in load_text("编号：一、（一）1.\n" + promised).diagnostics]
