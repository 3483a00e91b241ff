"""Checks what stands in blocks: buttons, menus, fields, and the pieces of rich text."""

from __future__ import annotations

from collections.abc import Callable

from bot.sandbox.slack.rules import Json
from bot.sandbox.slack.texts import Problems

Check = Callable[[Json, str, Problems], None]


def _confirm(given: object, at: str, problems: Problems) -> None:
    if given is None:
        return
    if not isinstance(given, dict):
        problems.note("must provide an object", at)
        return
    problems.text(given.get("title"), f"{at}/title", 100, plain=True)
    problems.text(given.get("text"), f"{at}/text", 300)
    problems.text(given.get("confirm"), f"{at}/confirm", 30, plain=True)
    problems.text(given.get("deny"), f"{at}/deny", 30, plain=True)
    _style(given, at, problems)


def _style(given: Json, at: str, problems: Problems) -> None:
    if given.get("style", "primary") not in {"primary", "danger"}:
        problems.note("must be a valid enum value", f"{at}/style")


def _options(given: object, at: str, problems: Problems, most: int, *, plain: bool = True) -> None:
    for number, option in enumerate(problems.many(given, at, most)):
        place = f"{at}/{number}"
        if not isinstance(option, dict):
            problems.note("must provide an object", place)
            continue
        problems.text(option.get("text"), f"{place}/text", 75, plain=plain)
        problems.field(option.get("value"), f"{place}/value", 150, required=True)
        problems.text(option.get("description"), f"{place}/description", 75, plain=plain, required=False)
        problems.field(option.get("url"), f"{place}/url", 3000)


def _button(given: Json, at: str, problems: Problems) -> None:
    problems.text(given.get("text"), f"{at}/text", 75, plain=True)
    problems.field(given.get("value"), f"{at}/value", 2000)
    problems.field(given.get("url"), f"{at}/url", 3000)
    problems.field(given.get("accessibility_label"), f"{at}/accessibility_label", 75)
    _style(given, at, problems)


def _overflow(given: Json, at: str, problems: Problems) -> None:
    _options(given.get("options"), f"{at}/options", problems, 5)


def _menu(given: Json, at: str, problems: Problems) -> None:
    problems.text(given.get("placeholder"), f"{at}/placeholder", 150, plain=True, required=False)
    groups = given.get("option_groups")
    if groups is None:
        _options(given.get("options"), f"{at}/options", problems, 100)
        return
    for number, group in enumerate(problems.many(groups, f"{at}/option_groups", 100)):
        place = f"{at}/option_groups/{number}"
        if isinstance(group, dict):
            problems.text(group.get("label"), f"{place}/label", 75, plain=True)
            _options(group.get("options"), f"{place}/options", problems, 100)


def _picker(given: Json, at: str, problems: Problems) -> None:
    problems.text(given.get("placeholder"), f"{at}/placeholder", 150, plain=True, required=False)


def _choices(given: Json, at: str, problems: Problems) -> None:
    _options(given.get("options"), f"{at}/options", problems, 10, plain=False)


def _field(given: Json, at: str, problems: Problems) -> None:
    problems.text(given.get("placeholder"), f"{at}/placeholder", 150, plain=True, required=False)
    for name in ("min_length", "max_length"):
        bound = given.get(name, 1)
        if not isinstance(bound, int) or not 0 <= bound <= 3000:
            problems.note("must be between 0 and 3000", f"{at}/{name}")
    problems.field(given.get("initial_value"), f"{at}/initial_value", 3000)


def picture(given: Json, at: str, problems: Problems) -> None:
    """An image, as a block or beside a text."""
    if not given.get("image_url") and not given.get("slack_file"):
        problems.note("missing required field", f"{at}/image_url")
    problems.field(given.get("image_url"), f"{at}/image_url", 3000)
    problems.field(given.get("alt_text"), f"{at}/alt_text", 2000, required=True)
    problems.text(given.get("title"), f"{at}/title", 2000, plain=True, required=False)


