"""The doctor against the stand-in Postmark and a name server of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.doctor import Check, Health, Resolver, examine
from bot.postmark.client import Postmark
from bot.sandbox import Sandbox
from bot.settings import Settings
from store import syncing
from store.database import Database
from store.syncing import Coverage
from tests.doctor.nameserver import NameServer

NOW = datetime.now(UTC)
PUBLIC = "https://seen.alder.example"
Examine = Callable[..., list[Check]]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A firm's Postmark account with one server."""
    with Sandbox(now=NOW, servers={"office": "office-token"}, account_token="account-token") as postmark:
        yield postmark


@pytest.fixture
def consult(sandbox: Sandbox, sqlite_url: str) -> Examine:
    """Runs the doctor on usual settings, changed as the test says."""

    def run(
        *, nameserver: int = 9, patience: float = 0.3, server_token: str = "office-token", **changed: object
    ) -> list[Check]:
        settings = Settings.model_validate(
            {
                "database_url": sqlite_url,
                "postmark_server_token": f"office={server_token}",
                "postmark_account_token": "account-token",
                "postmark_webhook_user": "seen",
                "postmark_webhook_password": "secret",
                "tracking_token": "portal",
                "timezone": "Europe/Berlin",
                "public_url": PUBLIC,
                **changed,
            }
        )
        postmark = Postmark(
            settings.servers, account_token="account-token", api_url=sandbox.url, sleep=lambda _: None, retries=0
        )
        resolver = Resolver(nameservers=("127.0.0.1",), port=nameserver, patience=patience)
        try:
            return list(examine(settings, postmark, now=datetime.now(UTC), resolver=resolver))
        finally:
            postmark.close()

    return run


def _faults(checks: list[Check]) -> str:
    return "\n".join(f"{check.area}: {check.says} → {check.fix}" for check in checks if check.health is Health.FAULT)


def test_a_good_installation_has_no_fault(sandbox: Sandbox, consult: Examine) -> None:
    """Where everything is set as the README says, the doctor finds nothing to mend."""
    sandbox.connect(f"{PUBLIC}/webhooks/postmark", user="seen", password="secret")
    sandbox.server("office").track_links = "HtmlAndText"
    sandbox.server("office").track_opens = True
    assert _faults(consult()) == ""


def test_the_offices_own_networks_are_asked_for(consult: Examine) -> None:
    """Without OWN_NETWORKS the doctor says what that costs; with it, which networks count as the office's."""
    assert any("OWN_NETWORKS" in (check.fix or "") for check in consult())
    told = [check for check in consult(own_networks="203.0.113.0/24") if "your own networks" in check.says]
    assert [(check.health, "203.0.113.0/24" in check.says) for check in told] == [(Health.WELL, True)]


def test_a_wrong_token_is_named_with_its_setting(consult: Examine) -> None:
    """A token that Postmark refuses is one fault that names the server and the setting to correct."""
    faults = _faults(consult(server_token="old-token"))
    assert "office" in faults
    assert "POSTMARK_SERVER_TOKEN" in faults
    assert "old-token" not in faults


def test_tracking_that_is_off_is_a_fault(sandbox: Sandbox, consult: Examine) -> None:
    """Tracking switched off at the server is found, opens and links each with where to switch it on."""
    sandbox.server("office").track_opens = False
    sandbox.server("office").track_links = "None"
    faults = _faults(consult())
    assert "Open tracking is off" in faults
    assert "Link tracking is off" in faults


def test_a_webhook_that_is_missing_or_half_set_is_a_fault(sandbox: Sandbox, consult: Examine) -> None:
    """No webhook, missing events, first opens only and missing credentials are each found, with the fix."""
    assert "No webhook points here" in _faults(consult())
    sandbox.connect(f"{PUBLIC}/webhooks/postmark", first_opens_only=True, without=("Click", "Bounce"))
    faults = _faults(consult())
    assert "does not tell of Bounce, Click" in faults
    assert "only the first open" in faults
    assert "no user and password" in faults


def test_a_webhook_for_somebody_else_does_not_count(sandbox: Sandbox, consult: Examine) -> None:
    """A webhook that points to another host is not taken for this service's."""
    sandbox.connect("https://other.example/webhooks/postmark", user="seen", password="secret")
    assert "No webhook points here" in _faults(consult())


def test_a_dkim_record_that_has_gone_is_found(sandbox: Sandbox, consult: Examine) -> None:
    """Postmark goes on saying "verified" when the DNS record is gone; the doctor looks for itself and says so."""
    sandbox.add_domain("alder.example")
    with NameServer({("alder.example", "TXT"): '"v=spf1 -all"'}) as names:
        faults = _faults(consult(nameserver=names.port, patience=30.0))
    assert "DKIM record is missing or wrong" in faults
    assert "still says “verified”" in faults


