"""Old items against new ones: what is the same, what changed its value, what is gone and what is new."""

from __future__ import annotations

from collections.abc import Callable

from xcrules.draft.labels import card_of

from .change import ADDED, CHANGED, REMOVED, Change, came_and_went
from .items import Key, Provision

Pairing = Callable[[Provision], Key]


def item_changes(where: str, old: list[Provision], new: list[Provision], registered: frozenset[str]) -> list[Change]:
    """The changes among one clause's items. `registered` are readings that were added to or left the register:
    that they are named at a line is said with them."""
    out: list[Change] = []
    left, right = list(old), list(new)
    for one, other in _matched(left, right, lambda x: (x.key, x.choices)):
        out += _notes(where, one, other, registered)
    for one, other in _matched(left, right, lambda x: (x.label, x.key)):
        out.append(_reading_changed(where, one, other))
    for how in _WAYS:
        for one, other in _matched(left, right, how):
            out.append(_value_changed(where, one, other))
    out += [Change(where, REMOVED, x.label, x.named, old=x.text) for x in left]
    out += [Change(where, ADDED, x.label, x.named, new=x.text) for x in right]
    return out


# from the surest to the loosest; conditions and rows are only matched by what they are about
_WAYS: tuple[Pairing, ...] = (
    lambda x: (x.slot, x.subject, x.choices),
    lambda x: (x.slot, x.choices),
    lambda x: (x.label, x.choices, card_of(x.label).many and (x.slot, x.text)),
)


def _matched(left: list[Provision], right: list[Provision], how: Pairing) -> list[tuple[Provision, Provision]]:
    """Pairs with one key, taken out of both lists, in the order of the new one."""
    pairs = []
    for other in list(right):
        one = next((x for x in left if how(x) == how(other)), None)
        if one is not None:
            pairs.append((one, other))
            _drop(left, one)
            _drop(right, other)
    return pairs


def _drop(items: list[Provision], item: Provision) -> None:
    del items[next(n for n, x in enumerate(items) if x is item)]


def _notes(where: str, one: Provision, other: Provision, registered: frozenset[str]) -> list[Change]:
    """Readings that are named at the line and were not, or were and are not."""
    known = ([n for n in x.notes if n not in registered] for x in (one, other))
    return came_and_went(where, other.label, f"{other.subject}旁的读法", *known)


def _reading_changed(where: str, one: Provision, other: Provision) -> Change:
    return Change(where, CHANGED, other.label, f"{other.subject} {other.text}", _under(one), _under(other))


def _under(item: Provision) -> str:
    return "只在读法 " + "、".join(f"{n} {x}" for n, x in item.choices) + " 下成立" if item.choices else "各种读法下都成立"


def _value_changed(where: str, one: Provision, other: Provision) -> Change:
    if one.subject == other.subject:
        if one.text == other.text:  # the words are the same, what they stand for is not: 设定 of another part, say
            return Change(where, CHANGED, other.label, f"{other.named} {other.text}（所指不同）")
        return Change(where, CHANGED, other.label, other.named, one.text, other.text)
    return Change(where, CHANGED, other.label, other.label, f"{one.named} {one.text}", f"{other.named} {other.text}")
