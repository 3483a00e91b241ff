"""Somebody at their Slack: what they see, and what they do to the app."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.sandbox.slack import blocks as kit
from bot.sandbox.slack import payloads
from bot.sandbox.slack.api import views as stacks
from bot.sandbox.slack.events import tell_home_opened, tell_message
from bot.sandbox.slack.people import Channel, User
from bot.sandbox.slack.responding import place
from bot.sandbox.slack.rules import Json, Refusal
from bot.sandbox.slack.state import Message, ResponseUrl, Told, View, Workspace
from bot.sandbox.slack.typed import encode
from bot.sandbox.slack.wire import COMMANDS, INTERACTIONS, Delivery, Wire


class NotPossible(Exception):  # noqa: N818 - the name says what is wrong
    """Slack would not offer this to that person. The text says why."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message somebody wrote, and the events that told the app of it."""

    message: Message
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """One user of the workspace. Whatever they do has reached the app, or failed to, when the method returns."""

    workspace: Workspace
    wire: Wire
    user: User

    # ── What they see ────────────────────────────────────────────────────────────────────────────────────────────

    def sees(self, channel: str | None = None) -> list[Message]:
        """The messages of a channel, oldest first, without the answers in threads; without a name: with the bot."""
        place = self._place(channel)
        return [each for each in self.workspace.visible(place.channel_id, self.user.user_id) if not each.in_thread]

    def thread(self, parent: Message) -> list[Message]:
        """The answers in the thread of a message, with those only this person sees."""
        everything = self.workspace.visible(parent.channel, self.user.user_id)
        return [each for each in everything if each.in_thread and each.thread_ts == parent.ts]

    def modal(self) -> View | None:
        """The modal on top."""
        stack = self.workspace.stacks.get(self.user.user_id, [])
        return self.workspace.views[stack[-1]] if stack else None

    def home(self) -> View | None:
        """The app's Home, once the app has published it."""
        return self.workspace.homes.get(self.user.user_id)

    def reloads(self) -> None:
        """Reloads Slack: ephemeral messages are gone."""
        with self.workspace.lock:
            for there in self.workspace.messages.values():
                for message in [each for each in there.values() if each.only_for == self.user.user_id]:
                    self.workspace.remove(message)

    # ── What they write ──────────────────────────────────────────────────────────────────────────────────────────

    def says(
        self, text: str, channel: str | None = None, *, to: Message | None = None, at: datetime | None = None
    ) -> Said:
        """Writes a message: in a channel, in the thread of ``to``, or without either to the bot itself.

        ``@name``, ``#channel``, links and addresses become what Slack makes of them. ``at``: in the past, if need be.
        """
        place = self.workspace.channels[to.channel] if to else self._place(channel)
        with self.workspace.lock:
            message = self.workspace.post(
                Message(
                    ts=self.workspace.new_ts(at),
                    channel=self._within(place).channel_id,
                    user=self.user.user_id,
                    text=encode(self.workspace, text),
                    thread_ts=(to.thread_ts or to.ts) if to else None,
                )
            )
            told = tell_message(self.workspace, message)
        for event in told:
            self._await(event)
        return Said(message, tuple(told))

    def command(self, name: str, text: str = "", channel: str | None = None) -> Delivery:
        """Types a slash command. What the app answers at once is shown, and so is its failure to answer."""
        place = self._within(self._place(channel))
        with self.workspace.lock:
            body = payloads.command(self.workspace, self.user, place, name, text)
        delivery = self.wire.send(COMMANDS, body)
        answer = delivery.answer()
        if not delivery.taken:
            self._hears_of_failure(place, name, delivery)
        elif answer:
            self._is_answered(place, answer if isinstance(answer, dict) else {"text": str(answer)})
        return delivery

    # ── What they press ──────────────────────────────────────────────────────────────────────────────────────────

    def presses(
        self, action_id: str, *, on: Message | View | None = None, value: str | None = None, block_id: str | None = None
    ) -> Delivery:
        """Presses a button: the newest they see with this action ID (value, block), or that on ``on``."""
        return self._acts(on, None, {"action_id": action_id, "value": value}, block_id)

    def chooses(
        self, action_id: str, value: object, *, on: Message | View | None = None, block_id: str | None = None
    ) -> Delivery:
        """Chooses from an overflow, a menu or another element that tells its choice at once."""
        return self._acts(on, value, {"action_id": action_id}, block_id)

    def uses_shortcut(self, callback_id: str, on: Message | None = None) -> Delivery:
        """Uses a shortcut: on a message, or a global one."""
        with self.workspace.lock:
            if on is not None:
                body = payloads.message_shortcut(self.workspace, self.user, on, callback_id)
            else:
                body = payloads.global_shortcut(self.workspace, self.user, callback_id)
        return self.wire.send(INTERACTIONS, body)

    def opens_home(self, tab: str = "home") -> Told | None:
        """Opens the app's page, at its ``home`` or ``messages`` tab."""
        with self.workspace.lock:
            told = tell_home_opened(self.workspace, self.user.user_id, tab)
        self._await(told)
        return told

    # ── Modals ───────────────────────────────────────────────────────────────────────────────────────────────────

    def types(self, values: Mapping[str, Any], *, into: View | None = None) -> View:
        """Fills in fields of the modal on top, or of another view: by action ID, or by block ID."""
        view = into or self.modal()
        if view is None:
            raise NotPossible(f"{self.user.name} has no modal open.")
        fields = {}
        for block, element in _elements(view.blocks):
            fields[element.get("action_id")] = fields[block["block_id"]] = (block, element)
        for name, value in values.items():
            if name not in fields:
                raise NotPossible(f"There is no field {name} in the modal.")
            block, element = fields[name]
            given = {"type": element["type"], **payloads.value_of(element, value)}
            view.typed.setdefault(block["block_id"], {})[element.get("action_id", "")] = given
        return view

    def submits(self, values: Mapping[str, Any] | None = None) -> Delivery:
        """Fills in the modal on top and sends it off; the app's answer is carried out."""
        with self.workspace.lock:
            view = self.types(values or {})
            for block, element in _elements(view.blocks):  # what nobody touched is told as it stood there at first
                if block["type"] == "input":
                    usual = {"type": element["type"], **_initial(element)}
                    view.typed.setdefault(block["block_id"], {}).setdefault(element.get("action_id", ""), usual)
            body = payloads.submission(self.workspace, self.user, view)
        delivery = self.wire.send(INTERACTIONS, body)
        if delivery.taken:
            self._after_submission(view, delivery.answer())
        return delivery

    def closes(self, *, everything: bool = False) -> Delivery | None:
        """Closes the modal on top, or all of them; the app is told if it wished to be."""
        view = self.modal()
        if view is None:
            raise NotPossible(f"{self.user.name} has no modal open.")
        with self.workspace.lock:
            body = payloads.closing(self.workspace, self.user, view, cleared=everything)
            self._take_off(everything=everything or bool(view.given.get("clear_on_close")))
        return self.wire.send(INTERACTIONS, body) if view.given.get("notify_on_close") else None

    def _after_submission(self, view: View, answer: object) -> None:
        answer = answer if isinstance(answer, dict) else {}
        action = answer.get("response_action")
        with self.workspace.lock:
            if action == "errors":
                view.given = {**view.given, "errors": answer.get("errors", {})}
                self.workspace.touch()
            elif action in {"update", "push"}:
                given: Json = answer.get("view") or {}
                if problems := kit.check_view(given, "modal"):
                    raise Refusal("invalid_arguments", errors=problems)
                if action == "push":
                    stacks.put_on(self.workspace, self.user.user_id, given)
                else:
                    stacks.replace_content(self.workspace, view, given)
            elif self.modal() is view:
                self._take_off(everything=action == "clear")

    def _take_off(self, *, everything: bool) -> None:
        stack = self.workspace.stacks[self.user.user_id]
        while stack:
            self.workspace.views.pop(stack.pop(), None)
            if not everything:
                break
        self.workspace.touch()

    # ── Inside ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _acts(
        self, on: Message | View | None, chosen: object, wanted: Mapping[str, str | None], block_id: str | None
    ) -> Delivery:
        with self.workspace.lock:
            usable = (
                (surface, block, element)
                for surface in ([on] if on else self._surfaces())
                for block, element in _elements(surface.blocks)
                if block_id in {None, block["block_id"]}
                and all(each is None or element.get(name) == each for name, each in wanted.items())
            )
            found = next(usable, None)
            if found is None:
                raise NotPossible(f"{self.user.name} sees nothing with the action ID {wanted['action_id']}.")
            surface, block, element = found
            action = payloads.action_of(element, block["block_id"], chosen)
            body = payloads.click(self.workspace, self.user, action, on=surface)
        return self.wire.send(INTERACTIONS, body)

    def _surfaces(self) -> Iterator[Message | View]:
        yield from filter(None, [self.modal()])
        mine = [channel for channel in self.workspace.channels.values() if self.user.user_id in channel.members]
        seen = [each for channel in mine for each in self.workspace.visible(channel.channel_id, self.user.user_id)]
        yield from sorted(seen, key=lambda message: message.ts, reverse=True)
        yield from filter(None, [self.home()])

    def _place(self, channel: str | None) -> Channel:
        return self.workspace.place(channel) if channel else self.workspace.direct(self.user.user_id)

    def _within(self, channel: Channel) -> Channel:
        if self.user.user_id not in channel.members:
            raise NotPossible(f"{self.user.name} is not in #{channel.name}.")
        if channel.archived:
            raise NotPossible(f"#{channel.name} is archived.")
        return channel

    def _await(self, told: Told | None) -> None:
        if told is not None and not told.held:
            told.first_told.wait()

    def _is_answered(self, channel: Channel, answer: Json) -> None:
        url = ResponseUrl(
            user=self.user.user_id, channel=channel.channel_id, at=self.workspace.clock.waited(), origin=None
        )
        with self.workspace.lock:
            if not kit.check(answer.get("blocks") or [], "message"):
                place(self.workspace, url, answer)

    def _hears_of_failure(self, channel: Channel, name: str, delivery: Delivery) -> None:
        error = "operation_timeout" if delivery.failure == "http_timeout" else "dispatch_failed"
        with self.workspace.lock:
            self.workspace.post(
                Message(
                    ts=self.workspace.new_ts(),
                    channel=channel.channel_id,
                    user="USLACKBOT",
                    text=f'{name} failed with the error "{error}"',
                    only_for=self.user.user_id,
                )
            )


def _elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Everything in blocks that can be used, each with its block."""
    for block in blocks:
        for element in (*block.get("elements", ()), block.get("accessory"), block.get("element")):
            if isinstance(element, dict) and block["type"] in {"actions", "section", "input", "context_actions"}:
                yield block, element


def _initial(element: Json) -> Json:
    for name in ("option", "options", "date", "time", "date_time", "user", "users", "conversation", "conversations"):
        if f"initial_{name}" in element:
            return {f"selected_{name}": element[f"initial_{name}"]}
    kept = payloads.value_of(element, None)
    return {"value": element["initial_value"]} if "initial_value" in element else kept
