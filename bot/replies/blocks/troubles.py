"""What a fallback is told when Slack will not let Seen speak somewhere: what isn't possible, why, and what mends it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.naming import plain
from bot.replies.blocks.moments import SlackClock, colleague
from bot.replies.blocks.writing import Block, Reply, emoji, lines, message_text, rich, words

_INVITE = "Invite me there with /invite @seen; what I couldn't say comes then."
_OTHER = "Choose another place: ALERT_CHANNEL, or the rule's own channel with `seen rules`."
_TOKEN = (
    "Slack didn't accept my token ({word})",
    "What was due since then comes late. Whoever runs Seen should put the app's present token in SLACK_BOT_TOKEN.",
)
_SAID: Mapping[str, tuple[str, str]] = {
    "not_in_channel": ("I'm not in {place}, so I can't speak there", _INVITE),
    "channel_not_found": (
        "I can't find {place}: it is private and I'm not in it, or it is gone",
        f"{_INVITE} {_OTHER}",
    ),
    "is_archived": ("{Place} is archived", f"Unarchive it, and what I couldn't say comes then. {_OTHER}"),
    "user_not_found": ("I can't find {place} in this workspace any more", _OTHER),
    "user_disabled": ("{Place} has left this workspace", _OTHER),
    "missing_scope": (
        "Slack doesn't let me write in {place}",
        "Whoever runs Seen can mend that: add the scope chat:write to the Slack app and install it again.",
    ),
    "invalid_auth": _TOKEN,
    "not_authed": _TOKEN,
    "token_revoked": _TOKEN,
    "token_expired": _TOKEN,
    "account_inactive": _TOKEN,
}
_ELSE = (
    "Slack didn't let me speak in {place} ({word})",
    f"{_OTHER} If that place is right, tell whoever runs Seen the word in brackets.",
)


def cant_speak(place: str, word: str, *, since: datetime, now: datetime) -> Reply:
    """Says that alerts don't get through to a channel or person; ``word`` is Slack's for why."""
    first, mend = _SAID.get(word, _ELSE)
    named, spoken = _named(place)
    clock = SlackClock(now)
    after = f", since {clock.until(since)}. Alerts meant for it are waiting."
    facts = {"word": plain(word, 60)}
    shown = _with_place(f"{first}{after}", named, **facts)
    mended = mend.format(**facts)
    told = f"{first}{after}".format(place=spoken, Place=_capital(spoken), **facts)
    blocks = (rich(lines([emoji("warning"), *words(" "), *shown], words(mended))),)
    return Reply(message_text([told, mended]), blocks)


def _named(place: str) -> tuple[Block | str, str]:
    """A channel or person for rich text, and in plain words."""
    if place.startswith(("U", "W")):
        return colleague(place), colleague(place)
    return {"type": "channel", "channel_id": place}, f"the channel {plain(place, 40)}"


def _with_place(sentence: str, named: Block | str, **facts: str) -> list[Block]:
    """A sentence as elements of rich text, the place being one of them."""
    if isinstance(named, str):
        return words(sentence.format(place=named, Place=named, **facts), bold=True)
    before, mark, after = sentence.replace("{Place}", "{place}").partition("{place}")
    middle = [named] if mark else []
    return [*words(before.format(**facts), bold=True), *middle, *words(after.format(**facts), bold=True)]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
