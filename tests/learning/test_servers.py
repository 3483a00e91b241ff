"""Whose mailboxes a domain has, as a real name server tells over UDP."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.evidence.mailboxes import Mailbox
from bot.evidence.outcomes import person_of
from bot.learning.servers import KEEPS
from store import mail_servers
from store.database import Database
from store.records import Trail
from tests.doctor.nameserver import NameServer
from tests.evidence import making
from tests.evidence.history import NOW
from tests.learning.firm import DAY, fill, learning

DOMAINS = {
    "birchwood-heating.com": ("10 aspmx.l.google.com.", Mailbox.GMAIL),
    "oakleaf-homes.com": ("0 oakleafhomes-com.mail.protection.outlook.com.", Mailbox.MICROSOFT_365),
    "harbour-law.com": ("10 mx0a-00112233.pphosted.com.", Mailbox.FILTERED),
    "elm-street.com": ("10 mail.elm-street.com.", None),
}
RECORDS = {(domain, "MX"): server for domain, (server, _) in DOMAINS.items()}


def emails(*domains: str) -> list[Trail]:
    messages = [
        making.message(f"{domain} {number}", f"someone@{domain}", sent_at=NOW - timedelta(days=number))
        for domain in domains
        for number in range(3)
    ]
    return [Trail(message, message.recipients[0]) for message in messages]


def kept(database: Database, *domains: str) -> dict[str, str | None]:
    with database.read() as connection:
        return {domain: mailbox for domain, (mailbox, _) in mail_servers.known(connection, domains).items()}


def test_a_firms_mailboxes_are_looked_up_and_expected_of(database: Database) -> None:
    """The mail servers of a firm's domain tell how its mailboxes show looks, and how often machines follow links."""
    fill(database, emails(*DOMAINS))
    with NameServer(RECORDS) as names:
        teacher = learning(database, port=names.port)
        teacher.finish(NOW, patience=60)
    assert kept(database, *DOMAINS) == {domain: mailbox for domain, (_, mailbox) in DOMAINS.items()}
    asked = {domain: emails(domain)[0] for domain in DOMAINS}
    with database.read() as connection:
        known = teacher.known(connection, list(asked.values()), at=NOW)
    assert known
    shows = {domain: known.habits(trail).reliability.opens for domain, trail in asked.items()}
    assert shows["birchwood-heating.com"] > shows["elm-street.com"] > shows["harbour-law.com"]
    scanned = {
        domain: known.visitors.near(
            trail.recipient.key, known._at_home(trail.recipient.key, person_of(trail)), None
        ).scanned
        for domain, trail in asked.items()
    }
    assert scanned["harbour-law.com"] > scanned["oakleaf-homes.com"] > scanned["birchwood-heating.com"]


def test_dns_is_asked_once_a_week(database: Database) -> None:
    """What a domain's servers tell is kept, and asked again when it has grown old."""
    fill(database, emails("birchwood-heating.com"))
    with NameServer(RECORDS) as names:
        learning(database, port=names.port).finish(NOW, patience=60)
    moved = {("birchwood-heating.com", "MX"): "10 eu-smtp-inbound-1.mimecast.com."}
    with NameServer(moved) as names:
        learning(database, port=names.port).finish(NOW + DAY, patience=60)
        assert kept(database, "birchwood-heating.com") == {"birchwood-heating.com": Mailbox.GMAIL}
        learning(database, port=names.port).finish(NOW + KEEPS + DAY, patience=60)
    assert kept(database, "birchwood-heating.com") == {"birchwood-heating.com": Mailbox.FILTERED}


def test_off_the_network_nothing_is_known_and_nothing_is_held_up(database: Database) -> None:
    """When DNS doesn't answer, learning gives up after two domains, learns all the same, and asks again next time."""
    fill(database, emails(*DOMAINS, *(f"firm{number}.com" for number in range(20))))
    with NameServer({}, silent=True) as names:
        teacher = learning(database, port=names.port, patience=0.3)
        teacher.finish(NOW, patience=60)
    assert teacher.lesson()
    assert kept(database, *DOMAINS) == {}
    assert len(names.asked) == 2


@pytest.mark.parametrize("domain", ["gmail.com", "oakleaf.example", "printer.local", "shop.test", "web.de"])
def test_some_domains_are_never_asked_about(database: Database, domain: str) -> None:
    """Mail providers are known, and names that belong to nobody are not worth a question."""
    fill(database, emails(domain))
    with NameServer({(domain, "MX"): "10 aspmx.l.google.com."}) as names:
        learning(database, port=names.port).finish(NOW, patience=60)
    assert kept(database, domain) == {}


def test_an_answer_never_asks_dns(database: Database) -> None:
    """On the way of an answer a short history is learned from without asking anybody."""
    fill(database, emails(*DOMAINS))
    with NameServer(RECORDS) as names:
        learning(database, port=names.port).catch_up(NOW)
    assert kept(database, *DOMAINS) == {}
