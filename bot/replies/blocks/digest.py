"""The morning's digest of a channel: what wants somebody today, what went out, what was seen; one table, no mention."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.clock import count
from bot.naming import person_of, plain
from bot.replies import chart as charts
from bot.replies import words as say
from bot.replies.blocks import parts
from bot.replies.blocks.moments import SlackClock
from bot.replies.blocks.writing import Block, Reply, cut, lines, message_text, quote, rich, section, words
from bot.replies.chart import Chart
from store.records import JudgedTrail

LISTED = 10
"""Emails of one sort that have a line of their own; the others are counted."""
_FEWER = (LISTED, 6, 3, 1)
"""Where longer words leave less room in Slack's table."""
_NAMED = 3
_LONGEST_ALT = 2000


@dataclass(frozen=True, slots=True)
class Due:
    """An email without a sign that runs out of time today: unless one comes, an alert tells of it then."""

    entry: JudgedTrail
    at: datetime


@dataclass(frozen=True, slots=True)
class Failures:
    """Emails to one domain that did not arrive."""

    domain: str
    entries: Sequence[JudgedTrail]
    """Some of them, the newest first."""
    emails: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestView:
    """What there is to say on a morning. Totals count what is listed and what isn't."""

    since: datetime
    """Of the digest before, or a day of business ago."""
    rules: Sequence[str] = ()
    """The names of the rules that say what is important in this channel."""
    sent: int = 0
    arrived: int = 0
    """Of those sent."""
    due: Sequence[Due] = ()
    due_total: int = 0
    failures: Sequence[Failures] = ()
    failed_domains: int = 0
    failed_total: int = 0
    cant_tell: Sequence[JudgedTrail] = ()
    """Of which no sign can come, and whose time has run out."""
    cant_tell_total: int = 0
    seen: Sequence[JudgedTrail] = ()
    """Whenever they were sent, newest first."""
    seen_total: int = 0
    chart: Chart | None = None
    picture: str | None = None
    """The chart as a file in Slack; ``None``: only in words."""
    unchecked_since: datetime | None = None
    """Postmark could not be asked for what happened since; ``None``: it could."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.sent or self.due_total or self.failed_total or self.cant_tell_total or self.seen_total)


def digest(view: DigestView, *, now: datetime) -> Reply:
    """The digest, without any mention."""
    clock = SlackClock(now)
    first, *others = _sentences(view, clock)
    head = section(*words(first, bold=True))
    doubts = [quote(*words(doubt)) for doubt in _doubts(view, clock)]
    rows, table, left = _table(view, clock)
    blocks = [rich(head, *doubts, lines(*map(words, others))), *table]
    if left:
        blocks.append(parts.context(f"{count(left, 'line')} more had no room here."))
    if view.picture and view.chart:
        blocks.append(_image(view.picture, view.chart))
    blocks.append(parts.context("Important here, by your rules:", ", ".join(plain(name, 60) for name in view.rules)))
    said = [f"{what}: {email} to {to}: {stands}." if to else f"{what}: {email}." for what, email, to, stands in rows]
    picture = [charts.told(view.chart)] if view.chart else []
    return Reply(message_text([first, *_doubts(view, clock), *others, *said, *picture]), tuple(blocks))


# ── In sentences ─────────────────────────────────────────────────────────────────────────────────────────────────


def _sentences(view: DigestView, clock: SlackClock) -> Iterator[str]:
    """What wants somebody, then what went on."""
    wanting = []
    if view.due_total:
        run = "runs" if view.due_total == 1 else "run"
        wanting.append(f"{_emails(view.due_total)} no reliable sign yet and {run} out of time today")
    if view.failed_total:
        wanting.append(f"{count(view.failed_total, 'email')} did not arrive")
    yield f"{'; '.join(wanting)}." if wanting else "No important email runs out of time today."
    if view.sent:
        arrived = "it arrived" if view.sent == view.arrived == 1 else _arrived(view)
        have = "has" if view.sent == 1 else "have"
        since = _when(clock, view.since)
        yield f"{count(view.sent, 'important email')} {have} gone out since {since}; {arrived}."
    if view.seen_total:
        since = "since then" if view.sent else f"since {_when(clock, view.since)}"
        yield f"{_has_been(view.seen_total)} seen, or very likely seen, {since}, whenever sent."
    if view.cant_tell_total:
        yield f"For {count(view.cant_tell_total, 'email')} no sign can come: call if it matters."
    if view.chart:
        yield charts.in_short(view.chart)


def _doubts(view: DigestView, clock: SlackClock) -> list[str]:
    if view.unchecked_since is None:
        return []
    since = _when(clock, view.unchecked_since)
    return [f"I haven't been able to ask Postmark since {since}, so what happened after that may be missing here."]


def _arrived(view: DigestView) -> str:
    if view.arrived == view.sent:
        return "all of them arrived"
    return f"{view.arrived} of them {'has' if view.arrived == 1 else 'have'} arrived, as far as is known"


def _when(clock: SlackClock, at: datetime) -> str:
    """A moment behind "since": Slack's dates begin with a word of their own."""
    return clock.short(at)


