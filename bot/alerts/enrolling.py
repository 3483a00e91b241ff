"""Takes up news: keeps an eye on important emails, and has everything looked at that they may concern."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.alerts.needs import Needs
from bot.rules.matching import fits
from bot.rules.timing import channel_of, due_at
from bot.trails import is_customer
from store import alerts, messages, news, rules, vigils
from store.alert_records import Ending, Rest, Rule, Vigil
from store.records import Message, Recipient

_AT_ONCE = 100
"""Messages of one transaction: few enough that webhooks never wait long behind it."""
_TOLD = frozenset({Rest.SILENT, Rest.FAILED})
_STILL_TRUE = {None, Ending.HANDLED, Ending.CALLED, Ending.NOT_IMPORTANT, Ending.OTHER_CONTACT}
"""Alerts of which a post says how their own email stands: while they are open, and after these ends."""
_Key = tuple[str, str, str]


def enroll(needs: Needs, now: datetime) -> bool:
    """Takes up some of the news; is there perhaps more? Raises ``StoreError``."""
    with needs.database.read() as connection:
        if not news.are_waiting(connection):
            return False
    with needs.database.write() as connection:
        ids = news.take(connection, _AT_ONCE)
        about = messages.load(connection, ids)
        every = rules.every(connection)
        known = vigils.of_messages(connection, ids)
        kept, dropped = _vigils(needs, every, about, known, now)
        vigils.drop(connection, dropped)
        vigils.put(connection, kept)
        watched = {vigil.message_id for vigil in known}
        needs.want(connection, {vigil.message_id for vigil in kept} - watched, now)
        numbers = [number for message in about for number in message.references]
        shown = {alert.key for alert in alerts.of_messages(connection, ids) if alert.ending in _STILL_TRUE}
        alerts.look_soon(connection, shown.union(alerts.open_of_references(connection, numbers)), now)
        for wake in needs.wakes:
            wake(connection, about, now)
    return len(ids) >= _AT_ONCE


def _vigils(
    needs: Needs, every: Sequence[Rule], about: Iterable[Message], known: Iterable[Vigil], now: datetime
) -> tuple[list[Vigil], list[_Key]]:
    """The vigils to keep over these messages, and those to drop."""
    of_trail: dict[tuple[str, str], dict[str, Vigil]] = defaultdict(dict)
    for vigil in known:
        of_trail[vigil.message_id, vigil.recipient_key][vigil.rule_id] = vigil
    kept: list[Vigil] = []
    dropped: list[_Key] = []
    for message in about:
        for recipient in message.recipients:
            if is_customer(recipient, message):
                before = of_trail[message.message_id, recipient.key]
                chosen = _chosen(needs, every, message, recipient, before=before, now=now)
                kept += chosen
                ours = {vigil.rule_id for vigil in chosen}
                dropped += [_key(one) for one in before.values() if one.rule_id not in ours and one.rest not in _TOLD]
    return kept, dropped


def _chosen(
    needs: Needs,
    every: Sequence[Rule],
    message: Message,
    recipient: Recipient,
    *,
    before: Mapping[str, Vigil],
    now: datetime,
) -> list[Vigil]:
    """One vigil for each channel: of the rule that has told of the email already, or else is due first.

    Those of paused rules are kept beside them, until they are resumed.
    """
    of_channel: dict[str, list[Vigil]] = defaultdict(list)
    aside: list[Vigil] = []
    for rule in every:
        channel = channel_of(rule, needs.defaults)
        old = before.get(rule.rule_id)
        began_at = message.sent_at or (old.began_at if old else now)
        holds = rule.since is None or began_at >= rule.since or _is_from_before(old, rule.since)
        if channel and holds and fits(rule, message, recipient):
            due = due_at(rule, began_at, needs.defaults)
            fresh = Vigil(
                rule_id=rule.rule_id,
                message_id=message.message_id,
                recipient_key=recipient.key,
                began_at=began_at,
                due_at=due,
                look_at=now,
            )
            vigil = replace(old, began_at=began_at, due_at=due, look_at=now) if old else fresh
            # A paused rule says nothing, so it must not keep another one from speaking.
            (aside if rule.paused else of_channel[channel]).append(vigil)
    return [*aside, *(min(some, key=_precedence) for some in of_channel.values())]


def _is_from_before(old: Vigil | None, since: datetime) -> bool:
    """Whether a rule kept an eye on it before it was changed to hold from then on: that stays.

    What counted as newer only because nobody knew yet when it went out doesn't.
    """
    return old is not None and old.began_at < since


def _precedence(vigil: Vigil) -> tuple[bool, datetime, str]:
    return vigil.rest not in _TOLD, vigil.due_at, vigil.rule_id


def _key(vigil: Vigil) -> _Key:
    return vigil.rule_id, vigil.message_id, vigil.recipient_key
