"""Accepting an email: what is checked, what is refused, and what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.sandbox.parts import Mailbox, links_of, looks_like_an_address, mailboxes
from bot.sandbox.rules import MAX_RECIPIENTS, TRACK_LINKS, Json, Refusal
from bot.sandbox.state import Account, Mail, Server, Template
from bot.sandbox.times import eastern


def accept(account: Account, server: Server, wanted: Mapping[str, object]) -> Json:
    """Accepts one email as ``POST /email`` does and returns Postmark's answer. Raises ``Refusal``.

    An email whose recipients are all suppressed is refused. With some of them suppressed it goes to the others; it
    still lists all of them.
    """
    stream = _text(wanted, "MessageStream") or "outbound"
    if stream not in server.streams or server.streams[stream].type == "Inbound":
        raise Refusal(422, 1235, f"The message stream '{stream}' was not found on this server, or cannot send.")
    sender = _checked_sender(account, _text(wanted, "From"))
    to, cc, bcc = (_checked_boxes(wanted, field) for field in ("To", "Cc", "Bcc"))
    everybody = (*to, *cc, *bcc)
    if not to or len(everybody) > MAX_RECIPIENTS:
        raise Refusal(422, 300, f"Between 1 and {MAX_RECIPIENTS} recipients are needed, one of them in 'To'.")
    html, text = _text(wanted, "HtmlBody"), _text(wanted, "TextBody")
    if not html and not text:
        raise Refusal(422, 300, "Give either an email 'TextBody' or 'HtmlBody', or both.")
    inactive = frozenset(box.key for box in everybody if (stream, box.key) in server.suppressions)
    named = ", ".join(box.address for box in everybody if box.key in inactive)
    if len(inactive) == len({box.key for box in everybody}):
        raise Refusal(
            422,
            406,
            "You tried to send to recipient(s) that have been marked as inactive. "
            f"Found inactive addresses: {named}. They bounced, complained, or were switched off by hand.",
        )
    mail = Mail(
        message_id=account.new_message_id(),
        stream=stream,
        received_at=account.clock.now(),
        sender=sender,
        subject=_text(wanted, "Subject"),
        to=to,
        cc=cc,
        bcc=bcc,
        html=html or None,
        text=text or None,
        tag=_checked_tag(wanted),
        metadata=_checked_metadata(wanted.get("Metadata")),
        attachments=_attachments(wanted.get("Attachments")),
        track_opens=_tracks_opens(server, wanted),
        track_links=_tracks_links(server, wanted),
        sandboxed=server.delivery_type == "Sandbox",
        inactive=inactive,
        kept_until=account.clock.now() + server.retention,
    )
    mail.links = links_of(mail.html, mail.text, mail.track_links)
    server.mails[mail.message_id] = mail
    return {
        "To": _text(wanted, "To"),
        "SubmittedAt": eastern(mail.received_at),
        "MessageID": mail.message_id,
        "ErrorCode": 0,
        "Message": f"Message OK, but will not deliver to these inactive addresses: {named}." if inactive else "OK",
    }


def fill(template: Template, wanted: Mapping[str, object]) -> Json:
    """The email that comes of a template and its model: every ``{{name}}`` and ``{{a.b}}`` replaced."""
    model = wanted.get("TemplateModel")

    def value(place: re.Match[str]) -> str:
        found: object = model
        for name in place[1].strip().split("."):
            found = found.get(name, "") if isinstance(found, Mapping) else ""
        return str(found)

    def filled(text: str | None) -> str | None:
        return None if text is None else re.sub(r"\{\{([^{}]+)\}\}", value, text)

    bodies = {"HtmlBody": filled(template.html), "TextBody": filled(template.text)}
    return {**wanted, **bodies, "Subject": filled(template.subject)}


def _text(wanted: Mapping[str, object], field: str) -> str:
    value = wanted.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refusal(422, 403, f"The field '{field}' must be text.")
    return value


def _checked_sender(account: Account, sender: str) -> str:
    """Any address will do until the account has domains or signatures; then one of them must fit."""
    boxes = mailboxes(sender)
    if len(boxes) != 1 or not looks_like_an_address(boxes[0].address):
        raise Refusal(422, 300, f"Invalid 'From' address: '{sender}'.")
    address = boxes[0].key
    signatures = {entry.address.lower(): entry for entry in account.senders.values()}
    if address in signatures and not signatures[address].confirmed:
        raise Refusal(422, 401, f"The sender signature '{address}' has not been confirmed.")
    domains = {entry.name.lower() for entry in account.domains.values()}
    known = address in signatures or address.rpartition("@")[2] in domains
    if (signatures or domains) and not known:
        raise Refusal(422, 400, f"The 'From' address '{address}' is not a sender signature of this account.")
    return sender


def _checked_boxes(wanted: Mapping[str, object], field: str) -> tuple[Mailbox, ...]:
    boxes = mailboxes(_text(wanted, field))
    for box in boxes:
        if not looks_like_an_address(box.address):
            raise Refusal(422, 300, f"Invalid '{field}' address: '{box.address}'.")
    return boxes


def _checked_tag(wanted: Mapping[str, object]) -> str:
    tag = _text(wanted, "Tag")
    if len(tag) > 1000:
        raise Refusal(422, 300, "A 'Tag' has at most 1000 characters.")
    return tag


def _checked_metadata(given: object) -> dict[str, str]:
    """At most 10 fields, names of 20 and values of 80 characters, names unique without regard to case; all text."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise Refusal(422, 403, "'Metadata' must be an object.")
    metadata = {str(name): str(value) for name, value in given.items()}
    if len(metadata) > 10 or len({name.lower() for name in metadata}) < len(metadata):
        raise Refusal(422, 300, "'Metadata' has at most 10 fields, and no two names that differ only in case.")
    if any(len(name) > 20 or len(value) > 80 for name, value in metadata.items()):
        raise Refusal(422, 300, "'Metadata' names have at most 20 characters, values at most 80.")
    return metadata


def _attachments(given: object) -> tuple[str, ...]:
    entries = given if isinstance(given, list) else []
    names = tuple(str(entry.get("Name", "")) for entry in entries if isinstance(entry, Mapping))
    for name in names:
        if name.lower().endswith((".exe", ".bat", ".cmd", ".scr", ".vbs")):
            raise Refusal(422, 411, f"The attachment '{name}' is of a forbidden type.")
    return names


def _tracks_opens(server: Server, wanted: Mapping[str, object]) -> bool:
    given = wanted.get("TrackOpens")
    return given if isinstance(given, bool) else server.track_opens


def _tracks_links(server: Server, wanted: Mapping[str, object]) -> str:
    """The message's own word counts, "None" too; without one the server's."""
    given = _text(wanted, "TrackLinks")
    if given and given not in TRACK_LINKS:
        raise Refusal(422, 300, f"'TrackLinks' is one of {', '.join(TRACK_LINKS)}.")
    return given or server.track_links
