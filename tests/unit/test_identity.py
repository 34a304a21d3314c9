"""Identities and clause numbers: what is one, what is two, what is none."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings, strategies as st

from xcrules.base.identity import (
    ClauseNames,
    Unclear,
    all_plain,
    clause_key,
    invisible,
    looks,
    normal,
    points_elsewhere,
    rounded,
    says_nothing,
)
from xcrules.base.numerals import chinese

NAMES = ClauseNames(("1", "3(1)", "3(2)", "4", "12(3)", "16"), {"1": ("落户", "入统"), "3(2)": ("首次", "二次"), "4": ("千强",)})


@pytest.mark.parametrize(("text", "key"), [
    ("3(1)", "3(1)"), ("３(1)", "3(1)"), ("3(1) ", "3(1)"), ("3（1）", "3(1)"), ("第三条（一）", "3(1)"), ("三（一）", "3(1)"), ("三、（一）", "3(1)"),
    ("第三条第（一）项", "3(1)"), ("第 3 条 (1)", "3(1)"), ("3⑴", "3(1)"), ("16", "16"), ("第16条", "16"), ("第十六条", "16"), ("１６", "16"), ("十六", "16"),
    ("十二（三）", "12(3)"), ("3(2)首次", "3(2)首次"), ("第三条（二）二次", "3(2)二次"), ("3(2)·首次", "3(2)首次"), ("3(2)（首次）", "3(2)首次"),
    ("4千强", "4千强"), ("第四条千强", "4千强"), ("第一条落户", "1落户"), ("3(2)", "3(2)"),
])
def test_what_means_a_clause(text: str, key: str) -> None:
    assert clause_key(text, NAMES) == key


@pytest.mark.parametrize(("text", "close"), [
    ("3.1", ("3(1)",)), ("3-1", ("3(1)",)), ("3 . 1", ("3(1)",)), ("第三条第一款", ("3(1)",)), ("3①", ("3(1)",)), ("3(1", ("3(1)",)),
    ("3(1)\u200b", ("3(1)",)), ("3(2)头次", ("3(2)",)), ("3.2首次", ("3(2)首次",)),
])
def test_what_could_be_guessed_is_suggested(text: str, close: tuple[str, ...]) -> None:
    read = clause_key(text, NAMES)
    assert isinstance(read, Unclear)
    assert read.close == close


@pytest.mark.parametrize("text", ["3(9)", "", " ", "0", "31", "3(1)、3(2)", "3(12)", "甲", "12", "3(1)首次", "第三条", "9" * 1000, "3³"])
def test_what_is_no_clause(text: str) -> None:
    assert isinstance(clause_key(text, NAMES), Unclear)


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@settings(max_examples=200)
@given(st.integers(1, 199), st.integers(0, 30), st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.sampled_from(("", "首次")))
def test_every_spelling_of_a_number_is_the_number(article: int, item: int, hanzi: bool, inner: bool, full: bool, formal: bool, part: str) -> None:
    """Whatever the width, the numerals and the blanks; and no spelling of one number is another's."""
    number = f"{article}({item})" if item else str(article)
    others = [f"{article}({item + 1})", str(article + 1), f"{article + 1}({item})"]
    known = ClauseNames((number, *others), {number: ("首次",)})
    head = chinese(article) if hanzi else str(article)
    spelt = (f"第{head}条" if formal else head) + (f"({chinese(item) if inner else item})" if item else "") + part
    assert clause_key(wide(spelt) if full else f" {spelt}　", known) == number + part
    assert clause_key(spelt, ClauseNames(tuple(others), {})) != number


SAME = [("张三 ", "张三"), ("Ｐ１", "P1"), ("p1", "P1"), ("é", "e\u0301"), ("\uf92c", "郎"), ("甲（一）", "甲(一)"), ("中 关 村", "中关村"), ("㈱", "(株)"),
        ("葛\U000e0100", "葛"), ("甲\u00a0乙", "甲乙"), ("ǅ", "dž"), ("京科发〔2023〕5号", "京科发[2023]5号"), ("京科发【2023】5号", "京科发（2023）5号")]
