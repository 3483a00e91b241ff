"""What a question in a thread is about, when it says only "did they see it?".

Taken from the question itself, else from what Seen knows of the thread by its own answers, else, where the workspace
has allowed it, from what was written in the thread. What is still open after that has to be asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import question as questions
from bot.slack.trouble import word_of
from store import asked, threads
from store.addresses import display_domain
from store.database import Database
from store.records import Answer, NotUnderstood, Question, Subject, SubjectKind

_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")
_READ = 50
"""Messages of a thread that are read at most."""
_LATELY = 4
"""Earlier questions of the asker that are offered."""
_CLEAR = (SubjectKind.EMAIL, SubjectKind.REFERENCE, SubjectKind.MESSAGE_ID)


@dataclass(frozen=True, slots=True)
class Spot:
    """A thread, or a direct conversation as a whole (then ``thread`` is empty)."""

    channel: str
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How questions are read: as everywhere in this office."""

    timezone: ZoneInfo
    pattern: re.Pattern[str]
    now: Callable[[], datetime]

    def question(self, text: str) -> Question | NotUnderstood:
        """What a text asks."""
        return questions.parse(text, now=self.now(), timezone=self.timezone, reference_pattern=self.pattern)

    def named(self, text: str) -> tuple[Subject, ...]:
        """What a text names."""
        return questions.named(text, now=self.now(), timezone=self.timezone, reference_pattern=self.pattern)


@dataclass(frozen=True, slots=True)
class Unclear:
    """The question has to be asked back: what it may be about, as somebody would type it, likeliest first."""

    candidates: tuple[str, ...]
    understood: NotUnderstood


class Subjects:
    """Finds out, and remembers. ``is_us`` tells Seen's own user: its examples and offers name nobody."""

    def __init__(
        self, database: Database, client: WebClient, reading: Reading, *, is_us: Callable[[str], bool]
    ) -> None:
        self._database, self._client, self._reading, self._is_us = database, client, reading, is_us

    def find(self, text: str, spot: Spot, *, alone: str | None = None, begins: bool = False) -> Question | Unclear:
        """The question that a text asks in a thread. For workers: it may ask Slack for the thread.

        ``alone``: the one person who sees the answer, whose own earlier questions may then be offered. ``begins``: the
        text is the thread's first message, so that nothing else can be known of it.
        """
        plain = without_mentions(text)
        understood = self._reading.question(plain)
        if isinstance(understood, Question):
            return understood
        if not begins and (known := self._known(spot)):
            return self._about(plain, known) or Unclear((known,), understood)
        written = [] if begins else self._written(spot)
        if 0 < len(written) <= 2 and len({subject.kind for subject in written}) == len(written):
            found = self._about(plain, " ".join(map(typed, written)))
            if found:
                return found
        lately = self._lately(alone) if alone else []
        return Unclear(tuple(dict.fromkeys([*map(typed, written), *lately])), understood)

    def remember(self, spot: Spot, answer: Answer, *, at: datetime) -> None:
        """Notes what a thread is about, once something was found."""
        if answer.entries:
            with self._database.write() as connection:
                threads.remember(connection, spot.channel, spot.thread, subject_of(answer), at=at)

    def _about(self, text: str, subject: str) -> Question | None:
        """A question about a subject it doesn't name; it is still shown as it was asked."""
        for said in (f"{text} {subject}", subject):
            found = self._reading.question(said)
            if isinstance(found, Question):
                return replace(found, text=said)
        return None

    def _known(self, spot: Spot) -> str | None:
        with self._database.read() as connection:
            known = threads.subject(connection, spot.channel, spot.thread)
            if known is None and spot.thread and spot.channel.startswith("D"):
                known = threads.subject(connection, spot.channel, "")
        return known

    def _lately(self, who: str) -> list[str]:
        with self._database.read() as connection:
            earlier = asked.different(connection, who, limit=_LATELY * 2)
        found = (self._reading.question(question) for question, _ in earlier)
        subjects = [subject for one in found if isinstance(one, Question) for subject in one.subjects]
        return list(dict.fromkeys(map(typed, subjects)))[:_LATELY]

    def _written(self, spot: Spot) -> list[Subject]:
        """What the thread's messages name, newest first; nothing where we may not read them."""
        if not spot.thread:
            return []
        try:
            answer = self._client.conversations_replies(channel=spot.channel, ts=spot.thread, limit=_READ)
        except SlackApiError as error:
            if word_of(error) in {"missing_scope", "channel_not_found", "not_in_channel", "thread_not_found"}:
                return []
            raise
        others = (one for one in reversed(answer.get("messages") or []) if not self._is_us(str(one.get("user") or "")))
        found = (self._reading.named(said) for said in map(words_of, others) if said)
        subjects = [subject for some in found for subject in some if subject.kind in _CLEAR]
        return list(dict.fromkeys(subjects))


def typed(subject: Subject) -> str:
    """A subject as somebody would type it."""
    if subject.kind is SubjectKind.DOMAIN:
        return f"@{display_domain(subject.value.lstrip('@'))}"
    return subject.value


def subject_of(answer: Answer) -> str:
    """What an answer was about, as somebody would type it: a name that turned out to be one person, by address."""
    keys = {entry.trail.recipient.key for entry in answer.entries if entry.trail.is_customer}
    found: list[str] = []
    for subject in answer.question.subjects:
        known = subject.kind is SubjectKind.NAME and len(keys) == 1
        found.append(next(iter(keys)) if known else typed(subject))
    return " ".join(dict.fromkeys(found))


def without_mentions(text: str) -> str:
    """A message as people see it, without those it calls: nobody asks about a colleague."""
    return questions.unwrapped(_MENTION.sub(" ", text))


def words_of(message: object, limit: int = 8000) -> str:
    """Everything a message says, its attachments and blocks included: a bot's often says it nowhere else."""
    if not isinstance(message, dict):
        return ""
    said = [message.get("text")]
    said += [part for name in ("attachments", "blocks") for part in _texts(message.get(name), depth=8)]
    lines: list[str] = []
    for line in said:
        if isinstance(line, str) and line.strip() and not any(line in earlier for earlier in lines):
            lines.append(line)
    return "\n".join(lines)[:limit]


def _texts(part: object, depth: int) -> Iterable[str]:
    if depth == 0:
        return
    if isinstance(part, list | tuple):
        for one in part:
            yield from _texts(one, depth - 1)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name in {"text", "fallback", "title", "pretext"} and isinstance(value, str):
                yield value
            else:
                yield from _texts(value, depth - 1)
