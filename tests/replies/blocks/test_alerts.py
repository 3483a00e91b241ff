"""What alerts say, and what stands under them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.replies import blocks
from bot.replies.blocks import Block, Reply
from bot.replies.blocks.actions import Action, Snooze, decode, mark_of
from store.alert_records import AlertKind, Ending
from tests.replies.blocks import alerting
from tests.replies.blocks.alerting import GROUP, OWNER, ROSA, burst, ended, many, silent, view
from tests.replies.blocks.checking import nodes, texts
from tests.replies.situations import NOW, SITUATIONS, at

MESSAGES = alerting.messages()


def buttons(reply: Reply) -> list[str]:
    """The labels of a reply's buttons and menus, in order; the lines of the menu behind them last."""
    found = [element for block in reply.blocks if block["type"] == "actions" for element in block["elements"]]
    labels = [
        element["placeholder"]["text"] if element["type"] == "static_select" else element["text"]["text"]
        for element in found
        if element["type"] != "overflow"
    ]
    menus = [element for element in found if element["type"] == "overflow"]
    return [*labels, *(option["text"]["text"] for menu in menus for option in menu["options"])]


def mentions(reply: Reply) -> set[str]:
    """Whom a reply names by id."""
    kinds = {"user": "user_id", "usergroup": "usergroup_id"}
    return {node[kinds[kind]] for kind, node in nodes(list(reply.blocks)) if kind in kinds}


def menu(reply: Reply, action: Action) -> list[Block]:
    """The choices of one of its menus."""
    found = (node for _, node in nodes(list(reply.blocks)) if node.get("action_id") == action)
    return [option for node in found for option in node["options"]]


def test_an_alert_says_who_what_since_when_and_what_to_do() -> None:
    """The first sentence names customer, email and time; then why, how sure, and one next step."""
    lines = blocks.alert(view(silent()), now=NOW).text.splitlines()
    assert lines[0].startswith("No reliable sign for 3 days. The quote for job 1042 reached Maria Lopez on 20 Nov 2026")
    assert lines[1:] == [
        "In a mailbox like this a look nearly always shows, and none has.",
        "It is very unlikely that somebody has looked at it.",
        "Next: Call or text Maria; it may have gone to spam.",
    ]


def test_what_can_be_done_stands_under_it() -> None:
    """Called, Handled, Snooze and the draft are one press away, the rest in the menu; one button is the foremost."""
    reply = blocks.alert(view(silent()), now=NOW)
    assert buttons(reply) == ["Called", "Handled", "Snooze …", "Copy draft", "Why?", "Watch", "Not important"]
    assert sum(node.get("style") == "primary" for _, node in nodes(list(reply.blocks))) == 1
    assert [decode(option["value"]).number for option in menu(reply, Action.ALERT_SNOOZE)] == list(Snooze)  # type: ignore[union-attr]


def test_buttons_know_their_alert() -> None:
    """Every button remembers which alert it is of, without an address in it."""
    made = view(silent())
    for _, node in nodes(list(blocks.alert(made, now=NOW).blocks)):
        if "value" in node:
            value = decode(node["value"])
            assert value is not None
            assert (value.message_id, value.about) == (made.alert.message_id, mark_of(made.alert.key))
            assert "@" not in node["value"]


@pytest.mark.parametrize("whom", [OWNER, GROUP])
def test_only_who_is_to_be_mentioned_is(whom: str) -> None:
    """An alert mentions whom it is told to, and nobody where it is told nobody, as in every change of the post."""
    assert mentions(blocks.alert(view(silent(), mention=whom), now=NOW)) == {whom}
    assert mentions(blocks.alert(view(silent()), now=NOW)) == set()
    assert mentions(blocks.reminder(view(silent(), mention=whom), now=NOW)) == set()
    assert mentions(blocks.together([view(silent(), mention=whom)] * 2, now=NOW)) == {whom}


@pytest.mark.parametrize("name", ["can't tell", "plain text", "hides opens"])
def test_where_no_sign_can_come_silence_is_no_sign_of_anything(name: str) -> None:
    """Where a look would leave no trace, the alert says so, and never that nobody looked."""
    text = MESSAGES[f"alert: {name}"].text
    assert "Its silence says nothing" in text or "may well have looked at it without a trace" in text
    assert "unlikely" not in text
    assert "unopened" not in text


