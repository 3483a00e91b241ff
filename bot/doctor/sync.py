"""Whether Seen keeps up with Postmark: its sweeps, what they could not read, and webhooks that don't come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from bot import keeping_up
from bot.clock import count
from bot.doctor.checks import Check, advice, fault, well
from store.syncing import Coverage, Standing

_AREA = "sync"


def examine(
    standings: Sequence[Standing],
    coverages: Mapping[str, Sequence[Coverage]],
    *,
    heard_at: datetime | None,
    takes_webhooks: bool,
    now: datetime,
) -> Iterator[Check]:
    """The checks of each server, and one of all webhooks where they are let in."""
    for standing in standings:
        yield _sweeps(standing, now)
        yield from _cuts(standing.server, coverages.get(standing.server, ()))
    silent = keeping_up.silent_since(standings, heard_at=heard_at, now=now) if takes_webhooks else None
    if silent is not None:
        last = f"the last webhook came {_said(heard_at)}" if heard_at else "no webhook has come yet"
        yield fault(
            "webhooks",
            f"{last.capitalize()}, although sync found newer events, the first of {_said(silent)}.",
            "See whether Postmark reaches this service, and what Postmark's page says of the webhook's last tries.",
        )


def _sweeps(standing: Standing, now: datetime) -> Check:
    server = f"server “{standing.server}”"
    if standing.trouble is not None:
        since = f" since {_said(standing.trouble_since)}" if standing.trouble_since else ""
        return fault(
            _AREA, f"Postmark's lists of {server} can't be fetched{since}.", f"The last failure was: {standing.trouble}"
        )
    if standing.swept_at is None:
        return advice(
            _AREA,
            f"Postmark's lists of {server} were never fetched.",
            "Start `seen serve`, which keeps in step, or run `seen sync` for the last weeks.",
        )
    if keeping_up.stalled([standing], began_at=None, now=now):
        ago = now - standing.swept_at
        days, hours = ago.days, ago // timedelta(hours=1)
        how_long = count(days, "day") if days else count(hours, "hour")
        return fault(
            _AREA,
            f"Postmark's lists of {server} were last fetched {how_long} ago.",
            "See whether `seen serve` runs; while it does, it fetches them every few minutes.",
        )
    return well(_AREA, f"Postmark's lists of {server} were fetched {_said(standing.swept_at)}.")


def _cuts(server: str, lists: Sequence[Coverage]) -> Iterator[Check]:
    for coverage in lists:
        if coverage.cut_at is not None:
            yield advice(
                _AREA,
                f"The list of {coverage.listing} of server “{server}” did not reach behind {_said(coverage.cut_at)}.",
                "Nothing needs to be done: emails somebody asks about are looked up one by one.",
            )


def _said(at: datetime) -> str:
    return f"{at:%d %b, %H:%M} UTC"
