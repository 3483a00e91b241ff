"""Whether Seen can speak in a channel, and who would hear it: what to warn of when a rule names one."""

from __future__ import annotations

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.replies.blocks.moments import room
from bot.slack.trouble import word_of

_SHARED = ("is_ext_shared", "is_pending_ext_shared", "pending_connected_team_ids")
_UNSEEN = frozenset({"channel_not_found", "not_in_channel"})


def warnings(client: WebClient, channel: str) -> list[str]:
    """What keeps Seen from speaking there, or speaks against it, with what mends it. For workers: asks Slack."""
    named = room(channel)
    try:
        found = client.conversations_info(channel=channel)["channel"]
    except SlackApiError as error:
        if word_of(error) in _UNSEEN:  # a private channel that we are not in, or none at all
            return [f"I can't see {named}. If it is private, invite me there: /invite @seen."]
        return [f"I could not check whether I may write in {named}. Ask whoever runs Seen to run `seen doctor`."]
    if found.get("is_archived"):
        return [f"{named} is archived. Choose another channel, or nothing can be posted."]
    told = []
    if not found.get("is_member"):
        told.append(f"I'm not in {named} yet, so I can't write there. Invite me: /invite @seen.")
    if any(found.get(mark) for mark in _SHARED):
        told.append(f"People of another company can see {named}. Alerts name customers: better choose another channel.")
    return told
