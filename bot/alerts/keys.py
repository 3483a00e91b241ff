"""The names under which alerts and what is said of them exist once."""

from __future__ import annotations

from store.alert_records import AlertKind, NoticeKind, TrailKey
from store.storable import digest, indexable


def alert_key(rule_id: str, trail: TrailKey, kind: AlertKind) -> str:
    """There is one alert of a kind for a rule and an email to somebody, ever."""
    return indexable("|".join((rule_id, *trail, kind)))


def notice_key(kind: NoticeKind, about: str, which: str = "") -> str:
    """There is one notice of a kind about an alert and, where there can be several, of that name.

    It is short, because Slack keeps the keys of all that a post tells of.
    """
    return f"{kind}:{digest(f'{about}|{which}')[:24]}"
