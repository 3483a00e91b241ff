"""Modals and Home."""

from __future__ import annotations

import secrets

from bot.sandbox.slack import blocks as kit
from bot.sandbox.slack.api.asking import Call
from bot.sandbox.slack.messages import shown_view
from bot.sandbox.slack.rules import MAX_STACK, Json, Refusal, invalid
from bot.sandbox.slack.state import View, Workspace, with_block_ids


def opened(call: Call) -> Json:
    """``views.open``: a new modal, for the person who pulled the trigger."""
    given = _checked(call, "modal")
    trigger = call.workspace.pull(call.text("trigger_id"))
    stack = [] if trigger.view_id is None else call.workspace.stacks.get(trigger.user, [])
    if len(stack) >= MAX_STACK:
        raise Refusal("push_limit_reached")
    view = put_on(call.workspace, trigger.user, given, fresh=not stack)
    return {"view": shown_view(call.workspace, view)}


def pushed(call: Call) -> Json:
    """``views.push``: one more modal on top of that in which the trigger was pulled."""
    given = _checked(call, "modal")
    trigger = call.workspace.pull(call.text("trigger_id"))
    if trigger.view_id not in call.workspace.views:
        raise Refusal("not_found")
    view = put_on(call.workspace, trigger.user, given)
    return {"view": shown_view(call.workspace, view)}


def updated(call: Call) -> Json:
    """``views.update``: other content for a modal that is open."""
    given = _checked(call, "modal")
    view = _wanted(call)
    if call.text("hash") not in {"", view.hash}:
        raise Refusal("hash_conflict")
    replace_content(call.workspace, view, given)
    return {"view": shown_view(call.workspace, view)}


def published(call: Call) -> Json:
    """``views.publish``: somebody's Home."""
    if not call.app.home_tab:
        raise Refusal("not_enabled")
    given = _checked(call, "home")
    user = call.user("user_id")
    known = call.workspace.homes.get(user.user_id)
    if known is not None and call.text("hash") not in {"", known.hash}:
        raise Refusal("hash_conflict")
    if known is None:
        known = _new(call.workspace, user.user_id, given)
        call.workspace.homes[user.user_id] = known
    replace_content(call.workspace, known, given)
    return {"view": shown_view(call.workspace, known)}


def put_on(workspace: Workspace, user: str, given: Json, *, fresh: bool = False) -> View:
    """Puts a checked modal on top of somebody's stack, or in place of it. Raises ``Refusal``."""
    stack = workspace.stacks.setdefault(user, [])
    if fresh:
        for view_id in stack:
            workspace.views.pop(view_id, None)
        stack.clear()
    if len(stack) >= MAX_STACK:
        raise Refusal("push_limit_reached")
    view = _new(workspace, user, given)
    if stack:
        view.root_id, view.previous_id = workspace.views[stack[-1]].root_id, stack[-1]
    workspace.views[view.view_id] = view
    stack.append(view.view_id)
    workspace.touch()
    return view


def replace_content(workspace: Workspace, view: View, given: Json) -> None:
    """Gives a view other content. What was typed stays where block and field have kept their IDs."""
    view.given, view.hash = _complete(given), _new_hash(workspace)
    kept = {block["block_id"] for block in view.blocks}
    view.typed = {block_id: values for block_id, values in view.typed.items() if block_id in kept}
    workspace.touch()


def _new(workspace: Workspace, user: str, given: Json) -> View:
    view_id = workspace.new_id("V")
    return View(view_id=view_id, user=user, given=_complete(given), hash=_new_hash(workspace), root_id=view_id)


def _new_hash(workspace: Workspace) -> str:
    return f"{int(workspace.clock.now().timestamp())}.{secrets.token_hex(4)}"


def _complete(given: Json) -> Json:
    return {**given, "blocks": with_block_ids(given["blocks"])}


def _checked(call: Call, kind: str) -> Json:
    given: Json | None = call.structure("view", "invalid_arguments")
    if problems := kit.check_view(given, kind):
        raise invalid("invalid_arguments", problems)
    external_id = (given or {}).get("external_id")
    known = [view for view in call.workspace.views.values() if external_id and _external(view) == external_id]
    if known and not call.text("view_id") and not call.text("external_id"):
        raise Refusal("duplicate_external_id")
    return given or {}


def _wanted(call: Call) -> View:
    external_id = call.text("external_id")
    for view in call.workspace.views.values():
        if view.view_id == call.text("view_id") or (external_id and _external(view) == external_id):
            return view
    raise Refusal("not_found")


def _external(view: View) -> str:
    return str(view.given.get("external_id") or "")
