"""What the windows of rules share: the list, what is put on record, and the window over the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.replies.blocks import rules as blocks
from bot.replies.blocks.writing import Reply
from bot.slack.access import Asker
from bot.slack.desk import Inquiry
from bot.slack.places import Post
from bot.slack.trouble import word_of
from handlers.slack.services import Services
from store.records import Question

_TITLE = "Rules"
_TOO_LATE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "push_limit_reached", "not_found"})


@dataclass
class Pushed:
    """A window over the one in which a button was pressed; where there is no time left for it, a direct message."""

    services: Services
    trigger: str
    user: str
    view_id: str = ""
    """Of the window, once it is there."""
    can_share = False
    thread = None
    replaces = True

    def say(self, reply: Reply) -> str | None:
        """Shows a reply, in place of the one before."""
        if not self.show(blocks.window(_TITLE, reply.blocks)):
            return Post(self.services.client, self.user).say(reply)
        return None

    def show(self, view: dict[str, Any]) -> bool:
        """Shows a view, in place of the one before; False: it is too late for a window."""
        if self.view_id:
            return update(self.services, self.view_id, view)
        try:
            made = self.services.prompt.views_push(trigger_id=self.trigger, view=view)
        except SlackApiError as error:
            if word_of(error) not in _TOO_LATE:
                raise
            return False
        self.view_id = str((made.get("view") or {}).get("id") or "")
        return True


def update(services: Services, view_id: str, view: dict[str, Any]) -> bool:
    """Gives an open window other content; False: it was closed."""
    try:
        services.prompt.views_update(view_id=view_id, view=view)
    except SlackApiError as error:
        if word_of(error) not in {"not_found", "view_not_found"}:
            raise
        return False
    return True


def list_of(services: Services, asker: Asker, page: int = 0) -> dict[str, Any]:
    """The list as somebody may see it. For workers."""
    shown = blocks.Rulelist(
        rules=services.rulebook.every(), page=page, may_change=services.access.rules_refusal(asker) is None
    )
    return blocks.rules_modal(shown, services.rulebook.defaults)


def note(services: Services, asker: Asker, way: str, about: str) -> None:
    """Puts on record who did what about which rule."""
    services.desk.record(Inquiry(question=Question(text=about, subjects=()), who=asker.user, way=way))
