"""The seven clauses in OpenFisca, over whole columns: amounts in 元 as its floats of 32 bits; no statuses. Rename and filling in of facts are not measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import subset

PERIOD = "2023"


def prepared(table: Any) -> Callable[[], dict[str, Any]]:
    """What works the seven out over these enterprises anew. Raises ImportError where OpenFisca is not installed."""
    import numpy as np
    from openfisca_core.entities import build_entity
    from openfisca_core.periods import YEAR, period
    from openfisca_core.simulations import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    firm = build_entity(key="firm", plural="firms", label="企业", is_person=True)
    system = TaxBenefitSystem([firm])
    flags = {"fresh", "cert"}

    def add(name: str, formula: Any = None) -> None:
        body = {"value_type": bool if name in flags else float, "entity": firm, "definition_period": YEAR, "label": name}
        system.add_variable(type(name, (Variable,), body | ({} if formula is None else {"formula": formula})))

    def clause(work: Callable[[Callable[[str], Any]], Any]) -> Callable[..., Any]:
        return lambda firms, at: work(lambda name: firms(name, at))

    least, most, where = np.minimum, np.maximum, np.where
    for name in subset.LATIN.values():
        add(name)
    for i, work in enumerate((
        lambda f: least(f("nat") + f("city") * 0.5, 1500000),
        lambda f: where((f("s0") > f("s1")) & (f("s1") > f("s2")) & (f("si") > f("savg")) & (f("r0") > f("r1")),
                        least(most((f("r0") - f("r1")) * 0.05, 100000), 500000), 0),
        lambda f: where((f("fresh") & f("cert")) | (f("seq") == 1), 300000, 0) + where(f("seq") == 2, 50000, 0),
        lambda f: least(f("dom") * 4000 + least(f("forn"), most(6 - f("past"), 0)) * 10000, 500000),
        lambda f: least(f("std1") * 1000000 + f("std2") * 400000 + f("std3") * 200000, 1000000),
        lambda f: least(f("film") * 500000 + f("game") * 300000 + f("book") * 100000 + least(f("fee") * 0.3, 200000), 1000000),
        lambda f: least(f("loan") * 0.3 + f("pref") * 0.5, 1000000),
    ), 1):
        add(f"k{i}", clause(work))
    facts = {latin: np.array(table.column(name).to_pylist(), bool if latin in flags else np.float32) for name, latin in subset.LATIN.items()}

    def run() -> dict[str, Any]:
        simulation = SimulationBuilder().build_default_simulation(system, table.num_rows)
        for name, values in facts.items():
            simulation.set_input(name, period(PERIOD), values)
        return {str(i): simulation.calculate(f"k{i}", period(PERIOD)) for i in range(1, 8)}

    return run


def differing(answers: Any, made: dict[str, Any]) -> int:
    """How many amounts are another number of 分."""
    from xcrules.use.batch.frames import cents_of

    return sum(a != b for i, x in made.items() for a, b in zip(cents_of(answers, f"{i}.金额").to_pylist(), (x.astype(float) * 100 + 0.5).astype(int).tolist(), strict=True))
