"""The domains that emails are sent from: Postmark's word and what DNS says today.

Postmark's ``DKIMVerified`` stays true after the record has gone, so it alone proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.dns import NotLookedUp, Resolver
from bot.doctor.checks import Check, advice, fault, not_checked, well
from bot.doctor.servers import PATIENCE
from bot.postmark.answers import SenderDomain
from bot.postmark.client import Postmark
from bot.postmark.errors import PostmarkError

WHERE = "(Postmark → Sender Signatures → the domain → DNS Settings)"


def examine(postmark: Postmark, resolver: Resolver) -> Iterator[Check]:
    """The checks of every domain of the account."""
    try:
        domains = postmark.domains(deadline=PATIENCE)
    except PostmarkError as error:
        yield fault("domains", str(error), error.advice)
        return
    if not domains:
        yield advice(
            "domains",
            "The account has no sender domain, only single addresses.",
            f"Add your domain, so that receiving servers can check who sent an email {WHERE}.",
        )
    for domain in domains:
        try:
            yield from _one(domain, resolver)
        except NotLookedUp:
            yield not_checked(f"domain {domain.name}", "DNS could not be asked, so its records were not checked.")


def _one(domain: SenderDomain, resolver: Resolver) -> Iterator[Check]:
    area = f"domain {domain.name}"
    yield from _dkim(area, domain, resolver)
    yield from _return_path(area, domain, resolver)
    if any(record.casefold().startswith("v=dmarc1") for record in resolver.txt(f"_dmarc.{domain.name}")):
        yield well(area, "It has a DMARC record.")
    else:
        yield advice(
            area,
            "It has no DMARC record; large mailbox providers ask for one.",
            f'Add a TXT record at _dmarc.{domain.name} that begins with "v=DMARC1".',
        )


def _dkim(area: str, domain: SenderDomain, resolver: Resolver) -> Iterator[Check]:
    host, value = domain.dkim_host or domain.dkim_pending_host, domain.dkim_value or domain.dkim_pending_value
    if not host or not value:
        yield not_checked(area, "Postmark names no DKIM record for it.")
        return
    wanted = _key(value)
    if any(_key(record) == wanted for record in resolver.txt(host)):
        if domain.dkim_verified:
            yield well(area, "Its DKIM signature is verified, and the DNS record is there.")
        else:
            yield fault(
                area,
                "Its DKIM record is in DNS, but Postmark has not verified it yet.",
                f"Press “Verify” in Postmark {WHERE}.",
            )
        return
    claims = " (though Postmark still says “verified”, which it never takes back)" if domain.dkim_verified else ""
    yield fault(
        area,
        f"Its DKIM record is missing or wrong in DNS{claims}; emails are likely to land in spam.",
        f"Add the TXT record {host} as Postmark shows it {WHERE}.",
    )


def _return_path(area: str, domain: SenderDomain, resolver: Resolver) -> Iterator[Check]:
    if not domain.return_path_domain or not domain.return_path_value:
        yield advice(area, "It has no return-path of its own.", f"Set one up, so that SPF fits the sender {WHERE}.")
        return
    target = resolver.cname(domain.return_path_domain)
    if target is not None and target.casefold() == domain.return_path_value.rstrip(".").casefold():
        yield well(area, "Its return-path is in place.")
        return
    yield fault(
        area,
        "Its return-path record is missing or wrong in DNS.",
        f"Add a CNAME record {domain.return_path_domain} to {domain.return_path_value} {WHERE}.",
    )


def _key(record: str) -> str:
    """The public key of a DKIM record, by which two spellings of one record are the same."""
    match = re.search(r"(?:^|;)\s*p\s*=\s*([^;]*)", record)
    return re.sub(r"\s+", "", match[1] if match else record)
