"""How many opens and clicks are classified in a second, on one core, where 2 % of the programs are distinct.

An event is in memory, as the store gives it. To classify it is to say who acted, with bursts and the habits of the
recipient; a verdict is that with delivery, silence, the sum and the reasons.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median

from bench.figures import Figure
from bot.evidence import weigh
from bot.evidence.agents import recognise
from bot.evidence.bursts import judge_together
from bot.evidence.lesson import learn_from
from bot.evidence.signals import read
from store.records import Event, EventKind, Message, Network, Recipient, Source, Trail

DISTINCT = 0.02
"""The share of programs among the events."""
VISITS = 5
"""Opens and clicks of an email."""
EMAILS = 10
"""Of a recipient."""
AT_LEAST = 20_000

_BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
_PROGRAMS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{n}.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS {n}_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7; rv:{n}.0) Gecko/20100101 Thunderbird/{n}.3.0",
    "Microsoft Office/16.0 (Microsoft Outlook 16.0.{n}; Pro)",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy {n})",
    "python-requests/2.{n}",
)
_NETWORKS = (
    *(("unlisted", None) for _ in range(6)),
    *(("google", "Google"), ("apple_relay", "Apple"), ("cloud", "AWS"), ("mail_filter", "Microsoft 365")),
)


def measure(events: int, rounds: int) -> Iterator[Figure]:
    """The rates, each with habits learned from the same history."""
    trails = _history(events)
    now = _BEGIN + timedelta(days=40)
    learned = learn_from(trails, now)
    work: dict[str, Callable[[], object]] = {
        "classified": lambda: [judge_together(read(trail, now, learned.habits(trail))) for trail in trails],
        "judged": lambda: [weigh(trail, now, learned.habits(trail)) for trail in trails],
        "learned from": lambda: learn_from(trails, now),
    }
    rates = {name: [_rate(events, task) for _ in range(rounds)] for name, task in work.items()}
    for name, found in rates.items():
        yield Figure(
            name=f"opens and clicks {name}",
            value=median(found),
            unit="a second of one core",
            at_least=AT_LEAST if name == "classified" else None,
            details={"events": events, "programs": round(events * DISTINCT), "slowest": min(found)},
        )


def _rate(events: int, work: Callable[[], object]) -> float:
    """By the processor's time, so that what else the machine does is not counted."""
    recognise.cache_clear()  # the first meeting with each program counts
    begin = time.process_time()
    work()
    return events / (time.process_time() - begin)


def _history(events: int) -> Sequence[Trail]:
    """So many opens and clicks of emails, each recipient and email with its own."""
    draw = random.Random(events)
    agents = [_PROGRAMS[n % len(_PROGRAMS)].format(n=100 + n) for n in range(max(1, round(events * DISTINCT)))]
    return [_trail(number, agents, draw) for number in range(events // VISITS)]


def _trail(number: int, agents: Sequence[str], draw: random.Random) -> Trail:
    address = f"customer{number // EMAILS}@firm{number // EMAILS // 4}.example"
    recipient = Recipient(address, address)
    sent = _BEGIN + timedelta(minutes=5 * (number % 10_000))
    message = Message(
        message_id=f"m{number}",
        stream="outbound",
        tag=f"kind {number % 3}",
        sent_at=sent,
        recipients=(recipient,),
        track_opens=True,
        track_links="HtmlAndText",
        has_html=True,
    )
    visits = [_visit(number, visit, agents, draw, sent) for visit in range(VISITS)]
    delivery = _event(EventKind.DELIVERY, number, "delivery", sent + timedelta(seconds=4))
    return Trail(message, recipient, (delivery, *sorted(visits, key=lambda event: event.at)))


def _visit(number: int, visit: int, agents: Sequence[str], draw: random.Random, sent: datetime) -> Event:
    kind, owner = draw.choice(_NETWORKS)
    return _event(
        EventKind.OPEN if visit % 2 else EventKind.CLICK,
        number,
        str(visit),
        sent + timedelta(seconds=draw.lognormvariate(7, 2)),
        user_agent=draw.choice(agents),
        network=Network(f"198.51.{draw.randrange(250)}.0/24", kind, owner, "1"),
        link=None if visit % 2 else f"https://portal.alder.example/{visit}",
    )


def _event(
    kind: EventKind,
    number: int,
    name: str,
    at: datetime,
    *,
    user_agent: str | None = None,
    network: Network | None = None,
    link: str | None = None,
) -> Event:
    return Event(
        key=f"{number}/{name}",
        kind=kind,
        at=at,
        source=Source.WEBHOOK,
        message_id=f"m{number}",
        user_agent=user_agent,
        network=network,
        link=link,
    )
