"""Words from outside can be anything: they are shown as they are, and nothing in them is obeyed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import advice, evidence
from bot.evidence.codes import Cause, Sign
from bot.replies import blocks
from bot.replies.blocks import What
from store.alert_records import AlertKind, Ending, Rule
from store.records import (
    Delivery,
    DeliveryState,
    EventKind,
    Finding,
    JudgedTrail,
    NotUnderstood,
    Reason,
    Recipient,
    Role,
    SubjectKind,
)
from tests.replies import situations
from tests.replies.blocks import alerting, shown, watched
from tests.replies.blocks.checking import check_message, check_view, nodes, texts
from tests.replies.situations import COMPANY, NOW, OFFICE, asked, at, email, event, judged, why

HOSTILE = {
    "mentions": "<!channel> <!here> <!everyone> <@U0BOSS> <!subteam^S0ALL> @channel @everyone",
    "links": "<https://evil.example|Your bank> <mailto:a@evil.example|you> https://evil.example/x?a=1&b=2",
    "markup": "*bold* _italic_ ~struck~ `code` ```block``` > quote\n> more\n• point\n# title | a | b |",
    "emoji codes": ":rotating_light: :white_check_mark: Seen. :tada:",
    "dates": "<!date^0^{date_long} {ago}|never> {time} {date_short_pretty}",
    "entities": "&lt;!channel&gt; &amp;lt; &#60;!here&#62; & < >",
    "directions": "\u202eelpmaxe@airam\u202c \u2066left\u2069 \u200fright\u200e \ufeff\u200b",
    "marks of our own": "\ue000n1764000000\ue001 \ue000x\ue001 \ue000j99999999999\ue001",
    "controls": "a\x00b\x07c\x1b[31md\r\ne\u2028f\u0085g",
    "long": "Rechnung " * 1200,
    "long without a blank": "&" * 10_000,
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈" * 300 + "👍🏽",
    "accents": "Z\u0335\u0321\u031b" * 50 + "a" + "\u0301" * 200,
    "other scripts": "عميل מריה Мария 顧客 ｍａｒｉａ",
    "nothing": "",
    "blanks": " \t\n ",
}
_OWN_MARKUP = re.compile(r"<!date\^\d+\^[^<>|]+\|[^<>|]+>|<@U0ROSA>")
_ELEMENTS = {"text", "date", "emoji", "user", "usergroup"}


def hostile_trails(word: str) -> list[JudgedTrail]:
    """The word in every place where a stranger's words can stand."""
    message = email(subject=word, tag=word, metadata={"job_id": word, word[:40]: word}, references=(word,), sender=word)
    address = f"{word}@example.com"
    recipient = Recipient(address, address.lower(), word, Role.TO)
    note = event(EventKind.HANDLED, at("09:50"), note=word)
    opened = event(EventKind.OPEN, at("09:00"), client=word, user_agent=word)
    bounce = event(EventKind.BOUNCE, at("08:01"), detail=word)
    held = event(EventKind.SUPPRESSION, at("08:00"), reason=word, origin=word)
    failed = Delivery(DeliveryState.BOUNCED, at("08:01"), word, permanent=True, code=word)
    facts = dict.fromkeys(("vendor", "client", "network", "link", "note", "kind", "reference", "detail"), word)

    def told(*signs: Sign) -> tuple[Reason, ...]:
        return tuple(Reason(sign, at("09:00"), facts=facts) for sign in signs)

    made = [
        judged(
            Finding.NOT_DELIVERED,
            message=message,
            recipient=recipient,
            delivery=failed,
            events=(bounce,),
            address_events=(held,),
            reasons=(why(Sign.FAILED, at("08:01"), cause=word, detail=word),),
        ),
        judged(
            Finding.SEEN,
            message=message,
            recipient=recipient,
            events=(note, opened),
            reasons=told(Sign.PERSON_CLICK, Sign.PORTAL_VISIT),
            automatic=told(Sign.SCANNER_CLICK, Sign.SCRIPT_OPEN),
            unclear=told(Sign.SOMEBODY, Sign.HANDLED),
        ),
        judged(Finding.NO_SIGN, message=message, recipient=recipient, reasons=(why(word, at("09:00")),)),  # type: ignore[arg-type]
    ]
    blocked = Delivery(DeliveryState.SUPPRESSED, at("08:01"), word, permanent=True, code=Cause.BOUNCED_BEFORE)
    trail = replace(made[0].trail, message=replace(message, message_id=word or "x"))
    verdict = replace(made[0].verdict, delivery=blocked)
    step = advice.next_step(trail, verdict, NOW, OFFICE, company=word or COMPANY)
    return [*made, JudgedTrail(trail, verdict, replace(step, code="unblock"))]


