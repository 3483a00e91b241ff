from __future__ import annotations

import re

import pytest

from bot.clock import ZoneClock
from bot.evidence.codes import Sign
from bot.replies import blocks, words
from bot.replies.blocks import Refusal
from store.records import Finding, NotUnderstood
from tests.replies.blocks import shown
from tests.replies.blocks.checking import check, nodes, texts
from tests.replies.situations import NOW, SITUATIONS, ZONE, at, judged, why

MESSAGES = shown.messages()
_TIMES = re.compile(
    r"(?:on )?\d{1,2} \w{3} \d{4}(?:(?: at)? \d\d:\d\d UTC)?"  # Slack's, where it can't say more
    r"|\d\d:\d\d (?:UTC on \d{1,2} \w{3} \d{4}|today)"
    r"|(?:today|yesterday|tomorrow|on \d+ \w{3}(?: \d{4})?|on \w+day)(?: at \d\d:\d\d)?(?: \([^)]* ago\))?"
)


_TOLD = {"text", "date"}


def without_times(text: str) -> str:
    return _TIMES.sub("…", text)


@pytest.mark.parametrize("name", SITUATIONS)
def test_slack_says_what_every_surface_says(name: str) -> None:
    """Headline, reasons and next step are those of the terminal, word for word; only times are said Slack's way."""
    told = words.tell(SITUATIONS[name], ZoneClock(NOW, ZONE))
    wanted = [
        told.headline.text,
        *told.why,
        *told.machines,
        *told.office,
        *told.unclear,
        SITUATIONS[name].next_step.text,
    ]
    shown_text = without_times("".join(texts(MESSAGES[name].blocks)))
    for sentence in wanted:
        assert without_times(sentence).replace("`", "") in shown_text


@pytest.mark.parametrize(
    ("now", "office", "slack"),
    [
        ("10:15", "until tomorrow at 08:00;", "until {time} {date_short_pretty};"),
        ("2026-11-27 19:00", "Maria on Monday at 08:00", "Maria on {date_short} at {time}"),
    ],
)
def test_what_to_do_when_is_said_in_the_readers_zone(now: str, office: str, slack: str) -> None:
    """A time in the advice is the office's on the command line, and in Slack each reader's own."""
    moment = at(now)
    entry = judged(Finding.NO_SIGN, now=moment, reasons=(why(Sign.SILENCE, weight=-1, chance="80"),))
    assert office in entry.next_step.text
    reply = blocks.answer(shown.of(entry), now=moment)
    told = "".join(str(node.get("text") or node["format"]) for kind, node in nodes(reply.blocks) if kind in _TOLD)
    assert slack in told
    assert "08:00" not in told


@pytest.mark.parametrize(("name", "sign"), [("silent for two hours", "opens it"), ("plain text", "clicks it")])
def test_a_watch_promises_only_what_can_show(name: str, sign: str) -> None:
    """The offer to watch speaks of an open only where an open could be noticed."""
    assert f"I'll tell you if somebody {sign}." in MESSAGES[name].text


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_notification_says_it_all(name: str) -> None:
    """A message's own text holds the state in words, the reasons and the next step, for who sees no blocks."""
    text, told = MESSAGES[name].text, words.tell(SITUATIONS[name], ZoneClock(NOW, ZONE))
    assert text.startswith(f"{told.headline.label}. ")
    assert "\nNext: " in text
    assert len(text.splitlines()) >= 2 + len(told.why) + len(told.machines)


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_state_stands_in_words(name: str) -> None:
    """How it stands is said in bold words right behind the emoji, never by the emoji alone."""
    elements = MESSAGES[name].blocks[0]["elements"][0]["elements"]
    label = words.tell(SITUATIONS[name], ZoneClock(NOW, ZONE)).headline.label
    assert elements[0]["type"] == "emoji"
    assert elements[1] == {"type": "text", "text": f" {label}. ", "style": {"bold": True}}


def test_trouble_with_postmark_stands_right_below_the_headline() -> None:
    """When Postmark could not be asked, the reader learns it in the second line."""
    reply = MESSAGES["Postmark down"]
    assert reply.text.splitlines()[1].startswith("Postmark isn't answering now, so this is as I knew it")
    assert reply.blocks[0]["elements"][1]["type"] == "rich_text_quote"
    assert "From my own records" in "".join(texts(reply.blocks[-1:]))


def test_a_list_names_only_what_differs() -> None:
    """One email to many lists people, many emails to one person list emails."""
    titles = {
        name: [cell["text"] for cell in next(b for b in MESSAGES[name].blocks if b["type"] == "table")["rows"][0]]
        for name in ("forty recipients", "several emails", "a hundred emails")
    }
    assert titles == {
        "forty recipients": ["To", "How it stands"],
        "several emails": ["Sent", "Email", "How it stands"],
        "a hundred emails": ["Sent", "Email", "To", "How it stands"],
    }


def test_three_emails_in_full_and_the_rest_in_a_table() -> None:
    """Of many emails to one person, the newest three are told in full, the others in a line each."""
    found = MESSAGES["several emails"].blocks
    table = next(block for block in found if block["type"] == "table")
    assert sum(block["type"] == "divider" for block in found) == 2
    assert len(table["rows"]) == 2


def test_a_shared_answer_says_who_shared_it_and_what_was_asked() -> None:
    """In a channel, an answer names its sharer and the question."""
    last = "".join(texts(MESSAGES["shared"].blocks[-1:]))
    assert "Shared by <@U0ROSA>" in last
    assert "Asked: maria@example.com quote" in last


@pytest.mark.parametrize("why", Refusal)
def test_every_refusal_says_what_mends_it(why: Refusal) -> None:
    """A refusal is one sentence of what, one of how to go on, and blames nobody."""
    first, mend = blocks.refusal(why, what="whether you are a guest", scope="users:read").text.splitlines()
    assert first.endswith(".")
    assert mend.endswith(".")
    assert "{" not in first + mend
    assert not re.search(r"denied|forbidden|unauthori|not allowed|invalid|error", first + mend, re.IGNORECASE)


def test_what_was_not_understood_comes_with_an_example() -> None:
    """A question that makes no sense gets what was understood and one that works."""
    reply = blocks.not_understood(NotUnderstood("did it?", "I see no number in that", "1042"))
    assert reply.text == "I see no number in that.\nThis works: /seen 1042"


def test_a_fault_gives_a_reference_and_no_details() -> None:
    """When something breaks, the reader gets a sentence and a reference to pass on."""
    assert "7Q2M-4K" in MESSAGES["trouble"].text


def test_commands_are_shown_as_such() -> None:
    """A command to type in a terminal stands in letters of its own, without backticks."""
    found = MESSAGES["not proven to be ours"].blocks
    check(found, "message")
    assert {"type": "text", "text": "seen doctor", "style": {"code": True}} in [
        element
        for block in found
        if block["type"] == "rich_text"
        for part in block["elements"]
        for element in part["elements"]
    ]
    assert "`" not in "".join(texts(found))
