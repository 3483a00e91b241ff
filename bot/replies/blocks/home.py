"""The Home tab: my last questions, the state of the connections, my settings, help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.naming import plain
from bot.replies.blocks import parts
from bot.replies.blocks.actions import COMMAND, Action, Value
from bot.replies.blocks.entries import EMOJI
from bot.replies.blocks.moments import Moment, Style
from bot.replies.blocks.notices import EXAMPLES
from bot.replies.blocks.writing import Block, code, emoji, lines, plain_text, rich, section, words
from store.records import Finding

QUESTIONS_A_PAGE = 8
_MOST_LINES = 10


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
    if view.refused:
        blocks = [rich(section(*words(view.refused))), *_help()]
    else:
        blocks = [*_questions(view), *_connections(view), *_settings(view), *_help()]
    return {"type": "home", "blocks": blocks}


def _questions(view: HomeView) -> list[Block]:
    blocks = [parts.header("Did the customer see the email?")]
    ask = parts.button("Ask", Action.HOME_ASK, Value(), primary=True)
    refresh = parts.button("Refresh", Action.HOME_REFRESH, Value(number=view.page))
    blocks += parts.actions([ask, refresh, parts.button("Rules", Action.HOME_RULES, Value())])
    blocks.append(parts.header("My last questions"))
    if not view.questions:
        blocks.append(rich(section(*words(f"None yet. Try: {COMMAND} 1042"))))
    for number, asked in enumerate(view.questions[:QUESTIONS_A_PAGE]):
        blocks += _asked(asked, number)
    return [*blocks, *_pages(view)]


def _asked(asked: Asked, number: int) -> list[Block]:
    again = parts.button("Ask again", Action.HOME_AGAIN, Value(question=asked.text[:300]), number=number)
    question = {"type": "section", "text": plain_text(f"“{plain(asked.text, 150)}”", 200), "accessory": again}
    sign = f":{EMOJI[asked.finding]}: " if asked.finding and asked.headline else ""
    return [question, parts.context(f"{sign}{Moment(asked.at, Style.NEAR).mark}", plain(asked.headline, 200))]


def _pages(view: HomeView) -> list[Block]:
    buttons = []
    if view.page > 0:
        buttons.append(parts.button("Newer", Action.HOME_PAGE, Value(number=view.page - 1), number=0))
    if view.page + 1 < view.pages:
        buttons.append(parts.button("Older", Action.HOME_PAGE, Value(number=view.page + 1), number=1))
    return parts.actions(buttons)


def _connections(view: HomeView) -> list[Block]:
    told = [
        [
            emoji("white_check_mark" if connection.well else "warning"),
            *words(f" {plain(connection.name, 60)}: ", bold=True),
            *words(connection.says, most=300),
        ]
        for connection in view.connections[:_MOST_LINES]
    ]
    return [parts.divider(), parts.header("Connections"), rich(lines(*told))] if told else []


def _settings(view: HomeView) -> list[Block]:
    told = [
        [*words(f"{plain(name, 60)}: ", bold=True), *words(value, most=300)]
        for name, value in view.settings[:_MOST_LINES]
    ]
    return [parts.divider(), parts.header("My settings"), rich(lines(*told))] if told else []


def _help() -> list[Block]:
    ways = [section(code(typed), *words(f" – {what}")) for typed, what in EXAMPLES]
    examples: Block = {"type": "rich_text_list", "style": "bullet", "elements": ways}
    return [parts.divider(), parts.header("How to ask"), rich(examples)]