def everything_with(word: str) -> tuple[list[blocks.Reply], list[blocks.Block]]:
    """Every message and every view that can hold the word."""
    trails = hostile_trails(word)
    others = [
        replace(trail, trail=replace(trail.trail, message=replace(trail.trail.message, message_id=f"{number}")))
        for number in range(60)
        for trail in trails[:1]
    ]
    question = asked((SubjectKind.NAME, word), document=word, subject_words=word)
    answers = [
        situations.answer(*trails, *others, more=9, question=question),
        situations.answer(trails[0], question=question),
        situations.answer(question=question, candidates=[f"{word} <{n}@example.com>" for n in range(12)]),
        situations.answer(question=question, suggestions=[word or "x"] * 5),
    ]
    deeds = shown.deed_on(trails[0], What.NOT_UNBLOCKED, word)
    replies = [
        blocks.answer(shown.asking(answer, word), now=NOW, rows=99, deeds=deeds, shared_by=shared)
        for answer in answers
        for shared in (None, shown.ROSA)
    ]
    replies += [
        blocks.looking(shown.asking(answers[0], word).question),
        blocks.not_understood(NotUnderstood(word, word, word)),
        blocks.ask_subject([word] * 9),
        blocks.trouble(word),
        blocks.refusal(blocks.Refusal.CANNOT_CHECK, scope=word, what=word),
        *alerts_with(word, trails),
        *watches_with(word, trails),
    ]
    views = [
        *(blocks.why_modal(trail, now=NOW, weighing=evidence.lay_out(trail.trail, NOW)) for trail in trails),
        blocks.draft_modal(replace(trails[0], next_step=replace(trails[0].next_step, draft=word or "x")), now=NOW),
        blocks.handled_modal(trails[0]),
        blocks.form_modal(question=word, error=word),
        blocks.notice_modal(word, [word]),
        *(
            window
            for trail in trails
            for one in [alerting.view(trail, rule=Rule(rule_id="x", name=word))]
            for window in (blocks.alert_modal(one, now=NOW), blocks.snooze_modal(one, now=NOW, usual=NOW))
        ),
        blocks.home(
            blocks.HomeView(
                questions=[blocks.Asked(word, NOW)] * 9,
                pages=3,
                page=1,
                now=NOW,
                watches=[blocks.Watched(watched.watch(question=word), trails)] * 9,
                alerts=[alerting.view(trail) for trail in trails],
                open_alerts=9,
                connections=[blocks.Connection(word, word)] * 30,
                settings=[(word, word)] * 30,
            )
        ),
    ]
    return replies, views


