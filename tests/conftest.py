"""How hard Hypothesis tries: small by default, ci in .ci/run, more with XCRULES_HYPOTHESIS=nightly.

The first two are repeatable (the same examples on every run and machine) and show a failing example as it
was found; nightly looks for new ones and makes them small.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

import xcrules

QUIET = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
settings.register_profile("small", max_examples=7, stateful_step_count=20, deadline=None, derandomize=True,
                          database=None, phases=(Phase.explicit, Phase.generate), suppress_health_check=QUIET)
settings.register_profile("ci", max_examples=40, stateful_step_count=30, deadline=None, derandomize=True,
                          database=None, phases=(Phase.explicit, Phase.generate), suppress_health_check=QUIET)
settings.register_profile("nightly", max_examples=1500, stateful_step_count=60, deadline=None,
                          suppress_health_check=QUIET, print_blob=True)
settings.register_profile("look", max_examples=250, stateful_step_count=30, deadline=None, database=None,
                          phases=(Phase.explicit, Phase.generate), suppress_health_check=QUIET)
settings.load_profile(os.environ.get("XCRULES_HYPOTHESIS", "small"))


@pytest.fixture(scope="session")
def policy() -> xcrules.Policy:
    """The shipped regulation."""
    return xcrules.load("xicheng-2021")
