"""What to ask Postmark for a question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.lookup.asking import Search
from bot.lookup.matching import Aim
from bot.references import spellings
from store.records import Message, SubjectKind

_SWEPT = 500
"""How many of the newest emails are looked through for a name or a domain: one page of Postmark's.

Postmark cannot search for names, and nobody says whether it finds a recipient by the domain alone.
"""
_FEW = 5
"""How many of the addresses that a name fits are searched for."""
_SLACK = timedelta(minutes=1)
"""Searches reach this much further than asked: Postmark's search dates have no zone and no fractions."""


def searches(
    aim: Aim, metadata_keys: Sequence[str], *, depth: int, known: bool, at: datetime | None
) -> tuple[Search, ...]:
    """The searches that together find every email which may fit; what fits indeed is looked at afterwards.

    ``depth`` is how many of the newest emails a search lists. ``known`` says whether the own store holds any that fit:
    then less is guessed at. ``at`` is set when the answer is about an earlier time.
    """
    if aim.is_ambiguous:
        return ()
    found = [Search(recipient=address) for address in sorted(aim.keys)[:_FEW]]
    domains = aim.values(SubjectKind.DOMAIN)
    found += [Search(recipient=f"@{domain}") for domain in domains]
    for number in aim.values(SubjectKind.REFERENCE):
        for spelled in _spelled(number, aim.question.document, known=known):
            found += [Search(metadata=(key, spelled)) for key in metadata_keys]
            found += [Search(tag=spelled), Search(subject=spelled)]
    if domains or (aim.only_names and aim.unknown_names):
        found.append(Search(limit=_SWEPT))
    since, until = aim.question.since, min(filter(None, (aim.question.until, at)), default=None)
    return tuple(
        replace(search, since=since and since - _SLACK, until=until and until + _SLACK, limit=max(search.limit, depth))
        for search in dict.fromkeys(found)
    )


def streams(messages: Iterable[Message]) -> tuple[str, ...]:
    """The message streams on which an address may be suppressed: those it got mail on, or else the default one."""
    return tuple(sorted({message.stream for message in messages if message.stream})) or ("outbound",)


def _spelled(number: str, document: str | None, *, known: bool) -> tuple[str, ...]:
    """The number as asked; where nobody knows it, also as it may stand in Postmark: ``INV-2207`` for "invoice 2207"."""
    guessable = not known and (document is not None or not number[:1].isdigit())
    return (number, *(spellings(number, document)[:1] if guessable else ()))
