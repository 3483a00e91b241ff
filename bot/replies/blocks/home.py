"""The Home tab: my last questions, what I watch, open alerts, the state of the connections, my settings, help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.naming import plain
from bot.replies.alert_view import AlertView
from bot.replies.blocks import parts
from bot.replies.blocks.actions import COMMAND, Action, Value
from bot.replies.blocks.alert_lists import alert_line
from bot.replies.blocks.moments import Moment, Style
from bot.replies.blocks.notices import EXAMPLES, ORDERS
from bot.replies.blocks.watching import Watched, watch_line
from bot.replies.blocks.writing import Block, code, emoji, lines, plain_text, rich, section, words

QUESTIONS_A_PAGE = 8
ALERTS_A_PAGE = 6
_MOST_WATCHES = 10
_MOST_LINES = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A question somebody asked before."""

    text: str
    at: datetime


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

    now: datetime | None = None
    questions: Sequence[Asked] = ()
    """Of this page, newest first: at most ``QUESTIONS_A_PAGE``."""
    page: int = 0
    pages: int = 1
    watches: Sequence[Watched] = ()
    """What this person watches, newest first."""
    alerts: Sequence[AlertView] = ()
    """Important emails without a sign, or that failed: of their page, at most ``ALERTS_A_PAGE``, newest first."""
    alerts_page: int = 0
    open_alerts: int = 0
    """How many there are in all."""
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
        blocks = [*_questions(view), *_watches(view), *_alerts(view), *_connections(view), *_settings(view), *_help()]
    return {"type": "home", "blocks": blocks}


def _questions(view: HomeView) -> list[Block]:
    blocks = [parts.header("Did the customer see the email?")]
    ask = parts.button("Ask", Action.HOME_ASK, Value(), primary=True)
    again = Value(number=view.page, about=str(view.alerts_page) if view.alerts_page else None)
    refresh = parts.button("Refresh", Action.HOME_REFRESH, again)
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
    return [question, parts.context(Moment(asked.at, Style.NEAR).mark)]


def _pages(view: HomeView) -> list[Block]:
    return _turning(Action.HOME_PAGE, view.page, view.pages, other=view.alerts_page)


def _turning(action: Action, page: int, pages: int, *, other: int) -> list[Block]:
    """Buttons to the pages beside this one; ``other`` is the page of the other list, which stays where it is."""
    buttons = []
    about = str(other) if other else None
    if page > 0:
        buttons.append(parts.button("Newer", action, Value(number=page - 1, about=about), number=0))
    if page + 1 < pages:
        buttons.append(parts.button("Older", action, Value(number=page + 1, about=about), number=1))
    return parts.actions(buttons)


def _watches(view: HomeView) -> list[Block]:
    if not view.watches or view.now is None:
        return []
    shown = view.watches[:_MOST_WATCHES]
    blocks = [parts.divider(), parts.header("I watch for you")]
    for number, watched in enumerate(shown):
        blocks += watch_line(watched, number, now=view.now, action=Action.HOME_UNWATCH)
    left = len(view.watches) - len(shown)
    return [*blocks, *([parts.context(f"{left} more: {COMMAND} watches lists them.")] if left else [])]


def _alerts(view: HomeView) -> list[Block]:
    if not view.open_alerts or view.now is None:
        return []
    pages = -(-view.open_alerts // ALERTS_A_PAGE)
    blocks = [parts.divider(), parts.header(f"Important emails that need a look: {view.open_alerts}")]
    for number, alert in enumerate(view.alerts[:ALERTS_A_PAGE]):
        blocks += alert_line(alert, number, now=view.now, action=Action.HOME_ALERT)
    return [*blocks, *_turning(Action.HOME_ALERTS, view.alerts_page, pages, other=view.page)]


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
    ways = [section(code(typed), *words(f" – {what}")) for typed, what in (*EXAMPLES, *ORDERS)]
    examples: Block = {"type": "rich_text_list", "style": "bullet", "elements": ways}
    return [parts.divider(), parts.header("How to ask"), rich(examples)]
