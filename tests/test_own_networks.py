"""Staff who look at their copy are not the customer: the setting OWN_NETWORKS, through the commands."""

from __future__ import annotations

import ipaddress
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.evidence.own import OwnNetworks
from bot.postmark import webhooks
from store import events, migrate
from store.database import Database
from store.records import Source
from tests.test_cli import DELIVERY, QUOTE, Seen

OPEN = {
    "RecordType": "Open",
    "MessageID": QUOTE["MessageID"],
    "Recipient": "maria@oakleaf.example",
    "ReceivedAt": "2026-11-20T18:30:00Z",
    "FirstOpen": True,
    "UserAgent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Thunderbird/145.0",
    "Geo": {"IP": "203.0.113.77"},
}
LATER = "2026-11-21T00:00:00Z"


@pytest.fixture(params=["ask", "explain"])
def verdict(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """The trail as a command shows it, with OWN_NETWORKS set to something: once asked about, once explained."""
    seen = Seen(tmp_path)
    if request.param == "ask":
        _keep(tmp_path)

    def run(own_networks: str) -> dict[str, Any]:
        seen.settings["OWN_NETWORKS"] = own_networks
        if request.param == "ask":
            ran = seen("ask", "maria@oakleaf.example", "--offline", "--json", "--at", LATER)
            assert ran.returncode == 0, ran.stderr
            (trail,) = json.loads(ran.stdout)["trails"]
        else:
            trail = json.loads(seen("explain", seen.file(QUOTE, DELIVERY, OPEN), "--json", "--at", LATER).stdout)
        return dict(trail)

    return run


def _keep(folder: Path) -> None:
    database = Database(f"sqlite:///{folder / 'seen.db'}")
    migrate.upgrade(database)
    now = datetime.now(UTC)
    with database.write() as connection:
        told = [webhooks.parse(body, received_at=now, source=Source.WEBHOOK) for body in (DELIVERY, OPEN)]
        events.add(connection, told)
    database.dispose()


@pytest.mark.parametrize("own", ["203.0.113.0/24", "10.0.0.0/8, 203.0.113.77", "203.0.112.0/22"])
def test_a_look_from_the_own_office_is_nobodys(verdict: Any, own: str) -> None:
    """An open from the office's own network is listed as such and makes no verdict, however the network is written."""
    before = verdict("")
    assert before["first_person_open_at"] == "2026-11-20T18:30:00Z"
    trail = verdict(own)
    assert trail["verdict"] == "no_sign"
    assert trail["first_person_open_at"] is None
    assert [reason["code"] for reason in trail["automatic"]] == ["own_network"]
    assert trail["probability"] < before["probability"]


@pytest.mark.parametrize("own", ["203.0.114.0/24", "2001:db8::/32"])
def test_a_look_from_elsewhere_is_the_customers(verdict: Any, own: str) -> None:
    """Naming the own networks changes nothing for those who come from other ones."""
    assert verdict(own) == verdict("")


def test_an_address_counts_by_the_network_around_it() -> None:
    """Of readers only the /24 or /48 is kept, so an office's single address stands for the network around it."""
    own = OwnNetworks([ipaddress.ip_network("203.0.113.77"), ipaddress.ip_network("2001:db8:7::1")])
    assert "203.0.113.0/24" in own
    assert "2001:db8:7::/48" in own
    assert "203.0.114.0/24" not in own
    assert "2001:db8:8::/48" not in own
    assert None not in own
