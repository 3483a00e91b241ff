"""What answers say of the sending side, asked from the stand-in Postmark."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from bot.postmark.client import Postmark
from bot.sandbox import Sandbox
from bot.standing import KEEP, StandingDesk
from store.database import Database
from store.records import Message, Recipient, Trail

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A Postmark account with two servers."""
    with Sandbox(now=NOW, servers={"office": "t-office", "shop": "t-shop"}, account_token="t-account") as postmark:
        yield postmark


@pytest.fixture
def desk(sandbox: Sandbox, database: Database) -> Iterator[StandingDesk]:
    """The desk in front of that account."""
    servers = {"office": "t-office", "shop": "t-shop"}
    with closing(Postmark(servers, account_token="t-account", api_url=sandbox.url, retries=0)) as postmark:
        yield StandingDesk(database, postmark, has_account=True, deadline=5.0)


def _trail(*, server: str = "office", sender: str = "Office <office@alder.example>", **said: object) -> Trail:
    message = Message(message_id=f"{server}-1", server=server, sender=sender, **said)  # type: ignore[arg-type]  # few are said
    return Trail(message, Recipient("maria@oakleaf.example", "maria@oakleaf.example"))


def _said(desk: StandingDesk, *trails: Trail) -> list[tuple[str, dict[str, str]]]:
    return [(note.code, dict(note.facts)) for note in desk.remarks(trails)]


def test_a_server_that_does_not_track_is_said_with_its_emails_only(sandbox: Sandbox, desk: StandingDesk) -> None:
    """An answer with emails of a server that tracks no links says so; other servers' emails don't."""
    sandbox.server("office").track_links = "None"
    desk.begin(NOW)
    assert _said(desk, _trail()) == [("server_tracking_off", {"server": "office", "what": "links"})]
    assert _said(desk, _trail(server="shop")) == []


def test_an_email_that_asked_for_tracking_itself_needs_no_remark(sandbox: Sandbox, desk: StandingDesk) -> None:
    """Where the email itself switched tracking on, the server's switch is not brought up."""
    sandbox.server("office").track_links = "None"
    sandbox.server("office").track_opens = False
    desk.begin(NOW)
    assert _said(desk, _trail(track_opens=True, track_links="HtmlOnly")) == []
    assert _said(desk, _trail(track_opens=True)) == [("server_tracking_off", {"server": "office", "what": "both"})]


def test_an_unverified_domain_is_said_with_emails_from_it(sandbox: Sandbox, desk: StandingDesk) -> None:
    """An answer about emails from a domain that Postmark has not verified says so, subdomains included."""
    sandbox.add_domain("alder.example", dkim_verified=False)
    desk.begin(NOW)
    assert _said(desk, _trail()) == [("domain_unverified", {"domain": "alder.example"})]
    assert _said(desk, _trail(sender="x@mail.alder.example")) == [("domain_unverified", {"domain": "alder.example"})]
    assert _said(desk, _trail(sender="x@notalder.example")) == []


def test_what_is_known_is_asked_again_only_when_it_is_old(sandbox: Sandbox, desk: StandingDesk) -> None:
    """Postmark is left alone until what is known is some hours old; then a change is noticed."""
    desk.begin(NOW)
    assert _said(desk, _trail()) == []
    sandbox.server("office").track_opens = False
    desk.begin(NOW + KEEP / 2)
    assert _said(desk, _trail()) == []
    desk.begin(NOW + KEEP + timedelta(seconds=1))
    assert _said(desk, _trail()) == [("server_tracking_off", {"server": "office", "what": "opens"})]


def test_a_server_that_does_not_answer_changes_nothing(sandbox: Sandbox, desk: StandingDesk) -> None:
    """When a server can't be asked, what was known before stays, and no answer fails for it."""
    sandbox.server("office").track_opens = False
    desk.begin(NOW)
    known = _said(desk, _trail())
    with sandbox.fault("500"):
        desk.begin(NOW + 2 * KEEP)
        assert _said(desk, _trail()) == known != []


def test_many_answers_at_once(sandbox: Sandbox, desk: StandingDesk) -> None:
    """Many answers made at the same moment, each wishing to know how things stand, are all made."""

    def answer(at: datetime) -> list[tuple[str, dict[str, str]]]:
        desk.begin(at)
        return _said(desk, _trail())

    with ThreadPoolExecutor(16) as crowd:
        for number in range(10):
            assert list(crowd.map(answer, [NOW + number * 2 * KEEP] * 32)) == [[]] * 32


def test_without_postmark_nothing_is_said(database: Database) -> None:
    """Where no token is set, nothing is asked and nothing is said."""
    desk = StandingDesk(database, None, has_account=False, deadline=1.0)
    desk.begin(NOW)
    assert _said(desk, _trail()) == []
