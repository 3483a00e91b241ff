"""What somebody asks, understood: whose emails, about which number, of what kind, and when.

``parse`` takes what a person typed or pasted, in a terminal or in Slack, and gives back a ``Question``, or a
``NotUnderstood`` that says what it did understand. It is pure and never raises. The readers run in the order of how
little they can be mistaken, each crossing out what it understood, so that no character counts twice: the digits of an
address are no job number, and the "Monday" of "since Monday" is no customer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.question import addresses, names, numbers, times
from bot.question.addresses import Named
from bot.question.calendar import Calendar
from bot.question.marks import cross_out
from bot.question.tidy import LONGEST, tidy
from bot.question.tidy import unwrapped as unwrapped
from bot.question.understood import Understood, explain
from bot.question.words import HELP, KINDS
from bot.references import DEFAULT_PATTERN
from store.records import NotUnderstood, Question, Subject, SubjectKind

_SUBJECT_LINE = re.compile(
    r"""\b(?:subject|betreff)\s*(?::|is|was|says|line)?\s*(?:"(?P<double>[^"]+)"|'(?P<single>.+?)'(?!\w))"""
    r"""|\b(?:titled|headed|called)\s+(?:"(?P<double2>[^"]+)"|'(?P<single2>.+?)'(?!\w))"""
    r"""|\bsubject:(?P<word>[^\s"'@]+)(?!\S*@)""",
    re.IGNORECASE,
)
_KIND = re.compile(
    rf"\b(?:{'|'.join(set(KINDS) - {'portal'})}|portal(?=\s+(?:link|e-?mail|mail|invit|access)))\b", re.IGNORECASE
)
_BOTH = re.compile(r"\band\b|&|\+", re.IGNORECASE)
_A_PASTE = 300
"""From this length on a text was pasted: its loose numbers and capitals mean nothing."""
_ORDER = (SubjectKind.EMAIL, SubjectKind.MESSAGE_ID, SubjectKind.REFERENCE, SubjectKind.DOMAIN, SubjectKind.NAME)


def parse(
    text: str, *, now: datetime, timezone: ZoneInfo, reference_pattern: re.Pattern[str] = DEFAULT_PATTERN
) -> Question | NotUnderstood:
    """What a text asks for.

    ``now`` (aware) and ``timezone``, the office's, say when "yesterday" was; ``reference_pattern`` finds the firm's own
    numbers. A question names one or two subjects; the first of the result is the most telling one. Addresses and
    domains come out as keys (``store.addresses.normalise``), numbers in the spelling of ``bot.references.normalise``,
    names as typed.
    """
    asked = text[:LONGEST].encode("utf-8", "replace").decode()
    plain = tidy(text)
    if plain.strip(" ?!.").casefold() in HELP:
        return explain(asked, Understood())
    understood = _read(plain, Calendar(now, timezone), reference_pattern)
    subjects = understood.subjects
    if not 1 <= len(subjects) <= 2:
        return explain(asked, understood)
    return Question(
        text=asked,
        subjects=tuple(sorted(subjects, key=lambda subject: _ORDER.index(subject.kind))),
        document=understood.document,
        subject_words=understood.subject_words,
        since=understood.period.since,
        until=understood.period.until,
    )


def named(
    text: str, *, now: datetime, timezone: ZoneInfo, reference_pattern: re.Pattern[str] = DEFAULT_PATTERN
) -> tuple[Subject, ...]:
    """Everything a text names that could be asked about, however much it is; for texts that ask nothing themselves."""
    return tuple(_read(tidy(text), Calendar(now, timezone), reference_pattern).subjects)


def _read(text: str, calendar: Calendar, pattern: re.Pattern[str]) -> Understood:
    """Everything a tidied text says, subjects however many."""
    length = len(text)
    subject_words, text = _subject_line(text)
    ids, text = addresses.message_ids(text)
    mail, text = addresses.addresses(text)
    period, text = times.find(text, calendar)
    domains, text = addresses.bare_domains(text)
    found, text = numbers.find(text, pattern)
    document = _document(text) or found.document
    sure = _Pile()
    sure.add(SubjectKind.EMAIL, mail.people)
    sure.add(SubjectKind.MESSAGE_ID, ids)
    sure.add(SubjectKind.REFERENCE, [number for number in found.found if number.sure])
    sure.add(SubjectKind.DOMAIN, mail.domains)
    subjects = sure.subjects
    loose = _Pile()
    loose.add(SubjectKind.REFERENCE, [number for number in found.found if not number.sure])
    loose.add(SubjectKind.DOMAIN, domains)
    more = [subject for subject in loose.subjects if subject not in subjects]
    if not subjects or (length <= _A_PASTE and len(subjects) + len(more) <= 2):
        subjects = [*subjects, *more]
    if length <= _A_PASTE and len(subjects) < 2 and not mail.people:
        subjects = [*subjects, *_names(text, alone=not subjects)]
    return Understood(
        subjects=tuple(_without_known_domains(subjects)),
        document=document,
        subject_words=subject_words,
        period=period,
        incomplete=mail.incomplete,
        length=length,
    )


@dataclass(slots=True)
class _Pile:
    """Subjects as they are found, each once."""

    subjects: list[Subject]

    def __init__(self) -> None:
        self.subjects = []

    def add(self, kind: SubjectKind, found: list[Named] | tuple[Named, ...]) -> None:
        for one in sorted(found, key=lambda named: named.start):
            subject = Subject(kind, one.value)
            if subject not in self.subjects:
                self.subjects.append(subject)


def _subject_line(text: str) -> tuple[str | None, str]:
    """The words the subject line must hold, as in ``subject:'Your quote'``."""
    match = _SUBJECT_LINE.search(text)
    if not match:
        return None, text
    words = next((words for words in match.groups() if words), "").strip()
    return words or None, cross_out(text, match.start(), match.end())


def _document(text: str) -> str | None:
    match = _KIND.search(text)
    return KINDS[match[0].casefold()] if match else None


def _names(text: str, *, alone: bool) -> list[Subject]:
    found = names.find(text)
    wanted = 2 if alone and len(found) == 2 and _BOTH.search(text) else 1
    return [Subject(SubjectKind.NAME, name) for name in found[:wanted]]


def _without_known_domains(subjects: list[Subject]) -> list[Subject]:
    """Without the domains that an address among the subjects already says: "maria@acme.example at acme.example"."""
    said = {subject.value.rpartition("@")[2] for subject in subjects if subject.kind is SubjectKind.EMAIL}
    return [subject for subject in subjects if subject.kind is not SubjectKind.DOMAIN or subject.value not in said]
