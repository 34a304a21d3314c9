"""A name that is used twice is worked out, written and told once: what stands on it grows with the lines, not by doubling."""

from __future__ import annotations

import time

import pytest

from tests.support.engines import ENGINES
from tests.support.policies import FACTS, HEAD
from xcrules.store.load import load_text
from xcrules.use.python.policy import Policy

DEEP = 24
SUMS = {"和": "丁{0} ＋ 丁{0}", "情形": "按 级别（甲 丁{0}；其他 丁{0}）"}
USES = {
    "标准": "  标准：丁{0} 的 1%\n",
    "条件": "  标准：1万元\n  条件：丁{0} 高于 5元，丁{0} 高于 6元\n",
    "例外": "  标准：1万元\n  例外：丁{0} 高于 5元 的，丁{0}\n",
    "上限": "  标准：1万元\n  上限：单项 丁{0}\n",
    "已用": "  标准：1万元\n  上限：单项 1万元，已用 丁{0}\n",
    "合计上限": "  标准：1万元\n  上限：企业年度 丁{0}\n",
}


def chain(label: str, form: str, use: str) -> str:
    lets = "".join(f"  {label}：丁{i} ＝ " + (SUMS[form].format(i - 1) if i else "投资") + "\n" for i in range(DEEP))
    return HEAD + "「第一条 给。」\n  对象：企业\n" + lets + USES[use].format(DEEP - 1)


@pytest.mark.parametrize("label", ["设定", "定义"])
@pytest.mark.parametrize("form", SUMS)
@pytest.mark.parametrize("use", USES)
def test_names_used_twice_do_not_double(label: str, form: str, use: str) -> None:
    begin = time.process_time()
    loaded = load_text(chain(label, form, use))
    if loaded.usable:
        assert loaded.program is not None
        policy = Policy(loaded.program)
        for engine in ENGINES:
            decided = policy.decide(FACTS, engine=engine)
            assert decided["1"].reasons
            decided.to_json()
        policy.explain(FACTS, "1")
    else:
        assert {d.code for d in loaded.diagnostics if d.is_error} <= {"E902"}
    assert time.process_time() - begin < 5
