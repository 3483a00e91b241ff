"""Whether a rule is about an email: its conditions, and how they go together."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import lru_cache

from store.addresses import domain_of
from store.alert_records import Amount, Match, Rule
from store.records import Message, Recipient

ANY_VALUE = "*"
SUBJECT_LOOKED_AT = 200
"""Characters of a subject that a rule's pattern sees, so that no pattern can take long over it."""
_NUMBER = re.compile(r"[-−]?\d[\d.,'’\s]*")
_PARTS = re.compile(r"[.,]")

Holds = Callable[[], bool]


def fits(rule: Rule, message: Message, recipient: Recipient) -> bool:
    """Whether a rule's conditions say that this email to this recipient is important.

    Whether the rule is paused, and from when it holds, is not asked here. A rule without any condition fits every
    email. What nobody has told of a message (its tag, its subject …) fits no condition.
    """
    found = (holds() for holds in _conditions(rule, message, recipient))
    if rule.match is Match.ANY:
        return any(found) or not has_conditions(rule)
    return all(found)


def has_conditions(rule: Rule) -> bool:
    """Whether a rule chooses among emails at all."""
    return bool(rule.tags or rule.streams or rule.metadata or rule.amounts or rule.subject or rule.domains)


def _conditions(rule: Rule, message: Message, recipient: Recipient) -> Iterator[Holds]:
    """The conditions that the rule names, the cheap ones first. Each field of metadata is one of its own."""
    if rule.tags:
        yield lambda: _same(message.tag) in map(_same, rule.tags)
    if rule.streams:
        yield lambda: _same(message.stream) in map(_same, rule.streams)
    if rule.domains:
        yield lambda: _at(recipient, rule.domains)
    if rule.metadata or rule.amounts:
        metadata = {_same(field): value for field, value in message.metadata.items()}
        wanted: dict[str, list[str]] = defaultdict(list)
        for field, value in rule.metadata:
            wanted[_same(field)].append(value)
        for field, values in wanted.items():
            yield lambda field=field, values=values: _has(metadata.get(field), values)  # type: ignore[misc]
        for amount in rule.amounts:
            yield lambda amount=amount: _reaches(metadata.get(_same(amount.field)), amount)  # type: ignore[misc]
    if rule.subject:
        pattern = rule.subject
        yield lambda: _holds(pattern, message.subject)


def _same(text: str | None) -> str:
    """Spellings that mean the same: ``Invoice`` and ``invoice ``."""
    return (text or "").strip().casefold()


def _at(recipient: Recipient, domains: tuple[str, ...]) -> bool:
    """Whether the address is at one of these domains, or below one."""
    theirs = domain_of(recipient.key)
    return any(theirs == domain or theirs.endswith(f".{domain}") for domain in domains)


def _has(value: str | None, wanted: list[str]) -> bool:
    if not value or not value.strip():
        return False
    return any(one == ANY_VALUE or _same(value) == _same(one) for one in wanted)


def _reaches(value: str | None, amount: Amount) -> bool:
    number = number_in(value) if value else None
    if number is None:
        return False
    return number >= amount.limit if amount.or_equal else number > amount.limit


def _holds(pattern: str, subject: str | None) -> bool:
    compiled = _compiled(pattern)
    return bool(subject and compiled and compiled.search(subject[:SUBJECT_LOOKED_AT]))


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """``None``: not a pattern. What people type is checked before (``bot.rules.patterns``)."""
    try:
        return re.compile(pattern, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError):
        return None


def number_in(text: str) -> float | None:
    """The first number in a text as offices write amounts: ``1250``, ``€ 1.250,50``, ``$1,250.00``, ``1'250``.

    A single point or comma before exactly three digits parts thousands. ``None``: there is no number.
    """
    match = _NUMBER.search(text[:100])
    if match is None:
        return None
    written = re.sub(r"[\s'’]", "", match[0]).rstrip(".,").replace("−", "-")
    *whole, last = _PARTS.split(written)
    marks = {mark for mark in ".," if mark in written}
    is_fraction = bool(whole) and (len(marks) == 2 or (len(whole) == 1 and len(last) != 3))
    digits = f"{''.join(whole)}.{last}" if is_fraction else "".join([*whole, last])
    try:
        return float(digits)
    except ValueError:
        return None
