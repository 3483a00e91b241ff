"""``/domains`` and ``/senders``: who the account may send as."""

from __future__ import annotations

from bot.sandbox import rows
from bot.sandbox.api.asking import Ask, listing
from bot.sandbox.rules import Json, Refusal
from bot.sandbox.state import Domain


def domains(ask: Ask) -> Json:
    """``GET /domains``."""
    found = list(ask.account.domains.values())
    return listing("Domains", (rows.domain(entry) for entry in ask.page(found)), len(found))


def domain(ask: Ask) -> Json:
    """``GET /domains/{id}``, and what ``PUT …/verifyDkim`` and ``…/verifyReturnPath`` answer: they change nothing."""
    return rows.domain_details(_named(ask))


def senders(ask: Ask) -> Json:
    """``GET /senders``."""
    found = list(ask.account.senders.values())
    return listing("SenderSignatures", (rows.sender(entry) for entry in ask.page(found)), len(found))


def _named(ask: Ask) -> Domain:
    for entry in ask.account.domains.values():
        if str(entry.domain_id) == ask.path["domain_id"]:
            return entry
    raise Refusal(422, 510, "The domain was not found on this account.")