def test_an_alert_does_not_ask_to_wait() -> None:
    """When a rule's time is up before most people look, the alert says what to do now, and until when to hope."""
    text = MESSAGES["alert: Apple"].text
    assert "Next: If it can't wait, call Maria. A sign may still come: many take until " in text
    assert "Wait until" not in text
    assert "Press “Watch”" not in text


def test_an_alert_gives_three_reasons_at_most() -> None:
    """What the silence comes to counts among the reasons."""
    three = replace(
        silent(), verdict=replace(silent().verdict, reasons=SITUATIONS["links were off"].verdict.reasons * 2)
    )
    shown = [node for kind, node in nodes(list(blocks.alert(view(three), now=NOW).blocks)) if kind == "rich_text_list"]
    assert len(shown[0]["elements"]) <= 3


def test_no_alert_says_what_nobody_can_know() -> None:
    """No alert, in any state, says "read", "not seen" or "ignored"."""
    for name, reply in MESSAGES.items():
        said = " ".join([reply.text, *texts(reply.blocks)]).lower()
        assert not re.search(r"\bread\b|\bunread\b|not seen|unseen|ignored|unopened", said), name


def test_the_notification_says_it_all() -> None:
    """Every sentence of an alert stands in its text, too, for who sees no blocks."""
    for name in ("alert", "alert: unchecked", "alert: snoozed", "alert: handled", "alerts: a burst", "alerts: many"):
        reply = MESSAGES[name]
        shown = {
            text.strip(" .:") for text in texts([b for b in reply.blocks if b["type"] not in {"actions", "context"}])
        }
        missing = [text for text in shown if len(text) > 12 and text not in reply.text]
        assert set(missing) <= {"How it stands"}, (name, missing)


# ── Over ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("ending", Ending)
def test_an_alert_that_is_over_is_calm(ending: Ending) -> None:
    """However an alert ended, it says so in two lines at most, with no button but Undo."""
    for entry in (SITUATIONS["opened by a person"], silent()):
        reply = blocks.alert(ended(entry, ending, ROSA), now=NOW)
        assert len(reply.text.splitlines()) <= 2
        assert set(buttons(reply)) <= {"Undo"}


def test_what_a_colleague_did_can_be_undone() -> None:
    """Handled, called and "not important" name who did it, and can be undone; what the customer did can't."""
    for ending in (Ending.HANDLED, Ending.CALLED, Ending.NOT_IMPORTANT):
        reply = blocks.alert(ended(silent(), ending, ROSA), now=NOW)
        assert mentions(reply) == {ROSA}
        assert buttons(reply) == ["Undo"]
    assert buttons(blocks.alert(ended(SITUATIONS["opened by a person"], Ending.SEEN), now=NOW)) == []
    assert buttons(blocks.alert(ended(silent(), Ending.HANDLED, None, "booked"), now=NOW)) == []


def test_why_it_is_over() -> None:
    """The other contact is named, and so is the newer email that took an older one's place."""
    assert "Tom Reed opened the quote" in MESSAGES["alert: other contact"].text
    assert "A newer email took its place" in MESSAGES["alert: replaced"].text
    assert "opened the quote for job 1042" in MESSAGES["alert: seen"].text
    assert "called her, she looks tonight" in MESSAGES["alert: handled"].text


# ── While it is open ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_snooze_says_by_whom_and_until_when() -> None:
    """A snoozed alert says who snoozed it until when, and can be woken; once the time has come, it doesn't any more."""
    snoozed = view(silent(), snoozed_until=at("2026-11-24 09:00"), snoozed_by=ROSA)
    reply = blocks.alert(snoozed, now=NOW)
    assert "Snoozed by <@U0ROSA>. I'll come back to it on 24 Nov 2026 at 09:00 UTC" in reply.text
    assert "End snooze" in buttons(reply)
    later = blocks.alert(snoozed, now=at("2026-11-24 09:00"))
    assert "Snoozed" not in later.text
    assert "Snooze …" in buttons(later)


def test_what_we_could_not_find_out_is_said() -> None:
    """When Postmark couldn't be asked, or the owner has left, the second and third lines say so."""
    lines = MESSAGES["alert: unchecked"].text.splitlines()
    assert lines[1].startswith("I haven't been able to ask Postmark since 09:40 UTC on 23 Nov 2026")
    assert lines[2].startswith("The colleague this email names isn't in this workspace any more")


