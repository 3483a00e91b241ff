"""``/server`` and ``/message-streams``: how a server is set up."""

from __future__ import annotations

from bot.sandbox import rows
from bot.sandbox.api.asking import Ask, listing
from bot.sandbox.rules import TRACK_LINKS, Json, Refusal


def server(ask: Ask) -> Json:
    """``GET /server``."""
    return rows.server_settings(ask.server)


def edit_server(ask: Ask) -> Json:
    """``PUT /server``: tracking and the inbound hook; other settings are taken and forgotten."""
    wanted, found = ask.fields(), ask.server
    if "TrackOpens" in wanted:
        found.track_opens = bool(wanted["TrackOpens"])
    if "PostFirstOpenOnly" in wanted:
        found.post_first_open_only = bool(wanted["PostFirstOpenOnly"])
    if "TrackLinks" in wanted:
        if wanted["TrackLinks"] not in TRACK_LINKS:
            raise Refusal(422, 300, f"'TrackLinks' is one of {', '.join(TRACK_LINKS)}.")
        found.track_links = str(wanted["TrackLinks"])
    if "InboundHookUrl" in wanted:
        found.inbound_hook_url = str(wanted["InboundHookUrl"] or "")
    return rows.server_settings(found)


def streams(ask: Ask) -> Json:
    """``GET /message-streams``: without the archived ones unless asked for."""
    kind = ask.query.get("messagestreamtype", "all").lower()
    archived = ask.query.get("includearchivedstreams", "false").lower() == "true"
    found = [
        entry
        for entry in ask.server.streams.values()
        if kind in {"all", entry.type.lower()} and (archived or entry.archived_at is None)
    ]
    return listing("MessageStreams", (rows.stream(ask.server, entry) for entry in found), len(found))


def stream(ask: Ask) -> Json:
    """``GET /message-streams/{stream}``."""
    return rows.stream(ask.server, ask.stream())
