"""A call of the Web API, with its arguments read as leniently as Slack reads them: JSON, a form, or a query."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bot.sandbox.port import Request
from bot.sandbox.slack.people import Channel, User
from bot.sandbox.slack.rules import Json, Refusal
from bot.sandbox.slack.state import Installed, Workspace


@dataclass(frozen=True, slots=True)
class Call:
    """One call, by our app."""

    workspace: Workspace
    arguments: Mapping[str, Any]

    @property
    def app(self) -> Installed:
        """Who calls."""
        return self.workspace.app

    def text(self, name: str, default: str = "") -> str:
        """An argument as text."""
        given = self.arguments.get(name)
        return default if given is None else str(given)

    def flag(self, name: str) -> bool:
        """An argument as yes or no."""
        return self.arguments.get(name) in {True, "1", "true", "True"}

    def number(self, name: str, default: int) -> int:
        """An argument as a number. Raises ``Refusal``."""
        try:
            return int(self.arguments.get(name, default))
        except (TypeError, ValueError):
            raise Refusal("invalid_arguments") from None

    def structure(self, name: str, error: str) -> Any:  # noqa: ANN401 - JSON of whatever shape
        """An argument that is JSON, or JSON in a string. Raises ``Refusal`` with ``error``."""
        given = self.arguments.get(name)
        if not isinstance(given, str):
            return given
        if not given:
            return None
        try:
            return json.loads(given)
        except ValueError:
            raise Refusal(error) from None

    def require(self, *scopes: str) -> None:
        """Refuses unless the app holds one of these scopes."""
        held = self.app.scopes
        if scopes and not held & set(scopes):
            raise Refusal("missing_scope", needed=",".join(scopes), provided=",".join(sorted(held)))

    def channel(self, name: str = "channel") -> Channel:
        """The channel of an argument, if the bot can see it: private ones show only to members. Raises ``Refusal``."""
        try:
            found = self.workspace.place(self.text(name))
        except KeyError:
            raise Refusal("channel_not_found") from None
        if found.kind != "channel" and self.app.user_id not in found.members:
            raise Refusal("channel_not_found")
        return found

    def user(self, name: str = "user") -> User:
        """The user of an argument, by ID alone. Raises ``Refusal``."""
        found = self.workspace.users.get(self.text(name))
        if found is None:
            raise Refusal("user_not_found")
        return found


def arguments_of(request: Request) -> dict[str, Any]:
    """Everything that was given, from query and body."""
    given: dict[str, Any] = dict(parse_qsl(urlsplit(request.target).query, keep_blank_values=True))
    if "json" in request.headers.get("content-type", ""):
        try:
            body = json.loads(request.body or b"{}")
        except ValueError:
            raise Refusal("invalid_json") from None
        if not isinstance(body, dict):
            raise Refusal("json_not_object")
        return {**given, **body}
    return {**given, **dict(parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True))}


def page(call: Call, rows: list[Json], default: int) -> tuple[list[Json], Json]:
    """A page of rows, and the cursor to the next."""
    limit = min(max(call.number("limit", default), 1), 999)
    try:
        start = int(call.text("cursor") or "0")
    except ValueError:
        raise Refusal("invalid_cursor") from None
    following = str(start + limit) if start + limit < len(rows) else ""
    return rows[start : start + limit], {"next_cursor": following}
