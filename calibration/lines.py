"""A history as the lines an office would have: Postmark's webhook bodies and search rows, and tracking records."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from calibration.model import MINUTE, World
from calibration.play import History, Letter, Visit, lost

BEGIN = datetime(2026, 7, 6, tzinfo=UTC)
"""When worlds begin: a Monday."""

Record = dict[str, Any]


def moment(at: float) -> datetime:
    """The wall time of a moment given in seconds since the world began."""
    return BEGIN + timedelta(seconds=at)


def lines(history: History, letters: Iterable[Letter], *, until: float) -> list[bytes]:
    """What had been told of these letters by then, one JSON object a line, in no order and with some repeats."""
    rng = Random(f"{history.world.name} {history.seed} lines")
    grouped: dict[str, list[Letter]] = {}
    for letter in letters:
        if letter.sent <= until:
            grouped.setdefault(letter.message_id, []).append(letter)
    records: list[Record] = []
    for copies in grouped.values():
        records += _of_message(history.world, copies, until, rng)
    told = [json.dumps(record).encode() for record in records]
    told += [line for line in told if rng.random() < history.world.repeats]
    rng.shuffle(told)
    return told


def _of_message(world: World, copies: Sequence[Letter], until: float, rng: Random) -> Iterator[Record]:
    own = rng.random() < world.own_copy
    if rng.random() < world.rows:
        yield _row(world, copies, own_copy=own)
    if own:
        yield from _own_look(world, copies[0], until, rng)
    for letter in copies:
        yield from (record for at, record in _of_letter(world, letter, rng) if at <= until)


def _of_letter(world: World, letter: Letter, rng: Random) -> Iterator[tuple[float, Record]]:
    """What webhooks and the office told of a letter, with the moment of each."""
    if letter.deferred:
        at = letter.sent + 20.0
        yield at, _bounce(world, letter, at, rng, "Transient", 2, "smtp;451 4.7.1 try again later")
    if letter.delivered is None:
        at = letter.sent + 4.0
        yield at, _bounce(world, letter, at, rng, "HardBounce", 1, "smtp;550 5.1.1 no such user here")
    elif not lost(world, letter.delivered):
        yield letter.delivered, _delivery(world, letter, letter.delivered + world.skew)
    opened = False
    for visit in letter.visits:
        if visit.link is None:
            yield visit.at, _open(world, letter, visit, first=not opened)
            opened = True
        else:
            yield visit.at, _click(world, letter, visit)
    for number, (kind, at) in enumerate(letter.acts):
        record = {"type": kind, "at": _text(at), "message_id": letter.message_id, "recipient": letter.recipient.address}
        yield at, {**record, "id": f"{letter.message_id}-{number}"}


# ── Postmark's shapes ────────────────────────────────────────────────────────────────────────────────────────────


def _row(world: World, copies: Sequence[Letter], *, own_copy: bool) -> Record:
    """A row of ``/messages/outbound``."""
    first = copies[0]
    bcc = [_office(world)] if own_copy else []
    addresses = [letter.recipient.address for letter in copies]
    return {
        "MessageID": first.message_id,
        "MessageStream": "outbound",
        "Tag": first.kind.tag,
        "To": [{"Email": letter.recipient.address, "Name": None} for letter in copies if not letter.in_copy],
        "Cc": [{"Email": letter.recipient.address, "Name": None} for letter in copies if letter.in_copy],
        "Bcc": [{"Email": address, "Name": None} for address in bcc],
        "Recipients": [*addresses, *bcc],
        "ReceivedAt": _text(first.sent),
        "From": f'"The office" <{_office(world)}>',
        "Subject": _filled(world, first, first.kind.subject),
        "Attachments": [],
        "Status": "Sent",
        "TrackOpens": first.kind.opens_tracked,
        "TrackLinks": "HtmlAndText" if first.kind.links_tracked else "None",
        "Metadata": _metadata(first),
        "Sandboxed": False,
    }


def _common(letter: Letter, kind: str) -> Record:
    return {
        "RecordType": kind,
        "MessageStream": "outbound",
        "MessageID": letter.message_id,
        "Tag": letter.kind.tag,
        "Metadata": _metadata(letter),
    }


def _delivery(world: World, letter: Letter, at: float) -> Record:
    return {
        **_common(letter, "Delivery"),
        "ServerID": 4711,
        "Recipient": letter.recipient.address,
        "DeliveredAt": _text(at),
        "Details": f"smtp;250 2.0.0 OK {world.firm} {letter.number}",
    }


def _bounce(world: World, letter: Letter, at: float, rng: Random, kind: str, code: int, details: str) -> Record:  # noqa: PLR0917 - a body's fields
    return {
        **_common(letter, "Bounce"),
        "ID": rng.getrandbits(60),
        "Type": kind,
        "TypeCode": code,
        "Name": kind,
        "ServerID": 4711,
        "Description": "The receiving server said so.",
        "Details": details,
        "Email": letter.recipient.address,
        "From": _office(world),
        "BouncedAt": _text(at),
        "DumpAvailable": False,
        "Inactive": kind == "HardBounce",
        "CanActivate": kind == "HardBounce",
        "Subject": _filled(world, letter, letter.kind.subject),
    }


def _open(world: World, letter: Letter, visit: Visit, *, first: bool) -> Record:
    body = _reader(letter, "Open", visit.at, visit.mark.agent, visit.mark.ip)
    return {**body, "FirstOpen": first or world.first_open_only, "ReadSeconds": 0}


def _click(world: World, letter: Letter, visit: Visit) -> Record:
    assert visit.link is not None  # noqa: S101 - for the type checker: a click has a link
    body = _reader(letter, "Click", visit.at, visit.mark.agent, visit.mark.ip)
    return {**body, "ClickLocation": "HTML", "OriginalLink": _filled(world, letter, letter.kind.links[visit.link][0])}


def _reader(letter: Letter, kind: str, at: float, agent: str, ip: str) -> Record:
    client, system, platform = _known(agent)
    return {
        **_common(letter, kind),
        "Recipient": letter.recipient.address,
        "ReceivedAt": _text(at),
        "UserAgent": agent,
        "Client": dict.fromkeys(("Name", "Company", "Family"), client),
        "OS": dict.fromkeys(("Name", "Company", "Family"), system),
        "Platform": platform,
        "Geo": {"CountryISOCode": "DE", "Country": "Germany", "City": "", "IP": ip} if ip else {},
    }


def _own_look(world: World, letter: Letter, until: float, rng: Random) -> Iterator[Record]:
    """The firm's staff open the blind copy they got, which is no customer's look."""
    at = letter.sent + rng.uniform(2, 200) * MINUTE
    if letter.kind.opens_tracked and at <= until:
        agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Thunderbird/140.3.0"
        body = _reader(letter, "Open", at, agent, "86.150.12.34")
        yield {**body, "Recipient": _office(world), "FirstOpen": True}


# ── Words ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _text(at: float) -> str:
    return moment(at).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"


def _office(world: World) -> str:
    return f"office@{world.firm}"


def _metadata(letter: Letter) -> dict[str, str]:
    return {"job_id": str(letter.number)}


def _filled(world: World, letter: Letter, text: str) -> str:
    return text.format(firm=world.firm, number=letter.number)


_CLIENTS = (
    ("GoogleImageProxy", "Gmail"),
    ("YahooMailProxy", "Yahoo! Mail"),
    ("Outlook", "Outlook"),
    ("ms-office", "Outlook"),
    ("Thunderbird", "Thunderbird"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("CriOS", "Chrome Mobile iOS"),
    ("FxiOS", "Firefox iOS"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Version/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iOS"),
    ("Android", "Android"),
    ("Macintosh", "OS X"),
    ("Linux", "Linux"),
)


@cache
def _known(agent: str) -> tuple[str, str, str]:
    """The program, the system and the platform, as Postmark would name them."""
    client = next((name for word, name in _CLIENTS if word in agent), "unknown")
    if client == "Gmail":
        return client, "unknown", "Unknown"
    system = next((name for word, name in _SYSTEMS if word in agent), "unknown")
    platform = {"unknown": "Unknown", "iOS": "Mobile", "Android": "Mobile"}.get(system, "Desktop")
    return client, system, platform