DIFFERENT = [("001", "1"), ("甲", "乙"), ("一期", "二期"), ("GZ-1", "GZ—1"), ("A0", "AO"), ("甲乙", "乙甲")]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_identity(one: str, other: str) -> None:
    assert one != other
    assert normal(one) == normal(other)
    assert not all_plain([one, other])


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_identities(one: str, other: str) -> None:
    assert normal(one) != normal(other)


@pytest.mark.parametrize(("one", "other", "alike"), [("001", "1", True), ("GZ-001", "gz—1", True), ("甲[1]", "甲〔1〕", True), ("A0", "AO", True),
                                                     ("一期", "二期", False), ("GZ-10", "GZ-1", False), ("100", "1", False), ("А1", "A1", True)])
def test_what_a_person_might_take_for_one(one: str, other: str, alike: bool) -> None:
    assert (looks(one) == looks(other)) is alike
    assert all_plain([one, other]) is not alike


@settings(max_examples=300)
@given(st.text(max_size=12))
def test_the_normal_form_is_settled(text: str) -> None:
    """Once normal, always; and no form of the same text has another."""
    form = normal(text)
    assert normal(form) == form
    assert normal(f" {text}\t") == form
    for way in ("NFC", "NFD", "NFKC", "NFKD"):
        assert normal(unicodedata.normalize(way, text)) == form  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["无", "/", "—", "-", "N/A", "暂无", "0", "没有", "", " ", "００", "ｎ／ａ", "——", "…", "（无）", "null", "NaN", "未知", "待定", "无 ", "无。", "N.A.", "暂缺", "-无-", "【无】", "无标识号", "暂时没有编号", "尚无该项目", "—— 无 ——", "XXX", "本栏不填", "无需填写"])
def test_words_for_nothing(text: str) -> None:
    assert says_nothing(text)
    assert not all_plain([text])


@pytest.mark.parametrize("text", ["无锡公司", "张三", "0号", "A", "007", "\ue123", "无忧", "10", "空港", "同上海大学", "有为公司", "1E5", "2E10", "张XX", "示例软件公司"])
def test_names_are_not_nothing(text: str) -> None:
    assert not says_nothing(text)
    assert not points_elsewhere(text)
    assert all_plain([text])


@pytest.mark.parametrize("text", ["同上", "〃", "见附件", "＂", "同上一行", "同第3笔", "详见附表1", "见合同第3条", "是", "有"])
def test_words_that_point_elsewhere(text: str) -> None:
    assert points_elsewhere(text)
    assert not says_nothing(text)


@pytest.mark.parametrize("text", ["9.11E+17", "1.10101e+17", "９E+17"])
def test_a_number_of_which_the_end_is_gone_is_no_identity(text: str) -> None:
    assert rounded(text)
    assert not all_plain([text])


@pytest.mark.parametrize("char", ["\u200b", "\ufeff", "\u00ad", "\u202e", "\u2066", "\u200d", "\ud800", "\x00", "\x1b", "\u3164", "\ufe0f", "\U000e0041"])
def test_invisible_characters(char: str) -> None:
    assert f"U+{ord(char):04X}" in invisible(f"甲{char}")
    assert not all_plain([f"甲{char}"])


@pytest.mark.parametrize("text", ["甲 乙", "甲\u00a0乙", "甲　乙", "\ue000", "葛\U000e0100", "甲\n乙", "𠮷"])
def test_visible_characters(text: str) -> None:
    assert invisible(text) == ""


@pytest.mark.parametrize(("one", "other"), [("二〇二", "二零二"), ("甲公司.", "甲公司"), ("GZ．", "GZ"), ("TMH", "ТМН"), ("NZT", "ΝΖΤ"), ("I1", "Ι1")])
def test_letters_of_one_shape_and_an_end_mark_look_alike_and_stay_two(one: str, other: str) -> None:
    assert looks(one) == looks(other)
    assert normal(one) != normal(other)


@pytest.mark.parametrize(("one", "other"), [("【甲】", "[甲]"), ("凱", "凯"), ("臺北張三", "台北张三")])
def test_what_looks_alike_stays_two_and_is_told(one: str, other: str) -> None:
    assert (normal(one) == normal(other), looks(one) == looks(other)) == (False, True)
