"""The Home tab: my last questions, the state of the connections, my settings, help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.naming import plain
from bot.replies.blocks import parts
from bot.replies.blocks.actions import COMMAND, Action, Value
from bot.replies.blocks.entries import EMOJI
from bot.replies.blocks.moments import SlackClock
from bot.replies.blocks.notices import EXAMPLES
from bot.replies.blocks.writing import Block, bullets, emoji, rich, section, words
from store.records import Finding

QUESTIONS_A_PAGE = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """A question somebody asked before."""

    text: str
    at: datetime
    headline: str = ""
    """What the answer was then, in a few words; nothing where none is kept."""
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """How one of the things Seen leans on is doing."""

    name: str
    """``Postmark``, ``Webhooks``, ``Sync``."""
    says: str
    """One sentence. Times in it are marks: ``SlackClock.when``."""
    well: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeView:
    """What one person's Home shows."""

    now: datetime
    questions: Sequence[Asked] = ()
    """Of this page, newest first: at most ``QUESTIONS_A_PAGE``."""
    page: int = 0
    pages: int = 1
    connections: Sequence[Connection] = ()
    settings: Sequence[tuple[str, str]] = ()
    """What is set, by name: ``("Time zone", "Europe/Berlin")``."""
    refused: str = ""
    """Why this person gets no answers, in a sentence; then nothing but help is shown."""


def home(view: HomeView) -> Block:
    """The whole view for ``views.publish``."""
    clock = SlackClock(view.now)
    if view.refused:
        blocks = [rich(section(*words(view.refused))), *_help()]
    else:
        blocks = [*_questions(view, clock), *_connections(view), *_settings(view), *_help()]
    return {"type": "home", "blocks": blocks}


def _questions(view: HomeView, clock: SlackClock) -> list[Block]:
    blocks = [parts.header("Did the customer see the email?")]
    ask = parts.button("Ask", Action.HOME_ASK, Value(), primary=True)
    blocks += parts.actions([ask, parts.button("Refresh", Action.HOME_REFRESH, Value(number=view.page))])
    blocks.append(parts.header("My last questions"))
    if not view.questions:
        blocks.append(rich(section(*words(f"None yet. Try: {COMMAND} 1042"))))
    for number, asked in enumerate(view.questions[:QUESTIONS_A_PAGE]):
        blocks += _asked(asked, clock, number)
    return [*blocks, *_pages(view)]


def _asked(asked: Asked, clock: SlackClock, number: int) -> list[Block]:
    line = [*words(f"“{plain(asked.text, 150)}”", bold=True), *words(f" {clock.when(asked.at)}")]
    sign = [emoji(EMOJI[asked.finding]), *words(" ")] if asked.finding and asked.headline else []
    told = [section(*sign, *words(plain_with_times(asked.headline)))] if asked.headline else []
    again = parts.button("Ask again", Action.HOME_AGAIN, Value(question=asked.text[:300]), number=number)
    return [rich(section(*line), *told), *parts.actions([again])]


def plain_with_times(text: str) -> str:
    """A stored headline as it is: times in it were said when it was stored."""
    return text


def _pages(view: HomeView) -> list[Block]:
    buttons = []
    if view.page > 0:
        buttons.append(parts.button("Newer", Action.HOME_PAGE, Value(number=view.page - 1), number=0))
    if view.page + 1 < view.pages:
        buttons.append(parts.button("Older", Action.HOME_PAGE, Value(number=view.page + 1), number=1))
    return parts.actions(buttons)


def _connections(view: HomeView) -> list[Block]:
    lines = [
        section(
            emoji("white_check_mark" if connection.well else "warning"),
            *words(f" {connection.name}: ", bold=True),
            *words(connection.says),
        )
        for connection in view.connections[:20]
    ]
    return [parts.divider(), parts.header("Connections"), rich(*lines)] if lines else []


def _settings(view: HomeView) -> list[Block]:
    lines = [section(*words(f"{name}: ", bold=True), *words(value)) for name, value in view.settings[:20]]
    return [parts.divider(), parts.header("My settings"), rich(*lines)] if lines else []


def _help() -> list[Block]:
    ways = [f"{typed} – {what}" for typed, what in EXAMPLES]
    return [parts.divider(), parts.header("How to ask"), rich(bullets(ways))]