def alerts_with(word: str, trails: Sequence[JudgedTrail]) -> list[blocks.Reply]:
    """Every alert that can hold the word, as far as it stands: open, over in every way, and many at once."""
    rule = Rule(rule_id=word or "x", name=word, again_at_most=3)
    views = [
        alerting.view(trail, kind, rule=rule, mention=word, group=word, ending=ending, ending_note=word, **more)
        for trail in trails
        for kind in AlertKind
        for ending in (None, *Ending)
        for more in ({}, {"other": trails[1], "newer": trails[1], "ended_by": shown.ROSA, "ended_at": NOW})
    ]
    failed = [view for view in views if view.alert.kind is AlertKind.FAILED and view.alert.is_open]
    details = (blocks.detail(view, now=NOW) for view in views)
    return [
        *(told for view in views for told in (blocks.alert(view, now=NOW), blocks.escalation(view, now=NOW))),
        *(blocks.reminder(view, now=NOW) for view in views[:4]),
        *(told for told in details if told),
        blocks.together(failed, now=NOW),
        blocks.together(views, now=NOW),
        blocks.together([view for view in views if not view.alert.is_open], now=NOW),
        blocks.open_alerts(views, now=NOW, total=999),
        *(blocks.already_over(view, now=NOW) for view in views),
    ]


def watches_with(word: str, trails: Sequence[JudgedTrail]) -> list[blocks.Reply]:
    """Everything about watches that can hold the word."""
    watch = watched.watch(question=word, who=word, thread=word, channel=word)
    one = blocks.Watched(watch, trails)
    return [
        blocks.watching(one, now=NOW, in_open=True),
        *(blocks.watching(blocks.Watched(watch, [trail]), now=NOW) for trail in trails),
        *(blocks.nothing_to_wait_for(trail, now=NOW, question=word) for trail in trails),
        *(blocks.watch_told(one, now=NOW, entry=trail, in_open=True) for trail in (*trails, None)),
        blocks.unwatched(one),
        blocks.not_watched(word),
        blocks.watches([one, blocks.Watched(watch)] * 30, now=NOW),
    ]


def nothing_is_interpreted(shown_blocks: Sequence[dict[str, Any]]) -> None:
    for kind, node in nodes(list(shown_blocks)):
        if kind == "mrkdwn":
            assert not re.search(r"[<>]", _OWN_MARKUP.sub("", node["text"])), node
            assert "evil" not in node["text"]
        elif kind == "plain_text":
            assert node["emoji"] is False
        elif kind in {"rich_text_section", "rich_text_quote", "rich_text_preformatted"}:
            assert {part["type"] for part in node["elements"]} <= _ELEMENTS
        elif kind == "user":
            assert node["user_id"] == shown.ROSA
    for text in texts(shown_blocks):
        nothing_hidden(text)


def nothing_hidden(text: str) -> None:
    hidden = [c for c in text if unicodedata.category(c)[0] == "C" and c not in {"\n", "\u200d"}]
    assert not hidden, (hidden, text)


@pytest.mark.parametrize("kind", HOSTILE)
def test_foreign_words_are_only_shown(kind: str) -> None:
    """Whatever a subject, name, tag or bounce text holds: no mention, no link, no limit broken."""
    all_is_safe(HOSTILE[kind])


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=400))
def test_any_words_are_only_shown(word: str) -> None:
    """The same for any words at all."""
    all_is_safe(word)


def all_is_safe(word: str) -> None:
    replies, views = everything_with(word)
    for reply in replies:
        check_message(reply.blocks, reply.text)
        nothing_is_interpreted(reply.blocks)
        assert not re.search(r"[<>]", _OWN_MARKUP.sub("", reply.text))
        assert not re.search(r"&(?!amp;|lt;|gt;)", reply.text)
        nothing_hidden(reply.text)
    for view in views:
        check_view(view)
        nothing_is_interpreted(view["blocks"])


def test_foreign_words_stay_readable() -> None:
    """A subject with markup in it is shown letter by letter, not swallowed."""
    subject = "Fish & <Chips> *now*"
    trail = judged(Finding.NO_SIGN, message=email(subject=subject, tag=None, metadata={}, references=()))
    reply = blocks.answer(situations.answer(trail), now=NOW)
    assert subject in "".join(texts(reply.blocks))
    assert "Fish &amp; &lt;Chips&gt; *now*" in reply.text
