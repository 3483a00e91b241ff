"""Times in a reader's own zone, and people by the name that Slack knows: marks in sentences, and how they come out.

Every sentence is made elsewhere, with a time in its middle. ``SlackClock`` puts a mark there, between two private
characters that no foreign text can bring along (``bot.naming.plain`` takes them out), and ``split`` finds them again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}(?:([njfdsu])([0-9]{{1,11}})|@([SUW][A-Z0-9]{{2,20}})|#([CG][A-Z0-9]{{2,20}})){_CLOSE}")
_FAR = timedelta(hours=48)  # nobody's "yesterday" or "tomorrow", whatever the zone


class Style(StrEnum):
    """How a moment is said. Slack begins "Today" with a capital where it begins the format, so it never does."""

    NEAR = "n"
    JUST_NOW = "j"
    FAR = "f"
    DAY = "d"
    SHORT = "s"
    UNTIL = "u"


_FORMATS = {
    Style.NEAR: "at {time} {date_short_pretty}",
    Style.JUST_NOW: "at {time} {date_short_pretty} ({ago})",
    Style.FAR: "on {date_short} at {time}",
    Style.DAY: "{date_short}",
    Style.SHORT: "{date_short} {time}",
    Style.UNTIL: "{time} {date_short_pretty}",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A time to be said to whoever reads it."""

    at: datetime
    style: Style

    @property
    def format(self) -> str:
        """Slack's template."""
        return _FORMATS[self.style]

    @property
    def timestamp(self) -> int:
        """Seconds since 1970."""
        return int(self.at.timestamp())

    @property
    def fallback(self) -> str:
        """Complete, in UTC: for notifications, screen readers and programs that know no dates."""
        at = self.at.astimezone(UTC)
        day, time = f"{at.day} {at:%b %Y}", f"{at:%H:%M} UTC"
        match self.style:
            case Style.NEAR | Style.JUST_NOW | Style.FAR:
                return f"on {day} at {time}"
            case Style.DAY:
                return day
            case Style.SHORT:
                return f"{day} {time}"
            case Style.UNTIL:
                return f"{time} on {day}"

    @property
    def markup(self) -> str:
        """For the few places where Slack takes markup and no rich text."""
        return f"<!date^{self.timestamp}^{self.format}|{self.fallback}>"

    @property
    def mark(self) -> str:
        """For the middle of a sentence."""
        return f"{_OPEN}{self.style}{self.timestamp}{_CLOSE}"


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the workspace, or a group of them, by their Slack id."""

    user_id: str

    @property
    def is_group(self) -> bool:
        """Whether it is a user group."""
        return self.user_id.startswith("S")

    @property
    def markup(self) -> str:
        """For the places where Slack takes markup."""
        return f"<!subteam^{self.user_id}>" if self.is_group else f"<@{self.user_id}>"


@dataclass(frozen=True, slots=True)
class Room:
    """A channel, by its Slack id."""

    channel_id: str

    @property
    def markup(self) -> str:
        """For the places where Slack takes markup."""
        return f"<#{self.channel_id}>"


def room(channel_id: str) -> str:
    """A channel for the middle of a sentence; an id that can't be one is a channel nobody knows."""
    mark = f"{_OPEN}#{channel_id}{_CLOSE}"
    return mark if _MARK.fullmatch(mark) else "a channel I don't know"


def colleague(user_id: str) -> str:
    """A person for the middle of a sentence; an id that can't be one is nobody in particular."""
    return "somebody" if user_id.startswith("S") else _person(user_id) or "somebody"


def mention(slack_id: str) -> str:
    """A person or a user group who is called, for the middle of a sentence; empty for what can't be an id."""
    return _person(slack_id)


def _person(slack_id: str) -> str:
    mark = f"{_OPEN}@{slack_id}{_CLOSE}"
    return mark if _MARK.fullmatch(mark) else ""


@dataclass(frozen=True, slots=True)
class SlackClock:
    """A ``bot.clock.Clock`` for sentences that Slack shows, each reader in their own zone."""

    now: datetime

    def when(self, at: datetime) -> str:
        """A moment as it stands in a sentence."""
        passed = self.now - at
        if timedelta() <= passed < timedelta(hours=1):
            return Moment(at, Style.JUST_NOW).mark
        return Moment(at, Style.NEAR if abs(passed) < _FAR else Style.FAR).mark

    def until(self, at: datetime) -> str:
        """A moment as it stands after "until"."""
        return Moment(at, Style.UNTIL).mark

    def day(self, at: datetime) -> str:
        """A day as it stands in a sentence."""
        return f"on {Moment(at, Style.DAY).mark}"

    def short(self, at: datetime) -> str:
        """A moment for a column."""
        return Moment(at, Style.SHORT).mark


def split(sentence: str) -> Iterator[str | Moment | Colleague | Room]:
    """A sentence in its parts: words, moments, people and channels."""
    end = 0
    for mark in _MARK.finditer(sentence):
        if words := sentence[end : mark.start()]:
            yield words
        yield _marked(mark)
        end = mark.end()
    if words := sentence[end:]:
        yield words


def _marked(mark: re.Match[str]) -> Moment | Colleague | Room:
    if mark[3]:
        return Colleague(mark[3])
    return Room(mark[4]) if mark[4] else Moment(datetime.fromtimestamp(int(mark[2]), UTC), Style(mark[1]))


def spoken(sentence: str) -> str:
    """A sentence for where nothing but letters can be: every moment in full, in UTC, people and channels unnamed."""
    return "".join(map(_spoken, split(sentence)))


def _spoken(part: str | Moment | Colleague | Room) -> str:
    if isinstance(part, Moment):
        return part.fallback
    if isinstance(part, Room):
        return "a channel"
    return part if isinstance(part, str) else "a colleague"
