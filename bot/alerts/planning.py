"""Looks at the emails that rules keep an eye on, and decides, once, what is to be told."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.alerts import reading
from bot.alerts.deciding import Decision, Look, decide, is_due
from bot.alerts.endings import has_failed
from bot.alerts.keys import notice_key
from bot.alerts.needs import Needs
from bot.alerts.reading import Known, Surroundings
from bot.rules.timing import channel_of
from store import alerts, deeds, notices, rules, vigils
from store.alert_records import Alert, AlertKind, Notice, NoticeKind, Rule, TrailKey, Vigil
from store.records import JudgedTrail

_LONG_DUE = timedelta(days=1)
"""An alert that was due before, because its rule was to hold for earlier mail, counts as due now."""


def plan(needs: Needs, now: datetime) -> bool:
    """Looks at some of what is to be looked at; is there perhaps more? Raises ``StoreError``."""
    with needs.database.read() as connection:
        waiting = vigils.waiting_since(connection)
    if waiting is None or waiting > now:
        return False
    # No two looks have the same end, so that what one of them finds is never noted in the other's name.
    until = now + needs.look_lease + timedelta(microseconds=secrets.randbelow(1_000_000))
    with needs.database.write() as connection:
        taken = vigils.take(connection, now, until=until, limit=needs.batch)
    if not taken:
        return False
    needs.learn(now)
    with needs.database.read() as connection:
        every = {rule.rule_id: rule for rule in rules.every(connection)}
        looks = _looks(needs, connection, every, taken, now)
    decisions = [decide(look, needs.defaults, needs.patience, now, needs.began_at) for look in looks]
    _note(needs, every, decisions, until, now)
    return len(taken) >= needs.batch


def _looks(
    needs: Needs, connection: Connection, every: Mapping[str, Rule], taken: Sequence[Vigil], now: datetime
) -> list[Look]:
    ids = {vigil.message_id for vigil in taken}
    known = reading.read(connection, needs.judge, ids, now)
    told = _told(needs, connection, ids)
    decisive = _decisive(needs, every, taken, known, now)
    around = reading.surroundings(connection, needs.judge, decisive.values(), now)
    handled = deeds.handled_of(connection, {message_id for message_id, _ in decisive}) if decisive else set()
    behind = {server: needs.unchecked_since(server, now) for server in _servers(decisive.values())}
    looks = []
    for vigil in taken:
        key = (vigil.message_id, vigil.recipient_key)
        rule, entry = every.get(vigil.rule_id), known.entries.get(key)
        channel = channel_of(rule, needs.defaults) if rule else None
        looks.append(
            Look(
                vigil=vigil,
                rule=rule if channel else None,
                entry=entry,
                told=told.get((*key, channel or ""), ()),
                around=around.get(key, Surroundings()),
                siblings=known.siblings(entry) if entry else (),
                handled=key in handled,
                unchecked=entry is not None
                and is_unchecked(entry, behind.get(entry.trail.message.server), vigil.due_at),
            )
        )
    return looks


def is_unchecked(entry: JudgedTrail, behind_since: datetime | None, began_at: datetime) -> bool:
    """Whether Postmark may know more of an email than we do. What was asked for since ``began_at`` is known."""
    checked_at = entry.trail.message.checked_at
    return behind_since is not None and (checked_at is None or checked_at < began_at)


def _decisive(
    needs: Needs, every: Mapping[str, Rule], taken: Sequence[Vigil], known: Known, now: datetime
) -> dict[TrailKey, JudgedTrail]:
    """The emails about which something may be told now: only what surrounds these has to be looked at."""
    found = {}
    for vigil in taken:
        key = (vigil.message_id, vigil.recipient_key)
        entry = known.entries.get(key)
        if entry and (has_failed(entry) or is_due(vigil, every.get(vigil.rule_id), needs.defaults, now)):
            found[key] = entry
    return found


def _servers(entries: Iterable[JudgedTrail]) -> set[str | None]:
    return {entry.trail.message.server for entry in entries}


def _told(needs: Needs, connection: Connection, ids: set[str]) -> Mapping[tuple[str, str, str], list[Alert]]:
    """The alerts there are about these messages, by message, recipient and channel."""
    found: dict[tuple[str, str, str], list[Alert]] = defaultdict(list)
    known = alerts.of_messages(connection, ids)
    theirs = rules.load(connection, {alert.rule_id for alert in known})  # rules that were removed have told, too
    for alert in known:
        rule = theirs.get(alert.rule_id)
        channel = channel_of(rule, needs.defaults) if rule else None
        found[alert.message_id, alert.recipient_key, channel or ""].append(alert)
    return found


def _note(
    needs: Needs, every: Mapping[str, Rule], decisions: Sequence[Decision], until: datetime, now: datetime
) -> None:
    """Notes what was found and, in the same transaction, makes the alerts and has them told."""
    with needs.database.write() as connection:
        noted = set(map(id, vigils.note(connection, [one.vigil for one in decisions], taken_until=until)))
        decided = [one for one in decisions if id(one.vigil) in noted]
        telling = [one.alert for one in decided if one.alert]
        made = alerts.put(connection, telling)
        told = [_notice(needs, every[alert.rule_id], alert, now) for alert in telling if alert.key in made]
        notices.put_all(connection, told)
        for one in decided:
            if one.reopened:
                alerts.reopen(connection, one.reopened, now)


def _notice(needs: Needs, rule: Rule, alert: Alert, now: datetime) -> Notice:
    channel = channel_of(rule, needs.defaults)
    assert channel is not None  # noqa: S101 - for the type checker: a rule without one decides nothing
    return Notice(
        key=notice_key(NoticeKind.ALERT, alert.key),
        kind=NoticeKind.ALERT,
        channel=channel,
        about=alert.key,
        due_at=alert.began_at if now - alert.began_at < _LONG_DUE else now,
        group=alert.group if alert.kind is AlertKind.FAILED else "",
        not_before=now,
    )
