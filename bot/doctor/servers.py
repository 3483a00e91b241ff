"""One Postmark server: token, tracking, and the webhooks of each stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from bot.doctor.checks import Check, advice, fault, not_checked, well
from bot.postmark.answers import ServerSettings, Stream, Webhook
from bot.postmark.client import Postmark
from bot.postmark.errors import PostmarkError

TRIGGERS = ("Delivery", "Bounce", "SpamComplaint", "Open", "Click", "SubscriptionChange")
NOT_ON_BROADCASTS = frozenset({"Bounce", "SpamComplaint"})
"""Postmark does not offer these on broadcast streams; SubscriptionChange covers them."""
OUR_PATH = "/webhooks/postmark"
PATIENCE = 6.0
"""Seconds until a request of the doctor is given up."""


def examine(postmark: Postmark, server: str, *, public_url: str | None, takes_webhooks: bool = True) -> Iterator[Check]:
    """The checks of one server; a server that can't be asked is one fault.

    Where no webhook would be let in, none is looked for.
    """
    area = f"Postmark server “{server}”"
    try:
        settings = postmark.settings(server, deadline=PATIENCE)
        streams = postmark.streams(server, deadline=PATIENCE)
    except PostmarkError as error:
        yield fault(area, str(error), error.advice)
        return
    yield well(area, f"Its token works{f' (Postmark calls it “{settings.name}”)' if settings.name else ''}.")
    yield from _tracking(area, settings)
    for stream in streams:
        if stream.archived or stream.kind == "Inbound" or not takes_webhooks:
            continue
        try:
            webhooks = postmark.webhooks(server, stream.id, deadline=PATIENCE)
        except PostmarkError as error:
            yield fault(f"{area}, stream “{stream.id}”", str(error), error.advice)
            continue
        yield from _webhooks(f"{area}, stream “{stream.id}”", stream, webhooks, public_url)


def _tracking(area: str, settings: ServerSettings) -> Iterator[Check]:
    if settings.sandbox:
        yield fault(
            area, "It is a sandbox: nothing it sends reaches anybody.", "Use the token of a live server for real mail."
        )
    if settings.track_opens is False:
        yield fault(
            area,
            "Open tracking is off, so no open can show unless a message asks for it.",
            "Switch it on in Postmark (server → Settings → Tracking), or send TrackOpens true with each message.",
        )
    elif settings.track_opens:
        yield well(area, "Opens are tracked.")
    if settings.track_links == "None":
        yield fault(
            area,
            "Link tracking is off, so no click can show unless a message asks for it.",
            "Switch it on in Postmark (server → Settings → Tracking), or send TrackLinks HtmlAndText with each one. "
            "The library postmarker sends TrackLinks None unless told otherwise.",
        )
    elif settings.track_links is not None:
        yield well(area, f"Links are tracked ({settings.track_links}).")


def _webhooks(area: str, stream: Stream, webhooks: Sequence[Webhook], public_url: str | None) -> Iterator[Check]:
    ours = [webhook for webhook in webhooks if _is_ours(webhook, public_url)]
    if not ours:
        where = f"{public_url}{OUR_PATH}" if public_url else f"https://<this service>{OUR_PATH}"
        yield fault(area, "No webhook points here.", f"Add one in Postmark (stream → Webhooks) for {where}.")
        return
    wanted = [name for name in TRIGGERS if stream.kind != "Broadcasts" or name not in NOT_ON_BROADCASTS]
    missing = [name for name in wanted if not any(name in webhook.triggers for webhook in ours)]
    if missing:
        yield fault(area, f"The webhook does not tell of {', '.join(missing)}.", "Tick these events in the webhook.")
    if all(webhook.post_first_open_only for webhook in ours if "Open" in webhook.triggers) and "Open" not in missing:
        yield fault(
            area,
            "The webhook tells only the first open; when that was a machine's, the customer's is lost.",
            "Untick “Post only on first open” in the webhook.",
        )
    if any(webhook.include_content for webhook in ours):
        yield advice(
            area,
            "The webhook sends the text of bounced emails along; it is dropped here, but need not travel.",
            "Untick “Include bounce content” in the webhook.",
        )
    if not all(webhook.has_credentials for webhook in ours):
        yield fault(
            area,
            "The webhook sends no user and password, so it is refused here.",
            "Enter POSTMARK_WEBHOOK_USER and POSTMARK_WEBHOOK_PASSWORD under “Basic auth” of the webhook.",
        )
    if public_url is None:
        yield not_checked(
            area, f"Found a webhook for {ours[0].url}; whether that is this service is not known.", "Set PUBLIC_URL."
        )
    elif not missing:
        yield well(area, "Its webhook points here, with every event.")


def _is_ours(webhook: Webhook, public_url: str | None) -> bool:
    parts = urlsplit(webhook.url)
    if parts.path.rstrip("/") != OUR_PATH and not (public_url and webhook.url.startswith(f"{public_url}/")):
        return False
    return public_url is None or parts.netloc.casefold() == urlsplit(public_url).netloc.casefold()
