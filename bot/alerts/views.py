"""Gathers all there is to say of alerts: their rules, their emails as they stand now, and what ended them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.alerts import reading
from bot.alerts.endings import Over, is_over
from bot.alerts.needs import Needs
from bot.alerts.planning import is_unchecked
from bot.alerts.reading import Known, Surroundings
from bot.replies.alert_view import AlertView
from bot.replies.blocks.deeds import Deed, What
from store import alerts, deeds, rules
from store.alert_records import Alert, Ending, Rule, TrailKey
from store.deeds import Did
from store.records import JudgedTrail
from store.storable import digest

_DID = {Did.UNBLOCKED: What.UNBLOCKED, Did.NOT_UNBLOCKED: What.NOT_UNBLOCKED}


@dataclass(frozen=True, slots=True)
class Seen:
    """An alert as it stands, and why it is needless, if it is."""

    view: AlertView
    over: Over | None
    """Set only while the alert is open."""
    speaks: bool
    """Whether its rule still does: it is neither paused nor removed."""


def look(needs: Needs, connection: Connection, keys: Collection[str], now: datetime) -> dict[str, Seen]:
    """These alerts with their emails; what is gone is left out."""
    known = alerts.load(connection, keys)
    theirs = rules.load(connection, {alert.rule_id for alert in known.values()})
    speaking = {rule.rule_id for rule in rules.active(connection, theirs)}
    entries = reading.read(connection, needs.judge, {alert.message_id for alert in known.values()}, now)
    about = [entry for alert in known.values() if (entry := entries.entries.get(_trail(alert)))]
    around = reading.surroundings(connection, needs.judge, about, now)
    more = _named(needs, connection, known.values(), now)
    done = _done(connection, [_trail(alert) for alert in known.values()])
    found = {}
    for alert in known.values():
        rule, entry = theirs.get(alert.rule_id), entries.entries.get(_trail(alert))
        if entry is not None:
            rule = rule or Rule(rule_id=alert.rule_id, name="")
            near = around.get(_trail(alert), Surroundings())
            siblings = entries.siblings(entry)
            over = is_over(alert.kind, rule, entry, near, siblings, since=alert.began_at) if alert.is_open else None
            view = AlertView(
                alert=alert,
                rule=rule,
                entry=entry,
                siblings=siblings,
                other=_other(alert, [*siblings, *near.others]),
                newer=more.get(alert.ending_note or "") if alert.ending is Ending.REPLACED else None,
                done=done.get(_trail(alert), ()),
                unchecked_since=_unchecked_since(needs, alert, entry, now),
            )
            found[alert.key] = Seen(view, over, alert.rule_id in speaking)
    return found


def _trail(alert: Alert) -> TrailKey:
    return alert.message_id, alert.recipient_key


def _other(alert: Alert, others: Iterable[JudgedTrail]) -> JudgedTrail | None:
    """The other contact that the ending names."""
    if alert.ending is not Ending.OTHER_CONTACT:
        return None
    return next((one for one in others if one.trail.recipient.key == alert.ending_note), None)


def _named(needs: Needs, connection: Connection, known: Iterable[Alert], now: datetime) -> dict[str, JudgedTrail]:
    """The newer emails that endings name, one trail of each."""
    ids = {alert.ending_note for alert in known if alert.ending is Ending.REPLACED and alert.ending_note}
    newer: Known = reading.read(connection, needs.judge, ids, now)
    return {entry.trail.message.message_id: entry for entry in newer.entries.values()}


def _done(connection: Connection, trails: Sequence[TrailKey]) -> Mapping[TrailKey, list[Deed]]:
    found: dict[TrailKey, list[Deed]] = {}
    for one in deeds.of_trails(connection, trails):
        if one.what in _DID:
            deed = Deed(what=_DID[one.what], who=one.who, at=one.at, note=one.note)
            found.setdefault((one.message_id, one.recipient_key), []).append(deed)
    return found


def _unchecked_since(needs: Needs, alert: Alert, entry: JudgedTrail, now: datetime) -> datetime | None:
    if not alert.is_open:
        return None
    behind = needs.unchecked_since(entry.trail.message.server, now)
    return behind if is_unchecked(entry, behind, alert.began_at) else None


def mark_of(views: Iterable[AlertView]) -> str:
    """What a post of these alerts shows, in a short mark that changes when the post would read otherwise.

    It is made of what is known, not of the words: those change with the time of day.
    """
    return digest("\n".join(sorted(map(_state, views))))[:16]


def _state(view: AlertView) -> str:
    alert, verdict = view.alert, view.entry.verdict
    said = (*verdict.reasons, *verdict.automatic, *verdict.unclear)
    state = (
        alert.key, alert.ending, alert.ended_at, alert.ended_by, alert.ending_note, alert.snoozed_until,
        alert.snoozed_by, verdict.finding, verdict.delivery.state, verdict.delivery.at, verdict.delivery.code,
        sorted({(reason.code, reason.at) for reason in said}, key=str),
        view.entry.next_step.code, view.unchecked_since is not None,
        [(deed.what, deed.who, deed.at) for deed in view.done],
    )  # fmt: skip
    return repr(state)