def test_an_automatic_reply_is_shown_and_not_counted() -> None:
    """An out-of-office answer is told, with until when if it says so, and is no sign that somebody looked."""
    text = MESSAGES["alert: out of office"].text
    assert text.startswith("No reliable sign")
    assert "An automatic reply says: away “until 3 December”." in text


def test_a_failure_offers_what_mends_it() -> None:
    """A failure says what refused it and what to do; a blocked address can be unblocked there; nothing to watch."""
    refused = MESSAGES["alert: failed"]
    assert "did you mean tom.reed@gmail.com?" in refused.text
    assert "Watch" not in buttons(refused)
    assert "Unblock address" in buttons(MESSAGES["alert: suppressed"])
    unblocked = MESSAGES["alert: suppressed, unblocked"]
    assert "Unblock address" not in buttons(unblocked)
    assert "Address unblocked by <@U0ROSA>" in unblocked.text


def test_a_reminder_and_an_escalation() -> None:
    """A reminder says which it is of how many; an escalation that nobody has taken it up, with the same buttons."""
    assert MESSAGES["alert: reminder"].text.startswith("Reminder 1 of 2: No reliable sign for 3 days.")
    assert "Open since 17:00 UTC on 20 Nov 2026, and nobody has taken it up yet." in MESSAGES["alert: escalation"].text
    assert buttons(MESSAGES["alert: escalation"]) == buttons(MESSAGES["alert"])
    over = blocks.escalation(ended(silent(), Ending.CALLED, ROSA), now=NOW)
    assert over.text == blocks.alert(ended(silent(), Ending.CALLED, ROSA), now=NOW).text


def test_the_one_detail() -> None:
    """The thread gets the strongest sign of what the customer did; what colleagues did needs no word there."""
    told = blocks.detail(ended(SITUATIONS["person clicked"], Ending.SEEN), now=NOW)
    assert told is not None
    assert "Safari on iPhone" in told.text
    assert blocks.detail(ended(silent(), Ending.HANDLED, ROSA), now=NOW) is None
    assert blocks.detail(view(silent()), now=NOW) is None
    away = blocks.detail(view(alerting.away()), now=NOW)
    assert away is not None
    assert "An automatic reply says: away “until 3 December”." in away.text
    assert "no reliable sign" in away.text


# ── Many at once ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_burst_is_one_message() -> None:
    """The same failure many times over is told as one: how many, where, since when, why, and what to do about it."""
    text = MESSAGES["alerts: a burst"].text
    assert text.startswith("4 emails to acme.example were refused since 09:10 UTC on 23 Nov 2026.")
    assert "The mail server of acme.example said: “rejected by policy”." in text
    alone = blocks.together(burst(1), now=NOW)
    assert alone.text.startswith("1 email to acme.example was refused since")


def test_many_alerts_are_a_table_that_says_what_it_leaves_out() -> None:
    """Many alerts at once are counted and listed, the rest counted; each can be opened from there."""
    few, very_many = MESSAGES["alerts: many"], MESSAGES["alerts: very many"]
    assert few.text.startswith("7 important emails need a look: 6 without a reliable sign and 1 that did not arrive.")
    assert len(menu(few, Action.ALERT_OPEN)) == 7
    (table,) = (block for block in very_many.blocks if block["type"] == "table")
    rows = len(table["rows"]) - 1
    assert f"{121 - rows} further emails left out here" in "".join(texts(very_many.blocks))


def test_many_alerts_that_are_over() -> None:
    """As they are settled one by one, the message counts those; once all are, a line is left."""
    assert "The other 2 are settled." in MESSAGES["alerts: some settled"].text
    assert MESSAGES["alerts: all settled"].text == "All 7 important emails of this message are settled: 7 handled."
    mixed = [
        replace(one, alert=replace(one.alert, ending=ending, ended_at=NOW))
        for one, ending in zip(many(2), (Ending.SEEN, Ending.SEEN, Ending.CALLED), strict=True)
    ]
    assert blocks.together(mixed, now=NOW).text.endswith("are settled: 2 seen, 1 called.")
    assert len(mixed[0].alert.key.split("|")) == 4
    assert mixed[2].alert.kind is AlertKind.FAILED