def test_good_domain_records_are_well(sandbox: Sandbox, consult: Examine) -> None:
    """A domain whose DKIM, return-path and DMARC records are in DNS has no fault."""
    sandbox.add_domain("alder.example")
    with closing(Postmark({}, account_token="account-token", api_url=sandbox.url)) as postmark:
        (domain,) = postmark.domains()
    assert domain.dkim_host
    assert domain.return_path_domain
    records = {
        (domain.dkim_host, "TXT"): f'"{domain.dkim_value}"',
        (domain.return_path_domain, "CNAME"): f"{domain.return_path_value}.",
        ("_dmarc.alder.example", "TXT"): '"v=DMARC1; p=none"',
    }
    with NameServer(records) as names:
        told = consult(nameserver=names.port, patience=30.0)
    checks = [check for check in told if check.area == "domain alder.example"]
    assert [check.health for check in checks] == [Health.WELL] * 3


def test_dns_that_does_not_answer_is_not_held_against_the_domain(sandbox: Sandbox, consult: Examine) -> None:
    """When DNS can't be asked, the doctor says that it could not look instead of calling the records missing."""
    sandbox.add_domain("alder.example")
    with NameServer({}, silent=True) as names:
        checks = [check for check in consult(nameserver=names.port) if check.area == "domain alder.example"]
    assert [check.health for check in checks] == [Health.NOT_CHECKED]


def test_webhooks_that_are_let_in_by_nobody(sandbox: Sandbox, consult: Examine) -> None:
    """Without credentials every webhook is refused: the doctor says what that costs, and looks for none at Postmark."""
    sandbox.server("office").track_links = "HtmlAndText"
    checks = consult(postmark_webhook_user="", postmark_webhook_password="")
    assert any("every open after the first is lost" in check.says for check in checks if check.health is Health.ADVICE)
    assert _faults(checks) == ""


def test_a_database_that_cannot_be_opened_is_a_fault(consult: Examine, tmp_path: Path) -> None:
    """A database that isn't there or can't be written is a fault with its fix, and the other checks go on."""
    checks = consult(database_url=f"sqlite:///{tmp_path / 'no' / 'such' / 'folder' / 'seen.db'}")
    assert any(check.area == "database" and check.health is Health.FAULT for check in checks)
    assert any("Its token works" in check.says for check in checks)


def test_a_clock_that_is_off_is_found(sandbox: Sandbox) -> None:
    """A machine whose clock is a minute fast is told so, because times are evidence."""
    settings = Settings.model_validate({"postmark_server_token": "office=office-token"})
    postmark = Postmark(settings.servers, api_url=sandbox.url, now=lambda: datetime.now(UTC) + timedelta(seconds=60))
    checks = list(examine(settings, postmark, now=NOW, resolver=Resolver()))
    postmark.close()
    (clock,) = [check for check in checks if check.area == "clock"]
    assert clock.health is Health.FAULT
    fast = re.search(r"(\d+) seconds fast", clock.says)
    assert fast
    assert 59 <= int(fast[1]) < 90  # on a busy machine the answer may be a while on its way


def test_a_sync_that_falls_behind_is_a_fault(consult: Examine, sqlite_url: str) -> None:
    """Lists that can't be fetched, weren't for hours, or ended too early are said, and webhooks that don't come."""
    database = Database(sqlite_url)
    assert any("never fetched" in check.says for check in consult())

    def stands(**told: object) -> None:
        with database.write() as connection:
            taken = syncing.take(connection, "office", worker="me", now=NOW, until=NOW)
            assert taken is not None
            lists = Coverage(server="office", listing="opens", cut_at=NOW - timedelta(days=9))
            assert syncing.keep(connection, replace(taken, **told), lists, worker="me")  # type: ignore[arg-type]

    stands(swept_at=NOW)
    assert any("were fetched" in check.says for check in consult() if check.health is Health.WELL)
    assert any("did not reach behind" in check.says for check in consult() if check.health is Health.ADVICE)
    stands(swept_at=NOW - timedelta(hours=5), unheard_since=NOW - timedelta(hours=1))
    faults = _faults(consult())
    assert "last fetched 5 hours ago" in faults
    assert "although sync found newer events" in faults
    stands(swept_at=NOW, trouble="Postmark is at a loss.", trouble_since=NOW - timedelta(hours=1))
    assert "Postmark is at a loss." in _faults(consult())
    database.dispose()