def _emails(number: int) -> str:
    return f"{count(number, 'important email')} {'has' if number == 1 else 'have'}"


def _has_been(number: int) -> str:
    return f"{count(number, 'email')} {'has' if number == 1 else 'have'} been"


# ── The table ────────────────────────────────────────────────────────────────────────────────────────────────────

_TITLES = ("What", "Email", "To", "How it stands")
_Row = tuple[str, str, str, str]


def _table(view: DigestView, clock: SlackClock) -> tuple[list[_Row], list[Block], int]:
    """The lines, the table of them, and how many of them had no room."""
    for most in _FEWER:
        rows = _Lines(view, clock, most).rows()
        if not rows:
            return [], [], 0
        block, shown = parts.table(_TITLES, rows)
        if shown == len(rows):
            break
    return rows, [block], len(rows) - shown


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of a digest, at most so many of one sort."""

    view: DigestView
    clock: SlackClock
    most: int

    def rows(self) -> list[_Row]:
        """All of them, what wants somebody first."""
        view = self.view
        return [
            *self._due(),
            *self._failed(),
            *self._plain("Can't tell", view.cant_tell, view.cant_tell_total, "; call if it matters"),
            *self._plain("Seen", view.seen, view.seen_total),
        ]

    def _due(self) -> Iterator[_Row]:
        view = self.view
        for due in view.due[: self.most]:
            email, to, stands = say.line(due.entry, self.clock)
            yield _NO_SIGN, _capital(email), to, f"{stands}; time is up {self.clock.when(due.at)}"
        yield from _more(_NO_SIGN, view.due_total - len(view.due[: self.most]))

    def _plain(self, what: str, entries: Sequence[JudgedTrail], total: int, advice: str = "") -> Iterator[_Row]:
        for entry in entries[: self.most]:
            email, to, stands = say.line(entry, self.clock)
            yield what, _capital(email), to, f"{stands}{advice}"
        yield from _more(what, total - len(entries[: self.most]))

    def _failed(self) -> Iterator[_Row]:
        for failures in self.view.failures[: self.most]:
            told = [say.line(entry, self.clock) for entry in failures.entries]
            email = _capital(told[0][0]) if failures.emails == 1 and told else count(failures.emails, "email")
            causes = list(dict.fromkeys(stands.removeprefix(f"{_FAILED}: ") for _, _, stands in told))
            domain = plain(failures.domain, 60)
            yield _FAILED, email, _names(failures), f"{domain}: {'; '.join(causes[:2])}" if causes else domain
        yield from _more(_FAILED, self.view.failed_domains - len(self.view.failures[: self.most]), "domain")


_NO_SIGN, _FAILED = "No sign yet", "Did not arrive"


def _names(failures: Failures) -> str:
    names = list(dict.fromkeys(person_of(entry.trail.recipient).target for entry in failures.entries))[:_NAMED]
    unnamed = failures.emails - len(failures.entries[:_NAMED])
    return (", ".join(cut(name, 40) for name in names) + (f" and {unnamed} more" if unnamed > 0 else "")) or "–"


def _more(what: str, left: int, counted: str = "") -> Iterator[_Row]:
    if left > 0:
        yield what, f"and {count(left, f'more {counted}') if counted else f'{left} more'}", "", ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _image(file: str, chart: Chart) -> Block:
    return {"type": "image", "slack_file": {"id": file}, "alt_text": cut(charts.told(chart), _LONGEST_ALT)}
