"""What kind of program asked: our own table against labelled examples, and the traps on either side."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.evidence.agents import MACHINES, recognise
from bot.evidence.ages import released
from bot.evidence.naming import program
from bot.evidence.signatures import Role
from tests.evidence.making import CHROME, GMAIL, OUTLOOK, SAFARI, opened

LABELLED: list[dict[str, Any]] = json.loads((Path(__file__).parent / "agents.json").read_text(encoding="utf-8"))[
    "agents"
]


@pytest.mark.parametrize("example", [a for a in LABELLED if a["label"] == "human"], ids=lambda a: str(a["user_agent"]))
def test_a_mail_program_is_never_taken_for_a_machine(example: dict[str, Any]) -> None:
    """Every real mail program and browser in the labelled examples is recognised as something people use."""
    role = recognise(example["user_agent"]).role_in(2026)
    assert role in {Role.MAIL_CLIENT, Role.OFFICE, Role.BROWSER, Role.BARE_WEBKIT}
    if example["role"] == "mail_client" and role is not Role.BARE_WEBKIT:
        assert role is not Role.BROWSER


@pytest.mark.parametrize(
    "example", [a for a in LABELLED if a["label"] == "machine"], ids=lambda a: str(a["user_agent"])
)
def test_a_machine_is_taken_for_one(example: dict[str, Any]) -> None:
    """Every labelled machine is recognised, each in its role."""
    expected = {
        "link_preview": {Role.PREVIEW},
        "security_scanner": {Role.SCANNER},
        "prefetch_machine": {Role.GMAIL_PREFETCH, Role.SCRIPT},
        "spoofed_browser": {Role.OLD_BROWSER},
    }.get(example["role"], {Role.SCRIPT})
    assert recognise(example["user_agent"]).role_in(2026) in expected


@pytest.mark.parametrize(
    "example", [a for a in LABELLED if a["role"] == "on_open_image_proxy"], ids=lambda a: str(a["user_agent"])
)
def test_picture_services_of_mail_providers_are_no_bots(example: dict[str, Any]) -> None:
    """Gmail's and Yahoo's picture services load when somebody opens the email."""
    assert recognise(example["user_agent"]).role is Role.IMAGE_PROXY


@pytest.mark.parametrize(
    ("user_agent", "role"),
    [
        ("Mozilla/5.0", Role.BARE),
        ("  Mozilla/5.0 ", Role.BARE),
        ("", Role.MISSING),
        (None, Role.MISSING),
        ("FastmailUA/1.0", Role.IMAGE_PROXY),
        ("Shortwave Image Fetcher", Role.IMAGE_PROXY),
        ("Acme-Mail Image Proxy/2.0 (+https://acme.example)", Role.IMAGE_PROXY),
        ("Mail/3654.120.0.1.13 CFNetwork/1240.0.4 Darwin/20.6.0", Role.MAIL_CLIENT),
        ("Yahoo%20Mail/38506 CFNetwork/758.2.8 Darwin/15.0.0", Role.MAIL_CLIENT),
        ("SomebodysNewMail/1.0", Role.MAIL_CLIENT),
        ("Somebody's Mail", Role.MAIL_CLIENT),
        ("Mozilla/5.0 (compatible) Acme image-proxy", Role.IMAGE_PROXY),
        ("MobileApp/1.0 CFNetwork/1240.0.4 Darwin/20.6.0", Role.APP),
        ("Mail.RU_Bot/2.0", Role.SCRIPT),
        ("MailScanner/5.1", Role.SCANNER),
        ("Microsoft Exchange/15.20 (Windows NT 10.0; Win64; x64)", Role.SCRIPT),
        ("HubSpot Connect 2.0 (http://dev.hubspot.com/)", Role.SCRIPT),
        ("Mozilla/5.0 (compatible; Something/1.0)", Role.SCRIPT),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15; Trident/7.0; rv:11.0) like Gecko", Role.IMPOSSIBLE),
        ("Mozilla/5.0 (Windows NT 8.1; Win64; x64) AppleWebKit/537.36 Chrome/99.0 Safari/537.36", Role.IMPOSSIBLE),
        ("Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko", Role.BROWSER),
        ("Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 5.1)", Role.OLD_BROWSER),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/49.0.2623.112 Safari/537.36", Role.OLD_BROWSER),
        ("Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) Version/12.1 Mobile/15E148 Safari/604.1", Role.BROWSER),
        (
            "Mozilla/5.0 (Linux; Android 9; CUBOT_X19) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36",
            Role.BROWSER,
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)",
            Role.BARE_WEBKIT,
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 16 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
            Role.BROWSER,
        ),
        ("x" * 5000, Role.UNKNOWN),
        ("\x00\ud83d odd", Role.UNKNOWN),
    ],
)
def test_the_traps(user_agent: str | None, role: Role) -> None:
    """Bare names, phones called like robots, disguises and programs nobody has met yet are filed as they should be."""
    assert recognise(user_agent).role_in(2026) is role


def test_postmarks_word_betrays_gmail_where_the_name_does_not() -> None:
    """Some Gmail opens carry an ordinary name; Postmark's "Gmail" without a platform tells."""
    assert recognise(CHROME, "Gmail", None).role is Role.IMAGE_PROXY
    assert recognise(CHROME, "Chrome", "Desktop").role is Role.BROWSER
    assert recognise("python-requests/2.28.0", "Gmail", None).role in MACHINES


def test_a_browser_grows_old() -> None:
    """The same browser is an ordinary one in its own years and a disguise much later."""
    agent = recognise("Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/70.0 Safari/537.36")
    assert agent.role_in(2020) is Role.BROWSER
    assert agent.role_in(2027) is Role.OLD_BROWSER


@pytest.mark.parametrize(
    ("user_agent", "year"),
    [(CHROME, 2025.8), ("Mozilla/5.0 (X11; rv:52.0) Gecko/20100101 Firefox/52.0", 2017.2), (SAFARI, 2024.7)],
)
def test_versions_tell_their_year(user_agent: str, year: float) -> None:
    """A browser's version tells about when it came out."""
    assert released(user_agent) == pytest.approx(year, abs=0.2)


def test_versions_come_later_and_later() -> None:
    """Of two versions of a browser the higher one is never the older one."""
    years = [released(f"Mozilla/5.0 Chrome/{version}.0 Safari/537.36") or 0 for version in range(1, 200)]
    assert years == sorted(years)


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"agent": CHROME}, "Chrome on Windows"),
        ({"agent": SAFARI, "client": "Mobile Safari", "os": "iOS"}, "Safari on iOS"),
        ({"agent": OUTLOOK}, "Outlook"),
        ({"agent": GMAIL}, "Gmail"),
        ({"agent": None}, None),
    ],
)
def test_programs_are_called_as_people_call_them(facts: dict[str, Any], name: str | None) -> None:
    """A reason says "Safari on iOS", not the forty words a browser says of itself."""
    assert program(opened(60, **facts)) == name
