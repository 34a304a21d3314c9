"""`xcrules decide 政策 事实.json --json` from an image: nothing is imported but what decides.

Anything out of the ordinary (another option, a policy that was not decided with here before, facts that
are odd or wrong) gives None, and the ordinary way does it all from the start, findings included.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .. import kept
from ..resources import LIMITS, main_file, policy_name

if TYPE_CHECKING:
    from ..facts import Facts
    from ..policy import Policy

IMAGE = "image"
MOST = 4_000_000  # bytes; a larger file of facts is worth the ordinary way
_OPTIONS = {"--json", "--details"}


def answer(arguments: Sequence[str]) -> str | None:
    """The decision as JSON text, or None."""
    names = [x for x in arguments if not x.startswith("-")]
    options = {x for x in arguments if x.startswith("-")}
    if len(names) != 2 or len(names) + len(options) != len(arguments) or "--json" not in options or options - _OPTIONS:
        return None
    policy, facts = names
    main = main_file(policy)
    if main is None or os.environ.get(LIMITS) or not facts.endswith(".json"):
        return None
    held = kept.find(main, image_name(policy_name(main)))
    image = held.part(IMAGE) if held is not None else None
    return _decided(image, policy, facts, "--details" in options) if image is not None else None


def image_name(policy: str) -> str:
    """What an image is kept under, beside the policy that it was made from."""
    return f"{policy}\0{IMAGE}"


def keep_image(path: str, policy: Policy) -> None:
    """Keep the image of a policy for the next process, if the policy is kept and has none yet."""
    from ..program import edition_of

    main = main_file(path)
    name = policy_name(main) if main is not None else ""
    held = kept.find(main, name) if main is not None else None
    if main is None or held is None or kept.find(main, image_name(name)) is not None:
        return
    texts: Any = held.part("texts")
    if edition_of(text for _, text, official in texts or () if not official) != policy.edition:
        return  # the files have changed since the policy was read
    if (image := policy.image()) is not None:
        kept.keep(image_name(name), held.files, {IMAGE: image})


def _decided(image: Any, policy: str, path: str, details: bool) -> str | None:
    from ..results import decision_json
    from ..runtime.image import decide
    from ..runtime.reading import Fault

    try:
        raw = _facts(path)
        decision = decide(image, raw, _Engine(policy, raw))
        return _text(decision_json(decision, details))
    except (Fault, OSError, ValueError, RecursionError):
        return None


def _text(value: object) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, indent=2)


def _facts(path: str) -> dict[str, Any]:
    """The object in a JSON file. Raises ValueError or Fault for anything odd."""
    import json
    from decimal import Decimal

    from ..runtime.reading import Fault

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            raise Fault
        return made

    def whole(text: str) -> int:
        if len(text) > 18:
            raise Fault
        return int(text)

    def decimal(text: str) -> Decimal:
        if len(text) > 60:
            raise Fault
        return Decimal(text)

    def never(_text: str) -> None:
        raise Fault

    if os.path.getsize(path) > MOST:
        raise Fault
    with open(path, "rb") as file:
        text = file.read().decode("utf-8")
    raw = json.loads(text, object_pairs_hook=once, parse_int=whole, parse_float=decimal, parse_constant=never)
    number = raw.get("编号") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or not (number is None or isinstance(number, str | int)):
        raise Fault
    return raw


class _Engine:
    """The whole engine, loaded when the image cannot decide something: mostly, when a fact is unknown."""

    def __init__(self, policy: str, raw: dict[str, Any]) -> None:
        self._path, self._raw = policy, raw
        self._loaded: tuple[Policy, Facts] | None = None

    def _policy(self) -> tuple[Policy, Facts]:
        if self._loaded is None:
            from ..policy import load

            policy = load(self._path)
            self._loaded = policy, policy.facts(self._raw)
        return self._loaded

    def reference(self, readings: Mapping[str, str], only: tuple[str, ...]) -> tuple[Any, ...]:
        from ..diagnostic import XcrulesError
        from ..runtime.reading import Fault

        policy, facts = self._policy()
        try:
            return policy.reference(facts, readings, only)
        except XcrulesError as error:
            raise Fault from error

    def earlier(self, ledger: str) -> tuple[str, ...]:
        from ..readings import grants_before

        policy, facts = self._policy()
        return grants_before(facts, policy.plan().history, ledger)

    def closed(self, status: str) -> str:
        policy, facts = self._policy()
        return policy.closed(facts, policy.defaults, status)

    def same_gates(self, number: str, choice: str) -> bool:
        policy, facts = self._policy()
        return policy.same_gates(facts, policy.defaults, {**policy.defaults, number: choice})
