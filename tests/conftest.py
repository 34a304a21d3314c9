"""How hard Hypothesis tries, and what the default run leaves to .ci/run.

small is the default, ci what .ci/run asks for; XCRULES_HYPOTHESIS=nightly tries much more. The first two are repeatable
(the same examples on every run and machine) and show a failing example as it was found; nightly looks for new ones and
makes them small.
"""

from __future__ import annotations

import os
from collections import Counter
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, settings

PROFILE = os.environ.get("XCRULES_HYPOTHESIS", "small")
QUIET = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
FOUND_AS_IS = (Phase.explicit, Phase.generate)  # without shrinking
settings.register_profile("small", max_examples=2, stateful_step_count=20, deadline=None, derandomize=True,
                          database=None, phases=FOUND_AS_IS, suppress_health_check=QUIET)
settings.register_profile("ci", max_examples=40, stateful_step_count=30, deadline=None, derandomize=True,
                          database=None, phases=FOUND_AS_IS, suppress_health_check=QUIET)
settings.register_profile("nightly", max_examples=1500, stateful_step_count=60, deadline=None,
                          suppress_health_check=QUIET, print_blob=True)
settings.register_profile("look", max_examples=250, stateful_step_count=30, deadline=None, database=None,
                          phases=FOUND_AS_IS, suppress_health_check=QUIET)
settings.load_profile(PROFILE)


def pytest_configure(config: pytest.Config) -> None:
    """Checked policies are stored in a place of this run; several workers share it."""
    if not hasattr(config, "workerinput"):
        folder = TemporaryDirectory(prefix="xcrules-tests-")
        config.add_cleanup(folder.cleanup)
        os.environ["XDG_CACHE_HOME"] = folder.name


@pytest.hookimpl(tryfirst=True)  # before tests are chosen by their marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "properties" in item.path.parts or getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker("property")


# -- what is left to .ci/run --------------------------------------------------------------------------------

MARKS = ("slow", "libreoffice")
LEFT: Counter[str] = Counter()


def pytest_deselected(items: list[pytest.Item]) -> None:
    LEFT.update(mark for item in items for mark in MARKS if item.get_closest_marker(mark))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):  # one of several workers: they all leave the same
        session.config.workeroutput["left"] = dict(LEFT)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    LEFT.clear()
    LEFT.update(getattr(node, "workeroutput", {}).get("left", {}))


SHOWN: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """What a test recorded as "shown" stands at the end of the run, whichever worker ran it."""
    if report.when == "call":
        SHOWN.extend(str(text) for name, text in report.user_properties if name == "shown")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for text in SHOWN:
        terminalreporter.write_line(text)
    tests = [f"{LEFT[mark]} {mark}" for mark in MARKS if LEFT[mark]]
    reach = [f"properties at full reach ({settings.get_profile('ci').max_examples} examples, here {settings.default.max_examples})"]
    if left := tests + (reach if PROFILE == "small" else []):
        terminalreporter.write_line(f"left to .ci/run: {', '.join(left)}")