_MENUS: dict[str, Check] = {
    "static_select": _menu,
    "multi_static_select": _menu,
    **dict.fromkeys(
        (
            "users_select",
            "conversations_select",
            "channels_select",
            "multi_users_select",
            "multi_conversations_select",
            "multi_channels_select",
            "datepicker",
            "timepicker",
        ),
        _picker,
    ),
    "datetimepicker": lambda given, at, problems: None,  # noqa: ARG005 - nothing in it has a limit
    "checkboxes": _choices,
    "radio_buttons": _choices,
}
_ACTIONS: dict[str, Check] = {**_MENUS, "button": _button, "overflow": _overflow}
_FIELDS: dict[str, Check] = {
    **_MENUS,
    **dict.fromkeys(("plain_text_input", "email_text_input", "number_input", "url_text_input"), _field),
}
ALLOWED: dict[str, dict[str, Check]] = {
    "section": {**_ACTIONS, "image": picture},
    "actions": _ACTIONS,
    "input": _FIELDS,
}
"""Which elements a block may hold."""


def element(given: object, at: str, problems: Problems, *, block: str) -> str | None:
    """Checks an element of a block of this type. Its action ID, if it has one."""
    if not isinstance(given, dict):
        problems.note("must provide an object", at)
        return None
    check = ALLOWED[block].get(str(given.get("type")))
    if check is None:
        problems.note(f"unsupported type: {given.get('type')}", f"{at}/type")
        return None
    problems.field(given.get("action_id"), f"{at}/action_id", 255)
    _confirm(given.get("confirm"), f"{at}/confirm", problems)
    check(given, at, problems)
    action_id = given.get("action_id")
    return action_id if isinstance(action_id, str) else None


# ── Rich text ────────────────────────────────────────────────────────────────────────────────────────────────────

_INLINE: dict[str, tuple[str, ...]] = {
    "text": ("text",),
    "link": ("url",),
    "emoji": ("name",),
    "user": ("user_id",),
    "channel": ("channel_id",),
    "usergroup": ("usergroup_id",),
    "broadcast": ("range",),
    "date": ("timestamp", "format"),
    "color": ("value",),
}


def rich_text(given: Json, at: str, problems: Problems) -> int:
    """Checks a rich text; returns how many characters it shows."""
    shown = 0
    for number, piece in enumerate(problems.many(given.get("elements"), f"{at}/elements", 1000)):
        shown += _rich_piece(piece, f"{at}/elements/{number}", problems)
    return shown


def _rich_piece(piece: object, at: str, problems: Problems) -> int:
    kind = piece.get("type") if isinstance(piece, dict) else None
    if not isinstance(piece, dict) or kind not in {
        "rich_text_section",
        "rich_text_list",
        "rich_text_quote",
        "rich_text_preformatted",
    }:
        problems.note(f"unsupported type: {kind}", at)
        return 0
    inside = problems.many(piece.get("elements"), f"{at}/elements", 1000, least=0)
    if kind != "rich_text_list":
        return sum(_inline(each, f"{at}/elements/{number}", problems) for number, each in enumerate(inside))
    if piece.get("style") not in {"bullet", "ordered"}:
        problems.note("must be a valid enum value", f"{at}/style")
    return sum(_rich_piece(each, f"{at}/elements/{number}", problems) for number, each in enumerate(inside))


def _inline(piece: object, at: str, problems: Problems) -> int:
    kind = piece.get("type") if isinstance(piece, dict) else None
    if not isinstance(piece, dict) or kind not in _INLINE:
        problems.note(f"unsupported type: {kind}", at)
        return 0
    for name in _INLINE[str(kind)]:
        if piece.get(name) in {None, ""}:
            problems.note("missing required field", f"{at}/{name}")
    if kind == "date" and not isinstance(piece.get("timestamp"), int):
        problems.note("must be an integer", f"{at}/timestamp")
    return len(str(piece.get("text") or piece.get("fallback") or ""))
